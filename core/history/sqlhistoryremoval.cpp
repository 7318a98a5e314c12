// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that takes an instrument, or a range of it, out again.
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>

namespace core::history {

using market::ONE_MINUTE;
using market::Timeframe;

namespace {

QString rollupTable(Timeframe timeframe)
{
    return QString::fromStdString(Series{0, timeframe, true}.table());
}

/// Outwards, to whole candles; an end that is open stays so.
TimeRange widened(TimeRange range, Timeframe timeframe)
{
    if (range.from != Timestamp::min())
        range.from = timeframe.floor(range.from);
    if (range.to != Timestamp::max())
        range.to = timeframe.floor(range.to - Nanoseconds(1)) + timeframe.length();
    return range;
}

bool isWhole(Timestamp time)
{
    return time == Timestamp::min() || time == Timestamp::max() || ONE_MINUTE.floor(time) == time;
}

} // namespace

Result<Removal> SqlHistoryStore::remove(const Symbol& symbol, TimeRange range, std::size_t limit)
{
    if (range.from >= range.to || limit == 0 || !isWhole(range.from) || !isWhole(range.to))
        return Error{ErrorCode::InvalidInput, "What is deleted is a range of whole minutes", "Nothing was changed."};
    Removal removal;
    auto done = inTransaction([&]() -> Result<void> {
        auto step = removeStep(symbol, range, limit);
        if (!step)
            return step.error();
        removal = *step;
        return {};
    });
    if (!done)
        return done.error();
    return removal;
}

Result<Removal> SqlHistoryStore::removeStep(const Symbol& symbol, TimeRange whole, std::size_t limit)
{
    auto found = find(symbol);
    if (!found)
        return found.error();
    if (!*found)
        return nothingStored(symbol);
    const std::int64_t id = (*found)->id;
    auto written = extents(id);
    if (!written)
        return written.error();
    const auto end = endOfRemoval(id, *written, whole, limit);
    if (!end)
        return end.error();
    // Whatever lay before was taken out by earlier steps, but for what is only marked there.
    const TimeRange range{whole.from, *end};
    Removal removal;
    removal.reached = *end;
    removal.isDone = *end == whole.to;
    const auto candles = removeCandles(id, *written, range);
    if (!candles)
        return candles.error();
    const auto trades = removeRows(QStringLiteral("trades"), id, range, QStringLiteral("time"));
    if (!trades)
        return trades.error();
    const auto funding = removeRows(QStringLiteral("funding_rates"), id, range, QStringLiteral("time"));
    if (!funding)
        return funding.error();
    removal.candles = *candles;
    removal.trades = *trades;
    removal.fundingRates = *funding;
    if (*trades > 0) {
        if (auto put = lowerTradeExtent(id, *trades); !put)
            return put.error();
    }
    if (auto done = removeMarks(id, range); !done)
        return done.error();
    if (removal.isDone) {
        if (auto done = removeInstrument(symbol, id); !done)
            return done.error();
    }
    return removal;
}

/// Where a step ends: at a whole minute, before the candle or the trade that would be one too many. A minute of more
/// trades than the limit goes at once.
Result<Timestamp> SqlHistoryStore::endOfRemoval(std::int64_t instrument, const std::vector<Extent>& written,
                                                TimeRange range, std::size_t limit)
{
    Timestamp end = range.to;
    const auto minuteOf = [&](const QString& sql, const std::vector<qint64>& values) {
        QSqlQuery query(m_dialect->connection().database());
        query.prepare(sql);
        for (const qint64 value : values)
            query.addBindValue(value);
        if (!query.exec())
            return Result<Timestamp>(fault(query, READING));
        return Result<Timestamp>(query.next() ? ONE_MINUTE.floor(fromMicroseconds(query.value(0).toLongLong()))
                                              : range.to);
    };
    const auto id = static_cast<qint64>(instrument);
    const auto most = static_cast<qint64>(limit);
    for (const Extent& extent : written) {
        const auto next =
            minuteOf(QStringLiteral("SELECT open_time FROM candles WHERE instrument = ? AND timeframe = ? AND "
                                    "open_time >= ? AND open_time < ? ORDER BY open_time LIMIT 1 OFFSET ?"),
                     {id, seconds(extent.timeframe), asStored(range.from), asStored(range.to), most});
        if (!next)
            return next;
        end = std::min(end, *next);
    }
    const QString trades = QStringLiteral("SELECT time FROM trades WHERE instrument = ? AND time >= ? AND time < ? "
                                          "ORDER BY time LIMIT 1 OFFSET ?");
    const auto first = minuteOf(trades, {id, asStored(range.from), asStored(range.to), 0});
    const auto next = minuteOf(trades, {id, asStored(range.from), asStored(range.to), most});
    if (!first || !next)
        return first ? next : first;
    return *next == range.to ? end : std::min(end, std::max(*next, *first + ONE_MINUTE.length()));
}

Result<std::int64_t> SqlHistoryStore::removeRows(const QString& table, std::int64_t instrument, TimeRange range,
                                                 const QString& column)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("DELETE FROM %1 WHERE instrument = ? AND %2 >= ? AND %2 < ?").arg(table, column));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(range.from));
    query.addBindValue(asStored(range.to));
    if (!query.exec())
        return fault(query, WRITING);
    return static_cast<std::int64_t>(query.numRowsAffected());
}

