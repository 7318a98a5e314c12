// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"
#include "core/portfolio/risklimits.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::execution {

/// Buy and Short net against the position; Sell and Cover only ever reduce it.
enum class Side : std::uint8_t { Buy, Sell, Short, Cover };
enum class OrderType : std::uint8_t { Market, Limit, Stop, StopLimit, TrailingStop };
/// How long an order works: until it is done, for its first event only, or until a date.
enum class TimeInForce : std::uint8_t { GoodTillCancelled, ImmediateOrCancel, GoodTillDate };
enum class OrderStatus : std::uint8_t {
    Submitted, Accepted, Rejected, PartlyFilled, Filled, Cancelled, Expired
};
/// What an order is to the entry that brought it along: one of the pair that protects what it opened.
enum class BracketLeg : std::uint8_t { None, StopLoss, TakeProfit };
/// Who waited for whom: a taker was marketable on its first event, a maker was not.
enum class Liquidity : std::uint8_t { Undecided, Taker, Maker };

/// Why an order was rejected or cancelled. The words are those of the journal.
enum class Reason : std::uint8_t {
    None, UnknownSymbol, NotFinite, NotPositive, BelowMinimum, WrongSideStop, NothingToReduce,
    InsufficientMargin, Halted, Liquidating, Suspended, Requested, Replaced, OutOfRange,
    MissingPrice, UnexpectedPrice, SessionEnded, WrongSideTarget, BracketOnExit, WrongTimeInForce,
    MissingExpiry, UnexpectedExpiry, ExpiryPassed, NotFilledAtOnce, DateReached, OneCancelsOther,
    PositionClosed, WrongCurrency, DailyLossLimit, DrawdownLimit, ExposureLimit, OrderRateLimit,
    AccountReset, TooManyOrders, BelowMinimumCost
};

/// The rule that gave a fill its price.
enum class FillRule : std::uint8_t {
    MarketOpen, StopGap, Stop, Limit, LimitBetter, Liquidation, BookWalk
};

/// What showed the price of a fill: a bar's own path, finer candles inside it, a live book or a trade.
enum class Detail : std::uint8_t { Path, Candles, Book, Trades };

[[nodiscard]] std::string_view name(Side side);         ///< "buy", "sell", "short", "cover"
[[nodiscard]] std::string_view name(OrderType type);    ///< "market", …, "stop_limit", "trailing_stop"
[[nodiscard]] std::string_view name(TimeInForce tif);   ///< "gtc", "ioc", "gtd"
[[nodiscard]] std::string_view name(OrderStatus status);///< "submitted", …, "partly_filled", …
[[nodiscard]] std::string_view name(BracketLeg leg);    ///< "stop_loss", "take_profit"; "" for None
[[nodiscard]] std::string_view name(Liquidity liquidity);///< "taker", "maker"; "" for Undecided
[[nodiscard]] std::string_view name(Reason reason);     ///< "insufficient_margin", …; "" for None
[[nodiscard]] std::string_view name(FillRule rule);     ///< "market_open", "stop_gap", …
[[nodiscard]] std::string_view name(Detail detail);     ///< "candle_path", "candles", "book", "trades"
/// Explains a reason to a person, in one sentence.
[[nodiscard]] std::string_view explain(Reason reason);
/// The reason that names the limit.
[[nodiscard]] Reason reasonOf(portfolio::RiskLimit limit);

[[nodiscard]] constexpr bool isBuying(Side side) { return side == Side::Buy || side == Side::Cover; }
[[nodiscard]] constexpr bool isReduceOnly(Side side) { return side == Side::Sell || side == Side::Cover; }

/// The size a strategy asks for.
struct OrderSize {
    enum class Unit : std::uint8_t {
        Base,          ///< Base currency.
        Quote,         ///< Quote currency, at the last mark.
        EquityFraction, ///< Fraction of the account's equity, at the last mark.
        Risk ///< Fraction of the account's equity that is lost, costs apart, when the stop-loss is hit.
    };
    double value = 0.0;
    Unit unit = Unit::Base;
};

