// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace core;
using namespace fixture;
using execution::Side;
using market::Timeframe;

namespace {

constexpr Timeframe FIVE = Timeframe::minutes(5);
const indicators::Spec SMA_3{indicators::Kind::Sma, {3.0, 0.0, 0.0}, indicators::Source::Close};

/// A strategy of the five-minute candles that trades both ways with every kind of order, and says what
/// it sees.
Script busyStrategy()
{
    Script script;
    script.start = [](Context& context) { context.every(std::chrono::minutes(7), [] {}); };
    script.bar = [](Context& context, const Bar& bar) {
        const auto sma = context.indicator(bar.symbol, FIVE, SMA_3);
        const double average = sma ? (*sma)->value() : std::nan("");
        context.plot("sma", average, "price");
        const double price = context.instruments()[bar.symbol].toDouble(bar.candle.close);
        const double size = context.position(bar.symbol).size;
        if (price > average) {
            (void)context.submit(size < 0.0 ? marketOrder(Side::Cover, -size, bar.symbol)
                                            : marketOrder(Side::Buy, 3.0, bar.symbol));
            (void)context.submit(limitOrder(Side::Short, 2.0, price * 1.004, bar.symbol));
        } else if (price < average) {
            (void)context.submit(marketOrder(Side::Short, 4.0, bar.symbol));
            (void)context.submit(stopOrder(Side::Buy, 1.0, price * 1.003, bar.symbol));
        }
        while (context.workingOrders().size() > 6)
            (void)context.cancel(context.workingOrders().front().id);
    };
    return script;
}

Session busySession(int minutes)
{
    Session session;
    session.setup.rules.costs = {260'000, 260'000, 50'000, 500'000, {}};
    session.symbol("BTC/USD", wanderingMinutes(12'345, minutes, 50, 20, 4));
    auto& account = session.account("busy", busyStrategy());
    account.timeframe = FIVE;
    account.warmup = 4;
    return session;
}

} // namespace

/// When strategies are called, what they see then, and when their orders are filled.
class TestEngineTime : public QObject
{
    Q_OBJECT

private slots:
    void callsNoBarBeforeTheWarmUp_data();
    void callsNoBarBeforeTheWarmUp();
    void warmsUpOnCandlesBeforeTheRange();
    void ordersOfTheStartWaitForTheRange();
    void fillsAtTheNextOpenAndNeverEarlier();
    void restingOrdersMeetTheNextBarFirst();
    void coarseStrategiesGetClosedBarsOnly();
    void catchesUpWhateverIsAskedLate();
    void nothingDependsOnLaterCandles();
    void timersRingAtMultiplesOfTheirInterval();
    void aTimerRingsOnceAfterAGap();
    void recordsOneEquityPointABatchAndTheFirst();
    void cancelsWhatIsWorkingAtTheEnd();
    void aRestartGivesTheSameBytes();
    void handsOverWhatItHoldsBackWhenAsked();
};

void TestEngineTime::callsNoBarBeforeTheWarmUp_data()
{
    QTest::addColumn<int>("minutes");
    QTest::addColumn<int>("warmup");
    QTest::addColumn<int>("firstMinute"); // At which onBar is called first.
    QTest::newRow("none needed") << 1 << 0 << 1;
    QTest::newRow("one") << 1 << 1 << 1;
    QTest::newRow("seven minutes") << 1 << 7 << 7;
    QTest::newRow("three times five minutes") << 5 << 3 << 15;
}

void TestEngineTime::callsNoBarBeforeTheWarmUp()
{
    QFETCH(int, minutes);
    QFETCH(int, warmup);
    QFETCH(int, firstMinute);
    Session session;
    session.symbol("BTC/USD", rising(0, 29));
    std::vector<Timestamp> called;
    Script script;
    script.bar = [&](Context& context, const Bar&) { called.push_back(context.time()); };
    auto& account = session.account("one", script);
    account.timeframe = Timeframe::minutes(minutes);
    account.warmup = warmup;
    (void)session.play();
    QVERIFY(!called.empty());
    QVERIFY(called.front() == minute(firstMinute));
    QCOMPARE(called.size(), static_cast<std::size_t>((30 - firstMinute) / minutes + 1));
}

void TestEngineTime::warmsUpOnCandlesBeforeTheRange()
{
    Session session;
    session.symbol("BTC/USD", rising(-10, 9));
    int bars = 0;
    int closes = 0;
    std::set<Timestamp> times;
    double first = 0.0;
    Script script;
    script.start = [](Context& context) { QVERIFY(context.indicator(0, market::ONE_MINUTE, SMA_3).ok()); };
    script.close = [&](Context& context, Timestamp) {
        ++closes;
        times.insert(context.time());
    };
    script.bar = [&](Context& context, const Bar& bar) {
        if (++bars == 1) {
            first = (*context.indicator(0, market::ONE_MINUTE, SMA_3))->value();
            QVERIFY(bar.candle.openTime == START);
            QCOMPARE((*context.candles(0, market::ONE_MINUTE))->size(), 11U);
        }
        times.insert(context.time());
    };
    session.account("one", script).warmup = 5;
    const Output output = session.play();
    QCOMPARE(bars, 10);
    QCOMPARE(closes, 10);
    // The candles before the range closed at 10.07, 10.08 and 10.09, the first of it at 10.10.
    QVERIFY(std::abs(first - 10.09) < 1e-9);
    QVERIFY(*times.begin() == minute(1));
    QCOMPARE(output.points.at(0).size(), 11U);
    QCOMPARE(session.engine->barsDone(), 10);
    QCOMPARE(session.engine->barsTotal(), 10);
}

void TestEngineTime::ordersOfTheStartWaitForTheRange()
{
    Session session;
    session.symbol("BTC/USD", rising(-10, 9));
    Script script;
    script.start = [](Context& context) { QVERIFY(context.submit(marketOrder(Side::Buy, 1.0)).ok()); };
    session.account("one", script);
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 1U);
    QVERIFY(fills[0].time == START);
    QCOMPARE(fills[0]["price"], std::string("10.10"));
}

void TestEngineTime::fillsAtTheNextOpenAndNeverEarlier()
{
    Session session;
    // The bar of the decision, the one after it opening far away, and more.
    session.symbol("BTC/USD", {candle(0, 1'000, 1'010, 990, 1'005), candle(1, 1'100, 1'200, 900, 1'000),
                               flat(2, 1'000), flat(5, 1'300), flat(6, 1'300)});
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0) || bar.candle.openTime == minute(2))
            QVERIFY(context.submit(marketOrder(Side::Buy, 1.0)).ok());
    };
    session.account("one", script);
    const Output output = session.play();
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 2U);
    QVERIFY(fills[0].time == minute(1));
    QCOMPARE(fills[0]["price"], std::string("11.00"));
    QCOMPARE(fills[0]["rule"], std::string("market_open"));
    QCOMPARE(fills[0]["decision_time"], formatTimestamp(minute(1)));
    // Through a gap: decided at 00:03, filled when the symbol trades again.
    QVERIFY(fills[1].time == minute(5));
    QCOMPARE(fills[1]["price"], std::string("13.00"));
    QCOMPARE(fills[1]["decision_time"], formatTimestamp(minute(3)));
}

