// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What only a server can do to a history: refuse, be away, be shared, hold other tables.
#include "tests/core/history/historyfixture.h"
#include "core/history/openhistory.h"
#include "core/history/postgresconnection.h"
#include "tests/postgres/postgresserver.h"
#include "tests/postgres/variable.h"

#include <QtTest>

#include <future>

using namespace core;
using namespace core::history;
using namespace fixture;

namespace {

const Timestamp MONDAY = fixture::time("2022-01-03 00:00");

Result<std::unique_ptr<HistoryDatabase>> openWritten(const DatabaseUrl& url, int candles)
{
    auto store = openHistory(url);
    if (!store)
        return store;
    if (auto put = (*store)->putInstrument(instrument()); !put)
        return put.error();
    if (auto written = (*store)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, candles));
        !written)
        return written.error();
    return store;
}

} // namespace

class TestPostgres : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::shared(whyNot);
        QVERIFY2(m_server, qPrintable(whyNot));
    }
    void init() { QVERIFY(m_server->clear()); }

    void readsWhatAnotherConnectionWrote()
    {
        const auto writer = openWritten(m_server->url(), 100);
        VERIFY_OK(writer);
        const auto reader = openHistory(m_server->url(), true);
        VERIFY_OK(reader);
        const auto read = (*reader)->candles(symbol(), market::ONE_MINUTE, {});
        VERIFY_OK(read);
        QVERIFY(*read == series(MONDAY, market::ONE_MINUTE, 100));
    }

    void readsMorePagesThanOne()
    {
        constexpr int MANY = 70'000;
        const auto writer = openWritten(m_server->url(), MANY);
        VERIFY_OK(writer);
        const auto read = (*writer)->candles(symbol(), market::ONE_MINUTE, {});
        VERIFY_OK(read);
        QVERIFY(*read == series(MONDAY, market::ONE_MINUTE, MANY));
    }

    void showsPeopleExactPrices()
    {
        const auto writer = openWritten(m_server->url(), 3);
        VERIFY_OK(writer);
        QVERIFY(m_server->run(QStringLiteral(
            "DO $$ BEGIN IF (SELECT count(*) FROM quarterdeck.candle_prices p JOIN quarterdeck.candles c "
            "ON to_timestamp(c.open_time / 1000000) = p.open_time WHERE p.close * 100 = c.close) <> 3 THEN "
            "RAISE EXCEPTION 'prices differ'; END IF; END $$")));
    }

    void aReaderFindsNothingYetAndMakesNothing()
    {
        const auto reader = openHistory(m_server->url(), true);
        QVERIFY(!reader.ok());
        QCOMPARE(reader.error().code, ErrorCode::NotFound);
        QVERIFY(m_server->run(QStringLiteral("CREATE SCHEMA quarterdeck")));
    }

    void aReaderCannotWrite()
    {
        const auto writer = openWritten(m_server->url(), 3);
        VERIFY_OK(writer);
        const auto reader = openHistory(m_server->url(), true);
        VERIFY_OK(reader);
        const auto refused = (*reader)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 9));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
    }

    void saysThatThePasswordIsWrong()
    {
        const Variable wrong("PGPASSWORD", "guessed");
        const auto refused = openHistory(m_server->url());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QVERIFY(refused.error().remedy.find(".pgpass") != std::string::npos);
        QVERIFY(refused.error().message().find("guessed") == std::string::npos);
    }

    void saysThatThereIsNoSuchDatabase()
    {
        const auto refused = openHistory(m_server->url(m_server->url().user(), "nowhere"));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::NotFound);
    }

    void saysThatNobodyListens()
    {
        const auto refused = openHistory(*DatabaseUrl::parse("postgresql://anna@127.0.0.1:1/markets"));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Io);
    }

    void saysThatTablesMayNotBeMade()
    {
        QVERIFY(m_server->run(QStringLiteral("DROP ROLE IF EXISTS guest")));
        QVERIFY(m_server->run(QStringLiteral("CREATE ROLE guest LOGIN PASSWORD 'of the tests'")));
        const auto refused = openHistory(m_server->url("guest", "history"));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QVERIFY(refused.error().what.find("permission denied") != std::string::npos);
    }

    void leavesANewerSchemaUntouched()
    {
        const auto writer = openWritten(m_server->url(), 3);
        VERIFY_OK(writer);
        QVERIFY(m_server->run(QStringLiteral("INSERT INTO quarterdeck.schema_version VALUES (999, 'later', 'then')")));
        const auto refused = openHistory(m_server->url());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().what.find("newer") != std::string::npos);
    }

    void leavesTablesAloneThatAreNotOurs()
    {
        QVERIFY(m_server->run(QStringLiteral("CREATE SCHEMA quarterdeck; CREATE TABLE quarterdeck.candles (wax text)")));
        const auto refused = openHistory(m_server->url());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(m_server->run(QStringLiteral("SELECT wax FROM quarterdeck.candles")));
    }

    void sharesADatabaseWithTablesOfOthers()
    {
        QVERIFY(m_server->run(QStringLiteral("DROP TABLE IF EXISTS public.candles; CREATE TABLE public.candles (wax text)")));
        VERIFY_OK(openWritten(m_server->url(), 3));
        QVERIFY(m_server->run(QStringLiteral("SELECT wax FROM public.candles")));
    }

    void twoProgramsMakeTheSchemaOnce()
    {
        const auto open = [url = m_server->url()] { return openHistory(url).ok(); };
        auto first = std::async(std::launch::async, open);
        auto second = std::async(std::launch::async, open);
        QVERIFY(first.get());
        QVERIFY(second.get());
    }

    void writersTakeTurns()
    {
        VERIFY_OK(openWritten(m_server->url(), 1));
        const auto write = [url = m_server->url()](int from) {
            auto store = openHistory(url);
            for (int i = 0; store && i < 10; ++i) {
                const auto piece = series(MONDAY + (from + 50 * i) * market::ONE_MINUTE.length(), market::ONE_MINUTE, 50);
                if (!(*store)->write(symbol(), market::ONE_MINUTE, piece))
                    return false;
            }
            return store.ok();
        };
        auto first = std::async(std::launch::async, write, 0);
        auto second = std::async(std::launch::async, write, 250);
        QVERIFY(first.get());
        QVERIFY(second.get());
        const auto reader = openHistory(m_server->url(), true);
        VERIFY_OK(reader);
        const auto coverage = (*reader)->coverage(symbol());
        VERIFY_OK(coverage);
        QCOMPARE(coverage->candles, std::int64_t(750));
        const auto hours = (*reader)->candles(symbol(), timeframe("1h"), {});
        VERIFY_OK(hours);
        QCOMPARE(hours->size(), std::size_t(13));
    }

    void saysThatTheServerWentAwayAndOpensAnew()
    {
        OpenHistory history(m_server->url(), false);
        auto store = history.store();
        VERIFY_OK(store);
        VERIFY_OK((*store)->putInstrument(instrument()));
        VERIFY_OK((*store)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 10)));
        m_server->kill();
        const auto lost = (*store)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 20));
        const bool opens = history.store().ok();
        QVERIFY(m_server->restart());
        QVERIFY(!opens);
        QVERIFY(!lost.ok());
        QCOMPARE(lost.error().code, ErrorCode::Io);
        auto again = history.store();
        VERIFY_OK(again);
        const auto kept = (*again)->coverage(symbol());
        VERIFY_OK(kept);
        QCOMPARE(kept->candles, std::int64_t(10));
        VERIFY_OK((*again)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 20)));
    }

    void noticesARestartBeforeItIsAsked_data()
    {
        QTest::addColumn<bool>("killed");
        QTest::newRow("stopped in order") << false;
        QTest::newRow("killed") << true;
    }
    void noticesARestartBeforeItIsAsked()
    {
        QFETCH(bool, killed);
        OpenHistory history(m_server->url(), false);
        auto store = history.store();
        VERIFY_OK(store);
        VERIFY_OK((*store)->putInstrument(instrument()));
        killed ? m_server->kill() : m_server->stop();
        QVERIFY(m_server->restart());
        auto again = history.store();
        VERIFY_OK(again);
        VERIFY_OK((*again)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 10)));
    }

    void tellsWhatItsStatesMean_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* state, ErrorCode code, const char* words) {
            QTest::newRow(state) << QString::fromLatin1(state) << static_cast<int>(code) << QString::fromLatin1(words);
        };
        row("58030", ErrorCode::Io, "cannot use its disk");
        row("58P01", ErrorCode::Io, "cannot use its disk");
        row("0A000", ErrorCode::Busy, "new connection");
        row("26000", ErrorCode::Busy, "new connection");
        row("XX000", ErrorCode::Io, "server's log");
        row("XX001", ErrorCode::Corrupt, "last backup");
        row("XX002", ErrorCode::Corrupt, "last backup");
    }
    void tellsWhatItsStatesMean()
    {
        QFETCH(QString, state);
        QFETCH(int, code);
        QFETCH(QString, words);
        auto connection = PostgresConnection::connect(m_server->url(), serverContents());
        VERIFY_OK(connection);
        const QString sql = QStringLiteral("DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '%1'; END $$").arg(state);
        const auto refused = (*connection)->runScript(sql.toUtf8().constData(), "reading");
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, static_cast<ErrorCode>(code));
        QVERIFY2(refused.error().message().find(words.toStdString()) != std::string::npos, refused.error().message().c_str());
        QCOMPARE((*connection)->isAlive(), refused.error().code != ErrorCode::Busy);
    }

    void endsAStatementThatTakesTooLong()
    {
        auto connection = PostgresConnection::connect(m_server->url(), serverContents());
        VERIFY_OK(connection);
        VERIFY_OK((*connection)->limitStatements(std::chrono::seconds(1)));
        const auto ended = (*connection)->runScript("SELECT pg_sleep(600)", "reading");
        QVERIFY(!ended.ok());
        QCOMPARE(ended.error().code, ErrorCode::Busy);
        QVERIFY((*connection)->isAlive());
    }

    void limitsEveryStatementButThoseThatRescale()
    {
        auto store = openWritten(m_server->url(), 3);
        VERIFY_OK(store);
        QVERIFY(m_server->run(QStringLiteral(
            "CREATE FUNCTION quarterdeck.tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'limit %', current_setting('statement_timeout') USING ERRCODE = '58030'; END $$")));
        QVERIFY(m_server->run(QStringLiteral("CREATE TRIGGER tell BEFORE INSERT OR UPDATE ON quarterdeck.candles "
                                             "FOR EACH ROW EXECUTE FUNCTION quarterdeck.tell()")));
        const auto written = (*store)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 9));
        QVERIFY(!written.ok());
        QVERIFY2(written.error().what.find("limit 2min") != std::string::npos, written.error().what.c_str());
        const auto rescaled = (*store)->putInstrument(instrument(4));
        QVERIFY(!rescaled.ok());
        QVERIFY2(rescaled.error().what.find("limit 0") != std::string::npos, rescaled.error().what.c_str());
    }

    void keepsNamesThatLookLikeStatements()
    {
        const auto store = openHistory(m_server->url());
        VERIFY_OK(store);
        market::Instrument odd = instrument();
        odd.venue = "'; DROP TABLE candles; --";
        VERIFY_OK((*store)->putInstrument(odd));
        VERIFY_OK((*store)->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, 3)));
        const auto coverage = (*store)->coverage(symbol());
        VERIFY_OK(coverage);
        QCOMPARE(coverage->instrument.venue, odd.venue);
        QCOMPARE(coverage->candles, std::int64_t(3));
    }

private:
    PostgresServer* m_server = nullptr;
};

QTEST_GUILESS_MAIN(TestPostgres)
#include "tst_postgres.moc"
