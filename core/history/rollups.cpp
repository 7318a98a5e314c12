// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/rollups.h"

#include "core/market/candlebuilder.h"

#include <algorithm>

namespace core::history {

using market::CandleColumns;
using market::Timeframe;

namespace {

std::size_t levelOf(Timeframe timeframe)
{
    const auto found =
        std::find(market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end(), timeframe);
    return static_cast<std::size_t>(found - market::ALL_TIMEFRAMES.begin());
}

} // namespace

TimeRange buckets(Timeframe timeframe, TimeRange range)
{
    return {timeframe.floor(range.from),
            timeframe.floor(range.to - Nanoseconds(1)) + timeframe.length()};
}

std::string Series::table() const
{
    return rollup ? "candles_" + timeframe.text() : "candles";
}

bool isStoredTimeframe(Timeframe timeframe)
{
    return levelOf(timeframe) < market::ALL_TIMEFRAMES.size();
}

std::optional<Timeframe> coarser(Timeframe timeframe)
{
    const std::size_t next = levelOf(timeframe) + 1;
    return next < market::ALL_TIMEFRAMES.size() ? std::optional(market::ALL_TIMEFRAMES[next])
                                                : std::nullopt;
}

Result<void> RollupKeeper::update(Timeframe timeframe, const CandleColumns& batch,
                                  const WrittenStretch& stretch)
{
    const TimeRange fresh{batch.openTime[stretch.first],
                          batch.openTime[stretch.last - 1] + timeframe.length()};
    CandleColumns finer;
    if (timeframe != m_written.front()) {
        // Written above the finest: its own level is first settled between it and what lies below.
        const Timeframe below = market::ALL_TIMEFRAMES[levelOf(timeframe) - 1];
        if (auto read = m_dialect.read(readable(below), fresh, {}, finer); !read)
            return read;
        return rollUp(timeframe, fresh, std::move(finer));
    }
    const auto next = coarser(timeframe);
    if (!next)
        return {};
    const TimeRange range = buckets(*next, fresh);
    CandleColumns middle;
    if (stretch.whole)
        append(middle, batch, stretch.first, stretch.last);
    else if (auto read = m_dialect.read(readable(timeframe), fresh, {}, middle); !read)
        return read;
    auto all = completed(timeframe, range, middle, fresh);
    if (!all)
        return all.error();
    return rollUp(*next, range, std::move(*all));
}

Result<void> RollupKeeper::renew(TimeRange touched)
{
    for (auto level = coarser(m_written.front()); level; level = coarser(*level)) {
        auto columns = expected(*level, buckets(*level, touched));
        if (!columns)
            return columns.error();
        if (auto put = m_dialect.put(readable(*level), *columns, 0, columns->size()); !put)
            return put;
    }
    return {};
}

Result<CandleColumns> RollupKeeper::expected(Timeframe level, TimeRange range)
{
    const Timeframe below = market::ALL_TIMEFRAMES[levelOf(level) - 1];
    CandleColumns finer;
    if (auto read = m_dialect.read(readable(below), range, {}, finer); !read)
        return read.error();
    CandleColumns rolled = market::aggregate(finer, below, level);
    if (auto merged = preferWritten(level, range, rolled); !merged)
        return merged.error();
    return rolled;
}

/// `range` of a level, where what lies inside `middleRange` is already known.
Result<CandleColumns> RollupKeeper::completed(Timeframe timeframe, TimeRange range,
                                              const CandleColumns& middle, TimeRange middleRange)
{
    CandleColumns all;
    all.reserve(middle.size() + 32);
    if (auto read = m_dialect.read(readable(timeframe), {range.from, middleRange.from}, {}, all);
        !read)
        return read.error();
    append(all, middle, 0, middle.size());
    if (auto read = m_dialect.read(readable(timeframe), {middleRange.to, range.to}, {}, all); !read)
        return read.error();
    return all;
}

/// Stores the buckets in `range`, made of the candles one level below, and goes on to the next
/// level.
Result<void> RollupKeeper::rollUp(Timeframe level, TimeRange range, CandleColumns finer)
{
    while (true) {
        const Timeframe below = market::ALL_TIMEFRAMES[levelOf(level) - 1];
        CandleColumns rolled = market::aggregate(finer, below, level);
        if (auto merged = preferWritten(level, range, rolled); !merged)
            return merged;
        if (auto put = m_dialect.put(readable(level), rolled, 0, rolled.size()); !put)
            return put;
        const auto next = coarser(level);
        if (!next)
            return {};
        const TimeRange wider = buckets(*next, range);
        auto all = completed(level, wider, rolled, range);
        if (!all)
            return all.error();
        finer = std::move(*all);
        range = wider;
        level = *next;
    }
}

/// Puts candles written at this very timeframe in the place of rolled-up ones, or between them,
/// wherever the finer candles do not cover their bucket.
Result<void> RollupKeeper::preferWritten(Timeframe timeframe, TimeRange range,
                                         CandleColumns& rolled)
{
    if (std::find(m_written.begin(), m_written.end(), timeframe) == m_written.end())
        return {};
    CandleColumns own;
    if (auto read = m_dialect.read(written(timeframe), range, {}, own); !read)
        return read;
    CandleColumns merged;
    merged.reserve(rolled.size() + own.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        for (; next < rolled.size() && rolled.openTime[next] < own.openTime[i]; ++next)
            merged.push(rolled.at(next));
        const bool both = next < rolled.size() && rolled.openTime[next] == own.openTime[i];
        auto finerWins = both ? coveredByFiner(timeframe, own.openTime[i]) : Result<bool>(false);
        if (!finerWins)
            return finerWins.error();
        merged.push(*finerWins ? rolled.at(next) : own.at(i));
        next += both ? 1 : 0;
    }
    append(merged, rolled, next, rolled.size());
    rolled = std::move(merged);
    return {};
}

Result<bool> RollupKeeper::coveredByFiner(Timeframe timeframe, Timestamp bucket)
{
    const TimeRange range{bucket, bucket + timeframe.length()};
    for (const Timeframe finer : m_written) {
        if (finer >= timeframe)
            break;
        auto oldest = m_dialect.edge(written(finer), range, Edge::Oldest);
        auto newest = m_dialect.edge(written(finer), range, Edge::Newest);
        if (!oldest || !newest)
            return oldest ? newest.error() : oldest.error();
        const Nanoseconds slack = std::max(finer.length(), timeframe.length() / 20);
        if (*oldest && **oldest<range.from + slack&&* * newest + finer.length()> range.to - slack)
            return true;
    }
    return false;
}

} // namespace core::history
