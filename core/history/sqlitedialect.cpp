// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sqlitedialect.h"

#include "core/history/candlerows.h"

#include <sqlite3.h>

namespace core::history {

namespace {

/// "instrument = ?1 AND open_time …" with ?2, ?3 for the range and, when written, ?4 for the
/// timeframe.
std::string condition(const Series& series)
{
    return std::string(" WHERE instrument = ?1") + (series.rollup ? "" : " AND timeframe = ?4") +
           " AND open_time >= ?2 AND open_time < ?3";
}

void bindRange(sqlite3_stmt* statement, const Series& series, TimeRange range)
{
    sqlite3_bind_int64(statement, 1, series.instrument);
    sqlite3_bind_int64(statement, 2, microsecondsUp(range.from));
    sqlite3_bind_int64(statement, 3, microsecondsUp(range.to));
    if (!series.rollup)
        sqlite3_bind_int64(statement, 4, seconds(series.timeframe));
}

void appendRow(sqlite3_stmt* row, market::CandleColumns& out)
{
    out.openTime.push_back(fromMicroseconds(sqlite3_column_int64(row, 0)));
    out.open.emplace_back(sqlite3_column_int64(row, 1));
    out.high.emplace_back(sqlite3_column_int64(row, 2));
    out.low.emplace_back(sqlite3_column_int64(row, 3));
    out.close.emplace_back(sqlite3_column_int64(row, 4));
    out.volume.push_back(sqlite3_column_double(row, 5));
    out.trades.push_back(sqlite3_column_int(row, 6));
}

void appendTrade(sqlite3_stmt* row, market::TradeColumns& out)
{
    const bool numbered = sqlite3_column_int(row, 2) != 0;
    out.time.push_back(fromMicroseconds(sqlite3_column_int64(row, 0)));
    out.id.push_back(numbered ? static_cast<std::uint64_t>(sqlite3_column_int64(row, 1)) : 0);
    out.price.emplace_back(sqlite3_column_int64(row, 3));
    out.size.emplace_back(sqlite3_column_int64(row, 4));
    out.taker.push_back(static_cast<market::TakerSide>(sqlite3_column_int(row, 5)));
}

} // namespace

const SqlContents& historyContents()
{
    static const SqlContents CONTENTS{
        sqliteMigrations(), "history", "Import a file of candles first.",
        "Start again to begin with an empty history, then import your files again."};
    return CONTENTS;
}

SqliteDialect::SqliteDialect(std::unique_ptr<SqliteConnection> connection)
    : m_connection(std::move(connection))
{}

std::string sqliteName()
{
    return std::string("SQLite ") + sqlite3_libversion();
}

std::string SqliteDialect::describe()
{
    return sqliteName();
}

Result<bool> SqliteDialect::beginView()
{
    auto begun = m_connection->runScript("BEGIN", "reading");
    if (!begun)
        return begun.error();
    return true;
}

Result<void> SqliteDialect::read(const Series& series, TimeRange range,
                                 std::optional<std::size_t> limit, market::CandleColumns& out)
{
    const std::string order = limit ? " ORDER BY open_time DESC LIMIT ?5" : " ORDER BY open_time";
    auto statement =
        m_connection->prepared("SELECT open_time, open, high, low, close, volume, trades FROM " +
                               series.table() + condition(series) + order);
    if (!statement)
        return statement.error();
    const StatementUse use(*statement);
    bindRange(*statement, series, range);
    if (limit)
        sqlite3_bind_int64(*statement, 5, atMost(limit));
    const std::size_t start = out.size();
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*statement)) == SQLITE_ROW)
        appendRow(*statement, out);
    if (code != SQLITE_DONE)
        return m_connection->lastError("reading");
    if (limit)
        reverseFrom(out, start);
    return {};
}

Result<void> SqliteDialect::put(const Series& series, const market::CandleColumns& candles,
                                std::size_t first, std::size_t last)
{
    const std::string key = series.rollup ? "(instrument, " : "(timeframe, instrument, ";
    auto statement = m_connection->prepared(
        "INSERT INTO " + series.table() + key +
        "open_time, open, high, low, close, volume, trades) VALUES (" +
        (series.rollup ? "" : "?9, ") +
        "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET open = excluded.open, "
        "high = excluded.high, low = excluded.low, close = excluded.close, "
        "volume = excluded.volume, trades = excluded.trades");
    if (!statement)
        return statement.error();
    const StatementUse use(*statement);
    sqlite3_stmt* row = *statement;
    sqlite3_bind_int64(row, 1, series.instrument);
    if (!series.rollup)
        sqlite3_bind_int64(row, 9, seconds(series.timeframe));
    for (std::size_t i = first; i < last; ++i) {
        sqlite3_bind_int64(row, 2, toMicroseconds(candles.openTime[i]));
        sqlite3_bind_int64(row, 3, candles.open[i].ticks());
        sqlite3_bind_int64(row, 4, candles.high[i].ticks());
        sqlite3_bind_int64(row, 5, candles.low[i].ticks());
        sqlite3_bind_int64(row, 6, candles.close[i].ticks());
        sqlite3_bind_double(row, 7, candles.volume[i]);
        sqlite3_bind_int(row, 8, candles.trades[i]);
        if (sqlite3_step(row) != SQLITE_DONE)
            return m_connection->lastError("writing to");
        sqlite3_reset(row);
    }
    return {};
}

