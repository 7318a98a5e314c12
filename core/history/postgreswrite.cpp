// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of the dialect that writes.
#include "core/history/postgresdialect.h"

#include "core/history/candlerows.h"
#include "core/history/postgresrows.h"
#include "core/history/sqlnames.h"

#include <algorithm>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace core::history {

namespace {

// Of the server's catalogue, which never renumbers them.
constexpr std::uint32_t INT8 = 20;
constexpr std::uint32_t INT4 = 23;
constexpr std::uint32_t FLOAT8 = 701;

/// So that a statement stays below 48 KB: round trips cost little beside writing, and memory stays small.
constexpr std::size_t ROWS_A_STATEMENT = 384;
/// Below this the round trips of a staging table cost more than its COPY saves.
constexpr std::size_t ROWS_TO_COPY = 1'000;
/// Into the table itself it saves more.
constexpr std::size_t NEW_ROWS_TO_COPY = 200;
/// A row of COPY with its lengths.
constexpr std::size_t BYTES_A_CANDLE = 82;
constexpr std::size_t BYTES_A_TRADE = 54;

/// Puts the rows of `source`, called u, into a table; $1 is the instrument and, of written candles, $2 the timeframe.
std::string insertCandles(const Series& series, const std::string& source)
{
    return fmt::format(
        "INSERT INTO {} (instrument, {}open_time, open, high, low, close, volume, trades) SELECT $1, {}u.* FROM {} "
        "ON CONFLICT (instrument, {}open_time) DO UPDATE SET open = excluded.open, high = excluded.high, "
        "low = excluded.low, close = excluded.close, volume = excluded.volume, trades = excluded.trades",
        series.table(), series.rollup ? "" : "timeframe, ", series.rollup ? "" : "$2::integer, ", source,
        series.rollup ? "" : "timeframe, ");
}

void addCandle(PostgresRows& rows, const market::CandleColumns& candles, std::size_t i)
{
    rows.field(toMicroseconds(candles.openTime[i]));
    for (const Price price : {candles.open[i], candles.high[i], candles.low[i], candles.close[i]})
        rows.field(price.ticks());
    rows.field(candles.volume[i]);
    rows.field(candles.trades[i]);
}

void addTrade(PostgresRows& rows, const market::TradeColumns& trades, std::size_t i)
{
    rows.field(toMicroseconds(trades.time[i]));
    rows.field(static_cast<std::int64_t>(trades.id[i]));
    rows.field(trades.price[i].ticks());
    rows.field(trades.size[i].lots());
    rows.field(static_cast<std::int16_t>(trades.taker[i]));
}

/// Puts the trades of `source`, called u, and counts what changed; $1 is the instrument, $2 whether they are numbered.
std::string insertTrades(const char* source)
{
    // A row that was not there before has no transaction that deleted its former version.
    return fmt::format("WITH put AS (INSERT INTO trades AS t (instrument, numbered, time, id, price, size, side) "
                       "SELECT $1, $2::integer, u.* FROM {} ON CONFLICT (instrument, time, id) DO UPDATE SET "
                       "numbered = excluded.numbered, price = excluded.price, size = excluded.size, side = excluded.side "
                       "WHERE (t.numbered, t.price, t.size, t.side) "
                       "IS DISTINCT FROM (excluded.numbered, excluded.price, excluded.size, excluded.side) "
                       "RETURNING (t.xmax = 0) AS fresh) "
                       "SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM put",
                       source);
}

void addPut(WriteCount& count, const pg_result* row, std::size_t all)
{
    const std::int64_t inserted = longOf(row, 0, 0);
    const std::int64_t changed = longOf(row, 0, 1);
    count.inserted += inserted;
    count.changed += changed;
    count.unchanged += static_cast<std::int64_t>(all) - inserted - changed;
}

} // namespace

Result<void> PostgresDialect::put(const Series& series, const market::CandleColumns& candles,
                                  std::size_t first, std::size_t last)
{
    std::size_t fresh = last;
    if (m_bulk == Bulk::Copy && !m_timescale && last - first >= NEW_ROWS_TO_COPY) {
        auto found = firstNew(series, candles, first, last);
        if (!found)
            return found.error();
        fresh = last - *found >= NEW_ROWS_TO_COPY ? *found : last;
    }
    if (auto done = upsert(series, candles, first, fresh); !done || fresh == last)
        return done;
    return insertNew(series, candles, fresh, last);
}

