// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/candle.h"

#include <algorithm>
#include <cmath>

namespace core::market {

void CandleColumns::reserve(std::size_t count)
{
    openTime.reserve(count);
    open.reserve(count);
    high.reserve(count);
    low.reserve(count);
    close.reserve(count);
    volume.reserve(count);
    trades.reserve(count);
}

void CandleColumns::clear()
{
    openTime.clear();
    open.clear();
    high.clear();
    low.clear();
    close.clear();
    volume.clear();
    trades.clear();
}

void CandleColumns::push(const Candle& candle)
{
    openTime.push_back(candle.openTime);
    open.push_back(candle.open);
    high.push_back(candle.high);
    low.push_back(candle.low);
    close.push_back(candle.close);
    volume.push_back(candle.volume);
    trades.push_back(candle.trades);
}

std::size_t CandleColumns::lowerBound(Timestamp time) const
{
    const auto first = std::lower_bound(openTime.begin(), openTime.end(), time);
    return static_cast<std::size_t>(first - openTime.begin());
}

const char* candleDefect(const Candle& candle)
{
    if (candle.low.ticks() <= 0)
        return "a price is zero or negative";
    if (candle.high < candle.low)
        return "the high is below the low";
    if (candle.open > candle.high || candle.open < candle.low)
        return "the open is outside the range of high and low";
    if (candle.close > candle.high || candle.close < candle.low)
        return "the close is outside the range of high and low";
    if (!std::isfinite(candle.volume) || candle.volume < 0)
        return "the volume is negative or not a number";
    if (candle.trades < 0)
        return "the number of trades is negative";
    return nullptr;
}

} // namespace core::market
