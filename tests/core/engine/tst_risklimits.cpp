// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

using namespace core;
using namespace fixture;
using execution::OrderType;
using execution::Side;
using portfolio::OnBreach;
using portfolio::RiskLimit;
using portfolio::RiskRequest;

namespace {

/// The first bar whose close is a midnight.
constexpr int LAST_OF_DAY = 24 * 60 - 1;

portfolio::RiskLimits limits(const RiskRequest& request)
{
    return *portfolio::RiskLimits::make(request);
}

portfolio::RiskLimits dailyLoss(double fraction, OnBreach action = OnBreach::Block)
{
    RiskRequest request;
    request.dailyLoss = fraction;
    request.onBreach = action;
    return limits(request);
}

portfolio::RiskLimits exposure(double multiple, OnBreach action = OnBreach::Block)
{
    RiskRequest request;
    request.exposure = multiple;
    request.onBreach = action;
    return limits(request);
}

portfolio::RiskLimits ordersAMinute(std::int64_t count, OnBreach action = OnBreach::Block)
{
    RiskRequest request;
    request.ordersAMinute = count;
    request.onBreach = action;
    return limits(request);
}

/// The breaches and their ends: "daily_loss breached 3" for the minute 3.
std::vector<std::string> storyOf(const Output& output)
{
    std::vector<std::string> story;
    for (const Line& line : output.of("risk_limit"))
        story.push_back(line["limit"] + " " + line["state"] + " " +
                        std::to_string((line.time - START) / MINUTE));
    return story;
}

using Story = std::vector<std::string>;

} // namespace

/// Limits of loss, drawdown, exposure and orders a minute, as an account lives under them.
class TestRiskLimits : public QObject
{
    Q_OBJECT

private slots:
    void aDailyLossRefusesEntriesUntilMidnight();
    void theLimitItselfIsAllowed();
    void aGapOverDaysBeginsANewDayAtTheLastMarks();
    void dailyBarsLoseAndEndAtOnceYetFlatten();
    void restingEntriesGoAndProtectionStays();
    void aLossInsideABarRefusesTheNextEntry();
    void anOrderThroughThePositionOnlyReduces();
    void aDrawdownStaysOverMidnight();
    void aFillIsCutToTheExposure();
    void costsCountAgainstTheExposure();
    void exposureThatGrewRefusesEntriesUntilItIsBack();
    void ordersBeyondTheMinuteAreRefused();
    void exitsAreNeverTooMany();
    void flatteningClosesEverySymbolWithItsNextBar();
    void flatteningWaitsForVolumeAndBlocksUntilItIsDone();
    void flatteningIsNotTheStrategysToCancel();
    void tooManyOrdersFlattenToo();
    void theMarginCallWins();
    void aHaltedAccountBreachesNothing();
    void aHundredRefusalsByALimitSuspendNobody();
    void aSuspendedAccountIsStillFlattened();
    void eachAccountHasItsOwn();
    void startingOverLandsOnTheSame();
};

