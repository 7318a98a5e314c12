// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartstate.h"

#include "ui/format.h"

#include <algorithm>
#include <cmath>

namespace ui::charts {
namespace {

constexpr double VOLUME_SHARE = 0.16; ///< Of the plot's height.
constexpr double VOLUME_GAP = 8.0;
constexpr double PRICE_PADDING = 0.06; ///< Of the price range, above and below.
constexpr double TAG_PADDING = 20.0;

} // namespace

std::optional<core::market::Candle> ChartState::last() const
{
    if (forming && forming->openTime < span.to)
        return forming;
    if (!candles || visible.empty())
        return {};
    return candles->at(visible.last - 1);
}

std::optional<core::market::Candle> ChartState::at(core::Timestamp time) const
{
    const core::Timestamp open = timeframe.floor(time);
    if (forming && forming->openTime == open)
        return forming;
    if (!candles)
        return {};
    const std::size_t index = candles->lowerBound(open);
    if (index < visible.first || index >= visible.last || candles->openTime[index] != open)
        return {};
    return candles->at(index);
}

void ChartState::fitPrices()
{
    std::int64_t low = INT64_MAX;
    std::int64_t high = INT64_MIN;
    maximumVolume = 0.0;
    for (std::size_t i = visible.first; i < visible.last; ++i) {
        low = std::min(low, candles->low[i].ticks());
        high = std::max(high, candles->high[i].ticks());
        maximumVolume = std::max(maximumVolume, candles->volume[i]);
    }
    if (forming && forming->openTime < span.to &&
        forming->openTime + timeframe.length() > span.from) {
        low = std::min(low, forming->low.ticks());
        high = std::max(high, forming->high.ticks());
        maximumVolume = std::max(maximumVolume, forming->volume);
    }
    if (low > high) // Nothing in sight: keep the range, so that the axis does not jump.
        return;
    const double bottom = instrument.toDouble(core::Price(low));
    const double top = instrument.toDouble(core::Price(high));
    const double tick = instrument.toDouble(core::Price(1));
    const double padding = std::max((top - bottom) * PRICE_PADDING, tick);
    mapping.low = bottom - padding;
    mapping.high = top + padding;
}

void ChartState::layOut(const QRectF& area, const TextWidth& width, double labelHeight)
{
    mapping.from = span.from;
    mapping.to = span.to;
    visible = candles ? visibleCandles(*candles, timeframe, span, now) : IndexRange();
    gaps = candles ? findGaps(*candles, timeframe, visible) : std::vector<Gap>();
    fitPrices();
    axisWidth = std::max(64.0, width(format::price(instrument, mapping.high)) + TAG_PADDING);
    axisHeight = labelHeight + 8.0;
    mapping.plot = area.adjusted(0.0, 0.0, -axisWidth, -axisHeight);
    mapping.volume = mapping.plot;
    mapping.volume.setTop(mapping.plot.bottom() - std::floor(mapping.plot.height() * VOLUME_SHARE));
    mapping.priceBottom = mapping.volume.top() - VOLUME_GAP;
    priceTicks = charts::priceTicks(mapping, labelHeight);
    timeTicks = charts::timeTicks(mapping, width);
}

} // namespace ui::charts
