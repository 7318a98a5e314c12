// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/symbol.h"

#include <string>

namespace core::market {

/// Says whether the unit of the stored volumes is known or was only guessed at import.
enum class VolumeUnit {
    Stated, ///< The user or the venue said it; volumes are in base units and limit participation.
    Guessed ///< Shown on charts, but too uncertain to cut fills with.
};

/// A perpetual pays or receives funding while it is held.
enum class InstrumentKind { Spot, Perpetual };

/// Represents a tradable pair and the grids its numbers live on.
struct Instrument {
    std::string venue = "kraken";
    Symbol symbol;
    int priceDecimals = 2;      ///< A tick is 10^-priceDecimals of the quote currency.
    int lotDecimals = 8;        ///< A lot step is 10^-lotDecimals of the base currency.
    std::int64_t minimumLots = 1; ///< The smallest order, in lot steps.
    Money minimumCost;            ///< The smallest order, in quote currency; 0 where the venue asks for none.
    VolumeUnit volumeUnit = VolumeUnit::Guessed;
    InstrumentKind kind = InstrumentKind::Spot;
    bool operator==(const Instrument&) const = default;

    /// The price as a double, for indicators and charts.
    [[nodiscard]] double toDouble(Price price) const { return core::toDouble(price.ticks(), priceDecimals); }
    [[nodiscard]] double toDouble(Quantity size) const { return core::toDouble(size.lots(), lotDecimals); }
    [[nodiscard]] std::string format(Price price) const { return formatDecimal(price.ticks(), priceDecimals); }
    [[nodiscard]] std::string format(Quantity size) const { return formatDecimal(size.lots(), lotDecimals); }
};

/// price × quantity in Money, computed in 128 bits and rounded half-even once. Keeps the quantity's
/// sign. This is the only place where a price becomes money.
/// Fails with Overflow outside int64.
[[nodiscard]] Result<Money> checkedNotional(const Instrument& instrument, Price price, Quantity size);

/// As checkedNotional for values already known to fit; overflow is a broken invariant.
[[nodiscard]] Money notional(const Instrument& instrument, Price price, Quantity size);

/// The Money in `count` tick·lot units of the instrument, rounded half-even: for prices between two
/// ticks (points on a bar's path), where count = ticks·lots is already a fraction rounded by the caller.
[[nodiscard]] Result<Money> moneyFromTickLots(const Instrument& instrument, Int128 count);

} // namespace core::market
