// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/decimal.h"
#include "core/base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace core {

/// Decimals of the quote currency in which Money is counted.
inline constexpr int MONEY_DECIMALS = 8;

/// Ends the program with a message: an invariant of orders and positions does not hold.
[[noreturn]] void breakInvariant(const char* invariant);

/// Ends the program when `condition` is false. For invariants, never for input.
inline void require(bool condition, const char* invariant)
{
    if (!condition) [[unlikely]]
        breakInvariant(invariant);
}

/// An amount of the quote currency: an int64 count of 1e-8 units. Sums are exact; the ledger holds
/// nothing else. Overflow in `+` and `-` is a broken invariant and ends the program; input is checked
/// with `checkedAdd` before it gets there.
class Money
{
public:
    constexpr Money() = default;
    constexpr explicit Money(std::int64_t count) : m_count(count) {}

    /// Reads decimal text exactly. Fails on malformed text, more than eight decimals, overflow.
    [[nodiscard]] static Result<Money> parse(std::string_view text);
    /// Rounds a 128-bit count into Money; fails with Overflow outside int64.
    [[nodiscard]] static Result<Money> fromCount(Int128 count);

    [[nodiscard]] constexpr std::int64_t count() const { return m_count; }
    [[nodiscard]] std::string toString() const { return formatDecimal(m_count, MONEY_DECIMALS); }
    [[nodiscard]] double toDouble() const { return core::toDouble(m_count, MONEY_DECIMALS); }

    constexpr auto operator<=>(const Money&) const = default;
    Money operator-() const { return Money(0) - *this; }
    Money& operator+=(Money other)
    {
        require(!__builtin_add_overflow(m_count, other.m_count, &m_count), "money stays in range");
        return *this;
    }
    Money& operator-=(Money other)
    {
        require(!__builtin_sub_overflow(m_count, other.m_count, &m_count), "money stays in range");
        return *this;
    }
    friend Money operator+(Money a, Money b) { return a += b; }
    friend Money operator-(Money a, Money b) { return a -= b; }

private:
    std::int64_t m_count = 0;
};

/// a + b, or Overflow.
[[nodiscard]] Result<Money> checkedAdd(Money a, Money b);

/// An execution price: an int64 count of the instrument's ticks (10^-price_decimals).
class Price
{
public:
    constexpr Price() = default;
    constexpr explicit Price(std::int64_t ticks) : m_ticks(ticks) {}
    [[nodiscard]] constexpr std::int64_t ticks() const { return m_ticks; }
    constexpr auto operator<=>(const Price&) const = default;

private:
    std::int64_t m_ticks = 0;
};

/// A signed size: an int64 count of the instrument's lot steps (10^-lot_decimals).
class Quantity
{
public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(std::int64_t lots) : m_lots(lots) {}
    [[nodiscard]] constexpr std::int64_t lots() const { return m_lots; }
    [[nodiscard]] constexpr bool isZero() const { return m_lots == 0; }
    [[nodiscard]] Quantity magnitude() const { return m_lots < 0 ? -*this : *this; }

    constexpr auto operator<=>(const Quantity&) const = default;
    Quantity operator-() const { return Quantity(0) - *this; }
    Quantity& operator+=(Quantity other)
    {
        require(!__builtin_add_overflow(m_lots, other.m_lots, &m_lots), "a quantity stays in range");
        return *this;
    }
    Quantity& operator-=(Quantity other)
    {
        require(!__builtin_sub_overflow(m_lots, other.m_lots, &m_lots), "a quantity stays in range");
        return *this;
    }
    friend Quantity operator+(Quantity a, Quantity b) { return a += b; }
    friend Quantity operator-(Quantity a, Quantity b) { return a -= b; }

private:
    std::int64_t m_lots = 0;
};
} // namespace core
