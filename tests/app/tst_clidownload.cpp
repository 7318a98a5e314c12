// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "clirunner.h"

#include "core/history/historystore.h"
#include "core/market/tradecandles.h"
#include "tests/core/history/historyfixture.h"
#include "tests/core/history/packedfiles.h"
#include "tests/exchange/krakendouble.h"

#include <QtTest>

#include <csignal>

using namespace core;
using namespace core::market;

/// The real program against a double of Kraken on this machine.
class TestCliDownload : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_home;
    std::unique_ptr<CliRunner> m_cli;

    [[nodiscard]] static QStringList words(const QString& line) { return line.split(QLatin1Char(' '), Qt::SkipEmptyParts); }
    [[nodiscard]] static QStringList download(const KrakenDouble& exchange, const char* spacing = "0")
    {
        return words(QStringLiteral("download --symbol BTC/USD --from 2024-01-01 --to 2024-01-02 --json --spacing %1 --endpoint %2")
                         .arg(QString::fromLatin1(spacing), exchange.endpoint()));
    }
    /// Every trade of the exchange once, and their candles.
    void compareWith(const FakeKraken& exchange)
    {
        auto store = history::openHistory(
            std::filesystem::path(m_cli->workspace().toStdString()) / "history.sqlite", true);
        VERIFY_OK(store);
        TradeColumns expected;
        for (const Trade& trade : exchange.trades())
            expected.push(trade);
        QVERIFY(*(*store)->trades(fixture::symbol(), {}) == expected);
        QVERIFY(*(*store)->candles(fixture::symbol(), ONE_MINUTE, {}) == candlesOf(expected, 8));
    }

