// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativestrategy.h"

#include "tests/core/strategy/fakecontext.h"

#include <QTest>

#include <stdexcept>

using namespace core;
using namespace core::strategy;
namespace qd = quarterdeck;

namespace {

/// Does in each callback what a test says.
struct Scripted final : qd::Strategy
{
    using Act = std::function<void(qd::Context&)>;
    Act start;
    std::function<void(qd::Context&, const qd::Bar&)> bar;
    std::function<void(qd::Context&, const qd::Order&)> order;
    std::function<void(qd::Context&, const qd::Fill&)> fill;
    std::string state;
    std::chrono::nanoseconds gap{};
    qd::Trade trade;

    void onResume(qd::Context&, std::chrono::nanoseconds stood) override { gap = stood; }
    std::string saveState() override { return state; }
    void restoreState(std::string_view bytes) override
    {
        if (bytes == "nonsense")
            throw std::runtime_error("what is that?");
        state = bytes;
    }
    void onStart(qd::Context& context) override
    {
        if (start)
            start(context);
    }
    void onBar(qd::Context& context, const qd::Bar& closed) override
    {
        if (bar)
            bar(context, closed);
    }
    void onTrade(qd::Context&, const qd::Trade& heard) override { trade = heard; }
    void onOrder(qd::Context& context, const qd::Order& step) override
    {
        if (order)
            order(context, step);
    }
    void onFill(qd::Context& context, const qd::Fill& done) override
    {
        if (fill)
            fill(context, done);
    }
};

/// A native strategy over a fake context.
struct NativeRun
{
    explicit NativeRun(const std::vector<std::string>& symbols = {"BTC/USD"}, const Parameters& parameters = {})
        : context(symbols)
    {
        auto plugin = std::make_unique<Scripted>();
        scripted = plugin.get();
        strategy = std::move(*makeNativeStrategy("mine", [&] { return std::move(plugin); }, parameters, 7));
    }
    /// Runs `act` as onStart; the reason of the suspension, if any.
    std::string start(const Scripted::Act& act)
    {
        scripted->start = act;
        strategy->onStart(context);
        return context.reason();
    }

    FakeContext context;
    Scripted* scripted;
    std::unique_ptr<Strategy> strategy;
};

/// The reason that `act` suspends with, in onStart.
std::string reasonOf(const Scripted::Act& act, const std::vector<std::string>& symbols = {"BTC/USD"})
{
    return NativeRun(symbols).start(act);
}

execution::Order sampleOrder()
{
    execution::Order order;
    order.id = OrderId{1};
    order.type = execution::OrderType::TrailingStop;
    order.status = execution::OrderStatus::PartlyFilled;
    order.side = execution::Side::Cover;
    order.tif = execution::TimeInForce::GoodTillDate;
    order.leg = execution::BracketLeg::TakeProfit;
    order.reason = execution::Reason::InsufficientMargin;
    order.size = Quantity(300'000'000);
    order.filled = Quantity(100'000'000);
    order.limit = Price(4'000'050);
    order.trailFraction = 2'000'000;
    order.expires = fromMicroseconds(5);
    order.parent = OrderId{9};
    return order;
}

} // namespace

/// What a plugin sees, what it may do, and what becomes of it when it throws.
class TestNativeStrategy : public QObject
{
    Q_OBJECT

private slots:
    void namesPluginAndCallbackOfAnException();
    void survivesAnExceptionThatIsNoStdException();
    void isNotCalledAgainUntilItIsResumed();
    void suspendsForATimerThatThrows();
    void forgetsTimersWithTheStrategy();
    void failsToMakeWhatThrowsInCreate();
    void showsTheBar();
    void showsTheTrade();
    void showsTheSession();
    void givesParametersByTypeAndName();
    void keepsAViewOfCandlesAsItWas();
    void warmsUpIndicators();
    void computesIndicatorsOverASeries();
    void showsThePosition();
    void showsAnOrder();
    void showsAnOrderAsItStoodAfterTheStep();
    void takesUpWhatItSaved();
    void refusesAStateThatIsTooLarge();
    void saysThatItDoesNotKnowAState();
    void showsAFill();
    void sendsEveryFieldOfAnOrder();
    void replacesWhatIsNamedAlone();
    void saysWhyAnOrderWasRefused();
    void logsWhatItIsGiven();
    void refusesWhatCannotBeMeant_data();
    void refusesWhatCannotBeMeant();
};

