// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

#include <limits>
#include <stdexcept>

using namespace core;
using namespace fixture;
using execution::OrderRequest;
using execution::OrderSize;
using execution::Side;

namespace {

/// Up, down and up again: a saw of `teeth` teeth, ten minutes each.
std::vector<market::Candle> saw(int teeth)
{
    std::vector<market::Candle> candles;
    for (int i = 0; i < teeth * 10; ++i) {
        const std::int64_t price = 1'000 + 10 * std::abs(i % 10 - 5);
        candles.push_back(candle(i, price, price + 15, price - 15, price + 5));
    }
    return candles;
}

/// Trades every third bar, with orders of all kinds.
Script steadyTrader()
{
    Script script;
    script.bar = [count = 0](Context& context, const Bar& bar) mutable {
        const double price = context.instruments()[bar.symbol].toDouble(bar.candle.close);
        switch (++count % 6) {
        case 0:
            (void)context.submit(marketOrder(Side::Buy, 5.0, bar.symbol));
            break;
        case 2:
            (void)context.submit(limitOrder(Side::Short, 8.0, price + 0.1, bar.symbol));
            break;
        case 4:
            (void)context.submit(stopOrder(Side::Buy, 2.0, price + 0.05, bar.symbol));
            break;
        default:
            break;
        }
        if (count == 20)
            context.log("twenty", {});
    };
    return script;
}

/// What a strategy did, without the numbers that orders and fills share with other accounts.
std::string deedsOf(const Output& output, const std::string& strategy, int stream)
{
    std::string text;
    for (const Line& line : output.lines) {
        if (line["strategy"] != strategy && line.stream != stream)
            continue;
        text += line.event + " " + formatTimestamp(line.time) + " " + std::to_string(line.correlation.value);
        for (const auto& [key, value] : line.fields) {
            if (key != "order_id" && key != "fill_id")
                text += " " + key + "=" + value;
        }
        text += '\n';
    }
    return text;
}

OrderRequest sized(double value, OrderSize::Unit unit)
{
    OrderRequest request = marketOrder(Side::Buy, value);
    request.size.unit = unit;
    return request;
}

} // namespace

/// What happens to one account, and that it happens to no other.
class TestEngineAccounts : public QObject
{
    Q_OBJECT

private slots:
    void noAccountFeelsAnother_data();
    void noAccountFeelsAnother();
    void callsAccountsAndSymbolsInTheirOrder();
    void refusesWhatCannotBeAnOrder_data();
    void refusesWhatCannotBeAnOrder();
    void anEntryCostsAtLeastTheMinimum();
    void aHeldPerpetualPaysFunding();
    void missingFundingIsSaid();
    void aRefusedOrderHasALifeInTheJournal();
    void aLiquidatedAccountIsToldAndRefused();
    void aMissingBarKeepsMarkAndOrders();
    void reachesATargetThroughPendingOrders();
    void replacesAWorkingOrder();
    void tellsOfWhatACallbackCausedInTheNextBatch();
    void roundsSizesDownToTheLot();
};

void TestEngineAccounts::noAccountFeelsAnother_data()
{
    QTest::addColumn<QString>("fate");
    for (const char* fate : {"idle", "blown up", "throwing", "suspended", "refused", "trading"})
        QTest::newRow(fate) << QString::fromLatin1(fate);
}

