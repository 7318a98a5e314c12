// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/leveragepreview.h"
#include "core/strategy/luahost.h"
#include "useracts.h"

#include <cmath>
#include <set>
#include <stdexcept>

using namespace acts;

/// What a user does to an account between two batches.
class TestUserActions : public QObject
{
    Q_OBJECT

private slots:
    void aHaltCancelsEntriesAndKeepsExits();
    void aHaltedAccountRefusesEntriesOnly();
    void protectionFillsWhileHalted();
    void aHaltIsNoRowOfRejections();
    void aHaltedAccountIsStillCalled();
    void aHaltTellsTheStrategyAtOnce();
    void resumingLetsItTradeAgain();
    void resumingCallsASuspendedStrategyAgain();
    void resumingCountsRejectionsFromZero();
    void aScriptWithAnErrorCanBeResumed();
    void aScriptStoppedForGoodCannotBeResumed();
    void aLiquidatedAccountResumesWithWhatIsLeft();
    void aLiquidatedAccountWithNothingLeftDoesNotResume();
    void resumingEndsADrawdownsBlock();
    void resumingDoesNotEndADailyLoss();
    void anActDuringTheWarmUpShowsNothingAhead();
    void leverageBindsWhatIsOpenedAndNoMore();
    void lowerLeverageThanInUseOnlyStopsIncreases();
    void refusesLeveragesThatMeanNothing_data();
    void refusesLeveragesThatMeanNothing();
    void thePreviewIsWhatTheEngineDoes();
    void aLeverageBeyondTheMaintenanceCallsWhenUsed();
    void actsAndSuspensionsAreOnTheTimeLine();
    void anActCarriesItsOwnEvent();
    void anActDisturbsNoOtherNumber();
    void otherAccountsFeelNothing();
    void nothingIsDoneAtTheEndOrToNobody();
};

void TestUserActions::aHaltCancelsEntriesAndKeepsExits()
{
    Session session;
    session.symbol("BTC/USD", quiet(6));
    session.account("one", bracketAndLimit());
    const Output output = session.play({act(Kind::Halt, 3)});
    QVERIFY(session.refusals.empty());
    QCOMPARE(session.desk().state(), engine::AccountState::Halted);
    QCOMPARE(session.desk().stateReason(), std::string("by the user at 2024-01-01T00:03:00Z"));
    const auto halts = output.of("account_halted");
    QCOMPARE(halts.size(), std::size_t(1));
    QCOMPARE(halts.front()["orders_cancelled"], std::string("1"));
    QCOMPARE(halts.front()["orders_kept"], std::string("2"));
    QCOMPARE(lastOf(output, "4"), std::string("cancelled halted"));
    QCOMPARE(lastOf(output, "2"), std::string("cancelled session_ended"));
    QCOMPARE(session.desk().position(0).size, 10.0);
}

void TestUserActions::aHaltedAccountRefusesEntriesOnly()
{
    Session session;
    session.symbol("BTC/USD", quiet(8));
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 10.0))},
                                   {3, submits(marketOrder(Side::Buy, 1.0))},
                                   {4, submits(marketOrder(Side::Sell, 4.0))}}));
    const Output output = session.play({act(Kind::Halt, 3)});
    QCOMPARE(lastOf(output, "2"), std::string("rejected halted"));
    QCOMPARE(lastOf(output, "3"), std::string("filled "));
    QCOMPARE(session.desk().position(0).size, 6.0);
}

void TestUserActions::protectionFillsWhileHalted()
{
    auto candles = quiet(6);
    candles[4] = candle(4, 1'000, 1'000, 880, 900);
    Session session;
    session.symbol("BTC/USD", candles);
    session.account("one", bracketAndLimit());
    const Output output = session.play({act(Kind::Halt, 3)});
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), std::size_t(2));
    QCOMPARE(fills.back()["leg"], std::string("stop_loss"));
    QVERIFY(session.desk().book().account.isFlat());
}

void TestUserActions::aHaltIsNoRowOfRejections()
{
    Script eager;
    eager.bar = [](Context& context, const Bar&) { (void)context.submit(marketOrder(Side::Buy, 0.01)); };
    Session session;
    session.symbol("BTC/USD", quiet(200));
    session.account("one", eager);
    QCOMPARE(stateAfter(session, {act(Kind::Halt, 20), act(Kind::Resume, 180)}), engine::AccountState::Running);
    QCOMPARE(session.desk().fills(), std::int64_t(38));
}