/// What a strategy asks for, in the numbers strategies use. The engine turns it into ticks and lots
/// (sizes down to the lot step, prices to the nearest tick) and checks every field.
struct OrderRequest {
    SymbolIndex symbol = 0;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    OrderSize size;
    std::optional<double> limit;
    std::optional<double> stop;
    std::optional<double> trail;         ///< Distance of a trailing stop, in price units.
    std::optional<double> trailFraction; ///< The same as a fraction of the price it trails.
    TimeInForce tif = TimeInForce::GoodTillCancelled;
    std::optional<Timestamp> expires; ///< Of a good-till-date order.
    bool reduceOnly = false;
    std::optional<double> stopLoss;   ///< Protects what the order opens, from its fill on.
    std::optional<double> takeProfit; ///< The other half of the pair.
};

/// One order of an account, from submission to its end.
struct Order {
    OrderId id;
    SymbolIndex symbol = 0;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    OrderStatus status = OrderStatus::Submitted;
    Reason reason = Reason::None;
    TimeInForce tif = TimeInForce::GoodTillCancelled;
    BracketLeg leg = BracketLeg::None;
    Liquidity liquidity = Liquidity::Undecided; ///< Of limits; whatever goes to market takes.
    bool reduceOnly = false;
    bool forced = false;      ///< Closes a position for a risk limit or a suspension; not the strategy's to cancel.
    bool triggered = false;   ///< The stop was reached: a market or a limit order from then on.
    Quantity size;            ///< Positive.
    Quantity filled;          ///< Positive, at most size.
    std::optional<Price> limit;
    std::optional<Price> stop; ///< Of a trailing stop where it stands now.
    Price trail;              ///< Distance of a trailing stop; 0 when it is a fraction.
    std::int64_t trailFraction = 0; ///< In 1e-8 of the price; 0 when it is a distance.
    Timestamp expires;        ///< Of a good-till-date order.
    std::optional<Price> stopLoss;
    std::optional<Price> takeProfit;
    OrderId parent;           ///< Of a bracket's leg: the entry.
    Timestamp decisionTime;
    CorrelationId correlation;

    [[nodiscard]] Quantity remaining() const { return size - filled; }
    [[nodiscard]] bool isWorking() const
    {
        return status == OrderStatus::Submitted || status == OrderStatus::Accepted ||
               status == OrderStatus::PartlyFilled;
    }
    /// True for what may only ever bring the position nearer to zero.
    [[nodiscard]] bool reducesOnly() const { return reduceOnly || isReduceOnly(side); }
    [[nodiscard]] bool isStop() const
    {
        return type == OrderType::Stop || type == OrderType::StopLimit || type == OrderType::TrailingStop;
    }
    /// Waits for its stop to be reached.
    [[nodiscard]] bool awaitsStop() const { return isStop() && !triggered; }
    /// Fills at no worse than its limit: a limit order, or a stop-limit whose stop was reached.
    [[nodiscard]] bool isAtLimit() const
    {
        return type == OrderType::Limit || (type == OrderType::StopLimit && triggered);
    }
    /// Fills at whatever the price is.
    [[nodiscard]] bool isAtMarket() const { return !awaitsStop() && !isAtLimit(); }
    [[nodiscard]] bool hasBracket() const { return stopLoss || takeProfit; }
    bool operator==(const Order&) const = default;
};

/// One execution, with every cost apart and everything needed to explain its price.
struct Fill {
    FillId id;
    OrderId order;
    SymbolIndex symbol = 0;
    Side side = Side::Buy;
    Quantity quantity;      ///< Positive for bought, negative for sold.
    Price price;            ///< What was paid, slippage included.
    Price referencePrice;   ///< The price of the rule before slippage.
    Money notional;         ///< price × |quantity|; of a book the exact cost of its levels.
    Money fee;
    Money liquidationFee;
    Money openingFee;       ///< Of what the fill newly borrowed.
    Money slippage;         ///< |price − referencePrice| × |quantity|; of a book beyond its best price.
    Money spread;           ///< From the middle of a book to its best price; 0 on candles.
    Money realisedProfit;   ///< Of the closed part, after its share of all fees.
    Quantity positionAfter;
    Money cashAfter;
    FillRule rule = FillRule::MarketOpen;
    Detail detail = Detail::Path;
    Liquidity liquidity = Liquidity::Taker; ///< Whose rate the fee is.
    bool ambiguous = false; ///< The other order of the bar's extremes would have filled differently.
    Money stake;            ///< On a bar's first ambiguous fill: closing equity less that of the other order.
    OrderId parent;         ///< Of a bracket's leg: the entry.
    BracketLeg leg = BracketLeg::None;
    Timestamp decisionTime;
    Timestamp time;
    CorrelationId correlation;
};

} // namespace core::execution