Result<std::int64_t> SqlHistoryStore::removeCandles(std::int64_t instrument, const std::vector<Extent>& written,
                                                    TimeRange range)
{
    TimeRange touched{Timestamp::max(), Timestamp::min()};
    std::int64_t removed = 0;
    for (Extent extent : written) {
        const Series series{instrument, extent.timeframe, false};
        const auto first = m_dialect->edge(series, range, Edge::Oldest);
        const auto last = m_dialect->edge(series, range, Edge::Newest);
        if (!first || !last)
            return first ? last.error() : first.error();
        if (!*first)
            continue;
        touched = {std::min(touched.from, **first), std::max(touched.to, **last + extent.timeframe.length())};
        QSqlQuery query(m_dialect->connection().database());
        query.prepare(QStringLiteral("DELETE FROM candles WHERE instrument = ? AND timeframe = ? AND open_time >= ? "
                                     "AND open_time <= ?"));
        query.addBindValue(static_cast<qint64>(instrument));
        query.addBindValue(seconds(extent.timeframe));
        query.addBindValue(asStored(**first));
        query.addBindValue(asStored(**last));
        if (!query.exec())
            return fault(query, WRITING);
        removed += query.numRowsAffected();
        extent.candles -= query.numRowsAffected();
        if (auto put = lowerExtent(instrument, extent); !put)
            return put.error();
    }
    if (touched.from < touched.to) {
        if (auto renewed = renewRollups(instrument, written.front().timeframe, touched); !renewed)
            return renewed.error();
    }
    return removed;
}

