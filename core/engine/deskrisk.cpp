// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/desk.h"

#include <algorithm>

namespace core::engine {

using execution::Order;
using execution::OrderStatus;
using execution::Reason;
using execution::Side;
using portfolio::RiskLimit;

namespace {

/// True for limits of what was lost. What is about size or number lets accepted orders be.
bool isLoss(RiskLimit limit)
{
    return limit == RiskLimit::DailyLoss || limit == RiskLimit::Drawdown;
}

} // namespace

/// The marks before a batch are those with which a day after a gap begins.
void Desk::startRiskDay(Timestamp time)
{
    m_book.risk.startDay({m_book.account, m_margin, time, m_session.correlation}, m_riskChanges);
    writeRiskChanges();
}

void Desk::writeRiskChanges()
{
    for (const portfolio::RiskChange& change : m_riskChanges)
        writeRisk(change);
    m_riskChanges.clear();
}

void Desk::watchRisk()
{
    portfolio::RiskWatch& risk = m_book.risk;
    if (!risk.isOn() || m_book.halt != execution::Halt::None)
        return;
    const portfolio::RiskMoment moment{m_book.account, m_margin, m_session.time, m_session.correlation};
    risk.judgeClose(moment, m_riskChanges);
    if (risk.isDayOver(m_session.time))
        risk.startDay(moment, m_riskChanges);
    for (const portfolio::RiskChange& change : m_riskChanges)
        noteRisk(change);
    m_riskChanges.clear();
    enforceRisk();
}

void Desk::noteRisk(const portfolio::RiskChange& change)
{
    writeRisk(change);
    // Exposure and orders a minute come and go with the bars and would bury the time line.
    if (change.begins && isLoss(change.breach.limit))
        m_session.marks.push_back({change.time, m_index, TimelineMark::Kind::RiskLimit, m_setup.name});
}

void Desk::enforceRisk()
{
    portfolio::RiskWatch& risk = m_book.risk;
    if (const auto limit = risk.takeBreach()) {
        const bool flattens = risk.flattening().has_value();
        if (flattens || isLoss(*limit))
            cancelEntries(execution::reasonOf(*limit));
        if (flattens)
            closePositions();
    }
    if (risk.flattening() && std::none_of(m_book.working.begin(), m_book.working.end(),
                                          [](const Order& order) { return order.forced; }))
        risk.endFlattening();
}

void Desk::cancelEntries(Reason reason)
{
    for (std::size_t i = 0; i < m_book.working.size();) {
        if (m_book.working[i].reducesOnly())
            ++i;
        else
            cancelAndTell(i, reason);
    }
}

/// Of an order whose end the strategy did not ask for.
void Desk::cancelAndTell(std::size_t index, Reason reason)
{
    const OrderId id = m_book.working[index].id;
    cancelWorking(index, reason);
    m_events.emplace_back(execution::OrderStep{*order(id), m_session.time});
}

/// At market, with the next event of each symbol and at the usual costs.
void Desk::closePositions()
{
    for (SymbolIndex i = 0; i < m_instruments.size(); ++i) {
        const Quantity held = m_book.account.position(i).quantity;
        const bool isClosing =
            std::any_of(m_book.working.begin(), m_book.working.end(),
                        [i](const Order& order) { return order.forced && order.symbol == i; });
        if (held.isZero() || isClosing)
            continue;
        Order close;
        close.id = OrderId{++m_session.lastOrder};
        close.symbol = i;
        close.side = held.lots() > 0 ? Side::Sell : Side::Cover;
        close.size = held.magnitude();
        close.forced = true;
        close.decisionTime = m_session.time;
        close.correlation = m_session.correlation;
        writeOrder(close, m_session.time);
        close.status = OrderStatus::Accepted;
        noteStep(close, m_session.time);
        m_events.emplace_back(execution::OrderStep{close, m_session.time});
        m_book.working.push_back(close);
    }
}

/// Whether the limits let an order in that is right otherwise. What only reduces always passes, and
/// so does what crosses a position, as only its reducing part would fill.
Reason Desk::judgeRisk(const Order& order)
{
    portfolio::RiskWatch& risk = m_book.risk;
    if (!risk.isOn())
        return Reason::None;
    const auto limit = risk.blocking();
    const bool isBlocked = limit && (risk.flattening() || *limit != RiskLimit::OrderRate);
    if (isBlocked && !order.reducesOnly() && !canReduce(order))
        return execution::reasonOf(*limit);
    if (!order.reducesOnly() && !risk.mayOrder(m_session.time))
        return Reason::OrderRateLimit;
    risk.countOrder(m_session.time);
    return Reason::None;
}

/// After the order itself is noted, since orders that close positions come after it.
void Desk::noteTooManyOrders()
{
    m_book.risk.exceedOrders({m_book.account, m_margin, m_session.time, m_session.correlation},
                             m_riskChanges);
    writeRiskChanges();
    enforceRisk();
}

bool Desk::canReduce(const Order& order) const
{
    const Quantity held =
        m_book.account.position(order.symbol).quantity + pendingAtMarket(order.symbol);
    return !held.isZero() && (held.lots() > 0) != execution::isBuying(order.side);
}

std::vector<portfolio::RiskBreach> Desk::breaches() const
{
    std::vector<portfolio::RiskBreach> breaches;
    for (const auto limit :
         {RiskLimit::DailyLoss, RiskLimit::Drawdown, RiskLimit::Exposure, RiskLimit::OrderRate}) {
        if (const auto& breach = m_book.risk.breach(limit))
            breaches.push_back(*breach);
    }
    return breaches;
}

} // namespace core::engine
