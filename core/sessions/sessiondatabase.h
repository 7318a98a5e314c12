// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sqliteconnection.h"
#include "core/sessions/facts.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

namespace core::sessions {

class RowWriter;

/// Closed sessions whose rows are kept; those before them are deleted when another one begins.
inline constexpr int KEPT_CLOSED = 20;

/// The statements over sessions.sqlite. Nothing here decides when to commit. Lives on the store's
/// thread.
class SessionDatabase
{
public:
    /// Opens the file and makes it as needed. Sets a damaged one aside and fails with Corrupt;
    /// refuses a newer one with Unsupported.
    [[nodiscard]] static Result<std::unique_ptr<SessionDatabase>>
    open(const std::filesystem::path& file);

    [[nodiscard]] Result<void> begin() { return m_connection->begin(); }
    [[nodiscard]] Result<void> commit() { return m_connection->commit(); }
    void rollback() { m_connection->rollback(); }

    /// Adds a session, closes all others of its kind and deletes the oldest closed ones.
    [[nodiscard]] Result<std::int64_t> insert(const SessionHead& head, Timestamp now);
    [[nodiscard]] Result<void> add(std::int64_t session, std::uint64_t number, const Fact& fact);
    /// Deletes every fact of a session.
    [[nodiscard]] Result<void> forgetFacts(std::int64_t session);
    /// Writes what differs between two standings of a session; all of it when `before` is empty.
    [[nodiscard]] Result<void> put(std::int64_t session, std::uint64_t epoch, const Standing& now,
                                   const Standing& before);
    /// Replaces what the user did in a session.
    [[nodiscard]] Result<void> putActions(std::int64_t session,
                                          const std::vector<portfolio::UserAction>& actions);
    [[nodiscard]] Result<void> setEnd(std::int64_t session, SessionEnd end, Timestamp now);
    [[nodiscard]] Result<void> setJournal(std::int64_t session, const std::string& journal);

    /// The newest session of a kind that is not closed. Fails with Corrupt when its ledger does not
    /// add up to its accounts, or when it holds words of another version.
    [[nodiscard]] Result<std::optional<StoredSession>> newestUnfinished(SessionHead::Kind kind);

private:
    explicit SessionDatabase(std::unique_ptr<history::SqliteConnection> connection)
        : m_connection(std::move(connection))
    {}

    /// A statement by the address of its text: texts are literals, and comparing them would cost as
    /// much as writing a row.
    [[nodiscard]] Result<sqlite3_stmt*> prepared(const char* sql);
    /// Binds by `bind` and runs the statement; answers nothing.
    template <typename Bind> [[nodiscard]] Result<void> run(const char* sql, Bind bind);
    /// Runs the statement and calls `take` with every row.
    template <typename Bind, typename Take>
    [[nodiscard]] Result<void> query(const char* sql, Bind bind, Take take);

    /// Deletes the closed sessions before the newest KEPT_CLOSED.
    [[nodiscard]] Result<void> forgetOldest(SessionHead::Kind kind);
    [[nodiscard]] Result<void> insertSymbols(std::int64_t session, const SessionHead& head);
    [[nodiscard]] Result<void> insertAccounts(std::int64_t session, const SessionHead& head);
    [[nodiscard]] Result<void> putAccount(std::int64_t session, AccountIndex account,
                                          const AccountStanding& now,
                                          const AccountStanding& before);
    [[nodiscard]] Result<void> putPositions(std::int64_t session, AccountIndex account,
                                            const std::vector<HeldPosition>& now,
                                            const std::vector<HeldPosition>& before);
    [[nodiscard]] Result<void> putOrders(std::int64_t session, AccountIndex account,
                                         const std::vector<execution::Order>& now,
                                         const std::vector<execution::Order>& before);
    [[nodiscard]] Result<void> readHead(StoredSession& session);
    [[nodiscard]] Result<void> readStanding(StoredSession& session);
    [[nodiscard]] Result<void> readActions(StoredSession& session);
    [[nodiscard]] Result<void> checkLedger(const StoredSession& session);

    std::unique_ptr<history::SqliteConnection> m_connection;
    std::map<const char*, sqlite3_stmt*> m_statements; ///< Of the connection.
};

} // namespace core::sessions
