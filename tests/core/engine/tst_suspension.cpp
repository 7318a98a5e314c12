// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

#include <stdexcept>

using namespace core;
using namespace fixture;
using execution::Side;

/// What suspends a strategy, and what becomes of what it leaves behind.
class TestSuspension : public QObject
{
    Q_OBJECT

private slots:
    void anExceptionSuspendsTheStrategy();
    void aSuspendedStrategyKeepsItsExits();
    void aSuspensionClosesWhatItIsToClose();
    void aStrategyThatIsResumedKeepsWhatItBuys();
    void aSuspensionWarnsOfPositionsWithoutAStop_data();
    void aSuspensionWarnsOfPositionsWithoutAStop();
    void aHundredRejectionsInARowSuspend();
    void anAcceptedOrderEndsARowOfRejections();
};

void TestSuspension::anExceptionSuspendsTheStrategy()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 9));
    int bars = 0;
    Script faulty;
    faulty.start = [](Context& context) { (void)context.submit(limitOrder(Side::Buy, 1.0, 5.0)); };
    faulty.bar = [&bars](Context&, const Bar&) {
        if (++bars == 3)
            throw std::runtime_error("division of a sorrow");
    };
    faulty.close = [&bars](Context&, Timestamp) { QVERIFY(bars < 3); };
    faulty.stop = [](Context&) { QFAIL("a suspended strategy was called"); };
    session.account("faulty", faulty);
    const Output output = session.play();
    QCOMPARE(bars, 3);
    QVERIFY(session.desk().state() == engine::AccountState::Suspended);
    QCOMPARE(session.desk().stateReason(), std::string("division of a sorrow"));
    const auto lines = output.of("strategy_suspended");
    QCOMPARE(lines.size(), 1U);
    QCOMPARE(lines[0]["reason"], std::string("division of a sorrow"));
    QVERIFY(lines[0].time == minute(3));
    QCOMPARE(endsOf(output).at("1"), std::string("cancelled suspended"));
    QCOMPARE(output.points.at(0).size(), 11U);
}

void TestSuspension::aSuspendedStrategyKeepsItsExits()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 1'000), flat(3, 800)});
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0))
            QVERIFY(context.submit(marketOrder(Side::Buy, 10.0)).ok());
        if (bar.candle.openTime != minute(1))
            return;
        QVERIFY(context.submit(stopOrder(Side::Sell, 4.0, 9.0)).ok());
        auto exit = stopOrder(Side::Short, 3.0, 9.0);
        exit.reduceOnly = true;
        QVERIFY(context.submit(exit).ok());
        QVERIFY(context.submit(stopOrder(Side::Short, 2.0, 9.0)).ok());
        context.suspend("a rest");
        QCOMPARE(context.submit(marketOrder(Side::Buy, 1.0)).error().what, std::string("suspended"));
    };
    session.account("one", script);
    const Output output = session.play();
    const auto ends = endsOf(output);
    QCOMPARE(ends.at("2"), std::string("filled "));
    QCOMPARE(ends.at("3"), std::string("filled "));
    QCOMPARE(ends.at("4"), std::string("cancelled suspended"));
    QCOMPARE(ends.at("5"), std::string("rejected suspended"));
    // The position itself is kept.
    QCOMPARE(session.desk().book().account.position(0).quantity.lots(), 300);
}

void TestSuspension::aSuspensionClosesWhatItIsToClose()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(2, 990), flat(3, 800)});
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0))
            QVERIFY(context.submit(marketOrder(Side::Buy, 10.0)).ok());
        if (bar.candle.openTime != minute(1))
            return;
        QVERIFY(context.submit(stopOrder(Side::Sell, 4.0, 9.0)).ok());
        throw std::runtime_error("a mistake");
    };
    session.account("one", script).risk.onSuspension = portfolio::OnSuspension::Close;
    const Output output = session.play();
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["price"], std::string("9.90"));
    QVERIFY(session.desk().book().account.isFlat());
    QVERIFY(output.of("position_unprotected").empty());
    QCOMPARE(session.desk().stateReason(), std::string("a mistake; its positions are closed"));
}

