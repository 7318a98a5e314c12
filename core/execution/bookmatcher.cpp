// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/bookmatcher.h"

#include "core/execution/bookwalk.h"
#include "core/execution/reach.h"

#include <algorithm>

namespace core::execution {

namespace {

/// At most 1 % of the mid.
bool isTight(const market::OrderBook& book)
{
    const Int128 twiceMid = static_cast<Int128>(book.bestBid().ticks()) + book.bestAsk().ticks();
    return static_cast<Int128>(book.spread()) * 200 <= twiceMid;
}

/// True when the event neither fills the order nor triggers, moves or ends it.
bool passesBy(const BookEvent& event, const BookRules& rules, const Order& order)
{
    if (order.tif == TimeInForce::GoodTillDate && order.expires <= event.time)
        return false;
    if (order.symbol != event.symbol)
        return true;
    if (order.awaitsStop())
        return !event.trade ||
               (order.type != OrderType::TrailingStop && !reaches(order, event.trade->price));
    const SymbolMarket& market = event.markets[order.symbol];
    if (!isUsable(market, rules, event.time))
        return true;
    if (!order.isAtLimit() || order.tif == TimeInForce::ImmediateOrCancel ||
        order.liquidity == Liquidity::Undecided)
        return false;
    const bool buying = isBuying(order.side);
    if (buying ? market.book->bestAsk() <= *order.limit : market.book->bestBid() >= *order.limit)
        return false;
    return !event.trade ||
           (buying ? event.trade->price > *order.limit : event.trade->price < *order.limit);
}

/// True when no call is due, and none waits.
bool isSafe(const BookEvent& event, const BookRules& rules, const Book& book)
{
    if (book.account.isFlat())
        return !book.callWaits;
    portfolio::Margin margin;
    margin.equity = book.account.cash().count();
    for (std::size_t i = 0; i < event.markets.size(); ++i) {
        const Quantity held = book.account.positions()[i].quantity;
        if (held.isZero())
            continue;
        const Mark mark = markOf(event.markets[i], rules, event.time, event.marks[i]);
        margin.add(portfolio::positionValue(event.instruments[i], mark.price, held));
    }
    return !book.callWaits && !margin.isCalled(book.account.settings());
}

/// Most events of a market change nothing for an account.
bool isQuiet(const BookEvent& event, const BookRules& rules, const Book& book)
{
    return book.halt == Halt::None && rules.matching.costs.borrow.isFree() &&
           std::all_of(book.working.begin(), book.working.end(),
                       [&](const Order& order) { return passesBy(event, rules, order); }) &&
           isSafe(event, rules, book);
}

} // namespace

bool isUsable(const SymbolMarket& market, const BookRules& rules, Timestamp now)
{
    return market.book && market.book->isVerified() && !market.book->isStale(now, rules.bookAge);
}

Mark markOf(const SymbolMarket& market, const BookRules& rules, Timestamp now, Price before)
{
    if (isUsable(market, rules, now) && isTight(*market.book))
        return {market.book->mid(), true};
    const bool hasTrade = market.lastTrade > Price();
    if (hasTrade && now - market.lastTradeTime <= rules.tradeAge)
        return {market.lastTrade, true};
    if (before > Price() || !hasTrade)
        return {before, false};
    return {market.lastTrade, false};
}

void matchBook(const BookEvent& event, const BookRules& rules, Book& book, std::vector<MatchEvent>& events)
{
    if (book.halt != Halt::Liquidated && !isQuiet(event, rules, book))
        BookWalk(event, rules, book, events).run();
}

} // namespace core::execution
