// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/roundtrips.h"

namespace core::analytics {

namespace {

/// Books an amount other than a trade's. Bad debt is no cost: it is what the account did not pay.
void charge(RoundTrip& trip, Cause cause, Money cash)
{
    trip.profit = plus(trip.profit, cash);
    if (cause != Cause::BadDebt)
        trip.costs = minus(trip.costs, cash);
}

} // namespace

void RoundTripSums::add(const RoundTrip& trip, int sign)
{
    count += sign;
    won += trip.profit > Money() ? sign : 0;
    lost += trip.profit < Money() ? sign : 0;
    (trip.profit > Money() ? gains : losses) +=
        sign *
        static_cast<Int128>(trip.profit > Money() ? trip.profit.count() : -trip.profit.count());
    adverse += sign * static_cast<Int128>(trip.adverse().count());
    favourable += sign * static_cast<Int128>(trip.favourable().count());
    held += sign * static_cast<Int128>(trip.held().count());
}

void RoundTripSums::add(const RoundTripSums& other)
{
    count += other.count;
    won += other.won;
    lost += other.lost;
    gains += other.gains;
    losses += other.losses;
    adverse += other.adverse;
    favourable += other.favourable;
    held += other.held;
}

void RoundTrips::add(const LedgerLine& line)
{
    if (line.cause == Cause::Deposit || line.cause == Cause::Withdrawal)
        return;
    if (!line.symbol) {
        shareOut(line);
        return;
    }
    Slot& slot = m_slots[*line.symbol];
    if (line.cause == Cause::Trade)
        trade(slot, line);
    else if (slot.isOpen())
        charge(slot.trip, line.cause, line.cash);
    else if (slot.lastClosed != NONE)
        amend(slot.lastClosed, line);
    else
        shareOut(line);
}

void RoundTrips::trade(Slot& slot, const LedgerLine& line)
{
    if (!slot.isOpen()) {
        ++m_open;
        slot.trip = {};
        slot.trip.symbol = *line.symbol;
        slot.trip.isLong = line.quantity.lots() > 0;
        slot.trip.opened = line.time;
        slot.value = {};
    }
    slot.quantity += line.quantity;
    slot.trip.size = std::max(slot.trip.size, slot.quantity.magnitude());
    slot.trip.profit = plus(slot.trip.profit, line.cash);
    slot.value = minus(slot.value, line.cash);
    if (slot.isOpen())
        return;
    --m_open;
    slot.trip.closed = line.time;
    slot.lastClosed = m_closed.size();
    m_closed.push(slot.trip);
    m_sums.add(slot.trip);
    m_closedProfit = plus(m_closedProfit, slot.trip.profit);
}

void RoundTrips::amend(std::size_t closed, const LedgerLine& line)
{
    RoundTrip trip = m_closed.at(closed);
    m_sums.add(trip, -1);
    charge(trip, line.cause, line.cash);
    m_sums.add(trip);
    m_closed.replace(closed, trip);
    m_closedProfit = plus(m_closedProfit, line.cash);
}

void RoundTrips::shareOut(const LedgerLine& line)
{
    if (m_open == 0) {
        if (m_closed.size() == 0)
            m_outside = plus(m_outside, line.cash);
        else
            amend(m_closed.size() - 1, line);
        return;
    }
    const auto weightOf = [](const Slot& slot) {
        const Int128 value = slot.isOpen() ? slot.value.count() : 0;
        return value < 0 ? -value : value;
    };
    Int128 weights = 0;
    for (const Slot& slot : m_slots)
        weights += weightOf(slot);
    Money left = line.cash;
    Slot* last = nullptr;
    for (Slot& slot : m_slots) {
        if (!slot.isOpen())
            continue;
        last = &slot;
        if (weights == 0)
            continue;
        const Int128 product = line.cash.count() * weightOf(slot);
        const Money part(static_cast<std::int64_t>(divideHalfEven(product, weights)));
        charge(slot.trip, line.cause, part);
        left -= part;
    }
    // The last takes what rounding left over.
    charge(last->trip, line.cause, left);
}

Money RoundTrips::openProfit() const
{
    Money profit;
    for (const Slot& slot : m_slots) {
        if (slot.isOpen())
            profit = plus(profit, plus(slot.trip.profit, slot.value));
    }
    return profit;
}

} // namespace core::analytics
