// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that writes candles.
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>
#include <fmt/format.h>

#include <algorithm>

namespace core::history {

using market::CandleColumns;
using market::Timeframe;

namespace {

/// More than anything was ever traded; beyond it sums over a week would lose their meaning.
constexpr double MAX_VOLUME = 1e24;
/// Stored candles in gaps of a batch longer than this many steps are not worth reading along.
constexpr int MAX_READ_ALONG = 64;
constexpr std::size_t COMPARE_ROWS = 4096;

Error rejected(const CandleColumns& candles, std::size_t index, const std::string& reason)
{
    return {ErrorCode::InvalidInput,
            fmt::format("The candle of {} cannot be stored: {}",
                        formatTimestampShort(candles.openTime[index]), reason),
            "Nothing was changed."};
}

/// The stretches of written rows between which nothing else is stored, or too little to part them.
std::vector<WrittenStretch> stretches(const CandleColumns& candles, Timeframe timeframe,
                                      const std::vector<bool>& dirty,
                                      const std::vector<bool>& foreignBefore)
{
    std::vector<WrittenStretch> result;
    bool foreign = false;
    for (std::size_t i = 0; i < candles.size(); ++i) {
        foreign = foreign || foreignBefore[i];
        if (!dirty[i])
            continue;
        const bool far =
            !result.empty() && candles.openTime[i] - candles.openTime[result.back().last - 1] >
                                   MAX_READ_ALONG * timeframe.length();
        if (result.empty() || (foreign && far))
            result.push_back({i, i + 1, true});
        else
            result.back() = {result.back().first, i + 1, result.back().whole && !foreign};
        foreign = false;
    }
    return result;
}

} // namespace

Result<void> SqlHistoryStore::checkCandles(Timeframe timeframe, const CandleColumns& candles)
{
    if (!isStoredTimeframe(timeframe))
        return Error{ErrorCode::InvalidInput,
                     fmt::format("Candles of {} are not stored", timeframe.text()),
                     "Use one of 1m 5m 15m 30m 1h 4h 12h 1d 1w."};
    for (std::size_t i = 0; i < candles.size(); ++i) {
        if (const char* defect = market::candleDefect(candles.at(i)))
            return rejected(candles, i, defect);
        if (candles.volume[i] > MAX_VOLUME)
            return rejected(candles, i, "the volume is absurdly large");
        if (timeframe.floor(candles.openTime[i]) != candles.openTime[i])
            return rejected(candles, i, "its time is not a multiple of " + timeframe.text());
        if (i > 0 && candles.openTime[i] <= candles.openTime[i - 1])
            return rejected(candles, i, "it does not come after the one before it");
    }
    return {};
}

Result<WriteCount> SqlHistoryStore::write(const Symbol& symbol, Timeframe timeframe,
                                          const CandleColumns& candles)
{
    if (auto valid = checkCandles(timeframe, candles); !valid)
        return valid.error();
    WriteCount count;
    auto done = inTransaction([&]() -> Result<void> {
        auto instrument = storedToWrite(symbol);
        if (!instrument)
            return instrument.error();
        if (candles.empty())
            return {};
        auto written = writeStored(instrument->id, timeframe, candles);
        if (!written)
            return written.error();
        count = *written;
        return {};
    });
    if (!done)
        return done.error();
    return count;
}

Result<WriteCount> SqlHistoryStore::writeStored(std::int64_t instrument, Timeframe timeframe,
                                                const CandleColumns& candles)
{
    auto before = extents(instrument);
    if (!before)
        return before.error();
    const auto known = std::find_if(before->begin(), before->end(),
                                    [&](const Extent& e) { return e.timeframe == timeframe; });
    const Series series{instrument, timeframe, false};
    auto changes = compare(series, known == before->end() ? nullptr : &*known, candles);
    if (!changes)
        return changes.error();
    if (changes->count.inserted + changes->count.changed == 0)
        return changes->count;
    Extent extent{timeframe, candles.openTime.front(), candles.openTime.back(),
                  changes->count.inserted};
    std::vector<Timeframe> written;
    for (const Extent& one : *before)
        written.push_back(one.timeframe);
    if (known != before->end()) {
        extent = {timeframe, std::min(extent.oldest, known->oldest),
                  std::max(extent.newest, known->newest), known->candles + changes->count.inserted};
    } else {
        written.insert(std::upper_bound(written.begin(), written.end(), timeframe), timeframe);
        if (!before->empty() && timeframe < before->front().timeframe) {
            if (auto kept = keepCoarse(instrument, before->front().timeframe); !kept)
                return kept.error();
        }
    }
    if (auto put = putDirty(series, candles, *changes); !put)
        return put.error();
    if (auto put = putExtent(instrument, extent); !put)
        return put.error();
    RollupKeeper rollups(*m_dialect, instrument, std::move(written));
    for (const auto& stretch :
         stretches(candles, timeframe, changes->dirty, changes->foreignBefore)) {
        if (auto kept = rollups.update(timeframe, candles, stretch); !kept)
            return kept.error();
    }
    return changes->count;
}

/// What was the finest timeframe becomes a rollup that so far nothing finer lies under.
Result<void> SqlHistoryStore::keepCoarse(std::int64_t instrument, Timeframe formerFinest)
{
    const QString columns =
        QStringLiteral("instrument, open_time, open, high, low, close, volume, trades");
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(
        QStringLiteral(
            "INSERT INTO %1 (%2) SELECT %2 FROM candles WHERE instrument = ? AND timeframe = ?")
            .arg(QString::fromStdString(Series{instrument, formerFinest, true}.table()), columns));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(seconds(formerFinest));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

Result<SqlHistoryStore::Changes>
SqlHistoryStore::compare(const Series& series, const Extent* extent, const CandleColumns& candles)
{
    Changes changes;
    changes.dirty.assign(candles.size(), true);
    changes.foreignBefore.assign(candles.size(), false);
    if (!extent || candles.openTime.front() > extent->newest ||
        candles.openTime.back() < extent->oldest) {
        changes.count.inserted = static_cast<std::int64_t>(candles.size());
        return changes;
    }
    const Nanoseconds far = MAX_READ_ALONG * series.timeframe.length();
    std::size_t first = 0;
    for (std::size_t i = 1; i <= candles.size(); ++i) {
        const bool last = i == candles.size();
        if (!last && i - first < COMPARE_ROWS &&
            candles.openTime[i] - candles.openTime[i - 1] <= far)
            continue;
        if (auto done = compareStretch(series, candles, first, i, changes); !done)
            return done.error();
        if (!last) {
            const TimeRange gap{candles.openTime[i - 1] + Nanoseconds(1), candles.openTime[i]};
            auto between = m_dialect->edge(series, gap, Edge::Oldest);
            if (!between)
                return between.error();
            changes.foreignBefore[i] = between->has_value();
        }
        first = i;
    }
    return changes;
}

Result<void> SqlHistoryStore::compareStretch(const Series& series, const CandleColumns& candles,
                                             std::size_t first, std::size_t last, Changes& changes)
{
    CandleColumns stored;
    const TimeRange range{candles.openTime[first], candles.openTime[last - 1] + Nanoseconds(1)};
    if (auto read = m_dialect->read(series, range, {}, stored); !read)
        return read;
    std::size_t next = 0;
    for (std::size_t i = first; i < last; ++i) {
        for (; next < stored.size() && stored.openTime[next] < candles.openTime[i]; ++next)
            changes.foreignBefore[i] = true;
        if (next == stored.size() || stored.openTime[next] != candles.openTime[i]) {
            ++changes.count.inserted;
        } else if (stored.at(next) == candles.at(i)) {
            changes.dirty[i] = false;
            ++changes.count.unchanged;
            ++next;
        } else {
            ++changes.count.changed;
            ++next;
        }
    }
    return {};
}

Result<void> SqlHistoryStore::putDirty(const Series& series, const CandleColumns& candles,
                                       const Changes& changes)
{
    for (std::size_t i = 0; i < candles.size();) {
        std::size_t end = i;
        while (end < candles.size() && changes.dirty[end])
            ++end;
        if (end > i) {
            if (auto put = m_dialect->put(series, candles, i, end); !put)
                return put;
        }
        i = end + 1;
    }
    return {};
}

Result<void> SqlHistoryStore::putExtent(std::int64_t instrument, const Extent& extent)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral(
        "INSERT INTO series (instrument, timeframe, oldest, newest, candles) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (instrument, timeframe) DO UPDATE SET "
        "oldest = excluded.oldest, newest = excluded.newest, candles = excluded.candles"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(seconds(extent.timeframe));
    query.addBindValue(static_cast<qint64>(toMicroseconds(extent.oldest)));
    query.addBindValue(static_cast<qint64>(toMicroseconds(extent.newest)));
    query.addBindValue(static_cast<qint64>(extent.candles));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

} // namespace core::history
