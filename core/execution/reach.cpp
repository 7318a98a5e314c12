// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/reach.h"

#include "core/execution/trailing.h"

#include <algorithm>

namespace core::execution {

namespace {

/// True when the worst corner of every bar at once would still leave E ≥ M: then no point of any path
/// can bring a call.
bool safeEverywhere(const BarBatch& batch, const portfolio::Account& account)
{
    if (account.isFlat())
        return true;
    portfolio::Margin worst;
    worst.equity = account.cash().count();
    for (std::size_t i = 0; i < batch.bars.size(); ++i) {
        const Quantity held = account.positions()[i].quantity;
        if (held.isZero())
            continue;
        const bool isLong = held.lots() > 0;
        Price mark = batch.marks[i];
        if (batch.present[i])
            mark = isLong ? batch.bars[i].low : batch.bars[i].high;
        // Until the first of its finer candles opens, a symbol rests at its last mark.
        if (!batch.finer.empty())
            mark = isLong ? std::min(mark, batch.marks[i]) : std::max(mark, batch.marks[i]);
        worst.add(portfolio::positionValue(batch.instruments[i], mark, held));
    }
    return !worst.isCalled(account.settings());
}

/// True when the order may be touched by this bar, at the open or inside.
bool isReachable(const BarBatch& batch, const MatchingRules& rules, const Order& order)
{
    if (!batch.present[order.symbol])
        return false;
    if (order.isAtMarket() || order.tif == TimeInForce::ImmediateOrCancel)
        return true;
    const market::Candle& bar = batch.bars[order.symbol];
    const bool buying = isBuying(order.side);
    if (order.awaitsStop()) {
        Price stop = *order.stop;
        if (order.type == OrderType::TrailingStop)
            stop = buying ? std::min(stop, trailedStop(order, bar.low))
                          : std::max(stop, trailedStop(order, bar.high));
        return buying ? bar.high >= stop : bar.low <= stop;
    }
    if (rules.touch && (buying ? bar.low : bar.high) == *order.limit)
        return true;
    return buying ? bar.low < *order.limit : bar.high > *order.limit;
}

} // namespace

bool mayMatter(const BarBatch& batch, const MatchingRules& rules, const Book& book)
{
    return std::any_of(book.working.begin(), book.working.end(),
                       [&](const Order& order) { return isReachable(batch, rules, order); }) ||
           !safeEverywhere(batch, book.account);
}

bool passBy(const BarBatch& batch, std::span<const std::uint8_t> opens, Order& order)
{
    if (!batch.present[order.symbol])
        return false;
    const market::Candle& bar = batch.bars[order.symbol];
    if (order.type == OrderType::TrailingStop) {
        pullAlong(order, bar.open);
        return pullAlong(order, isBuying(order.side) ? bar.low : bar.high);
    }
    if (opens[order.symbol] && order.isAtLimit() && order.liquidity == Liquidity::Undecided)
        order.liquidity = Liquidity::Maker;
    return false;
}

void expireOrders(Book& book, Timestamp now, std::vector<MatchEvent>& events)
{
    for (std::size_t i = 0; i < book.working.size();) {
        Order& order = book.working[i];
        if (order.tif != TimeInForce::GoodTillDate || order.expires > now) {
            ++i;
            continue;
        }
        order.status = OrderStatus::Expired;
        order.reason = Reason::DateReached;
        events.emplace_back(OrderStep{order, order.expires});
        book.working.erase(book.working.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

} // namespace core::execution
