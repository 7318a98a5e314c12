// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/history/historyfixture.h"
#include "tests/exchange/fakehttp.h"
#include "tests/postgres/serversession.h"

#include "core/history/downloader.h"
#include "core/history/spooledhistory.h"
#include "core/market/tradecandles.h"

#include <QtTest>

#include <map>
#include <random>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;
using namespace std::chrono_literals;

namespace {

using Phase = WriterState::Phase;

const Timestamp DAY = time("2024-01-01");
constexpr Nanoseconds PATIENCE = 60s;

WriterSettings impatient()
{
    WriterSettings settings;
    settings.firstRetry = 1ms;
    settings.longestRetry = 20ms;
    return settings;
}

} // namespace

/// A real server that is stopped, killed and cut off while it is written to. Afterwards everything acknowledged is there
/// once.
class TestServerFaults : public QObject
{
    Q_OBJECT
private:
    PostgresServer* m_server = nullptr;
    QTemporaryDir m_home;
    std::unique_ptr<HistoryWriter> m_writer;
    FakePace m_pace;
    std::atomic<bool> m_cancel = false;
    std::vector<std::string> m_waits;

    void open(WriterSettings settings = impatient())
    {
        const auto folder =
            std::filesystem::path(m_home.path().toStdString()) / QTest::currentTestFunction() / "spool" / "one";
        std::filesystem::create_directories(folder.parent_path());
        auto opened = HistoryWriter::open(m_server->url(), folder, settings);
        if (!opened)
            qFatal("%s", opened.error().message().c_str());
        m_writer = std::move(*opened);
    }
    Result<DownloadReport> download(FakeKraken& exchange, const std::function<void(int)>& afterRequest = {},
                                    const std::function<void()>& whenWaiting = {})
    {
        SpooledHistory store(*m_writer, m_server->url(), m_cancel, [&](const std::optional<Error>& why) {
            m_waits.push_back(why ? why->what : "");
            if (why && whenWaiting)
                whenWaiting();
        });
        FakeHttp http(exchange);
        int requests = 0;
        http.afterEach = [&] {
            ++requests;
            if (afterRequest)
                afterRequest(requests);
        };
        KrakenRest kraken(http, m_pace, {});
        return downloadTrades(store, kraken, symbol(), {DAY, DAY + std::chrono::hours(24)}, {}, m_cancel);
    }
    [[nodiscard]] bool drained() const
    {
        return m_writer->waitUntil([](const WriterState& state) { return state.spool.batches == 0; }, PATIENCE);
    }
    /// Every trade of the double once, and the candles that they make.
    void compareWith(const FakeKraken& exchange)
    {
        QVERIFY(drained());
        auto store = openHistory(m_server->url(), true);
        VERIFY_OK(store);
        TradeColumns expected;
        for (const Trade& trade : exchange.trades())
            expected.push(trade);
        const auto stored = (*store)->trades(symbol(), {});
        VERIFY_OK(stored);
        QCOMPARE(stored->count(), expected.count());
        QVERIFY(*stored == expected);
        QVERIFY(*(*store)->candles(symbol(), ONE_MINUTE, {}) == candlesOf(expected, 8));
        const auto verified = (*store)->verified(symbol(), std::nullopt);
        VERIFY_OK(verified);
        QCOMPARE(verified->size(), 1U);
        QVERIFY(verified->front().from == DAY && verified->front().to == DAY + std::chrono::hours(24));
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
        m_pace = FakePace();
        m_waits.clear();
        m_cancel = false;
    }
    void cleanup() { m_writer.reset(); }

    void aDownloadGoesOnOverAServerThatIsAway_data()
    {
        QTest::addColumn<bool>("killed");
        QTest::newRow("stopped in order") << false;
        QTest::newRow("killed") << true;
    }
    void aDownloadGoesOnOverAServerThatIsAway()
    {
        QFETCH(bool, killed);
        FakeKraken exchange(5000);
        open();
        bool wentToTheSpool = false;
        const auto report = download(exchange, [&](int request) {
            if (request == 3)
                killed ? m_server->kill() : m_server->stop();
            if (request == 5) {
                wentToTheSpool = m_writer->state().spool.batches > 0;
                QVERIFY(m_server->restart());
            }
        });
        VERIFY_OK(report);
        QVERIFY(wentToTheSpool);
        QVERIFY(report->trades.spooled > 0);
        QCOMPARE(report->trades.spooled + report->trades.inserted, 5000);
        QVERIFY(m_waits.empty());
        compareWith(exchange);
    }

