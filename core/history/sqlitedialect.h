// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqldialect.h"
#include "core/history/sqliteconnection.h"

namespace core::history {

/// What the history's SQLite file holds.
[[nodiscard]] const SqlContents& historyContents();

/// Candles in an SQLite file, over its sqlite3 handle.
class SqliteDialect final : public SqlDialect
{
public:
    /// Connects without reading or changing anything yet.
    [[nodiscard]] static Result<std::unique_ptr<SqliteDialect>>
    connect(const std::filesystem::path& file, SqliteAccess access);
    explicit SqliteDialect(std::unique_ptr<SqliteConnection> connection);

    [[nodiscard]] Result<std::int64_t> number(const char* sql, const char* doing)
    {
        return m_connection->number(sql, doing);
    }

    QSqlDatabase& database() override { return m_connection->database(); }
    const SqlContents& contents() const override { return m_connection->contents(); }
    std::string name() const override { return m_connection->name(); }
    Error error(const QSqlError& fault, const char* doing) override
    {
        return m_connection->error(fault, doing);
    }
    Result<QStringList> tables() override { return m_connection->tables(); }
    Result<void> runScript(const char* sql, const char* doing) override
    {
        return m_connection->runScript(sql, doing);
    }
    Result<void> begin() override { return m_connection->begin(); }
    Result<void> commit() override { return m_connection->commit(); }
    void rollback() override { m_connection->rollback(); }
    Result<void> read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                      market::CandleColumns& out) override;
    Result<void> put(const Series& series, const market::CandleColumns& candles, std::size_t first,
                     std::size_t last) override;
    Result<std::optional<Timestamp>> edge(const Series& series, TimeRange range,
                                          Edge edge) override;

private:
    std::unique_ptr<SqliteConnection> m_connection;
};

} // namespace core::history
