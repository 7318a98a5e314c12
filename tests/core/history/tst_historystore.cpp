// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/market/candlebuilder.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

class TestHistoryStore : public QObject
{
    Q_OBJECT
private slots:
    void readsBackWhatWasWritten();
    void survivesReopening();
    void limitsFromTheNewest();
    void keepsEveryRollup();
    void writingTwiceChangesNothing();
    void correctionReachesEveryRollup();
    void lateCandlesBetweenStoredOnes();
    void dailyInstrumentHasWeeks();
    void finerWinsWhereItCovers();
    void shortFinerStretchDoesNotReplaceADay();
    void coarseAfterFinerFillsOnlyTheRest();
    void moreDecimalsRescale();
    void fewerDecimalsChangeNothing();
    void rescaleThatOverflowsChangesNothing();
    void unitOnceStatedStays();
    void refusesAnotherVenue();
    void namesWhatIsStored();
    void refusesFinerThanStored();
    void refusesImpossibleCandles_data();
    void refusesImpossibleCandles();
    void refusesUnknownInstrument();
};

void TestHistoryStore::readsBackWhatWasWritten()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto columns = series(time("2022-01-03 10:03"), ONE_MINUTE, 500);
    auto count = store->write(symbol(), ONE_MINUTE, columns);
    VERIFY_OK(count);
    QCOMPARE(count->inserted, 500);
    auto all = store->candles(symbol(), ONE_MINUTE, {});
    VERIFY_OK(all);
    QVERIFY(*all == columns);
    auto part = store->candles(symbol(), ONE_MINUTE, {columns.openTime[10], columns.openTime[20]});
    VERIFY_OK(part);
    QCOMPARE(part->size(), 10U);
    QVERIFY(part->at(0) == columns.at(10));
    auto coverage = store->coverage(symbol());
    VERIFY_OK(coverage);
    QCOMPARE(coverage->candles, 500);
    QVERIFY(coverage->oldest == columns.openTime.front() &&
            coverage->newest == columns.openTime.back());
    QVERIFY(coverage->finest == ONE_MINUTE);
}

void TestHistoryStore::survivesReopening()
{
    const Folder folder;
    const auto columns = series(time("2022-01-03"), ONE_MINUTE, 10);
    {
        auto store = folder.open();
        VERIFY_OK(store->putInstrument(instrument(3)));
        VERIFY_OK(store->write(symbol(), ONE_MINUTE, columns));
    }
    auto reader = openHistory(folder.history(), true);
    VERIFY_OK(reader);
    auto all = (*reader)->candles(symbol(), ONE_MINUTE, {});
    VERIFY_OK(all);
    QVERIFY(*all == columns);
    QCOMPARE((*reader)->coverage(symbol())->instrument.priceDecimals, 3);
    QVERIFY(
        !(*reader)->write(symbol(), ONE_MINUTE, series(time("2022-02-03"), ONE_MINUTE, 1)).ok());
}

void TestHistoryStore::limitsFromTheNewest()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto columns = series(time("2022-01-03"), ONE_MINUTE, 100);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, columns));
    auto last = store->candles(symbol(), ONE_MINUTE, {Timestamp::min(), columns.openTime[90]}, 5);
    VERIFY_OK(last);
    QCOMPARE(last->size(), 5U);
    QVERIFY(last->at(0) == columns.at(85) && last->at(4) == columns.at(89));
}

void TestHistoryStore::keepsEveryRollup()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto columns = series(time("2022-01-02 23:01"), ONE_MINUTE, 25'000);
    // In uneven pieces, so that every level is cut inside buckets.
    for (std::size_t first = 0; first < columns.size();) {
        const std::size_t last = std::min(first + 7 + first / 3, columns.size());
        CandleColumns piece;
        for (std::size_t i = first; i < last; ++i)
            piece.push(columns.at(i));
        VERIFY_OK(store->write(symbol(), ONE_MINUTE, piece));
        first = last;
    }
    CandleColumns level = columns;
    for (std::size_t i = 1; i < ALL_TIMEFRAMES.size(); ++i) {
        level = aggregate(level, ALL_TIMEFRAMES[i - 1], ALL_TIMEFRAMES[i]);
        auto stored = store->candles(symbol(), ALL_TIMEFRAMES[i], {});
        VERIFY_OK(stored);
        QVERIFY2(*stored == level, ALL_TIMEFRAMES[i].text().c_str());
    }
}

void TestHistoryStore::writingTwiceChangesNothing()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto columns = series(time("2022-01-03"), ONE_MINUTE, 9000);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, columns));
    auto again = store->write(symbol(), ONE_MINUTE, columns);
    VERIFY_OK(again);
    QCOMPARE(again->unchanged, 9000);
    QCOMPARE(again->inserted + again->changed, 0);
    QCOMPARE(store->coverage(symbol())->candles, 9000);
}

