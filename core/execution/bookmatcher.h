// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"
#include "core/market/orderbook.h"
#include "core/market/trade.h"

#include <span>
#include <vector>

namespace core::execution {

/// What matching against live books goes by. Of the session's rules it takes the fees, the borrowing terms
/// and `touch`: a book has its own slippage, shows its own volume and has no path.
struct BookRules {
    MatchingRules matching;
    Nanoseconds bookAge = std::chrono::seconds(10);  ///< A book without a message for longer is stale,
    Nanoseconds tradeAge = std::chrono::seconds(60); ///< and so is a last trade older than this.
};

/// What is known of one symbol's market at a moment.
struct SymbolMarket {
    const market::OrderBook* book = nullptr; ///< Null before the first.
    Price lastTrade;                         ///< 0 before the first.
    Timestamp lastTradeTime;
};

/// One event of the market: a symbol's book changed, or a trade was made in it.
struct BookEvent {
    Timestamp time; ///< Now, which staleness goes by.
    SymbolIndex symbol = 0;
    const market::Trade* trade = nullptr;            ///< Null when the book changed.
    std::span<const market::Instrument> instruments; ///< By symbol, as the rest.
    std::span<const SymbolMarket> markets;           ///< With this event in them.
    std::span<const Price> marks;                    ///< Before it.
    CorrelationId correlation;
};

/// A price to value a position by, and whether it may still be acted on.
struct Mark {
    Price price;
    bool isFresh = false;
};

/// The mid of a verified book whose spread is at most 1 %, else the last trade, each while it is fresh;
/// else `before`, or what there is when that is 0.
[[nodiscard]] Mark markOf(const SymbolMarket& market, const BookRules& rules, Timestamp now, Price before);

/// True when orders may fill against the book: verified and not stale.
[[nodiscard]] bool isUsable(const SymbolMarket& market, const BookRules& rules, Timestamp now);

/// Matches the working orders of the event's symbol against its book and trade, after interest, marks and
/// margin check (2-accounts-and-margin and 3-execution of the design). Appends what happened to `events`.
/// Market orders walk the visible levels: the notional is the exact cost of the levels, rounded once to
/// money; the price is their average, rounded to the tick against the account. Nothing visible in one state
/// of a book fills twice. A liquidation goes on with later events until the account is flat. An event that
/// changes nothing for the account costs no memory.
void matchBook(const BookEvent& event, const BookRules& rules, Book& book, std::vector<MatchEvent>& events);

} // namespace core::execution
