// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace core {

namespace {

/// Beyond any double's; kept small so that sums with it cannot overflow.
constexpr int MAX_EXPONENT = 400;

/// A decimal number taken apart: digits · 10^exponent, trailing zeros removed from the digits.
struct Parts {
    bool negative = false;
    std::string digits;
    int exponent = 0;
};

Error malformed(std::string_view text)
{
    return {ErrorCode::InvalidInput, "\"" + std::string(text.substr(0, 40)) + "\" is not a number",
            ""};
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Reads the optional exponent at `position`; false when it is malformed.
bool readExponent(std::string_view text, std::size_t& position, int& exponent)
{
    if (position == text.size() || (text[position] != 'e' && text[position] != 'E'))
        return true;
    ++position;
    if (position < text.size() && text[position] == '+') {
        ++position;
        if (position < text.size() && text[position] == '-')
            return false;
    }
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data() + position, end, exponent);
    if (fault != std::errc() || exponent < -MAX_EXPONENT || exponent > MAX_EXPONENT)
        return false;
    position = static_cast<std::size_t>(rest - text.data());
    return true;
}

Result<Parts> split(std::string_view text)
{
    Parts parts;
    std::size_t position = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        parts.negative = text[0] == '-';
        position = 1;
    }
    int fraction = 0;
    bool pointSeen = false;
    bool digitSeen = false;
    for (; position < text.size(); ++position) {
        const char c = text[position];
        if (c == '.' && !pointSeen) {
            pointSeen = true;
        } else if (isDigit(c)) {
            digitSeen = true;
            fraction += pointSeen ? 1 : 0;
            if (!(c == '0' && parts.digits.empty()))
                parts.digits.push_back(c);
        } else {
            break;
        }
    }
    int exponent = 0;
    if (!digitSeen || !readExponent(text, position, exponent) || position != text.size())
        return malformed(text);
    parts.exponent = exponent - fraction;
    while (!parts.digits.empty() && parts.digits.back() == '0') {
        parts.digits.pop_back();
        ++parts.exponent;
    }
    if (parts.digits.empty())
        parts.exponent = 0;
    return parts;
}

Error overflow()
{
    return {ErrorCode::Overflow, "the number is outside the range that can be stored", ""};
}

/// digits · 10^shift as a signed int64.
Result<std::int64_t> assemble(const Parts& parts, int shift)
{
    // Signed from the first digit on: the lowest int64 has no positive counterpart.
    Int128 count = 0;
    for (const char digit : parts.digits) {
        count = count * 10 + (parts.negative ? '0' - digit : digit - '0');
        if (!fitsInt64(count))
            return overflow();
    }
    for (; shift > 0 && count != 0; --shift) {
        count *= 10;
        if (!fitsInt64(count))
            return overflow();
    }
    return static_cast<std::int64_t>(count);
}

/// The shortest round-trip decimal of a finite double, taken apart.
Result<Parts> splitDouble(double value)
{
    if (!std::isfinite(value))
        return Error{ErrorCode::InvalidInput, "the number is not finite", ""};
    std::array<char, 32> buffer{};
    const auto [end, fault] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    (void)fault;
    return split(std::string_view(buffer.data(), static_cast<std::size_t>(end - buffer.data())));
}

/// The count of a double that is a whole count of 10^-decimals and has at most fifteen digits: no other
/// decimal so short reads back as the same double, so it is the shortest round-trip decimal.
std::optional<std::int64_t> wholeCount(double value, int decimals)
{
    constexpr double FIFTEEN_DIGITS = 1e15;
    const auto unit = static_cast<double>(powerOfTen(decimals));
    const double scaled = value * unit;
    if (!(std::abs(scaled) < FIFTEEN_DIGITS))
        return std::nullopt;
    const std::int64_t count = std::llrint(scaled);
    if (static_cast<double>(count) / unit != value)
        return std::nullopt;
    return count;
}

} // namespace

Int128 divideWideFloor(Int128 dividend, Int128 divisor)
{
    assert(divisor > 0);
    const Int128 quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

Int128 divideWideHalfEven(Int128 dividend, Int128 divisor)
{
    const Int128 floor = divideFloor(dividend, divisor);
    const Int128 twice = (dividend - floor * divisor) * 2;
    if (twice > divisor || (twice == divisor && floor % 2 != 0))
        return floor + 1;
    return floor;
}

Result<std::int64_t> parseDecimal(std::string_view text, int decimals)
{
    auto parts = split(text);
    if (!parts)
        return parts.error();
    const int shift = parts->exponent + decimals;
    if (shift < 0)
        return Error{ErrorCode::InvalidInput,
                     "\"" + std::string(text.substr(0, 40)) + "\" has more than " +
                         std::to_string(decimals) + " decimals",
                     ""};
    return assemble(*parts, shift);
}

Result<int> decimalsOf(std::string_view text)
{
    auto parts = split(text);
    if (!parts)
        return parts.error();
    return parts->exponent < 0 ? -parts->exponent : 0;
}

std::string formatDecimal(std::int64_t count, int decimals)
{
    const bool negative = count < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    std::string digits = std::to_string(magnitude);
    const auto wanted = static_cast<std::size_t>(decimals) + 1;
    if (digits.size() < wanted)
        digits.insert(0, wanted - digits.size(), '0');
    if (decimals > 0)
        digits.insert(digits.size() - static_cast<std::size_t>(decimals), 1, '.');
    return negative ? "-" + digits : digits;
}

Result<std::int64_t> decimalFloor(double value, int decimals)
{
    if (const auto count = wholeCount(value, decimals))
        return *count;
    auto parts = splitDouble(value);
    if (!parts)
        return parts.error();
    int shift = parts->exponent + decimals;
    for (; shift < 0 && !parts->digits.empty(); ++shift)
        parts->digits.pop_back();
    return assemble(*parts, shift);
}

Result<std::int64_t> decimalNearest(double value, int decimals)
{
    if (const auto count = wholeCount(value, decimals))
        return *count;
    auto parts = splitDouble(value);
    if (!parts)
        return parts.error();
    int shift = parts->exponent + decimals;
    bool up = false;
    for (; shift < 0 && !parts->digits.empty(); ++shift) {
        up = parts->digits.back() >= '5';
        parts->digits.pop_back();
    }
    // Digits dropped wholesale: a shift still negative means the value is under a tenth of a unit.
    up = up && shift == 0;
    auto count = assemble(*parts, shift);
    if (!count || !up)
        return count;
    const Int128 rounded = static_cast<Int128>(*count) + (parts->negative ? -1 : 1);
    if (!fitsInt64(rounded))
        return overflow();
    return static_cast<std::int64_t>(rounded);
}

std::string formatDouble(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    std::array<char, 32> buffer{};
    const auto [end, fault] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    (void)fault;
    return {buffer.data(), end};
}

} // namespace core
