// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/postgresdialect.h"

#include "core/history/candlerows.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace core::history {

namespace {

// Of the server's catalogue, which never renumbers them.
constexpr std::uint32_t INT8 = 20;
constexpr std::uint32_t INT4 = 23;
constexpr std::uint32_t FLOAT8 = 701;

/// So that a reply of libpq, which comes whole, stays small however long the range is.
constexpr std::int64_t ROWS_A_PAGE = 32'768;
/// So that a statement stays below 48 KB: round trips cost little beside writing, and memory stays small.
constexpr std::size_t ROWS_A_STATEMENT = 384;

template <typename Word> Word wordOf(const pg_result* result, int row, int column)
{
    const char* bytes = PQgetvalue(result, row, column);
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        word = static_cast<Word>(word << 8) | static_cast<std::uint8_t>(bytes[i]);
    return word;
}

std::int64_t longOf(const pg_result* result, int row, int column)
{
    return static_cast<std::int64_t>(wordOf<std::uint64_t>(result, row, column));
}

void appendRow(const pg_result* result, int row, market::CandleColumns& out)
{
    out.openTime.push_back(fromMicroseconds(longOf(result, row, 0)));
    out.open.emplace_back(longOf(result, row, 1));
    out.high.emplace_back(longOf(result, row, 2));
    out.low.emplace_back(longOf(result, row, 3));
    out.close.emplace_back(longOf(result, row, 4));
    out.volume.push_back(std::bit_cast<double>(wordOf<std::uint64_t>(result, row, 5)));
    out.trades.push_back(static_cast<std::int32_t>(wordOf<std::uint32_t>(result, row, 6)));
}

void appendTrade(const pg_result* result, int row, market::TradeColumns& out)
{
    const bool numbered = wordOf<std::uint32_t>(result, row, 2) != 0;
    out.time.push_back(fromMicroseconds(longOf(result, row, 0)));
    out.id.push_back(numbered ? wordOf<std::uint64_t>(result, row, 1) : 0);
    out.price.emplace_back(longOf(result, row, 3));
    out.size.emplace_back(longOf(result, row, 4));
    out.taker.push_back(static_cast<market::TakerSide>(wordOf<std::uint32_t>(result, row, 5)));
}

/// $1 is the instrument, $2 and $3 the range and, of written candles, $4 the timeframe.
std::string condition(const Series& series)
{
    return std::string(" WHERE instrument = $1 AND open_time >= $2 AND open_time < $3") +
           (series.rollup ? "" : " AND timeframe = $4");
}

void addCondition(PostgresValues& values, const Series& series, std::int64_t from, std::int64_t to)
{
    values.add(series.instrument);
    values.add(from);
    values.add(to);
    if (!series.rollup)
        values.add(seconds(series.timeframe));
}

} // namespace

std::string describeServer(const PostgresConnection& connection, const std::optional<Timescale>& timescale)
{
    const int version = connection.serverVersion();
    const std::string server = fmt::format("PostgreSQL {}.{}", version / 10'000, version % 10'000);
    if (!timescale)
        return server;
    return fmt::format("TimescaleDB {} on {}: {}", timescale->version, server,
                       timescale->compresses ? "compression on" : "no compression under its Apache licence");
}

std::string PostgresDialect::describe()
{
    return describeServer(*m_connection, m_timescale);
}

Result<int> PostgresDialect::readPage(const Series& series, std::int64_t from, std::int64_t to,
                                      const char* order, std::int64_t limit, market::CandleColumns& out)
{
    PostgresValues values;
    addCondition(values, series, from, to);
    values.add(limit);
    auto rows = m_connection->run(
        fmt::format("SELECT open_time, open, high, low, close, volume, trades FROM {}{} ORDER BY open_time{} LIMIT ${}",
                    series.table(), condition(series), order, series.rollup ? 4 : 5),
        values, "reading");
    if (!rows)
        return rows.error();
    const int count = PQntuples(rows->get());
    for (int row = 0; row < count; ++row)
        appendRow(rows->get(), row, out);
    return count;
}

Result<void> PostgresDialect::read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                                   market::CandleColumns& out)
{
    std::int64_t from = microsecondsUp(range.from);
    const std::int64_t to = microsecondsUp(range.to);
    if (limit) {
        const std::size_t start = out.size();
        auto read = readPage(series, from, to, " DESC", atMost(limit), out);
        if (!read)
            return read.error();
        reverseFrom(out, start);
        return {};
    }
    auto view = m_connection->beginView();
    if (!view)
        return view.error();
    Result<int> read = static_cast<int>(ROWS_A_PAGE);
    while (read && *read == ROWS_A_PAGE) {
        read = readPage(series, from, to, "", ROWS_A_PAGE, out);
        if (!out.empty())
            from = toMicroseconds(out.openTime.back()) + 1;
    }
    if (*view)
        m_connection->rollback();
    if (!read)
        return read.error();
    return {};
}

