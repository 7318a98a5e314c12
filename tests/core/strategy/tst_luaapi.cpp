// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"
#include "tests/core/strategy/fakecontext.h"

#include <QTest>

using namespace core;
using namespace core::strategy;
using execution::OrderSize;
using execution::OrderType;
using execution::Side;

/// What scripts can ask and order.
class TestLuaApi : public QObject
{
    Q_OBJECT

private slots:
    void readsTheBar();
    void readsTheTrade();
    void aSideThatNobodyToldIsNil();
    void readsTheContext();
    void readsCandles();
    void keepsCandleViewsAtTheirTime();
    void tellsFormingCandlesFromClosedOnes();
    void readsIndicators();
    void feedsSeries();
    void placesOrders_data();
    void placesOrders();
    void refusesMalformedCalls_data();
    void refusesMalformedCalls();
    void passesWrongNumbersToTheEngine();
    void returnsNilAndAReason();
    void followsOrders();
    void showsTheStepThatOnOrderIsCalledFor();
    void replacesWhatIsLeft();
    void readsEveryFieldOfAnOrder();
    void aDateAloneMakesTheOrderGoodTillThen();
    void aReplacementKeepsWhatIsNotNamed();
    void aReplacementOfAnotherTypeDropsTheOldPrices();
    void readsPositions();
    void needsASymbolAmongSeveral();
    void callsTimers();
    void writesLogsPlotsAndMarks();
    void callsEveryHandler();
    void readsParameters();
    void survivesHandlersInsideHandlers();
    void makesIndependentInstances();
};

void TestLuaApi::readsTheBar()
{
    ScriptRun run(R"(function on_bar(ctx, bar)
        ctx:log(bar.symbol .. " " .. bar.timeframe .. " " .. bar.time .. " " .. bar.open .. " " .. bar.high
                .. " " .. bar.low .. " " .. bar.close .. " " .. bar.volume)
      end)");
    run.start();
    QCOMPARE(run.bar(100.25, 0.5), std::string());
    QCOMPARE(run.context.logs.at(0),
             std::string("BTC/USD 1m 1640995200000000 100.25 100.75 99.75 100.25 2.5"));
}

namespace {

/// What a script logs of a trade.
std::string loggedOf(const MarketTrade& trade, const std::string& body)
{
    ScriptRun run("function on_trade(ctx, trade) " + body + " end", {"BTC/USD", "ETH/USD"});
    run.start();
    run.strategy->onTrade(run.context, trade);
    return run.context.reason().empty() ? run.context.logs.at(0) : run.context.reason();
}

} // namespace

