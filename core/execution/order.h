// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::execution {

/// Buy and Short net against the position; Sell and Cover only ever reduce it.
enum class Side : std::uint8_t { Buy, Sell, Short, Cover };
enum class OrderType : std::uint8_t { Market, Limit, Stop };
enum class OrderStatus : std::uint8_t {
    Submitted, Accepted, Rejected, PartlyFilled, Filled, Cancelled
};

/// Why an order was rejected or cancelled. The words are those of the journal.
enum class Reason : std::uint8_t {
    None, UnknownSymbol, NotFinite, NotPositive, BelowMinimum, WrongSideStop, NothingToReduce,
    InsufficientMargin, Halted, Liquidating, Suspended, Requested, Replaced, OutOfRange,
    MissingPrice, UnexpectedPrice, SessionEnded
};

/// The rule that gave a fill its price.
enum class FillRule : std::uint8_t {
    MarketOpen, StopGap, Stop, Limit, LimitBetter, Liquidation
};

[[nodiscard]] std::string_view name(Side side);         ///< "buy", "sell", "short", "cover"
[[nodiscard]] std::string_view name(OrderType type);    ///< "market", "limit", "stop"
[[nodiscard]] std::string_view name(OrderStatus status);///< "submitted", …, "partly_filled", …
[[nodiscard]] std::string_view name(Reason reason);     ///< "insufficient_margin", …; "" for None
[[nodiscard]] std::string_view name(FillRule rule);     ///< "market_open", "stop_gap", …
/// Explains a reason to a person, in one sentence.
[[nodiscard]] std::string_view explain(Reason reason);

[[nodiscard]] constexpr bool isBuying(Side side) { return side == Side::Buy || side == Side::Cover; }
[[nodiscard]] constexpr bool isReduceOnly(Side side) { return side == Side::Sell || side == Side::Cover; }

/// The size a strategy asks for.
struct OrderSize {
    enum class Unit : std::uint8_t {
        Base,          ///< Base currency.
        Quote,         ///< Quote currency, at the last mark.
        EquityFraction ///< Fraction of the account's equity, at the last mark.
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
    bool reduceOnly = false;
};

/// One order of an account, from submission to its end.
struct Order {
    OrderId id;
    SymbolIndex symbol = 0;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    OrderStatus status = OrderStatus::Submitted;
    Reason reason = Reason::None;
    bool reduceOnly = false;
    bool triggered = false;   ///< A stop that was reached and waits for volume: a market order now.
    Quantity size;            ///< Positive.
    Quantity filled;          ///< Positive, at most size.
    std::optional<Price> limit;
    std::optional<Price> stop;
    Timestamp decisionTime;
    CorrelationId correlation;

    [[nodiscard]] Quantity remaining() const { return size - filled; }
    [[nodiscard]] bool isWorking() const
    {
        return status == OrderStatus::Submitted || status == OrderStatus::Accepted ||
               status == OrderStatus::PartlyFilled;
    }
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
    Money notional;         ///< price × |quantity|.
    Money fee;
    Money liquidationFee;
    Money slippage;         ///< |price − referencePrice| × |quantity|.
    Money realisedProfit;   ///< Of the closed part, after its share of all fees.
    Quantity positionAfter;
    Money cashAfter;
    FillRule rule = FillRule::MarketOpen;
    bool ambiguous = false; ///< The other order of the bar's extremes would have filled differently.
    Timestamp decisionTime;
    Timestamp time;
    CorrelationId correlation;
};

} // namespace core::execution