void TestUserActions::aHaltedAccountIsStillCalled()
{
    auto candles = quiet(6);
    candles[4] = candle(4, 1'000, 1'000, 300, 300);
    Session session;
    session.symbol("BTC/USD", candles);
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 140.0))}}));
    const Output output = session.play({act(Kind::Halt, 3)});
    QCOMPARE(output.of("margin_call").size(), std::size_t(1));
    QCOMPARE(session.desk().state(), engine::AccountState::Liquidated);
}

void TestUserActions::aHaltTellsTheStrategyAtOnce()
{
    std::vector<std::string> heard;
    Script script = bracketAndLimit();
    script.order = [&heard](Context& context, const execution::Order& order) {
        if (order.reason == execution::Reason::Halted)
            heard.push_back(formatTimestampShort(context.time()) + " " + std::to_string(order.id.value));
    };
    Session session;
    session.symbol("BTC/USD", quiet(6));
    session.account("one", script);
    (void)session.play({act(Kind::Halt, 3)});
    QCOMPARE(heard, std::vector<std::string>{"2024-01-01T00:03:00Z 4"});
}

void TestUserActions::resumingLetsItTradeAgain()
{
    Session session;
    session.symbol("BTC/USD", quiet(8));
    session.account("one", acting({{5, submits(marketOrder(Side::Buy, 1.0))}}));
    const Output output = session.play({act(Kind::Halt, 2), act(Kind::Resume, 4)});
    QCOMPARE(output.of("account_resumed").front()["from"], std::string("halted"));
    QCOMPARE(session.desk().state(), engine::AccountState::Running);
    QCOMPARE(session.desk().stateReason(), std::string());
    QCOMPARE(session.desk().fills(), std::int64_t(1));
}

void TestUserActions::resumingCallsASuspendedStrategyAgain()
{
    Session session;
    session.symbol("BTC/USD", quiet(8));
    session.account("one", acting({{1, [](Context&) { throw std::runtime_error("enough"); }},
                                   {2, submits(marketOrder(Side::Buy, 1.0))},
                                   {5, submits(marketOrder(Side::Buy, 2.0))}}));
    QCOMPARE(stateAfter(session, {act(Kind::Resume, 4)}), engine::AccountState::Running);
    QCOMPARE(session.desk().position(0).size, 2.0);
}

void TestUserActions::resumingCountsRejectionsFromZero()
{
    Script refused;
    refused.bar = [](Context& context, const Bar&) { (void)context.submit(marketOrder(Side::Sell, 1.0)); };
    Session session;
    session.symbol("BTC/USD", quiet(300));
    session.account("one", refused);
    const Output output = session.play({act(Kind::Resume, 150)});
    const auto suspensions = output.of("strategy_suspended");
    QCOMPARE(suspensions.size(), std::size_t(2));
    QCOMPARE((suspensions[1].time - START) / MINUTE, std::int64_t(250));
}

namespace {

/// A session of one script.
Session scripted(const char* source, const strategy::LuaLimits& limits = {})
{
    Session session;
    session.symbol("BTC/USD", quiet(8));
    session.account("one", {}).factory =
        strategy::luaFactory("one.lua", std::make_shared<const std::string>(source), limits);
    return session;
}

} // namespace

void TestUserActions::aScriptWithAnErrorCanBeResumed()
{
    Session session = scripted("local bars = 0\n"
                               "function on_bar(ctx, bar)\n"
                               "  bars = bars + 1\n"
                               "  if bars == 1 then error('once') end\n"
                               "  ctx:log('bar ' .. bars)\n"
                               "end\n");
    const Output output = session.play({act(Kind::Resume, 4)});
    QVERIFY(session.refusals.empty());
    QCOMPARE(output.of("log").size(), std::size_t(4));
    QCOMPARE(output.of("log").front()["message"], std::string("bar 2"));
}

void TestUserActions::aScriptStoppedForGoodCannotBeResumed()
{
    strategy::LuaLimits limits;
    limits.instructions = 10'000;
    Session session = scripted("function on_bar(ctx, bar) while true do end end", limits);
    QCOMPARE(stateAfter(session, {act(Kind::Resume, 4)}), engine::AccountState::Suspended);
    QCOMPARE(session.refusals.size(), std::size_t(1));
    QVERIFY(session.refusals.front().what.starts_with("one cannot be resumed: its script was stopped for good"));
}