void TestEngineAccounts::noAccountFeelsAnother()
{
    QFETCH(QString, fate);
    const auto prepare = [](Session& session) {
        session.setup.rules.costs = {260'000, 260'000, 50'000, 500'000, {}};
        session.setup.rules.participation = 10'000'000;
        session.symbol("BTC/USD", saw(20));
    };
    Session alone;
    prepare(alone);
    alone.account("steady", steadyTrader());
    const Output expected = alone.play();
    QVERIFY(expected.of("fill").size() > 30);

    Script other;
    if (fate == QStringLiteral("blown up"))
        other.start = [](Context& context) { (void)context.submit(marketOrder(Side::Short, 1'000.0)); };
    else if (fate == QStringLiteral("throwing"))
        other.bar = [](Context&, const Bar&) { throw std::runtime_error("enough"); };
    else if (fate == QStringLiteral("suspended"))
        other.bar = [](Context& context, const Bar&) { context.suspend("enough"); };
    else if (fate == QStringLiteral("refused"))
        other.bar = [](Context& context, const Bar&) { (void)context.submit(marketOrder(Side::Buy, -1.0)); };
    else if (fate == QStringLiteral("trading"))
        other = steadyTrader();
    Session both;
    prepare(both);
    if (fate == QStringLiteral("blown up")) {
        // A second symbol, known to that account only, triples.
        both.symbol("ZEC/USD", {flat(0, 100), flat(1, 100), flat(2, 300), flat(3, 300)});
        both.account("another", other).symbols = {1};
    } else {
        both.account("another", other);
    }
    both.account("steady", steadyTrader()).symbols = {0};
    const Output got = both.play();
    QCOMPARE(QString::fromStdString(deedsOf(got, "steady", 1)),
             QString::fromStdString(deedsOf(expected, "steady", 0)));
    QVERIFY(got.points.at(1) == expected.points.at(0));
    QCOMPARE(both.engine->marginCalls(), std::int64_t{fate == QStringLiteral("blown up") ? 1 : 0});
}

void TestEngineAccounts::callsAccountsAndSymbolsInTheirOrder()
{
    Session session;
    session.symbol("ADA/USD", rising(0, 2));
    session.symbol("BTC/USD", {flat(0, 500), flat(2, 500)});
    std::string calls;
    const auto speaker = [&calls](const std::string& name) {
        Script script;
        script.bar = [&calls, name](Context& context, const Bar& bar) {
            calls += name + context.instruments()[bar.symbol].symbol.base() + " ";
        };
        script.close = [&calls, name](Context&, Timestamp) { calls += name + "close "; };
        return script;
    };
    session.account("a", speaker("a."));
    session.account("b", speaker("b."));
    (void)session.play();
    const std::string whole = "a.ADA a.BTC a.close b.ADA b.BTC b.close ";
    QCOMPARE(calls, whole + "a.ADA a.close b.ADA b.close " + whole);
}

void TestEngineAccounts::refusesWhatCannotBeAnOrder_data()
{
    constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();
    constexpr double INFINITE = std::numeric_limits<double>::infinity();
    QTest::addColumn<OrderRequest>("request");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const OrderRequest& request, const char* reason) {
        QTest::newRow(name) << request << QString::fromLatin1(reason);
    };
    row("unknown symbol", marketOrder(Side::Buy, 1.0, 7), "unknown_symbol");
    row("no size", marketOrder(Side::Buy, 0.0), "not_positive");
    row("negative size", marketOrder(Side::Short, -1.0), "not_positive");
    row("size not a number", marketOrder(Side::Buy, NOT_A_NUMBER), "not_finite");
    row("infinite size", marketOrder(Side::Buy, INFINITE), "not_finite");
    row("infinite fraction", sized(INFINITE, OrderSize::Unit::EquityFraction), "not_finite");
    row("negative quote", sized(-5.0, OrderSize::Unit::Quote), "not_positive");
    row("below a lot", marketOrder(Side::Buy, 0.009), "below_minimum");
    row("below the minimum", marketOrder(Side::Buy, 0.04), "below_minimum");
    row("quote below the minimum", sized(0.4, OrderSize::Unit::Quote), "below_minimum");
    row("beyond the ledger", marketOrder(Side::Buy, 1e30), "out_of_range");
    row("limit beyond the ledger", limitOrder(Side::Buy, 1.0, 1e30), "out_of_range");
    row("limit of nothing", limitOrder(Side::Buy, 1.0, 0.0), "not_positive");
    row("negative limit", limitOrder(Side::Buy, 1.0, -3.0), "not_positive");
    row("limit below a tick", limitOrder(Side::Buy, 1.0, 0.001), "not_positive");
    row("limit not a number", limitOrder(Side::Buy, 1.0, NOT_A_NUMBER), "not_finite");
    row("stop infinite", stopOrder(Side::Buy, 1.0, INFINITE), "not_finite");
    row("buy stop below the price", stopOrder(Side::Buy, 1.0, 9.0), "wrong_side_stop");
    row("buy stop at the price", stopOrder(Side::Buy, 1.0, 10.0), "wrong_side_stop");
    row("sell stop above the price", stopOrder(Side::Short, 1.0, 11.0), "wrong_side_stop");
    row("nothing to sell", marketOrder(Side::Sell, 1.0), "nothing_to_reduce");
    row("nothing to cover", marketOrder(Side::Cover, 1.0), "nothing_to_reduce");
    OrderRequest request = marketOrder(Side::Buy, 1.0);
    request.reduceOnly = true;
    row("nothing to reduce", request, "nothing_to_reduce");
    request = limitOrder(Side::Buy, 1.0, 9.0);
    request.limit.reset();
    row("limit order without a limit", request, "missing_price");
    request = stopOrder(Side::Buy, 1.0, 11.0);
    request.stop.reset();
    row("stop order without a stop", request, "missing_price");
    request = marketOrder(Side::Buy, 1.0);
    request.limit = 9.0;
    row("market order with a limit", request, "unexpected_price");
    request = limitOrder(Side::Buy, 1.0, 9.0);
    request.stop = 11.0;
    row("limit order with a stop", request, "unexpected_price");
}

void TestEngineAccounts::refusesWhatCannotBeAnOrder()
{
    QFETCH(OrderRequest, request);
    QFETCH(QString, reason);
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000)});
    session.setup.symbols[0].instrument.minimumLots = 5;
    std::string told;
    Script script;
    script.bar = [&](Context& context, const Bar& bar) {
        if (bar.candle.openTime != minute(0))
            return;
        const auto id = context.submit(request);
        QVERIFY(!id.ok());
        QCOMPARE(id.error().code, ErrorCode::Refused);
        QVERIFY(!id.error().remedy.empty());
        QVERIFY(context.workingOrders().empty());
        told = id.error().what;
    };
    session.account("one", script);
    const Output output = session.play();
    QCOMPARE(QString::fromStdString(told), reason);
    QCOMPARE(endsOf(output).at("1"), "rejected " + reason.toStdString());
    QVERIFY(output.of("fill").empty());
}

