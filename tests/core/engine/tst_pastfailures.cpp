// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

using namespace core;
using namespace fixture;
using execution::OrderSize;
using execution::Side;

namespace {

/// Submits each request after its own bar.
Script oneABar(std::vector<execution::OrderRequest> requests)
{
    Script script;
    std::size_t next = 0;
    script.bar = [requests = std::move(requests), next](Context& context, const Bar& bar) mutable {
        if (bar.symbol == 0 && next < requests.size())
            (void)context.submit(requests[next++]);
    };
    return script;
}

std::vector<market::Candle> still(int bars, std::int64_t price = 1'000)
{
    std::vector<market::Candle> candles;
    for (int i = 0; i < bars; ++i)
        candles.push_back(flat(i, price));
    return candles;
}

std::string lastReason(const Output& output)
{
    return output.of("order").back()["reason"];
}

constexpr std::int64_t ONE = 100'000'000;

} // namespace

/// Failures of an earlier trading system, each as it was found there, and that none of them can happen
/// here. Accounts start with 1000 and may borrow 1.5× long, 2× short.
class TestPastFailures : public QObject
{
    Q_OBJECT

private slots:
    void theLeverageCapBindsTheAccountAndNotEachOrder();
    void shortProceedsAreNoBuyingPower();
    void equityCountsShorts();
    void aFullCloseLeavesNothing();
    void noSaleIsLargerThanThePosition();
    void aCoverIsNotCappedByCash();
    void oppositeOrdersNetInsteadOfOverwriting();
    void noShortOpensOnNegativeCashBeyondTheMargin();
    void equityIsPricedByTheWholeSymbol();
    void limitOrdersDoNotExecuteAtMarket();
    void anotherQuoteCurrencyIsRefused();
};

void TestPastFailures::theLeverageCapBindsTheAccountAndNotEachOrder()
{
    Session session;
    session.symbol("BTC/USD", still(5));
    session.account("one", oneABar({marketOrder(Side::Buy, 150.0), marketOrder(Side::Buy, 150.0),
                                    marketOrder(Side::Buy, 1.0)}));
    const Output output = session.play();
    QCOMPARE(output.of("fill").size(), 1U);
    QCOMPARE(session.desk().book().account.position(0).quantity.lots(), 15'000);
    QCOMPARE(lastReason(output), std::string("insufficient_margin"));
}

void TestPastFailures::shortProceedsAreNoBuyingPower()
{
    Session session;
    session.symbol("ADA/USD", still(5));
    session.symbol("BTC/USD", still(5));
    // A full short brings 2000 of cash, and not one unit more of anything else.
    session.account("one", oneABar({marketOrder(Side::Short, 200.0), marketOrder(Side::Buy, 1.0, 1)}));
    const Output output = session.play();
    QCOMPARE(session.desk().cash().count(), 3'000 * ONE);
    QCOMPARE(output.of("fill").size(), 1U);
    QCOMPARE(lastReason(output), std::string("insufficient_margin"));
}

void TestPastFailures::equityCountsShorts()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'100), flat(3, 900)});
    std::vector<double> equities;
    Script script = oneABar({marketOrder(Side::Short, 100.0)});
    script.close = [&equities](Context& context, Timestamp) { equities.push_back(context.equity().toDouble()); };
    session.account("one", script);
    (void)session.play();
    QCOMPARE(equities, (std::vector<double>{1'000.0, 1'000.0, 900.0, 1'100.0}));
}

void TestPastFailures::aFullCloseLeavesNothing()
{
    Session session;
    session.setup.rules.costs.taker = 260'000;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'003), flat(2, 1'007), flat(3, 1'011), flat(4, 1'013)});
    Script script = oneABar({marketOrder(Side::Buy, 33.33), marketOrder(Side::Sell, 11.11)});
    script.close = [](Context& context, Timestamp time) {
        if (time == minute(3))
            QVERIFY(context.target(0, 0.0).ok());
    };
    session.account("one", script);
    (void)session.play();
    const portfolio::Position& position = session.desk().book().account.position(0);
    QVERIFY(position.quantity.isZero() && position.cost == Money() && position.entryFees == Money());
    QCOMPARE((session.desk().cash() - session.setup.cash).count(),
             session.desk().book().account.realisedProfit().count());
}

void TestPastFailures::noSaleIsLargerThanThePosition()
{
    Session session;
    session.symbol("BTC/USD", still(5));
    session.account("one", oneABar({marketOrder(Side::Buy, 10.0), marketOrder(Side::Sell, 25.0)}));
    const Output output = session.play();
    QCOMPARE(output.of("fill").at(1)["quantity"], std::string("-10.00"));
    QVERIFY(session.desk().book().account.isFlat());
}

void TestPastFailures::aCoverIsNotCappedByCash()
{
    // Sold at 10, risen to 12: closing costs more than the account started with, and closes all of it.
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'190), flat(3, 1'190)});
    session.account("one", oneABar({marketOrder(Side::Short, 200.0), {}, marketOrder(Side::Cover, 200.0)}));
    const Output output = session.play();
    QVERIFY(session.desk().book().account.isFlat());
    QCOMPARE(session.desk().cash().count(), 620 * ONE);
    QCOMPARE(session.engine->marginCalls(), 0);
}

void TestPastFailures::oppositeOrdersNetInsteadOfOverwriting()
{
    Session session;
    session.symbol("BTC/USD", still(6));
    session.account("one", oneABar({marketOrder(Side::Buy, 10.0), marketOrder(Side::Short, 4.0),
                                    marketOrder(Side::Short, 10.0), marketOrder(Side::Buy, 1.0)}));
    const Output output = session.play();
    std::string after;
    for (const Line& fill : output.of("fill"))
        after += fill["position_after"] + " ";
    QCOMPARE(after, std::string("10.00 6.00 -4.00 -3.00 "));
}

void TestPastFailures::noShortOpensOnNegativeCashBeyondTheMargin()
{
    Session session;
    session.symbol("ADA/USD", still(5));
    session.symbol("BTC/USD", still(5));
    // 150 long leave 500 owed and no margin at all.
    session.account("one", oneABar({marketOrder(Side::Buy, 150.0), marketOrder(Side::Short, 0.01, 1)}));
    const Output output = session.play();
    QCOMPARE(session.desk().cash().count(), -500 * ONE);
    QCOMPARE(lastReason(output), std::string("insufficient_margin"));
    QVERIFY(session.desk().book().account.position(1).quantity.isZero());
}

void TestPastFailures::equityIsPricedByTheWholeSymbol()
{
    // The names share a beginning; each position is worth its own price.
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000)});
    session.symbol("BTC/USDT", {flat(0, 500), flat(1, 500), flat(2, 400)});
    session.symbol("BTCB/USD", {flat(0, 2'000), flat(1, 2'000), flat(2, 2'000)});
    Script script;
    script.close = [](Context& context, Timestamp time) {
        if (time == minute(1))
            QVERIFY(context.submit(marketOrder(Side::Buy, 100.0, 1)).ok());
    };
    session.account("one", script);
    (void)session.play();
    // A hundred bought at 5.00 are worth 4.00 each.
    QVERIFY(session.desk().margin().equity == Int128(900) * ONE);
    QVERIFY(session.desk().margin().longExposure == Int128(400) * ONE);
}

void TestPastFailures::limitOrdersDoNotExecuteAtMarket()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), candle(2, 1'000, 1'010, 940, 1'000), flat(3, 1'000)});
    session.account("one", oneABar({limitOrder(Side::Buy, 10.0, 9.5)}));
    const Output output = session.play();
    QCOMPARE(output.of("fill").size(), 1U);
    QCOMPARE(output.of("fill")[0]["price"], std::string("9.50"));
    QVERIFY(output.of("fill")[0].time > minute(2));
}

void TestPastFailures::anotherQuoteCurrencyIsRefused()
{
    // 20 USD of XRP/BTC bought 999,500 XRP there: the price was taken for dollars.
    Session session;
    session.setup.currency = "USD";
    session.symbol("XRP/BTC", still(4, 2));
    execution::OrderRequest request = marketOrder(Side::Buy, 20.0);
    request.size.unit = OrderSize::Unit::Quote;
    Script script = oneABar({request, request});
    script.close = [](Context& context, Timestamp) {
        const auto id = context.target(0, 1.0);
        QCOMPARE(id.error().what, std::string("wrong_currency"));
    };
    session.account("one", script);
    const Output output = session.play();
    QVERIFY(output.of("fill").empty());
    QCOMPARE(lastReason(output), std::string("wrong_currency"));
    QCOMPARE(session.desk().cash().count(), 1'000 * ONE);
}

QTEST_GUILESS_MAIN(TestPastFailures)
#include "tst_pastfailures.moc"
