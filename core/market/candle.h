// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <cstdint>
#include <span>
#include <vector>

namespace core::market {

/// One candle, stamped with its open time. Prices are ticks of its instrument, volume base units.
struct Candle {
    Timestamp openTime;
    Price open;
    Price high;
    Price low;
    Price close;
    double volume = 0.0;
    std::int32_t trades = 0; ///< 0 where the source does not say.
    bool operator==(const Candle&) const = default;
};

/// Candles of one instrument and timeframe in contiguous columns, oldest first, times strictly rising.
/// A value: copy it or share it as `shared_ptr<const CandleColumns>`.
struct CandleColumns {
    std::vector<Timestamp> openTime;
    std::vector<Price> open;
    std::vector<Price> high;
    std::vector<Price> low;
    std::vector<Price> close;
    std::vector<double> volume;
    std::vector<std::int32_t> trades;

    [[nodiscard]] std::size_t size() const { return openTime.size(); }
    [[nodiscard]] bool empty() const { return openTime.empty(); }
    void reserve(std::size_t count);
    void clear();
    void push(const Candle& candle);
    [[nodiscard]] Candle at(std::size_t index) const
    {
        return {openTime[index], open[index],   high[index],  low[index],
                close[index],    volume[index], trades[index]};
    }
    /// Reads a candle in place, for loops: a copy of one just put together would wait for its own stores.
    void read(std::size_t index, Candle& candle) const
    {
        candle.openTime = openTime[index];
        candle.open = open[index];
        candle.high = high[index];
        candle.low = low[index];
        candle.close = close[index];
        candle.volume = volume[index];
        candle.trades = trades[index];
    }
    [[nodiscard]] Candle back() const { return at(size() - 1); }
    /// The index of the first candle opening at or after `time`; size() when there is none.
    [[nodiscard]] std::size_t lowerBound(Timestamp time) const;
    bool operator==(const CandleColumns&) const = default;
};

/// Says why a candle cannot be true ("high 1.2 is below low 1.3"), or nothing when it can: high is the
/// highest, low the lowest, everything positive, the volume finite and not negative.
[[nodiscard]] const char* candleDefect(const Candle& candle);

} // namespace core::market
