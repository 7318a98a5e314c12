// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quarterdeck/market.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quarterdeck {

/// Buy and Short open or turn a position and net against the other side; Sell and Cover only ever reduce one.
enum class Side : std::uint8_t { Buy, Sell, Short, Cover };
enum class OrderType : std::uint8_t { Market, Limit, Stop, StopLimit, TrailingStop };
/// How long an order works: until it is done, for its first price only, or until a date.
enum class TimeInForce : std::uint8_t { GoodTillCancelled, ImmediateOrCancel, GoodTillDate };
enum class OrderStatus : std::uint8_t { Submitted, Accepted, Rejected, PartlyFilled, Filled, Cancelled, Expired };
/// What an order is to the entry that brought it along.
enum class BracketLeg : std::uint8_t { None, StopLoss, TakeProfit };

/// Names an order of this strategy for good; 0 is none.
enum class OrderId : std::uint64_t {};

/// What an order asks for. Of size, quote, equityFraction and risk a new order needs exactly one. In a replacement
/// what is left out stays as it was, and the symbol must be.
struct OrderRequest
{
    std::string_view symbol = {};             ///< May be left out when there is only one.
    std::optional<double> size = {};          ///< Base units, positive.
    std::optional<double> quote = {};         ///< Quote units, at the last price.
    std::optional<double> equityFraction = {}; ///< Of the account's equity; above 1 with leverage.
    std::optional<double> risk = {};          ///< Of the equity that is lost, costs apart, at the stop-loss.
    std::optional<OrderType> type = {};       ///< Market when left out.
    std::optional<double> limit = {};
    std::optional<double> stop = {};
    std::optional<double> trail = {};         ///< How far a trailing stop follows, in price units.
    std::optional<double> trailFraction = {}; ///< The same as a fraction of the price.
    std::optional<TimeInForce> tif = {};      ///< Until cancelled when left out, or until `expires`.
    std::optional<Time> expires = {};
    std::optional<bool> reduceOnly = {};
    std::optional<double> stopLoss = {};      ///< Of an entry: protects what it opened, from its fill on.
    std::optional<double> takeProfit = {};
};

/// An order as it is now. The texts are literals.
struct Order
{
    OrderId id{};
    std::string_view symbol; ///< Valid for the session.
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    OrderStatus status = OrderStatus::Submitted;
    TimeInForce tif = TimeInForce::GoodTillCancelled;
    BracketLeg leg = BracketLeg::None;
    bool reduceOnly = false;
    bool triggered = false;  ///< Its stop was reached.
    bool working = false;
    double size = 0.0;       ///< Base units, positive, as are the next two.
    double filled = 0.0;
    double remaining = 0.0;
    std::optional<double> limit;
    std::optional<double> stop; ///< Of a trailing stop where it stands now.
    std::optional<double> trail;
    std::optional<double> trailFraction;
    std::optional<Time> expires;
    std::optional<double> stopLoss;
    std::optional<double> takeProfit;
    OrderId parent{};        ///< Of a bracket's leg: the entry.
    std::string_view reason; ///< Why it was refused or cancelled, in the journal's word: "insufficient_margin".
};

/// What came of an order that was sent. True when there is one; false with a reason when it was refused, and with
/// none when there was nothing to do.
struct Placed
{
    OrderId id{};
    std::string reason;
    [[nodiscard]] explicit operator bool() const { return id != OrderId{}; }
};

struct Fill
{
    std::uint64_t id = 0;
    OrderId order{};         ///< 0 when the account was liquidated.
    std::string_view symbol; ///< Valid for the session.
    Side side = Side::Buy;
    double size = 0.0;       ///< Negative for sales.
    double price = 0.0;      ///< Slippage included.
    double fee = 0.0;        ///< Quote currency, as are the next two.
    double slippage = 0.0;
    double profit = 0.0;     ///< Of what it closed, after all fees.
    double position = 0.0;   ///< Held afterwards.
    std::string_view rule;   ///< What gave it its price: "market_open", "stop", "limit", "liquidation".
    Time time;
};

/// A position as it is now; all zero when flat.
struct Position
{
    std::string_view symbol; ///< Valid for the session.
    double size = 0.0;       ///< Base units, negative for short.
    double averagePrice = 0.0;
    double cost = 0.0;       ///< averagePrice × |size|.
    double profit = 0.0;     ///< Open profit in quote units, entry fees included.
    double mae = 0.0;        ///< Worst open profit so far, at closes.
    double mfe = 0.0;        ///< Best open profit so far, at closes.
    std::optional<Time> opened;
    [[nodiscard]] bool flat() const { return !opened; }
};

} // namespace quarterdeck
