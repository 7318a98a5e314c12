// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/postgres/databaseserver.h"

#include <QProcess>

#include <memory>

/// A server with TimescaleDB: the one that QUARTERDECK_TEST_TIMESCALE_URL names, which loses its schema
/// "quarterdeck" to the tests; else TimescaleDB compiled to WebAssembly, served by Node from tests/timescale, which takes
/// one connection at a time and no statement beyond 48 KB. It ends with the test, however that ends.
class TimescaleServer final : public DatabaseServer
{
public:
    /// Shared by all tests of a program; null with a reason where there is none.
    [[nodiscard]] static TimescaleServer* shared(QString& whyNot);
    ~TimescaleServer() override;

    [[nodiscard]] core::history::DatabaseUrl url() const override { return m_url; }
    [[nodiscard]] bool takesSeveralConnections() const override { return m_process.state() == QProcess::NotRunning; }
    [[nodiscard]] bool run(const QString& sql) override;
    /// The number that a query answers; -1 when it fails.
    [[nodiscard]] qint64 number(const QString& sql);

private:
    TimescaleServer() : m_url(std::filesystem::path()) {}
    [[nodiscard]] static std::unique_ptr<TimescaleServer> start(QString& whyNot);
    [[nodiscard]] bool launch(QString& whyNot);
    template <typename Use> bool connected(Use use);

    QProcess m_process;
    core::history::DatabaseUrl m_url;
};
