// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"

#include <QString>

/// A server of any kind on which tests keep a history.
class DatabaseServer
{
public:
    virtual ~DatabaseServer() = default;

    /// Its database, with the password in the environment.
    [[nodiscard]] virtual core::history::DatabaseUrl url() const = 0;
    /// False where a second connection would wait for the first.
    [[nodiscard]] virtual bool takesSeveralConnections() const { return true; }
    /// Runs statements as the server's owner.
    [[nodiscard]] virtual bool run(const QString& sql) = 0;
    /// Throws the history away.
    [[nodiscard]] bool clear() { return run(QStringLiteral("DROP SCHEMA IF EXISTS quarterdeck CASCADE")); }
};
