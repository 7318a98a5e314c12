// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/candlebuilder.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace core::market {

namespace {

/// Counts come from files: absurd ones end at the largest count instead of overflowing.
std::int32_t sumOfTrades(std::int32_t a, std::int32_t b)
{
    const std::int64_t sum = std::int64_t{a} + b;
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(sum, std::numeric_limits<std::int32_t>::max()));
}

} // namespace

std::optional<Candle> CandleBuilder::add(const Candle& candle)
{
    const Timestamp bucket = m_target.floor(candle.openTime);
    if (m_forming && m_forming->openTime == bucket) {
        m_forming->high = std::max(m_forming->high, candle.high);
        m_forming->low = std::min(m_forming->low, candle.low);
        m_forming->close = candle.close;
        m_forming->volume += candle.volume;
        m_forming->trades = sumOfTrades(m_forming->trades, candle.trades);
        return std::nullopt;
    }
    auto ended = std::exchange(m_forming, candle);
    m_forming->openTime = bucket;
    return ended;
}

CandleBuilder::Closed CandleBuilder::addAndClose(const Candle& candle)
{
    Closed closed;
    closed.before = add(candle);
    if (candle.openTime + m_source.length() >= m_forming->openTime + m_target.length())
        closed.now = finish();
    return closed;
}

std::optional<Candle> CandleBuilder::finish()
{
    return std::exchange(m_forming, std::nullopt);
}

CandleColumns aggregate(const CandleColumns& candles, Timeframe source, Timeframe target)
{
    CandleColumns result;
    CandleBuilder builder(target, source);
    for (std::size_t i = 0; i < candles.size(); ++i) {
        if (const auto ended = builder.add(candles.at(i)))
            result.push(*ended);
    }
    if (const auto last = builder.finish())
        result.push(*last);
    return result;
}

} // namespace core::market
