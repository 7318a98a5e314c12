// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/postgresdialect.h"

#include "core/history/candlerows.h"
#include "core/history/postgresrows.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace core::history {

namespace {

/// So that a reply of libpq, which comes whole, stays small however long the range is.
constexpr std::int64_t ROWS_A_PAGE = 32'768;

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

Result<Bulk> bulkOf(PostgresConnection& connection)
{
    auto rows = connection.run("SELECT (version() NOT LIKE '%Emscripten%' AND "
                               "has_database_privilege(current_database(), 'TEMPORARY'))::integer",
                               {}, "preparing");
    if (!rows)
        return rows.error();
    return wordOf<std::uint32_t>(rows->get(), 0, 0) != 0 ? Bulk::Copy : Bulk::Unnest;
}

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

} // namespace core::history
