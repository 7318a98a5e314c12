// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/trailing.h"

#include <algorithm>
#include <limits>

namespace core::execution {

namespace {

constexpr std::int64_t RATE_UNIT = 100'000'000;

Int128 distanceAt(const Order& order, Price price)
{
    if (order.trailFraction == 0)
        return order.trail.ticks();
    // Rounded up, so that the stop moves by no more ticks than the price does.
    const Int128 product = static_cast<Int128>(price.ticks()) * order.trailFraction;
    return std::max<Int128>(-divideFloor(-product, RATE_UNIT), 1);
}

} // namespace

Price trailedStop(const Order& order, Price price)
{
    constexpr Int128 HIGHEST = std::numeric_limits<std::int64_t>::max();
    const Int128 distance = distanceAt(order, price);
    const Int128 stop = isBuying(order.side) ? price.ticks() + distance : price.ticks() - distance;
    return Price(static_cast<std::int64_t>(std::min(stop, HIGHEST)));
}

bool pullAlong(Order& order, Price price)
{
    const Price stop = trailedStop(order, price);
    const bool nearer = isBuying(order.side) ? stop < *order.stop : stop > *order.stop;
    if (nearer)
        order.stop = stop;
    return nearer;
}

} // namespace core::execution
