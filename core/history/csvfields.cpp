// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvfields.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr std::size_t MAX_PRINTED = 120;
/// 1 January 2201, in seconds.
constexpr std::int64_t LAST_SECOND = 7289654400;
constexpr const char* NOT_A_NUMBER = "is not a number";
constexpr const char* TOO_LONG = "has more digits than can be stored";

struct FormatName
{
    TimeFormat format;
    std::string_view name;
    std::int64_t perSecond; ///< Units in a second; 0 for text.
};
constexpr std::array<FormatName, 5> FORMATS = {
    {{TimeFormat::Iso, "ISO 8601", 0},
     {TimeFormat::Seconds, "epoch s", 1},
     {TimeFormat::Milliseconds, "epoch ms", 1'000},
     {TimeFormat::Microseconds, "epoch µs", 1'000'000},
     {TimeFormat::Nanoseconds, "epoch ns", 1'000'000'000}}};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Scientific notation and whatever else the fast path leaves: rare, so it may allocate.
const char* readByBase(std::string_view text, Decimal& value)
{
    const auto decimals = decimalsOf(text);
    if (!decimals)
        return NOT_A_NUMBER;
    if (*decimals > 18)
        return TOO_LONG;
    const auto digits = parseDecimal(text, *decimals);
    if (!digits)
        return digits.error().code == ErrorCode::Overflow ? TOO_LONG : NOT_A_NUMBER;
    value = {*digits, *decimals};
    return nullptr;
}

/// An epoch number in units of 1/perSecond; a fraction after the point is allowed.
std::optional<Timestamp> readEpoch(std::string_view text, std::int64_t perSecond)
{
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, count);
    if (fault != std::errc() || count < 0 || count > LAST_SECOND * perSecond)
        return std::nullopt;
    const std::int64_t nanoseconds = 1'000'000'000 / perSecond;
    std::int64_t part = 0;
    if (rest != end) {
        if (*rest != '.')
            return std::nullopt;
        std::int64_t unit = nanoseconds;
        for (const char* c = rest + 1; c != end; ++c) {
            if (!isDigit(*c))
                return std::nullopt;
            unit /= 10;
            part += unit * (*c - '0');
        }
    }
    return Timestamp(Nanoseconds(count * nanoseconds + part));
}

} // namespace

void splitFields(std::string_view line, char delimiter, Fields& fields)
{
    fields.count = 0;
    fields.quotesBroken = false;
    const auto keep = [&](std::string_view text) {
        if (fields.count < MAX_FIELDS)
            fields.text[fields.count] = text;
        ++fields.count;
    };
    std::size_t position = 0;
    while (true) {
        const std::size_t start = position;
        const auto first = line.find_first_not_of(' ', position);
        if (first != std::string_view::npos && line[first] == '"') {
            auto close = line.find('"', first + 1);
            while (close != std::string_view::npos && close + 1 < line.size() &&
                   line[close + 1] == '"')
                close = line.find('"', close + 2);
            position = std::min(line.find(delimiter, close), line.size());
            fields.quotesBroken = fields.quotesBroken || close == std::string_view::npos ||
                                  !trimmed(line.substr(close + 1, position - close - 1)).empty();
            keep(close == std::string_view::npos
                     ? line.substr(start)
                     : trimmed(line.substr(first + 1, close - first - 1)));
        } else {
            position = std::min(line.find(delimiter, start), line.size());
            keep(trimmed(line.substr(start, position - start)));
        }
        if (position >= line.size())
            return;
        ++position;
    }
}

const char* readDecimal(std::string_view text, Decimal& value)
{
    const bool negative = !text.empty() && text[0] == '-';
    std::int64_t digits = 0;
    int decimals = 0;
    int zeros = 0; // Zeros in the decimals that count only when another digit follows.
    int used = 0;
    bool point = false;
    bool any = false;
    for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (!isDigit(c))
            return readByBase(text, value);
        any = true;
        if (point && c == '0') {
            ++zeros;
            continue;
        }
        const int step = point ? zeros + 1 : 1;
        used += digits != 0 || c != '0' ? step : 0;
        decimals += point ? step : 0;
        if (used > 18 || decimals > 18)
            return readByBase(text, value);
        digits = digits * powerOfTen(step) + (c - '0');
        zeros = 0;
    }
    if (!any)
        return text.empty() ? "is empty" : NOT_A_NUMBER;
    value = {negative ? -digits : digits, decimals};
    return nullptr;
}

std::optional<std::int64_t> scaled(const Decimal& value, int decimals)
{
    if (value.decimals > decimals)
        return std::nullopt;
    const Int128 count = Int128(value.digits) * powerOfTen(decimals - value.decimals);
    if (!fitsInt64(count))
        return std::nullopt;
    return static_cast<std::int64_t>(count);
}

std::string timeFormatText(TimeFormat format)
{
    return std::string(FORMATS[static_cast<std::size_t>(format)].name);
}

std::optional<TimeFormat> timeFormatOf(std::string_view text)
{
    for (const auto& known : FORMATS) {
        if (known.name == text)
            return known.format;
    }
    return std::nullopt;
}

std::optional<TimeFormat> guessTimeFormat(std::string_view text)
{
    if (parseTimestamp(text))
        return TimeFormat::Iso;
    // Each unit's numbers for 1973 and later are beyond the one before it for 5138 and earlier.
    const std::string_view whole = text.substr(0, text.find('.'));
    const TimeFormat format = whole.size() <= 11   ? TimeFormat::Seconds
                              : whole.size() <= 14 ? TimeFormat::Milliseconds
                              : whole.size() <= 17 ? TimeFormat::Microseconds
                                                   : TimeFormat::Nanoseconds;
    return readTime(text, format) ? std::optional(format) : std::nullopt;
}

std::optional<Timestamp> readTime(std::string_view text, TimeFormat format)
{
    if (format != TimeFormat::Iso)
        return readEpoch(text, FORMATS[static_cast<std::size_t>(format)].perSecond);
    const auto time = parseTimestamp(text);
    return time ? std::optional(*time) : std::nullopt;
}

std::string printable(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte >= 0x20 && byte < 0x7f;
        const std::string piece = plain ? std::string(1, c) : fmt::format("\\x{:02X}", byte);
        if (result.size() + piece.size() > MAX_PRINTED)
            break;
        result += piece;
    }
    return result;
}

} // namespace core::history