void TestEngineAccounts::anEntryCostsAtLeastTheMinimum()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000), flat(3, 1'000)});
    session.setup.symbols[0].instrument.minimumCost = *core::Money::parse("5");
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0)) {
            // At ten each, a half costs five; by its limit of 9 it does not.
            const auto cheap = context.submit(limitOrder(Side::Buy, 0.5, 9.0));
            QVERIFY(!cheap.ok());
            QCOMPARE(cheap.error().what, std::string("below_minimum_cost"));
            QVERIFY(context.submit(marketOrder(Side::Buy, 0.5)).ok());
        }
        // What is left may always be closed.
        if (bar.candle.openTime == minute(1))
            QVERIFY(context.submit(marketOrder(Side::Sell, 0.25)).ok());
    };
    session.account("one", script);
    QCOMPARE(session.play().of("fill").size(), 2U);
}

void TestEngineAccounts::aHeldPerpetualPaysFunding()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 5));
    engine::SymbolData& data = session.setup.symbols[0];
    data.instrument.kind = core::market::InstrumentKind::Perpetual;
    data.funding = {{minute(3), minute(3), core::market::FUNDING_UNIT / 1'000}};
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0))
            QVERIFY(context.submit(marketOrder(Side::Buy, 10.0)).ok());
    };
    session.account("one", script);
    const Output output = session.play();
    std::vector<Line> paid;
    for (const Line& line : output.of("ledger")) {
        if (line["kind"] == "funding")
            paid.push_back(line);
    }
    QCOMPARE(paid.size(), 1U);
    QVERIFY(paid[0].time == minute(3));
    QCOMPARE(paid[0]["symbol"], std::string("BTC/USD"));
    const auto snapshot = session.engine->snapshot();
    QCOMPARE((-snapshot.accounts[0].performance->trades.sums.costs.funding).toString(), paid[0]["cash"]);
    QCOMPARE(output.of("funding_rates").size(), 1U);
}