void TestLuaApi::readsTheTrade()
{
    const Timestamp time = fromMicroseconds(1'640'995'201'500'000);
    QCOMPARE(loggedOf({1, {time, Price(10'025), Quantity(150'000'000), market::TakerSide::Sell, 77}},
                      R"(ctx:log(trade.symbol .. " " .. trade.time .. " " .. trade.price .. " " .. trade.size .. " "
                                 .. trade.side .. " " .. trade.id))"),
             std::string("ETH/USD 1640995201500000 100.25 1.5 sell 77"));
}

void TestLuaApi::aSideThatNobodyToldIsNil()
{
    QCOMPARE(loggedOf({0, {{}, Price(1), Quantity(1), market::TakerSide::Unknown, 0}},
                      "ctx:log(tostring(trade.side))"),
             std::string("nil"));
}

void TestLuaApi::readsTheContext()
{
    QCOMPARE(logged("ctx:log(ctx.time .. ' ' .. ctx.equity .. ' ' .. ctx.cash .. ' ' .. ctx.margin_level .. "
                    "' ' .. ctx.timeframe .. ' ' .. #ctx.symbols .. ctx.symbols[1])"),
             std::string("1640995200000000 10000.0 9000.0 0.75 1m 1BTC/USD"));
}

void TestLuaApi::readsCandles()
{
    ScriptRun run(R"(function on_bar(ctx, bar)
        local c = ctx:candles{ n = 2 }
        local f = ctx:forming{ timeframe = "1h" }
        ctx:log(#c .. " " .. #c.close .. " " .. c.close[1] .. " " .. c[#c].close .. " " .. tostring(c[3]) .. " "
                .. tostring(c.low[0]) .. " " .. c.time[1] .. " " .. f.close .. " "
                .. tostring(ctx:forming{ timeframe = "1m" }))
      end)");
    run.start();
    QCOMPARE(run.bar(1), std::string());
    QCOMPARE(run.bar(2), std::string());
    QCOMPARE(run.bar(3), std::string());
    QCOMPARE(run.context.logs.at(0),
             std::string("1 1 1.0 1.0 nil nil 1640995200000000 1.0 nil"));
    QCOMPARE(run.context.logs.at(2),
             std::string("2 2 2.0 3.0 nil nil 1640995260000000 3.0 nil"));
}

void TestLuaApi::keepsCandleViewsAtTheirTime()
{
    ScriptRun run(R"(
        local kept
        function on_bar(ctx, bar)
          kept = kept or ctx:candles{ n = 5 }
          ctx:log(#kept .. " " .. kept.close[#kept])
        end)");
    run.start();
    for (int i = 1; i <= 100; ++i)
        run.bar(i);
    QCOMPARE(run.context.logs.back(), std::string("1 1.0"));
}

void TestLuaApi::tellsFormingCandlesFromClosedOnes()
{
    ScriptRun run(R"(
        local kept
        function on_bar(ctx, bar)
          local f = ctx:forming{ timeframe = "1h" }
          kept = kept or f
          ctx:log(type(f) .. tostring(f) .. type(ctx:candles{ n = 1 }[1]) .. f.time .. " " .. f.open .. " " .. f.high
                  .. " " .. f.low .. " " .. f.close .. " " .. f.volume .. " " .. kept.close)
          f.close = 5
        end)");
    run.start();
    const std::string reason = run.bar(3, 1.0);
    QCOMPARE(run.context.logs.at(0),
             std::string("userdataforming candletable1640995200000000 3.0 4.0 2.0 3.0 2.5 3.0"));
    QVERIFY2(reason.find("forming candle.close cannot be assigned") != std::string::npos, reason.c_str());
}

void TestLuaApi::readsIndicators()
{
    ScriptRun run(R"(
        local sma, bands
        function on_start(ctx) sma = ctx:sma{ 2 } bands = ctx:bbands{ 2, 2 } end
        function on_bar(ctx, bar)
          local late = ctx:sma{ 2 }
          ctx:log(tostring(sma.value) .. " " .. tostring(sma.ready) .. " " .. tostring(late.value) .. " "
                  .. tostring(bands.upper ~= nil and bands.upper > bands.lower))
        end)");
    run.start();
    run.bar(1);
    run.bar(2);
    QCOMPARE(run.context.reason(), std::string());
    QCOMPARE(run.context.logs.at(0), std::string("nil false nil false"));
    QCOMPARE(run.context.logs.at(1), std::string("1.5 true 1.5 true"));
}

void TestLuaApi::feedsSeries()
{
    QCOMPARE(logged(R"(
        local s = ctx:series("spread")
        local sma = s:sma{ 2 }
        s:push(1) s:push(2)
        ctx:log(sma.value .. " " .. s.value .. " " .. s.count .. " " .. s.name .. " "
                .. ctx:series("spread"):sma{ 2 }.value))"),
             std::string("1.5 2.0 2 spread 1.5"));
    QVERIFY(logged("local s = ctx:series('x') s:push(1) s:sma{ 2 }").find("before its first push") !=
            std::string::npos);
    QVERIFY(logged("ctx:series('x'):push(0/0)").find("finite numbers, not nan") != std::string::npos);
    QVERIFY(logged("ctx:series('x'):push('1')").find("finite numbers, not string") != std::string::npos);
}

void TestLuaApi::placesOrders_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<int>("side");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("unit");
    QTest::addColumn<double>("size");
    const auto row = [](const char* call, Side side, OrderType type, OrderSize::Unit unit, double size) {
        QTest::newRow(call) << QString::fromLatin1(call) << static_cast<int>(side)
                            << static_cast<int>(type) << static_cast<int>(unit) << size;
    };
    using enum OrderSize::Unit;
    row("buy{size=1}", Side::Buy, OrderType::Market, Base, 1.0);
    row("buy{quote=500, symbol='BTC/USD'}", Side::Buy, OrderType::Market, Quote, 500.0);
    row("short{equity_fraction=1.5}", Side::Short, OrderType::Market, EquityFraction, 1.5);
    row("sell{size=2, type='limit', limit=7}", Side::Sell, OrderType::Limit, Base, 2.0);
    row("cover{size=2, type='stop', stop=7, reduce_only=true}", Side::Cover, OrderType::Stop, Base, 2.0);
    row("buy{risk=0.01, stop_loss=6}", Side::Buy, OrderType::Market, Risk, 0.01);
}

void TestLuaApi::placesOrders()
{
    QFETCH(QString, call);
    QFETCH(int, side);
    QFETCH(int, type);
    QFETCH(int, unit);
    QFETCH(double, size);
    ScriptRun run("function on_start(ctx) assert(ctx:" + call.toStdString() + ") end");
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.requests.size(), std::size_t(1));
    const execution::OrderRequest& request = run.context.requests[0];
    QCOMPARE(static_cast<int>(request.side), side);
    QCOMPARE(static_cast<int>(request.type), type);
    QCOMPARE(static_cast<int>(request.size.unit), unit);
    QCOMPARE(request.size.value, size);
    QCOMPARE(request.limit.value_or(0), type == static_cast<int>(OrderType::Limit) ? 7.0 : 0.0);
    QCOMPARE(request.stop.value_or(0), type == static_cast<int>(OrderType::Stop) ? 7.0 : 0.0);
    QCOMPARE(request.reduceOnly, type == static_cast<int>(OrderType::Stop));
}

void TestLuaApi::refusesMalformedCalls_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* call, const char* reason) {
        QTest::newRow(call) << QString::fromLatin1(call) << QString::fromLatin1(reason);
    };
    row("ctx:buy{size='1'}", "ctx:buy size must be a number, not a string");
    row("ctx:buy{size={}}", "size must be a number, not a table");
    row("ctx:buy{size=true}", "size must be a number, not a boolean");
    row("ctx:buy{size=1, limit='x'}", "limit must be a number");
    row("ctx:buy{size=1, reduce_only=1}", "reduce_only must be true or false");
    row("ctx:buy{size=1, type=1}", "type must be a string");
    row("ctx:buy{size=1, type='iceberg'}", "type must be market, limit, stop, stop_limit or trailing_stop");
    row("ctx:buy{size=1, tif='fok'}", "tif must be gtc, ioc or gtd, not \"fok\"");
    row("ctx:buy{size=1, tif=5}", "tif must be a string");
    row("ctx:buy{size=1, expires=1.5}", "expires must be a whole number");
    row("ctx:buy{size=1, expires=-1}", "expires must be a time in microseconds since 1970");
    row("ctx:buy{size=1, expires=math.maxinteger}", "expires must be a time in microseconds since 1970");
    row("ctx:buy{size=1, trail='x'}", "trail must be a number");
    row("ctx:buy{size=1, stop_loss=true}", "stop_loss must be a number, not a boolean");
    row("ctx:buy{size=1, risk=0.1}", "not several");
    row("ctx:buy{size=1, symbol=5}", "symbol must be a string");
    row("ctx:buy{size=1, symbol='ETH/USD'}", "not among the strategy's symbols (BTC/USD)");
    row("ctx:buy{size=1, stoploss=5}", "no field \"stoploss\"");
    row("ctx:buy{1}", "no field \"[1]\"");
    row("ctx:buy{}", "needs one of size");
    row("ctx:buy{size=1, quote=1}", "not several");
    row("ctx:buy()", "takes a table, not no value");
    row("ctx:buy(1)", "takes a table, not number");
    row("ctx.buy{size=1}", "methods are called with a colon");
    row("ctx.buy(bar, {size=1})", "expected ctx");
    row("ctx:target()", "size must be a number");
    row("ctx:target('BTC/USD')", "size must be a number");
    row("ctx:target('ETH/USD', 1)", "not among");
    row("ctx:cancel(5)", "expected order, not number");
    row("ctx:cancel(ctx)", "expected order, not ctx");
    row("ctx:replace(nil, {})", "expected order, not nil");
    row("ctx:sma{0}", "");
    row("ctx:sma{'20'}", "must be a number, not a string");
    row("ctx:sma(20)", "takes a table");
    row("ctx:sma{20, src='high'}", "no field \"src\"");
    row("ctx:sma{20, symbol='ETH/USD'}", "not among");
    row("ctx:sma{20, timeframe='7m'}", "not a timeframe");
    row("ctx:candles{}", "needs n");
    row("ctx:candles{n=0}", "needs n");
    row("ctx:candles{n=1.5}", "whole number");
    row("ctx:every('x', function() end)", "takes an interval");
    row("ctx:every('1h')", "takes an interval");
    row("ctx:every('0m', function() end)", "takes an interval");
    row("ctx:log(5)", "takes a text or a table");
    row("ctx:log{ x = {} }", "must be a number, boolean or string");
    row("ctx:log{ 'a', 'b' }", "takes a text first");
    row("ctx:plot(5, 5)", "takes a name first");
    row("ctx:plot('x', 'y')", "must be a number");
    row("ctx:plot('x', 1, {panel='p'})", "no field \"panel\"");
    row("ctx:mark(5)", "takes a text");
    row("ctx.nothing.x = 1", "ctx has no field \"nothing\"");
    row("ctx:trail{}", "no field \"trail\"");
    row("ctx.time = 1", "ctx.time cannot be assigned");
    row("return ctx.parameters.nothing", "no parameter \"nothing\"");
    row("return ctx:position().sise", "position has no field \"sise\"");
    row("return ctx:sma{2}.upper", "indicator has no field \"upper\"");
    row("return ctx[5]", "ctx has no field");
    row("return #ctx", "length of a ctx value");
}