void TestHistoryStore::correctionReachesEveryRollup()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    auto columns = series(time("2022-01-03"), ONE_MINUTE, 3000);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, columns));
    // The only high of its hour, corrected downwards: a rollup that merely merges would keep it.
    columns.high[100] = Price(5000);
    CandleColumns one;
    one.push(columns.at(100));
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, one));
    QCOMPARE(store->candles(symbol(), timeframe("1w"), {})->high[0].ticks(), 5000);
    columns.high[100] = Price(1200);
    one.high[0] = Price(1200);
    auto count = store->write(symbol(), ONE_MINUTE, one);
    VERIFY_OK(count);
    QCOMPARE(count->changed, 1);
    const auto week = store->candles(symbol(), timeframe("1w"), {});
    QCOMPARE(week->high[0].ticks(), 1200);
    QVERIFY(*store->candles(symbol(), timeframe("5m"), {}) ==
            aggregate(columns, ONE_MINUTE, timeframe("5m")));
}

void TestHistoryStore::lateCandlesBetweenStoredOnes()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto columns = series(time("2022-01-03"), ONE_MINUTE, 4000);
    CandleColumns odd;
    CandleColumns even;
    for (std::size_t i = 0; i < columns.size(); ++i)
        (i % 3 == 1 ? odd : even).push(columns.at(i));
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, even));
    auto late = store->write(symbol(), ONE_MINUTE, odd);
    VERIFY_OK(late);
    QCOMPARE(late->inserted, static_cast<std::int64_t>(odd.size()));
    QVERIFY(*store->candles(symbol(), ONE_MINUTE, {}) == columns);
    QVERIFY(*store->candles(symbol(), timeframe("5m"), {}) ==
            aggregate(columns, ONE_MINUTE, timeframe("5m")));
}

void TestHistoryStore::dailyInstrumentHasWeeks()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto days = series(time("2022-01-01"), timeframe("1d"), 30);
    VERIFY_OK(store->write(symbol(), timeframe("1d"), days));
    QVERIFY(*store->candles(symbol(), timeframe("1d"), {}) == days);
    QVERIFY(*store->candles(symbol(), timeframe("1w"), {}) ==
            aggregate(days, timeframe("1d"), timeframe("1w")));
    QVERIFY(!store->candles(symbol(), timeframe("12h"), {}).ok());
}

void TestHistoryStore::finerWinsWhereItCovers()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto days = series(time("2022-01-03"), timeframe("1d"), 14);
    VERIFY_OK(store->write(symbol(), timeframe("1d"), days));
    const auto minutes = series(time("2022-01-06"), ONE_MINUTE, 2 * 1440, 7);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, minutes));
    QVERIFY(store->coverage(symbol())->finest == ONE_MINUTE);
    CandleColumns rolled = minutes;
    for (std::size_t i = 1; ALL_TIMEFRAMES[i] <= timeframe("1d"); ++i)
        rolled = aggregate(rolled, ALL_TIMEFRAMES[i - 1], ALL_TIMEFRAMES[i]);
    CandleColumns expected;
    for (std::size_t i = 0; i < 14; ++i)
        expected.push(i == 3 || i == 4 ? rolled.at(i - 3) : days.at(i));
    QVERIFY(*store->candles(symbol(), timeframe("1d"), {}) == expected);
    QVERIFY(*store->candles(symbol(), timeframe("1w"), {}) ==
            aggregate(expected, timeframe("1d"), timeframe("1w")));
    QCOMPARE(store->candles(symbol(), timeframe("1h"), {})->size(), 48U);
    auto again = store->write(symbol(), timeframe("1d"), days);
    VERIFY_OK(again);
    QCOMPARE(again->unchanged, 14);
    QVERIFY(*store->candles(symbol(), timeframe("1d"), {}) == expected);
}

void TestHistoryStore::shortFinerStretchDoesNotReplaceADay()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto days = series(time("2022-01-03"), timeframe("1d"), 3);
    VERIFY_OK(store->write(symbol(), timeframe("1d"), days));
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, series(time("2022-01-04 23:01"), ONE_MINUTE, 59)));
    QVERIFY(*store->candles(symbol(), timeframe("1d"), {}) == days);
    VERIFY_OK(
        store->write(symbol(), ONE_MINUTE, series(time("2022-01-04 00:00"), ONE_MINUTE, 23 * 60)));
    QVERIFY(!(*store->candles(symbol(), timeframe("1d"), {}) == days));
}

void TestHistoryStore::coarseAfterFinerFillsOnlyTheRest()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    const auto minutes = series(time("2022-01-04"), ONE_MINUTE, 1440, 3);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, minutes));
    const auto before = store->candles(symbol(), timeframe("1d"), {});
    const auto days = series(time("2022-01-03"), timeframe("1d"), 3);
    VERIFY_OK(store->write(symbol(), timeframe("1d"), days));
    const auto after = store->candles(symbol(), timeframe("1d"), {});
    QCOMPARE(after->size(), 3U);
    QVERIFY(after->at(0) == days.at(0) && after->at(1) == before->at(0) &&
            after->at(2) == days.at(2));
    QVERIFY(*store->candles(symbol(), timeframe("1w"), {}) ==
            aggregate(*after, timeframe("1d"), timeframe("1w")));
    QCOMPARE(store->coverage(symbol())->candles, 1440);
}

