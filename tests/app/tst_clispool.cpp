// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command line with its history on a server that goes away, and killed meanwhile.
#include "clirunner.h"

#include "core/history/spool.h"
#include "core/market/tradecandles.h"
#include "tests/core/history/historyfixture.h"
#include "tests/exchange/krakendouble.h"

#include <QtTest>

#include <csignal>

using namespace core;
using namespace core::market;

class TestCliSpool : public QObject
{
    Q_OBJECT
private:
    PostgresServer* m_server = nullptr;
    QTemporaryDir m_home;
    std::unique_ptr<CliRunner> m_cli;

    [[nodiscard]] static QStringList words(const QString& line) { return line.split(QLatin1Char(' '), Qt::SkipEmptyParts); }
    [[nodiscard]] static QStringList download(const KrakenDouble& exchange, const char* spacing = "0")
    {
        return words(QStringLiteral("download --symbol BTC/USD --from 2024-01-01 --to 2024-01-02 --json --spacing %1 --endpoint %2")
                         .arg(QString::fromLatin1(spacing), exchange.endpoint()));
    }
    /// Many small pages, so that there is time for something to happen.
    [[nodiscard]] static FakeKraken smallPages()
    {
        FakeKraken exchange(8000, std::chrono::seconds(10));
        exchange.setPageSize(200);
        return exchange;
    }
    [[nodiscard]] history::SpoolSize waiting() const
    {
        const std::filesystem::path workspace = m_cli->workspace().toStdString();
        return history::Spool::lookInto(history::Spool::folderOf(workspace, m_server->url()), m_server->url());
    }
    /// Starts a download, takes the server away and lets the download go on until the exchange answers no more.
    void startAndTakeTheServerAway(QProcess& process, KrakenDouble& exchange)
    {
        exchange.setPatience(25);
        m_cli->start(process, download(exchange, "0.05"));
        QTRY_VERIFY_WITH_TIMEOUT(exchange.asked().size() >= 4, 20'000);
        m_server->kill();
        QTRY_VERIFY_WITH_TIMEOUT(exchange.isWaitedFor(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(waiting().batches > 0, 20'000);
    }
    void compareWith(const FakeKraken& exchange)
    {
        auto store = history::openHistory(m_server->url(), true);
        VERIFY_OK(store);
        TradeColumns expected;
        for (const Trade& trade : exchange.trades())
            expected.push(trade);
        QVERIFY(*(*store)->trades(fixture::symbol(), {}) == expected);
        QVERIFY(*(*store)->candles(fixture::symbol(), ONE_MINUTE, {}) == candlesOf(expected, 8));
    }

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::shared(whyNot);
        QVERIFY2(m_server, qPrintable(whyNot));
    }
    void init()
    {
        QVERIFY(m_server->clear());
        m_cli = std::make_unique<CliRunner>(m_home.filePath(QString::fromLatin1(QTest::currentTestFunction())));
        m_cli->setVariable("QUARTERDECK_DATABASE", QString::fromStdString(m_server->url().text()));
    }

    void whatAKilledProgramSpooledIsWrittenByTheNext()
    {
        const FakeKraken exchange = smallPages();
        KrakenDouble server(exchange);
        QProcess process;
        startAndTakeTheServerAway(process, server);
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        process.waitForFinished();
        const history::SpoolSize left = waiting();
        QVERIFY(m_server->restart());
        const CliRun coverage = m_cli->run(words(QStringLiteral("coverage --json")));
        QVERIFY2(coverage.status == 0, coverage.err.constData());
        QVERIFY(left.batches > 0);
        QCOMPARE(coverage.json()["spool"]["batches"].get<int>(), 0);
        QCOMPARE(waiting().batches, 0);
        const auto asked = server.asked().size();
        server.setPatience(1'000'000);
        const CliRun run = m_cli->run(download(server));
        QVERIFY2(run.status == 0, run.err.constData());
        // Of forty pages more than half were stored or in the spool.
        QVERIFY2(server.asked().size() - asked < 22, qPrintable(QString::number(server.asked().size() - asked)));
        compareWith(exchange);
    }

    void aKillInTheMiddleOfEverythingLosesNothing_data()
    {
        QTest::addColumn<int>("requests");
        for (const int requests : {2, 3, 5, 9})
            QTest::addRow("after %d requests", requests) << requests;
    }
    void aKillInTheMiddleOfEverythingLosesNothing()
    {
        QFETCH(int, requests);
        const FakeKraken exchange = smallPages();
        KrakenDouble server(exchange);
        QProcess process;
        m_cli->start(process, download(server));
        QTRY_VERIFY_WITH_TIMEOUT(server.asked().size() >= static_cast<std::size_t>(requests), 20'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        process.waitForFinished();
        const CliRun run = m_cli->run(download(server));
        QVERIFY2(run.status == 0, run.err.constData());
        compareWith(exchange);
    }

    void saysWhatWaitsWhileTheServerIsAway()
    {
        KrakenDouble server(smallPages());
        QProcess process;
        startAndTakeTheServerAway(process, server);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const CliRun run = CliRunner::finish(process);
        const CliRun coverage = m_cli->run({QStringLiteral("coverage")});
        const CliRun import = m_cli->run({QStringLiteral("import"), QStringLiteral("nothing.csv")});
        QVERIFY(m_server->restart());
        QCOMPARE(run.status, 1);
        QVERIFY(run.json()["spool"]["batches"].get<int>() > 0);
        QVERIFY(run.json()["downloads"][0]["trades"]["spooled"].get<int>() > 0);
        QCOMPARE(coverage.status, 1);
        QVERIFY2(coverage.oneErrorLine() && coverage.err.contains("in the spool since"), coverage.err.constData());
        QCOMPARE(import.status, 1);
        QVERIFY2(import.oneErrorLine() && import.err.contains("in the spool since"), import.err.constData());
    }

    void nothingIsChangedBeforeWhatWaitsIsWritten_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("delete") << QStringLiteral("delete --symbol BTC/USD --yes");
        QTest::newRow("import-funding") << QStringLiteral("import-funding --symbol BTC/USD rates.csv");
        QTest::newRow("import") << QStringLiteral("import --symbol BTC/USD candles.csv");
    }
    void nothingIsChangedBeforeWhatWaitsIsWritten()
    {
        QFETCH(QString, command);
        const CandleColumns candles = fixture::series(fixture::time("2024-01-01"), ONE_MINUTE, 3);
        {
            auto store = history::openHistory(m_server->url());
            VERIFY_OK(store);
            VERIFY_OK((*store)->putInstrument(fixture::instrument()));
            VERIFY_OK((*store)->write(fixture::symbol(), ONE_MINUTE, candles));
        }
        const std::filesystem::path workspace = m_cli->workspace().toStdString();
        std::filesystem::create_directories(workspace);
        // Another program has the spool, though the server is there.
        auto spool = history::Spool::open(history::Spool::folderOf(workspace, m_server->url()), m_server->url());
        VERIFY_OK(spool);
        history::SpoolRecord record;
        record.instrument = fixture::instrument();
        record.batch.candles = candles;
        VERIFY_OK(spool->append(record));
        const CliRun run = m_cli->run(words(command));
        QVERIFY(run.status != 0);
        QVERIFY2(run.oneErrorLine() && run.err.contains("in use by another program"), run.err.constData());
        const auto store = history::openHistory(m_server->url(), true);
        VERIFY_OK(store);
        QVERIFY(*(*store)->candles(fixture::symbol(), ONE_MINUTE, {}) == candles);
    }

    void aCleanDownloadLeavesNothing()
    {
        KrakenDouble server(FakeKraken(3000));
        const CliRun run = m_cli->run(download(server));
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["spool"]["batches"].get<int>(), 0);
        QCOMPARE(run.json()["downloads"][0]["trades"]["spooled"].get<int>(), 0);
        QCOMPARE(waiting().bytes, 0);
    }
};

QTEST_GUILESS_MAIN(TestCliSpool)
#include "tst_clispool.moc"
