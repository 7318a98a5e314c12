// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <nlohmann/json.hpp>

/// What one run of the program gave.
struct CliRun
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] nlohmann::json json() const
    {
        return nlohmann::json::parse(out.toStdString(), nullptr, false);
    }
    /// True when stderr is exactly one line.
    [[nodiscard]] bool oneErrorLine() const { return err.count('\n') == 1 && err.endsWith('\n'); }
    [[nodiscard]] QList<QByteArray> lines() const
    {
        QList<QByteArray> all = out.split('\n');
        if (!all.isEmpty() && all.last().isEmpty())
            all.removeLast();
        return all;
    }
};

/// Runs the real quarterdeck-cli on one workspace.
class CliRunner
{
public:
    explicit CliRunner(const QString& home) : m_home(home)
    {
        m_environment = QProcessEnvironment::systemEnvironment();
        m_environment.insert(QStringLiteral("XDG_DATA_HOME"), home);
        m_environment.insert(QStringLiteral("QUARTERDECK_STRATEGIES"),
                             QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies"));
        m_environment.remove(QStringLiteral("QUARTERDECK_DATABASE"));
    }

    void setVariable(const char* name, const QString& value)
    {
        m_environment.insert(QString::fromUtf8(name), value);
    }
    [[nodiscard]] QString workspace() const { return m_home + QStringLiteral("/quarterdeck"); }

    void start(QProcess& process, const QStringList& arguments) const
    {
        process.setProcessEnvironment(m_environment);
        process.start(QStringLiteral(QUARTERDECK_CLI), arguments);
    }

    [[nodiscard]] CliRun run(const QStringList& arguments) const
    {
        QProcess process;
        start(process, arguments);
        return finish(process);
    }

    /// Runs a shell line in which $CLI is the program.
    [[nodiscard]] CliRun shell(const QString& line) const
    {
        QProcess process;
        QProcessEnvironment environment = m_environment;
        environment.insert(QStringLiteral("CLI"), QStringLiteral(QUARTERDECK_CLI));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), line});
        return finish(process);
    }

    [[nodiscard]] static CliRun finish(QProcess& process)
    {
        process.waitForFinished(120'000);
        CliRun run;
        run.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        run.out = process.readAllStandardOutput();
        run.err = process.readAllStandardError();
        return run;
    }

private:
    QString m_home;
    QProcessEnvironment m_environment;
};