/// From which row on nothing of the batch can be stored: writers take turns, so nobody else writes meanwhile.
Result<std::size_t> PostgresDialect::firstNew(const Series& series, const market::CandleColumns& candles,
                                              std::size_t first, std::size_t last)
{
    auto newest = edge(series, {candles.openTime[first], candles.openTime[last - 1] + Nanoseconds(1)}, Edge::Newest);
    if (!newest)
        return newest.error();
    return *newest ? std::clamp(candles.lowerBound(**newest + Nanoseconds(1)), first, last) : first;
}

Result<void> PostgresDialect::upsert(const Series& series, const market::CandleColumns& candles, std::size_t first,
                                     std::size_t last)
{
    if (m_bulk == Bulk::Copy && last - first >= ROWS_TO_COPY)
        return putStaged(series, candles, first, last);
    for (std::size_t begin = first; begin < last; begin += ROWS_A_STATEMENT) {
        if (auto done = putPage(series, candles, begin, std::min(begin + ROWS_A_STATEMENT, last)); !done)
            return done;
    }
    return {};
}

Result<void> PostgresDialect::insertNew(const Series& series, const market::CandleColumns& candles, std::size_t first,
                                        std::size_t last)
{
    PostgresRows rows;
    rows.reserve(last - first, BYTES_A_CANDLE + 20);
    for (std::size_t i = first; i < last; ++i) {
        rows.beginRow(series.rollup ? 8 : 9);
        rows.field(series.instrument);
        if (!series.rollup)
            rows.field(seconds(series.timeframe));
        addCandle(rows, candles, i);
    }
    return m_connection->copy(fmt::format("COPY {} (instrument, {}open_time, open, high, low, close, volume, trades) FROM "
                                          "STDIN (FORMAT binary)",
                                          series.table(), series.rollup ? "" : "timeframe, "),
                              rows, WRITING);
}

Result<void> PostgresDialect::putPage(const Series& series, const market::CandleColumns& candles, std::size_t begin,
                                      std::size_t end)
{
    PostgresValues values;
    const auto addColumn = [&](std::uint32_t type, auto element) {
        values.addArray(type, end - begin, [&] {
            for (std::size_t i = begin; i < end; ++i)
                values.element(element(i));
        });
    };
    values.add(series.instrument);
    if (!series.rollup)
        values.add(seconds(series.timeframe));
    addColumn(INT8, [&](std::size_t i) { return toMicroseconds(candles.openTime[i]); });
    addColumn(INT8, [&](std::size_t i) { return candles.open[i].ticks(); });
    addColumn(INT8, [&](std::size_t i) { return candles.high[i].ticks(); });
    addColumn(INT8, [&](std::size_t i) { return candles.low[i].ticks(); });
    addColumn(INT8, [&](std::size_t i) { return candles.close[i].ticks(); });
    addColumn(FLOAT8, [&](std::size_t i) { return candles.volume[i]; });
    addColumn(INT4, [&](std::size_t i) { return candles.trades[i]; });
    // The arrays follow the instrument and, of written candles, the timeframe.
    const int n = series.rollup ? 2 : 3;
    const std::string arrays = fmt::format(
        "unnest(${}::bigint[], ${}::bigint[], ${}::bigint[], ${}::bigint[], ${}::bigint[], ${}::double precision[], "
        "${}::integer[]) AS u",
        n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6);
    auto done = m_connection->run(insertCandles(series, arrays), values, WRITING);
    if (!done)
        return done.error();
    return {};
}

Result<void> PostgresDialect::putStaged(const Series& series, const market::CandleColumns& candles, std::size_t first,
                                        std::size_t last)
{
    auto ready = m_connection->runScript("CREATE TEMP TABLE IF NOT EXISTS staged_candles (open_time bigint, open bigint, "
                                         "high bigint, low bigint, close bigint, volume double precision, "
                                         "trades integer); TRUNCATE pg_temp.staged_candles",
                                         WRITING);
    if (!ready)
        return ready;
    PostgresRows rows;
    rows.reserve(last - first, BYTES_A_CANDLE);
    for (std::size_t i = first; i < last; ++i) {
        rows.beginRow(7);
        addCandle(rows, candles, i);
    }
    if (auto copied = m_connection->copy("COPY pg_temp.staged_candles FROM STDIN (FORMAT binary)", rows, WRITING); !copied)
        return copied;
    PostgresValues values;
    values.add(series.instrument);
    if (!series.rollup)
        values.add(seconds(series.timeframe));
    auto done = m_connection->run(insertCandles(series, "pg_temp.staged_candles AS u"), values, WRITING);
    if (!done)
        return done.error();
    return {};
}

