// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"

#include <array>
#include <compare>
#include <string>
#include <string_view>

namespace core::market {

/// The length of a candle. Weeks start on Monday 00:00 UTC, everything else at multiples of its length
/// since the epoch.
class Timeframe
{
public:
    /// One of the stored lengths: 1m 5m 15m 30m 1h 4h 12h 1d 1w.
    [[nodiscard]] static Result<Timeframe> parse(std::string_view text);
    [[nodiscard]] static constexpr Timeframe minutes(int count)
    {
        return Timeframe(std::chrono::minutes(count));
    }

    [[nodiscard]] constexpr Nanoseconds length() const { return m_length; }
    [[nodiscard]] std::string text() const;
    /// The open time of the candle that `time` falls into.
    [[nodiscard]] Timestamp floor(Timestamp time) const;
    /// True when every candle of this length is made of whole candles of `finer`.
    [[nodiscard]] bool isMultipleOf(Timeframe finer) const;
    constexpr auto operator<=>(const Timeframe&) const = default;

private:
    constexpr explicit Timeframe(Nanoseconds length) : m_length(length) {}
    Nanoseconds m_length;
};

inline constexpr Timeframe ONE_MINUTE = Timeframe::minutes(1);
/// Every stored timeframe, finest first; all but the first are rollups.
inline constexpr std::array<Timeframe, 9> ALL_TIMEFRAMES = {
    Timeframe::minutes(1),   Timeframe::minutes(5),   Timeframe::minutes(15),
    Timeframe::minutes(30),  Timeframe::minutes(60),  Timeframe::minutes(240),
    Timeframe::minutes(720), Timeframe::minutes(1440), Timeframe::minutes(10080)};

} // namespace core::market
