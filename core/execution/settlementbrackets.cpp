// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/settlement.h"

#include <algorithm>

namespace core::execution {

bool Settlement::isNew(const Order& order) const
{
    return std::find(m_newLegs.begin(), m_newLegs.end(), order.id) != m_newLegs.end();
}

/// In the worst case an entry meets its target not before the next bar.
bool Settlement::isHeldBack(const Order& order) const
{
    return m_rules.worstCase && order.leg == BracketLeg::TakeProfit && isNew(order);
}

void Settlement::resizeLeg(std::size_t index, Quantity remaining, Reason whenNothingIsLeft)
{
    Order& leg = m_book.working[index];
    if (remaining.isZero())
        return finish(index, OrderStatus::Cancelled, whenNothingIsLeft);
    leg.size = leg.filled + remaining;
    m_events.emplace_back(OrderStep{leg, time()});
}

void Settlement::growLeg(const Order& entry, BracketLeg kind, Price price, Quantity opened)
{
    auto& working = m_book.working;
    for (std::size_t i = 0; i < working.size(); ++i) {
        if (working[i].parent == entry.id && working[i].leg == kind)
            return resizeLeg(i, working[i].remaining() + opened, Reason::None);
    }
    const std::uint64_t newest = working.empty() ? 0 : working.back().id.value;
    m_book.lastOrder = std::max({m_book.lastOrder, entry.id.value, newest}) + 1;
    Order leg;
    leg.id = OrderId{m_book.lastOrder};
    leg.parent = entry.id;
    leg.leg = kind;
    leg.symbol = entry.symbol;
    leg.side = isBuying(entry.side) ? Side::Sell : Side::Cover;
    const bool isStop = kind == BracketLeg::StopLoss;
    leg.type = isStop ? OrderType::Stop : OrderType::Limit;
    (isStop ? leg.stop : leg.limit) = price;
    leg.status = OrderStatus::Accepted;
    leg.size = opened;
    leg.decisionTime = entry.decisionTime;
    leg.correlation = entry.correlation;
    m_newLegs.push_back(leg.id);
    m_events.emplace_back(OrderStep{leg, time()});
    working.push_back(leg);
}

void Settlement::followFill(const Order& order, Quantity traded, Quantity opened)
{
    if (!opened.isZero() && order.stopLoss)
        growLeg(order, BracketLeg::StopLoss, *order.stopLoss, opened);
    if (!opened.isZero() && order.takeProfit)
        growLeg(order, BracketLeg::TakeProfit, *order.takeProfit, opened);
    const Quantity held = m_book.account.position(order.symbol).quantity;
    auto& working = m_book.working;
    for (std::size_t i = 0; i < working.size();) {
        const Order& leg = working[i];
        if (leg.leg == BracketLeg::None || leg.symbol != order.symbol) {
            ++i;
            continue;
        }
        const OrderId id = leg.id;
        const bool isSibling =
            order.leg != BracketLeg::None && leg.parent == order.parent && leg.leg != order.leg;
        const Quantity guarded = isBuying(leg.side) ? -held : held;
        const Quantity shared = isSibling ? std::max(leg.remaining() - traded, Quantity()) : leg.remaining();
        const Quantity remaining = std::clamp(guarded, Quantity(), shared);
        if (remaining < leg.remaining())
            resizeLeg(i, remaining, isSibling ? Reason::OneCancelsOther : Reason::PositionClosed);
        i = placeAfter(id);
    }
}

} // namespace core::execution
