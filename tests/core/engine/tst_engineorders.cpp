// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

#include <limits>

using namespace core;
using namespace fixture;
using execution::BracketLeg;
using execution::OrderRequest;
using execution::OrderSize;
using execution::OrderType;
using execution::Side;
using engine::AccountState;
using execution::TimeInForce;

namespace {

OrderRequest withBracket(OrderRequest request, std::optional<double> stopLoss,
                         std::optional<double> takeProfit)
{
    request.stopLoss = stopLoss;
    request.takeProfit = takeProfit;
    return request;
}

OrderRequest stopLimitOrder(Side side, double size, double stop, double limit)
{
    OrderRequest request = stopOrder(side, size, stop);
    request.type = OrderType::StopLimit;
    request.limit = limit;
    return request;
}

OrderRequest trailingOrder(Side side, double size, std::optional<double> trail,
                           std::optional<double> fraction = {})
{
    OrderRequest request = marketOrder(side, size);
    request.type = OrderType::TrailingStop;
    request.trail = trail;
    request.trailFraction = fraction;
    return request;
}

OrderRequest dated(OrderRequest request, TimeInForce tif, std::optional<Timestamp> expires)
{
    request.tif = tif;
    request.expires = expires;
    return request;
}

OrderRequest risked(double fraction, std::optional<double> stopLoss, Side side = Side::Buy)
{
    OrderRequest request = withBracket(marketOrder(side, fraction), stopLoss, {});
    request.size.unit = OrderSize::Unit::Risk;
    return request;
}

/// Submits what `make` says after the first bar, at price 10.00.
Script once(std::function<void(Context&)> make)
{
    Script script;
    script.bar = [make = std::move(make)](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0))
            make(context);
    };
    return script;
}

} // namespace

/// Orders from a strategy's request to the journal.
class TestEngineOrders : public QObject
{
    Q_OBJECT

private slots:
    void refusesWhatCannotBeMeant_data();
    void refusesWhatCannotBeMeant();
    void risksAFractionOfTheEquityAtTheStop();
    void aBracketIsJournaledWithItsEntry();
    void aMovedStopLossStaysHalfOfThePair();
    void aSuspendedStrategyKeepsItsBrackets();
    void closingAtMarketTakesThePairAlong();
    void aHandleShowsWhereATrailingStopStands();
    void everyStepIsToldToTheStrategy();
    void anExpiredOrderIsJournaledAtItsTime();
    void ambiguityIsJournaledWithItsStake();
    void openingFeesAndInterestAreInTheLedger();
    void matchingUsesTheBaseCandlesOfACoarserStrategy();
    void aThousandOrdersMayWork();
    void aPositionCanBeClosedWhateverRests();
    void aStopCanBeMovedWhateverRests();
    void anOrderStaysWhereItsReplacementIsTooMany();
    void aThousandOrdersMayBeSentAtOneTime();
    void aStrategyThatFloodsIsSuspended();
};

