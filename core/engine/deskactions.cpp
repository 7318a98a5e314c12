// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does to the account, between two batches.
#include "core/engine/desk.h"

#include <algorithm>

namespace core::engine {

using execution::Reason;
using journal::Level;
using journal::Stream;
using portfolio::UserAction;

void Desk::act(const UserAction& action)
{
    switch (action.kind) {
    case UserAction::Kind::Reset:
        reset();
        break;
    case UserAction::Kind::Halt:
        halt();
        break;
    case UserAction::Kind::Resume:
        resume();
        break;
    case UserAction::Kind::SetLeverage:
        setLeverage(action.longLeverage, action.shortLeverage);
        break;
    }
    m_lastAction = LastAction{action.kind, m_session.time, m_session.correlation};
}

journal::RecordBatch& Desk::addActionLine(const char* event, Level level)
{
    return m_session.records.add(Stream::system(), level, event, m_session.time, m_session.correlation)
        .text("strategy", m_setup.name);
}

void Desk::halt()
{
    const auto& working = m_book.working;
    const auto entries = std::count_if(working.begin(), working.end(),
                                       [](const auto& order) { return !order.reducesOnly(); });
    addActionLine("account_halted", Level::Warning)
        .integer("orders_cancelled", entries)
        .integer("orders_kept", static_cast<std::int64_t>(working.size()) - entries)
        .money("equity", equity());
    m_isHalted = true;
    m_haltReason = "by the user at " + formatTimestampShort(m_session.time);
    cancelEntries(Reason::Halted);
}

void Desk::resume()
{
    addActionLine("account_resumed", Level::Warning).text("from", name(state())).money("equity", equity());
    const bool wasLiquidated = m_book.halt == execution::Halt::Liquidated;
    liftHalts();
    if (wasLiquidated || m_book.risk.breach(portfolio::RiskLimit::Drawdown)) {
        m_book.risk.resume({m_book.account, m_margin, m_session.time, m_session.correlation}, m_riskChanges);
        writeRiskChanges();
    }
}

/// A suspension that is over closes nothing any more.
void Desk::cancelForced()
{
    for (std::size_t i = 0; i < m_book.working.size();) {
        if (m_book.working[i].forced)
            cancelAndTell(i, Reason::Requested);
        else
            ++i;
    }
}

/// Whatever keeps the account from trading, but a script that was stopped for good.
void Desk::liftHalts()
{
    m_book.halt = execution::Halt::None;
    m_isHalted = false;
    m_rejectedInARow = 0;
    if (m_suspended && !m_strategy->canResume())
        return;
    if (m_suspended && !m_book.risk.flattening())
        cancelForced();
    if (m_suspended)
        m_strategy->resume();
    m_suspended = false;
    m_stateReason.clear();
}

void Desk::reset()
{
    const Timestamp now = m_session.time;
    const CorrelationId event = m_session.correlation;
    portfolio::Account& account = m_book.account;
    bookHolding();
    revalue();
    const Money rest = std::max(equity(), Money());
    addActionLine("account_reset", Level::Warning)
        .integer("epoch", m_epoch + 1)
        .integer("orders_cancelled", static_cast<std::int64_t>(m_book.working.size()))
        .integer("positions_closed", std::count_if(account.positions().begin(), account.positions().end(),
                                                   [](const auto& held) { return !held.quantity.isZero(); }))
        .money("withdrawn", rest)
        .money("deposited", m_session.setup.cash);
    while (!m_book.working.empty())
        cancelAndTell(0, Reason::AccountReset);
    for (SymbolIndex i = 0; i < m_instruments.size(); ++i) {
        const auto value = portfolio::positionValue(m_instruments[i], m_marks[i], account.position(i).quantity);
        account.closeAt(i, portfolio::saturate(value), now, event, m_entries);
        m_excursions[i] = {};
    }
    account.writeOff(now, event, m_entries);
    account.withdraw(account.cash(), now, event, m_entries);
    account.deposit(m_session.setup.cash, now, m_entries, event);
    noteEntries();
    revalue();
    liftHalts();
    watchAnew();
    m_book.borrowing = {};
    ++m_epoch;
}

/// What holding came to until now, that which falls due at this very time included.
void Desk::bookHolding()
{
    const portfolio::BorrowTerms& terms = m_session.setup.rules.costs.borrow;
    portfolio::settleHolding(m_book.account, m_book.borrowing, m_book.fundedTo,
                             {terms, m_funding, m_instruments, m_marks, m_session.correlation}, m_session.time,
                             portfolio::Due::AtTheEnd, m_entries);
    if (!terms.isFree())
        portfolio::bookAccrued(m_book.account, m_book.borrowing, m_session.correlation, m_entries);
}

void Desk::noteEntries()
{
    for (const portfolio::LedgerEntry& entry : m_entries) {
        writeEntry(entry);
        keepEntry(entry);
        m_events.emplace_back(entry);
    }
    m_entries.clear();
}

void Desk::watchAnew()
{
    const portfolio::RiskMoment moment{m_book.account, m_margin, m_session.time, m_session.correlation};
    m_book.risk.lift(moment, m_riskChanges);
    writeRiskChanges();
    const std::int64_t breaches = m_book.risk.breaches();
    m_book.risk = portfolio::RiskWatch(m_setup.risk);
    m_book.risk.countFrom(breaches);
    m_book.risk.start(moment);
}

void Desk::setLeverage(std::int64_t longLeverage, std::int64_t shortLeverage)
{
    const portfolio::AccountSettings& before = m_book.account.settings();
    addActionLine("leverage_changed", Level::Info)
        .decimal("long_leverage", longLeverage, 4)
        .decimal("short_leverage", shortLeverage, 4)
        .decimal("long_leverage_before", before.longLeverage, 4)
        .decimal("short_leverage_before", before.shortLeverage, 4);
    m_book.account.setLeverage(longLeverage, shortLeverage);
}

bool Desk::canResume() const
{
    return !m_suspended || m_strategy->canResume();
}

} // namespace core::engine