void TestEngineAccounts::missingFundingIsSaid()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(60 * 30, 1'000)});
    engine::SymbolData& data = session.setup.symbols[0];
    data.instrument.kind = core::market::InstrumentKind::Perpetual;
    const auto due = [](int hours) {
        return core::market::FundingRate{minute(hours * 60), minute(hours * 60), 1'000};
    };
    data.funding = {due(0), due(8), due(24)};
    session.account("one", {});
    const auto missing = session.play().of("funding_missing");
    QCOMPARE(missing.size(), 1U);
    const auto gaps = missingFunding(session.setup);
    QVERIFY(gaps[0].from == minute(8 * 60) && gaps[0].to == minute(24 * 60));
    // Before its own first bar it cannot be held.
    session.setup.from = minute(-60 * 24);
    QCOMPARE(missingFunding(session.setup).size(), 1U);
    // A spot instrument owes none.
    data.instrument.kind = core::market::InstrumentKind::Spot;
    QVERIFY(missingFunding(session.setup).empty());
}

void TestEngineAccounts::aRefusedOrderHasALifeInTheJournal()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000)});
    std::string told;
    Script script;
    script.bar = [](Context& context, const Bar&) { (void)context.submit(marketOrder(Side::Sell, 1.0)); };
    script.order = [&told](Context&, const execution::Order& order) {
        told = std::string(execution::name(order.status)) + " " + std::string(execution::name(order.reason));
    };
    session.account("one", script);
    const auto steps = session.play().of("order");
    QCOMPARE(steps.size(), 4U);
    QCOMPARE(steps[0]["status"], std::string("submitted"));
    QCOMPARE(steps[1]["status"], std::string("rejected"));
    QCOMPARE(steps[0].correlation.value, steps[1].correlation.value);
    QCOMPARE(told, std::string("rejected nothing_to_reduce"));
}

void TestEngineAccounts::aLiquidatedAccountIsToldAndRefused()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'600), flat(3, 1'600)});
    int calls = 0;
    int bars = 0;
    std::string refusal;
    Script script;
    script.start = [](Context& context) { (void)context.submit(marketOrder(Side::Short, 200.0)); };
    script.bar = [&](Context& context, const Bar& bar) {
        ++bars;
        if (bar.candle.openTime == minute(1))
            QVERIFY(context.submit(limitOrder(Side::Buy, 1.0, 5.0)).ok());
        if (bar.candle.openTime == minute(3))
            refusal = context.submit(marketOrder(Side::Buy, 1.0)).error().what;
    };
    script.marginCall = [&calls](Context& context) {
        ++calls;
        QCOMPARE(context.position(0).size, 0.0);
    };
    session.account("one", script);
    const Output output = session.play();
    QCOMPARE(calls, 1);
    QCOMPARE(bars, 4);
    QCOMPARE(refusal, std::string("halted"));
    QVERIFY(session.desk().state() == engine::AccountState::Liquidated);
    QCOMPARE(endsOf(output).at("2"), std::string("cancelled liquidating"));
    // Sold at 10, bought back at 16: 1200 lost of 1000, and the rest is written down.
    QCOMPARE(output.of("margin_call").size(), 1U);
    QCOMPARE(output.of("liquidated").at(0)["bad_debt"], std::string("200.00000000"));
    QCOMPARE(session.desk().cash().count(), 0);
    QCOMPARE(output.of("ledger").back()["kind"], std::string("bad_debt"));
    QVERIFY(output.of("margin_call").at(0).time == minute(2));
}

void TestEngineAccounts::aMissingBarKeepsMarkAndOrders()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 6));
    session.symbol("ETH/USD", {flat(0, 500), flat(1, 520), flat(5, 600), flat(6, 600)});
    std::vector<std::string> equities;
    Script script;
    script.bar = [&](Context& context, const Bar& bar) {
        QVERIFY(bar.candle.openTime == context.time() - MINUTE);
        if (bar.symbol == 1 && bar.candle.openTime == minute(0))
            QVERIFY(context.submit(marketOrder(Side::Buy, 10.0, 1)).ok());
        if (bar.symbol == 0 && bar.candle.openTime == minute(2))
            QVERIFY(context.submit(marketOrder(Side::Sell, 4.0, 1)).ok());
        if (bar.symbol == 0)
            equities.push_back(context.equity().toString());
    };
    session.account("one", script);
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 2U);
    QVERIFY(fills[0].time == minute(1));
    QCOMPARE(fills[0]["price"], std::string("5.20"));
    QVERIFY(fills[1].time == minute(5));
    QCOMPARE(fills[1]["price"], std::string("6.00"));
    const std::string bought = "1000.00000000";
    QVERIFY((equities == std::vector<std::string>{bought, bought, bought, bought, bought, "1008.00000000",
                                                  "1008.00000000"}));
}

