// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "finebars.h"

#include <QTest>

using namespace fixture;

namespace {

constexpr auto ROUND_TRIP_LOTS = 1'000;

/// A desk that holds ten XRP from 2.50, stopped out at 2.40 and content with 2.60.
FineDesk bracketed()
{
    FineDesk desk;
    Order& entry = desk.place(Side::Buy, OrderType::Market, ROUND_TRIP_LOTS);
    entry.stopLoss = Price(240);
    entry.takeProfit = Price(260);
    desk.minutes({{0, 250, 250, 250, 250}});
    return desk;
}

} // namespace

/// Finer candles say what happened inside a bar, and when.
class TestBarDetail : public QObject
{
    Q_OBJECT

private slots:
    void finerCandlesDecideBetweenStopAndTarget_data();
    void finerCandlesDecideBetweenStopAndTarget();
    void withoutThemTheSameBarIsAmbiguous();
    void bothInOneFineCandleStayAmbiguous();
    void aCallComesInItsOwnMinute();
    void aStopPaysTheGapBetweenFineCandles();
    void aLimitTakesTheGapBetweenFineCandles();
    void thePriceRestsWhereFineCandlesAreMissing();
    void nothingHappensBeforeTheFirstFineCandle();
    void aSymbolWithoutFinerCandlesWalksItsPathBeside();
    void marksOfOneTimeMoveTogether();
    void aMarkHoldsUntilTheFirstFineCandle();
    void volumeIsTheWholeBars();
    void aDatedOrderExpiresInsideTheBar();
    void candlesThatDoNotAddUpAreRefused_data();
    void candlesThatDoNotAddUpAreRefused();
    void aBarWithoutFinerCandlesIsNoDisagreement();
};

void TestBarDetail::finerCandlesDecideBetweenStopAndTarget_data()
{
    QTest::addColumn<bool>("lowFirst");
    QTest::addColumn<qint64>("price");
    QTest::newRow("stopped out") << true << qint64(240);
    QTest::newRow("target") << false << qint64(260);
}

void TestBarDetail::finerCandlesDecideBetweenStopAndTarget()
{
    QFETCH(bool, lowFirst);
    QFETCH(qint64, price);
    FineDesk desk = bracketed();
    const Timestamp open = desk.time;
    if (lowFirst)
        desk.minutes({{0, 250, 252, 248, 249}, {2, 249, 249, 238, 245}, {3, 245, 265, 245, 250}});
    else
        desk.minutes({{0, 250, 252, 248, 249}, {2, 249, 265, 249, 259}, {3, 259, 259, 238, 250}});
    QCOMPARE(desk.fills().size(), 1U);
    const Fill fill = desk.fills().front();
    QCOMPARE(fill.price.ticks(), price);
    QVERIFY(fill.detail == Detail::Candles);
    QVERIFY(!fill.ambiguous);
    QVERIFY(fill.time >= open + MINUTE * 2 && fill.time < open + MINUTE * 3);
    QVERIFY(desk.happened<Ambiguity>().empty());
}

void TestBarDetail::withoutThemTheSameBarIsAmbiguous()
{
    FineDesk desk = bracketed();
    desk.usesDetail = false;
    desk.minutes({{0, 250, 252, 248, 249}, {2, 249, 265, 249, 259}, {3, 259, 259, 238, 250}});
    QVERIFY(desk.fills().front().ambiguous);
    QVERIFY(desk.fills().front().detail == Detail::Path);
    QCOMPARE(desk.happened<Ambiguity>().size(), 1U);
}

void TestBarDetail::bothInOneFineCandleStayAmbiguous()
{
    FineDesk desk = bracketed();
    desk.minutes({{0, 250, 252, 248, 249}, {2, 249, 265, 238, 250}});
    QCOMPARE(desk.fills().size(), 1U);
    QVERIFY(desk.fills().front().ambiguous);
    QCOMPARE(desk.happened<Ambiguity>().size(), 1U);
}

