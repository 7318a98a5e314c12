// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that keeps what downloads made sure of, and finds gaps.
#include "core/history/sqlhistorystore.h"

#include "core/market/tradecandles.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

namespace core::history {

using market::CandleColumns;
using market::ONE_MINUTE;
using market::Timeframe;

namespace {

constexpr const char* READING = "reading";
constexpr const char* WRITING = "writing to";

/// 0 stands for trades.
std::int32_t asStored(std::optional<Timeframe> timeframe)
{
    return timeframe ? seconds(*timeframe) : 0;
}

qint64 asStored(Timestamp time)
{
    return static_cast<qint64>(toMicroseconds(time));
}

Result<void> checkRanges(const HistoryBatch& batch)
{
    const auto isWhole = [](TimeRange range, Timeframe timeframe) {
        return range.from <= range.to && timeframe.floor(range.from) == range.from &&
               timeframe.floor(range.to) == range.to;
    };
    if ((batch.minutes && !isWhole(*batch.minutes, ONE_MINUTE)) ||
        (batch.verified && !isWhole(batch.verified->range, batch.verified->timeframe.value_or(ONE_MINUTE))))
        return Error{ErrorCode::InvalidInput, "A range of candles does not begin and end with one",
                     "Nothing was changed."};
    return {};
}

/// Takes runs of missing candles, oldest first, and tells what is verified of them from what is a gap.
class GapSum
{
public:
    GapSum(std::vector<TimeRange> verified, Nanoseconds step, std::size_t limit)
        : m_verified(std::move(verified)), m_step(step), m_limit(limit)
    {}

    void add(TimeRange run)
    {
        while (m_next < m_verified.size() && m_verified[m_next].to <= run.from)
            ++m_next;
        Timestamp at = run.from;
        for (std::size_t i = m_next; i < m_verified.size() && m_verified[i].from < run.to; ++i) {
            addGap({at, m_verified[i].from});
            const Timestamp end = std::min(m_verified[i].to, run.to);
            m_gaps.verifiedEmpty += (end - std::max(at, m_verified[i].from)) / m_step;
            at = end;
        }
        addGap({at, run.to});
    }
    [[nodiscard]] const Gaps& gaps() const { return m_gaps; }

private:
    void addGap(TimeRange gap)
    {
        if (gap.from >= gap.to)
            return;
        ++m_gaps.count;
        m_gaps.missing += (gap.to - gap.from) / m_step;
        if (m_gaps.ranges.size() < m_limit)
            m_gaps.ranges.push_back(gap);
    }

