// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/performancefeed.h"

namespace core::engine {

using analytics::Cause;

namespace {

Cause causeOf(portfolio::EntryKind kind)
{
    switch (kind) {
    case portfolio::EntryKind::Deposit:
        return Cause::Deposit;
    case portfolio::EntryKind::Trade:
        return Cause::Trade;
    case portfolio::EntryKind::Fee:
        return Cause::Fee;
    case portfolio::EntryKind::OpeningFee:
        return Cause::OpeningFee;
    case portfolio::EntryKind::LiquidationFee:
        return Cause::LiquidationFee;
    case portfolio::EntryKind::BorrowInterest:
        return Cause::BorrowInterest;
    case portfolio::EntryKind::BadDebt:
        return Cause::BadDebt;
    case portfolio::EntryKind::Withdrawal:
        return Cause::Withdrawal;
    case portfolio::EntryKind::Reset:
        return Cause::Trade; // It ends a round trip as a trade at the mark would.
    }
    return Cause::Trade;
}

/// `symbols` numbers the account's symbols as the session does.
analytics::LedgerLine lineOf(const portfolio::LedgerEntry& entry,
                             const std::vector<std::uint32_t>& symbols)
{
    analytics::LedgerLine line{entry.time, causeOf(entry.kind), std::nullopt, entry.cash,
                               entry.quantity};
    if (portfolio::concernsSymbol(entry.kind))
        line.symbol = symbols[entry.symbol];
    return line;
}

} // namespace

PerformanceFeed::PerformanceFeed(const EngineSetup& setup)
    : m_setup(setup),
      m_accounts(setup.accounts.size(), analytics::Performance(setup.symbols.size()))
{}

void PerformanceFeed::begin(Timestamp time, const std::vector<std::unique_ptr<Desk>>& desks)
{
    Money whole;
    for (std::size_t i = 0; i < desks.size(); ++i) {
        const Money given = desks[i]->book().account.deposits();
        m_accounts[i].line({time, Cause::Deposit, std::nullopt, given, Quantity()});
        whole += given;
    }
    m_total.flow(time, whole);
    m_hold.flow(time, whole);
}

void PerformanceFeed::take(AccountIndex account, const execution::MatchEvent& event)
{
    analytics::Performance& performance = m_accounts[account];
    if (const auto* entry = std::get_if<portfolio::LedgerEntry>(&event)) {
        const analytics::LedgerLine line = lineOf(*entry, m_setup.accounts[account].symbols);
        performance.line(line);
        if (line.cause == Cause::Deposit || line.cause == Cause::Withdrawal)
            m_total.flow(line.time, line.cash);
    } else if (const auto* fill = std::get_if<execution::Fill>(&event)) {
        performance.fill({fill->notional, fill->slippage, Money(), fill->ambiguous});
    } else if (const auto* ambiguity = std::get_if<execution::Ambiguity>(&event)) {
        performance.stake(ambiguity->stake);
    }
}

Money PerformanceFeed::takeBooked(AccountIndex account, const std::vector<execution::MatchEvent>& events)
{
    Money flow;
    for (const execution::MatchEvent& event : events) {
        const auto* entry = std::get_if<portfolio::LedgerEntry>(&event);
        const bool isFlow = entry && (entry->kind == portfolio::EntryKind::Deposit ||
                                      entry->kind == portfolio::EntryKind::Withdrawal);
        if (isFlow)
            flow += entry->cash;
        else
            take(account, event);
    }
    return flow;
}

void PerformanceFeed::flow(AccountIndex account, Timestamp time, Money amount)
{
    const Cause cause = amount < Money() ? Cause::Withdrawal : Cause::Deposit;
    m_accounts[account].line({time, cause, std::nullopt, amount, Quantity()});
    m_total.flow(time, amount);
}

portfolio::Margin PerformanceFeed::value(AccountIndex account, const Desk& desk)
{
    const portfolio::Account& ledger = desk.book().account;
    portfolio::Margin margin;
    margin.equity = ledger.cash().count();
    if (ledger.isFlat())
        return margin;
    const auto instruments = desk.instruments();
    const auto& symbols = desk.setup().symbols;
    for (SymbolIndex i = 0; i < instruments.size(); ++i) {
        const Quantity held = ledger.position(i).quantity;
        if (held.isZero())
            continue;
        const Int128 worth = portfolio::positionValue(instruments[i], desk.marks()[i], held);
        margin.add(worth);
        m_accounts[account].mark(symbols[i], portfolio::saturate(worth));
    }
    return margin;
}

void PerformanceFeed::Sum::add(const portfolio::EquityPoint& point)
{
    cash += point.cash.count();
    equity += point.equity.count();
    longExposure += point.longExposure.count();
    shortExposure += point.shortExposure.count();
}

void PerformanceFeed::pointOfTotal(Timestamp time)
{
    using portfolio::saturate;
    m_total.point({time, saturate(m_sum.cash), saturate(m_sum.equity), saturate(m_sum.longExposure),
                   saturate(m_sum.shortExposure)});
    m_sum = {};
}

std::shared_ptr<const analytics::Report> PerformanceFeed::report(AccountIndex account) const
{
    return std::make_shared<const analytics::Report>(m_accounts[account].report());
}

std::shared_ptr<const analytics::Report> PerformanceFeed::total() const
{
    if (m_accounts.size() == 1)
        return report(0);
    analytics::TradeSums sums;
    for (const analytics::Performance& account : m_accounts)
        sums.add(account.sums());
    analytics::Report report;
    report.equity = m_total.report();
    report.trades = analytics::tradeReport(sums, report.equity.exposure.averageEquity);
    return std::make_shared<const analytics::Report>(std::move(report));
}

std::shared_ptr<const analytics::EquityReport> PerformanceFeed::hold() const
{
    return std::make_shared<const analytics::EquityReport>(m_hold.report());
}

} // namespace core::engine
