// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that keeps what is verified, and finds gaps.
#include "core/history/missingruns.h"
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

namespace core::history {

using market::CandleColumns;
using market::Timeframe;

namespace {

/// Candles that are looked at by their first and last one, at most and at least.
constexpr std::int64_t LONGEST_BLOCK = 8192;
constexpr std::int64_t SHORTEST_BLOCK = 512;

/// 0 stands for trades.
std::int32_t asStored(std::optional<Timeframe> timeframe)
{
    return timeframe ? seconds(*timeframe) : 0;
}

/// As few ranges as cover the same times.
std::vector<TimeRange> merged(std::vector<TimeRange> ranges)
{
    std::sort(ranges.begin(), ranges.end(), [](TimeRange a, TimeRange b) { return a.from < b.from; });
    std::vector<TimeRange> result;
    for (const TimeRange range : ranges) {
        if (!result.empty() && range.from <= result.back().to)
            result.back().to = std::max(result.back().to, range.to);
        else
            result.push_back(range);
    }
    return result;
}

} // namespace

/// The verified ranges that overlap or touch the given one.
Result<std::vector<TimeRange>> SqlHistoryStore::verifiedOf(std::int64_t instrument,
                                                           std::optional<Timeframe> timeframe,
                                                           TimeRange touching)
{
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT from_time, to_time FROM verified_ranges WHERE instrument = ? AND "
                                 "timeframe = ? AND from_time <= ? AND to_time >= ? ORDER BY from_time"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(timeframe));
    query.addBindValue(asStored(touching.to));
    query.addBindValue(asStored(touching.from));
    if (!query.exec())
        return fault(query, READING);
    std::vector<TimeRange> ranges;
    while (query.next())
        ranges.push_back(
            {fromMicroseconds(query.value(0).toLongLong()), fromMicroseconds(query.value(1).toLongLong())});
    return ranges;
}

Result<std::vector<TimeRange>> SqlHistoryStore::verified(const Symbol& symbol,
                                                         std::optional<Timeframe> timeframe)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    return *found ? verifiedOf((*found)->id, timeframe, {}) : Result(std::vector<TimeRange>());
}

/// One range takes the place of all that it overlaps or touches.
Result<void> SqlHistoryStore::putVerified(std::int64_t instrument, const VerifiedRange& verified)
{
    if (verified.range.from >= verified.range.to)
        return {};
    auto ranges = verifiedOf(instrument, verified.timeframe, verified.range);
    if (!ranges)
        return ranges.error();
    ranges->push_back(verified.range);
    const TimeRange whole = merged(*ranges).front();
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("DELETE FROM verified_ranges WHERE instrument = ? AND timeframe = ? AND "
                                 "from_time >= ? AND to_time <= ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(verified.timeframe));
    query.addBindValue(asStored(whole.from));
    query.addBindValue(asStored(whole.to));
    if (!query.exec())
        return fault(query, WRITING);
    query.prepare(QStringLiteral(
        "INSERT INTO verified_ranges (instrument, timeframe, from_time, to_time) VALUES (?, ?, ?, ?)"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(verified.timeframe));
    query.addBindValue(asStored(whole.from));
    query.addBindValue(asStored(whole.to));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

/// Where a candle of the timeframe that is missing is none for want of trades. Where every trade of a minute is
/// known, an hour without any is known too.
Result<std::vector<TimeRange>> SqlHistoryStore::knownRanges(std::int64_t instrument, Timeframe finest)
{
    std::vector<TimeRange> known;
    std::vector<std::optional<Timeframe>> fineEnough = {std::nullopt};
    std::copy_if(market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end(), std::back_inserter(fineEnough),
                 [&](Timeframe timeframe) { return timeframe <= finest; });
    for (const auto timeframe : fineEnough) {
        auto ranges = verifiedOf(instrument, timeframe, {});
        if (!ranges)
            return ranges.error();
        known.insert(known.end(), ranges->begin(), ranges->end());
    }
    return merged(std::move(known));
}

Result<Gaps> SqlHistoryStore::gaps(const Symbol& symbol, std::size_t limit)
{
    return inView([&] { return gapsOf(symbol, limit); });
}

Result<Gaps> SqlHistoryStore::gapsOf(const Symbol& symbol, std::size_t limit)
{
    const auto written = writtenOf(symbol);
    if (!written)
        return written.error();
    const Extent& finest = written->extents.front();
    auto known = knownRanges(written->of.id, finest.timeframe);
    if (!known)
        return known.error();
    MissingRuns runs(std::move(*known));
    Gaps sum;
    const Nanoseconds step = finest.timeframe.length();
    const auto addGap = [&](TimeRange gap) {
        ++sum.count;
        sum.missing += (gap.to - gap.from) / step;
        if (sum.ranges.size() < limit)
            sum.ranges.push_back(gap);
    };
    const auto addEmpty = [&](TimeRange empty) { sum.verifiedEmpty += (empty.to - empty.from) / step; };
    const auto read = eachMissingRun(written->of.id, finest, {finest.oldest, finest.newest + step},
                                     [&](TimeRange run) { runs.part(run, addGap, addEmpty); });
    if (!read)
        return read.error();
    return sum;
}

/// Calls `told` with every run of missing candles between two that open in the range, oldest first. Looks where the
/// candle is that is a block further on: where that is as far away in time, none is missing between. Only what is left
/// of shorter and shorter blocks is read, which takes a twentieth of the time that reading everything does.
Result<void> SqlHistoryStore::eachMissingRun(std::int64_t instrument, const Extent& extent, TimeRange range,
                                             const std::function<void(TimeRange)>& told)
{
    const Series series{instrument, extent.timeframe, false};
    const Nanoseconds step = extent.timeframe.length();
    auto first = m_dialect->edge(series, range, Edge::Oldest);
    if (!first)
        return first.error();
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral("SELECT open_time FROM candles WHERE instrument = ? AND timeframe = ? AND "
                                 "open_time >= ? AND open_time < ? ORDER BY open_time LIMIT 1 OFFSET ?"));
    std::int64_t block = LONGEST_BLOCK;
    CandleColumns candles;
    for (std::optional<Timestamp> at = *first; at && *at < range.to;) {
        query.bindValue(0, static_cast<qint64>(instrument));
        query.bindValue(1, seconds(extent.timeframe));
        query.bindValue(2, asStored(*at));
        query.bindValue(3, asStored(range.to));
        query.bindValue(4, static_cast<qint64>(block));
        if (!query.exec())
            return fault(query, READING);
        const auto next = query.next() ? std::optional(fromMicroseconds(query.value(0).toLongLong())) : std::nullopt;
        query.finish();
        if (next == *at + block * step) {
            at = next;
            block = std::min(4 * block, LONGEST_BLOCK);
        } else if (block > SHORTEST_BLOCK) {
            block /= 4;
        } else {
            candles.clear();
            const TimeRange part{*at, next ? *next + Nanoseconds(1) : range.to};
            if (auto read = m_dialect->read(series, part, {}, candles); !read)
                return read;
            for (std::size_t i = 1; i < candles.size(); ++i) {
                if (candles.openTime[i] - candles.openTime[i - 1] > step)
                    told({candles.openTime[i - 1] + step, candles.openTime[i]});
            }
            at = next;
        }
    }
    return {};
}

} // namespace core::history
