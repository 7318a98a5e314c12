// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/portfolio/account.h"

#include <limits>
#include <optional>
#include <span>

namespace core::portfolio {

/// Units of the settings: ratio r is counted in 1e-8.
inline constexpr std::int64_t RATIO_UNIT = 100'000'000;

/// The most a position counts for, 10^19 quote units: beyond any market, and a thousand of them times
/// a ratio still fit 128 bits.
inline constexpr Int128 MAX_POSITION_VALUE = static_cast<Int128>(1'000'000'000'000'000'000) * 1'000'000'000;

/// The margin figures of an account at given marks, in counts of 1e-8 quote units. 128 bits, so that
/// no price can overflow them.
struct Margin {
    Int128 equity = 0;        ///< E = cash + Σ q·m
    Int128 longExposure = 0;  ///< L
    Int128 shortExposure = 0; ///< S, not negative

    /// Adds a position's signed value at its mark.
    void add(Int128 value)
    {
        equity += value;
        (value >= 0 ? longExposure : shortExposure) += value >= 0 ? value : -value;
    }
    [[nodiscard]] Int128 exposure() const { return longExposure + shortExposure; }
    /// I = L / long_leverage + S / short_leverage, rounded up.
    [[nodiscard]] Int128 initial(const AccountSettings& settings) const;
    /// M = r · (L + S), rounded up.
    [[nodiscard]] Int128 maintenance(const AccountSettings& settings) const;
    /// (E − M) · 1e8, exactly; negative when called. Linear in the marks.
    [[nodiscard]] Int128 excess(const AccountSettings& settings) const
    {
        return equity * RATIO_UNIT - exposure() * settings.maintenance;
    }
    /// E < M, compared exactly: the account is called.
    [[nodiscard]] bool isCalled(const AccountSettings& settings) const
    {
        return exposure() > 0 && excess(settings) < 0;
    }
    /// E / (L + S); infinity when flat.
    [[nodiscard]] double level() const
    {
        const Int128 whole = exposure();
        return whole == 0 ? std::numeric_limits<double>::infinity() : asDouble(equity) / asDouble(whole);
    }
};

/// positionValue of a product that needs more than 64 bits.
[[nodiscard]] Int128 widePositionValue(Int128 tickLots, int shift);

/// A product of ticks and lots in 1e-8 units, rounded half-even, without the range check of Money; cut at
/// MAX_POSITION_VALUE.
[[nodiscard]] inline Int128 valueOfTickLots(const market::Instrument& instrument, Int128 tickLots)
{
    const int shift = instrument.priceDecimals + instrument.lotDecimals - MONEY_DECIMALS;
    if (!fitsInt64(tickLots)) [[unlikely]]
        return widePositionValue(tickLots, shift);
    if (shift > 0)
        return divideHalfEven(tickLots, powerOfTen(shift));
    return tickLots * powerOfTen(-shift);
}

/// mark × quantity, as valueOfTickLots.
[[nodiscard]] inline Int128 positionValue(const market::Instrument& instrument, Price mark,
                                          Quantity quantity)
{
    return valueOfTickLots(instrument, static_cast<Int128>(mark.ticks()) * quantity.lots());
}

/// Computes the figures; `marks` by symbol. Marks of symbols without a position are not read.
[[nodiscard]] Margin marginOf(const Account& account, std::span<const market::Instrument> instruments,
                              std::span<const Price> marks);

/// The price of `symbol` alone, the others held at their marks, at which E = M:
/// long (r·R − C)/((1−r)·q), short of size s (C − r·R)/((1+r)·s), with C the cash and the value of all
/// other positions and R their exposure. Nothing when flat in it or not positive.
[[nodiscard]] std::optional<double> liquidationPrice(const Account& account,
                                                     std::span<const market::Instrument> instruments,
                                                     std::span<const Price> marks, SymbolIndex symbol);

/// The common relative move x of all marks at which E = M, from cash + (1+x)·(L−S) = r·(1+x)·(L+S).
/// Nothing when flat or when no positive price level brings a call.
[[nodiscard]] std::optional<double> commonMoveToCall(const Account& account, const Margin& margin);

/// Cuts a 128-bit count into the range of Money, for display and curves.
[[nodiscard]] inline Money saturate(Int128 count)
{
    if (fitsInt64(count)) [[likely]]
        return Money(static_cast<std::int64_t>(count));
    return Money(count < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max());
}

} // namespace core::portfolio