void TestLuaApi::refusesMalformedCalls()
{
    QFETCH(QString, call);
    QFETCH(QString, reason);
    ScriptRun run("bar = 1 function on_start(ctx)\n" + call.toStdString() + "\nend");
    const QString why = QString::fromStdString(run.start());
    QVERIFY2(why.startsWith(QStringLiteral("test.lua:2: ")) && why.contains(reason), qPrintable(why));
    QVERIFY(run.context.requests.empty());
}

void TestLuaApi::passesWrongNumbersToTheEngine()
{
    ScriptRun run("function on_start(ctx) ctx:buy{size=0/0} ctx:buy{size=-1} ctx:buy{size=1/0} end");
    QCOMPARE(run.start(), std::string());
    QVERIFY(std::isnan(run.context.requests.at(0).size.value));
    QCOMPARE(run.context.requests.at(1).size.value, -1.0);
    QVERIFY(std::isinf(run.context.requests.at(2).size.value));
}

void TestLuaApi::returnsNilAndAReason()
{
    ScriptRun run("function on_start(ctx) local o, why = ctx:buy{size=1} ctx:log(tostring(o) .. ' ' .. why) "
                  "local t, reason = ctx:target(1) ctx:log(tostring(t) .. ' ' .. reason) end");
    run.context.refusal = "no margin";
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.logs.at(0), std::string("nil no margin"));
    QCOMPARE(run.context.logs.at(1), std::string("nil no margin"));
}

