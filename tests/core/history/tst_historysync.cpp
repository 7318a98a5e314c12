// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

const Timestamp DAY = time("2023-01-01");

Timestamp minute(int count)
{
    return DAY + std::chrono::minutes(count);
}

/// The trades of some minutes, one every twenty seconds, numbered from 1.
TradeColumns tradesOf(std::initializer_list<int> minutes)
{
    TradeColumns trades;
    for (const int one : minutes) {
        for (int i = 0; i < 3; ++i)
            trades.push({minute(one) + std::chrono::seconds(20 * i), Price(1000 + one + i), Quantity(100 + i),
                         TakerSide::Buy, static_cast<std::uint64_t>(3 * one + i + 1)});
    }
    return trades;
}

CandleColumns candlesAt(std::initializer_list<int> minutes)
{
    CandleColumns columns;
    for (const int one : minutes)
        columns.push(candle(minute(one), one));
    return columns;
}

} // namespace

/// What a batch writes at once, what is verified, and gaps; on a file and on a server.
class TestHistorySync : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<Folder> m_folder;
    std::unique_ptr<HistoryStore> m_store;

    void verify(int from, int to, const char* length = "1m")
    {
        HistoryBatch batch;
        batch.verified = VerifiedRange{timeframe(length), {minute(from), minute(to)}};
        VERIFY_OK(m_store->commit(symbol(), batch));
    }
    void put(const CandleColumns& columns, const char* length = "1m")
    {
        VERIFY_OK(m_store->write(symbol(), timeframe(length), columns));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        m_store = m_folder->open();
        VERIFY_OK(m_store->putInstrument(instrument()));
    }
    void cleanup() { m_store.reset(); }

    void makesCandlesOfTrades()
    {
        HistoryBatch batch;
        batch.trades = tradesOf({0, 2});
        batch.minutes = TimeRange{minute(0), minute(3)};
        const auto count = m_store->commit(symbol(), batch);
        VERIFY_OK(count);
        QCOMPARE(count->trades.inserted, 6);
        QCOMPARE(count->candles.inserted, 2);
        const auto stored = m_store->candles(symbol(), ONE_MINUTE, {});
        VERIFY_OK(stored);
        QVERIFY(stored->at(0) ==
                (Candle{minute(0), Price(1000), Price(1002), Price(1000), Price(1002), 303e-8, 3}));
        QCOMPARE(m_store->candles(symbol(), timeframe("5m"), {})->size(), 1U);
    }

    void theSameBatchTwiceChangesNothing()
    {
        HistoryBatch batch;
        batch.trades = tradesOf({0, 2});
        batch.minutes = TimeRange{minute(0), minute(3)};
        VERIFY_OK(m_store->commit(symbol(), batch));
        const auto again = m_store->commit(symbol(), batch);
        VERIFY_OK(again);
        QCOMPARE(again->trades.inserted + again->trades.changed, 0);
        QCOMPARE(again->candles.inserted + again->candles.changed, 0);
    }

    void completesAMinuteThatAnEarlierBatchBegan()
    {
        const TradeColumns all = tradesOf({0, 1});
        HistoryBatch first;
        HistoryBatch second;
        for (std::size_t i = 0; i < all.count(); ++i)
            (i < 4 ? first : second).trades.push(all.at(i));
        first.minutes = TimeRange{minute(0), minute(1)};
        second.minutes = TimeRange{minute(1), minute(2)};
        VERIFY_OK(m_store->commit(symbol(), first));
        QCOMPARE(m_store->coverage(symbol())->candles, 1);
        VERIFY_OK(m_store->commit(symbol(), second));
        QCOMPARE(m_store->candles(symbol(), ONE_MINUTE, {})->trades[1], 3);
    }

    void anEdgeOfFewerTradesLeavesTheFullerCandle()
    {
        put([] {
            CandleColumns known;
            known.push({minute(0), Price(5), Price(9), Price(3), Price(4), 7.0, 12});
            return known;
        }());
        HistoryBatch batch;
        batch.trades = tradesOf({0});
        batch.minutes = TimeRange{minute(0), minute(1)};
        VERIFY_OK(m_store->commit(symbol(), batch));
        QCOMPARE(m_store->candles(symbol(), ONE_MINUTE, {})->trades[0], 12);
    }

    void aRefusedBatchWritesNothingOfIt()
    {
        HistoryBatch batch;
        batch.trades = tradesOf({0});
        batch.minutes = TimeRange{minute(0), minute(0) + std::chrono::seconds(1)};
        batch.sync = SyncStatus{"trades", minute(0), minute(1), "1"};
        QVERIFY(!m_store->commit(symbol(), batch).ok());
        QVERIFY(!*m_store->tradeExtent(symbol()));
        QVERIFY(!*m_store->syncStatus(symbol(), "trades"));
    }

    void keepsTheCursor()
    {
        QVERIFY(!*m_store->syncStatus(symbol(), "trades"));
        for (const char* cursor : {"1672531200000000000", "1672531260000000001"}) {
            HistoryBatch batch;
            batch.sync = SyncStatus{"trades", minute(0), minute(9), cursor};
            VERIFY_OK(m_store->commit(symbol(), batch));
            QVERIFY(*m_store->syncStatus(symbol(), "trades") == batch.sync);
        }
        QVERIFY(!*m_store->syncStatus(symbol(), "other"));
    }

    void joinsVerifiedRanges_data()
    {
        using Ranges = QList<std::pair<int, int>>;
        QTest::addColumn<Ranges>("ranges");
        QTest::addColumn<Ranges>("joined");
        QTest::newRow("apart") << Ranges{{0, 2}, {5, 7}} << Ranges{{0, 2}, {5, 7}};
        QTest::newRow("touching") << Ranges{{0, 2}, {2, 7}} << Ranges{{0, 7}};
        QTest::newRow("overlapping") << Ranges{{3, 9}, {0, 4}} << Ranges{{0, 9}};
        QTest::newRow("inside") << Ranges{{0, 9}, {3, 4}} << Ranges{{0, 9}};
        QTest::newRow("around") << Ranges{{3, 4}, {5, 6}, {0, 9}} << Ranges{{0, 9}};
        QTest::newRow("between") << Ranges{{0, 2}, {6, 8}, {2, 6}} << Ranges{{0, 8}};
        QTest::newRow("empty") << Ranges{{4, 4}} << Ranges{};
    }
    void joinsVerifiedRanges()
    {
        using Ranges = QList<std::pair<int, int>>;
        QFETCH(Ranges, ranges);
        for (const auto& [from, to] : ranges)
            verify(from, to);
        const auto stored = m_store->verified(symbol(), ONE_MINUTE);
        VERIFY_OK(stored);
        Ranges joined;
        for (const TimeRange range : *stored)
            joined.append({static_cast<int>((range.from - DAY) / std::chrono::minutes(1)),
                           static_cast<int>((range.to - DAY) / std::chrono::minutes(1))});
        QTEST(joined, "joined");
    }

    void findsGaps()
    {
        put(candlesAt({0, 1, 4, 5, 9}));
        const auto gaps = m_store->gaps(symbol(), 10);
        VERIFY_OK(gaps);
        QCOMPARE(gaps->count, 2);
        QCOMPARE(gaps->missing, 5);
        QVERIFY(gaps->ranges[0].from == minute(2) && gaps->ranges[0].to == minute(4));
        QVERIFY(gaps->ranges[1].from == minute(6) && gaps->ranges[1].to == minute(9));
    }

    void namesNoMoreGapsThanAskedFor()
    {
        put(candlesAt({0, 2, 4, 6}));
        const auto gaps = m_store->gaps(symbol(), 1);
        VERIFY_OK(gaps);
        QCOMPARE(gaps->ranges.size(), 1U);
        QCOMPARE(gaps->count, 3);
    }

    void whatIsVerifiedIsNoGap()
    {
        put(candlesAt({0, 10}));
        verify(3, 5);
        verify(7, 20);
        const auto gaps = m_store->gaps(symbol(), 10);
        VERIFY_OK(gaps);
        QCOMPARE(gaps->missing, 4);
        QCOMPARE(gaps->verifiedEmpty, 5);
        QVERIFY(gaps->ranges[0].from == minute(1) && gaps->ranges[0].to == minute(3));
        QVERIFY(gaps->ranges[1].from == minute(5) && gaps->ranges[1].to == minute(7));
    }

    void verifiedMinutesVerifyHours()
    {
        CandleColumns hours;
        for (const int hour : {0, 3})
            hours.push(candle(minute(60 * hour), hour));
        put(hours, "1h");
        verify(60, 120);
        const auto gaps = m_store->gaps(symbol(), 10);
        VERIFY_OK(gaps);
        QCOMPARE(gaps->missing, 1);
        QCOMPARE(gaps->verifiedEmpty, 1);
    }

    void verifiedTradesVerifyCandlesOfAnyLength_data()
    {
        QTest::addColumn<QString>("length");
        QTest::addColumn<int>("minutes");
        QTest::newRow("minutes") << QStringLiteral("1m") << 1;
        QTest::newRow("hours") << QStringLiteral("1h") << 60;
    }
    void verifiedTradesVerifyCandlesOfAnyLength()
    {
        QFETCH(QString, length);
        QFETCH(int, minutes);
        CandleColumns two;
        for (const int one : {0, 2 * minutes})
            two.push(candle(minute(one), one));
        put(two, qPrintable(length));
        HistoryBatch batch;
        batch.verified = VerifiedRange{std::nullopt, {minute(0), minute(3 * minutes)}};
        VERIFY_OK(m_store->commit(symbol(), batch));
        QCOMPARE(m_store->gaps(symbol(), 10)->missing, 0);
    }

    void verifiedHoursSayNothingOfMinutes()
    {
        put(candlesAt({0, 120}));
        verify(0, 120, "1h");
        QCOMPARE(m_store->gaps(symbol(), 10)->missing, 119);
    }

    void hasNoGapsWithoutCandles() { QVERIFY(!m_store->gaps(symbol(), 10).ok()); }
};

QTEST_GUILESS_MAIN(TestHistorySync)
#include "tst_historysync.moc"