void TestEngineAccounts::reachesATargetThroughPendingOrders()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 5));
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0)) {
            QVERIFY(context.target(0, 10.0).ok());
            // Both orders are still waiting for the next bar.
            QVERIFY(context.target(0, -2.0).ok());
            QCOMPARE(context.target(0, -2.0)->value, 0U);
        }
        if (bar.candle.openTime == minute(2)) {
            QCOMPARE(context.position(0).size, -2.0);
            QVERIFY(context.target(0, 0.0).ok());
        }
    };
    session.account("one", script);
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 3U);
    QCOMPARE(fills[0]["quantity"], std::string("10.00"));
    QCOMPARE(fills[1]["quantity"], std::string("-12.00"));
    QCOMPARE(fills[2]["quantity"], std::string("2.00"));
    QCOMPARE(fills[2]["side"], std::string("cover"));
    QVERIFY(session.desk().book().account.isFlat());
}

void TestEngineAccounts::replacesAWorkingOrder()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), candle(1, 1'000, 1'000, 890, 1'000)});
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime != minute(0))
            return;
        const auto first = context.submit(limitOrder(Side::Buy, 1.0, 9.5));
        QVERIFY(first.ok());
        const auto second = context.replace(*first, limitOrder(Side::Buy, 2.0, 9.0));
        QVERIFY(second.ok() && *second != *first);
        QCOMPARE(context.cancel(*first).error().code, ErrorCode::NotFound);
        QCOMPARE(context.replace(*first, limitOrder(Side::Buy, 2.0, 9.0)).error().code, ErrorCode::NotFound);
        QVERIFY(context.order(*first)->reason == execution::Reason::Replaced);
        QVERIFY(context.order(*second)->isWorking());
        QVERIFY(context.order(OrderId{99}) == nullptr);
        QCOMPARE(context.workingOrders().size(), 1U);
    };
    session.account("one", script);
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 1U);
    QCOMPARE(fills[0]["price"], std::string("9.00"));
    QCOMPARE(fills[0]["quantity"], std::string("2.00"));
}

void TestEngineAccounts::roundsSizesDownToTheLot()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 300), flat(1, 300)});
    std::vector<std::int64_t> lots;
    Script script;
    script.bar = [&](Context& context, const Bar& bar) {
        if (bar.candle.openTime != minute(0))
            return;
        // A third of a hundred, half of a thousand at 3.00 each, and what binary numbers make of 0.29.
        for (const auto& request : {sized(100.0, OrderSize::Unit::Quote),
                                    sized(0.5, OrderSize::Unit::EquityFraction), marketOrder(Side::Buy, 0.29),
                                    marketOrder(Side::Buy, 0.299)}) {
            const auto id = context.submit(request);
            QVERIFY(id.ok());
            lots.push_back(context.order(*id)->size.lots());
        }
    };
    session.account("one", script);
    (void)session.play();
    QVERIFY((lots == std::vector<std::int64_t>{3'333, 16'666, 29, 29}));
}

void TestEngineAccounts::tellsOfWhatACallbackCausedInTheNextBatch()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000)});
    // Answers each step of an order by another order, and keeps looking at the step it was told of.
    std::vector<core::Timestamp> told;
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0))
            (void)context.submit(limitOrder(Side::Buy, 0.01, 1.0));
    };
    script.order = [&](Context& context, const execution::Order& order) {
        const OrderId id = order.id;
        for (int i = 0; i < 20; ++i)
            (void)context.submit(limitOrder(Side::Buy, 0.01, 1.0));
        QVERIFY(order.id == id);
        told.push_back(context.time());
    };
    session.account("one", script);
    (void)session.play();
    // One order of the first batch, twenty of the second; what the third would bring is not asked.
    const auto inBatch = [&](int at) { return std::count(told.begin(), told.end(), minute(at)); };
    QCOMPARE(inBatch(1), 0);
    QVERIFY(inBatch(2) > 0);
    QCOMPARE(inBatch(3), inBatch(2) * inBatch(2) * 20);
}

QTEST_APPLESS_MAIN(TestEngineAccounts)
#include "tst_engineaccounts.moc"
