// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/bookmatcher.h"

#include "core/execution/bookwalk.h"

namespace core::execution {

namespace {

/// At most 1 % of the mid.
bool isTight(const market::OrderBook& book)
{
    const Int128 twiceMid = static_cast<Int128>(book.bestBid().ticks()) + book.bestAsk().ticks();
    return static_cast<Int128>(book.spread()) * 200 <= twiceMid;
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
    const bool isIdle = book.working.empty() && book.account.isFlat() && book.halt == Halt::None &&
                        rules.matching.costs.borrow.isFree();
    if (!isIdle && book.halt != Halt::Liquidated)
        BookWalk(event, rules, book, events).run();
}

} // namespace core::execution