void TestRiskLimits::aDailyLossRefusesEntriesUntilMidnight()
{
    Session session;
    std::vector<market::Candle> candles;
    for (int i = LAST_OF_DAY - 5; i <= LAST_OF_DAY + 3; ++i)
        candles.push_back(flat(i, i < LAST_OF_DAY - 3 ? 1'000 : 940));
    session.symbol("BTC/USD", candles);
    Acts acts;
    acts[LAST_OF_DAY - 5] = submits(marketOrder(Side::Buy, 100.0));
    acts[LAST_OF_DAY - 2] = [](Context& context) {
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what,
                 std::string("daily_loss_limit"));
        QVERIFY(context.submit(marketOrder(Side::Sell, 10.0)).ok());
    };
    acts[LAST_OF_DAY - 1] = submits(marketOrder(Side::Buy, 2.0));
    acts[LAST_OF_DAY] = submits(marketOrder(Side::Buy, 3.0));
    session.account("one", acting(acts)).risk = dailyLoss(0.05);
    const Output output = session.play();
    const auto ends = endsOf(output);
    QCOMPARE(ends.at("2"), std::string("rejected daily_loss_limit"));
    QCOMPARE(ends.at("3"), std::string("filled "));
    QCOMPARE(ends.at("4"), std::string("rejected daily_loss_limit"));
    QCOMPARE(ends.at("5"), std::string("filled "));
    const auto lines = output.of("risk_limit");
    QCOMPARE(lines.size(), 2U);
    QCOMPARE(lines[0]["state"], std::string("breached"));
    QCOMPARE(lines[0]["limit"], std::string("daily_loss"));
    QCOMPARE(lines[0]["action"], std::string("block"));
    QCOMPARE(lines[0]["value"], std::string("0.06"));
    QCOMPARE(lines[0]["threshold"], std::string("0.05"));
    QCOMPARE(lines[0]["equity"], std::string("940.00000000"));
    QVERIFY(lines[0].time == minute(LAST_OF_DAY - 2));
    QVERIFY(!lines[0].correlation.isNone());
    QCOMPARE(lines[1]["state"], std::string("ended"));
    QVERIFY(lines[1].time == minute(LAST_OF_DAY + 1));
    QCOMPARE(lines[1]["since"], formatTimestamp(lines[0].time));
    QVERIFY(session.desk().state() == engine::AccountState::Running);
    const auto snapshot = session.engine->snapshot();
    QCOMPARE(snapshot.accounts[0].riskBreaches, 1);
    QVERIFY(snapshot.accounts[0].breaches.empty());
    QCOMPARE(snapshot.marks->size(), 1U);
    QVERIFY(snapshot.marks->at(0).kind == engine::TimelineMark::Kind::RiskLimit);
}

void TestRiskLimits::theLimitItselfIsAllowed()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 950), flat(3, 950), flat(4, 949)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    acts[2] = submits(limitOrder(Side::Buy, 1.0, 1.0));
    session.account("one", acting(acts)).risk = dailyLoss(0.05);
    const Output output = session.play();
    QVERIFY(storyOf(output) == Story{"daily_loss breached 5"});
    const auto snapshot = session.engine->snapshot();
    QVERIFY(snapshot.accounts[0].state == engine::AccountState::Blocked);
    QCOMPARE(snapshot.accounts[0].stateReason,
             std::string("daily_loss 0.051 beyond 0.05 since 2024-01-01T00:05:00Z"));
    QCOMPARE(snapshot.accounts[0].breaches.size(), 1U);
    QVERIFY(snapshot.accounts[0].breaches[0].limit == RiskLimit::DailyLoss);
}

void TestRiskLimits::aGapOverDaysBeginsANewDayAtTheLastMarks()
{
    Session session;
    const int later = 3 * 24 * 60 + 90;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 940), flat(later, 900),
                               flat(later + 1, 890), flat(later + 2, 892)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    session.account("one", acting(acts)).risk = dailyLoss(0.05);
    // 940 at the last marks: 900 is 4.3 % less, 890 is 5.3 %.
    QVERIFY((storyOf(session.play()) == Story{"daily_loss breached 3",
                                              "daily_loss ended " + std::to_string(later),
                                              "daily_loss breached " + std::to_string(later + 2)}));
}

void TestRiskLimits::dailyBarsLoseAndEndAtOnceYetFlatten()
{
    for (const OnBreach action : {OnBreach::Block, OnBreach::Flatten}) {
        Session session;
        session.setup.base = market::Timeframe::minutes(24 * 60);
        const int day = 24 * 60;
        session.symbol("BTC/USD",
                       {flat(0, 1'000), flat(day, 1'000), flat(2 * day, 900), flat(3 * day, 910)});
        Acts acts;
        acts[0] = submits(marketOrder(Side::Buy, 100.0));
        auto& account = session.account("one", acting(acts));
        account.timeframe = session.setup.base;
        account.risk = dailyLoss(0.05, action);
        const Output output = session.play();
        const std::string at = std::to_string(3 * day);
        QVERIFY((storyOf(output) == Story{"daily_loss breached " + at, "daily_loss ended " + at}));
        QCOMPARE(session.desk().book().account.isFlat(), action == OnBreach::Flatten);
        QVERIFY(session.desk().state() == engine::AccountState::Running);
    }
}

