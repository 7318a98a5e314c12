// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace core {

/// A 128-bit intermediate for products of two 64-bit counts.
__extension__ typedef __int128 Int128;

/// The most decimals any scaled integer of the product carries.
inline constexpr int MAX_DECIMALS = 12;

/// 10^0 … 10^18.
inline constexpr std::array<std::int64_t, 19> POWERS_OF_TEN = [] {
    std::array<std::int64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// 10^exponent for 0 ≤ exponent ≤ 18.
[[nodiscard]] inline std::int64_t powerOfTen(int exponent)
{
    assert(exponent >= 0 && exponent <= 18);
    return POWERS_OF_TEN[static_cast<std::size_t>(exponent)];
}

/// True when the value fits an int64.
[[nodiscard]] inline bool fitsInt64(Int128 value)
{
    return value == static_cast<std::int64_t>(value);
}

/// divideFloor where one of the two needs more than 64 bits.
[[nodiscard]] Int128 divideWideFloor(Int128 dividend, Int128 divisor);

/// Divides rounding towards minus infinity. `divisor` must be positive.
[[nodiscard]] inline Int128 divideFloor(Int128 dividend, Int128 divisor)
{
    // Nearly all there is to divide fits 64 bits, where the division is several times faster.
    if (!fitsInt64(dividend) || !fitsInt64(divisor)) [[unlikely]]
        return divideWideFloor(dividend, divisor);
    const auto small = static_cast<std::int64_t>(dividend);
    const auto by = static_cast<std::int64_t>(divisor);
    const std::int64_t quotient = small / by;
    return quotient * by > small ? quotient - 1 : quotient;
}

/// divideHalfEven where one of the two needs more than 64 bits.
[[nodiscard]] Int128 divideWideHalfEven(Int128 dividend, Int128 divisor);

/// Divides and rounds to the nearest integer, ties to the even one. `divisor` must be positive.
[[nodiscard]] inline Int128 divideHalfEven(Int128 dividend, Int128 divisor)
{
    if (!fitsInt64(dividend) || divisor >= (Int128(1) << 61)) [[unlikely]]
        return divideWideHalfEven(dividend, divisor);
    const auto small = static_cast<std::int64_t>(dividend);
    const auto by = static_cast<std::int64_t>(divisor);
    std::int64_t quotient = small / by;
    const std::int64_t rest = small - quotient * by;
    const std::int64_t twice = 2 * (rest < 0 ? -rest : rest);
    if (twice > by || (twice == by && quotient % 2 != 0))
        quotient += small < 0 ? -1 : 1;
    return quotient;
}

/// The double nearest to the value.
[[nodiscard]] inline double asDouble(Int128 value)
{
    return fitsInt64(value) ? static_cast<double>(static_cast<std::int64_t>(value))
                            : static_cast<double>(value);
}

/// Reads decimal text ("46319.50", "-0.1", "1e-8") as a count of 10^-decimals units, exactly.
/// Fails with InvalidInput on malformed text or digits beyond `decimals`, with Overflow outside int64.
[[nodiscard]] Result<std::int64_t> parseDecimal(std::string_view text, int decimals);

/// The number of decimals needed to write `text` exactly ("1.250" needs 2). Malformed text fails.
[[nodiscard]] Result<int> decimalsOf(std::string_view text);

/// Writes a count of 10^-decimals units with exactly `decimals` digits after the point.
[[nodiscard]] std::string formatDecimal(std::int64_t count, int decimals);

/// The count of 10^-decimals units in `value`, rounded down (towards zero). The double is first read
/// as the shortest decimal that round-trips, so that 0.29 at two decimals is 29 and not 28.
/// Fails on NaN, infinity and overflow.
[[nodiscard]] Result<std::int64_t> decimalFloor(double value, int decimals);

/// As decimalFloor, but to the nearest unit, ties away from zero.
[[nodiscard]] Result<std::int64_t> decimalNearest(double value, int decimals);

/// The double nearest to count · 10^-decimals.
[[nodiscard]] inline double toDouble(std::int64_t count, int decimals)
{
    // One correctly rounded division of two exact doubles wherever |count| < 2^53.
    return static_cast<double>(count) / static_cast<double>(powerOfTen(decimals));
}

/// The shortest text that reads back as the same double; "nan", "inf" and "-inf" spelled out.
[[nodiscard]] std::string formatDouble(double value);

} // namespace core
