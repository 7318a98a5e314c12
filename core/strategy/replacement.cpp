// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/replacement.h"

namespace core::strategy {

using execution::OrderRequest;
using execution::OrderType;

OrderRequest requestLike(const market::Instrument& instrument, const execution::Order& order)
{
    const auto number = [&](const std::optional<Price>& price) {
        return price ? std::optional(instrument.toDouble(*price)) : std::nullopt;
    };
    OrderRequest request;
    request.symbol = order.symbol;
    request.side = order.side;
    request.type = order.type;
    request.size = {instrument.toDouble(order.remaining()), execution::OrderSize::Unit::Base};
    request.limit = number(order.limit);
    request.stop = number(order.stop);
    if (order.trailFraction > 0)
        request.trailFraction = toDouble(order.trailFraction, 8);
    else if (order.type == OrderType::TrailingStop)
        request.trail = instrument.toDouble(order.trail);
    request.tif = order.tif;
    if (order.tif == execution::TimeInForce::GoodTillDate)
        request.expires = order.expires;
    request.reduceOnly = order.reduceOnly;
    request.stopLoss = number(order.stopLoss);
    request.takeProfit = number(order.takeProfit);
    return request;
}

void dropForeignPrices(OrderRequest& request)
{
    const OrderType type = request.type;
    if (type != OrderType::Limit && type != OrderType::StopLimit)
        request.limit.reset();
    if (type != OrderType::Stop && type != OrderType::StopLimit)
        request.stop.reset();
    if (type != OrderType::TrailingStop) {
        request.trail.reset();
        request.trailFraction.reset();
    }
}

} // namespace core::strategy