void TestUserActions::aLiquidatedAccountResumesWithWhatIsLeft()
{
    Session session = falling(300);
    const Output output = session.play({act(Kind::Resume, 7)});
    QVERIFY(session.refusals.empty());
    QCOMPARE(output.of("account_resumed").front()["from"], std::string("liquidated"));
    QCOMPARE(session.desk().state(), engine::AccountState::Running);
    QCOMPARE(session.desk().cash(), money("17")); // 1,000 − 1,400 + 420, less 3 for the last unit.
}

void TestUserActions::aLiquidatedAccountWithNothingLeftDoesNotResume()
{
    Session session = falling(200);
    QCOMPARE(stateAfter(session, {act(Kind::Resume, 7)}), engine::AccountState::Liquidated);
    QCOMPARE(session.refusals.front().remedy, std::string("Reset the account to begin again with its starting cash."));
}

void TestUserActions::resumingEndsADrawdownsBlock()
{
    Session session = falling(900);
    session.setup.accounts[0].risk = limits({}, 0.05);
    const Output output = session.play({act(Kind::Resume, 7)});
    QCOMPARE(session.desk().state(), engine::AccountState::Running);
    QCOMPARE(session.desk().position(0).size, 141.0);
    const auto changes = output.of("risk_limit");
    QCOMPARE(changes.size(), std::size_t(2));
    QCOMPARE(changes[1]["state"], std::string("ended"));
    QCOMPARE(changes[1].correlation, FIRST_ACT);
}

void TestUserActions::resumingDoesNotEndADailyLoss()
{
    Session session = falling(900);
    session.setup.accounts[0].risk = limits(0.05, {});
    QCOMPARE(stateAfter(session, {act(Kind::Resume, 7)}), engine::AccountState::Blocked);
    QCOMPARE(session.refusals.front().what, std::string("one is held by a risk limit that ends by itself"));
}

void TestUserActions::anActDuringTheWarmUpShowsNothingAhead()
{
    Session session;
    session.symbol("BTC/USD", rising(-10, 9));
    const auto fives = [](Context& context) {
        return (*context.candles(0, *market::Timeframe::parse("5m")))->size();
    };
    std::optional<std::size_t> whenCancelled;
    std::size_t atTheEnd = 0;
    Script script;
    script.start = [](Context& context) { QVERIFY(context.submit(marketOrder(Side::Buy, 1.0)).ok()); };
    script.order = [&](Context& context, const execution::Order& order) {
        if (!order.isWorking())
            whenCancelled = fives(context);
    };
    script.stop = [&](Context& context) { atTheEnd = fives(context); };
    session.account("one", script);
    (void)session.play({act(Kind::Halt, 7)});
    // Seven minutes are over: one five of them.
    QCOMPARE(whenCancelled, std::optional<std::size_t>(1));
    QCOMPARE(atTheEnd, std::size_t(4));
}

void TestUserActions::leverageBindsWhatIsOpenedAndNoMore()
{
    Session session;
    session.symbol("BTC/USD", quiet(8));
    session.account("one", acting({{3, submits(marketOrder(Side::Buy, 1'000.0))}}));
    const Output output = session.play({leverage(3.0, 2.0, 2)});
    // n / 3 ≤ 1,000 at 10.00.
    QCOMPARE(session.desk().position(0).size, 300.0);
    const Line line = output.of("leverage_changed").front();
    QCOMPARE(line["long_leverage"], std::string("3.0000"));
    QCOMPARE(line["long_leverage_before"], std::string("1.5000"));
    QCOMPARE(line["short_leverage"], std::string("2.0000"));
    QCOMPARE(line["short_leverage_before"], std::string("2.0000"));
}

void TestUserActions::lowerLeverageThanInUseOnlyStopsIncreases()
{
    Session session;
    session.symbol("BTC/USD", quiet(9));
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 150.0))},
                                   {4, submits(marketOrder(Side::Buy, 1.0))},
                                   {5, submits(marketOrder(Side::Sell, 20.0))}}));
    const Output output = session.play({leverage(1.0, 1.0, 3)});
    QVERIFY(output.of("margin_call").empty());
    QCOMPARE(lastOf(output, "2"), std::string("cancelled insufficient_margin"));
    QCOMPARE(session.desk().position(0).size, 130.0);
}

