// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/candlebuilder.h"
#include "ui/charts/candleselection.h"

#include <QTest>
#include <rapidcheck.h>

#include <cmath>

using namespace ui::charts;
using namespace core::market;
using namespace std::chrono;

namespace {

const core::Timestamp START{hours(24 * 365 * 52)};

CandleColumns minuteCandles(int count, const std::vector<int>& missing = {})
{
    CandleColumns candles;
    for (int i = 0; i < count; ++i) {
        if (std::find(missing.begin(), missing.end(), i) != missing.end())
            continue;
        const core::Price price(1000 + (i * 37) % 101);
        candles.push({START + minutes(i), price, core::Price(price.ticks() + 5),
                      core::Price(price.ticks() - 5), core::Price(price.ticks() + i % 3 - 1),
                      1.0 + i, 1});
    }
    return candles;
}

} // namespace

class TestCandleSelection : public QObject
{
    Q_OBJECT

private slots:
    void choosesTheTimeframeNearestToThreePixels_data()
    {
        QTest::addColumn<int>("hoursShown");
        QTest::addColumn<QString>("timeframe");
        QTest::newRow("half a day") << 9 << QStringLiteral("1m");
        QTest::newRow("two days") << 45 << QStringLiteral("5m");
        QTest::newRow("a year") << 24 * 365 << QStringLiteral("12h");
        QTest::newRow("ten years") << 24 * 3650 << QStringLiteral("1w");
    }
    void choosesTheTimeframeNearestToThreePixels()
    {
        QFETCH(int, hoursShown);
        QFETCH(QString, timeframe);
        const Timeframe chosen = nearestTimeframe(hours(hoursShown), 1600.0, ONE_MINUTE);
        QCOMPARE(QString::fromStdString(chosen.text()), timeframe);
    }

    void choosesNothingFinerThanTheHistoryHas()
    {
        const auto day = Timeframe::minutes(1440);
        QVERIFY(nearestTimeframe(hours(1), 1600.0, day) == day);
    }

    void replacesAChosenTimeframeThatCannotBeSeen()
    {
        QVERIFY(legibleTimeframe(ONE_MINUTE, hours(10), 1600.0) == ONE_MINUTE);
        QVERIFY(legibleTimeframe(ONE_MINUTE, hours(24 * 30), 1600.0) > ONE_MINUTE);
    }

    void neverLoadsMoreThanTheScreenAndItsMargins()
    {
        const auto holds = [] {
            const double pixels = *rc::gen::inRange(100, 4000);
            const auto span = seconds(*rc::gen::inRange<std::int64_t>(1200, 86400LL * 366 * 40));
            const Timeframe timeframe = nearestTimeframe(span, pixels, ONE_MINUTE);
            const auto range = rangeToLoad({START, START + span}, timeframe);
            const auto candles = (range.to - range.from) / timeframe.length();
            // Weeks are the coarsest there is: forty years of them are 2,100.
            RC_ASSERT(candles < static_cast<std::int64_t>(3.0 * pixels) + 6 * 2100);
        };
        QVERIFY(rc::check("loads a few candles a pixel at most", holds));
    }

    void findsGapsAndOnlyGaps()
    {
        const CandleColumns candles = minuteCandles(60, {10, 11, 12, 40});
        const auto gaps = findGaps(candles, ONE_MINUTE, {0, candles.size()});
        QCOMPARE(gaps.size(), std::size_t(2));
        QVERIFY(gaps[0] == (Gap{START + minutes(10), START + minutes(13)}));
        QVERIFY(gaps[1] == (Gap{START + minutes(40), START + minutes(41)}));
        const CandleColumns whole = minuteCandles(60);
        QVERIFY(findGaps(whole, ONE_MINUTE, {0, whole.size()}).empty());
    }

    void findsTheGapThatReachesIntoTheView()
    {
        const CandleColumns candles = minuteCandles(60, {10, 11, 12});
        const TimeSpan span{START + minutes(12), START + minutes(30)};
        const auto gaps =
            findGaps(candles, ONE_MINUTE, visibleCandles(candles, ONE_MINUTE, span, {}));
        QCOMPARE(gaps.size(), std::size_t(1));
    }

    void showsNothingThatClosesAfterTheReplaysTime()
    {
        const CandleColumns candles = minuteCandles(500);
        const auto holds = [&candles] {
            const auto now = START + seconds(*rc::gen::inRange(0, 500 * 60));
            const auto from = START + minutes(*rc::gen::inRange(0, 400));
            const auto range =
                visibleCandles(candles, ONE_MINUTE, {from, from + minutes(200)}, now);
            for (std::size_t i = range.first; i < range.last; ++i)
                RC_ASSERT(candles.openTime[i] + minutes(1) <= now);
            // And everything that has closed is there.
            if (!range.empty() && candles.openTime[range.last - 1] + minutes(2) <= now)
                RC_ASSERT(range.last == candles.size() ||
                          candles.openTime[range.last] >= from + minutes(200));
        };
        QVERIFY(rc::check("no future candle", holds));
    }

    void buildsTheFormingCandleFromThePastAlone()
    {
        const CandleColumns fine = minuteCandles(120);
        const Timeframe hour = Timeframe::minutes(60);
        const auto holds = [&] {
            const auto now = START + seconds(*rc::gen::inRange(0, 7200));
            const auto forming = formingCandle(fine, ONE_MINUTE, hour, now);
            CandleColumns past;
            for (std::size_t i = 0; i < fine.size(); ++i)
                if (fine.openTime[i] >= hour.floor(now) && fine.openTime[i] + minutes(1) <= now)
                    past.push(fine.at(i));
            const CandleColumns expected = aggregate(past, ONE_MINUTE, hour);
            RC_ASSERT(forming.has_value() == !expected.empty());
            if (forming)
                RC_ASSERT(*forming == expected.at(0));
        };
        QVERIFY(rc::check("forming candle is the aggregate of the past", holds));
    }

    void keepsTheAnchorWhereItIsWhenZooming()
    {
        const TimeSpan span{START, START + hours(10)};
        const core::Timestamp anchor = START + hours(4);
        const TimeSpan closer = zoomed(span, 0.5, anchor);
        QCOMPARE((closer.to - closer.from).count(), core::Nanoseconds(hours(5)).count());
        QCOMPARE((anchor - closer.from).count(), core::Nanoseconds(hours(2)).count());
        QVERIFY(zoomed(span, 1e-9, anchor).to - zoomed(span, 1e-9, anchor).from == SHORTEST_SPAN);
        QVERIFY(zoomed(span, 1e9, anchor).to - zoomed(span, 1e9, anchor).from == LONGEST_SPAN);
    }

    void mapsTimesAndPricesThereAndBack()
    {
        ChartMapping map;
        map.plot = QRectF(8, 8, 1000, 400);
        map.priceBottom = 320;
        map.from = START;
        map.to = START + hours(10);
        map.low = 100.0;
        map.high = 200.0;
        QCOMPARE(map.x(START + hours(5)), 508.0);
        QCOMPARE(map.timeAt(508.0), START + hours(5));
        QCOMPARE(map.y(100.0), 320.0);
        QCOMPARE(map.y(200.0), 8.0);
        QCOMPARE(map.priceAt(map.y(150.0)), 150.0);
    }
};

QTEST_GUILESS_MAIN(TestCandleSelection)
#include "tst_candleselection.moc"
