// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/postgresconnection.h"
#include "core/history/sqldialect.h"
#include "core/history/timescale.h"

namespace core::history {

/// "TimescaleDB 2.22.0 on PostgreSQL 15.13: compression on".
[[nodiscard]] std::string describeServer(const PostgresConnection& connection, const std::optional<Timescale>& timescale);

/// Candles and trades in a PostgreSQL database, over its libpq handle in binary form.
class PostgresDialect final : public SqlDialect
{
public:
    PostgresDialect(std::unique_ptr<PostgresConnection> connection, std::optional<Timescale> timescale)
        : m_connection(std::move(connection)), m_timescale(std::move(timescale))
    {}

    SqlConnection& connection() override { return *m_connection; }
    std::string describe() override;
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
    [[nodiscard]] Result<void> putTradePage(std::int64_t instrument, const market::TradeColumns& trades,
                                            bool numbered, std::size_t begin, std::size_t end,
                                            WriteCount& count);

    std::unique_ptr<PostgresConnection> m_connection;
    std::optional<Timescale> m_timescale;
};

} // namespace core::history