Result<void> PostgresDialect::put(const Series& series, const market::CandleColumns& candles,
                                  std::size_t first, std::size_t last)
{
    const std::string columns = "open_time, open, high, low, close, volume, trades";
    const std::string sql = fmt::format(
        "INSERT INTO {} (instrument, {}{}) SELECT $1, {}u.* FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], "
        "$5::bigint[], $6::bigint[], $7::double precision[], $8::integer[]) AS u "
        "ON CONFLICT (instrument, {}open_time) DO UPDATE SET open = excluded.open, high = excluded.high, "
        "low = excluded.low, close = excluded.close, volume = excluded.volume, trades = excluded.trades",
        series.table(), series.rollup ? "" : "timeframe, ", columns, series.rollup ? "" : "$9::integer, ",
        series.rollup ? "" : "timeframe, ");
    for (std::size_t begin = first; begin < last; begin += ROWS_A_STATEMENT) {
        const std::size_t end = std::min(begin + ROWS_A_STATEMENT, last);
        PostgresValues values;
        const auto addColumn = [&](std::uint32_t type, auto element) {
            values.addArray(type, end - begin, [&] {
                for (std::size_t i = begin; i < end; ++i)
                    values.element(element(i));
            });
        };
        values.add(series.instrument);
        addColumn(INT8, [&](std::size_t i) { return toMicroseconds(candles.openTime[i]); });
        addColumn(INT8, [&](std::size_t i) { return candles.open[i].ticks(); });
        addColumn(INT8, [&](std::size_t i) { return candles.high[i].ticks(); });
        addColumn(INT8, [&](std::size_t i) { return candles.low[i].ticks(); });
        addColumn(INT8, [&](std::size_t i) { return candles.close[i].ticks(); });
        addColumn(FLOAT8, [&](std::size_t i) { return candles.volume[i]; });
        addColumn(INT4, [&](std::size_t i) { return candles.trades[i]; });
        if (!series.rollup)
            values.add(seconds(series.timeframe));
        if (auto done = m_connection->run(sql, values, "writing to"); !done)
            return done.error();
    }
    return {};
}

Result<std::optional<Timestamp>> PostgresDialect::edge(const Series& series, TimeRange range, Edge edge)
{
    PostgresValues values;
    addCondition(values, series, microsecondsUp(range.from), microsecondsUp(range.to));
    auto rows = m_connection->run(fmt::format("SELECT open_time FROM {}{} ORDER BY open_time{} LIMIT 1",
                                              series.table(), condition(series),
                                              edge == Edge::Oldest ? "" : " DESC"),
                                  values, "reading");
    if (!rows)
        return rows.error();
    if (PQntuples(rows->get()) == 0)
        return std::optional<Timestamp>();
    return std::optional(fromMicroseconds(longOf(rows->get(), 0, 0)));
}

Result<void> PostgresDialect::readTrades(std::int64_t instrument, TimeRange range,
                                         std::optional<std::size_t> limit, market::TradeColumns& out)
{
    auto view = m_connection->beginView();
    if (!view)
        return view.error();
    // The next page begins after this trade. Its time stands by itself too, for chunks and segments go by that alone.
    std::int64_t time = microsecondsUp(range.from) - (range.from == Timestamp::min() ? 0 : 1);
    std::int64_t id = INT64_MAX;
    std::int64_t left = atMost(limit);
    Result<void> read;
    for (std::int64_t page = ROWS_A_PAGE; read && page == ROWS_A_PAGE && left > 0;) {
        PostgresValues values;
        for (const std::int64_t value :
             {instrument, time, id, microsecondsUp(range.to), std::min(left, ROWS_A_PAGE)})
            values.add(value);
        auto rows = m_connection->run("SELECT time, id, numbered::integer, price, size, side::integer FROM trades "
                                      "WHERE instrument = $1 AND time >= $2 AND (time, id) > ($2, $3) AND time < $4 "
                                      "ORDER BY time, id LIMIT $5",
                                      values, "reading");
        if (!rows) {
            read = rows.error();
            break;
        }
        page = PQntuples(rows->get());
        for (int row = 0; row < page; ++row)
            appendTrade(rows->get(), row, out);
        if (page > 0) {
            time = longOf(rows->get(), static_cast<int>(page) - 1, 0);
            id = longOf(rows->get(), static_cast<int>(page) - 1, 1);
        }
        left -= page;
    }
    if (*view)
        m_connection->rollback();
    return read;
}

Result<void> PostgresDialect::putTradePage(std::int64_t instrument, const market::TradeColumns& trades,
                                           bool numbered, std::size_t begin, std::size_t end,
                                           WriteCount& count)
{
    // A row that was not there before has no transaction that deleted its former version.
    static const std::string SQL =
        "WITH put AS (INSERT INTO trades AS t (instrument, numbered, time, id, price, size, side) "
        "SELECT $1, $2::integer, u.* FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], "
        "$7::integer[]) AS u ON CONFLICT (instrument, time, id) DO UPDATE SET numbered = excluded.numbered, "
        "price = excluded.price, size = excluded.size, side = excluded.side "
        "WHERE (t.numbered, t.price, t.size, t.side) "
        "IS DISTINCT FROM (excluded.numbered, excluded.price, excluded.size, excluded.side) "
        "RETURNING (t.xmax = 0) AS fresh) "
        "SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM put";
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
    auto rows = m_connection->run(SQL, values, "writing to");
    if (!rows)
        return rows.error();
    const std::int64_t inserted = longOf(rows->get(), 0, 0);
    const std::int64_t changed = longOf(rows->get(), 0, 1);
    count.inserted += inserted;
    count.changed += changed;
    count.unchanged += static_cast<std::int64_t>(end - begin) - inserted - changed;
    return {};
}

Result<WriteCount> PostgresDialect::putTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                              bool numbered)
{
    WriteCount count;
    for (std::size_t begin = 0; begin < trades.count(); begin += ROWS_A_STATEMENT) {
        const std::size_t end = std::min(begin + ROWS_A_STATEMENT, trades.count());
        if (auto put = putTradePage(instrument, trades, numbered, begin, end, count); !put)
            return put.error();
    }
    return count;
}

} // namespace core::history