    std::vector<TimeRange> m_verified;
    Nanoseconds m_step;
    std::size_t m_limit;
    std::size_t m_next = 0;
    Gaps m_gaps;
};

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

Result<BatchCount> SqlHistoryStore::commit(const Symbol& symbol, const HistoryBatch& batch)
{
    if (auto valid = checkRanges(batch); !valid)
        return valid.error();
    if (auto valid = checkTrades(batch.trades); !valid)
        return valid.error();
    if (auto valid = checkCandles(batch.timeframe, batch.candles); !valid)
        return valid.error();
    BatchCount count;
    auto done = inTransaction([&]() -> Result<void> {
        auto instrument = stored(symbol);
        if (!instrument)
            return instrument.error();
        auto written = commitParts(*instrument, batch);
        if (!written)
            return written.error();
        count = *written;
        return {};
    });
    if (!done)
        return done.error();
    return count;
}

Result<BatchCount> SqlHistoryStore::commitParts(const Stored& instrument, const HistoryBatch& batch)
{
    BatchCount count;
    if (!batch.trades.empty()) {
        auto written = writeTradesOf(instrument.id, batch.trades);
        if (!written)
            return written.error();
        count.trades = *written;
    }
    CandleColumns candles;
    if (batch.minutes) {
        auto made = candlesFromTrades(instrument, *batch.minutes);
        if (!made)
            return made.error();
        candles = std::move(*made);
    }
    for (const auto& [timeframe, columns] :
         {std::pair(ONE_MINUTE, &std::as_const(candles)), std::pair(batch.timeframe, &batch.candles)}) {
        if (columns->empty())
            continue;
        auto written = writeStored(instrument.id, timeframe, *columns);
        if (!written)
            return written.error();
        count.candles.inserted += written->inserted;
        count.candles.changed += written->changed;
        count.candles.unchanged += written->unchanged;
    }
    Result<void> done;
    if (batch.verified)
        done = putVerified(instrument.id, *batch.verified);
    if (done && batch.sync)
        done = putSync(instrument.id, *batch.sync);
    if (!done)
        return done.error();
    return count;
}

/// Made of what is stored, since an earlier batch may have brought trades of the same minutes.
Result<CandleColumns> SqlHistoryStore::candlesFromTrades(const Stored& instrument, TimeRange minutes)
{
    market::TradeColumns trades;
    if (auto read = m_dialect->readTrades(instrument.id, minutes, {}, trades); !read)
        return read.error();
    CandleColumns made = market::candlesOf(trades, instrument.instrument.lotDecimals);
    if (auto kept = keepFullerEdges(instrument.id, made); !kept)
        return kept.error();
    return made;
}

Result<void> SqlHistoryStore::keepFullerEdges(std::int64_t instrument, CandleColumns& made)
{
    if (made.empty())
        return {};
    for (const std::size_t edge : {std::size_t{0}, made.size() - 1}) {
        CandleColumns known;
        const TimeRange minute{made.openTime[edge], made.openTime[edge] + ONE_MINUTE.length()};
        if (auto read = m_dialect->read({instrument, ONE_MINUTE, false}, minute, {}, known); !read)
            return read;
        if (known.empty() || known.trades[0] <= made.trades[edge])
            continue;
        made.open[edge] = known.open[0];
        made.high[edge] = known.high[0];
        made.low[edge] = known.low[0];
        made.close[edge] = known.close[0];
        made.volume[edge] = known.volume[0];
        made.trades[edge] = known.trades[0];
    }
    return {};
}

Result<void> SqlHistoryStore::putSync(std::int64_t instrument, const SyncStatus& sync)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral(
        "INSERT INTO sync_status (instrument, kind, oldest, newest, cursor) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (instrument, kind) DO UPDATE SET oldest = excluded.oldest, newest = excluded.newest, "
        "cursor = excluded.cursor"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(QString::fromStdString(sync.kind));
    query.addBindValue(asStored(sync.oldest));
    query.addBindValue(asStored(sync.newest));
    query.addBindValue(QString::fromStdString(sync.cursor));
    if (!query.exec())
        return fault(query, WRITING);
    return {};
}

Result<std::optional<SyncStatus>> SqlHistoryStore::syncStatus(const Symbol& symbol, const std::string& kind)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT s.oldest, s.newest, s.cursor FROM sync_status s JOIN instruments i "
                                 "ON i.id = s.instrument WHERE i.symbol = ? AND s.kind = ?"));
    query.addBindValue(QString::fromStdString(symbol.text()));
    query.addBindValue(QString::fromStdString(kind));
    if (!query.exec())
        return fault(query, READING);
    if (!query.next())
        return std::optional<SyncStatus>();
    return std::optional(SyncStatus{kind, fromMicroseconds(query.value(0).toLongLong()),
                                    fromMicroseconds(query.value(1).toLongLong()),
                                    query.value(2).toString().toStdString()});
}

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

Result<Gaps> SqlHistoryStore::gaps(const Symbol& symbol, std::size_t limit)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    auto written = *found ? extents((*found)->id) : Result(std::vector<Extent>());
    if (!written)
        return written.error();
    if (written->empty())
        return nothingStored(symbol);
    const Extent& finest = written->front();
    // Where every trade of a minute is known, an hour without any is known too.
    std::vector<TimeRange> known;
    std::vector<std::optional<Timeframe>> fineEnough = {std::nullopt};
    std::copy_if(market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end(), std::back_inserter(fineEnough),
                 [&](Timeframe timeframe) { return timeframe <= finest.timeframe; });
    for (const auto timeframe : fineEnough) {
        auto ranges = verifiedOf((*found)->id, timeframe, {});
        if (!ranges)
            return ranges.error();
        known.insert(known.end(), ranges->begin(), ranges->end());
    }
    const auto step = std::chrono::duration_cast<std::chrono::microseconds>(finest.timeframe.length()).count();
    QSqlQuery query(m_dialect->connection().database());
    query.setForwardOnly(true);
    query.prepare(QStringLiteral(
        "SELECT open_time, following FROM (SELECT open_time, lead(open_time) OVER (ORDER BY open_time) AS following "
        "FROM candles WHERE instrument = ? AND timeframe = ?) AS pairs WHERE following - open_time > ? "
        "ORDER BY open_time"));
    query.addBindValue(static_cast<qint64>((*found)->id));
    query.addBindValue(seconds(finest.timeframe));
    query.addBindValue(static_cast<qint64>(step));
    if (!query.exec())
        return fault(query, READING);
    GapSum sum(merged(std::move(known)), finest.timeframe.length(), limit);
    while (query.next())
        sum.add({fromMicroseconds(query.value(0).toLongLong() + step), fromMicroseconds(query.value(1).toLongLong())});
    if (query.lastError().isValid())
        return fault(query, READING);
    return sum.gaps();
}

} // namespace core::history
