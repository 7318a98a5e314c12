// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/barpath.h"
#include "core/execution/costs.h"
#include "core/execution/order.h"
#include "core/market/trade.h"
#include "core/portfolio/account.h"
#include "core/portfolio/funding.h"
#include "core/portfolio/margin.h"
#include "core/portfolio/riskwatch.h"

#include <span>
#include <variant>
#include <vector>

namespace core::execution {

/// What a session's matching goes by.
struct MatchingRules {
    Costs costs;
    std::int64_t participation = 10'000'000; ///< Share of a bar's volume in 1e-8; 0 is no limit.
    bool worstCase = false; ///< Adverse extreme first for the position held at the open.
    bool touch = false;     ///< A limit fills when the price touches it, not only when it trades through.
};

/// Liquidating lasts where positions are closed as a book allows; on candles they are closed at once.
enum class Halt : std::uint8_t { None, Liquidating, Liquidated };

/// What the account took of one state of a symbol's book, so that nothing visible fills twice.
struct BookTaken {
    std::uint64_t version = 0;
    Quantity bids;
    Quantity asks;
};

/// Everything matching reads and changes: a value, so that a bar can be walked twice.
struct Book {
    explicit Book(portfolio::Account opened) : account(std::move(opened)) {}

    portfolio::Account account;
    std::vector<Order> working; ///< By id.
    Halt halt = Halt::None;
    portfolio::BorrowClock borrowing;
    Timestamp fundedTo = Timestamp::min(); ///< Until then, this time included, funding is booked.
    portfolio::RiskWatch risk;
    std::uint64_t lastOrder = 0; ///< The highest order id given out; legs of brackets get the next ones.
    std::vector<BookTaken> taken; ///< By symbol, of live books; empty on candles.
    bool callWaits = false;       ///< A margin call waits for fresh marks.
};

/// What is known of one symbol beyond its bars.
struct FinerData {
    const market::CandleColumns* candles = nullptr; ///< Finer than the bars; null where there are none.
    Nanoseconds length{};                           ///< Of each: one of the timeframes, shorter than the bar's.
    const market::TradeColumns* trades = nullptr;   ///< Null where there are none.
};

/// The bars of one time: those symbols that have one, the marks before it and everything's instrument.
struct BarBatch {
    Timestamp openTime;
    Nanoseconds length{};
    std::span<const market::Instrument> instruments;
    std::span<const market::Candle> bars; ///< By symbol.
    std::span<const std::uint8_t> present; ///< By symbol: 1 when there is a bar.
    std::span<const Price> marks;          ///< By symbol: the last mark before this batch.
    CorrelationId correlation;             ///< Of this market event, for margin calls.
    std::span<const FinerData> finer = {}; ///< By symbol, of any time; empty when there are none.
    std::span<const portfolio::FundingSchedule> funding = {}; ///< By symbol; empty when none pays any.
};

/// A size that the account could not carry in full, or that a risk limit did not allow.
struct MarginCut {
    OrderId order;
    Quantity asked;
    Quantity granted;
    Timestamp time;
    CorrelationId correlation;
    Reason reason = Reason::InsufficientMargin;
};
/// E fell below M: what stood at that tick.
struct MarginCall {
    Timestamp time;
    Money equity;
    Money maintenance;
    Money exposure;
    double level = 0.0;
    CorrelationId correlation;
};
/// The end of a liquidation.
struct Liquidated {
    Timestamp time;
    Money badDebt;
    CorrelationId correlation;
};
/// A step of an order's life; the order as it stood after it.
struct OrderStep {
    Order order;
    Timestamp time;
};
/// A bar that the other order of its extremes would have ended differently.
struct Ambiguity {
    Timestamp time;         ///< The bar's close.
    std::int64_t fills = 0; ///< Of the account's fills, those flagged.
    Money stake;            ///< Equity at the closes less what the other order would have left.
    CorrelationId correlation;
};
/// Trades or finer candles that do not add up to their bar, so that what comes next resolved it.
struct DetailRefused {
    SymbolIndex symbol = 0;
    Detail detail = Detail::Candles; ///< What was refused.
    Timestamp time; ///< The bar's open.
    CorrelationId correlation;
};
/// E is below M, but a mark that it goes by is older than its channel's limit: the call waits.
struct MarginCallWaiting {
    Timestamp time;
    Money equity;
    Money maintenance;
    CorrelationId correlation;
};
/// What happened to an account in a batch, in order. A fill's id is set by whoever keeps count.
using MatchEvent = std::variant<OrderStep, Fill, portfolio::LedgerEntry, MarginCut, MarginCall, Liquidated,
                                Ambiguity, portfolio::RiskChange, DetailRefused, MarginCallWaiting>;

/// One trade of a symbol.
struct SymbolTrade {
    SymbolIndex symbol = 0;
    market::Trade trade;
};
/// The trades of one time inside a bar, by symbol, and what stands then.
struct TradeMoment {
    Timestamp time;
    std::span<const SymbolTrade> trades;
    std::span<const Price> marks; ///< By symbol; without trades of its own, the open of its present candle.
};
/// Who is told of the trades that a bar is walked along, once the book's orders have met those of a time. May take
/// the events so far, and change the book's working orders: those meet what comes next.
class TradeListener
{
public:
    virtual void onTrades(const TradeMoment& moment) = 0;

protected:
    ~TradeListener() = default;
};

/// Matches the working orders of `book` against one batch and checks its margin along the path
/// (3-execution and 2-accounts-and-margin of the design). A bar that may reach an order or bring a call is
/// resolved by its trades where there are any, else by its finer candles. Appends what happened to `events`; fills that
/// depend on which extreme came first are flagged ambiguous. Costs nothing to speak of, and allocates
/// nothing, when the bars reach no order and bring no call. Interest and funding
/// that are due come before the bars; what falls due inside them at their end, at the marks before.
/// With a `listener` every bar that has trades which add up to it is walked, whatever the book holds. Where a symbol
/// without them is filled inside its bar then, the other order of its extremes cannot be tried, since the listener
/// acts: such a fill is flagged ambiguous, at an unknown stake of zero. What the listener sends for such a symbol waits
/// for its next candle. An account that is liquidated hears of no
/// more trades.
void matchBatch(const BarBatch& batch, const MatchingRules& rules, Book& book,
                std::vector<MatchEvent>& events, TradeListener* listener = nullptr);

} // namespace core::execution