void TestNativeStrategy::namesPluginAndCallbackOfAnException()
{
    NativeRun run;
    run.scripted->bar = [](qd::Context&, const qd::Bar&) { throw std::runtime_error("no price"); };
    run.strategy->onBar(run.context, run.context.close(100));
    QCOMPARE(run.context.reason(), std::string("mine: onBar failed: no price"));
}

void TestNativeStrategy::survivesAnExceptionThatIsNoStdException()
{
    QCOMPARE(reasonOf([](qd::Context&) { throw 42; }),
             std::string("mine: onStart failed: it threw something that is no std::exception"));
}

void TestNativeStrategy::isNotCalledAgainUntilItIsResumed()
{
    NativeRun run;
    int calls = 0;
    run.scripted->bar = [&](qd::Context&, const qd::Bar&) {
        if (++calls == 1)
            throw std::runtime_error("once");
    };
    for (int i = 0; i < 3; ++i)
        run.strategy->onBar(run.context, run.context.close(100));
    QCOMPARE(calls, 1);
    QCOMPARE(run.context.suspensions.size(), std::size_t(1));
    QVERIFY(run.strategy->canResume());
    run.strategy->resume();
    run.strategy->onBar(run.context, run.context.close(100));
    QCOMPARE(calls, 2);
}

void TestNativeStrategy::suspendsForATimerThatThrows()
{
    NativeRun run;
    QCOMPARE(run.start([](qd::Context& context) {
        context.every(std::chrono::hours(1), [](qd::Context&) { throw std::runtime_error("late"); });
    }),
             std::string());
    QVERIFY(run.context.timers.at(0).first == std::chrono::hours(1));
    run.context.timers.at(0).second();
    QCOMPARE(run.context.reason(), std::string("mine: a function given to every failed: late"));
}

void TestNativeStrategy::forgetsTimersWithTheStrategy()
{
    NativeRun run;
    int calls = 0;
    (void)run.start([&](qd::Context& context) {
        context.every(std::chrono::seconds(1), [&](qd::Context&) { ++calls; });
    });
    run.strategy.reset();
    run.context.timers.at(0).second();
    QCOMPARE(calls, 0);
}

void TestNativeStrategy::failsToMakeWhatThrowsInCreate()
{
    const auto thrown = makeNativeStrategy(
        "mine", []() -> std::unique_ptr<qd::Strategy> { throw std::runtime_error("no licence"); }, {}, 1);
    QVERIFY(!thrown.ok());
    QCOMPARE(thrown.error().message(), std::string("mine: create failed: no licence"));
    const auto nothing =
        makeNativeStrategy("mine", [] { return std::unique_ptr<qd::Strategy>(); }, {}, 1);
    QCOMPARE(nothing.error().message(), std::string("mine: create gave no strategy"));
}

void TestNativeStrategy::showsTheBar()
{
    NativeRun run;
    qd::Bar seen;
    run.scripted->bar = [&](qd::Context&, const qd::Bar& bar) { seen = bar; };
    const Timestamp opened = run.context.now;
    run.strategy->onBar(run.context, run.context.close(100.25, 1.5));
    QVERIFY(seen.time == opened);
    QCOMPARE(seen.open, 100.25);
    QCOMPARE(seen.high, 101.75);
    QCOMPARE(seen.low, 98.75);
    QCOMPARE(seen.close, 100.25);
    QCOMPARE(seen.volume, 2.5);
    QCOMPARE(std::string(seen.symbol), std::string("BTC/USD"));
    QCOMPARE(std::string(seen.timeframe), std::string("1m"));
}