void TestEngineOrders::refusesWhatCannotBeMeant_data()
{
    constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();
    constexpr double INFINITE = std::numeric_limits<double>::infinity();
    QTest::addColumn<OrderRequest>("request");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const OrderRequest& request, const char* reason) {
        QTest::newRow(name) << request << QString::fromLatin1(reason);
    };
    const OrderRequest buy = marketOrder(Side::Buy, 1.0);
    row("nothing wrong with a stop", stopOrder(Side::Buy, 1.0, 11.0), "");
    OrderRequest request = stopOrder(Side::Buy, 1.0, 11.0);
    request.type = OrderType::StopLimit;
    row("stop-limit with a stop alone", request, "missing_price");
    request = limitOrder(Side::Buy, 1.0, 11.0);
    request.type = OrderType::StopLimit;
    row("stop-limit with a limit alone", request, "missing_price");
    row("stop-limit on the wrong side", stopLimitOrder(Side::Buy, 1.0, 9.0, 9.5), "wrong_side_stop");
    row("stop-limit of nothing", stopLimitOrder(Side::Buy, 1.0, 11.0, 0.0), "not_positive");
    row("trailing stop without a distance", trailingOrder(Side::Short, 1.0, {}), "missing_price");
    row("trailing stop with two distances", trailingOrder(Side::Short, 1.0, 1.0, 0.1), "unexpected_price");
    row("trailing stop with a stop", [&] {
        OrderRequest both = trailingOrder(Side::Short, 1.0, 1.0);
        both.stop = 9.0;
        return both;
    }(), "unexpected_price");
    row("trail on a market order", [&] {
        OrderRequest both = buy;
        both.trail = 1.0;
        return both;
    }(), "unexpected_price");
    row("trail of nothing", trailingOrder(Side::Short, 1.0, 0.0), "not_positive");
    row("trail below a tick", trailingOrder(Side::Short, 1.0, 0.001), "not_positive");
    row("negative trail", trailingOrder(Side::Short, 1.0, -1.0), "not_positive");
    row("trail not a number", trailingOrder(Side::Short, 1.0, NOT_A_NUMBER), "not_finite");
    row("trail as large as the price", trailingOrder(Side::Short, 1.0, 10.0), "out_of_range");
    row("fraction not a number", trailingOrder(Side::Short, 1.0, {}, NOT_A_NUMBER), "not_finite");
    row("fraction of one", trailingOrder(Side::Short, 1.0, {}, 1.0), "out_of_range");
    row("fraction of nothing", trailingOrder(Side::Short, 1.0, {}, 0.0), "not_positive");
    row("immediate stop", dated(stopOrder(Side::Buy, 1.0, 11.0), TimeInForce::ImmediateOrCancel, {}),
        "wrong_time_in_force");
    row("date without a time", dated(buy, TimeInForce::GoodTillDate, {}), "missing_expiry");
    row("time without a date", dated(buy, TimeInForce::GoodTillCancelled, minute(9)), "unexpected_expiry");
    row("date that is past", dated(buy, TimeInForce::GoodTillDate, minute(0)), "expiry_passed");
    row("date that is now", dated(buy, TimeInForce::GoodTillDate, minute(1)), "expiry_passed");
    row("stop-loss above a buy", withBracket(buy, 11.0, {}), "wrong_side_stop");
    row("stop-loss at a buy", withBracket(buy, 10.0, {}), "wrong_side_stop");
    row("stop-loss below a short", withBracket(marketOrder(Side::Short, 1.0), 9.0, {}), "wrong_side_stop");
    row("take-profit below a buy", withBracket(buy, {}, 9.0), "wrong_side_target");
    row("take-profit above a short", withBracket(marketOrder(Side::Short, 1.0), {}, 11.0), "wrong_side_target");
    row("stop-loss above the entry's limit", withBracket(limitOrder(Side::Buy, 1.0, 9.0), 9.5, {}),
        "wrong_side_stop");
    row("take-profit below the entry's stop", withBracket(stopOrder(Side::Buy, 1.0, 12.0), {}, 11.0),
        "wrong_side_target");
    row("stop-loss not a number", withBracket(buy, NOT_A_NUMBER, {}), "not_finite");
    row("take-profit infinite", withBracket(buy, {}, INFINITE), "not_finite");
    row("negative stop-loss", withBracket(buy, -1.0, {}), "not_positive");
    row("take-profit beyond the ledger", withBracket(buy, {}, 1e30), "out_of_range");
    request = withBracket(buy, 9.0, {});
    request.reduceOnly = true;
    row("bracket on what only reduces", request, "bracket_on_exit");
    row("risk without a stop-loss", risked(0.01, {}), "missing_price");
    row("risk of nothing", risked(0.0, 9.0), "not_positive");
    row("risk not a number", risked(NOT_A_NUMBER, 9.0), "not_finite");
    row("risk beyond the ledger", risked(1e30, 9.0), "out_of_range");
    row("risk too small for a lot", risked(1e-8, 5.0), "below_minimum");
    row("risk with the stop-loss on the wrong side", risked(0.01, 11.0), "wrong_side_stop");
}

void TestEngineOrders::refusesWhatCannotBeMeant()
{
    QFETCH(OrderRequest, request);
    QFETCH(QString, reason);
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000)});
    session.account("one", once([&](Context& context) {
                        const auto id = context.submit(request);
                        QCOMPARE(QString::fromStdString(id.ok() ? "" : id.error().what), reason);
                    }));
    const Output output = session.play();
    QCOMPARE(output.of("fill").empty(), !reason.isEmpty() || request.type != OrderType::Market);
}

void TestEngineOrders::risksAFractionOfTheEquityAtTheStop()
{
    // 1 % of 1000 over 0.30 a unit is 33.333…; a limit counts from its own price.
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 970)});
    session.account("one", once([&](Context& context) {
                        QVERIFY(context.submit(risked(0.01, 9.7)).ok());
                        OrderRequest request = withBracket(limitOrder(Side::Buy, 0.005, 8.0), 7.5, {});
                        request.size.unit = OrderSize::Unit::Risk;
                        const auto id = context.submit(request);
                        QCOMPARE(context.order(*id)->size.lots(), 1'000);
                    }));
    const Output output = session.play();
    QCOMPARE(output.of("fill").at(0)["quantity"], std::string("33.33"));
    // Stopped out at 9.70: the loss is the risk, rounded down by the lot.
    QCOMPARE(output.of("fill").at(1)["realised_profit"], std::string("-9.99900000"));
}