Result<std::optional<Timestamp>> SqliteDialect::edge(const Series& series, TimeRange range,
                                                     Edge edge)
{
    auto statement =
        m_connection->prepared("SELECT open_time FROM " + series.table() + condition(series) +
                               (edge == Edge::Oldest ? " ORDER BY open_time LIMIT 1"
                                                     : " ORDER BY open_time DESC LIMIT 1"));
    if (!statement)
        return statement.error();
    const StatementUse use(*statement);
    bindRange(*statement, series, range);
    const int code = sqlite3_step(*statement);
    if (code == SQLITE_ROW)
        return std::optional(fromMicroseconds(sqlite3_column_int64(*statement, 0)));
    if (code != SQLITE_DONE)
        return m_connection->lastError("reading");
    return std::optional<Timestamp>();
}

Result<void> SqliteDialect::readTrades(std::int64_t instrument, TimeRange range,
                                       std::optional<std::size_t> limit, market::TradeColumns& out)
{
    auto statement = m_connection->prepared("SELECT time, id, numbered, price, size, side FROM trades "
                                            "WHERE instrument = ?1 AND time >= ?2 AND time < ?3 "
                                            "ORDER BY time, id LIMIT ?4");
    if (!statement)
        return statement.error();
    const StatementUse use(*statement);
    sqlite3_bind_int64(*statement, 1, instrument);
    sqlite3_bind_int64(*statement, 2, microsecondsUp(range.from));
    sqlite3_bind_int64(*statement, 3, microsecondsUp(range.to));
    sqlite3_bind_int64(*statement, 4, atMost(limit));
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*statement)) == SQLITE_ROW)
        appendTrade(*statement, out);
    if (code != SQLITE_DONE)
        return m_connection->lastError("reading");
    return {};
}

/// Runs a bound statement; true when it changed a row.
Result<bool> SqliteDialect::changesRow(sqlite3_stmt* row)
{
    if (sqlite3_step(row) != SQLITE_DONE)
        return m_connection->lastError("writing to");
    sqlite3_reset(row);
    return sqlite3_changes(sqlite3_db_handle(row)) > 0;
}

Result<WriteCount> SqliteDialect::putTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                            bool numbered)
{
    auto insert = m_connection->prepared("INSERT OR IGNORE INTO trades (instrument, time, id, numbered, price, "
                                         "size, side) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    auto update = m_connection->prepared(
        "UPDATE trades SET numbered = ?4, price = ?5, size = ?6, side = ?7 WHERE instrument = ?1 AND time = ?2 "
        "AND id = ?3 AND (numbered, price, size, side) <> (?4, ?5, ?6, ?7)");
    if (!insert || !update)
        return insert ? update.error() : insert.error();
    const StatementUse insertUse(*insert);
    const StatementUse updateUse(*update);
    WriteCount count;
    for (std::size_t i = 0; i < trades.count(); ++i) {
        const auto bind = [&](sqlite3_stmt* row) {
            sqlite3_bind_int64(row, 1, instrument);
            sqlite3_bind_int64(row, 2, toMicroseconds(trades.time[i]));
            sqlite3_bind_int64(row, 3, static_cast<std::int64_t>(trades.id[i]));
            sqlite3_bind_int(row, 4, numbered ? 1 : 0);
            sqlite3_bind_int64(row, 5, trades.price[i].ticks());
            sqlite3_bind_int64(row, 6, trades.size[i].lots());
            sqlite3_bind_int(row, 7, static_cast<int>(trades.taker[i]));
        };
        bind(*insert);
        auto inserted = changesRow(*insert);
        if (!inserted)
            return inserted.error();
        if (*inserted) {
            ++count.inserted;
            continue;
        }
        bind(*update);
        auto changed = changesRow(*update);
        if (!changed)
            return changed.error();
        ++(*changed ? count.changed : count.unchanged);
    }
    return count;
}

} // namespace core::history