void TestRiskLimits::restingEntriesGoAndProtectionStays()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 940), flat(3, 940),
                    candle(4, 940, 960, 940, 960), candle(5, 960, 960, 900, 900), flat(6, 890)});
    std::vector<std::string> told;
    Acts acts;
    acts[0] = [](Context& context) {
        auto entry = marketOrder(Side::Buy, 60.0);
        entry.stopLoss = 9.10;
        QVERIFY(context.submit(entry).ok());
        QVERIFY(context.submit(marketOrder(Side::Buy, 40.0)).ok());
    };
    acts[1] = [](Context& context) {
        QVERIFY(context.submit(limitOrder(Side::Buy, 1.0, 9.05)).ok());
        auto trail = marketOrder(Side::Sell, 40.0);
        trail.type = OrderType::TrailingStop;
        trail.trail = 0.70;
        QVERIFY(context.submit(trail).ok());
    };
    Script script = acting(acts);
    script.order = [&told](Context&, const execution::Order& order) {
        if (order.status == execution::OrderStatus::Cancelled)
            told.emplace_back(execution::name(order.reason));
    };
    session.account("one", script).risk = dailyLoss(0.05);
    const Output output = session.play();
    QVERIFY((told == std::vector<std::string>{"daily_loss_limit"}));
    QVERIFY(session.desk().book().account.isFlat());
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 4U);
    QCOMPARE(fills[2]["rule"], std::string("stop"));
    QCOMPARE(fills[2]["price"], std::string("9.30"));
    QCOMPARE(fills[3]["leg"], std::string("stop_loss"));
    QCOMPARE(fills[3]["price"], std::string("9.10"));
}

void TestRiskLimits::aLossInsideABarRefusesTheNextEntry()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), candle(2, 1'000, 1'000, 890, 1'000)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    acts[1] = submits(limitOrder(Side::Buy, 5.0, 9.0));
    session.account("one", acting(acts)).risk = dailyLoss(0.05);
    const Output output = session.play();
    QCOMPARE(endsOf(output).at("2"), std::string("cancelled daily_loss_limit"));
    QCOMPARE(output.of("fill").size(), 1U);
    const auto lines = output.of("risk_limit");
    QCOMPARE(lines.size(), 1U);
    QVERIFY(lines[0].time > minute(2) && lines[0].time < minute(3));
    QCOMPARE(lines[0]["equity"], std::string("900.00000000"));
    const auto cuts = output.of("risk_cut");
    QCOMPARE(cuts.size(), 1U);
    QCOMPARE(cuts[0]["asked"], std::string("5.00"));
    QCOMPARE(cuts[0]["granted"], std::string("0.00"));
    QCOMPARE(cuts[0]["reason"], std::string("daily_loss_limit"));
}

void TestRiskLimits::anOrderThroughThePositionOnlyReduces()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 940), flat(3, 940), flat(4, 940)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    acts[2] = [](Context& context) {
        QVERIFY(context.target(0, -50.0).ok());
        // What is waiting closes it, so nothing is left that another order could reduce.
        QCOMPARE(context.submit(marketOrder(Side::Short, 5.0)).error().what,
                 std::string("daily_loss_limit"));
    };
    session.account("one", acting(acts)).risk = dailyLoss(0.05);
    const Output output = session.play();
    QVERIFY(session.desk().book().account.isFlat());
    QCOMPARE(endsOf(output).at("2"), std::string("cancelled daily_loss_limit"));
    QCOMPARE(output.of("fill").at(1)["quantity"], std::string("-100.00"));
}