void TestUserActions::refusesLeveragesThatMeanNothing_data()
{
    QTest::addColumn<double>("longLeverage");
    QTest::addColumn<double>("shortLeverage");
    constexpr double INF = std::numeric_limits<double>::infinity();
    QTest::newRow("below one") << 0.99 << 2.0;
    QTest::newRow("zero") << 2.0 << 0.0;
    QTest::newRow("negative") << -2.0 << 2.0;
    QTest::newRow("absurd") << 1'000.01 << 2.0;
    QTest::newRow("infinite") << 2.0 << INF;
    QTest::newRow("no number") << std::nan("") << 2.0;
}

void TestUserActions::refusesLeveragesThatMeanNothing()
{
    QFETCH(double, longLeverage);
    QFETCH(double, shortLeverage);
    QVERIFY(!UserAction::setLeverage(0, longLeverage, shortLeverage));
    Session session;
    session.symbol("BTC/USD", quiet(4));
    session.account("one", {});
    UserAction raw = leverage(2.0, 2.0, 2);
    raw.longLeverage = std::isfinite(longLeverage) ? static_cast<std::int64_t>(longLeverage * 10'000) : -1;
    raw.shortLeverage = std::isfinite(shortLeverage) ? static_cast<std::int64_t>(shortLeverage * 10'000) : -1;
    (void)session.play({raw});
    QCOMPARE(session.refusals.size(), std::size_t(1));
    QCOMPARE(session.desk().book().account.settings().longLeverage, std::int64_t(15'000));
}

void TestUserActions::thePreviewIsWhatTheEngineDoes()
{
    for (const double after : {1.0, 1.2, 2.75, 3.9}) {
        Session session;
        session.symbol("BTC/USD", quiet(12));
        session.account("one", acting({{0, submits(marketOrder(Side::Buy, 60.0))},
                                       {5, submits(marketOrder(Side::Buy, 10'000.0))}}));
        Output output;
        session.begin(output);
        for (int i = 0; i < 4; ++i)
            QVERIFY(session.engine->step());
        const auto shown = session.engine->snapshot().accounts[0];
        const UserAction action = leverage(after, 3.0, 4);
        const auto preview = engine::previewLeverage(shown, action.longLeverage, action.shortLeverage);
        QVERIFY(session.engine->apply(action).ok());
        const auto changed = session.engine->snapshot().accounts[0];
        QCOMPARE(preview.before.initialMargin, shown.initialMargin);
        QCOMPARE(preview.after.initialMargin, changed.initialMargin);
        QCOMPARE(preview.after.freeMargin, changed.equity - changed.initialMargin);
        QCOMPARE(changed.marginLevel, shown.marginLevel);
        QVERIFY(changed.positions[0].liquidationPrice == shown.positions[0].liquidationPrice);
        while (session.engine->step()) {
        }
        const Money added = session.engine->snapshot().accounts[0].longExposure - changed.longExposure;
        const Money lot = money("0.10");
        QVERIFY(added <= preview.after.longPower);
        QVERIFY(added + lot > preview.after.longPower);
        QCOMPARE(preview.after.blocksEntries, added == Money());
    }
}

void TestUserActions::aLeverageBeyondTheMaintenanceCallsWhenUsed()
{
    for (const double after : {4.0, 4.0001}) {
        Session session;
        session.symbol("BTC/USD", quiet(12));
        session.account("one", acting({{5, submits(marketOrder(Side::Buy, 10'000.0))}}));
        Output output;
        session.begin(output);
        const UserAction action = leverage(after, 1.0, 0);
        const auto preview = engine::previewLeverage(session.engine->snapshot().accounts[0],
                                                     action.longLeverage, action.shortLeverage);
        QVERIFY(session.engine->apply(action).ok());
        while (session.engine->step()) {
        }
        QCOMPARE(preview.after.callsWhenUsed, after > 4.0);
        QVERIFY(!preview.before.callsWhenUsed);
        // A lot is 0.10: with 4.0001 the account carries 4,000.10.
        QCOMPARE(session.engine->marginCalls(), std::int64_t(after > 4.0 ? 1 : 0));
    }
}

void TestUserActions::actsAndSuspensionsAreOnTheTimeLine()
{
    using Mark = engine::TimelineMark;
    Session session;
    session.symbol("BTC/USD", quiet(6));
    Script script;
    script.bar = [](strategy::Context&, const strategy::Bar& bar) {
        if (bar.candle.openTime == minute(3))
            throw std::runtime_error("out of order");
    };
    session.account("one", script);
    session.play({act(Kind::Halt, 1), act(Kind::Resume, 2)});
    const auto marks = session.engine->snapshot().marks;
    QCOMPARE(marks->size(), 3U);
    QVERIFY(marks->at(0).kind == Mark::Kind::Act && marks->at(0).act == Kind::Halt);
    QVERIFY(marks->at(0).time == minute(1));
    QVERIFY(marks->at(1).act == Kind::Resume);
    QVERIFY(marks->at(2).kind == Mark::Kind::Suspended);
    QVERIFY(marks->at(2).time == minute(4));
    QCOMPARE(marks->at(2).strategy, std::string("one"));
}

void TestUserActions::anActCarriesItsOwnEvent()
{
    Script script = bracketAndLimit();
    script.order = [](Context& context, const execution::Order& order) {
        if (order.reason != execution::Reason::AccountReset || order.id.value != 4)
            return;
        context.log("gone", {});
        (void)context.submit(limitOrder(Side::Buy, 1.0, 9.0));
    };
    Session session;
    session.symbol("BTC/USD", quiet(8));
    session.account("one", script);
    const Output output = session.play({act(Kind::Reset, 3)});
    std::multiset<std::string> events;
    for (const Line& line : output.lines) {
        if (line.correlation == FIRST_ACT)
            events.insert(line.event);
    }
    const std::multiset<std::string> expected{"account_reset", "ledger", "ledger", "ledger", "log",
                                              "order",         "order",  "order",  "order",  "order",
                                              "order"};
    QVERIFY2(events == expected, output.text.c_str());
    QCOMPARE(session.desk().workingOrders().size(), std::size_t(0));
    QCOMPARE(session.desk().order(OrderId{5})->correlation, FIRST_ACT);
}

void TestUserActions::anActDisturbsNoOtherNumber()
{
    const auto play = [](const std::vector<UserAction>& actions) {
        Session session;
        session.symbol("BTC/USD", wanderingMinutes(3, 300, 60, 20, 9));
        Script script;
        script.bar = [n = 0](Context& context, const Bar&) mutable {
            (void)context.submit(marketOrder(++n % 2 == 0 ? Side::Buy : Side::Short, 3.0));
        };
        session.account("one", script);
        return deedsOfTheMarket(session.play(actions));
    };
    QCOMPARE(play({leverage(1.5, 2.0, 0), leverage(1.5, 2.0, 100), leverage(1.5, 2.0, 100)}), play({}));
}

void TestUserActions::otherAccountsFeelNothing()
{
    const auto fillsOfOther = [](const std::vector<UserAction>& actions) {
        Session session;
        session.symbol("BTC/USD", wanderingMinutes(3, 300, 60, 20, 9));
        session.account("acted", bracketAndLimit());
        Script script;
        script.bar = [n = 0](Context& context, const Bar&) mutable {
            (void)context.submit(marketOrder(++n % 2 == 0 ? Side::Buy : Side::Short, 3.0));
        };
        session.account("other", script);
        const Output output = session.play(actions);
        std::vector<std::string> fills;
        for (const Line& line : output.of("fill", "other"))
            fills.push_back(formatTimestamp(line.time) + line["price"] + line["cash_after"]);
        return fills;
    };
    QCOMPARE(fillsOfOther({act(Kind::Reset, 20), act(Kind::Halt, 50), act(Kind::Resume, 90)}), fillsOfOther({}));
}

void TestUserActions::nothingIsDoneAtTheEndOrToNobody()
{
    Session session;
    session.symbol("BTC/USD", quiet(4));
    session.account("one", {});
    (void)session.play({act(Kind::Halt, 1, 7), act(Kind::Halt, 4)});
    QCOMPARE(session.refusals.size(), std::size_t(2));
    QCOMPARE(session.refusals[1].remedy, std::string("Go back to the time at which it should happen."));
}

QTEST_APPLESS_MAIN(TestUserActions)
#include "tst_useractions.moc"
