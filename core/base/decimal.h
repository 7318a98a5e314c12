// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace core {

/// A 128-bit intermediate for products of two 64-bit counts.
__extension__ typedef __int128 Int128;

/// The most decimals any scaled integer of the product carries.
inline constexpr int MAX_DECIMALS = 12;

/// 10^exponent for 0 ≤ exponent ≤ 18.
[[nodiscard]] std::int64_t powerOfTen(int exponent);

/// Divides and rounds to the nearest integer, ties to the even one. `divisor` must be positive.
[[nodiscard]] Int128 divideHalfEven(Int128 dividend, Int128 divisor);

/// Divides rounding towards minus infinity. `divisor` must be positive.
[[nodiscard]] Int128 divideFloor(Int128 dividend, Int128 divisor);

/// True when the value fits an int64.
[[nodiscard]] bool fitsInt64(Int128 value);

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
[[nodiscard]] double toDouble(std::int64_t count, int decimals);

/// The shortest text that reads back as the same double; "nan", "inf" and "-inf" spelled out.
[[nodiscard]] std::string formatDouble(double value);

} // namespace core
