// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/candle.h"
#include "core/market/timeframe.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace core::history {

/// Appends the candles [first, last) of `from` to `to`.
void append(market::CandleColumns& to, const market::CandleColumns& from, std::size_t first,
            std::size_t last);
/// Turns the order of the candles from `start` on around.
void reverseFrom(market::CandleColumns& columns, std::size_t start);

/// As stored: a timeframe in seconds.
[[nodiscard]] inline std::int32_t seconds(market::Timeframe timeframe)
{
    return static_cast<std::int32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(timeframe.length()).count());
}

/// Open times are whole microseconds, so a bound between two of them moves up to the next.
[[nodiscard]] inline std::int64_t microsecondsUp(Timestamp time)
{
    return std::chrono::ceil<std::chrono::microseconds>(time.time_since_epoch()).count();
}

/// A limit as databases know it; the largest number where there is none.
[[nodiscard]] inline std::int64_t atMost(std::optional<std::size_t> limit)
{
    return static_cast<std::int64_t>(std::min<std::size_t>(limit.value_or(INT64_MAX), INT64_MAX));
}

} // namespace core::history
