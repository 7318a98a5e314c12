// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqlconnection.h"

#include <cstdint>
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

/// An SQLite file by Qt's QSQLITE plugin, with prepared statements over its sqlite3 handle.
class SqliteConnection final : public SqlConnection
{
public:
    /// Connects without reading or changing anything yet.
    [[nodiscard]] static Result<std::unique_ptr<SqliteConnection>>
    connect(const std::filesystem::path& file, SqliteAccess access, const SqlContents& contents);
    ~SqliteConnection() override;
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    /// Sets WAL and the limits of a long-lived connection; for writers, after the schema was
    /// accepted.
    [[nodiscard]] Result<void> configure();
    /// The integer answered by a one-value query.
    [[nodiscard]] Result<std::int64_t> number(const char* sql, const char* doing);
    /// True when the tables' pages are sound, by reading all of them.
    [[nodiscard]] bool isSound();
    /// A statement that is compiled once; reset it after use (StatementUse).
    [[nodiscard]] Result<sqlite3_stmt*> prepared(const std::string& sql);
    /// Puts the last failure of the handle in words.
    [[nodiscard]] Error lastError(const char* doing);

    QSqlDatabase& database() override { return m_database; }
    const SqlContents& contents() const override { return m_contents; }
    std::string name() const override { return m_file.string(); }
    Error error(const QSqlError& fault, const char* doing) override;
    Result<QStringList> tables() override { return m_database.tables(QSql::Tables); }
    Result<void> checkPages(const std::atomic<bool>& cancel) override;
    Result<void> runScript(const char* sql, const char* doing) override;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() override;

private:
    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    SqliteConnection(std::filesystem::path file, QSqlDatabase database, SqlContents contents);
    [[nodiscard]] Error describe(int code, const std::string& detail, const char* doing);

    std::filesystem::path m_file;
    QSqlDatabase m_database;
    SqlContents m_contents;
    sqlite3* m_handle = nullptr;
    std::map<std::string, Statement, std::less<>> m_statements;
};

/// Resets a prepared statement when its use ends, so that no read transaction stays open.
class StatementUse
{
public:
    explicit StatementUse(sqlite3_stmt* statement) : m_statement(statement) {}
    ~StatementUse();
    StatementUse(const StatementUse&) = delete;
    StatementUse& operator=(const StatementUse&) = delete;

private:
    sqlite3_stmt* m_statement;
};

/// The file whose presence asks for a full check at the next start, because damage was met in use.
[[nodiscard]] std::filesystem::path suspicionMark(const std::filesystem::path& file);

} // namespace core::history