void TestLuaApi::followsOrders()
{
    ScriptRun run(R"(
        local o
        function on_start(ctx)
          o = ctx:buy{ size = 2, type = "limit", limit = 7.25 }
          ctx:log(o.id .. " " .. o.status .. " " .. o.size .. " " .. o.limit .. " " .. tostring(o.stop) .. " "
                  .. o.symbol .. " " .. o.side .. " " .. o.type .. " " .. tostring(o.working) .. " "
                  .. tostring(o.reduce_only) .. " " .. #ctx:orders() .. " " .. tostring(ctx:orders()[1] == o))
        end
        function on_bar(ctx)
          ctx:log(o.status .. " " .. o.filled .. " " .. o.remaining .. " " .. tostring(ctx:cancel(o)))
        end)");
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.logs.at(0),
             std::string("1 submitted 2.0 7.25 nil BTC/USD buy limit true false 1 true"));
    run.context.orders[0].filled = Quantity(50'000'000);
    run.context.orders[0].status = execution::OrderStatus::PartlyFilled;
    QCOMPARE(run.bar(1), std::string());
    QCOMPARE(run.context.logs.at(1), std::string("partly_filled 0.5 1.5 true"));
    QCOMPARE(run.context.cancelled.size(), std::size_t(1));
}

void TestLuaApi::showsTheStepThatOnOrderIsCalledFor()
{
    ScriptRun run(R"(
        local kept
        function on_start(ctx) kept = ctx:buy{ size = 1, type = "limit", limit = 5 } end
        function on_order(ctx, order)
          ctx:log(order.status .. order.filled .. tostring(order.working) .. kept.status)
        end
        function on_bar(ctx) ctx:log(kept.status) end)");
    run.start();
    // All of it has happened before the strategy is told of the first step.
    execution::Order& order = run.context.orders.back();
    const execution::Order accepted = order;
    order.status = execution::OrderStatus::Filled;
    order.filled = order.size;
    run.strategy->onOrder(run.context, accepted);
    run.strategy->onOrder(run.context, order);
    run.bar(1);
    const std::string first(execution::name(accepted.status));
    QCOMPARE(run.context.logs, (std::vector<std::string>{first + "0.0true" + first, "filled1.0falsefilled", "filled"}));
}

