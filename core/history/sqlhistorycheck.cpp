// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that compares what it holds with what it should hold.
#include "core/history/sqlhistorystore.h"

#include "core/market/tradecandles.h"

#include <algorithm>

namespace core::history {

using market::CandleColumns;
using market::ONE_MINUTE;
using market::Timeframe;

namespace {

/// As many as a person reads.
constexpr std::size_t MAX_FINDINGS = 20;
/// Of trades at once: a busy day has some hundred thousand.
constexpr Nanoseconds TRADES_AT_ONCE = std::chrono::hours(24);

void note(CheckReport& report, Finding::Kind kind, Timeframe timeframe, Timestamp time)
{
    ++report.found;
    if (report.findings.size() < MAX_FINDINGS)
        report.findings.push_back({kind, timeframe, time});
}

/// Notes every candle that is in one of the columns only, or differs.
void compareRollups(const CandleColumns& stored, const CandleColumns& expected, Timeframe timeframe,
                    CheckReport& report)
{
    std::size_t a = 0;
    std::size_t b = 0;
    while (a < stored.size() || b < expected.size()) {
        const Timestamp here = a < stored.size() ? stored.openTime[a] : Timestamp::max();
        const Timestamp there = b < expected.size() ? expected.openTime[b] : Timestamp::max();
        if (here != there || !(stored.at(a) == expected.at(b)))
            note(report, Finding::Kind::Rollup, timeframe, std::min(here, there));
        a += here <= there ? 1 : 0;
        b += there <= here ? 1 : 0;
    }
}

/// A stored candle of more trades than are stored came from elsewhere, and is no less true.
bool contradicts(const market::Candle& stored, const market::Candle& made)
{
    if (stored.trades > made.trades)
        return false;
    return stored.open != made.open || stored.high != made.high || stored.low != made.low || stored.close != made.close ||
           stored.volume != made.volume || (stored.trades > 0 && stored.trades != made.trades);
}

} // namespace

Result<CheckReport> SqlHistoryStore::check(const Symbol& symbol, TimeRange range)
{
    return inView([&] { return checkOf(symbol, range); });
}

Result<CheckReport> SqlHistoryStore::checkOf(const Symbol& symbol, TimeRange range)
{
    const auto written = writtenOf(symbol);
    if (!written)
        return written.error();
    CheckReport report;
    for (const Extent& extent : written->extents) {
        CandleColumns candles;
        if (auto read = m_dialect->read({written->of.id, extent.timeframe, false}, range, {}, candles); !read)
            return read.error();
        report.candles += static_cast<std::int64_t>(candles.size());
        for (std::size_t i = 0; i < candles.size(); ++i) {
            if (market::candleDefect(candles.at(i)))
                note(report, Finding::Kind::Defect, extent.timeframe, candles.openTime[i]);
        }
    }
    auto done = checkRollups(written->of.id, written->extents, range, report);
    if (done && written->extents.front().timeframe == ONE_MINUTE)
        done = checkAgainstTrades(written->of, range, report);
    if (!done)
        return done.error();
    return report;
}

/// Level by level, each by the one below it, which was compared before.
Result<void> SqlHistoryStore::checkRollups(std::int64_t instrument, const std::vector<Extent>& written,
                                           TimeRange range, CheckReport& report)
{
    std::vector<Timeframe> timeframes;
    TimeRange stored{Timestamp::max(), Timestamp::min()};
    for (const Extent& extent : written) {
        timeframes.push_back(extent.timeframe);
        stored = {std::min(stored.from, extent.oldest), std::max(stored.to, extent.newest + extent.timeframe.length())};
    }
    range = {std::max(range.from, stored.from), std::min(range.to, stored.to)};
    if (range.from >= range.to)
        return {};
    RollupKeeper rollups(*m_dialect, instrument, timeframes);
    for (auto level = coarser(timeframes.front()); level; level = coarser(*level)) {
        const TimeRange whole = buckets(*level, range);
        CandleColumns kept;
        if (auto read = m_dialect->read({instrument, *level, true}, whole, {}, kept); !read)
            return read;
        const auto expected = rollups.expected(*level, whole);
        if (!expected)
            return expected.error();
        report.rollups += static_cast<std::int64_t>(kept.size());
        compareRollups(kept, *expected, *level, report);
    }
    return {};
}

Result<void> SqlHistoryStore::checkAgainstTrades(const Stored& stored, TimeRange range, CheckReport& report)
{
    const auto extent = tradeExtentOf(stored.id);
    if (!extent)
        return extent.error();
    if (!*extent)
        return {};
    const TimeRange whole{ONE_MINUTE.floor(std::max(range.from, (*extent)->oldest)),
                          std::min(range.to, ONE_MINUTE.floor((*extent)->newest) + ONE_MINUTE.length())};
    for (Timestamp from = whole.from; from < whole.to; from += TRADES_AT_ONCE) {
        const TimeRange part{from, std::min(from + TRADES_AT_ONCE, whole.to)};
        market::TradeColumns trades;
        CandleColumns candles;
        if (auto read = m_dialect->readTrades(stored.id, part, {}, trades); !read)
            return read;
        if (auto read = m_dialect->read({stored.id, ONE_MINUTE, false}, part, {}, candles); !read)
            return read;
        const CandleColumns made = market::candlesOf(trades, stored.instrument.lotDecimals);
        report.fromTrades += static_cast<std::int64_t>(made.size());
        for (std::size_t i = 0; i < made.size(); ++i) {
            const std::size_t at = candles.lowerBound(made.openTime[i]);
            const bool isThere = at < candles.size() && candles.openTime[at] == made.openTime[i];
            if (!isThere || contradicts(candles.at(at), made.at(i)))
                note(report, Finding::Kind::Trades, ONE_MINUTE, made.openTime[i]);
        }
    }
    return {};
}

} // namespace core::history