void TestRiskLimits::aDrawdownStaysOverMidnight()
{
    Session session;
    std::vector<market::Candle> candles;
    for (int i = 0; i < 2 * LAST_OF_DAY; i += 60)
        candles.push_back(flat(i, i < 120 ? 1'000 : i < 240 ? 1'200 : i < 360 ? 950 : 1'500));
    session.symbol("BTC/USD", candles);
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    acts[48 * 30] = submits(marketOrder(Side::Buy, 1.0));
    RiskRequest request;
    request.drawdown = 0.2;
    session.account("one", acting(acts)).risk = limits(request);
    const Output output = session.play();
    QVERIFY(storyOf(output) == Story{"drawdown breached 241"});
    QCOMPARE(endsOf(output).at("2"), std::string("rejected drawdown_limit"));
    QVERIFY(session.desk().state() == engine::AccountState::Blocked);
}

void TestRiskLimits::aFillIsCutToTheExposure()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 4));
    session.symbol("ETH/USD",
                   {flat(0, 300), flat(1, 300), flat(2, 300), flat(3, 300), flat(4, 300)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 30.0));
    acts[1] = submits(marketOrder(Side::Short, 500.0, 1));
    acts[2] = submits(marketOrder(Side::Buy, 1.0));
    session.account("one", acting(acts)).risk = exposure(0.5);
    const Output output = session.play();
    // The long is worth 300.60 of 500.15 by then: 199.55 are left, and the short sells at 3.
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["quantity"], std::string("-66.51"));
    const auto cuts = output.of("risk_cut");
    QCOMPARE(cuts.size(), 2U);
    QCOMPARE(cuts[0]["asked"], std::string("500.00"));
    QCOMPARE(cuts[0]["granted"], std::string("66.51"));
    QCOMPARE(cuts[0]["reason"], std::string("exposure_limit"));
    QCOMPARE(endsOf(output).at("2"), std::string("cancelled exposure_limit"));
    QVERIFY(output.of("margin_cut").empty());
}

void TestRiskLimits::costsCountAgainstTheExposure()
{
    Session session;
    session.setup.rules.costs = {1'000'000, 1'000'000, 0, 0, {}}; // 1 %
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 200.0));
    session.account("one", acting(acts)).risk = exposure(1.0);
    const auto fills = session.play().of("fill");
    // 10 n ≤ 1000 − 0.1 n
    QCOMPARE(fills.at(0)["quantity"], std::string("99.00"));
    QVERIFY(session.engine->snapshot().accounts[0].breaches.empty());
}

void TestRiskLimits::exposureThatGrewRefusesEntriesUntilItIsBack()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'300), flat(3, 1'300),
                               flat(4, 1'000), flat(5, 1'000)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Short, 50.0));
    acts[2] = [](Context& context) {
        QCOMPARE(context.submit(marketOrder(Side::Short, 1.0)).error().what,
                 std::string("exposure_limit"));
        QVERIFY(context.submit(limitOrder(Side::Cover, 1.0, 1.0)).ok());
    };
    acts[4] = submits(marketOrder(Side::Short, 1.0));
    session.account("one", acting(acts)).risk = exposure(0.6);
    const Output output = session.play();
    QVERIFY((storyOf(output) == Story{"exposure breached 3", "exposure ended 5"}));
    QCOMPARE(endsOf(output).at("4"), std::string("filled "));
    // It comes and goes with the bars; the time line is for what does not.
    QVERIFY(session.engine->snapshot().marks->empty());
}

void TestRiskLimits::ordersBeyondTheMinuteAreRefused()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    Acts acts;
    acts[0] = [](Context& context) {
        for (int i = 0; i < 3; ++i)
            QVERIFY(context.submit(marketOrder(Side::Buy, 1.0)).ok());
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what,
                 std::string("order_rate_limit"));
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what,
                 std::string("order_rate_limit"));
    };
    acts[1] = submits(marketOrder(Side::Buy, 1.0));
    session.account("one", acting(acts)).risk = ordersAMinute(3);
    const Output output = session.play();
    // Two refusals are one breach; a minute on the three before it have left the window.
    QVERIFY((storyOf(output) == Story{"order_rate breached 1", "order_rate ended 2"}));
    QCOMPARE(output.of("risk_limit")[0]["value"], std::string("4"));
    QCOMPARE(output.of("fill").size(), 4U);
}

