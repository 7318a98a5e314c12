// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>
#include <string>

/// A PostgreSQL server of the tests' own: a new cluster in a temporary folder, on a free port of this
/// machine. As the system account "postgres" where the tests run as root, which the server refuses. It ends
/// with the test, however that ends.
class PostgresServer
{
public:
    /// Starts it; null with a reason where no server is installed or it does not come up.
    [[nodiscard]] static std::unique_ptr<PostgresServer> start(QString& whyNot);
    /// Skips nothing: says in `whyNot` that there is none. Shared by all tests of a program.
    [[nodiscard]] static PostgresServer* shared(QString& whyNot);
    ~PostgresServer();

    /// Its database, with the password in the environment.
    [[nodiscard]] core::history::DatabaseUrl url() const;
    /// The same for another user or database.
    [[nodiscard]] core::history::DatabaseUrl url(const std::string& user, const std::string& database) const;
    /// Ends it: in order, or at once as by kill -9.
    void stop();
    void kill();
    /// Starts it again on the same data and port.
    [[nodiscard]] bool restart();
    /// Runs statements as the server's owner.
    [[nodiscard]] bool run(const QString& sql);
    /// Throws the history away.
    [[nodiscard]] bool clear() { return run(QStringLiteral("DROP SCHEMA IF EXISTS quarterdeck CASCADE")); }

private:
    PostgresServer() = default;
    [[nodiscard]] bool makeCluster(QString& whyNot);
    [[nodiscard]] bool launch(QString& whyNot);
    [[nodiscard]] QStringList asOwner(const QStringList& command) const;

    QString m_programs; ///< The folder of initdb and postgres.
    QTemporaryDir m_folder;
    QProcess m_process;
    int m_port = 0;
};