void TestLuaApi::replacesWhatIsLeft()
{
    ScriptRun run(R"(
        local o
        function on_start(ctx) o = ctx:cover{ size = 2, type = "stop", stop = 7.25 } end
        function on_bar(ctx) assert(ctx:replace(o, { stop = 8 })) end)");
    run.start();
    run.context.orders[0].filled = Quantity(50'000'000);
    QCOMPARE(run.bar(1), std::string());
    const execution::OrderRequest& request = run.context.requests.at(1);
    QCOMPARE(request.size.value, 1.5);
    QCOMPARE(request.stop.value_or(0), 8.0);
    QVERIFY(request.side == Side::Cover && request.type == OrderType::Stop && !request.limit);
}

void TestLuaApi::readsEveryFieldOfAnOrder()
{
    ScriptRun run(R"(function on_start(ctx)
        local o = ctx:buy{ size = 2, type = "stop_limit", stop = 8, limit = 8.5, tif = "gtd",
                           expires = ctx.time + 60000000, stop_loss = 7, take_profit = 10 }
        ctx:log(o.type .. " " .. o.stop .. " " .. o.limit .. " " .. o.tif .. " " .. (o.expires - ctx.time) .. " "
                .. o.stop_loss .. " " .. o.take_profit .. " " .. tostring(o.trail) .. " " .. tostring(o.parent)
                .. " " .. tostring(o.leg) .. " " .. tostring(o.triggered))
        o = ctx:sell{ size = 2, type = "trailing_stop", trail = 0.25 }
        ctx:log(o.type .. " " .. o.trail .. " " .. tostring(o.trail_fraction) .. " " .. o.tif .. " "
                .. tostring(o.expires))
        o = ctx:sell{ size = 2, type = "trailing_stop", trail_fraction = 0.02 }
        ctx:log(tostring(o.trail) .. " " .. o.trail_fraction)
    end)");
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.logs.at(0),
             std::string("stop_limit 8.0 8.5 gtd 60000000 7.0 10.0 nil nil nil false"));
    QCOMPARE(run.context.logs.at(1), std::string("trailing_stop 0.25 nil gtc nil"));
    QCOMPARE(run.context.logs.at(2), std::string("nil 0.02"));
}

void TestLuaApi::aDateAloneMakesTheOrderGoodTillThen()
{
    ScriptRun run("function on_start(ctx) ctx:buy{size=1, type='limit', limit=7, expires=ctx.time + 1} end");
    QCOMPARE(run.start(), std::string());
    QVERIFY(run.context.requests.at(0).tif == execution::TimeInForce::GoodTillDate);
    QVERIFY(run.context.requests.at(0).expires == run.context.now + std::chrono::microseconds(1));
}

