// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/postgreslogin.h"
#include "core/history/postgresvalues.h"
#include "core/history/serverline.h"
#include "core/history/sqlconnection.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <vector>

struct pg_conn;
struct pg_result;

namespace core::history {

struct PostgresClear
{
    void operator()(pg_result* result) const;
};
using PostgresResult = std::unique_ptr<pg_result, PostgresClear>;

/// A PostgreSQL database by Qt's QPSQL plugin, with prepared statements over its libpq handle. Tables lie
/// in the schema "quarterdeck". Refuses to talk to another machine without TLS.
class PostgresConnection final : public SqlConnection
{
public:
    /// Connects within five seconds, or fails; changes nothing yet.
    [[nodiscard]] static Result<std::unique_ptr<PostgresConnection>> connect(const DatabaseUrl& url,
                                                                             const SqlContents& contents);
    ~PostgresConnection() override;
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// Runs a statement that is prepared once; values in and columns out are binary.
    [[nodiscard]] Result<PostgresResult> run(const std::string& sql, const PostgresValues& values,
                                             const char* doing);
    /// Runs a COPY … FROM STDIN (FORMAT binary) with these rows.
    [[nodiscard]] Result<void> copy(const std::string& sql, PostgresRows& rows, const char* doing);
    /// Makes the reads until the next rollback() see one state of the database; false inside a transaction,
    /// which does that or is the writer's own.
    [[nodiscard]] Result<bool> beginView();

    QSqlDatabase& database() override { return m_database; }
    /// As libpq counts it: 150018 is 15.18.
    [[nodiscard]] int serverVersion() const;
    /// Has the server end every statement of this session that takes longer; zero lets each take its time.
    [[nodiscard]] Result<void> limitStatements(std::chrono::seconds limit);
    /// False also where the server knows the session's statements no longer.
    bool isAlive() const override;
    const SqlContents& contents() const override { return m_contents; }
    std::string name() const override { return m_url.text(); }
    Error error(const QSqlError& fault, const char* doing) override;
    Result<QStringList> tables() override;
    Result<void> runScript(const char* sql, const char* doing) override;
    Result<void> begin() override;
    Result<void> commit() override;
    void rollback() override;
    Result<void> takeTime() override;

private:
    PostgresConnection(const DatabaseUrl& url, QSqlDatabase database, const SqlContents& contents);
    [[nodiscard]] Result<std::string> prepared(const std::string& sql, const char* doing);
    [[nodiscard]] Error describe(const std::string& state, const std::string& detail, const char* doing);
    [[nodiscard]] Error describe(const pg_result* result, const char* doing);
    [[nodiscard]] bool isLost(const std::string& state) const;
    [[nodiscard]] Error unreachable(LoginParameters parameters, std::chrono::steady_clock::time_point deadline,
                                    const std::string& detail) const;

    DatabaseUrl m_url;
    QSqlDatabase m_database;
    SqlContents m_contents;
    pg_conn* m_handle = nullptr;
    std::optional<ServerLine> m_line;
    bool m_isStale = false; ///< Only a new session helps.
    std::map<std::string, std::string, std::less<>> m_statements; ///< Prepared ones, by their text.
};

} // namespace core::history
