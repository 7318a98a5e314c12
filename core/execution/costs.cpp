// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/costs.h"

#include <algorithm>

namespace core::execution {

namespace {

constexpr std::int64_t RATE_UNIT = 100'000'000;

} // namespace

Result<Costs> Costs::make(double maker, double taker, double slippageBp, double liquidationFee)
{
    const auto valid = [](double rate) { return rate >= 0.0 && rate < 1.0; };
    if (!valid(maker) || !valid(taker) || !valid(slippageBp / 10'000.0) || !valid(liquidationFee))
        return Error{ErrorCode::InvalidInput, "a fee or the slippage is negative or 100 % and more",
                     "Write rates as fractions (0.001 is 0.1 %) and slippage in basis points."};
    return Costs{*decimalNearest(maker, 8), *decimalNearest(taker, 8), *decimalNearest(slippageBp, 4),
                 *decimalNearest(liquidationFee, 8), {}};
}

Money chargeOf(Money amount, std::int64_t rate)
{
    const Int128 product = static_cast<Int128>(amount.count()) * rate;
    return Money(static_cast<std::int64_t>(divideHalfEven(product, RATE_UNIT)));
}

Price slipped(Price price, bool buying, std::int64_t rate)
{
    const Int128 product = static_cast<Int128>(price.ticks()) * rate;
    const auto ticks = static_cast<std::int64_t>(-divideFloor(-product, RATE_UNIT));
    if (buying) // Near the end of the range the price stays inside it.
        return Price(price.ticks() + std::min(ticks, std::numeric_limits<std::int64_t>::max() - price.ticks()));
    return Price(std::max<std::int64_t>(price.ticks() - ticks, 1));
}

} // namespace core::execution