void TestEngineOrders::aBracketIsJournaledWithItsEntry()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), candle(2, 1'000, 1'060, 1'000, 1'050)});
    session.account("one", once([](Context& context) {
                        QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 5.0), 9.5, 10.5)).ok());
                    }));
    const Output output = session.play();
    const auto orders = output.of("order");
    QCOMPARE(orders.size(), 7U); // the entry's three steps, two births, two ends
    QCOMPARE(orders[0]["stop_loss"], std::string("9.50"));
    QCOMPARE(orders[0]["take_profit"], std::string("10.50"));
    QCOMPARE(orders[0]["tif"], std::string("gtc"));
    QCOMPARE(orders[3]["leg"], std::string("stop_loss"));
    QCOMPARE(orders[3]["parent"], orders[0]["order_id"]);
    QCOMPARE(orders[3]["type"], std::string("stop"));
    QCOMPARE(orders[4]["leg"], std::string("take_profit"));
    QCOMPARE(orders[5]["status"], std::string("filled"));
    QCOMPARE(orders[6]["reason"], std::string("one_cancels_other"));
    for (const Line& line : orders)
        QVERIFY(line.correlation == orders[0].correlation);
    const auto fills = output.of("fill");
    QCOMPARE(fills.at(1)["leg"], std::string("take_profit"));
    QCOMPARE(fills.at(1)["parent"], orders[0]["order_id"]);
    QCOMPARE(fills.at(1)["price"], std::string("10.50"));
    QCOMPARE(fills.at(1)["liquidity"], std::string("maker"));
    QVERIFY(session.desk().book().account.isFlat());
}

void TestEngineOrders::aMovedStopLossStaysHalfOfThePair()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000), candle(3, 1'000, 1'000, 970, 970)});
    Script script = once([](Context& context) {
        QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 5.0), 9.0, 11.0)).ok());
    });
    script.close = [](Context& context, Timestamp time) {
        if (time != minute(2))
            return;
        const execution::Order stop = context.workingOrders()[0];
        QVERIFY(stop.leg == BracketLeg::StopLoss);
        const auto moved = context.replace(stop.id, stopOrder(Side::Sell, 5.0, 9.8));
        QVERIFY(moved.ok());
        QVERIFY(context.order(*moved)->leg == BracketLeg::StopLoss);
        QVERIFY(context.order(*moved)->parent == stop.parent);
    };
    session.account("one", script);
    const Output output = session.play();
    QCOMPARE(output.of("fill").at(1)["price"], std::string("9.80"));
    QVERIFY(session.desk().book().account.isFlat());
    QVERIFY(session.desk().workingOrders().empty());
    QCOMPARE(output.of("order").back()["reason"], std::string("one_cancels_other"));
}

void TestEngineOrders::aSuspendedStrategyKeepsItsBrackets()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000), flat(3, 900)});
    Script script = once([](Context& context) {
        QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 5.0), 9.5, {})).ok());
    });
    script.close = [](Context& context, Timestamp time) {
        if (time == minute(2))
            context.suspend("a rest");
    };
    session.account("one", script);
    const Output output = session.play();
    QCOMPARE(output.of("fill").size(), 2U);
    QCOMPARE(output.of("fill").at(1)["rule"], std::string("stop_gap"));
    QVERIFY(session.desk().book().account.isFlat());
}

void TestEngineOrders::closingAtMarketTakesThePairAlong()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000), flat(3, 900)});
    Script script = once([](Context& context) {
        QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 5.0), 9.5, 10.5)).ok());
    });
    script.close = [](Context& context, Timestamp time) {
        if (time == minute(2))
            QVERIFY(context.target(0, 0.0).ok());
    };
    session.account("one", script);
    const Output output = session.play();
    QCOMPARE(output.of("fill").size(), 2U);
    QVERIFY(session.desk().workingOrders().empty());
    QCOMPARE(output.of("order").back()["reason"], std::string("position_closed"));
}