void TestRiskLimits::exitsAreNeverTooMany()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 10.0));
    acts[1] = [](Context& context) {
        for (int i = 0; i < 5; ++i)
            QVERIFY(context.submit(marketOrder(Side::Sell, 1.0)).ok());
        // They count all the same.
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what,
                 std::string("order_rate_limit"));
    };
    session.account("one", acting(acts)).risk = ordersAMinute(1);
    QCOMPARE(session.play().of("fill").size(), 6U);
}

void TestRiskLimits::flatteningClosesEverySymbolWithItsNextBar()
{
    Session session;
    session.setup.rules.costs = {100'000, 100'000, 50'000, 500'000, {}};
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 900), flat(3, 910),
                               flat(4, 910), flat(5, 910), flat(6, 910)});
    session.symbol("ETH/USD", {flat(0, 500), flat(1, 500), flat(5, 520), flat(6, 520)});
    Acts acts;
    acts[0] = [](Context& context) {
        auto entry = marketOrder(Side::Buy, 70.0);
        entry.stopLoss = 5.0;
        entry.takeProfit = 20.0;
        (void)context.submit(entry);
        (void)context.submit(marketOrder(Side::Short, 50.0, 1));
    };
    acts[1] = submits(limitOrder(Side::Buy, 1.0, 5.0));
    acts[3] = [](Context& context) {
        QCOMPARE(context.position(0).size, 0.0);
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what,
                 std::string("daily_loss_limit"));
    };
    session.account("one", acting(acts)).risk = dailyLoss(0.05, OnBreach::Flatten);
    const Output output = session.play();
    QVERIFY(session.desk().book().account.isFlat());
    QVERIFY(session.desk().workingOrders().empty());
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 4U);
    QVERIFY(fills[2].time == minute(3) && fills[3].time == minute(5));
    QCOMPARE(fills[2]["price"], std::string("9.09"));
    for (const Line& fill : {fills[2], fills[3]}) {
        QCOMPARE(fill["rule"], std::string("market_open"));
        QCOMPARE(fill["liquidation_fee"], std::string("0.00000000"));
        QVERIFY(*Money::parse(fill["fee"]) > Money() && *Money::parse(fill["slippage"]) > Money());
        QVERIFY(fill.correlation == output.of("risk_limit")[0].correlation);
    }
    int forced = 0;
    for (const Line& line : output.of("order"))
        forced += line["forced"] == "1" && line["status"] == "submitted" ? 1 : 0;
    QCOMPARE(forced, 2);
    QVERIFY(output.of("margin_call").empty());
}

void TestRiskLimits::flatteningWaitsForVolumeAndBlocksUntilItIsDone()
{
    Session session;
    session.setup.rules.participation = 10'000'000;
    std::vector<market::Candle> candles;
    for (int i = LAST_OF_DAY - 3; i <= LAST_OF_DAY + 5; ++i) {
        candles.push_back(flat(i, i < LAST_OF_DAY - 1 ? 1'000 : 900));
        if (i >= LAST_OF_DAY)
            candles.back().volume = 300.0; // 30 of them for one account
    }
    const std::uint32_t symbol = session.symbol("BTC/USD", candles);
    session.setup.symbols[symbol].instrument.volumeUnit = market::VolumeUnit::Stated;
    const auto refused = [](Context& context) {
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what, std::string("daily_loss_limit"));
    };
    Acts acts;
    acts[LAST_OF_DAY - 3] = submits(marketOrder(Side::Buy, 100.0));
    // The day of the loss is over at the first of these, the closing is not before the last.
    for (int i = LAST_OF_DAY; i < LAST_OF_DAY + 3; ++i)
        acts[i] = refused;
    acts[LAST_OF_DAY + 3] = submits(marketOrder(Side::Buy, 2.0));
    session.account("one", acting(acts)).risk = dailyLoss(0.05, OnBreach::Flatten);
    const Output output = session.play();
    QVERIFY((storyOf(output) == Story{"daily_loss breached " + std::to_string(LAST_OF_DAY),
                                      "daily_loss ended " + std::to_string(LAST_OF_DAY + 1)}));
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 6U);
    QCOMPARE(fills[4]["position_after"], std::string("0.00"));
    QVERIFY(fills[4].time == minute(LAST_OF_DAY + 3));
    QCOMPARE(fills[5]["quantity"], std::string("2.00"));
}

