// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqldialect.h"

#include <filesystem>
#include <map>
#include <memory>

struct sqlite3;
struct sqlite3_stmt;

namespace core::history {

/// How an SQLite file is opened.
enum class SqliteAccess {
    ReadWrite,
    ReadOnly,
    Immutable ///< Read-only from a medium on which no lock or -shm file can be made.
};

/// SQLite by Qt's QSQLITE plugin, with candles over its sqlite3 handle.
class SqliteDialect final : public SqlDialect
{
public:
    /// Connects without reading or changing anything yet.
    [[nodiscard]] static Result<std::unique_ptr<SqliteDialect>>
    connect(const std::filesystem::path& file, SqliteAccess access);
    ~SqliteDialect() override;
    SqliteDialect(const SqliteDialect&) = delete;
    SqliteDialect& operator=(const SqliteDialect&) = delete;

    /// Sets WAL and the limits of a long-lived connection; for writers, after the schema was
    /// accepted.
    [[nodiscard]] Result<void> configure();
    /// The integer answered by a one-value query.
    [[nodiscard]] Result<std::int64_t> number(const char* sql, const char* doing);
    /// True when the tables' pages are sound, by reading all of them.
    [[nodiscard]] bool isSound();

    QSqlDatabase& database() override { return m_database; }
    std::span<const Migration> migrations() const override { return sqliteMigrations(); }
    std::string name() const override { return m_file.string(); }
    Error error(const QSqlError& fault, const char* doing) override;
    Result<void> runScript(const char* sql, const char* doing) override;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() override;
    Result<void> read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                      market::CandleColumns& out) override;
    Result<void> put(const Series& series, const market::CandleColumns& candles, std::size_t first,
                     std::size_t last) override;
    Result<std::optional<Timestamp>> edge(const Series& series, TimeRange range,
                                          Edge edge) override;

private:
    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    SqliteDialect(std::filesystem::path file, QSqlDatabase database);
    [[nodiscard]] Result<sqlite3_stmt*> prepared(const std::string& sql);
    [[nodiscard]] Error lastError(const char* doing);
    [[nodiscard]] Error describe(int code, const std::string& detail, const char* doing);

    std::filesystem::path m_file;
    QSqlDatabase m_database;
    sqlite3* m_handle = nullptr;
    std::map<std::string, Statement> m_statements;
};

/// The file whose presence asks for a full check at the next start, because damage was met in use.
[[nodiscard]] std::filesystem::path suspicionMark(const std::filesystem::path& file);

} // namespace core::history