void TestEngineOrders::aHandleShowsWhereATrailingStopStands()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 1'040), flat(3, 1'100), flat(4, 1'090)});
    std::vector<std::int64_t> stops;
    Script script;
    script.bar = [&stops, id = OrderId()](Context& context, const Bar& bar) mutable {
        if (bar.candle.openTime == minute(0))
            QVERIFY(context.submit(marketOrder(Side::Buy, 5.0)).ok());
        if (bar.candle.openTime == minute(1))
            id = *context.submit(trailingOrder(Side::Sell, 5.0, 0.5));
        if (!id.isNone())
            stops.push_back(context.order(id)->stop->ticks());
    };
    session.account("one", script);
    const Output output = session.play();
    QCOMPARE(stops, (std::vector<std::int64_t>{950, 990, 1'050, 1'050}));
    QCOMPARE(output.of("order").back()["trail"], std::string("0.50"));
}

namespace {

/// Submits so many buys far below the price, and returns how many were taken.
int rest(Context& context, int count)
{
    int taken = 0;
    for (int i = 0; i < count; ++i)
        taken += context.submit(limitOrder(Side::Buy, 0.01, 1.0)).ok() ? 1 : 0;
    return taken;
}

} // namespace

void TestEngineOrders::aThousandOrdersMayWork()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    std::vector<int> taken;
    const auto half = [&taken](Context& context) { taken.push_back(rest(context, 510)); };
    session.account("one", acting({{0, half}, {1, half}, {2, half}}));
    const Output output = session.play();
    QCOMPARE(taken, (std::vector<int>{510, 490, 0}));
    QCOMPARE(output.of("order").at(2 * 1000)["reason"], std::string());
    QCOMPARE(output.of("order").at(2 * 1000 + 1)["reason"], std::string("too_many_orders"));
}

void TestEngineOrders::aPositionCanBeClosedWhateverRests()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 4));
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 5.0))},
                                   {1, [](Context& context) { QCOMPARE(rest(context, 990), 990); }},
                                   {2, [](Context& context) {
                                        QCOMPARE(rest(context, 11), 10);
                                        QVERIFY(context.target(0, 0.0).ok());
                                    }}}));
    const Output output = session.play();
    QVERIFY(session.desk().book().account.isFlat());
}

void TestEngineOrders::aStopCanBeMovedWhateverRests()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 4));
    OrderId stop;
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 5.0))},
                                   {1, [&stop](Context& context) {
                                        stop = *context.submit(stopOrder(Side::Sell, 5.0, 5.0));
                                        QCOMPARE(rest(context, 999), 999);
                                    }},
                                   {2, [&stop](Context& context) {
                                        QVERIFY(context.replace(stop, stopOrder(Side::Sell, 5.0, 6.0)).ok());
                                    }}}));
    (void)session.play();
    QVERIFY(session.desk().state() == AccountState::Running);
}

void TestEngineOrders::anOrderStaysWhereItsReplacementIsTooMany()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    bool stays = false;
    session.account("one", acting({{0, [&stays](Context& context) {
                                        const OrderId id = *context.submit(limitOrder(Side::Buy, 0.01, 1.0));
                                        for (int i = 0; i < 999; ++i)
                                            (void)context.cancel(*context.submit(limitOrder(Side::Buy, 0.01, 1.0)));
                                        QVERIFY(!context.replace(id, limitOrder(Side::Buy, 0.01, 2.0)).ok());
                                        stays = context.order(id)->isWorking();
                                    }}}));
    (void)session.play();
    QVERIFY(stays);
}

void TestEngineOrders::aThousandOrdersMayBeSentAtOneTime()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    int taken = 0;
    const auto churn = [&taken](Context& context) {
        for (int i = 0; i < 1050; ++i) {
            const auto sent = context.submit(limitOrder(Side::Buy, 0.01, 1.0));
            taken += sent.ok() ? 1 : 0;
            if (sent.ok())
                QVERIFY(context.cancel(*sent).ok());
        }
    };
    session.account("one", acting({{0, churn}, {1, churn}}));
    const Output output = session.play();
    QCOMPARE(taken, 2000);
    QVERIFY(session.desk().state() == AccountState::Running);
}

void TestEngineOrders::aStrategyThatFloodsIsSuspended()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    session.account("one", acting({{0, [](Context& context) { (void)rest(context, 100'000); }}}));
    const Output output = session.play();
    QVERIFY(session.desk().state() == AccountState::Suspended);
    QVERIFY(output.of("strategy_suspended").at(0)["reason"].find("too_many_orders") != std::string::npos);
    // Taken, refused and cancelled; the rest of the loop leaves no line.
    QCOMPARE(output.of("order").size(), std::size_t(2 * 1000 + 2 * 100 + 1000));
}

void TestEngineOrders::everyStepIsToldToTheStrategy()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), candle(2, 1'000, 1'060, 1'000, 1'050)});
    std::string told;
    Script script = once([](Context& context) {
        QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 5.0), 9.5, 10.5)).ok());
    });
    script.order = [&told](Context& context, const execution::Order& order) {
        told += std::string(execution::name(order.leg)) + " ";
        told += std::string(execution::name(order.status)) + "; ";
        QVERIFY(context.order(order.id) != nullptr);
    };
    session.account("one", script);
    (void)session.play();
    QCOMPARE(told, std::string(" accepted;  filled; stop_loss accepted; take_profit accepted; "
                               "take_profit filled; stop_loss cancelled; "));
}

