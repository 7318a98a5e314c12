// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/postgres/databaseserver.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>
#include <string>

/// A PostgreSQL server of the tests' own: a new cluster in a temporary folder, on a free port of this
/// machine. As the system account "postgres" where the tests run as root, which the server refuses. It ends
/// with the test, however that ends.
class PostgresServer final : public DatabaseServer
{
public:
    /// Starts it; null with a reason where no server is installed or it does not come up.
    /// `settings` as in "lc_messages=C", in place of the tests' own.
    [[nodiscard]] static std::unique_ptr<PostgresServer> start(QString& whyNot, const QStringList& settings = {});
    /// Skips nothing: says in `whyNot` that there is none. Shared by all tests of a program.
    [[nodiscard]] static PostgresServer* shared(QString& whyNot);
    ~PostgresServer() override;

    [[nodiscard]] core::history::DatabaseUrl url() const override;
    /// The same for another user or database.
    [[nodiscard]] core::history::DatabaseUrl url(const std::string& user, const std::string& database) const;
    /// Ends it: in order, or at once as by kill -9.
    void stop();
    void kill();
    /// Starts it again on the same data and port.
    [[nodiscard]] bool restart();
    [[nodiscard]] bool run(const QString& sql) override;

private:
    PostgresServer() = default;
    [[nodiscard]] bool makeCluster(QString& whyNot);
    [[nodiscard]] bool launch(QString& whyNot);
    [[nodiscard]] QStringList asOwner(const QStringList& command) const;

    QStringList m_settings;
    QString m_programs; ///< The folder of initdb and postgres.
    QTemporaryDir m_folder;
    QProcess m_process;
    int m_port = 0;
};
