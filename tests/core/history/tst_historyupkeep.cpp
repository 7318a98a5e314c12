// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/historyupkeep.h"
#include "core/history/openhistory.h"
#include "core/history/postgresdialect.h"
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlitedialect.h"
#include "core/history/sqliteopen.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QtTest>
#include <rapidcheck.h>

#include <functional>
#include <utility>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

const Timestamp DAY = time("2023-01-02"); // A Monday.

Timestamp minute(int count)
{
    return DAY + std::chrono::minutes(count);
}

TimeRange minutes(int from, int to)
{
    return {minute(from), minute(to)};
}

/// Three trades a minute, numbered from 1.
HistoryBatch batchOf(int from, int to)
{
    HistoryBatch batch;
    for (int one = from; one < to; ++one) {
        for (int i = 0; i < 3; ++i)
            batch.trades.push({minute(one) + std::chrono::seconds(20 * i), Price(1000 + one % 50 + i), Quantity(100 + i),
                               TakerSide::Buy, static_cast<std::uint64_t>(3 * one + i + 1)});
    }
    batch.minutes = minutes(from, to);
    batch.verified = VerifiedRange{std::nullopt, minutes(from, to)};
    batch.sync = SyncStatus{"trades", minute(from), minute(to), "7"};
    return batch;
}

QString text(const CoverageStrip& strip)
{
    QString result;
    for (const StripRun& run : strip.runs)
        result += QStringLiteral("%1-%2%3 ")
                      .arg((run.range.from - DAY) / std::chrono::minutes(1))
                      .arg((run.range.to - DAY) / std::chrono::minutes(1))
                      .arg(QLatin1Char("itpge"[static_cast<int>(run.kind)]));
    return result.trimmed();
}

/// The dialect of a history that is there, as openHistory makes it.
std::unique_ptr<SqlDialect> dialectOf(const Folder& folder)
{
    if (server())
        return std::make_unique<PostgresDialect>(std::move(*PostgresConnection::connect(folder.history(), serverContents())),
                                                 std::nullopt, Bulk::Unnest);
    return std::make_unique<SqliteDialect>(std::move(*openSqlite(folder.file(), false, historyContents())));
}

/// False on a server that takes one connection at a time, as the TimescaleDB of the tests does.
bool takesTwo()
{
    return qEnvironmentVariable("QUARTERDECK_TEST_DATABASE") != QLatin1String("timescaledb");
}

/// Lets others write just after it was read from, once.
class InterruptedDialect final : public SqlDialect
{
public:
    InterruptedDialect(std::unique_ptr<SqlDialect> dialect, std::function<void()> others)
        : m_dialect(std::move(dialect)), m_others(std::move(others))
    {}

    SqlConnection& connection() override { return m_dialect->connection(); }
    std::string describe() override { return m_dialect->describe(); }
    Result<bool> beginView() override { return m_dialect->beginView(); }
    Result<void> read(const Series& series, TimeRange range, std::optional<std::size_t> limit,
                      CandleColumns& out) override
    {
        auto done = m_dialect->read(series, range, limit, out);
        if (series.rollup)
            interrupt();
        return done;
    }
    Result<void> put(const Series& series, const CandleColumns& candles, std::size_t first, std::size_t last) override
    {
        return m_dialect->put(series, candles, first, last);
    }
    Result<std::optional<Timestamp>> edge(const Series& series, TimeRange range, Edge edge) override
    {
        auto found = m_dialect->edge(series, range, edge);
        interrupt();
        return found;
    }
    Result<void> readTrades(std::int64_t instrument, TimeRange range, std::optional<std::size_t> limit,
                            TradeColumns& out) override
    {
        return m_dialect->readTrades(instrument, range, limit, out);
    }
    Result<WriteCount> putTrades(std::int64_t instrument, const TradeColumns& trades, bool numbered) override
    {
        return m_dialect->putTrades(instrument, trades, numbered);
    }

private:
    void interrupt()
    {
        if (const auto others = std::exchange(m_others, nullptr))
            others();
    }

    std::unique_ptr<SqlDialect> m_dialect;
    std::function<void()> m_others;
};

} // namespace

