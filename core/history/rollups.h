// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/candlerows.h"
#include "core/history/sqldialect.h"

#include <vector>

namespace core::history {

/// True for 1m 5m 15m 30m 1h 4h 12h 1d 1w.
[[nodiscard]] bool isStoredTimeframe(market::Timeframe timeframe);
/// The next coarser stored timeframe; nothing above one week.
[[nodiscard]] std::optional<market::Timeframe> coarser(market::Timeframe timeframe);

/// The whole buckets of `timeframe` that the range touches.
[[nodiscard]] TimeRange buckets(market::Timeframe timeframe, TimeRange range);

/// A stretch of freshly written candles, [first, last) of a batch.
struct WrittenStretch
{
    std::size_t first = 0;
    std::size_t last = 0;
    bool whole = true; ///< The store has no candle between the first and the last but the batch's.
};

/// Keeps the candles to read at the timeframes above an instrument's finest one. Each level is made
/// of the level below it: in one pass over a written batch, with at most a dozen stored candles a
/// level to complete the buckets at both ends; only where older candles lie between the new ones is
/// the stretch read again. The sums of a bucket are always taken in the same order, whatever the
/// batches were.
///
/// Where a candle was also written at the coarser timeframe itself, the finer candles win if they
/// cover its bucket: one opens within a twentieth of the bucket (or one step) of its start, one
/// ends as close to its end. Else the written one stays, so an hour of minutes never replaces a
/// day.
class RollupKeeper
{
public:
    /// `written` are the timeframes the instrument was ever written in, finest first.
    RollupKeeper(SqlDialect& dialect, std::int64_t instrument,
                 std::vector<market::Timeframe> written)
        : m_dialect(dialect), m_instrument(instrument), m_written(std::move(written))
    {}

    /// Brings every rollup up to date after the candles of the stretch were put into `candles`.
    [[nodiscard]] Result<void> update(market::Timeframe timeframe,
                                      const market::CandleColumns& batch,
                                      const WrittenStretch& stretch);

    /// Makes the rollups of the candles that lay in the range anew, once these and the rollups' buckets are gone.
    [[nodiscard]] Result<void> renew(TimeRange touched);
    /// What a level above the finest should hold in a range of whole buckets, by the level below it.
    [[nodiscard]] Result<market::CandleColumns> expected(market::Timeframe level, TimeRange range);

private:
    [[nodiscard]] Series written(market::Timeframe timeframe) const
    {
        return {m_instrument, timeframe, false};
    }
    /// Where the candles to read at a timeframe lie.
    [[nodiscard]] Series readable(market::Timeframe timeframe) const
    {
        return {m_instrument, timeframe, timeframe != m_written.front()};
    }
    [[nodiscard]] Result<market::CandleColumns> completed(market::Timeframe timeframe,
                                                          TimeRange range,
                                                          const market::CandleColumns& middle,
                                                          TimeRange middleRange);
    [[nodiscard]] Result<void> preferWritten(market::Timeframe timeframe, TimeRange range,
                                             market::CandleColumns& rolled);
    [[nodiscard]] Result<bool> coveredByFiner(market::Timeframe timeframe, Timestamp bucket);
    [[nodiscard]] Result<void> rollUp(market::Timeframe level, TimeRange range,
                                      market::CandleColumns finer);

    SqlDialect& m_dialect;
    std::int64_t m_instrument;
    std::vector<market::Timeframe> m_written;
};

} // namespace core::history
