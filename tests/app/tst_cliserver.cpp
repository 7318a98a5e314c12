// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command line with its history on a PostgreSQL server.
#include "clirunner.h"
#include "tests/postgres/postgresserver.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

class TestCliServer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::shared(whyNot);
        QVERIFY2(m_server, qPrintable(whyNot));
        QFile file(path("minutes.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("time,open,high,low,close,volume\n");
        for (int i = 0; i < 3000; ++i) {
            const int price = 100 + (i * 37) % 23 + i / 200;
            file.write(QStringLiteral("%1,%2.00,%3.00,%4.00,%2.50,5\n")
                           .arg(1'640'995'200 + 60 * i)
                           .arg(price)
                           .arg(price + 2)
                           .arg(price - 2)
                           .toUtf8());
        }
    }
    void init() { QVERIFY(m_server->clear()); }

    void importsAndReplaysToTheBytesOfAFile()
    {
        const CliRun here = replayed(runner("file"));
        const CliRun there = replayed(onServer("server"));
        QCOMPARE(there.status, 0);
        QVERIFY(!here.json()["fingerprint"].get<std::string>().empty());
        QCOMPARE(there.json()["fingerprint"], here.json()["fingerprint"]);
        QCOMPARE(there.json()["final_equity"], here.json()["final_equity"]);
    }

    void twoWorkspacesShareOneHistory()
    {
        QCOMPARE(imported(onServer("first")).status, 0);
        const CliRun coverage = onServer("second").run({QStringLiteral("coverage"), QStringLiteral("--json")});
        QCOMPARE(coverage.status, 0);
        QVERIFY(coverage.out.contains("BTC/USD"));
        const CliRun again = imported(onServer("second"));
        QCOMPARE(again.status, 0);
        QCOMPARE(QString::fromStdString(again.json().dump()).contains(QStringLiteral("\"inserted\":0")), true);
    }

    void saysInOneLineThatThePasswordIsWrong()
    {
        CliRunner cli = onServer("stranger");
        cli.setVariable("PGPASSWORD", QStringLiteral("guessed"));
        const CliRun run = cli.run({QStringLiteral("coverage")});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.oneErrorLine(), run.err.constData());
        QVERIFY(run.err.contains(".pgpass"));
        QVERIFY(!run.err.contains("guessed"));
    }

    void saysInOneLineThatTheServerIsAway()
    {
        m_server->stop();
        const CliRun run = onServer("alone").run({QStringLiteral("coverage")});
        QVERIFY(m_server->restart());
        QCOMPARE(run.status, 1);
        QVERIFY2(run.oneErrorLine(), run.err.constData());
    }

    void takesNoPasswordOnTheCommandLine()
    {
        const CliRun run = runner("secret").run({QStringLiteral("coverage"), QStringLiteral("--database"),
                                                 QStringLiteral("postgresql://anna:swordfish@localhost/markets")});
        QCOMPARE(run.status, 2);
        QVERIFY(!run.err.contains("swordfish"));
    }

private:
    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] CliRunner runner(const char* name) const { return CliRunner(path(name)); }
    [[nodiscard]] CliRunner onServer(const char* name) const
    {
        CliRunner cli = runner(name);
        cli.setVariable("QUARTERDECK_DATABASE", QString::fromStdString(m_server->url().text()));
        return cli;
    }
    [[nodiscard]] CliRun imported(const CliRunner& cli) const
    {
        return cli.run({QStringLiteral("import"), path("minutes.csv"), QStringLiteral("--symbol"),
                        QStringLiteral("BTC/USD"), QStringLiteral("--json")});
    }
    [[nodiscard]] CliRun replayed(const CliRunner& cli) const
    {
        if (imported(cli).status != 0 ||
            cli.run({QStringLiteral("strategies"), QStringLiteral("approve"),
                     QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua")})
                    .status != 0)
            return {};
        return cli.run({QStringLiteral("replay"), QStringLiteral("--strategy"), QStringLiteral("sma_cross"),
                        QStringLiteral("--symbol"), QStringLiteral("BTC/USD"), QStringLiteral("--json")});
    }

    QTemporaryDir m_folder;
    PostgresServer* m_server = nullptr;
};

QTEST_GUILESS_MAIN(TestCliServer)
#include "tst_cliserver.moc"
