// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/candle.h"
#include "core/market/instrument.h"
#include "ui/charts/axislayout.h"
#include "ui/charts/candleselection.h"
#include "ui/charts/chartlines.h"
#include "ui/charts/chartmapping.h"
#include "ui/charts/overlays.h"
#include "ui/charts/trademarks.h"

#include <QPointF>

#include <memory>
#include <optional>
#include <vector>

namespace ui::charts {

/// Everything the layers of a candle chart paint from; computed before painting, once a change.
struct ChartState
{
    core::market::Instrument instrument;
    core::market::Timeframe timeframe = core::market::ONE_MINUTE;
    std::shared_ptr<const core::market::CandleColumns> candles; ///< May be null.
    std::optional<core::Timestamp> now; ///< The replay's time: nothing that closes later is shown.
    std::optional<core::market::Candle> forming;
    TradeMarks trades;
    std::vector<ChartLine> lines;
    std::vector<OverlayLine> overlays;

    TimeSpan span{core::Timestamp(), core::Timestamp(SHORTEST_SPAN)};
    ChartMapping mapping;
    IndexRange visible;
    std::vector<Gap> gaps;
    double maximumVolume = 0.0;
    std::vector<PriceTick> priceTicks;
    std::vector<TimeTick> timeTicks;
    std::vector<LineTag> lineTags;
    std::optional<QPointF> cursor;
    double axisWidth = 80.0;
    double axisHeight = 24.0;

    /// The newest candle on the screen: the forming one or the last closed one.
    [[nodiscard]] std::optional<core::market::Candle> last() const;
    /// The candle under `time`, among those that may be seen.
    [[nodiscard]] std::optional<core::market::Candle> at(core::Timestamp time) const;
    /// Fits the price range, volume and ticks to what is visible inside `area`.
    void layOut(const QRectF& area, const TextWidth& width, double labelHeight);

private:
    void fitPrices();
};

} // namespace ui::charts
