// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/candleselection.h"

#include <algorithm>
#include <cmath>

namespace ui::charts {
namespace {

constexpr double WANTED_WIDTH = 3.0;
/// Candles loaded before the visible ones so that overlays have settled where they are seen.
constexpr int WARM_UP = 200;

double candleWidth(core::market::Timeframe timeframe, core::Nanoseconds span, double pixels)
{
    return static_cast<double>(timeframe.length().count()) * pixels /
           static_cast<double>(span.count());
}

} // namespace

core::market::Timeframe nearestTimeframe(core::Nanoseconds span, double pixels,
                                         core::market::Timeframe finest)
{
    core::market::Timeframe best = finest;
    double bestDistance = HUGE_VAL;
    for (const auto timeframe : core::market::ALL_TIMEFRAMES) {
        if (timeframe < finest)
            continue;
        const double distance =
            std::abs(std::log(candleWidth(timeframe, span, pixels) / WANTED_WIDTH));
        if (distance < bestDistance) {
            best = timeframe;
            bestDistance = distance;
        }
    }
    return best;
}

core::market::Timeframe legibleTimeframe(core::market::Timeframe chosen, core::Nanoseconds span,
                                         double pixels)
{
    for (const auto timeframe : core::market::ALL_TIMEFRAMES)
        if (timeframe >= chosen && candleWidth(timeframe, span, pixels) >= 1.0)
            return timeframe;
    return std::max(chosen, core::market::ALL_TIMEFRAMES.back());
}

core::history::TimeRange rangeToLoad(TimeSpan span, core::market::Timeframe timeframe)
{
    const core::Nanoseconds margin = span.to - span.from;
    return {timeframe.floor(span.from - margin) - WARM_UP * timeframe.length(),
            timeframe.floor(span.to + margin) + timeframe.length()};
}

bool leavesRange(TimeSpan span, const core::history::TimeRange& loaded)
{
    const core::Nanoseconds margin = (span.to - span.from) / 2;
    return span.from - margin < loaded.from || span.to + margin > loaded.to;
}

IndexRange visibleCandles(const core::market::CandleColumns& candles,
                          core::market::Timeframe timeframe, TimeSpan span,
                          std::optional<core::Timestamp> now)
{
    IndexRange range;
    range.first = candles.lowerBound(span.from - timeframe.length());
    range.last = candles.lowerBound(span.to);
    if (now) {
        // The first candle that is not closed opens after now − length.
        const std::size_t unclosed =
            candles.lowerBound(*now - timeframe.length() + core::Nanoseconds(1));
        range.last = std::min(range.last, unclosed);
    }
    return range;
}

std::vector<Gap> findGaps(const core::market::CandleColumns& candles,
                          core::market::Timeframe timeframe, IndexRange range)
{
    std::vector<Gap> gaps;
    // The neighbour before the first visible candle opens a gap that reaches into the view.
    for (std::size_t i = std::max<std::size_t>(range.first, 1); i < range.last; ++i) {
        const core::Timestamp end = candles.openTime[i - 1] + timeframe.length();
        if (candles.openTime[i] > end)
            gaps.push_back({end, candles.openTime[i]});
    }
    return gaps;
}

std::optional<core::market::Candle> formingCandle(const core::market::CandleColumns& fine,
                                                  core::market::Timeframe fineTimeframe,
                                                  core::market::Timeframe timeframe,
                                                  core::Timestamp now)
{
    const core::Timestamp open = timeframe.floor(now);
    std::optional<core::market::Candle> forming;
    for (std::size_t i = fine.lowerBound(open);
         i < fine.size() && fine.openTime[i] + fineTimeframe.length() <= now; ++i) {
        if (!forming) {
            forming = fine.at(i);
            forming->openTime = open;
            continue;
        }
        forming->high = std::max(forming->high, fine.high[i]);
        forming->low = std::min(forming->low, fine.low[i]);
        forming->close = fine.close[i];
        forming->volume += fine.volume[i];
        forming->trades += fine.trades[i];
    }
    return forming;
}

} // namespace ui::charts
