// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How orders come in, are refused and go.
#include "core/engine/desk.h"

#include <algorithm>

namespace core::engine {

namespace {

/// A strategy whose every order is refused is broken; more of them would only bury the journal.
constexpr int MAX_REJECTED_IN_A_ROW = 100;
/// What no strategy needs and would bury the journal and the account's panel.
constexpr std::size_t MAX_WORKING = 1000;

/// Refused for what the account may not do for a while, whatever the order is.
bool isOfRiskLimit(execution::Reason reason)
{
    using execution::Reason;
    return reason == Reason::DailyLossLimit || reason == Reason::DrawdownLimit ||
           reason == Reason::ExposureLimit || reason == Reason::OrderRateLimit;
}

} // namespace

void Desk::cancelWorking(std::size_t index, execution::Reason reason)
{
    execution::Order order = m_book.working[index];
    m_book.working.erase(m_book.working.begin() + static_cast<std::ptrdiff_t>(index));
    order.status = execution::OrderStatus::Cancelled;
    order.reason = reason;
    noteStep(order, m_session.time);
}

void Desk::suspend(std::string_view reason)
{
    if (m_suspended)
        return;
    m_suspended = true;
    m_stateReason = reason;
    m_session.marks.push_back({m_session.time, m_index, TimelineMark::Kind::Suspended, m_setup.name});
    m_session.records
        .add(journal::Stream::system(), journal::Level::Error, "strategy_suspended", m_session.time,
             m_session.correlation)
        .text("strategy", m_setup.name)
        .text("reason", reason);
    // Entries go; what only reduces the position keeps protecting it.
    for (std::size_t i = 0; i < m_book.working.size();) {
        const execution::Order& order = m_book.working[i];
        if (order.reducesOnly())
            ++i;
        else
            cancelWorking(i, execution::Reason::Suspended);
    }
    if (m_setup.risk.onSuspension == portfolio::OnSuspension::Close)
        closeAfterSuspension();
    else
        warnOfUnprotected();
}

/// What nobody watches any more goes; its stops stay until it is gone.
void Desk::closeAfterSuspension()
{
    if (m_book.halt != execution::Halt::None || m_book.account.isFlat())
        return;
    m_stateReason += "; its positions are closed";
    closePositions();
}

/// Nothing would end the position if the price went against it.
bool Desk::isUnprotected(SymbolIndex symbol) const
{
    return !m_book.account.position(symbol).quantity.isZero() &&
           std::ranges::none_of(m_book.working, [symbol](const execution::Order& order) {
               return order.symbol == symbol && order.reducesOnly() &&
                      order.type != execution::OrderType::Limit;
           });
}

/// Whoever looks at the account or reads its journal is told what nobody watches any more.
void Desk::warnOfUnprotected()
{
    if (m_book.halt != execution::Halt::None || m_book.risk.flattening())
        return;
    for (SymbolIndex i = 0; i < m_instruments.size(); ++i) {
        if (!isUnprotected(i))
            continue;
        const std::string symbol = m_instruments[i].symbol.text();
        m_session.records
            .add(journal::Stream::system(), journal::Level::Warning, "position_unprotected", m_session.time,
                 m_session.correlation)
            .text("strategy", m_setup.name)
            .text("symbol", symbol)
            .decimal("quantity", m_book.account.position(i).quantity.lots(), m_instruments[i].lotDecimals);
        m_stateReason += "; its position in " + symbol + " is kept without a stop";
    }
}

Error Desk::refused(execution::Reason reason)
{
    return {ErrorCode::Refused, std::string(execution::name(reason)), std::string(execution::explain(reason))};
}

/// Beyond what an account may have working: exits find room where entries do not, and what takes a position
/// off at market whatever rests.
bool Desk::isCrowdedFor(const execution::Order& order) const
{
    if (order.isAtMarket() && (order.reducesOnly() || canReduce(order)))
        return false;
    return m_book.working.size() >= (order.reducesOnly() ? 2 * MAX_WORKING : MAX_WORKING);
}

/// A risk limit and a halt by the user are no fault of the strategy.
void Desk::noteRejected(execution::Reason reason)
{
    if (isOfRiskLimit(reason) || (m_isHalted && reason == execution::Reason::Halted))
        return;
    if (++m_rejectedInARow >= MAX_REJECTED_IN_A_ROW)
        suspend("100 orders in a row were rejected, the last one with " + std::string(execution::name(reason)));
}

Result<OrderId> Desk::submitLots(execution::Order order, execution::Reason reason, Sent sent)
{
    m_sentAtOnce = sentNow() + 1;
    m_lastSent = m_session.time;
    const bool floods = m_sentAtOnce > MAX_SENT_AT_ONCE;
    // The callback in which it was suspended still gets here, perhaps in an endless loop.
    if (m_suspended && floods)
        return refused(execution::Reason::Suspended);
    order.id = OrderId{++m_session.lastOrder};
    order.decisionTime = m_session.time;
    order.correlation = m_session.correlation;
    order.status = execution::OrderStatus::Submitted;
    writeOrder(order, m_session.time);
    if (reason == execution::Reason::None && costsTooLittle(order))
        reason = execution::Reason::BelowMinimumCost;
    const bool isRight = reason == execution::Reason::None;
    if (isRight && (floods || (sent == Sent::New && isCrowdedFor(order))))
        reason = execution::Reason::TooManyOrders;
    if (m_suspended)
        reason = execution::Reason::Suspended;
    const bool isHalted =
        m_book.halt != execution::Halt::None || (m_isHalted && !order.reducesOnly());
    if (isHalted)
        reason = execution::Reason::Halted;
    const bool isWatched = !m_suspended && !isHalted;
    if (reason == execution::Reason::None)
        reason = judgeRisk(order);
    else if (isWatched)
        m_book.risk.countOrder(m_session.time);
    order.reason = reason;
    const bool accepted = reason == execution::Reason::None;
    order.status = accepted ? execution::OrderStatus::Accepted : execution::OrderStatus::Rejected;
    noteStep(order, m_session.time);
    m_events.emplace_back(execution::OrderStep{order, m_session.time});
    if (accepted) {
        m_rejectedInARow = 0;
        m_book.working.push_back(order);
        return order.id;
    }
    if (reason == execution::Reason::OrderRateLimit)
        noteTooManyOrders();
    noteRejected(reason);
    return refused(reason);
}

} // namespace core::engine