void TestRiskLimits::flatteningIsNotTheStrategysToCancel()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 900), flat(3, 910)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    acts[2] = [](Context& context) {
        QCOMPARE(context.workingOrders().size(), 1U);
        const OrderId id = context.workingOrders()[0].id;
        QCOMPARE(context.cancel(id).error().code, ErrorCode::Refused);
        QCOMPARE(context.replace(id, marketOrder(Side::Sell, 1.0)).error().code,
                 ErrorCode::Refused);
        QCOMPARE(context.target(0, 0.0)->value, 0U);
    };
    session.account("one", acting(acts)).risk = dailyLoss(0.05, OnBreach::Flatten);
    (void)session.play();
    QVERIFY(session.desk().book().account.isFlat());
}

void TestRiskLimits::tooManyOrdersFlattenToo()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 5));
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 10.0));
    acts[1] = [](Context& context) {
        QVERIFY(context.submit(limitOrder(Side::Buy, 1.0, 5.0)).ok());
        QVERIFY(!context.submit(limitOrder(Side::Buy, 1.0, 5.0)).ok());
        QCOMPARE(context.workingOrders().size(), 1U);
        QVERIFY(context.workingOrders()[0].forced);
    };
    acts[2] = submits(marketOrder(Side::Buy, 1.0));
    session.account("one", acting(acts)).risk = ordersAMinute(1, OnBreach::Flatten);
    const Output output = session.play();
    QCOMPARE(endsOf(output).at("2"), std::string("cancelled order_rate_limit"));
    QCOMPARE(endsOf(output).at("3"), std::string("rejected order_rate_limit"));
    QCOMPARE(endsOf(output).at("4"), std::string("filled "));
    // Flat again at the close of the third bar, and free to go on.
    QCOMPARE(session.desk().book().account.position(0).quantity.lots(), 100);
}

void TestRiskLimits::theMarginCallWins()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 600), flat(3, 300), flat(4, 300)});
    session.symbol("ETH/USD", {flat(0, 100), flat(1, 100)});
    Acts acts;
    acts[0] = [](Context& context) {
        (void)context.submit(marketOrder(Side::Buy, 130.0));
        (void)context.submit(marketOrder(Side::Buy, 1.0, 1));
    };
    session.account("one", acting(acts)).risk = dailyLoss(0.05, OnBreach::Flatten);
    const Output output = session.play();
    QCOMPARE(output.of("margin_call").size(), 1U);
    QVERIFY(session.desk().state() == engine::AccountState::Liquidated);
    // At 6.00 the limit is broken and both positions wait to be closed; at 3.00 the call comes
    // first.
    QVERIFY(storyOf(output) == Story{"daily_loss breached 3"});
    for (const Line& line : output.of("order")) {
        if (line["forced"] == "1" && line["status"] == "cancelled")
            QCOMPARE(line["reason"], std::string("liquidating"));
    }
    QCOMPARE(output.of("fill").back()["rule"], std::string("liquidation"));
}

void TestRiskLimits::aHaltedAccountBreachesNothing()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 100), flat(2 * LAST_OF_DAY, 100)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 130.0));
    acts[2] = submits(marketOrder(Side::Buy, 1.0));
    session.account("one", acting(acts)).risk = dailyLoss(0.05, OnBreach::Flatten);
    const Output output = session.play();
    QVERIFY(storyOf(output).empty());
    QCOMPARE(endsOf(output).at("2"), std::string("rejected halted"));
}