void TestLuaApi::aReplacementKeepsWhatIsNotNamed()
{
    ScriptRun run(R"(
        local o
        function on_start(ctx)
          o = ctx:buy{ size = 2, type = "limit", limit = 7, expires = ctx.time + 60000000, stop_loss = 6,
                       take_profit = 9 }
        end
        function on_bar(ctx) assert(ctx:replace(o, { limit = 7.5, take_profit = 10 })) end)");
    run.start();
    QCOMPARE(run.bar(1), std::string());
    const execution::OrderRequest& request = run.context.requests.at(1);
    QCOMPARE(request.limit.value_or(0), 7.5);
    QCOMPARE(request.stopLoss.value_or(0), 6.0);
    QCOMPARE(request.takeProfit.value_or(0), 10.0);
    QVERIFY(request.tif == execution::TimeInForce::GoodTillDate);
    QVERIFY(request.expires == run.context.requests.at(0).expires);
}

void TestLuaApi::aReplacementOfAnotherTypeDropsTheOldPrices()
{
    ScriptRun run(R"(
        local o
        function on_start(ctx) o = ctx:sell{ size = 2, type = "stop_limit", stop = 7, limit = 6.5 } end
        function on_bar(ctx) assert(ctx:replace(o, { type = "trailing_stop", trail_fraction = 0.01 })) end)");
    run.start();
    QCOMPARE(run.bar(1), std::string());
    const execution::OrderRequest& request = run.context.requests.at(1);
    QVERIFY(request.type == OrderType::TrailingStop && !request.stop && !request.limit && !request.trail);
    QCOMPARE(request.trailFraction.value_or(0), 0.01);
}

void TestLuaApi::readsPositions()
{
    ScriptRun run(R"(function on_bar(ctx)
        local p = ctx:position()
        ctx:log(p.size .. " " .. p.average_price .. " " .. p.cost .. " " .. p.profit .. " " .. tostring(p.opened)
                .. " " .. p.mae .. " " .. p.mfe .. " " .. tostring(p.flat) .. " " .. p.symbol)
      end)");
    run.start();
    QCOMPARE(run.bar(1), std::string());
    QCOMPARE(run.context.logs.at(0), std::string("0.0 0.0 0.0 0.0 nil 0.0 0.0 true BTC/USD"));
    run.context.positions[0] = {Quantity(-1), -2.0, 50.0, 3.5, run.context.now, -1.0, 4.0};
    QCOMPARE(run.bar(1), std::string());
    QCOMPARE(run.context.logs.at(1),
             std::string("-2.0 50.0 100.0 3.5 1640995260000000 -1.0 4.0 false BTC/USD"));
}

void TestLuaApi::needsASymbolAmongSeveral()
{
    ScriptRun run(R"(function on_start(ctx)
        ctx:buy{ size = 1, symbol = "ETH/USD" }
        ctx:target("ETH/USD", 2)
        ctx:close("BTC/USD")
        ctx:log(tostring(pcall(ctx.position, ctx)) .. #ctx:orders("BTC/USD") .. #ctx:orders("ETH/USD"))
        ctx:buy{ size = 1 }
      end)",
                  {"BTC/USD", "ETH/USD"});
    QVERIFY(run.start().find("say which one by symbol=") != std::string::npos);
    QCOMPARE(run.context.requests.at(0).symbol, SymbolIndex(1));
    QCOMPARE(run.context.targets.at(0).first, SymbolIndex(1));
    QCOMPARE(run.context.targets.at(1).second, 0.0);
    QCOMPARE(run.context.logs.at(0), std::string("false01"));
}

void TestLuaApi::callsTimers()
{
    ScriptRun run("function on_start(ctx) ctx:every('4h', function(c) c:log('tick') error('late') end) end");
    QCOMPARE(run.start(), std::string());
    QVERIFY(run.context.timers.at(0).first == std::chrono::hours(4));
    run.context.timers[0].second();
    run.context.timers[0].second();
    QCOMPARE(run.context.logs.size(), std::size_t(1));
    QCOMPARE(run.context.suspensions.size(), std::size_t(1));
    QVERIFY(run.context.reason().starts_with("test.lua:1: late"));
    run.strategy.reset();
    // The engine may still hold the callback of a strategy that is gone.
    run.context.timers[0].second();
}