void TestEngineOrders::anExpiredOrderIsJournaledAtItsTime()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 5));
    session.account("one", once([](Context& context) {
                        QVERIFY(context
                                    .submit(dated(limitOrder(Side::Buy, 1.0, 5.0), TimeInForce::GoodTillDate,
                                                  minute(3)))
                                    .ok());
                    }));
    const Output output = session.play();
    const Line end = output.of("order").back();
    QCOMPARE(end["status"], std::string("expired"));
    QCOMPARE(end["reason"], std::string("date_reached"));
    QCOMPARE(end["expires"], formatTimestamp(minute(3)));
    QVERIFY(end.time == minute(3));
}

void TestEngineOrders::ambiguityIsJournaledWithItsStake()
{
    // Stop and target in one bar: low first loses 5, high first wins 5, on ten units.
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), candle(2, 1'000, 1'060, 940, 1'000)});
    session.account("one", once([](Context& context) {
                        QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 10.0), 9.5, 10.5)).ok());
                    }));
    const Output output = session.play();
    QCOMPARE(output.of("fill").at(1)["stake"], std::string("-10.00000000"));
    const auto lines = output.of("ambiguity");
    QCOMPARE(lines.size(), 1U);
    QCOMPARE(lines[0]["stake"], std::string("-10.00000000"));
    QCOMPARE(lines[0]["fills"], std::string("1"));
    const engine::EngineSnapshot snapshot = session.engine->snapshot();
    QCOMPARE(snapshot.accounts[0].ambiguousFills, 1);
    QCOMPARE(snapshot.accounts[0].ambiguousStake.count(), 1'000'000'000);
}

void TestEngineOrders::openingFeesAndInterestAreInTheLedger()
{
    Session session;
    session.setup.rules.costs.borrow = {0, 0, 100'000, 20'000};
    std::vector<market::Candle> candles = {flat(0, 1'000), flat(1, 1'000)};
    candles.push_back(flat(600, 1'000));
    session.symbol("BTC/USD", candles);
    session.account("one", once([](Context& context) {
                        QVERIFY(context.submit(marketOrder(Side::Short, 10.0)).ok());
                    }));
    const Output output = session.play();
    std::string kinds;
    for (const Line& line : output.of("ledger"))
        kinds += line["kind"] + " " + line["cash"] + "; ";
    // 0.1 % of 100 on opening; 0.02 % at 4:01 and 8:01, before the bar at 10:00.
    QCOMPARE(kinds, std::string("deposit 1000.00000000; trade 100.00000000; opening_fee -0.10000000; "
                                "borrow_interest -0.02000000; borrow_interest -0.02000000; "));
    QCOMPARE(output.of("fill").at(0)["opening_fee"], std::string("0.10000000"));
    QVERIFY(output.of("ledger").at(3).time == minute(241));
    QCOMPARE(session.engine->snapshot().accounts[0].borrowInterest.count(), 4'000'000);
}

void TestEngineOrders::matchingUsesTheBaseCandlesOfACoarserStrategy()
{
    // Within the five minutes the price falls to the stop first and then rises; the five-minute candle's
    // own path would have the nearer extreme, the high, come first.
    Session session;
    std::vector<market::Candle> candles = rising(0, 4);
    candles.push_back(flat(5, 1'000));
    candles.push_back(candle(6, 1'000, 1'000, 900, 1'000));
    candles.push_back(candle(7, 1'000, 1'050, 1'000, 1'050));
    for (int i = 8; i < 10; ++i)
        candles.push_back(flat(i, 1'000));
    session.symbol("BTC/USD", candles);
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0))
            QVERIFY(context.submit(withBracket(marketOrder(Side::Buy, 5.0), 9.5, 10.4)).ok());
    };
    session.account("one", script).timeframe = market::Timeframe::minutes(5);
    const Output output = session.play();
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["leg"], std::string("stop_loss"));
    QVERIFY(fills[1].time > minute(6) && fills[1].time < minute(7));
    QCOMPARE(fills[1]["ambiguous"], std::string("0"));
}

QTEST_GUILESS_MAIN(TestEngineOrders)
#include "tst_engineorders.moc"
