// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/timeframe.h"

#include <utility>

namespace core::market {

namespace {

constexpr std::array<std::string_view, 9> NAMES = {"1m", "5m",  "15m", "30m", "1h",
                                                   "4h", "12h", "1d",  "1w"};
/// The epoch was a Thursday; the first Monday after it opens the weekly grid.
constexpr Nanoseconds WEEK_ORIGIN = std::chrono::hours(4 * 24);
constexpr Timeframe ONE_WEEK = Timeframe::minutes(10080);

} // namespace

Result<Timeframe> Timeframe::parse(std::string_view text)
{
    for (std::size_t i = 0; i < NAMES.size(); ++i) {
        if (NAMES[i] == text)
            return ALL_TIMEFRAMES[i];
    }
    return Error{ErrorCode::InvalidInput,
                 "\"" + std::string(text.substr(0, 20)) + "\" is not a timeframe",
                 "Use one of 1m 5m 15m 30m 1h 4h 12h 1d 1w."};
}

std::string Timeframe::text() const
{
    for (std::size_t i = 0; i < NAMES.size(); ++i) {
        if (ALL_TIMEFRAMES[i] == *this)
            return std::string(NAMES[i]);
    }
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(m_length).count()) + "m";
}

Timestamp Timeframe::floor(Timestamp time) const
{
    const Nanoseconds origin = *this == ONE_WEEK ? WEEK_ORIGIN : Nanoseconds(0);
    Nanoseconds rest = (time.time_since_epoch() - origin) % m_length;
    if (rest < Nanoseconds(0))
        rest += m_length;
    return time - rest;
}

bool Timeframe::isMultipleOf(Timeframe finer) const
{
    return m_length % finer.m_length == Nanoseconds(0);
}

} // namespace core::market