/// What is taken out again, checked and drawn, on a file and on a server.
class TestHistoryUpkeep : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<Folder> m_folder;
    std::unique_ptr<HistoryDatabase> m_store;

    void put(std::initializer_list<std::pair<int, int>> ranges)
    {
        CandleColumns columns;
        for (const auto& [from, to] : ranges) {
            for (int i = from; i < to; ++i)
                columns.push(candle(minute(i), i));
        }
        VERIFY_OK(m_store->write(symbol(), ONE_MINUTE, columns));
    }
    /// Changes the file behind the store's back.
    void spoil(const char* sql)
    {
        m_store.reset();
        {
            QSqlDatabase file = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("spoil"));
            file.setDatabaseName(QString::fromStdString(m_folder->file().string()));
            QVERIFY(file.open());
            QSqlQuery query(file);
            QVERIFY2(query.exec(QString::fromLatin1(sql)), qPrintable(query.lastError().text()));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("spoil"));
        m_store = m_folder->open();
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        m_store = m_folder->open();
        VERIFY_OK(m_store->putInstrument(instrument()));
    }
    void cleanup() { m_store.reset(); }

    void removesARangeOfTrades()
    {
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 30)));
        const auto removed = m_store->remove(symbol(), minutes(10, 20), 1000);
        VERIFY_OK(removed);
        QVERIFY(removed->isDone);
        QCOMPARE(removed->candles, 10);
        QCOMPARE(removed->trades, 30);
        QCOMPARE((*m_store->tradeExtent(symbol()))->trades, 60);
        QVERIFY(m_store->trades(symbol(), minutes(10, 20))->empty());
        QCOMPARE(m_store->gaps(symbol(), 5)->missing, 10);
    }

    void whatWasRemovedIsVerifiedNoMore()
    {
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 30)));
        VERIFY_OK(m_store->remove(symbol(), minutes(10, 20), 1000));
        const auto verified = m_store->verified(symbol(), std::nullopt);
        VERIFY_OK(verified);
        QCOMPARE(verified->size(), 2U);
        QVERIFY((*verified)[0].from == minute(0) && (*verified)[0].to == minute(10));
        QVERIFY((*verified)[1].from == minute(20) && (*verified)[1].to == minute(30));
        QVERIFY(!*m_store->syncStatus(symbol(), "trades"));
    }

    void leavesTheCursorOfADownloadThatWasElsewhere()
    {
        put({{0, 10}});
        VERIFY_OK(m_store->commit(symbol(), batchOf(20, 30)));
        VERIFY_OK(m_store->remove(symbol(), minutes(0, 10), 1000));
        QVERIFY(m_store->syncStatus(symbol(), "trades")->has_value());
    }

    void aVerifiedHourGoesWithAMinuteOfIt()
    {
        put({{0, 10}});
        HistoryBatch batch;
        batch.verified = VerifiedRange{timeframe("1h"), minutes(0, 180)};
        VERIFY_OK(m_store->commit(symbol(), batch));
        VERIFY_OK(m_store->remove(symbol(), minutes(70, 71), 1000));
        const auto verified = m_store->verified(symbol(), timeframe("1h"));
        VERIFY_OK(verified);
        QCOMPARE(verified->size(), 2U);
        QVERIFY((*verified)[0].to == minute(60) && (*verified)[1].from == minute(120));
    }

    void stepsAreBounded()
    {
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 100)));
        int steps = 0;
        for (bool isDone = false; !isDone; ++steps) {
            const auto removed = m_store->remove(symbol(), {}, 30);
            VERIFY_OK(removed);
            QVERIFY(removed->trades <= 30);
            isDone = removed->isDone;
        }
        QCOMPARE(steps, 10);
    }

    void aMinuteOfMoreTradesThanTheLimitGoesAtOnce()
    {
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 2)));
        const auto removed = m_store->remove(symbol(), {}, 1);
        VERIFY_OK(removed);
        QCOMPARE(removed->trades, 3);
        QVERIFY(!removed->isDone);
    }

    void nothingIsLeftOfAWholeInstrument()
    {
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 30)));
        const FundingRate rate{minute(5), minute(5), 1000};
        VERIFY_OK(m_store->writeFundingRates(symbol(), std::span(&rate, 1)));
        const auto removed = m_store->remove(symbol(), {}, 100'000);
        VERIFY_OK(removed);
        QCOMPARE(removed->fundingRates, 1);
        QVERIFY(m_store->coverage()->empty());
        QVERIFY(m_store->verified(symbol(), std::nullopt)->empty());
        QVERIFY(!m_store->remove(symbol(), {}, 1).ok());
        // It may come again, with other decimals.
        VERIFY_OK(m_store->putInstrument(instrument(5)));
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 3)));
        QCOMPARE(m_store->coverage(symbol())->instrument.priceDecimals, 5);
    }

    void leavesOtherInstrumentsAlone()
    {
        Instrument other = instrument();
        other.symbol = symbol("ETH/USD");
        VERIFY_OK(m_store->putInstrument(other));
        put({{0, 10}});
        VERIFY_OK(m_store->write(other.symbol, ONE_MINUTE, series(DAY, ONE_MINUTE, 20)));
        VERIFY_OK(m_store->remove(symbol(), {}, 1000));
        QCOMPARE(m_store->coverage()->size(), 1U);
        QCOMPARE(m_store->candles(other.symbol, timeframe("5m"), {})->size(), 4U);
    }

    void refusesARangeThatIsNoWholeMinutes_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::newRow("within a minute") << 30;
        QTest::newRow("nothing") << 0;
        QTest::newRow("backwards") << -60;
    }
    void refusesARangeThatIsNoWholeMinutes()
    {
        QFETCH(int, seconds);
        put({{0, 10}});
        const auto removed = m_store->remove(symbol(), {minute(0), minute(0) + std::chrono::seconds(seconds)}, 10);
        QVERIFY(!removed.ok());
        QVERIFY(removed.error().code == ErrorCode::InvalidInput);
        QCOMPARE(m_store->coverage(symbol())->candles, 10);
    }

    void soundCandlesHaveNoFindings()
    {
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 300)));
        const auto report = m_store->check(symbol(), {});
        VERIFY_OK(report);
        QCOMPARE(report->candles, 300);
        QCOMPARE(report->fromTrades, 300);
        QCOMPARE(report->rollups, 60 + 20 + 10 + 5 + 2 + 1 + 1 + 1);
        QCOMPARE(report->found, 0);
    }

    void findsWhatCannotBeRight_data()
    {
        using Kind = Finding::Kind;
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<int>("kind");
        QTest::newRow("a high below the low")
            << QByteArray("UPDATE candles SET high = low - 1 WHERE open_time = %1") << int(Kind::Defect);
        QTest::newRow("an hour of another volume")
            << QByteArray("UPDATE candles_1h SET volume = volume + 1 WHERE open_time = %2") << int(Kind::Rollup);
        QTest::newRow("five minutes that are missing")
            << QByteArray("DELETE FROM candles_5m WHERE open_time = %2") << int(Kind::Rollup);
        QTest::newRow("a minute unlike its trades")
            << QByteArray("UPDATE trades SET price = price + 100 WHERE time = %1") << int(Kind::Trades);
    }
    void findsWhatCannotBeRight()
    {
        QFETCH(QByteArray, sql);
        QFETCH(int, kind);
        if (server())
            return; // Only a file is spoilt.
        VERIFY_OK(m_store->commit(symbol(), batchOf(0, 300)));
        sql.replace("%1", QByteArray::number(qlonglong(toMicroseconds(minute(7)))));
        sql.replace("%2", QByteArray::number(qlonglong(toMicroseconds(minute(60)))));
        spoil(sql.constData());
        const auto report = m_store->check(symbol(), {});
        VERIFY_OK(report);
        QVERIFY(report->found > 0);
        QVERIFY(std::any_of(report->findings.begin(), report->findings.end(), [&](const Finding& finding) {
            return finding.kind == static_cast<Finding::Kind>(kind);
        }));
    }

    void verifiesWhatWasWrittenAtCoarserTimeframesElsewhere()
    {
        put({{0, 300}});
        const Timeframe hour = timeframe("1h");
        VERIFY_OK(m_store->write(symbol(), hour, series(DAY - std::chrono::days(70), hour, 30)));
        VERIFY_OK(m_store->write(symbol(), hour, series(DAY + std::chrono::days(70), hour, 40)));
        const auto report = verifyHistory(*m_store, symbol(), {}, false);
        VERIFY_OK(report);
        QCOMPARE(report->check.candles, 300 + 30 + 40);
        QCOMPARE(report->check.found, 0);
        const auto later = m_store->check(symbol(), {DAY + std::chrono::days(70), Timestamp::max()});
        VERIFY_OK(later);
        QCOMPARE(later->rollups, 40 + 10 + 4 + 2 + 1);
    }

    void findsARollupThatIsMissingOfCoarserTimeframes()
    {
        if (server())
            return; // Only a file is spoilt.
        put({{0, 300}});
        const Timeframe hour = timeframe("1h");
        VERIFY_OK(m_store->write(symbol(), hour, series(DAY + std::chrono::days(70), hour, 40)));
        spoil("DELETE FROM candles_4h WHERE open_time = (SELECT max(open_time) FROM candles_4h)");
        const auto report = verifyHistory(*m_store, symbol(), {}, false);
        VERIFY_OK(report);
        QVERIFY(report->check.found > 0);
    }

    void aCheckReadsOneStateOfTheHistory()
    {
        if (!takesTwo())
            return;
        put({{0, 299}});
        SqlHistoryStore store(std::make_unique<InterruptedDialect>(dialectOf(*m_folder), [this] { put({{299, 300}}); }));
        const auto report = store.check(symbol(), {});
        VERIFY_OK(report);
        QCOMPARE(report->found, 0);
        QCOMPARE(m_store->coverage(symbol())->candles, 300);
        QCOMPARE(store.check(symbol(), {})->candles, 300);
    }

    void stripsAndGapsAreOfOneStateOfTheHistory()
    {
        if (!takesTwo())
            return;
        put({{0, 10}, {20, 30}});
        {
            SqlHistoryStore store(std::make_unique<InterruptedDialect>(dialectOf(*m_folder), [this] { put({{10, 15}}); }));
            QCOMPARE(store.gaps(symbol(), 5)->missing, 10);
        }
        SqlHistoryStore store(std::make_unique<InterruptedDialect>(dialectOf(*m_folder), [this] { put({{15, 20}}); }));
        QCOMPARE(store.strip(symbol(), {}, 30)->missing, 5);
        QCOMPARE(store.gaps(symbol(), 5)->missing, 0);
    }

    void aDeletionThatFailsHalfwaySaysWhatIsGone()
    {
        if (server())
            return; // Only a file is spoilt.
        put({{0, 20'010}});
        bool isSpoilt = false;
        const auto report = deleteHistory(
            *m_store, symbol(), {},
            [&](const UpkeepProgress&) {
                if (std::exchange(isSpoilt, true))
                    return;
                {
                    QSqlDatabase file = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("spoil"));
                    file.setDatabaseName(QString::fromStdString(m_folder->file().string()));
                    QVERIFY(file.open());
                    QVERIFY(QSqlQuery(file).exec(QStringLiteral("ALTER TABLE funding_rates RENAME TO elsewhere")));
                }
                QSqlDatabase::removeDatabase(QStringLiteral("spoil"));
            },
            false);
        QVERIFY(!report.ok());
        QCOMPARE(report.error().remedy, std::string(REMEDY_OF_HALF_A_DELETION));
        QCOMPARE(m_store->coverage(symbol())->candles, 10);
    }

    void aDeletionThatFailsAtOnceSaysSo()
    {
        const auto report = deleteHistory(*m_store, symbol("NO/NE"), {}, {}, false);
        QVERIFY(!report.ok());
        QVERIFY(report.error().remedy != REMEDY_OF_HALF_A_DELETION);
    }

    void aSoundFileHasSoundPages()
    {
        put({{0, 10}});
        VERIFY_OK(m_store->checkPages(false));
    }

    void aCheckOfThePagesCanBeStopped()
    {
        if (server())
            return; // A server's history is no file.
        put({{0, 20'000}});
        QVERIFY(m_store->checkPages(true).error().code == ErrorCode::Cancelled);
        QVERIFY(verifyHistory(*m_store, symbol(), {}, true).error().code == ErrorCode::Cancelled);
        VERIFY_OK(m_store->checkPages(false));
    }

    void gapsAreFoundWhereverTheyLie()
    {
        QVERIFY(rc::check("gaps", [this] {
            // Nothing is left of the case before.
            for (bool isDone = m_store->coverage()->empty(); !isDone;)
                isDone = m_store->remove(symbol(), {}, 100'000)->isDone;
            RC_ASSERT(m_store->putInstrument(instrument()).ok());
            CandleColumns columns;
            std::vector<std::pair<Timestamp, Timestamp>> expected;
            int at = 0;
            for (int runs = *rc::gen::inRange(1, 12); runs > 0; --runs) {
                for (int i = *rc::gen::element(1, 2, 100, 1023, 1024, 1025, 5000); i > 0; --i, ++at)
                    columns.push(candle(minute(at), at));
                const int hole = *rc::gen::element(1, 2, 500, 3000);
                if (runs > 1)
                    expected.emplace_back(minute(at), minute(at + hole));
                at += hole;
            }
            RC_ASSERT(m_store->write(symbol(), ONE_MINUTE, columns).ok());
            const auto gaps = m_store->gaps(symbol(), SIZE_MAX);
            RC_ASSERT(gaps.ok());
            std::vector<std::pair<Timestamp, Timestamp>> found;
            for (const TimeRange gap : gaps->ranges)
                found.emplace_back(gap.from, gap.to);
            RC_ASSERT((found == expected));
        }));
    }

    void stripsTellSourcesAndGapsApart()
    {
        put({{0, 20}, {30, 40}});
        VERIFY_OK(m_store->commit(symbol(), batchOf(40, 50)));
        HistoryBatch batch;
        batch.verified = VerifiedRange{ONE_MINUTE, minutes(25, 30)};
        VERIFY_OK(m_store->commit(symbol(), batch));
        const auto strip = m_store->strip(symbol(), {}, 50);
        VERIFY_OK(strip);
        QCOMPARE(text(*strip), QStringLiteral("0-20i 20-25g 25-30e 30-40i 40-50t"));
        QCOMPARE(strip->gaps, 1);
        QCOMPARE(strip->missing, 5);
        QCOMPARE(strip->verifiedEmpty, 5);
    }

    void stripsHaveNoMoreRunsThanBins()
    {
        put({{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}});
        const auto strip = m_store->strip(symbol(), {}, 3);
        VERIFY_OK(strip);
        QVERIFY(strip->runs.size() <= 3);
        QCOMPARE(strip->gaps, 4);
    }

    void aBinThatLacksFewCandlesIsPartlyThere()
    {
        put({{0, 14}, {15, 40}});
        const auto strip = m_store->strip(symbol(), {}, 4);
        VERIFY_OK(strip);
        QCOMPARE(text(*strip), QStringLiteral("0-10i 10-20p 20-40i"));
        QCOMPARE(strip->runs[1].missing, 1);
    }

    void stripsOfARangeBeginAndEndInAGap()
    {
        put({{0, 10}, {30, 40}});
        const auto strip = m_store->strip(symbol(), minutes(5, 20), 15);
        VERIFY_OK(strip);
        QCOMPARE(text(*strip), QStringLiteral("5-10i 10-20g"));
        const auto inside = m_store->strip(symbol(), minutes(12, 20), 8);
        VERIFY_OK(inside);
        QCOMPARE(text(*inside), QStringLiteral("12-20g"));
    }

    void stripsAreCutToWhatIsStored()
    {
        put({{0, 10}});
        const auto strip = m_store->strip(symbol(), minutes(-100, 100), 1000);
        VERIFY_OK(strip);
        QCOMPARE(text(*strip), QStringLiteral("0-10i"));
        QVERIFY(!m_store->strip(symbol("NO/NE"), {}, 10).ok());
    }
};

QTEST_GUILESS_MAIN(TestHistoryUpkeep)
#include "tst_historyupkeep.moc"
