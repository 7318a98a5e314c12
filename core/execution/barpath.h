// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/candle.h"

#include <array>

namespace core::execution {

/// The four corner prices of a bar's path; a leg runs between two neighbours, linear in t.
using BarPath = std::array<Price, 4>;
/// open → low → high → close, or open → high → low → close.
[[nodiscard]] BarPath barPath(const market::Candle& bar, bool lowFirst);
/// True when the low is the extreme nearer to the open, or as near as the high.
[[nodiscard]] bool lowIsNearer(const market::Candle& bar);
/// True when the low is the extreme against a position of so many lots, or of none the nearer one.
[[nodiscard]] bool lowComesFirst(const market::Candle& bar, std::int64_t held);

/// A point on the path: the leg and t = numerator / denominator on it, 0 ≤ t ≤ 1.
struct PathPoint {
    int leg = 0;
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;

    [[nodiscard]] bool before(const PathPoint& other) const;
    /// The share of the whole path walked, (leg + t) / 3, of `length`.
    [[nodiscard]] Nanoseconds share(Nanoseconds length) const;
    /// The price of a path at this point, rounded half-even to a tick.
    [[nodiscard]] Price priceOn(const BarPath& path) const;
};

} // namespace core::execution