Result<void> PostgresDialect::putTradePage(std::int64_t instrument, const market::TradeColumns& trades,
                                           bool numbered, std::size_t begin, std::size_t end,
                                           WriteCount& count)
{
    static const std::string SQL = insertTrades(
        "unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::integer[]) AS u");
    PostgresValues values;
    const auto addColumn = [&](std::uint32_t type, auto element) {
        values.addArray(type, end - begin, [&] {
            for (std::size_t i = begin; i < end; ++i)
                values.element(element(i));
        });
    };
    values.add(instrument);
    values.add(std::int32_t{numbered ? 1 : 0});
    addColumn(INT8, [&](std::size_t i) { return toMicroseconds(trades.time[i]); });
    addColumn(INT8, [&](std::size_t i) { return static_cast<std::int64_t>(trades.id[i]); });
    addColumn(INT8, [&](std::size_t i) { return trades.price[i].ticks(); });
    addColumn(INT8, [&](std::size_t i) { return trades.size[i].lots(); });
    addColumn(INT4, [&](std::size_t i) { return static_cast<std::int32_t>(trades.taker[i]); });
    auto rows = m_connection->run(SQL, values, WRITING);
    if (!rows)
        return rows.error();
    addPut(count, rows->get(), end - begin);
    return {};
}

Result<bool> PostgresDialect::hasTrades(std::int64_t instrument, Timestamp first, Timestamp last)
{
    PostgresValues values;
    for (const std::int64_t value : {instrument, toMicroseconds(first), toMicroseconds(last)})
        values.add(value);
    auto rows = m_connection->run("SELECT time FROM trades WHERE instrument = $1 AND time >= $2 AND time <= $3 LIMIT 1",
                                  values, WRITING);
    if (!rows)
        return rows.error();
    return PQntuples(rows->get()) > 0;
}

Result<WriteCount> PostgresDialect::insertNewTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                                    bool numbered)
{
    PostgresRows rows;
    rows.reserve(trades.count(), BYTES_A_TRADE + 18);
    for (std::size_t i = 0; i < trades.count(); ++i) {
        rows.beginRow(7);
        rows.field(instrument);
        rows.field(static_cast<std::int16_t>(numbered ? 1 : 0));
        addTrade(rows, trades, i);
    }
    auto copied = m_connection->copy(
        "COPY trades (instrument, numbered, time, id, price, size, side) FROM STDIN (FORMAT binary)", rows, WRITING);
    if (!copied)
        return copied.error();
    return WriteCount{static_cast<std::int64_t>(trades.count()), 0, 0};
}

Result<WriteCount> PostgresDialect::putTradesStaged(std::int64_t instrument, const market::TradeColumns& trades,
                                                    bool numbered)
{
    auto ready = m_connection->runScript("CREATE TEMP TABLE IF NOT EXISTS staged_trades (time bigint, id bigint, "
                                         "price bigint, size bigint, side smallint); TRUNCATE pg_temp.staged_trades",
                                         WRITING);
    if (!ready)
        return ready.error();
    PostgresRows rows;
    rows.reserve(trades.count(), BYTES_A_TRADE);
    for (std::size_t i = 0; i < trades.count(); ++i) {
        rows.beginRow(5);
        addTrade(rows, trades, i);
    }
    if (auto copied = m_connection->copy("COPY pg_temp.staged_trades FROM STDIN (FORMAT binary)", rows, WRITING); !copied)
        return copied.error();
    static const std::string SQL = insertTrades("pg_temp.staged_trades AS u");
    PostgresValues values;
    values.add(instrument);
    values.add(std::int32_t{numbered ? 1 : 0});
    auto put = m_connection->run(SQL, values, WRITING);
    if (!put)
        return put.error();
    WriteCount count;
    addPut(count, put->get(), trades.count());
    return count;
}

Result<WriteCount> PostgresDialect::putTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                              bool numbered)
{
    if (m_bulk == Bulk::Copy && trades.count() >= ROWS_TO_COPY) {
        auto known = m_timescale ? Result(true) : hasTrades(instrument, trades.time.front(), trades.time.back());
        if (!known)
            return known.error();
        return *known ? putTradesStaged(instrument, trades, numbered) : insertNewTrades(instrument, trades, numbered);
    }
    WriteCount count;
    for (std::size_t begin = 0; begin < trades.count(); begin += ROWS_A_STATEMENT) {
        const std::size_t end = std::min(begin + ROWS_A_STATEMENT, trades.count());
        if (auto put = putTradePage(instrument, trades, numbered, begin, end, count); !put)
            return put.error();
    }
    return count;
}

} // namespace core::history
