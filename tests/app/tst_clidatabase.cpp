// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command line moving a history to a PostgreSQL server, and saying what a database holds.
#include "clirunner.h"
#include "core/history/spool.h"
#include "tests/core/history/historyfixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

namespace {

constexpr int MINUTES = 60'000;

} // namespace

class TestCliDatabase : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::shared(whyNot);
        QVERIFY2(m_server, qPrintable(whyNot));
        // With the password in its environment.
        m_cli = CliRunner(m_folder.filePath(QStringLiteral("home")));
        QFile file(m_folder.filePath(QStringLiteral("minutes.csv")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("time,open,high,low,close,volume\n");
        for (int i = 0; i < MINUTES; ++i) {
            const int price = 100 + (i * 37) % 23 + i / 2'000;
            file.write(QStringLiteral("%1,%2.00,%3.00,%4.00,%2.50,5\n")
                           .arg(1'640'995'200 + 60 * i)
                           .arg(price)
                           .arg(price + 2)
                           .arg(price - 2)
                           .toUtf8());
        }
        file.close();
        QCOMPARE(m_cli.run({QStringLiteral("import"), file.fileName(), QStringLiteral("--symbol"), QStringLiteral("BTC/USD")})
                     .status,
                 0);
    }
    void init() { QVERIFY(m_server->clear()); }

    void movesAndReplaysToTheSameBytes()
    {
        const CliRun run = move();
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["sent"], MINUTES);
        QCOMPARE(run.json()["complete"], true);
        const auto first = run.json()["checks"][0];
        QCOMPARE(first["sha256"], first["destination_sha256"]);
        QCOMPARE(first["rows"], MINUTES);
        QCOMPARE(m_cli.run({QStringLiteral("strategies"), QStringLiteral("approve"),
                            QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua")})
                     .status,
                 0);
        const QStringList replay = {QStringLiteral("replay"), QStringLiteral("--strategy"), QStringLiteral("sma_cross"),
                                    QStringLiteral("--symbol"), QStringLiteral("BTC/USD"), QStringLiteral("--json")};
        const CliRun here = m_cli.run(replay);
        const CliRun there = m_cli.run(replay + QStringList{QStringLiteral("--database"), url()});
        QCOMPARE(there.status, 0);
        QCOMPARE(there.json()["fingerprint"], here.json()["fingerprint"]);
    }

    void saysTableByTableThatAllIsThere()
    {
        const CliRun run = m_cli.run({QStringLiteral("move-history"), QStringLiteral("--to"), url()});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("BTC/USD 1m candles: 60000 rows, the same"), run.out.constData());
        QVERIFY2(run.out.contains("everything is there"), run.out.constData());
    }

    void goesOnAfterItWasKilled()
    {
        QProcess process;
        m_cli.start(process, {QStringLiteral("move-history"), QStringLiteral("--to"), url()});
        // The first page is there, and the last is not.
        QTRY_VERIFY_WITH_TIMEOUT(hasPages(), 30'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        process.waitForFinished();
        const CliRun run = move();
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY(run.json()["present"].get<int>() > 0);
        QCOMPARE(run.json()["sent"].get<int>() + run.json()["present"].get<int>(), MINUTES);
        QCOMPARE(run.json()["complete"], true);
    }

    void movingTwiceSendsNothing()
    {
        QCOMPARE(move().status, 0);
        const CliRun again = move();
        QCOMPARE(again.json()["sent"], 0);
        QCOMPARE(again.json()["present"], MINUTES);
    }

    void refusesOtherCandlesUnlessTheyAreMerged()
    {
        QCOMPARE(move().status, 0);
        QVERIFY(m_server->run(QStringLiteral("UPDATE quarterdeck.candles SET high = high + 1 WHERE open_time = 1640995260000000")));
        const CliRun refused = move();
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.oneErrorLine(), refused.err.constData());
        QVERIFY2(refused.err.contains("1m candles at 1 time from 2022-01-01T00:01:00Z"), refused.err.constData());
        const CliRun merged = m_cli.run({QStringLiteral("move-history"), QStringLiteral("--to"), url(), QStringLiteral("--merge"),
                                         QStringLiteral("--json")});
        QVERIFY2(merged.status == 0, merged.err.constData());
        QCOMPARE(merged.json()["sent"], 1);
    }

    void refusesADestinationForWhichBatchesWait()
    {
        spoolThreeCandles();
        const CliRun refused = move();
        QVERIFY(QDir(m_cli.workspace() + QStringLiteral("/spool")).removeRecursively());
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.oneErrorLine(), refused.err.constData());
        QVERIFY2(refused.err.contains("1 batch waits in the spool for"), refused.err.constData());
        QVERIFY(!hasPages());
    }

    void movesWhatWaitsInTheSpoolToo()
    {
        spoolThreeCandles();
        const QString file = QStringLiteral("sqlite://") + m_folder.filePath(QStringLiteral("spooled.sqlite"));
        const CliRun run = m_cli.run({QStringLiteral("move-history"), QStringLiteral("--database"), url(),
                                      QStringLiteral("--to"), file, QStringLiteral("--json")});
        QVERIFY(QDir(m_cli.workspace() + QStringLiteral("/spool")).removeRecursively());
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["sent"], 3);
        QCOMPARE(run.json()["complete"], true);
    }

    void saysInOneLineWhatIsWrong_data()
    {
        QTest::addColumn<QString>("to");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        const QString server = url();
        QTest::newRow("nowhere") << QString() << 2 << QByteArray("--to URL is missing");
        QTest::newRow("no URL") << QStringLiteral("somewhere") << 2 << QByteArray("no database URL");
        QTest::newRow("password") << QStringLiteral("postgresql://anna:swordfish@localhost/m") << 2 << QByteArray(".pgpass");
        QTest::newRow("no database") << QString(server).replace(QStringLiteral("/history"), QStringLiteral("/nowhere")) << 1
                                     << QByteArray("Create the database");
        QTest::newRow("no server") << QStringLiteral("postgresql://anna@127.0.0.1:1/m") << 1 << QByteArray("name and port");
        QTest::newRow("itself") << QStringLiteral("sqlite://") + m_cli.workspace() + QStringLiteral("/history.sqlite") << 1
                                << QByteArray("already");
        QTest::newRow("no folder") << QStringLiteral("sqlite:///nowhere/history.sqlite") << 1 << QByteArray("folder exists");
    }
    void saysInOneLineWhatIsWrong()
    {
        QFETCH(QString, to);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        QStringList words = {QStringLiteral("move-history")};
        if (!to.isEmpty())
            words += {QStringLiteral("--to"), to};
        const CliRun run = m_cli.run(words);
        QCOMPARE(run.status, status);
        QVERIFY2(run.oneErrorLine(), run.err.constData());
        QVERIFY2(run.err.contains(says), run.err.constData());
        QVERIFY(!run.err.contains("swordfish"));
    }

    void saysWhatADatabaseTakes_data()
    {
        QTest::addColumn<QString>("database");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("file") << QStringLiteral("sqlite://") + m_cli.workspace() + QStringLiteral("/history.sqlite")
                              << QByteArray("SQLite 3.");
        QTest::newRow("server") << url() << QByteArray("PostgreSQL 15.");
    }
    void saysWhatADatabaseTakes()
    {
        QFETCH(QString, database);
        QFETCH(QByteArray, name);
        QCOMPARE(move().status, 0);
        const QStringList words = {QStringLiteral("database"), QStringLiteral("--database"), database};
        const CliRun run = m_cli.run(words);
        QCOMPARE(run.status, 0);
        QVERIFY2(run.lines().first().contains(name) && run.lines().first().endsWith("connected, schema 3 of 3, writable"),
                 run.out.constData());
        const auto json = m_cli.run(words + QStringList(QStringLiteral("--json"))).json();
        QCOMPARE(json["tables"][0]["table"], "candles");
        QCOMPARE(json["tables"][0]["rows"], MINUTES);
        QVERIFY(json["tables"][0]["bytes"].get<qint64>() > MINUTES * 20);
        QVERIFY(json["bytes"].get<qint64>() > json["tables"][0]["bytes"].get<qint64>());
    }

    void usesWhatWasChosenForTheWorkspace()
    {
        QCOMPARE(move().status, 0);
        QFile choice(m_cli.workspace() + QStringLiteral("/database.url"));
        QVERIFY(choice.open(QIODevice::WriteOnly));
        choice.write(url().toUtf8());
        choice.close();
        const CliRun run = m_cli.run({QStringLiteral("database")});
        QVERIFY(choice.remove());
        QVERIFY2(run.out.startsWith(url().toUtf8()), run.out.constData());
    }

    void saysThatThereIsNoHistoryYet()
    {
        const CliRun run = m_cli.run({QStringLiteral("database"), QStringLiteral("--database"), url()});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("no history there yet"), run.out.constData());
    }

    void stopsAtCtrlCAndGoesOn()
    {
        QProcess process;
        m_cli.start(process, {QStringLiteral("move-history"), QStringLiteral("--to"), url()});
        QTRY_VERIFY_WITH_TIMEOUT(hasPages(), 30'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const CliRun stopped = CliRunner::finish(process);
        QCOMPARE(stopped.status, 1);
        QVERIFY2(stopped.oneErrorLine(), stopped.err.constData());
        QVERIFY2(stopped.err.contains("go on"), stopped.err.constData());
        QCOMPARE(move().status, 0);
    }

private:
    [[nodiscard]] QString url() const { return QString::fromStdString(m_server->url().text()); }
    [[nodiscard]] bool hasPages() const
    {
        return m_server->run(QStringLiteral("DO $$ BEGIN IF NOT EXISTS (SELECT FROM quarterdeck.series) THEN "
                                            "RAISE EXCEPTION 'not yet'; END IF; END $$"));
    }
    /// As an earlier run left them, for the server.
    void spoolThreeCandles() const
    {
        using namespace core::history;
        auto spool = Spool::open(Spool::folderOf(m_cli.workspace().toStdString(), m_server->url()), m_server->url());
        VERIFY_OK(spool);
        SpoolRecord record{fixture::time("2024-01-01"), fixture::instrument(), {}};
        record.batch.candles = fixture::series(fixture::time("2024-01-01"), core::market::ONE_MINUTE, 3);
        QVERIFY(spool->append(record).ok());
    }
    [[nodiscard]] CliRun move() const
    {
        return m_cli.run({QStringLiteral("move-history"), QStringLiteral("--to"), url(), QStringLiteral("--json")});
    }

    QTemporaryDir m_folder;
    CliRunner m_cli{QString()};
    PostgresServer* m_server = nullptr;
};

QTEST_GUILESS_MAIN(TestCliDatabase)
#include "tst_clidatabase.moc"
