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
    case portfolio::EntryKind::Funding:
        return Cause::Funding;
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

/// The sum over accounts of one time; what outgrows Money is cut.
template <typename PointOf> portfolio::EquityPoint totalOf(std::size_t accounts, PointOf pointOf)
{
    using portfolio::saturate;
    Int128 cash = 0;
    Int128 equity = 0;
    Int128 longExposure = 0;
    Int128 shortExposure = 0;
    for (AccountIndex i = 0; i < accounts; ++i) {
        const portfolio::EquityPoint& point = pointOf(i);
        cash += point.cash.count();
        equity += point.equity.count();
        longExposure += point.longExposure.count();
        shortExposure += point.shortExposure.count();
    }
    return {pointOf(0).time, saturate(cash), saturate(equity), saturate(longExposure), saturate(shortExposure)};
}

} // namespace

PerformanceFeed::PerformanceFeed(const EngineSetup& setup, journal::EquitySink* equity)
    : m_setup(setup), m_equity(equity),
      m_accounts(setup.accounts.size(), analytics::Performance(setup.symbols.size())),
      m_curves(setup.accounts.size()), m_points(setup.accounts.size())
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
        const bool flows = line.cause == Cause::Deposit || line.cause == Cause::Withdrawal;
        // Money that comes or goes counts from the last point on.
        if (flows)
            digest();
        performance.line(line);
        if (flows)
            m_total.flow(line.time, line.cash);
    } else if (const auto* fill = std::get_if<execution::Fill>(&event)) {
        performance.fill({fill->notional, fill->slippage, fill->spread, fill->ambiguous});
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

void PerformanceFeed::flow(AccountIndex account, Money amount, std::span<const portfolio::EquityPoint> before)
{
    digest();
    for (AccountIndex i = 0; i < before.size(); ++i)
        m_accounts[i].point(before[i]);
    const portfolio::EquityPoint total =
        totalOf(before.size(), [&](AccountIndex i) -> const auto& { return before[i]; });
    if (m_accounts.size() > 1)
        m_total.point(total);
    const Cause cause = amount < Money() ? Cause::Withdrawal : Cause::Deposit;
    m_accounts[account].line({total.time, cause, std::nullopt, amount, Quantity()});
    m_total.flow(total.time, amount);
    const double came = amount.toDouble();
    const double own = before[account].equity.toDouble();
    m_curves[account].flow(own, own + came);
    const double whole = total.equity.toDouble();
    m_totalCurve.flow(whole, whole + came);
}

void PerformanceFeed::point(AccountIndex account, const Desk& desk, Timestamp time)
{
    const portfolio::Account& ledger = desk.book().account;
    const auto& symbols = desk.setup().symbols;
    for (SymbolIndex i = 0; i < symbols.size() && !ledger.isFlat(); ++i) {
        if (!ledger.position(i).quantity.isZero())
            m_accounts[account].mark(symbols[i], portfolio::saturate(desk.worth(i)));
    }
    const portfolio::Margin& margin = desk.margin();
    portfolio::EquityPoint& point = m_points[account].emplace_back();
    point.time = time;
    point.cash = ledger.cash();
    point.equity = portfolio::saturate(margin.equity);
    point.longExposure = portfolio::saturate(margin.longExposure);
    point.shortExposure = portfolio::saturate(margin.shortExposure);
}

void PerformanceFeed::digest()
{
    if (m_holds.empty())
        return;
    if (m_accounts.size() > 1)
        measureTotal();
    measureHold();
    m_holds.clear();
    for (AccountIndex i = 0; i < m_points.size(); ++i) {
        m_accounts[i].points(m_points[i]);
        m_curves[i].add(m_points[i]);
        if (m_equity)
            m_equity->append(i, m_points[i]);
        m_points[i].clear();
    }
}

void PerformanceFeed::measureTotal()
{
    for (std::size_t batch = 0; batch < m_holds.size(); ++batch) {
        const portfolio::EquityPoint total =
            totalOf(m_points.size(), [&](AccountIndex i) -> const auto& { return m_points[i][batch]; });
        m_total.point(total);
        m_totalCurve.add(total.time, total.equity.toDouble(), 0.0);
    }
}

void PerformanceFeed::measureHold()
{
    constexpr double MOST = 9.2e18; // Just inside the range of Money.
    for (std::size_t batch = 0; batch < m_holds.size(); ++batch) {
        const Timestamp time = m_points.front()[batch].time;
        const double count = m_holds[batch] * 1e8;
        m_hold.point(time, Money(static_cast<std::int64_t>(count < MOST ? count : MOST)));
        m_holdCurve.add(time, m_holds[batch], 0.0);
    }
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