void TestNativeStrategy::showsTheTrade()
{
    NativeRun run;
    const Timestamp time = run.context.now + std::chrono::milliseconds(1'500);
    run.strategy->onTrade(run.context,
                          {0, {time, Price(10'025), Quantity(150'000'000), market::TakerSide::Buy, 77}});
    const qd::Trade& seen = run.scripted->trade;
    QVERIFY(seen.time == time);
    QCOMPARE(seen.price, 100.25);
    QCOMPARE(seen.size, 1.5);
    QVERIFY(seen.side == qd::TakerSide::Buy);
    QCOMPARE(seen.id, std::uint64_t(77));
    QCOMPARE(std::string(seen.symbol), std::string("BTC/USD"));
}

void TestNativeStrategy::showsTheSession()
{
    NativeRun run({"BTC/USD", "ETH/USD"});
    QCOMPARE(run.start([&](qd::Context& context) {
        QVERIFY(context.time() == run.context.now);
        QCOMPARE(context.symbols().size(), std::size_t(2));
        QCOMPARE(std::string(context.symbols()[1]), std::string("ETH/USD"));
        QCOMPARE(std::string(context.timeframe()), std::string("1m"));
        QCOMPARE(context.seed(), std::uint64_t(7));
        QCOMPARE(context.equity(), 10'000.0);
        QCOMPARE(context.cash(), 9'000.0);
        QCOMPARE(context.marginLevel(), 0.75);
    }),
             std::string());
}

void TestNativeStrategy::givesParametersByTypeAndName()
{
    NativeRun run({"BTC/USD"}, {{"n", 0.5}, {"i", std::int64_t{3}}, {"b", true}, {"c", std::string("x")}});
    QCOMPARE(run.start([](qd::Context& context) {
        const qd::Parameters& given = context.parameters();
        QCOMPARE(given.number("n"), 0.5);
        QCOMPARE(given.number("i"), 3.0);
        QCOMPARE(given.integer("i"), std::int64_t(3));
        QVERIFY(given.boolean("b"));
        QCOMPARE(given.choice("c"), std::string("x"));
        QVERIFY_EXCEPTION_THROWN((void)given.number("c"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN((void)given.number("missing"), std::invalid_argument);
    }),
             std::string());
}

void TestNativeStrategy::keepsAViewOfCandlesAsItWas()
{
    NativeRun run;
    for (int i = 1; i <= 4; ++i)
        (void)run.context.close(i);
    std::optional<qd::Candles> candles;
    QCOMPARE(run.start([&](qd::Context& context) { candles = context.candles(3); }), std::string());
    // The engine's columns move when they grow.
    for (int i = 5; i <= 5000; ++i)
        (void)run.context.close(i);
    QCOMPARE(candles->size(), std::size_t(3));
    QCOMPARE((*candles)[0].close, 2.0);
    QCOMPARE(candles->back().close, 4.0);
}

void TestNativeStrategy::warmsUpIndicators()
{
    NativeRun run;
    const qd::Indicator* average = nullptr;
    QCOMPARE(run.start([&](qd::Context& context) {
        average = &context.sma({3});
        QVERIFY(average == &context.indicator("sma", {3}));
    }),
             std::string());
    (void)run.context.close(1);
    (void)run.context.close(2);
    QVERIFY(!average->ready() && std::isnan(average->value()));
    (void)run.context.close(6);
    QVERIFY(average->ready());
    QCOMPARE(average->value(), 3.0);
    QVERIFY(std::isnan(average->value(3)));
}

void TestNativeStrategy::computesIndicatorsOverASeries()
{
    QCOMPARE(reasonOf([](qd::Context& context) {
        qd::Series& spread = context.series("spread");
        const qd::Indicator& average = spread.sma({2});
        QVERIFY(std::isnan(spread.value()));
        spread.push(1.0);
        spread.push(4.0);
        QCOMPARE(average.value(), 2.5);
        QCOMPARE(spread.value(), 4.0);
        QCOMPARE(spread.count(), std::size_t(2));
        QVERIFY(&context.series("spread") == &spread);
    }),
             std::string());
}

void TestNativeStrategy::showsThePosition()
{
    NativeRun run;
    PositionView& held = run.context.positions[0];
    QCOMPARE(run.start([&](qd::Context& context) {
        QVERIFY(context.position().flat());
        held = {Quantity(-200'000'000), -2.0, 50.0, 3.0, fromMicroseconds(4), -1.0, 6.0};
        const qd::Position position = context.position("BTC/USD");
        QVERIFY(!position.flat() && *position.opened == fromMicroseconds(4));
        QCOMPARE(position.size, -2.0);
        QCOMPARE(position.averagePrice, 50.0);
        QCOMPARE(position.cost, 100.0);
        QCOMPARE(position.profit, 3.0);
        QCOMPARE(position.mae, -1.0);
        QCOMPARE(position.mfe, 6.0);
    }),
             std::string());
}

void TestNativeStrategy::showsAnOrder()
{
    NativeRun run;
    run.context.orders.push_back(sampleOrder());
    qd::Order seen;
    run.scripted->order = [&](qd::Context&, const qd::Order& order) { seen = order; };
    run.strategy->onOrder(run.context, sampleOrder());
    QVERIFY(seen.id == qd::OrderId{1} && seen.parent == qd::OrderId{9});
    QVERIFY(seen.type == qd::OrderType::TrailingStop && seen.side == qd::Side::Cover);
    QVERIFY(seen.status == qd::OrderStatus::PartlyFilled && seen.tif == qd::TimeInForce::GoodTillDate);
    QVERIFY(seen.leg == qd::BracketLeg::TakeProfit && seen.reduceOnly && seen.working && !seen.triggered);
    QCOMPARE(seen.size, 3.0);
    QCOMPARE(seen.filled, 1.0);
    QCOMPARE(seen.remaining, 2.0);
    QCOMPARE(*seen.limit, 40000.5);
    QVERIFY(!seen.stop && !seen.trail && !seen.stopLoss && !seen.takeProfit);
    QCOMPARE(*seen.trailFraction, 0.02);
    QVERIFY(*seen.expires == fromMicroseconds(5));
    QCOMPARE(std::string(seen.reason), std::string("insufficient_margin"));
}

void TestNativeStrategy::showsAnOrderAsItStoodAfterTheStep()
{
    NativeRun run;
    execution::Order filled = sampleOrder();
    filled.status = execution::OrderStatus::Filled;
    filled.filled = filled.size;
    run.context.orders.push_back(filled);
    double left = 0.0;
    run.scripted->order = [&](qd::Context&, const qd::Order& order) { left = order.remaining; };
    run.strategy->onOrder(run.context, sampleOrder());
    QCOMPARE(left, 2.0);
}

void TestNativeStrategy::takesUpWhatItSaved()
{
    NativeRun before;
    before.scripted->state = std::string("a\0b", 3);
    const auto saved = before.strategy->saveState();
    QVERIFY(saved.ok());
    NativeRun after;
    QVERIFY(after.strategy->restoreState(*saved).ok());
    QCOMPARE(after.scripted->state, before.scripted->state);
    after.strategy->onResume(after.context, std::chrono::minutes(5));
    QVERIFY(after.scripted->gap == std::chrono::minutes(5));
}

void TestNativeStrategy::refusesAStateThatIsTooLarge()
{
    NativeRun run;
    run.scripted->state.assign((1 << 20) + 1, 'x');
    QVERIFY(!run.strategy->saveState().ok());
}

void TestNativeStrategy::saysThatItDoesNotKnowAState()
{
    NativeRun run;
    const auto refused = run.strategy->restoreState("nonsense");
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::Corrupt);
    QCOMPARE(refused.error().what, std::string("mine: restoreState failed: what is that?"));
}

void TestNativeStrategy::showsAFill()
{
    NativeRun run;
    qd::Fill seen;
    run.scripted->fill = [&](qd::Context&, const qd::Fill& fill) { seen = fill; };
    execution::Fill fill;
    fill.id = FillId{3};
    fill.order = OrderId{2};
    fill.side = execution::Side::Sell;
    fill.quantity = Quantity(-50'000'000);
    fill.price = Price(4'000'025);
    fill.fee = Money(100'000'000);
    fill.openingFee = Money(50'000'000);
    fill.slippage = Money(25'000'000);
    fill.realisedProfit = Money(-700'000'000);
    fill.positionAfter = Quantity(10'000'000);
    fill.rule = execution::FillRule::StopGap;
    fill.time = fromMicroseconds(8);
    run.strategy->onFill(run.context, fill);
    QVERIFY(seen.id == 3 && seen.order == qd::OrderId{2} && seen.side == qd::Side::Sell);
    QCOMPARE(seen.size, -0.5);
    QCOMPARE(seen.price, 40000.25);
    QCOMPARE(seen.fee, 1.5);
    QCOMPARE(seen.slippage, 0.25);
    QCOMPARE(seen.profit, -7.0);
    QCOMPARE(seen.position, 0.1);
    QCOMPARE(std::string(seen.rule), std::string("stop_gap"));
    QVERIFY(seen.time == fromMicroseconds(8));
}

void TestNativeStrategy::sendsEveryFieldOfAnOrder()
{
    NativeRun run({"BTC/USD", "ETH/USD"});
    QCOMPARE(run.start([](qd::Context& context) {
        const qd::Placed placed = context.shorten({.symbol = "ETH/USD",
                                                   .equityFraction = 0.5,
                                                   .type = qd::OrderType::StopLimit,
                                                   .limit = 10.0,
                                                   .stop = 11.0,
                                                   .expires = fromMicroseconds(9),
                                                   .reduceOnly = true,
                                                   .stopLoss = 12.0,
                                                   .takeProfit = 8.0});
        QVERIFY(placed && placed.reason.empty());
    }),
             std::string());
    const execution::OrderRequest& sent = run.context.requests.at(0);
    QVERIFY(sent.symbol == 1 && sent.side == execution::Side::Short);
    QVERIFY(sent.type == execution::OrderType::StopLimit && sent.reduceOnly);
    QVERIFY(sent.size.unit == execution::OrderSize::Unit::EquityFraction && sent.size.value == 0.5);
    QVERIFY(sent.limit == 10.0 && sent.stop == 11.0 && sent.stopLoss == 12.0 && sent.takeProfit == 8.0);
    // Naming the date is enough.
    QVERIFY(sent.tif == execution::TimeInForce::GoodTillDate && sent.expires == fromMicroseconds(9));
}

void TestNativeStrategy::replacesWhatIsNamedAlone()
{
    NativeRun run;
    QCOMPARE(run.start([](qd::Context& context) {
        const qd::Placed placed = context.buy(
            {.size = 2.0, .type = qd::OrderType::Limit, .limit = 10.0, .stopLoss = 9.0, .takeProfit = 12.0});
        QVERIFY(context.replace(placed.id, {.limit = 10.5}));
        QVERIFY(context.replace(placed.id, {.type = qd::OrderType::Stop, .stop = 13.0}));
    }),
             std::string());
    const execution::OrderRequest& moved = run.context.requests.at(1);
    QVERIFY(moved.type == execution::OrderType::Limit && moved.limit == 10.5 && moved.size.value == 2.0);
    QVERIFY(moved.stopLoss == 9.0 && moved.takeProfit == 12.0);
    const execution::OrderRequest& turned = run.context.requests.at(2);
    QVERIFY(turned.type == execution::OrderType::Stop && turned.stop == 13.0 && !turned.limit);
}

void TestNativeStrategy::saysWhyAnOrderWasRefused()
{
    NativeRun run;
    run.context.refusal = "no margin";
    QCOMPARE(run.start([](qd::Context& context) {
        const qd::Placed refused = context.buy({.size = 1.0});
        QVERIFY(!refused);
        QCOMPARE(refused.reason, std::string("no margin"));
        QCOMPARE(context.target(1.0).reason, std::string("no margin"));
    }),
             std::string());
}

void TestNativeStrategy::logsWhatItIsGiven()
{
    NativeRun run;
    QCOMPARE(run.start([](qd::Context& context) {
        context.log("text", {{"n", 1}, {"flag", true}, {"x", 0.5}, {"word", "a\xFF"}});
        context.plot("line", 2.0, "pane");
        context.plot("line", std::nan(""));
        context.mark("here");
    }),
             std::string());
    QCOMPARE(run.context.logs.at(0), std::string("text"));
    // By name, as a script's; bytes that are no text are replaced.
    const LogFields expected = {{"flag", true}, {"n", std::int64_t{1}}, {"word", "a\xEF\xBF\xBD"}, {"x", 0.5}};
    QVERIFY(run.context.logFields == expected);
    QCOMPARE(run.context.plots.size(), std::size_t(1));
    QCOMPARE(run.context.marks.at(0).second, std::string("here"));
}

void TestNativeStrategy::refusesWhatCannotBeMeant_data()
{
    QTest::addColumn<Scripted::Act>("act");
    QTest::addColumn<QString>("reason");
    const auto add = [](const char* title, Scripted::Act act, const char* reason) {
        QTest::newRow(title) << std::move(act) << QString::fromUtf8(reason);
    };
    add("no symbol among two", [](qd::Context& context) { (void)context.buy({.size = 1.0}); },
        "the strategy has several symbols: say which one");
    add("a foreign symbol", [](qd::Context& context) { (void)context.position("XRP/USD"); },
        "\"XRP/USD\" is not among the strategy's symbols (BTC/USD, ETH/USD)");
    add("no size", [](qd::Context& context) { (void)context.buy({.symbol = "BTC/USD"}); },
        "an order needs one of size, quote, equityFraction and risk");
    add("two sizes", [](qd::Context& context) { (void)context.buy({.symbol = "BTC/USD", .size = 1.0, .risk = 0.1}); },
        "an order takes one of size, quote, equityFraction and risk, not several");
    add("an unknown order", [](qd::Context& context) { (void)context.order(qd::OrderId{77}); },
        "77 is no order of this strategy");
    add("an unknown indicator", [](qd::Context& context) { (void)context.indicator("magic", {}, {.symbol = "BTC/USD"}); },
        "\"magic\"");
    add("a timeframe of another kind", [](qd::Context& context) { (void)context.candles(1, {.symbol = "BTC/USD", .timeframe = "7m"}); },
        "7m");
    add("an indicator after the first push",
        [](qd::Context& context) {
            context.series("s").push(1.0);
            (void)context.series("s").sma({2});
        },
        "ask for the indicators of series \"s\" before its first push");
    add("a series of a symbol", [](qd::Context& context) { (void)context.series("s").sma({2}, {.symbol = "BTC/USD"}); },
        "indicators of a series take no symbol and no timeframe");
    add("an infinite number", [](qd::Context& context) { context.series("s").push(HUGE_VAL); },
        "series \"s\" takes finite numbers, not inf");
    add("no interval", [](qd::Context& context) { context.every(std::chrono::seconds(0), [](qd::Context&) {}); },
        "every takes an interval of 1 second to 10,000 weeks and a function");
}

void TestNativeStrategy::refusesWhatCannotBeMeant()
{
    QFETCH(Scripted::Act, act);
    QFETCH(QString, reason);
    const std::string suspended = reasonOf(act, {"BTC/USD", "ETH/USD"});
    QVERIFY2(suspended.find(reason.toStdString()) != std::string::npos, suspended.c_str());
}

QTEST_GUILESS_MAIN(TestNativeStrategy)
#include "tst_nativestrategy.moc"