void TestLuaApi::writesLogsPlotsAndMarks()
{
    ScriptRun run(R"(function on_start(ctx)
        ctx:log{ "seen", z = 1.5, a = 2, ok = true, t = "x\xff" }
        ctx:plot("fast", 1.25, { pane = "below" })
        ctx:plot("fast", nil)
        ctx:mark("here")
      end)");
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.logs.at(0), std::string("seen"));
    const LogFields& fields = run.context.logFields;
    QCOMPARE(fields.size(), std::size_t(4));
    QCOMPARE(fields[0].first, std::string("a"));
    QVERIFY(std::holds_alternative<std::int64_t>(fields[0].second));
    QCOMPARE(std::get<std::string>(fields[2].second), std::string("x\xEF\xBF\xBD"));
    QCOMPARE(std::get<double>(fields[3].second), 1.5);
    QCOMPARE(run.context.plots.size(), std::size_t(1));
    QCOMPARE(run.context.marks.at(0).second, std::string("here"));
}

void TestLuaApi::callsEveryHandler()
{
    ScriptRun run(R"(
        function on_start(ctx) ctx:buy{ size = 1 } end
        function on_close(ctx, time) ctx:log("close " .. time) end
        function on_order(ctx, order) ctx:log("order " .. order.id) end
        function on_fill(ctx, fill)
          ctx:log("fill " .. fill.size .. " " .. fill.price .. " " .. fill.fee .. " " .. fill.rule .. " "
                  .. fill.side .. " " .. fill.order.id .. " " .. fill.position .. " " .. fill.symbol)
        end
        function on_margin_call(ctx) ctx:log("call") end
        function on_stop(ctx) ctx:log("stop") end)");
    run.start();
    run.strategy->onClose(run.context, run.context.now);
    run.strategy->onOrder(run.context, run.context.orders[0]);
    execution::Fill fill;
    fill.order = OrderId{1};
    fill.quantity = Quantity(150'000'000);
    fill.price = Price(725);
    fill.fee = Money(12'500'000);
    fill.positionAfter = Quantity(150'000'000);
    run.strategy->onFill(run.context, fill);
    run.strategy->onMarginCall(run.context);
    run.strategy->onStop(run.context);
    QCOMPARE(run.context.reason(), std::string());
    const std::vector<std::string> expected = {
        "close 1640995200000000", "order 1", "fill 1.5 7.25 0.125 market_open buy 1 1.5 BTC/USD", "call",
        "stop"};
    QCOMPARE(run.context.logs, expected);
}

void TestLuaApi::readsParameters()
{
    const Parameters parameters = {
        {"b", true}, {"c", std::string("up")}, {"i", std::int64_t{3}}, {"x", 3.0}};
    ScriptRun run(R"(function on_start(ctx)
        local p = ctx.parameters
        ctx:log(tostring(p.b) .. p.c .. p.i .. " " .. p.x .. " " .. math.type(p.i) .. " " .. math.type(p.x))
      end)",
                  {"BTC/USD"}, 1, {}, parameters);
    QCOMPARE(run.start(), std::string());
    QCOMPARE(run.context.logs.at(0), std::string("trueup3 3.0 integer float"));
}

void TestLuaApi::survivesHandlersInsideHandlers()
{
    ScriptRun run(R"(
        function on_bar(ctx) ctx:buy{ size = 1 } ctx:log("after") end
        function on_order(ctx, order) ctx:log("order " .. order.status) end)");
    run.start();
    run.context.onSubmit = [&run](const execution::Order& order) {
        run.strategy->onOrder(run.context, order);
    };
    QCOMPARE(run.bar(1), std::string());
    const std::vector<std::string> expected = {"order submitted", "after"};
    QCOMPARE(run.context.logs, expected);
}

void TestLuaApi::makesIndependentInstances()
{
    const auto factory = luaFactory(
        "a.lua", std::make_shared<const std::string>(
                     "strategy={name='a'} n=0 function on_bar(ctx) n=n+1 ctx:log(n..'') end"));
    FakeContext context;
    auto first = factory({}, 1);
    auto second = factory({}, 1);
    const Bar bar = context.close(1);
    (*first)->onBar(context, bar);
    (*first)->onBar(context, bar);
    (*second)->onBar(context, bar);
    QCOMPARE(context.logs.back(), std::string("1"));
}

QTEST_GUILESS_MAIN(TestLuaApi)
#include "tst_luaapi.moc"
