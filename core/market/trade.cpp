// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/trade.h"

#include <algorithm>

namespace core::market {

void TradeColumns::reserve(std::size_t count)
{
    time.reserve(count);
    price.reserve(count);
    size.reserve(count);
    taker.reserve(count);
    id.reserve(count);
}

void TradeColumns::clear()
{
    time.clear();
    price.clear();
    size.clear();
    taker.clear();
    id.clear();
}

void TradeColumns::push(const Trade& trade)
{
    time.push_back(trade.time);
    price.push_back(trade.price);
    size.push_back(trade.size);
    taker.push_back(trade.taker);
    id.push_back(trade.id);
}

std::size_t TradeColumns::lowerBound(Timestamp from) const
{
    return static_cast<std::size_t>(std::lower_bound(time.begin(), time.end(), from) - time.begin());
}

} // namespace core::market