void TestSuspension::aStrategyThatIsResumedKeepsWhatItBuys()
{
    Session session;
    std::vector<market::Candle> candles = rising(0, 8);
    for (market::Candle& each : candles)
        each.volume = 100.0;
    session.symbol("BTC/USD", candles);
    session.setup.symbols[0].instrument.volumeUnit = market::VolumeUnit::Stated;
    session.setup.rules.participation = 10'000'000;
    Script script;
    script.bar = [](Context& context, const Bar& bar) {
        if (bar.candle.openTime == minute(0) || bar.candle.openTime == minute(5))
            (void)context.submit(marketOrder(Side::Buy, 30.0));
        if (bar.candle.openTime == minute(3))
            throw std::runtime_error("a mistake");
    };
    session.account("one", script).risk.onSuspension = portfolio::OnSuspension::Close;
    portfolio::UserAction resume;
    resume.kind = portfolio::UserAction::Kind::Resume;
    resume.batches = 5;
    const Output output = session.play({resume});
    QVERIFY(session.refusals.empty());
    QVERIFY(std::ranges::none_of(output.of("fill"), [](const Line& fill) {
        return fill["side"] == "sell" && fill.time >= minute(5);
    }));
}

void TestSuspension::aSuspensionWarnsOfPositionsWithoutAStop_data()
{
    QTest::addColumn<QString>("exit");
    QTest::addColumn<bool>("warns");
    QTest::newRow("none") << QString() << true;
    QTest::newRow("stop") << QStringLiteral("stop") << false;
    QTest::newRow("target") << QStringLiteral("target") << true;
    QTest::newRow("entry's stop") << QStringLiteral("entry") << true;
}

void TestSuspension::aSuspensionWarnsOfPositionsWithoutAStop()
{
    QFETCH(QString, exit);
    QFETCH(bool, warns);
    Session session;
    session.symbol("BTC/USD", rising(0, 3));
    session.symbol("ETH/USD", rising(0, 3));
    Script script = acting({{0, submits(marketOrder(Side::Buy, 2.5))}, {1, [exit](Context& context) {
        if (exit == QStringLiteral("stop"))
            (void)context.submit(stopOrder(Side::Sell, 2.5, 5.0));
        else if (exit == QStringLiteral("target"))
            (void)context.submit(limitOrder(Side::Sell, 2.5, 50.0));
        else if (exit == QStringLiteral("entry"))
            (void)context.submit(stopOrder(Side::Short, 2.5, 5.0));
        context.suspend("a rest");
    }}});
    session.account("one", script);
    const Output output = session.play();
    const auto lines = output.of("position_unprotected");
    QCOMPARE(lines.size(), std::size_t(warns ? 1 : 0));
    QCOMPARE(session.desk().stateReason(),
             std::string(warns ? "a rest; its position in BTC/USD is kept without a stop" : "a rest"));
    QVERIFY(!warns || (lines[0]["symbol"] == "BTC/USD" && lines[0]["quantity"] == "2.50"));
}

void TestSuspension::aHundredRejectionsInARowSuspend()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 9));
    Script script;
    script.bar = [](Context& context, const Bar&) {
        for (int i = 0; i < 30; ++i)
            QVERIFY(!context.submit(marketOrder(Side::Sell, 1.0)).ok());
    };
    session.account("stubborn", script);
    const Output output = session.play();
    QVERIFY(session.desk().state() == engine::AccountState::Suspended);
    const auto lines = output.of("strategy_suspended");
    QCOMPARE(lines.size(), 1U);
    QVERIFY(lines[0].time == minute(4));
    QVERIFY(lines[0]["reason"].find("nothing_to_reduce") != std::string::npos);
    // The hundredth was the last for its own sake; the twenty after it met a suspended strategy.
    const auto ends = endsOf(output);
    QCOMPARE(ends.size(), 120U);
    QCOMPARE(ends.at("100"), std::string("rejected nothing_to_reduce"));
    QCOMPARE(ends.at("101"), std::string("rejected suspended"));
}

void TestSuspension::anAcceptedOrderEndsARowOfRejections()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 9));
    Script script;
    script.bar = [](Context& context, const Bar&) {
        for (int i = 0; i < 99; ++i)
            (void)context.submit(marketOrder(Side::Sell, 1.0));
        const auto id = context.submit(limitOrder(Side::Buy, 1.0, 5.0));
        QVERIFY(id.ok() && context.cancel(*id).ok());
    };
    session.account("clumsy", script);
    const Output output = session.play();
    QVERIFY(session.desk().state() == engine::AccountState::Running);
    QVERIFY(output.of("strategy_suspended").empty());
}

QTEST_APPLESS_MAIN(TestSuspension)
#include "tst_suspension.moc"