    void aDownloadEndsInTheSpoolAndTheNextAsksForNothingAgain()
    {
        FakeKraken exchange(5000);
        open();
        const auto report = download(exchange, [&](int request) {
            if (request == 3)
                m_server->kill();
        });
        const WriterState left = m_writer->state();
        // The program ends, and starts again once the server is back.
        m_writer.reset();
        QVERIFY(m_server->restart());
        VERIFY_OK(report);
        QCOMPARE(left.phase, Phase::Spooling);
        QVERIFY(left.spool.batches > 0);
        QVERIFY2(left.reason.what.find("server") != std::string::npos || left.reason.what.find("opened") != std::string::npos,
                 left.reason.what.c_str());
        open();
        const auto asked = exchange.asked().size();
        const auto again = download(exchange);
        VERIFY_OK(again);
        QCOMPARE(again->requests, 0);
        QCOMPARE(exchange.asked().size(), asked);
        compareWith(exchange);
    }

    void aStoppedDownloadGoesOnAtTheCursorInTheSpool()
    {
        FakeKraken exchange(5000);
        open();
        const auto report = download(exchange, [&](int request) {
            if (request == 3)
                m_server->kill();
            m_cancel = request == 5;
        });
        const auto reached = report ? report->reached : Timestamp();
        m_writer.reset();
        QVERIFY(m_server->restart());
        VERIFY_OK(report);
        QVERIFY(report->cancelled);
        m_cancel = false;
        open();
        const auto asked = exchange.asked().size();
        QVERIFY(download(exchange).ok());
        const std::string cursor = "since=" + std::to_string(reached.time_since_epoch().count() - 1);
        QVERIFY2(exchange.asked()[asked + 1].find(cursor) != std::string::npos, exchange.asked()[asked + 1].c_str());
        compareWith(exchange);
    }

