// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the store that commits what downloads and archives of trades bring.
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlnames.h"

#include "core/market/tradecandles.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

namespace core::history {

using market::CandleColumns;
using market::ONE_MINUTE;
using market::Timeframe;

namespace {

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
        auto instrument = storedToWrite(symbol);
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
        auto made = candlesFromTrades(instrument, batch);
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
Result<CandleColumns> SqlHistoryStore::candlesFromTrades(const Stored& instrument, const HistoryBatch& batch)
{
    market::TradeColumns trades;
    if (auto read = m_dialect->readTrades(instrument.id, *batch.minutes, {}, trades); !read)
        return read.error();
    CandleColumns made = market::candlesOf(trades, instrument.instrument.lotDecimals);
    // A file may hold some of the trades only; a download that verifies its range has all of them.
    if (auto kept = keepFuller(instrument.id, made, !batch.verified); !kept)
        return kept.error();
    return made;
}

/// Stored candles of more trades stay: at both ends, or everywhere.
Result<void> SqlHistoryStore::keepFuller(std::int64_t instrument, CandleColumns& made, bool everywhere)
{
    if (made.empty())
        return {};
    CandleColumns known;
    const TimeRange range{made.openTime.front(), made.openTime.back() + ONE_MINUTE.length()};
    if (auto read = m_dialect->read({instrument, ONE_MINUTE, false}, range, {}, known); !read)
        return read;
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (!everywhere && i != 0 && i != made.size() - 1)
            continue;
        const std::size_t at = known.lowerBound(made.openTime[i]);
        const bool isFuller = at < known.size() && known.openTime[at] == made.openTime[i] &&
                              known.trades[at] > made.trades[i];
        if (!isFuller)
            continue;
        made.open[i] = known.open[at];
        made.high[i] = known.high[at];
        made.low[i] = known.low[at];
        made.close[i] = known.close[at];
        made.volume[i] = known.volume[at];
        made.trades[i] = known.trades[at];
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

} // namespace core::history