private slots:
    void init() { m_cli = std::make_unique<CliRunner>(m_home.filePath(QString::fromLatin1(QTest::currentTestFunction()))); }

    void downloadsTrades()
    {
        const FakeKraken exchange(3000);
        KrakenDouble server(exchange);
        const CliRun run = m_cli->run(download(server));
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["downloads"][0]["trades"]["inserted"].get<int>(), 3000);
        compareWith(exchange);
    }

    void saysWhatItDid()
    {
        KrakenDouble server(FakeKraken(100));
        const CliRun run = m_cli->run(words(QStringLiteral("download --symbol BTC/USD --from 2024-01-01 --to 2024-01-02 --spacing 0 --endpoint %1")
                                                .arg(server.endpoint())));
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY2(run.out.contains("100 new trades") && run.out.contains("12 candles new"), run.out.constData());
        QVERIFY(run.err.isEmpty());
    }

    void deletesARangeAndFetchesItAgain()
    {
        const FakeKraken exchange(3000);
        KrakenDouble server(exchange);
        QCOMPARE(m_cli->run(download(server)).status, 0);
        const QString command = QStringLiteral("delete --symbol BTC/USD --from 2024-01-01T01:00:00Z --to 2024-01-01T02:00:00Z");
        const CliRun asked = m_cli->run(words(command));
        QCOMPARE(asked.status, 2);
        QVERIFY2(asked.err.contains("--yes") && asked.err.contains("BTC/USD"), asked.err.constData());
        compareWith(exchange);
        const CliRun run = m_cli->run(words(command + QStringLiteral(" --yes --json")));
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["candles"].get<int>(), 60);
        QCOMPARE(m_cli->run(download(server)).status, 0);
        compareWith(exchange);
    }

    void deletesAllOfAnInstrument()
    {
        KrakenDouble server(FakeKraken(300));
        QCOMPARE(m_cli->run(download(server)).status, 0);
        const CliRun run = m_cli->run(words(QStringLiteral("delete --symbol BTC/USD --yes")));
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY2(run.out.contains("300 trades"), run.out.constData());
        const CliRun again = m_cli->run(words(QStringLiteral("delete --symbol BTC/USD --yes")));
        QCOMPARE(again.status, 1);
        QVERIFY2(again.err.contains("There is no history of BTC/USD"), again.err.constData());
    }

    void asksTheEndpointOfTheWorkspace()
    {
        KrakenDouble server(FakeKraken(300));
        QDir().mkpath(m_cli->workspace());
        QFile settings(m_cli->workspace() + QStringLiteral("/venues.ini"));
        QVERIFY(settings.open(QIODevice::WriteOnly));
        settings.write("[kraken]\nspacing=0\nendpoint=" + server.endpoint().toUtf8() + "\n");
        settings.close();
        const CliRun run = m_cli->run(words(QStringLiteral("download --symbol BTC/USD --from 2024-01-01 --to 2024-01-02")));
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY(!server.asked().empty());
    }

    void downloadsTheLastCandles()
    {
        KrakenDouble server(FakeKraken(8000, std::chrono::seconds(10)));
        const CliRun run = m_cli->run(
            words(QStringLiteral("download --symbol BTC/USD --json --spacing 0 --endpoint %1").arg(server.endpoint())));
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["downloads"][0]["candles"]["inserted"].get<int>(), 720);
    }

    void getsOverLostConnections()
    {
        FakeKraken exchange(1500);
        exchange.misbehave({Trick::NoAnswer, Trick::Cut});
        KrakenDouble server(exchange);
        const CliRun run = m_cli->run(download(server));
        QVERIFY2(run.status == 0, run.err.constData());
        // Qt asks once more by itself where a connection is closed at once.
        QVERIFY(run.json()["downloads"][0]["repeated_requests"].get<int>() >= 1);
        compareWith(exchange);
    }

    void goesOnAfterBeingKilled_data()
    {
        QTest::addColumn<int>("requests");
        for (const int requests : {0, 1, 2, 4, 7})
            QTest::newRow(qPrintable(QStringLiteral("after %1 requests").arg(requests))) << requests;
    }
    void goesOnAfterBeingKilled()
    {
        QFETCH(int, requests);
        m_cli = std::make_unique<CliRunner>(m_home.filePath(QStringLiteral("killed%1").arg(requests)));
        FakeKraken exchange(8000, std::chrono::seconds(10));
        KrakenDouble server(exchange);
        server.setPatience(requests);
        QProcess process;
        m_cli->start(process, download(server));
        QTRY_VERIFY_WITH_TIMEOUT(server.isWaitedFor(), 20'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        process.waitForFinished();
        server.setPatience(1'000'000);
        const CliRun run = m_cli->run(download(server));
        QVERIFY2(run.status == 0, run.err.constData());
        compareWith(exchange);
    }

    void ctrlCKeepsWhatIsCommitted()
    {
        FakeKraken exchange(8000, std::chrono::seconds(10));
        KrakenDouble server(exchange);
        server.setPatience(4);
        QProcess process;
        m_cli->start(process, download(server));
        QTRY_VERIFY_WITH_TIMEOUT(server.isWaitedFor(), 20'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const CliRun run = CliRunner::finish(process);
        QCOMPARE(run.status, 1);
        QVERIFY2(run.oneErrorLine() && run.err.contains("what was committed is kept"), run.err.constData());
        QVERIFY(run.json()["downloads"][0]["trades"]["inserted"].get<int>() >= 2000);
        server.setPatience(1'000'000);
        QCOMPARE(m_cli->run(download(server)).status, 0);
        compareWith(exchange);
    }

    void fillsGapsAndShowsWhatIsLeft()
    {
        FakeKraken exchange(200, std::chrono::minutes(3));
        KrakenDouble server(exchange);
        QDir().mkpath(m_home.path());
        const QString file = m_home.filePath(QStringLiteral("XBTUSD_1.csv"));
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write("1704067200,42000.0,42000.0,42000.0,42000.0,1,1\n1704072600,42000.0,42000.0,42000.0,42000.0,1,1\n");
        out.close();
        QCOMPARE(m_cli->run({QStringLiteral("import"), file}).status, 0);
        const auto missing = [&] { return m_cli->run(words(QStringLiteral("coverage --json"))).json()["instruments"][0]; };
        QCOMPARE(missing()["missing"].get<int>(), 89);
        const CliRun run = m_cli->run(
            words(QStringLiteral("fill-gaps --json --spacing 0 --endpoint %1").arg(server.endpoint())));
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(missing()["missing"].get<int>(), 0);
        QVERIFY(missing()["verified_empty"].get<int>() > 0);
    }

    void goesOnToTheOtherSymbolsWhereOneIsUnknown()
    {
        KrakenDouble server(FakeKraken(200, std::chrono::minutes(3)));
        QDir().mkpath(m_home.path());
        // In the order of their names the unknown one comes first.
        for (const char* name : {"AAAUSD_1.csv", "XBTUSD_1.csv"}) {
            const QString file = m_home.filePath(QString::fromLatin1(name));
            QFile out(file);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write("1704067200,42000.0,42000.0,42000.0,42000.0,1,1\n1704072600,42000.0,42000.0,42000.0,42000.0,1,1\n");
            out.close();
            QCOMPARE(m_cli->run({QStringLiteral("import"), file}).status, 0);
        }
        const CliRun run = m_cli->run(
            words(QStringLiteral("fill-gaps --json --spacing 0 --endpoint %1").arg(server.endpoint())));
        QCOMPARE(run.status, 1);
        QCOMPARE(run.json()["failures"].size(), 1U);
        QCOMPARE(run.json()["failures"][0]["symbol"].get<std::string>(), std::string("AAA/USD"));
        QCOMPARE(run.json()["downloads"].size(), 1U);
        QCOMPARE(run.json()["downloads"][0]["symbol"].get<std::string>(), std::string("BTC/USD"));
        QVERIFY2(run.err.contains("1 of 2 symbols"), run.err.constData());
    }

    void importsAMemberOfAnArchiveByItsName()
    {
        const QString file = m_home.filePath(QStringLiteral("Kraken.zip"));
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(fixture::zipped({{"ETHUSD_1.csv", "1704067200,1,1,1,1,1,1\n1704067260,1,1,1,1,1,1\n"},
                                   {"XBTUSD_1.csv", "1704067200,2,2,2,2,2,2\n"}}));
        out.close();
        const CliRun asked = m_cli->run({QStringLiteral("import"), file});
        QCOMPARE(asked.status, 1);
        QVERIFY2(asked.oneErrorLine() && asked.err.contains("ETHUSD_1.csv, XBTUSD_1.csv"), asked.err.constData());
        const CliRun run = m_cli->run({QStringLiteral("import"), file, QStringLiteral("--member"),
                                       QStringLiteral("ETHUSD_1.csv"), QStringLiteral("--json")});
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.json()["files"][0]["symbol"].get<std::string>(), std::string("ETH/USD"));
    }

    void refusesBadUsage_data()
    {
        QTest::addColumn<QString>("line");
        for (const char* line : {"download", "download --symbol BTCUSD", "download --symbol BTC/USD --to 2024-01-01",
                                 "download --symbol BTC/USD --from tomorrow",
                                 "download --symbol BTC/USD --from 2024-01-01 --timeframe 1h",
                                 "download --symbol BTC/USD --endpoint http://example.com",
                                 "download --symbol BTC/USD --endpoint ftp://localhost",
                                 "download --symbol BTC/USD --endpoint https://me:secret@example.com",
                                 "download --symbol BTC/USD --spacing -1", "fill-gaps --endpoint nowhere"})
            QTest::newRow(line) << QString::fromUtf8(line);
    }
    void refusesBadUsage()
    {
        QFETCH(QString, line);
        const CliRun run = m_cli->run(words(line));
        QCOMPARE(run.status, 2);
        QVERIFY(!run.err.contains("secret"));
    }
};

QTEST_GUILESS_MAIN(TestCliDownload)
#include "tst_clidownload.moc"
