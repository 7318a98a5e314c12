// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::history {

/// Columns beyond this many are counted but not kept.
inline constexpr std::size_t MAX_FIELDS = 64;

/// One line taken apart; the views look into the line.
struct Fields
{
    std::array<std::string_view, MAX_FIELDS> text;
    std::size_t count = 0;
    bool quotesBroken = false; ///< A quote is not closed, or followed by more than a delimiter.
};

/// Splits at the delimiter, outside double quotes; surrounding blanks and quotes are taken off.
void splitFields(std::string_view line, char delimiter, Fields& fields);

/// A non-negative or negative decimal number as written: digits · 10^-decimals, no zero at the end
/// of its decimals.
struct Decimal
{
    std::int64_t digits = 0;
    int decimals = 0;
};

/// Reads a decimal number exactly, without allocation. Returns why it cannot be read, or nullptr.
[[nodiscard]] const char* readDecimal(std::string_view text, Decimal& value);

/// The number as a count of 10^-decimals units; nothing when it needs more decimals or does not
/// fit.
[[nodiscard]] std::optional<std::int64_t> scaled(const Decimal& value, int decimals);

enum class TimeFormat { Iso, Seconds, Milliseconds, Microseconds, Nanoseconds };

/// As shown to people: "ISO 8601", "epoch s", "epoch ms", "epoch µs", "epoch ns".
[[nodiscard]] std::string timeFormatText(TimeFormat format);
[[nodiscard]] std::optional<TimeFormat> timeFormatOf(std::string_view text);
/// How a time is written, by its form and size; nothing when it is no time.
[[nodiscard]] std::optional<TimeFormat> guessTimeFormat(std::string_view text);
/// Nothing when the text is no time of that format between 1970 and 2200.
[[nodiscard]] std::optional<Timestamp> readTime(std::string_view text, TimeFormat format);

/// At most 120 characters of the text, unprintable bytes escaped as \xNN.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace core::history
