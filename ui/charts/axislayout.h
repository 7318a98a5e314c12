// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"

#include <QString>

#include <functional>
#include <vector>

namespace ui::charts {

struct ChartMapping;

/// Measures a label in pixels.
using TextWidth = std::function<double(const QString&)>;

/// A labelled price at a round number.
struct PriceTick
{
    double price = 0.0;
    double y = 0.0; ///< Where its grid line lies; the label is centred on it.
    QString label;
};

/// A labelled moment at a round time.
struct TimeTick
{
    core::Timestamp time;
    double x = 0.0;    ///< The label is centred on it.
    double left = 0.0; ///< Where the label begins and ends.
    double right = 0.0;
    bool boundary = false; ///< The first label of a new day, month or year.
    QString label;
};

/// The step of 1, 2 or 5 times a power of ten that keeps `count` or fewer steps inside `range`.
[[nodiscard]] double roundStep(double range, int count);
/// The decimals needed to tell multiples of `step` apart.
[[nodiscard]] int stepDecimals(double step);

/// Round prices whose labels, `labelHeight` high, neither overlap nor leave the price area.
[[nodiscard]] std::vector<PriceTick> priceTicks(const ChartMapping& mapping, double labelHeight);

/// Round UTC times whose labels neither overlap nor are cut by the plot's edges. Minutes below a
/// day, then days, months and years, on their own beginnings.
[[nodiscard]] std::vector<TimeTick> timeTicks(const ChartMapping& mapping, const TextWidth& width);

} // namespace ui::charts
