// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartmapping.h"

#include <algorithm>

namespace ui::charts {
namespace {

core::Nanoseconds scaled(core::Nanoseconds length, double factor)
{
    // Bounded before the conversion: an int64 holds less than any zoom factor asks for.
    const double wanted = static_cast<double>(length.count()) * factor;
    return core::Nanoseconds(static_cast<std::int64_t>(std::clamp(wanted, -4e18, 4e18)));
}

// Views stay inside years that a chart can label; the ends of int64 would overflow in sums.
constexpr core::Timestamp EARLIEST{std::chrono::hours(0)};
constexpr core::Timestamp LATEST{std::chrono::hours(24 * 365 * 230LL)};

TimeSpan within(TimeSpan span)
{
    if (span.from < EARLIEST)
        return {EARLIEST, EARLIEST + (span.to - span.from)};
    if (span.to > LATEST)
        return {LATEST - (span.to - span.from), LATEST};
    return span;
}

} // namespace

core::Timestamp ChartMapping::timeAt(double x) const
{
    return from +
           core::Nanoseconds(static_cast<std::int64_t>((x - plot.left()) / pixelsPerNanosecond()));
}

TimeSpan zoomed(TimeSpan span, double factor, core::Timestamp anchor)
{
    const core::Nanoseconds length = span.to - span.from;
    const core::Nanoseconds wanted =
        std::clamp(scaled(length, factor), SHORTEST_SPAN, LONGEST_SPAN);
    const double share =
        static_cast<double>((anchor - span.from).count()) / static_cast<double>(length.count());
    const core::Timestamp from = anchor - scaled(wanted, share);
    return within({from, from + wanted});
}

TimeSpan panned(TimeSpan span, double fraction)
{
    const core::Nanoseconds step = scaled(span.to - span.from, fraction);
    return within({span.from + step, span.to + step});
}

} // namespace ui::charts