void TestHistoryStore::moreDecimalsRescale()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument(2)));
    const auto columns = series(time("2022-01-03"), ONE_MINUTE, 100);
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, columns));
    auto adjusted = store->putInstrument(instrument(4));
    VERIFY_OK(adjusted);
    QCOMPARE(adjusted->priceDecimals, 4);
    const auto scaled = store->candles(symbol(), ONE_MINUTE, {});
    const auto hour = store->candles(symbol(), timeframe("1h"), {});
    const auto hourBefore = aggregate(columns, ONE_MINUTE, timeframe("1h"));
    for (std::size_t i = 0; i < columns.size(); ++i)
        QCOMPARE(scaled->close[i].ticks(), columns.close[i].ticks() * 100);
    for (std::size_t i = 0; i < hour->size(); ++i)
        QCOMPARE(hour->high[i].ticks(), hourBefore.high[i].ticks() * 100);
}

void TestHistoryStore::fewerDecimalsChangeNothing()
{
    const Folder folder;
    auto store = folder.open();
    auto first = instrument(4);
    first.minimumLots = 50;
    VERIFY_OK(store->putInstrument(first));
    auto second = store->putInstrument(instrument(1));
    VERIFY_OK(second);
    QCOMPARE(second->priceDecimals, 4);
    QCOMPARE(second->minimumLots, 50);
}

void TestHistoryStore::rescaleThatOverflowsChangesNothing()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument(2)));
    CandleColumns columns;
    const Price huge(INT64_MAX / 100);
    columns.push({time("2022-01-03"), huge, huge, huge, huge, 1.0, 0});
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, columns));
    auto refused = store->putInstrument(instrument(5));
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().code == ErrorCode::Overflow);
    QCOMPARE(store->coverage(symbol())->instrument.priceDecimals, 2);
    QVERIFY(*store->candles(symbol(), ONE_MINUTE, {}) == columns);
}

void TestHistoryStore::unitOnceStatedStays()
{
    const Folder folder;
    auto store = folder.open();
    auto stated = instrument();
    QVERIFY(store->putInstrument(stated)->volumeUnit == VolumeUnit::Guessed);
    stated.volumeUnit = VolumeUnit::Stated;
    QVERIFY(store->putInstrument(stated)->volumeUnit == VolumeUnit::Stated);
    QVERIFY(store->putInstrument(instrument())->volumeUnit == VolumeUnit::Stated);
}

void TestHistoryStore::refusesAnotherVenue()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    auto other = instrument();
    other.venue = "elsewhere";
    auto refused = store->putInstrument(other);
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().code == ErrorCode::AlreadyExists);
}

void TestHistoryStore::namesWhatIsStored()
{
    const Folder folder;
    auto store = folder.open();
    auto nothing = store->coverage(symbol());
    QVERIFY(!nothing.ok() && nothing.error().code == ErrorCode::NotFound);
    VERIFY_OK(store->putInstrument(instrument()));
    VERIFY_OK(store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 1)));
    auto missing = store->candles(symbol("ETH/USD"), ONE_MINUTE, {});
    QVERIFY(!missing.ok());
    QVERIFY(missing.error().code == ErrorCode::NotFound);
    QVERIFY(missing.error().message().find("BTC/USD") != std::string::npos);
}

void TestHistoryStore::refusesFinerThanStored()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    VERIFY_OK(
        store->write(symbol(), timeframe("1h"), series(time("2022-01-03"), timeframe("1h"), 5)));
    auto refused = store->candles(symbol(), ONE_MINUTE, {});
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::NotFound);
    QVERIFY(refused.error().message().find("1h") != std::string::npos);
}

void TestHistoryStore::refusesImpossibleCandles_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<int>("fault");
    QTest::newRow("high below low") << 3 << 0;
    QTest::newRow("zero price") << 0 << 1;
    QTest::newRow("off the grid") << 2 << 2;
    QTest::newRow("repeated time") << 4 << 3;
    QTest::newRow("volume not a number") << 1 << 4;
}

void TestHistoryStore::refusesImpossibleCandles()
{
    QFETCH(int, index);
    QFETCH(int, fault);
    const auto i = static_cast<std::size_t>(index);
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(store->putInstrument(instrument()));
    auto columns = series(time("2022-01-03"), ONE_MINUTE, 6);
    if (fault == 0)
        columns.high[i] = Price(1);
    if (fault == 1)
        columns.low[i] = Price(0);
    if (fault == 2)
        columns.openTime[i] += std::chrono::seconds(1);
    if (fault == 3)
        columns.openTime[i] = columns.openTime[i - 1];
    if (fault == 4)
        columns.volume[i] = std::numeric_limits<double>::quiet_NaN();
    auto refused = store->write(symbol(), ONE_MINUTE, columns);
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().code == ErrorCode::InvalidInput);
    QVERIFY(!store->coverage(symbol()).ok());
}

void TestHistoryStore::refusesUnknownInstrument()
{
    const Folder folder;
    auto store = folder.open();
    auto refused = store->write(symbol(), ONE_MINUTE, series(time("2022-01-03"), ONE_MINUTE, 6));
    QVERIFY(!refused.ok() && refused.error().code == ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestHistoryStore)
#include "tst_historystore.moc"
