// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/offer.h"

namespace core::execution {

Quantity Offer::size() const
{
    Int128 lots = -m_taken.lots();
    for (const market::BookLevel& level : levels())
        lots += level.size.lots();
    constexpr Int128 MOST = std::numeric_limits<std::int64_t>::max();
    return Quantity(static_cast<std::int64_t>(std::clamp<Int128>(lots, 0, MOST)));
}

Price Offer::priceOf(Quantity size) const
{
    Int128 left = static_cast<Int128>(m_taken.lots()) + size.lots();
    for (const market::BookLevel& level : levels()) {
        left -= level.size.lots();
        if (left <= 0)
            return level.price;
    }
    return levels().back().price;
}

Int128 Offer::cost(Quantity size) const
{
    Int128 cost = 0;
    std::int64_t skip = m_taken.lots();
    std::int64_t left = size.lots();
    for (const market::BookLevel& level : levels()) {
        const std::int64_t passed = std::min(skip, level.size.lots());
        const std::int64_t lots = std::min(left, level.size.lots() - passed);
        skip -= passed;
        left -= lots;
        cost += static_cast<Int128>(level.price.ticks()) * lots;
        if (left == 0)
            break;
    }
    return cost;
}

Price averagePrice(Int128 cost, Quantity size, bool buying)
{
    const Int128 average = buying ? -divideFloor(-cost, size.lots()) : divideFloor(cost, size.lots());
    return Price(static_cast<std::int64_t>(average));
}

} // namespace core::execution
