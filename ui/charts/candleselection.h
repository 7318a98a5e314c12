// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "core/market/candle.h"
#include "core/market/timeframe.h"
#include "ui/charts/chartmapping.h"

#include <optional>
#include <vector>

namespace ui::charts {

/// The stored timeframe, not finer than `finest`, whose candles come nearest to three pixels in
/// width (by ratio) when `span` is shown on `pixels`.
[[nodiscard]] core::market::Timeframe nearestTimeframe(core::Nanoseconds span, double pixels,
                                                       core::market::Timeframe finest);

/// The timeframe to show when the user chose `chosen`: that one, or the first coarser one whose
/// candles are at least a pixel wide. A chart never loads more than a screen shows.
[[nodiscard]] core::market::Timeframe legibleTimeframe(core::market::Timeframe chosen,
                                                       core::Nanoseconds span, double pixels);

/// What to load for showing `span`: as much again on either side, and candles to warm up overlays.
[[nodiscard]] core::history::TimeRange rangeToLoad(TimeSpan span,
                                                   core::market::Timeframe timeframe);
/// True when half a screen to either side of `span` is not inside `loaded` any more.
[[nodiscard]] bool leavesRange(TimeSpan span, const core::history::TimeRange& loaded);

/// Positions [first, last) in columns.
struct IndexRange
{
    std::size_t first = 0;
    std::size_t last = 0;
    [[nodiscard]] bool empty() const { return first >= last; }
};

/// The candles that may be painted for `span`: those that touch it, and of those only the ones that
/// had closed by `now` when there is one. What closes later is the replay's future.
[[nodiscard]] IndexRange visibleCandles(const core::market::CandleColumns& candles,
                                        core::market::Timeframe timeframe, TimeSpan span,
                                        std::optional<core::Timestamp> now);

/// A stretch without candles inside the data.
struct Gap
{
    core::Timestamp from; ///< End of the last candle before.
    core::Timestamp to;   ///< Open time of the first candle after.
    bool operator==(const Gap&) const = default;
};
/// The gaps between neighbouring candles of the range.
[[nodiscard]] std::vector<Gap> findGaps(const core::market::CandleColumns& candles,
                                        core::market::Timeframe timeframe, IndexRange range);

/// The candle of `timeframe` that is forming at `now`, made of the `fine` candles closed by then;
/// nothing when none has closed in its bucket yet or the bucket ends exactly now.
[[nodiscard]] std::optional<core::market::Candle>
formingCandle(const core::market::CandleColumns& fine, core::market::Timeframe fineTimeframe,
              core::market::Timeframe timeframe, core::Timestamp now);

} // namespace ui::charts