void TestRiskLimits::aHundredRefusalsByALimitSuspendNobody()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 900), flat(3, 900), flat(4, 900)});
    Script script = acting({{0, submits(marketOrder(Side::Buy, 100.0))},
                            {2, [](Context& context) {
                                 for (int i = 0; i < 100; ++i)
                                     QVERIFY(!context.submit(marketOrder(Side::Buy, 1.0)).ok());
                             }}});
    session.account("stubborn", script).risk = dailyLoss(0.05);
    const Output output = session.play();
    QVERIFY(session.desk().state() == engine::AccountState::Blocked);
    QVERIFY(output.of("strategy_suspended").empty());
}

void TestRiskLimits::aSuspendedAccountIsStillFlattened()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 900), flat(3, 910), flat(4, 910)});
    Acts acts;
    acts[0] = submits(marketOrder(Side::Buy, 100.0));
    acts[1] = [](Context& context) { context.suspend("a rest"); };
    session.account("one", acting(acts)).risk = dailyLoss(0.05, OnBreach::Flatten);
    (void)session.play();
    QVERIFY(session.desk().state() == engine::AccountState::Suspended);
    QVERIFY(session.desk().book().account.isFlat());
    QCOMPARE(session.desk().cash().toString(), std::string("910.00000000"));
}

void TestRiskLimits::eachAccountHasItsOwn()
{
    const auto play = [](Session& session, bool withThird) {
        session.symbol("BTC/USD",
                       {flat(0, 1'000), flat(1, 1'000), flat(2, 900), flat(3, 910), flat(4, 950)});
        const Script script = acting({{0, submits(marketOrder(Side::Buy, 100.0))},
                                      {3, submits(marketOrder(Side::Buy, 5.0))}});
        session.account("a", script).risk = dailyLoss(0.05, OnBreach::Flatten);
        session.account("b", script).risk = dailyLoss(0.05, OnBreach::Flatten);
        if (withThird)
            session.account("c", script);
        return session.play();
    };
    Session two;
    Session three;
    const Output without = play(two, false);
    const Output with = play(three, true);
    QVERIFY(without.points.at(0) == without.points.at(1));
    QVERIFY(without.points.at(0) == with.points.at(0));
    QVERIFY(without.points.at(1) == with.points.at(1));
    QVERIFY(two.desk(0).book().risk == two.desk(1).book().risk);
    QVERIFY(two.desk(0).book().risk == three.desk(0).book().risk);
    QCOMPARE(with.of("risk_limit", "c").size(), 0U);
    QCOMPARE(three.desk(2).book().account.position(0).quantity.lots(), 10'500);
}

void TestRiskLimits::startingOverLandsOnTheSame()
{
    Session session;
    session.symbol("BTC/USD",
                   {flat(0, 1'000), flat(1, 1'000), flat(2, 900), flat(3, 910), flat(4, 950)});
    const Script script = acting({{0, submits(marketOrder(Side::Buy, 100.0))},
                                  {2, submits(marketOrder(Side::Buy, 5.0))},
                                  {3, submits(marketOrder(Side::Buy, 5.0))}});
    RiskRequest request;
    request.dailyLoss = 0.05;
    request.drawdown = 0.02;
    request.exposure = 1.0;
    request.ordersAMinute = 2;
    request.onBreach = OnBreach::Flatten;
    session.account("one", script).risk = limits(request);
    const std::string whole = session.play().text;
    QVERIFY(!whole.empty());
    // Left in the middle of a breach, and begun again.
    engine::TradingEngine first(session.setup, nullptr, nullptr);
    engine::TradingEngine second(session.setup, nullptr, nullptr);
    for (auto* engine : {&first, &second}) {
        QVERIFY(engine->start().ok());
        for (int i = 0; i < 3; ++i)
            QVERIFY(engine->step());
    }
    QVERIFY(first.desks()[0]->state() == engine::AccountState::Flattening);
    QVERIFY(first.desks()[0]->book().risk == second.desks()[0]->book().risk);
    QVERIFY(first.snapshot().accounts[0].breaches == second.snapshot().accounts[0].breaches);
    QCOMPARE(session.play().text, whole);
}

QTEST_APPLESS_MAIN(TestRiskLimits)
#include "tst_risklimits.moc"
