// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "enginefixture.h"
#include "tests/core/execution/dice.h"

#include <limits>

/// A strategy that does anything, and minutes for it to do that in.
namespace fixture {

using namespace core;
using execution::OrderRequest;
using execution::OrderSize;
using execution::OrderType;
using execution::Side;
using execution::TimeInForce;

/// A number as a confused strategy writes it, or one near `price`.
inline double anyNumber(Dice& dice, double price)
{
    constexpr double INFINITE = std::numeric_limits<double>::infinity();
    if (dice.chance(75))
        return price * (1.0 + static_cast<double>(dice.between(-100, 100)) / 1000.0);
    return dice.oneOf({std::numeric_limits<double>::quiet_NaN(), INFINITE, -INFINITE, 0.0, -0.0, -1.0,
                       1e-300, 1e300, 9.3e18, 9.2e18, -9.3e18, 1e-9,
                       std::numeric_limits<double>::denorm_min()});
}

inline std::optional<double> maybe(Dice& dice, int percent, double price)
{
    return dice.chance(percent) ? std::optional(anyNumber(dice, price)) : std::nullopt;
}

/// Anything at all, sometimes sensible.
inline OrderRequest anyRequest(Dice& dice, const Context& context, double price)
{
    OrderRequest request;
    request.symbol = static_cast<SymbolIndex>(dice.between(0, 2)); // there are two
    request.side = dice.oneOf({Side::Buy, Side::Short, Side::Sell, Side::Cover});
    request.type = dice.oneOf({OrderType::Market, OrderType::Limit, OrderType::Stop, OrderType::StopLimit,
                               OrderType::TrailingStop});
    request.size.unit = dice.oneOf({OrderSize::Unit::Base, OrderSize::Unit::Quote,
                                    OrderSize::Unit::EquityFraction, OrderSize::Unit::Risk});
    const bool isFraction =
        request.size.unit == OrderSize::Unit::EquityFraction || request.size.unit == OrderSize::Unit::Risk;
    request.size.value = anyNumber(dice, isFraction ? 0.5 : 50.0);
    const bool limits = request.type == OrderType::Limit || request.type == OrderType::StopLimit;
    const bool stops = request.type == OrderType::Stop || request.type == OrderType::StopLimit;
    const bool trails = request.type == OrderType::TrailingStop;
    request.limit = maybe(dice, limits ? 95 : 2, price);
    request.stop = maybe(dice, stops ? 95 : 2, price);
    request.trail = maybe(dice, trails ? 50 : 2, price / 20);
    if (trails && !request.trail)
        request.trailFraction = anyNumber(dice, 0.05);
    request.reduceOnly = dice.chance(10);
    request.stopLoss = maybe(dice, 30, price);
    request.takeProfit = maybe(dice, 30, price);
    request.tif = dice.oneOf({TimeInForce::GoodTillCancelled, TimeInForce::GoodTillCancelled,
                              TimeInForce::ImmediateOrCancel, TimeInForce::GoodTillDate});
    if (request.tif == TimeInForce::GoodTillDate || dice.chance(2))
        request.expires = context.time() + MINUTE * dice.between(-2, 5);
    return request;
}

/// Does anything a strategy can do, at every bar; which follows from the seed alone.
inline Script monkey(std::uint64_t seed)
{
    Script script;
    script.bar = [dice = Dice(seed)](Context& context, const Bar& bar) mutable {
        const double price = context.instruments()[bar.symbol].toDouble(bar.candle.close);
        for (std::int64_t i = dice.between(0, 2); i > 0; --i) {
            const OrderRequest request = anyRequest(dice, context, price);
            const auto working = context.workingOrders();
            if (working.empty() || dice.chance(80)) {
                (void)context.submit(request);
                continue;
            }
            const auto chosen = static_cast<std::size_t>(
                dice.between(0, static_cast<std::int64_t>(working.size()) - 1));
            const OrderId id = working[chosen].id;
            if (dice.chance(50))
                (void)context.replace(id, request);
            else
                (void)context.cancel(id).ok();
        }
        if (dice.chance(5))
            (void)context.target(static_cast<SymbolIndex>(dice.between(0, 2)), anyNumber(dice, 10.0));
    };
    return script;
}

/// Forty minutes or so that jump about, some missing.
inline std::vector<market::Candle> wander(Dice& dice, int bars)
{
    std::vector<market::Candle> candles;
    std::int64_t price = 1'000;
    for (int i = 0; i < bars; ++i) {
        if (dice.chance(10))
            continue;
        const std::int64_t open = std::max<std::int64_t>(10, price + dice.between(-20, 20));
        price = std::max<std::int64_t>(10, open + dice.between(-60, 60));
        const std::int64_t high = std::max(open, price) + dice.between(0, 40);
        const std::int64_t low = std::max<std::int64_t>(1, std::min(open, price) - dice.between(0, 40));
        candles.push_back(candle(i, open, high, low, price));
    }
    return candles;
}

} // namespace fixture