void TestBarDetail::aCallComesInItsOwnMinute()
{
    FineDesk desk;
    desk.order(Side::Buy, OrderType::Market, 5'900);
    desk.minutes({{0, 250, 250, 250, 250}});
    const Timestamp open = desk.time;
    // Bought 59 XRP: called when 0.75 × 59 × price falls below what is borrowed, at 1.08.
    desk.minutes({{0, 250, 250, 200, 200}, {3, 200, 200, 80, 200}});
    const auto calls = desk.happened<MarginCall>();
    QCOMPARE(calls.size(), 1U);
    QVERIFY(calls.front().time > open + MINUTE * 3 && calls.front().time < open + MINUTE * 4);
    QVERIFY(desk.fills().back().rule == FillRule::Liquidation);
    QVERIFY(desk.fills().back().detail == Detail::Candles);
}

void TestBarDetail::aStopPaysTheGapBetweenFineCandles()
{
    FineDesk desk = bracketed();
    const Timestamp open = desk.time;
    desk.minutes({{0, 250, 250, 250, 250}, {1, 231, 232, 230, 232}});
    const Fill fill = desk.fills().front();
    QVERIFY(fill.rule == FillRule::StopGap);
    QCOMPARE(fill.price.ticks(), 231);
    QVERIFY(fill.time == open + MINUTE);
}

void TestBarDetail::aLimitTakesTheGapBetweenFineCandles()
{
    FineDesk desk;
    desk.order(Side::Buy, OrderType::Limit, ROUND_TRIP_LOTS, Price(240));
    desk.minutes({{0, 250, 250, 250, 250}, {1, 231, 232, 230, 232}});
    const Fill fill = desk.fills().front();
    QVERIFY(fill.rule == FillRule::LimitBetter);
    QCOMPARE(fill.price.ticks(), 231);
    // It had waited a minute for that.
    QVERIFY(fill.liquidity == Liquidity::Maker);
}

void TestBarDetail::thePriceRestsWhereFineCandlesAreMissing()
{
    FineDesk desk = bracketed();
    const Timestamp open = desk.time;
    desk.minutes({{0, 250, 251, 250, 251}, {4, 251, 251, 239, 245}});
    // From 251 to 239 within the first two thirds of the minute: 11 of 12 ticks in one leg.
    QVERIFY(desk.fills().front().time == open + MINUTE * 4 + std::chrono::seconds(20) +
                                             Nanoseconds(std::chrono::seconds(20)) * 11 / 12);
}

void TestBarDetail::nothingHappensBeforeTheFirstFineCandle()
{
    FineDesk desk;
    const OrderId bought = desk.order(Side::Buy, OrderType::Market, ROUND_TRIP_LOTS);
    const Timestamp open = desk.time;
    desk.minutes({{2, 255, 255, 255, 255}});
    QVERIFY(desk.fills().front().time == open + MINUTE * 2);
    QCOMPARE(desk.fills().front().price.ticks(), 255);
    QVERIFY(desk.last(bought).status == OrderStatus::Filled);
}

void TestBarDetail::aSymbolWithoutFinerCandlesWalksItsPathBeside()
{
    FinePair pair;
    pair.hold(0, 100);
    pair.hold(1, 100);
    pair.order(0, Side::Sell, OrderType::Stop, 100, 90);
    pair.order(1, Side::Sell, OrderType::Limit, 100, 120);
    const Timestamp open = pair.time;
    // The first falls to 90 in its fourth minute; the second rises from 100 to 130 in its last third.
    pair.minutes({{0, 100, 100, 100, 100}, {3, 100, 100, 80, 80}}, {},
                 {open, Price(100), Price(130), Price(100), Price(130), 0.0, 0});
    const auto fills = pair.fills();
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[0].symbol, 1U);
    QVERIFY(fills[0].detail == Detail::Path);
    // Low first: the open is the low, so the second leg rises, and 20 of 30 ticks are 2/9 of the bar.
    QVERIFY(fills[0].time == open + MINUTE * 5 / 3 + MINUTE * 10 / 9);
    QCOMPARE(fills[1].symbol, 0U);
    QVERIFY(fills[1].detail == Detail::Candles);
    QVERIFY(fills[1].time > open + MINUTE * 3);
}

