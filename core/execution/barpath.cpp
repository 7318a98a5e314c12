// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barpath.h"

namespace core::execution {

bool lowIsNearer(const market::Candle& bar)
{
    return bar.open.ticks() - bar.low.ticks() <= bar.high.ticks() - bar.open.ticks();
}

bool lowComesFirst(const market::Candle& bar, std::int64_t held)
{
    return held != 0 ? held > 0 : lowIsNearer(bar);
}

BarPath barPath(const market::Candle& bar, bool lowFirst)
{
    if (lowFirst)
        return {bar.open, bar.low, bar.high, bar.close};
    return {bar.open, bar.high, bar.low, bar.close};
}

bool PathPoint::before(const PathPoint& other) const
{
    if (leg != other.leg)
        return leg < other.leg;
    return static_cast<Int128>(numerator) * other.denominator <
           static_cast<Int128>(other.numerator) * denominator;
}

Nanoseconds PathPoint::share(Nanoseconds length) const
{
    const Int128 walked = static_cast<Int128>(leg) * denominator + numerator;
    const Int128 part = divideFloor(walked * length.count(), static_cast<Int128>(denominator) * 3);
    return Nanoseconds(static_cast<std::int64_t>(part));
}

Price PathPoint::priceOn(const BarPath& path) const
{
    const std::int64_t from = path[static_cast<std::size_t>(leg)].ticks();
    const std::int64_t to = path[static_cast<std::size_t>(leg) + 1].ticks();
    const Int128 move = divideHalfEven(static_cast<Int128>(to - from) * numerator, denominator);
    return Price(from + static_cast<std::int64_t>(move));
}

} // namespace core::execution
