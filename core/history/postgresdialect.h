// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/postgresconnection.h"
#include "core/history/sqldialect.h"

namespace core::history {

/// Candles in a PostgreSQL database, over its libpq handle in binary form.
class PostgresDialect final : public SqlDialect
{
public:
    explicit PostgresDialect(std::unique_ptr<PostgresConnection> connection)
        : m_connection(std::move(connection))
    {}

    QSqlDatabase& database() override { return m_connection->database(); }
    const SqlContents& contents() const override { return m_connection->contents(); }
    std::string name() const override { return m_connection->name(); }
    Error error(const QSqlError& fault, const char* doing) override { return m_connection->error(fault, doing); }
    Result<QStringList> tables() override { return m_connection->tables(); }
    Result<void> runScript(const char* sql, const char* doing) override
    {
        return m_connection->runScript(sql, doing);
    }
    Result<void> begin() override { return m_connection->begin(); }
    Result<void> commit() override { return m_connection->commit(); }
    void rollback() override { m_connection->rollback(); }
    bool isConnected() const override { return m_connection->isAlive(); }
    Result<void> read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                      market::CandleColumns& out) override;
    Result<void> put(const Series& series, const market::CandleColumns& candles, std::size_t first,
                     std::size_t last) override;
    Result<std::optional<Timestamp>> edge(const Series& series, TimeRange range, Edge edge) override;

private:
    [[nodiscard]] Result<int> readPage(const Series& series, std::int64_t from, std::int64_t to,
                                       const char* order, std::int64_t limit, market::CandleColumns& out);

    std::unique_ptr<PostgresConnection> m_connection;
};

} // namespace core::history
