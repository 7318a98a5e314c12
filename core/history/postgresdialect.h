// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/postgresconnection.h"
#include "core/history/sqldialect.h"
#include "core/history/timescale.h"

namespace core::history {

/// How many rows at once reach a server.
enum class Bulk {
    Copy,  ///< By COPY: what is new straight into its table, the rest by way of a staging table of the session.
    Unnest ///< By arrays in statements below 48 KB, which every server takes.
};

/// What the connected server can do: one compiled to WebAssembly dies of COPY, and who may make no temporary tables has
/// no staging table.
[[nodiscard]] Result<Bulk> bulkOf(PostgresConnection& connection);
/// "TimescaleDB 2.22.0 on PostgreSQL 15.13: compression on".
[[nodiscard]] std::string describeServer(const PostgresConnection& connection, const std::optional<Timescale>& timescale);

/// Candles and trades in a PostgreSQL database, over its libpq handle in binary form.
class PostgresDialect final : public SqlDialect
{
public:
    PostgresDialect(std::unique_ptr<PostgresConnection> connection, std::optional<Timescale> timescale, Bulk bulk)
        : m_connection(std::move(connection)), m_timescale(std::move(timescale)), m_bulk(bulk)
    {}

    SqlConnection& connection() override { return *m_connection; }
    std::string describe() override;
    Result<bool> beginView() override { return m_connection->beginView(); }
    Result<void> read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                      market::CandleColumns& out) override;
    Result<void> put(const Series& series, const market::CandleColumns& candles, std::size_t first,
                     std::size_t last) override;
    Result<std::optional<Timestamp>> edge(const Series& series, TimeRange range, Edge edge) override;
    Result<void> readTrades(std::int64_t instrument, TimeRange range, std::optional<std::size_t> limit,
                            market::TradeColumns& out) override;
    Result<WriteCount> putTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                 bool numbered) override;

private:
    [[nodiscard]] Result<int> readPage(const Series& series, std::int64_t from, std::int64_t to,
                                       const char* order, std::int64_t limit, market::CandleColumns& out);
    [[nodiscard]] Result<std::size_t> firstNew(const Series& series, const market::CandleColumns& candles,
                                               std::size_t first, std::size_t last);
    [[nodiscard]] Result<void> upsert(const Series& series, const market::CandleColumns& candles, std::size_t first,
                                      std::size_t last);
    [[nodiscard]] Result<void> insertNew(const Series& series, const market::CandleColumns& candles, std::size_t first,
                                         std::size_t last);
    [[nodiscard]] Result<void> putPage(const Series& series, const market::CandleColumns& candles, std::size_t begin,
                                       std::size_t end);
    [[nodiscard]] Result<void> putStaged(const Series& series, const market::CandleColumns& candles, std::size_t first,
                                         std::size_t last);
    [[nodiscard]] Result<bool> hasTrades(std::int64_t instrument, Timestamp first, Timestamp last);
    [[nodiscard]] Result<WriteCount> insertNewTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                                     bool numbered);
    [[nodiscard]] Result<WriteCount> putTradesStaged(std::int64_t instrument, const market::TradeColumns& trades,
                                                     bool numbered);
    [[nodiscard]] Result<void> putTradePage(std::int64_t instrument, const market::TradeColumns& trades,
                                            bool numbered, std::size_t begin, std::size_t end,
                                            WriteCount& count);

    std::unique_ptr<PostgresConnection> m_connection;
    std::optional<Timescale> m_timescale;
    Bulk m_bulk;
};

} // namespace core::history
