// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/history/migrations.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QStringList>

#include <atomic>
#include <span>
#include <string>

namespace core::history {

/// What a database holds: its schema, and its words in messages.
struct SqlContents
{
    std::span<const Migration> migrations;
    const char* noun;       ///< After "The": "history".
    const char* firstUse;   ///< What to do where there is none yet.
    const char* afterwards; ///< What to do once a damaged one was set aside.
};

/// A connected database of any kind: schema, scripts, transactions and the words for its errors.
/// Lives on the thread that opened it.
class SqlConnection
{
public:
    virtual ~SqlConnection() = default;

    [[nodiscard]] virtual QSqlDatabase& database() = 0;
    [[nodiscard]] virtual const SqlContents& contents() const = 0;
    /// How people know the database: a file name or a URL without password.
    [[nodiscard]] virtual std::string name() const = 0;
    /// Puts a failure of QtSql in words. `doing` completes "while …".
    [[nodiscard]] virtual Error error(const QSqlError& fault, const char* doing) = 0;

    /// False once the database is gone; connect anew then.
    [[nodiscard]] virtual bool isAlive() const { return true; }
    /// The names of the tables that are there, ours and others that would be in their way.
    [[nodiscard]] virtual Result<QStringList> tables() = 0;
    /// Reads the database's own structure through, where it is a file. Fails with Corrupt, and with Cancelled.
    [[nodiscard]] virtual Result<void> checkPages(const std::atomic<bool>& /*cancel*/) { return {}; }
    /// Runs several statements.
    [[nodiscard]] virtual Result<void> runScript(const char* sql, const char* doing) = 0;
    /// Begins a transaction that may write.
    [[nodiscard]] virtual Result<void> begin() = 0;
    [[nodiscard]] virtual Result<void> commit() = 0;
    virtual void rollback() = 0;
    /// Lets the statements of the present transaction take as long as they need.
    [[nodiscard]] virtual Result<void> takeTime() { return {}; }
};

} // namespace core::history
