// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace core {

using Nanoseconds = std::chrono::nanoseconds;
/// A moment in UTC. The engine only ever sees the event's, never the wall clock's.
using Timestamp = std::chrono::sys_time<Nanoseconds>;

/// Microseconds since the epoch, the unit of storage.
[[nodiscard]] constexpr std::int64_t toMicroseconds(Timestamp time)
{
    return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
}
[[nodiscard]] constexpr Timestamp fromMicroseconds(std::int64_t microseconds)
{
    return Timestamp(std::chrono::microseconds(microseconds));
}

/// Writes RFC 3339 in UTC with nine decimals: "2022-01-19T05:42:00.000000000Z".
[[nodiscard]] std::string formatTimestamp(Timestamp time);
/// Writes "2022-01-19T05:42:00Z": seconds, and decimals only when there are any.
[[nodiscard]] std::string formatTimestampShort(Timestamp time);
/// Writes "2022-01-19T05:42:00Z", dropping what is less than a second: for sentences.
[[nodiscard]] std::string formatTimestampSeconds(Timestamp time);
/// Reads ISO 8601 / RFC 3339 dates and times ("2022-01-19", "2022-01-19 05:42[:30[.123]][Z|±hh:mm]";
/// no zone means UTC). Fails with InvalidInput, also outside the years 1970 to 2200.
[[nodiscard]] Result<Timestamp> parseTimestamp(std::string_view text);

/// Tells the time. Injected wherever the wall clock matters, so that tests own it.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
};

/// The machine's UTC clock.
class SystemClock final : public Clock
{
public:
    [[nodiscard]] Timestamp now() const override;
};

} // namespace core
