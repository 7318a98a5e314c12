// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/candlebuilder.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <map>

#include <rapidcheck.h>

using namespace core;
using namespace core::market;

namespace {

constexpr Timeframe FIVE = Timeframe::minutes(5);

Candle minute(int index, std::int64_t open, std::int64_t high, std::int64_t low, std::int64_t close)
{
    return {Timestamp(std::chrono::minutes(index)), Price(open), Price(high), Price(low), Price(close), 1.5, 2};
}

Candle flat(int index, std::int64_t price = 10)
{
    return minute(index, price, price, price, price);
}

/// Candles with random gaps.
CandleColumns randomMinutes()
{
    CandleColumns candles;
    int index = *rc::gen::inRange(0, 100);
    const int count = *rc::gen::inRange(0, 80);
    for (int i = 0; i < count; ++i) {
        const auto low = *rc::gen::inRange<std::int64_t>(1, 100);
        const auto high = low + *rc::gen::inRange<std::int64_t>(0, 50);
        const auto open = *rc::gen::inRange<std::int64_t>(low, high + 1);
        const auto close = *rc::gen::inRange<std::int64_t>(low, high + 1);
        candles.push(minute(index, open, high, low, close));
        index += *rc::gen::element(1, 1, 1, 2, 7, 61);
    }
    return candles;
}

/// The same aggregation by a map of buckets.
CandleColumns aggregatePlainly(const CandleColumns& candles, Timeframe target)
{
    std::map<Timestamp, std::vector<Candle>> buckets;
    for (std::size_t i = 0; i < candles.size(); ++i)
        buckets[target.floor(candles.openTime[i])].push_back(candles.at(i));
    CandleColumns result;
    for (const auto& [time, parts] : buckets) {
        Candle whole{time, parts.front().open, Price(0), Price(1'000'000), parts.back().close, 0.0, 0};
        for (const Candle& part : parts) {
            whole.high = std::max(whole.high, part.high);
            whole.low = std::min(whole.low, part.low);
            whole.volume += part.volume;
            whole.trades += part.trades;
        }
        result.push(whole);
    }
    return result;
}

} // namespace

class TestCandleBuilder : public QObject
{
    Q_OBJECT
private slots:
    void foldsABucketIntoOneCandle();
    void closesWithTheCandleThatReachesTheEnd();
    void closesAnEarlierBucketAfterAGap();
    void absurdCountsOfTradesStayInRange();
    void agreesWithPlainAggregation();
    void coarserAgreesByWayOfFiner();
    void namesDefects_data();
    void namesDefects();
};

void TestCandleBuilder::foldsABucketIntoOneCandle()
{
    CandleBuilder builder(FIVE, ONE_MINUTE);
    QVERIFY(!builder.forming());
    QVERIFY(!builder.add(minute(6, 10, 12, 9, 11)));
    QVERIFY(!builder.add(minute(7, 11, 20, 10, 13)));
    QVERIFY(!builder.add(minute(9, 13, 14, 5, 6)));
    const auto ended = builder.add(flat(10));
    const Candle expected{Timestamp(std::chrono::minutes(5)), Price(10), Price(20), Price(5), Price(6), 4.5, 6};
    QVERIFY(ended == expected);
    QVERIFY(builder.finish() == flat(10));
    QVERIFY(!builder.finish());
}

void TestCandleBuilder::closesWithTheCandleThatReachesTheEnd()
{
    CandleBuilder builder(FIVE, ONE_MINUTE);
    for (int i = 0; i < 4; ++i) {
        const auto closed = builder.addAndClose(flat(i));
        QVERIFY(!closed.before && !closed.now);
    }
    const auto closed = builder.addAndClose(flat(4));
    QVERIFY(!closed.before);
    QVERIFY(closed.now && closed.now->openTime == Timestamp());
    QCOMPARE(closed.now->volume, 7.5);
    QVERIFY(!builder.forming());
}

void TestCandleBuilder::closesAnEarlierBucketAfterAGap()
{
    CandleBuilder builder(FIVE, ONE_MINUTE);
    QVERIFY(!builder.addAndClose(flat(1, 7)).now);
    const auto closed = builder.addAndClose(flat(9, 8));
    QVERIFY(closed.before && closed.before->close == Price(7));
    QVERIFY(closed.now && closed.now->close == Price(8));
    QVERIFY(closed.before->openTime < closed.now->openTime);
}

void TestCandleBuilder::absurdCountsOfTradesStayInRange()
{
    CandleBuilder builder(FIVE, ONE_MINUTE);
    Candle candle = flat(0);
    candle.trades = std::numeric_limits<std::int32_t>::max();
    builder.add(candle);
    builder.add(flat(1));
    QCOMPARE(builder.forming()->trades, std::numeric_limits<std::int32_t>::max());
}

void TestCandleBuilder::agreesWithPlainAggregation()
{
    QVERIFY(rc::check("aggregate and addAndClose give the buckets of a map", [] {
        const CandleColumns candles = randomMinutes();
        const Timeframe target = *rc::gen::elementOf(ALL_TIMEFRAMES);
        const CandleColumns expected = aggregatePlainly(candles, target);
        RC_ASSERT(bool(aggregate(candles, ONE_MINUTE, target) == expected));
        CandleBuilder builder(target, ONE_MINUTE);
        CandleColumns closed;
        for (std::size_t i = 0; i < candles.size(); ++i) {
            const auto both = builder.addAndClose(candles.at(i));
            for (const auto& candle : {both.before, both.now}) {
                if (candle)
                    closed.push(*candle);
            }
        }
        if (const auto last = builder.finish())
            closed.push(*last);
        RC_ASSERT(bool(closed == expected));
    }));
}

void TestCandleBuilder::coarserAgreesByWayOfFiner()
{
    QVERIFY(rc::check("1m to 1h is 1m to 5m to 1h", [] {
        const CandleColumns candles = randomMinutes();
        const Timeframe hour = Timeframe::minutes(60);
        RC_ASSERT(bool(aggregate(aggregate(candles, ONE_MINUTE, FIVE), FIVE, hour)
                       == aggregate(candles, ONE_MINUTE, hour)));
    }));
}

void TestCandleBuilder::namesDefects_data()
{
    QTest::addColumn<QList<int>>("prices"); // Open, high, low, close.
    QTest::addColumn<double>("volume");
    QTest::addColumn<bool>("good");
    QTest::newRow("good") << QList<int>{10, 12, 9, 11} << 0.0 << true;
    QTest::newRow("standing") << QList<int>{10, 10, 10, 10} << 1.0 << true;
    QTest::newRow("high below low") << QList<int>{10, 9, 12, 10} << 1.0 << false;
    QTest::newRow("open above high") << QList<int>{13, 12, 9, 11} << 1.0 << false;
    QTest::newRow("close below low") << QList<int>{10, 12, 9, 8} << 1.0 << false;
    QTest::newRow("zero low") << QList<int>{10, 12, 0, 11} << 1.0 << false;
    QTest::newRow("negative volume") << QList<int>{10, 12, 9, 11} << -1.0 << false;
    QTest::newRow("no volume") << QList<int>{10, 12, 9, 11} << qQNaN() << false;
}

void TestCandleBuilder::namesDefects()
{
    QFETCH(QList<int>, prices);
    QFETCH(double, volume);
    QFETCH(bool, good);
    Candle candle = minute(0, prices[0], prices[1], prices[2], prices[3]);
    candle.volume = volume;
    QCOMPARE(candleDefect(candle) == nullptr, good);
}

QTEST_GUILESS_MAIN(TestCandleBuilder)
#include "tst_candlebuilder.moc"