/// Puts what is left of a written timeframe; its edges are looked up.
Result<void> SqlHistoryStore::lowerExtent(std::int64_t instrument, Extent extent)
{
    const Series series{instrument, extent.timeframe, false};
    const TimeRange whole{extent.oldest, extent.newest + Nanoseconds(1)};
    const auto oldest = m_dialect->edge(series, whole, Edge::Oldest);
    const auto newest = m_dialect->edge(series, whole, Edge::Newest);
    if (!oldest || !newest)
        return oldest ? newest.error() : oldest.error();
    if (*oldest)
        return putExtent(instrument, {extent.timeframe, **oldest, **newest, extent.candles});
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("DELETE FROM series WHERE instrument = ? AND timeframe = ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(seconds(extent.timeframe));
    return query.exec() ? Result<void>() : fault(query, WRITING);
}

Result<void> SqlHistoryStore::renewRollups(std::int64_t instrument, Timeframe formerFinest, TimeRange touched)
{
    const auto left = extents(instrument);
    if (!left)
        return left.error();
    std::vector<Timeframe> written;
    for (const Extent& extent : *left)
        written.push_back(extent.timeframe);
    for (auto level = coarser(formerFinest); level; level = coarser(*level)) {
        // What has become the finest timeframe, and what is finer, is no rollup any more.
        const bool isRollup = !written.empty() && *level > written.front();
        const TimeRange range = isRollup ? buckets(*level, touched) : TimeRange();
        const auto removed = removeRows(rollupTable(*level), instrument, range, QStringLiteral("open_time"));
        if (!removed)
            return removed.error();
    }
    if (written.empty())
        return {};
    return RollupKeeper(*m_dialect, instrument, std::move(written)).renew(touched);
}

Result<void> SqlHistoryStore::lowerTradeExtent(std::int64_t instrument, std::int64_t removed)
{
    const auto left = hasRows(QStringLiteral("trades"), instrument);
    if (!left)
        return left.error();
    if (*left)
        return putTradeExtent(instrument, -removed);
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("DELETE FROM trade_series WHERE instrument = ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    return query.exec() ? Result<void>() : fault(query, WRITING);
}

/// Nothing in the range is verified any more, and a cursor that came through it starts anew.
Result<void> SqlHistoryStore::removeMarks(std::int64_t instrument, TimeRange range)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("DELETE FROM sync_status WHERE instrument = ? AND oldest < ? AND newest > ?"));
    query.addBindValue(static_cast<qint64>(instrument));
    query.addBindValue(asStored(range.to));
    query.addBindValue(asStored(range.from));
    if (!query.exec())
        return fault(query, WRITING);
    std::vector<std::optional<Timeframe>> kinds = {std::nullopt};
    kinds.insert(kinds.end(), market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end());
    for (const auto kind : kinds) {
        const TimeRange cut = widened(range, kind.value_or(ONE_MINUTE));
        auto known = verifiedOf(instrument, kind, cut);
        if (!known)
            return known.error();
        for (const TimeRange one : *known) {
            query.prepare(QStringLiteral(
                "DELETE FROM verified_ranges WHERE instrument = ? AND timeframe = ? AND from_time = ?"));
            query.addBindValue(static_cast<qint64>(instrument));
            query.addBindValue(kind ? seconds(*kind) : 0);
            query.addBindValue(asStored(one.from));
            if (!query.exec())
                return fault(query, WRITING);
            for (const TimeRange rest : {TimeRange{one.from, std::min(one.to, cut.from)},
                                         TimeRange{std::max(one.from, cut.to), one.to}}) {
                if (auto put = putVerified(instrument, {kind, rest}); !put)
                    return put;
            }
        }
    }
    return {};
}

/// The instrument goes with the last that was stored of it.
Result<void> SqlHistoryStore::removeInstrument(const Symbol& symbol, std::int64_t instrument)
{
    for (const char* table : {"series", "trades", "funding_rates"}) {
        const auto left = hasRows(QString::fromLatin1(table), instrument);
        if (!left)
            return left.error();
        if (*left)
            return {};
    }
    QSqlQuery query(m_dialect->connection().database());
    for (const char* sql : {"DELETE FROM verified_ranges WHERE instrument = ?",
                            "DELETE FROM sync_status WHERE instrument = ?", "DELETE FROM instruments WHERE id = ?"}) {
        query.prepare(QString::fromLatin1(sql));
        query.addBindValue(static_cast<qint64>(instrument));
        if (!query.exec())
            return fault(query, WRITING);
    }
    m_toldDecimals.erase(symbol);
    return {};
}

Result<bool> SqlHistoryStore::hasRows(const QString& table, std::int64_t instrument)
{
    QSqlQuery query(m_dialect->connection().database());
    query.prepare(QStringLiteral("SELECT 1 FROM %1 WHERE instrument = ? LIMIT 1").arg(table));
    query.addBindValue(static_cast<qint64>(instrument));
    if (!query.exec())
        return fault(query, READING);
    return query.next();
}

} // namespace core::history
