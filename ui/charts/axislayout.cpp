// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axislayout.h"

#include "ui/charts/chartmapping.h"
#include "ui/format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ui::charts {
namespace {

using namespace std::chrono;

/// Room between two time labels.
constexpr double LABEL_GAP = 24.0;
/// Price labels stand at least this many of their own heights apart.
constexpr double PRICE_SPACING = 2.6;

/// Steps of whole days and less, in minutes.
constexpr std::array MINUTE_STEPS = {1,   2,   5,   10,  15,   30,   60,  120,
                                     180, 240, 360, 720, 1440, 2880, 7200, 14400};
constexpr std::array MONTH_STEPS = {1, 2, 3, 6, 12, 24, 60, 120};

year_month_day dayOf(core::Timestamp time)
{
    return year_month_day(floor<days>(time));
}

bool isMidnight(core::Timestamp time)
{
    return floor<days>(time) == time;
}

/// Names the moment by the largest unit that begins with it.
QString timeLabel(core::Timestamp time)
{
    if (!isMidnight(time))
        return format::time(time);
    const year_month_day day = dayOf(time);
    if (day.month() == January && unsigned(day.day()) == 1)
        return QString::number(int(day.year()));
    const QString text = format::date(time);
    // "1 Feb 2022" → "Feb" at the beginning of a month, "14 Feb" inside it.
    const QStringList parts = text.split(QLatin1Char(' '));
    return unsigned(day.day()) == 1 ? parts.at(1) : parts.at(0) + QLatin1Char(' ') + parts.at(1);
}

bool isBoundary(core::Timestamp time, bool dailyOrLonger)
{
    if (!isMidnight(time))
        return false;
    return !dailyOrLonger || unsigned(dayOf(time).day()) == 1;
}

TimeTick makeTick(const ChartMapping& mapping, core::Timestamp time, bool dailyOrLonger,
                  const TextWidth& width)
{
    TimeTick tick;
    tick.time = time;
    tick.x = mapping.x(time);
    tick.label = timeLabel(time);
    tick.boundary = isBoundary(time, dailyOrLonger);
    const double half = width(tick.label) / 2.0;
    tick.left = tick.x - half;
    tick.right = tick.x + half;
    return tick;
}

/// Drops what would overlap its left neighbour or be cut; a boundary pushes its neighbour out.
std::vector<TimeTick> thinned(std::vector<TimeTick> ticks, const ChartMapping& mapping)
{
    std::vector<TimeTick> kept;
    for (TimeTick& tick : ticks) {
        if (tick.left < mapping.plot.left() || tick.right > mapping.plot.right())
            continue;
        const bool clear = kept.empty() || kept.back().right + LABEL_GAP / 2 <= tick.left;
        if (clear) {
            kept.push_back(std::move(tick));
        } else if (tick.boundary && !kept.back().boundary) {
            kept.pop_back();
            kept.push_back(std::move(tick));
        }
    }
    return kept;
}

std::vector<TimeTick> minuteTicks(const ChartMapping& mapping, int step, const TextWidth& width)
{
    const minutes length(step);
    const auto since = floor<minutes>(mapping.from.time_since_epoch());
    core::Timestamp time{minutes(since.count() / step * step)};
    std::vector<TimeTick> ticks;
    for (; time <= mapping.to; time += length)
        if (time >= mapping.from)
            ticks.push_back(makeTick(mapping, time, step >= 1440, width));
    return ticks;
}

std::vector<TimeTick> monthTicks(const ChartMapping& mapping, int step, const TextWidth& width)
{
    const year_month_day first = dayOf(mapping.from);
    const int monthsSince =
        (int(first.year()) * 12 + int(unsigned(first.month())) - 1) / step * step;
    year_month month = year(monthsSince / 12) / std::chrono::month(unsigned(monthsSince % 12 + 1));
    std::vector<TimeTick> ticks;
    for (;; month += months(step)) {
        const core::Timestamp time{sys_days(month / 1)};
        if (time > mapping.to)
            return ticks;
        if (time >= mapping.from)
            ticks.push_back(makeTick(mapping, time, true, width));
    }
}

} // namespace

double roundStep(double range, int count)
{
    const double rough = range / std::max(count, 1);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * (1.0 - 1e-9))
            return factor * power;
    return 10.0 * power;
}

int stepDecimals(double step)
{
    return std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0,
                      core::MAX_DECIMALS);
}

std::vector<PriceTick> priceTicks(const ChartMapping& mapping, double labelHeight)
{
    const double height = mapping.priceBottom - mapping.plot.top();
    const double range = mapping.high - mapping.low;
    std::vector<PriceTick> ticks;
    if (height < 2 * labelHeight || !(range > 0.0) || !std::isfinite(range))
        return ticks;
    const double step = roundStep(range, static_cast<int>(height / (labelHeight * PRICE_SPACING)));
    const int decimals = stepDecimals(step);
    const auto first = static_cast<std::int64_t>(std::ceil(mapping.low / step));
    const auto last = static_cast<std::int64_t>(std::floor(mapping.high / step));
    for (std::int64_t n = first; n <= last; ++n) {
        const double price = static_cast<double>(n) * step;
        const double y = mapping.y(price);
        if (y - labelHeight / 2 >= mapping.plot.top() && y + labelHeight / 2 <= mapping.priceBottom)
            ticks.push_back({price, y, format::number(price, decimals)});
    }
    return ticks;
}

std::vector<TimeTick> timeTicks(const ChartMapping& mapping, const TextWidth& width)
{
    const double widest = std::max(width(QStringLiteral("00:00")), width(QStringLiteral("28 May")));
    if (mapping.plot.width() < widest)
        return {};
    const double minutesPerPixel =
        static_cast<double>(mapping.span().count()) / 6e10 / mapping.plot.width();
    const double needed = (widest + LABEL_GAP) * minutesPerPixel;
    for (const int step : MINUTE_STEPS)
        if (step >= needed)
            return thinned(minuteTicks(mapping, step, width), mapping);
    for (const int step : MONTH_STEPS)
        if (step * 28.0 * 1440.0 >= needed)
            return thinned(monthTicks(mapping, step, width), mapping);
    return thinned(monthTicks(mapping, MONTH_STEPS.back(), width), mapping);
}

} // namespace ui::charts
