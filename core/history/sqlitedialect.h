// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqldialect.h"
#include "core/history/sqliteconnection.h"

namespace core::history {

/// What the history's SQLite file holds.
[[nodiscard]] const SqlContents& historyContents();

/// "SQLite 3.40.1".
[[nodiscard]] std::string sqliteName();

/// Candles and trades in an SQLite file, over its sqlite3 handle.
class SqliteDialect final : public SqlDialect
{
public:
    explicit SqliteDialect(std::unique_ptr<SqliteConnection> connection);

    SqlConnection& connection() override { return *m_connection; }
    std::string describe() override;
    Result<bool> beginView() override;
    Result<void> read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                      market::CandleColumns& out) override;
    Result<void> put(const Series& series, const market::CandleColumns& candles, std::size_t first,
                     std::size_t last) override;
    Result<std::optional<Timestamp>> edge(const Series& series, TimeRange range,
                                          Edge edge) override;
    Result<void> readTrades(std::int64_t instrument, TimeRange range, std::optional<std::size_t> limit,
                            market::TradeColumns& out) override;
    Result<WriteCount> putTrades(std::int64_t instrument, const market::TradeColumns& trades,
                                 bool numbered) override;

private:
    [[nodiscard]] Result<bool> changesRow(sqlite3_stmt* row);


    std::unique_ptr<SqliteConnection> m_connection;
};

} // namespace core::history