    void withoutItsServerADownloadThatHasASpoolDoesNotBegin()
    {
        FakeKraken exchange(5000);
        open();
        const auto first = download(exchange, [&](int request) {
            if (request == 3)
                m_server->kill();
        });
        const auto refused = download(exchange);
        QVERIFY(m_server->restart());
        VERIFY_OK(first);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Io);
        QVERIFY2(refused.error().what.find("wait in the spool") != std::string::npos, refused.error().what.c_str());
        compareWith(exchange);
    }

    void aFullSpoolHoldsTheDownloadUpUntilTheServerIsBack()
    {
        FakeKraken exchange(5000);
        WriterSettings settings = impatient();
        settings.spool.bytes = 60'000;
        open(settings);
        const auto report = download(
            exchange, [&](int request) { request == 2 ? m_server->kill() : void(); },
            [&] { QVERIFY(m_server->restart()); });
        VERIFY_OK(report);
        QCOMPARE(m_waits.size(), 2U);
        QVERIFY2(m_waits[0].find("The spool is full") != std::string::npos, m_waits[0].c_str());
        QVERIFY(m_waits[1].empty());
        compareWith(exchange);
    }

    void aWaitingDownloadCanBeStopped()
    {
        FakeKraken exchange(5000);
        WriterSettings settings = impatient();
        settings.spool.bytes = 60'000;
        open(settings);
        const auto report = download(
            exchange, [&](int request) { request == 2 ? m_server->kill() : void(); }, [&] { m_cancel = true; });
        QVERIFY(m_server->restart());
        VERIFY_OK(report);
        QVERIFY(report->cancelled);
        m_cancel = false;
        QVERIFY(download(exchange).ok());
        compareWith(exchange);
    }

    void anInstrumentThatNeedsNothingNewIsKnownWithoutTheServer()
    {
        open();
        SpooledHistory store(*m_writer, m_server->url(), m_cancel);
        const auto first = store.putInstrument(instrument(3));
        m_server->kill();
        const auto again = store.putInstrument(instrument(2));
        QVERIFY(m_server->restart());
        VERIFY_OK(first);
        VERIFY_OK(again);
        QCOMPARE(again->priceDecimals, 3);
    }

    void moreDecimalsWaitForTheServer()
    {
        open();
        SpooledHistory store(*m_writer, m_server->url(), m_cancel, [&](const std::optional<Error>& why) {
            if (why && m_waits.empty())
                QVERIFY(m_server->restart());
            m_waits.push_back(why ? why->what : "");
        });
        QVERIFY(store.putInstrument(instrument(2)).ok());
        m_server->kill();
        const bool kept = store.write(symbol(), ONE_MINUTE, series(DAY, ONE_MINUTE, 3)).ok();
        const auto finer = store.putInstrument(instrument(4));
        VERIFY_OK(finer);
        QVERIFY(kept);
        QVERIFY(!m_waits.empty());
        QVERIFY(store.write(symbol(), ONE_MINUTE, series(DAY + std::chrono::hours(1), ONE_MINUTE, 3)).ok());
        QVERIFY(drained());
        const auto stored = store.candles(symbol(), ONE_MINUTE, {}, {});
        VERIFY_OK(stored);
        const CandleColumns told = series(DAY, ONE_MINUTE, 3);
        QCOMPARE(stored->open[0].ticks(), told.open[0].ticks() * 100);
        QCOMPARE(stored->open[3].ticks(), told.open[0].ticks());
    }

    void cutConnectionsLoseNothing()
    {
        FakeKraken exchange(5000);
        open();
        qint64 cut = 0;
        {
            ServerSession session(*m_server);
            const auto report = download(exchange, [&](int request) { cut += request > 1 ? session.cut() : 0; });
            VERIFY_OK(report);
        }
        QVERIFY2(cut > 3, qPrintable(QString::number(cut)));
        compareWith(exchange);
    }

    void aTransactionThatIsCutIsWrittenAgain_data()
    {
        QTest::addColumn<QString>("table");
        QTest::newRow("while rows are copied") << QStringLiteral("candles");
        QTest::newRow("before the last rollup") << QStringLiteral("candles_1w");
    }
    void aTransactionThatIsCutIsWrittenAgain()
    {
        QFETCH(QString, table);
        open();
        WriteJob job{instrument(), {}};
        job.batch.candles = series(DAY, ONE_MINUTE, 500);
        QVERIFY(m_writer->submit({instrument(), {}}).get().ok());
        ServerSession session(*m_server);
        // The writer stands before that table.
        QVERIFY(session.run(QStringLiteral("BEGIN")));
        QVERIFY(session.run(QStringLiteral("LOCK TABLE quarterdeck.%1 IN EXCLUSIVE MODE").arg(table)));
        auto answer = m_writer->submit(job);
        const QString waiting = QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                                               "'quarterdeck' AND wait_event_type = 'Lock'");
        QTRY_COMPARE_WITH_TIMEOUT(session.number(waiting), 1, 8'000);
        QCOMPARE(session.cut(), 1);
        QVERIFY(session.run(QStringLiteral("COMMIT")));
        const auto kept = answer.get();
        VERIFY_OK(kept);
        QVERIFY(drained());
        const auto store = openHistory(m_server->url(), true);
        VERIFY_OK(store);
        QVERIFY(*(*store)->candles(symbol(), ONE_MINUTE, {}) == job.batch.candles);
        QCOMPARE((*store)->candles(symbol(), timeframe("1w"), {})->size(), 1U);
    }

    void aServerThatWasRestartedMeanwhileIsThere()
    {
        open();
        SpooledHistory store(*m_writer, m_server->url(), m_cancel);
        QVERIFY(store.putInstrument(instrument()).ok());
        QVERIFY(store.write(symbol(), ONE_MINUTE, series(DAY, ONE_MINUTE, 3)).ok());
        m_server->stop();
        QVERIFY(m_server->restart());
        const auto coverage = store.coverage(symbol());
        VERIFY_OK(coverage);
        QCOMPARE(coverage->candles, 3);
        const auto written = store.write(symbol(), ONE_MINUTE, series(DAY + std::chrono::hours(1), ONE_MINUTE, 3));
        VERIFY_OK(written);
        QCOMPARE(written->spooled, 0);
    }

    void anEndDoesNotWaitForAServerThatDoesNotAnswer()
    {
        WriterSettings settings = impatient();
        settings.lastWait = 10ms;
        open(settings);
        QVERIFY(m_writer->submit({instrument(), {}}).get().ok());
        ServerSession session(*m_server);
        QVERIFY(session.run(QStringLiteral("CREATE FUNCTION quarterdeck.halt() RETURNS trigger LANGUAGE plpgsql AS "
                                           "$$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$")));
        QVERIFY(session.run(QStringLiteral("CREATE TRIGGER halt BEFORE INSERT ON quarterdeck.candles "
                                           "FOR EACH ROW EXECUTE FUNCTION quarterdeck.halt()")));
        WriteJob job{instrument(), {}};
        job.batch.candles = series(DAY, ONE_MINUTE, 3);
        auto answer = m_writer->submit(job);
        const QString halted = QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                                              "'quarterdeck' AND wait_event = 'PgSleep'");
        QTRY_COMPARE_WITH_TIMEOUT(session.number(halted), 1, 20'000);
        m_writer.reset();
        const auto kept = answer.get();
        VERIFY_OK(kept);
        QVERIFY(!kept->count);
        session.cut();
        QVERIFY(session.run(QStringLiteral("DROP TRIGGER halt ON quarterdeck.candles")));
        open();
        QVERIFY(drained());
        const auto store = openHistory(m_server->url(), true);
        VERIFY_OK(store);
        QVERIFY(*(*store)->candles(symbol(), ONE_MINUTE, {}) == job.batch.candles);
    }

    void whatThePermissionsRefuseWaitsForThem()
    {
        open();
        QVERIFY(m_writer->submit({instrument(), {}}).get().ok());
        const QString role = QString::fromStdString(m_server->url().user());
        QVERIFY(m_server->run(QStringLiteral("ALTER ROLE %1 SET default_transaction_read_only TO on").arg(role)));
        ServerSession session(*m_server);
        session.cut();
        WriteJob job{instrument(), {}};
        job.batch.candles = series(DAY, ONE_MINUTE, 10);
        // What is lost with the connection and what is refused on the next both go to the spool.
        const bool kept = m_writer->submit(job).get().ok() && m_writer->submit(job).get().ok();
        const bool refused = m_writer->waitUntil(
            [](const WriterState& state) { return state.reason.code == ErrorCode::Refused; }, PATIENCE);
        QVERIFY(session.run(QStringLiteral("SET default_transaction_read_only TO off")));
        QVERIFY(session.run(QStringLiteral("ALTER ROLE %1 RESET default_transaction_read_only").arg(role)));
        session.cut();
        QVERIFY(kept);
        QVERIFY(refused);
        QVERIFY(drained());
        QVERIFY(m_writer->state().findings.empty());
    }

    void aServerThatFailsAtRandomKeepsWhatWasAcknowledged_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (const unsigned seed : {1U, 2U})
            QTest::addRow("seed %u", seed) << seed;
    }
    void aServerThatFailsAtRandomKeepsWhatWasAcknowledged()
    {
        QFETCH(unsigned, seed);
        std::mt19937 dice(seed);
        const auto roll = [&](unsigned sides) { return static_cast<int>(dice() % sides); };
        open();
        std::map<Timestamp, Candle> model;
        bool up = true;
        for (int step = 0; step < 60; ++step) {
            switch (roll(12)) {
            case 0:
                if (up)
                    m_server->kill();
                up = false;
                break;
            case 1:
            case 2:
                if (!up)
                    QVERIFY(m_server->restart());
                up = true;
                break;
            case 3:
                if (up)
                    ServerSession(*m_server).cut();
                break;
            default: break;
            }
            WriteJob job{instrument(), {}};
            job.batch.candles = series(DAY + std::chrono::minutes(roll(400)), ONE_MINUTE, 1 + roll(120), step);
            const auto kept = m_writer->submit(job).get();
            VERIFY_OK(kept);
            for (std::size_t i = 0; i < job.batch.candles.size(); ++i)
                model[job.batch.candles.openTime[i]] = job.batch.candles.at(i);
        }
        if (!up)
            QVERIFY(m_server->restart());
        QVERIFY(drained());
        CandleColumns expected;
        for (const auto& [at, candle] : model)
            expected.push(candle);
        const auto store = openHistory(m_server->url(), true);
        VERIFY_OK(store);
        QVERIFY(*(*store)->candles(symbol(), ONE_MINUTE, {}) == expected);
    }
};

QTEST_GUILESS_MAIN(TestServerFaults)
#include "tst_serverfaults.moc"