void TestEngineTime::restingOrdersMeetTheNextBarFirst()
{
    Session session;
    // The bar of the decision went through both prices; only the last bar does so again.
    session.symbol("BTC/USD", {candle(0, 1'000, 1'100, 900, 1'000), candle(1, 1'000, 1'040, 960, 1'000),
                               candle(2, 1'000, 1'060, 940, 1'000)});
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime != minute(0))
            return;
        QVERIFY(context.submit(limitOrder(Side::Buy, 1.0, 9.5)).ok());
        QVERIFY(context.submit(stopOrder(Side::Buy, 1.0, 10.5)).ok());
    };
    session.account("one", script);
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 2U);
    for (const Line& fill : fills)
        QVERIFY(fill.time > minute(2) && fill.time <= minute(3));
    QCOMPARE(fills[0]["price"], std::string("9.50"));
    QCOMPARE(fills[1]["price"], std::string("10.50"));
}

void TestEngineTime::coarseStrategiesGetClosedBarsOnly()
{
    Session session;
    const auto minutes = wanderingMinutes(12'345, 600, 50, 20, 4);
    session.symbol("BTC/USD", minutes);
    std::vector<market::Candle> bars;
    Script script;
    script.start = [](Context& context) { QVERIFY(context.candles(0, FIVE).ok()); };
    script.bar = [&](Context& context, const Bar& bar) {
        QVERIFY(bar.timeframe == FIVE);
        QVERIFY(bar.candle.openTime == FIVE.floor(bar.candle.openTime));
        QVERIFY(bar.candle.openTime + FIVE.length() <= context.time());
        bars.push_back(bar.candle);
    };
    script.close = [](Context& context, Timestamp time) {
        QVERIFY(time == context.time());
        for (const Timeframe timeframe : {market::ONE_MINUTE, FIVE, Timeframe::minutes(30)}) {
            const market::CandleColumns& seen = **context.candles(0, timeframe);
            QVERIFY(seen.empty() || seen.openTime.back() + timeframe.length() <= time);
            const auto forming = context.forming(0, timeframe);
            QVERIFY(!forming || forming->openTime + timeframe.length() > time);
        }
    };
    session.account("one", script).timeframe = FIVE;
    (void)session.play();
    market::CandleColumns columns;
    for (const market::Candle& each : minutes)
        columns.push(each);
    const market::CandleColumns whole = market::aggregate(columns, market::ONE_MINUTE, FIVE);
    std::size_t next = 0;
    for (const market::Candle& bar : bars) {
        while (next < whole.size() && whole.openTime[next] < bar.openTime)
            ++next;
        QVERIFY(next < whole.size());
        QVERIFY(whole.at(next) == bar);
    }
    QVERIFY(bars.size() > 100);
}

void TestEngineTime::catchesUpWhateverIsAskedLate()
{
    Session session;
    session.symbol("BTC/USD", wanderingMinutes(12'345, 400, 50, 20, 4));
    std::vector<double> early;
    std::vector<double> late;
    const auto watcher = [](std::vector<double>& values, Timestamp from) {
        Script script;
        script.close = [&values, from](Context& context, Timestamp time) {
            if (time < from)
                return;
            values.push_back((*context.indicator(0, FIVE, SMA_3))->value());
            const market::CandleColumns& seen = **context.candles(0, Timeframe::minutes(15));
            values.push_back(static_cast<double>(seen.size()));
            values.push_back(seen.empty() ? 0.0 : static_cast<double>(seen.close.back().ticks()));
        };
        return script;
    };
    session.account("early", watcher(early, minute(0)));
    session.account("late", watcher(late, minute(203)));
    (void)session.play();
    QVERIFY(late.size() > 300 && early.size() > late.size());
    QVERIFY(std::equal(late.rbegin(), late.rend(), early.rbegin()));
}

void TestEngineTime::nothingDependsOnLaterCandles()
{
    Session whole = busySession(2'000);
    const Output all = whole.play();
    QVERIFY(all.of("fill").size() > 100);
    for (const int minutes : {7, 123, 600, 1'111}) {
        Session part = busySession(minutes);
        const Output some = part.play();
        // Everything before the end of the shorter session, where working orders are ended.
        const auto end = static_cast<std::size_t>(std::count_if(
            some.lines.begin(), some.lines.end(), [](const Line& line) {
                return line["reason"] != "session_ended" && line.event != "session_finished";
            }));
        QVERIFY(end > 1 && end <= all.lines.size());
        for (std::size_t i = 0; i < end; ++i) {
            QVERIFY(some.lines[i].event == all.lines[i].event);
            QVERIFY(some.lines[i].time == all.lines[i].time);
            QVERIFY(some.lines[i].fields == all.lines[i].fields);
        }
        const auto& points = some.points.at(0);
        QVERIFY(std::equal(points.begin(), points.end(), all.points.at(0).begin()));
    }
}

void TestEngineTime::timersRingAtMultiplesOfTheirInterval()
{
    Session session;
    session.symbol("BTC/USD", rising(-20, 29));
    std::vector<Timestamp> rung;
    Script script;
    script.start = [&](Context& context) {
        context.every(std::chrono::minutes(10), [&rung, &context] { rung.push_back(context.time()); });
        context.every(Nanoseconds(0), [] { QFAIL("an interval of nothing rang"); });
    };
    session.account("one", script);
    (void)session.play();
    QVERIFY((rung == std::vector<Timestamp>{minute(10), minute(20), minute(30)}));
}

void TestEngineTime::aTimerRingsOnceAfterAGap()
{
    Session session;
    auto candles = rising(0, 4);
    for (const market::Candle& each : rising(57, 63))
        candles.push_back(each);
    session.symbol("BTC/USD", candles);
    std::vector<Timestamp> rung;
    Script script;
    script.start = [&](Context& context) {
        context.every(std::chrono::minutes(10), [&rung, &context] { rung.push_back(context.time()); });
    };
    session.account("one", script);
    (void)session.play();
    QVERIFY((rung == std::vector<Timestamp>{minute(58), minute(60)}));
}

void TestEngineTime::recordsOneEquityPointABatchAndTheFirst()
{
    Session session;
    session.symbol("BTC/USD", {flat(-1, 900), flat(0, 1'000), flat(1, 1'000), flat(4, 1'200)});
    session.symbol("ETH/USD", {flat(1, 500), flat(2, 500)});
    Script buyer;
    buyer.start = [](Context& context) { QVERIFY(context.submit(marketOrder(Side::Buy, 10.0)).ok()); };
    session.account("buyer", buyer);
    session.account("idle", {});
    const Output output = session.play();
    const std::vector<Timestamp> times{START, minute(1), minute(2), minute(3), minute(5)};
    for (const AccountIndex account : {0U, 1U}) {
        const auto& points = output.points.at(account);
        QCOMPARE(points.size(), times.size());
        for (std::size_t i = 0; i < points.size(); ++i)
            QVERIFY(points[i].time == times[i]);
    }
    const auto& points = output.points.at(0);
    QCOMPARE(points.front().equity.toString(), std::string("1000.00000000"));
    QCOMPARE(points[1].cash.toString(), std::string("900.00000000"));
    QCOMPARE(points.back().equity.toString(), std::string("1020.00000000"));
    QCOMPARE(points.back().longExposure.toString(), std::string("120.00000000"));
    QCOMPARE(points.back().shortExposure.toString(), std::string("0.00000000"));
}

void TestEngineTime::cancelsWhatIsWorkingAtTheEnd()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    Script script;
    script.start = [](Context& context) {
        QVERIFY(context.submit(limitOrder(Side::Buy, 1.0, 5.0)).ok());
        QVERIFY(context.submit(stopOrder(Side::Short, 1.0, 4.0)).ok());
    };
    script.stop = [](Context& context) { QVERIFY(context.submit(marketOrder(Side::Buy, 1.0)).ok()); };
    session.account("one", script);
    const Output output = session.play();
    QVERIFY(session.desk().book().working.empty());
    QVERIFY(output.of("fill").empty());
    std::map<std::string, std::string> last;
    for (const Line& line : output.of("order"))
        last[line["order_id"]] = line["status"] + " " + line["reason"];
    QCOMPARE(last.size(), 3U);
    for (const auto& [id, state] : last)
        QCOMPARE(state, std::string("cancelled session_ended"));
    QCOMPARE(output.lines.back().event, std::string("session_finished"));
}

void TestEngineTime::aRestartGivesTheSameBytes()
{
    Session session = busySession(1'500);
    session.symbol("ETH/USD", wanderingMinutes(12'345, 900, 50, 20, 4));
    session.account("calm", busyStrategy());
    const Output first = session.play();
    const Output second = session.play();
    QVERIFY(first.of("fill").size() > 50);
    QVERIFY(first.text == second.text);
    QVERIFY(first.points == second.points);
}

void TestEngineTime::handsOverWhatItHoldsBackWhenAsked()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 40));
    Script buyer;
    buyer.start = [](Context& context) { QVERIFY(context.submit(marketOrder(Side::Buy, 1.0)).ok()); };
    session.account("one", buyer);
    const Output straight = session.play();
    Output asked;
    engine::TradingEngine engine(session.setup, &asked, &asked);
    QVERIFY(engine.start().ok());
    for (int bar = 0; bar < 5; ++bar)
        QVERIFY(engine.step());
    engine.handOver();
    QCOMPARE(asked.of("fill").size(), std::size_t(1));
    QVERIFY(!asked.points.empty());
    while (engine.step()) {
    }
    engine.finish();
    QVERIFY(asked.text == straight.text);
    QVERIFY(asked.points == straight.points);
}

QTEST_APPLESS_MAIN(TestEngineTime)
#include "tst_enginetime.moc"
