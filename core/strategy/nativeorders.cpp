// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativeorders.h"

#include "core/strategy/replacement.h"

#include <stdexcept>

namespace core::strategy {

namespace {

using execution::OrderRequest;
using execution::OrderSize;

// What has the same names on both sides has the same numbers.
static_assert(static_cast<int>(quarterdeck::Side::Cover) == static_cast<int>(execution::Side::Cover));
static_assert(static_cast<int>(quarterdeck::OrderType::TrailingStop) ==
              static_cast<int>(execution::OrderType::TrailingStop));
static_assert(static_cast<int>(quarterdeck::OrderStatus::Expired) ==
              static_cast<int>(execution::OrderStatus::Expired));
static_assert(static_cast<int>(quarterdeck::TimeInForce::GoodTillDate) ==
              static_cast<int>(execution::TimeInForce::GoodTillDate));
static_assert(static_cast<int>(quarterdeck::BracketLeg::TakeProfit) ==
              static_cast<int>(execution::BracketLeg::TakeProfit));

std::optional<OrderSize> readSize(const quarterdeck::OrderRequest& given)
{
    std::optional<OrderSize> size;
    const auto take = [&size](const std::optional<double>& value, OrderSize::Unit unit) {
        if (value && size)
            throw std::invalid_argument(
                "an order takes one of size, quote, equityFraction and risk, not several");
        if (value)
            size = OrderSize{*value, unit};
    };
    take(given.size, OrderSize::Unit::Base);
    take(given.quote, OrderSize::Unit::Quote);
    take(given.equityFraction, OrderSize::Unit::EquityFraction);
    take(given.risk, OrderSize::Unit::Risk);
    return size;
}

void take(const std::optional<double>& given, std::optional<double>& value)
{
    if (given)
        value = given;
}

/// What a new order and a replacement have in common, over what is there already.
void readFields(const quarterdeck::OrderRequest& given, OrderRequest& request)
{
    take(given.limit, request.limit);
    take(given.stop, request.stop);
    // Either says how far; the one that is given replaces the other.
    if (given.trail)
        request.trailFraction.reset();
    if (given.trailFraction)
        request.trail.reset();
    take(given.trail, request.trail);
    take(given.trailFraction, request.trailFraction);
    if (given.tif) {
        request.tif = static_cast<execution::TimeInForce>(*given.tif);
        request.expires.reset();
    } else if (given.expires) {
        request.tif = execution::TimeInForce::GoodTillDate;
    }
    if (given.expires)
        request.expires = given.expires;
    request.reduceOnly = given.reduceOnly.value_or(request.reduceOnly);
    take(given.stopLoss, request.stopLoss);
    take(given.takeProfit, request.takeProfit);
}

} // namespace

OrderRequest nativeRequest(const quarterdeck::OrderRequest& given, SymbolIndex symbol, execution::Side side)
{
    const auto size = readSize(given);
    if (!size)
        throw std::invalid_argument("an order needs one of size, quote, equityFraction and risk");
    OrderRequest request;
    request.symbol = symbol;
    request.side = side;
    request.size = *size;
    if (given.type)
        request.type = static_cast<execution::OrderType>(*given.type);
    readFields(given, request);
    return request;
}

OrderRequest nativeReplacement(const quarterdeck::OrderRequest& changes,
                               const market::Instrument& instrument, const execution::Order& order)
{
    if (!changes.symbol.empty())
        throw std::invalid_argument("a replacement stays with its symbol; leave it out");
    OrderRequest request = requestLike(instrument, order);
    request.size = readSize(changes).value_or(request.size);
    if (changes.type)
        request.type = static_cast<execution::OrderType>(*changes.type);
    dropForeignPrices(request);
    readFields(changes, request);
    return request;
}

quarterdeck::Order nativeOrder(const market::Instrument& instrument, std::string_view symbol,
                               const execution::Order& order)
{
    const auto number = [&](const std::optional<Price>& price) {
        return price ? std::optional(instrument.toDouble(*price)) : std::nullopt;
    };
    quarterdeck::Order view;
    view.id = quarterdeck::OrderId{order.id.value};
    view.symbol = symbol;
    view.side = static_cast<quarterdeck::Side>(order.side);
    view.type = static_cast<quarterdeck::OrderType>(order.type);
    view.status = static_cast<quarterdeck::OrderStatus>(order.status);
    view.tif = static_cast<quarterdeck::TimeInForce>(order.tif);
    view.leg = static_cast<quarterdeck::BracketLeg>(order.leg);
    view.reduceOnly = order.reducesOnly();
    view.triggered = order.triggered;
    view.working = order.isWorking();
    view.size = instrument.toDouble(order.size);
    view.filled = instrument.toDouble(order.filled);
    view.remaining = instrument.toDouble(order.remaining());
    view.limit = number(order.limit);
    view.stop = number(order.stop);
    if (order.trail > Price())
        view.trail = instrument.toDouble(order.trail);
    if (order.trailFraction > 0)
        view.trailFraction = toDouble(order.trailFraction, 8);
    if (order.tif == execution::TimeInForce::GoodTillDate)
        view.expires = order.expires;
    view.stopLoss = number(order.stopLoss);
    view.takeProfit = number(order.takeProfit);
    view.parent = quarterdeck::OrderId{order.parent.value};
    view.reason = execution::name(order.reason);
    return view;
}

quarterdeck::Fill nativeFill(const market::Instrument& instrument, std::string_view symbol,
                             const execution::Fill& fill)
{
    quarterdeck::Fill view;
    view.id = fill.id.value;
    view.order = quarterdeck::OrderId{fill.order.value};
    view.symbol = symbol;
    view.side = static_cast<quarterdeck::Side>(fill.side);
    view.size = instrument.toDouble(fill.quantity);
    view.price = instrument.toDouble(fill.price);
    view.fee = (fill.fee + fill.openingFee).toDouble();
    view.slippage = fill.slippage.toDouble();
    view.profit = fill.realisedProfit.toDouble();
    view.position = instrument.toDouble(fill.positionAfter);
    view.rule = execution::name(fill.rule);
    view.time = fill.time;
    return view;
}

} // namespace core::strategy
