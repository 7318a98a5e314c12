// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"
#include "core/market/timeframe.h"

#include <QRectF>

/// Charts: painted items and the plain values they are painted from.
namespace ui::charts {

/// Where times and prices lie on the screen. Time runs evenly over the width, whatever candles
/// there are: a gap is as wide as it was long.
struct ChartMapping
{
    QRectF plot;              ///< Prices and volume.
    QRectF volume;            ///< The band of the volume bars at the foot of the plot.
    core::Timestamp from;     ///< At the plot's left edge.
    core::Timestamp to;       ///< At its right edge; later than `from`.
    double low = 0.0;         ///< Price at the foot of the price area.
    double high = 1.0;        ///< Price at its top; above `low`.
    double priceBottom = 0.0; ///< y of `low`.

    [[nodiscard]] double x(core::Timestamp time) const
    {
        return plot.left() + static_cast<double>((time - from).count()) * pixelsPerNanosecond();
    }
    [[nodiscard]] double y(double price) const
    {
        return priceBottom - (price - low) * (priceBottom - plot.top()) / (high - low);
    }
    [[nodiscard]] core::Timestamp timeAt(double x) const;
    [[nodiscard]] double priceAt(double y) const
    {
        return low + (priceBottom - y) * (high - low) / (priceBottom - plot.top());
    }
    [[nodiscard]] double width(core::market::Timeframe timeframe) const
    {
        return static_cast<double>(timeframe.length().count()) * pixelsPerNanosecond();
    }
    [[nodiscard]] core::Nanoseconds span() const { return to - from; }

private:
    [[nodiscard]] double pixelsPerNanosecond() const
    {
        return plot.width() / static_cast<double>((to - from).count());
    }
};

/// The narrowest and widest stretch of time a chart shows: 20 minutes and 40 years.
inline constexpr core::Nanoseconds SHORTEST_SPAN = std::chrono::minutes(20);
inline constexpr core::Nanoseconds LONGEST_SPAN = std::chrono::hours(24 * 366 * 40);

/// A stretch of visible time.
struct TimeSpan
{
    core::Timestamp from;
    core::Timestamp to;
    bool operator==(const TimeSpan&) const = default;
};

/// `span` scaled by `factor` with `anchor` kept where it is, within the shortest and longest span.
[[nodiscard]] TimeSpan zoomed(TimeSpan span, double factor, core::Timestamp anchor);
/// `span` moved by `fraction` of its own length; later when positive.
[[nodiscard]] TimeSpan panned(TimeSpan span, double fraction);

} // namespace ui::charts