void TestBarDetail::marksOfOneTimeMoveTogether()
{
    FinePair pair;
    pair.hold(0, 15'000);
    pair.hold(1, -15'000);
    // Long one and short the other: the loss of either alone would bring a call.
    pair.minutes({{0, 100, 100, 20, 20}, {1, 20, 100, 20, 100}}, {{0, 100, 100, 20, 20}, {1, 20, 100, 20, 100}});
    QVERIFY(pair.happened<MarginCall>().empty());
    const Timestamp open = pair.time;
    // Now the second follows a minute late.
    pair.minutes({{0, 100, 100, 100, 100}, {1, 100, 100, 20, 20}},
                 {{0, 100, 100, 100, 100}, {2, 100, 100, 20, 20}});
    const auto calls = pair.happened<MarginCall>();
    QCOMPARE(calls.size(), 1U);
    QVERIFY(calls.front().time > open + MINUTE && calls.front().time < open + MINUTE * 2);
}

void TestBarDetail::aMarkHoldsUntilTheFirstFineCandle()
{
    FinePair pair;
    pair.hold(0, 15'000);
    pair.hold(1, -15'000);
    const Timestamp open = pair.time;
    // The short would win more than the long loses, but its price comes down two minutes later.
    pair.minutes({{0, 100, 100, 20, 20}, {1, 20, 100, 20, 100}}, {{2, 50, 50, 50, 50}});
    const auto calls = pair.happened<MarginCall>();
    QCOMPARE(calls.size(), 1U);
    QVERIFY(calls.front().time < open + MINUTE);
}

void TestBarDetail::volumeIsTheWholeBars()
{
    FineDesk desk;
    desk.instrument().volumeUnit = market::VolumeUnit::Stated;
    desk.rules.participation = 10'000'000;
    desk.order(Side::Buy, OrderType::Market, 2'000);
    // Ten XRP a minute in four minutes: a tenth of that is four.
    desk.minutes({{0, 250, 250, 250, 250}, {1, 250, 250, 250, 250}, {2, 250, 250, 250, 250}, {3, 250, 250, 250, 250}},
                 10.0);
    QCOMPARE(desk.fills().size(), 1U);
    QCOMPARE(desk.fills().front().quantity.lots(), 400);
}

void TestBarDetail::aDatedOrderExpiresInsideTheBar()
{
    FineDesk desk;
    Order& dated = desk.place(Side::Buy, OrderType::Limit, ROUND_TRIP_LOTS);
    dated.limit = Price(240);
    dated.tif = TimeInForce::GoodTillDate;
    dated.expires = desk.time + MINUTE;
    const OrderId id = dated.id;
    desk.minutes({{0, 250, 250, 250, 250}, {1, 235, 235, 235, 235}});
    QVERIFY(desk.fills().empty());
    QVERIFY(desk.last(id).status == OrderStatus::Expired);
}

void TestBarDetail::candlesThatDoNotAddUpAreRefused_data()
{
    QTest::addColumn<qint64>("open");
    QTest::addColumn<qint64>("high");
    QTest::addColumn<qint64>("low");
    QTest::addColumn<qint64>("close");
    QTest::newRow("open") << qint64(251) << qint64(265) << qint64(238) << qint64(250);
    QTest::newRow("high") << qint64(250) << qint64(266) << qint64(238) << qint64(250);
    QTest::newRow("low") << qint64(250) << qint64(265) << qint64(239) << qint64(250);
    QTest::newRow("close") << qint64(250) << qint64(265) << qint64(238) << qint64(251);
}

void TestBarDetail::candlesThatDoNotAddUpAreRefused()
{
    QFETCH(qint64, open);
    QFETCH(qint64, high);
    QFETCH(qint64, low);
    QFETCH(qint64, close);
    FineDesk desk = bracketed();
    const Timestamp begin = desk.time;
    const market::Candle bar{begin, Price(open), Price(high), Price(low), Price(close), 0.0, 0};
    desk.minutesUnder(bar, {{0, 250, 265, 250, 260}, {2, 260, 260, 238, 250}});
    const auto refused = desk.happened<DetailRefused>();
    QCOMPARE(refused.size(), 1U);
    QVERIFY(refused.front().time == begin);
    QVERIFY(desk.fills().front().detail == Detail::Path);
}

void TestBarDetail::aBarWithoutFinerCandlesIsNoDisagreement()
{
    FineDesk desk = bracketed();
    const market::Candle bar{desk.time, Price(250), Price(250), Price(239), Price(250), 0.0, 0};
    desk.minutesUnder(bar, {});
    QVERIFY(desk.happened<DetailRefused>().empty());
    QVERIFY(desk.fills().front().detail == Detail::Path);
}

QTEST_APPLESS_MAIN(TestBarDetail)
#include "tst_bardetail.moc"
