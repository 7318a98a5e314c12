// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"

#include <QTest>

#include <cmath>

using namespace core;
using namespace fixture;
using analytics::Metric;
using analytics::Missing;
using execution::Side;

namespace {

Money money(const char* text)
{
    return *Money::parse(text);
}

/// Turns from long to short and back every `bars` closed bars, in steps that close, add and flip.
Script turning(int bars)
{
    Script script;
    script.bar = [bars, n = 0](Context& context, const Bar& bar) mutable {
        const double price = context.instruments()[bar.symbol].toDouble(bar.candle.close);
        ++n;
        if (n % bars == 0)
            (void)context.submit(
                marketOrder(n / bars % 2 == 0 ? Side::Buy : Side::Short, 3.0, bar.symbol));
        if (n % (5 * bars) == 0)
            (void)context.submit(limitOrder(Side::Buy, 6.0, price * 0.999, bar.symbol));
        if (n % (7 * bars) == 0)
            (void)context.submit(stopOrder(Side::Sell, 4.0, price * 0.998, bar.symbol));
    };
    return script;
}

Session twoAccounts()
{
    Session session;
    session.setup.rules.costs = {100'000, 100'000, 50'000, 500'000, {}};
    session.setup.rules.costs.borrow = *portfolio::BorrowTerms::make(0.5, 0.0002, 0.0002);
    session.symbol("AAA/USD", wanderingMinutes(7, 4'000, 100, 40, 5));
    session.account("hasty", turning(3));
    session.symbol("BBB/USD", wanderingMinutes(8, 4'000, 100, 40, 5));
    session.account("patient", turning(40));
    return session;
}

/// Everything that a report says in exact money.
void verifyExact(const engine::AccountSnapshot& account)
{
    const analytics::Report& report = *account.performance;
    const analytics::TradeSums& sums = report.trades.sums;
    QCOMPARE(sums.closedProfit + sums.openProfit + sums.outside,
             account.equity - account.startCash);
    QCOMPARE(sums.outside, Money());
    QCOMPARE(report.equity.equity, account.equity);
    QCOMPARE(report.equity.deposits, account.startCash);
    QCOMPARE(sums.costs.fees + sums.costs.openingFees + sums.costs.liquidationFees, account.fees);
    QCOMPARE(sums.costs.borrowInterest, account.borrowInterest);
    QCOMPARE(sums.ambiguous, account.ambiguousFills);
    QCOMPARE(sums.stake, account.ambiguousStake);
    QCOMPARE(sums.badDebt, account.badDebt);
    QCOMPARE(sums.fills, account.fills);
}

} // namespace

/// What the engine says of its accounts' performance, against everything else it says.
class TestEnginePerformance : public QObject
{
    Q_OBJECT

private slots:
    void roundTripsAreTheChangeOfEquity()
    {
        Session session = twoAccounts();
        session.play();
        const engine::EngineSnapshot snapshot = session.engine->snapshot();
        for (const engine::AccountSnapshot& account : snapshot.accounts) {
            verifyExact(account);
            const analytics::Report& report = *account.performance;
            QVERIFY(report.trades.roundTrips.size() > 20);
            QVERIFY(report.trades.sums.costs.slippage > Money());
            QVERIFY(report.trades.sums.costs.borrowInterest > Money());
            QVERIFY(std::abs(report.equity.deepest->depth - account.maxDrawdown) < 1e-12);
            QVERIFY(*report.equity.exposure.inMarket > 0.5);
            QVERIFY(*report.equity.exposure.shortSide.most > 0.0);
        }
    }

    void theTotalIsTheSumOfItsAccounts()
    {
        Session session = twoAccounts();
        session.play();
        const engine::EngineSnapshot snapshot = session.engine->snapshot();
        verifyExact(snapshot.total);
        analytics::TradeSums sums = snapshot.accounts[0].performance->trades.sums;
        sums.add(snapshot.accounts[1].performance->trades.sums);
        QVERIFY(snapshot.total.performance->trades.sums == sums);
        const analytics::EquityReport& equity = snapshot.total.performance->equity;
        QCOMPARE(equity.wholeDays, 2);
        QVERIFY(std::abs(equity.deepest->depth - snapshot.total.maxDrawdown) < 1e-12);
    }

    void theTotalOfOneAccountIsThatAccount()
    {
        Session session;
        session.symbol("AAA/USD", wanderingMinutes(7, 500, 100, 40, 5));
        session.account("only", turning(3));
        session.play();
        const engine::EngineSnapshot snapshot = session.engine->snapshot();
        verifyExact(snapshot.total);
        QCOMPARE(snapshot.total.performance->trades.roundTrips.size(),
                 snapshot.accounts[0].performance->trades.roundTrips.size());
    }

    void numbersSymbolsAsTheSessionDoes()
    {
        Session session;
        session.symbol("AAA/USD", rising(0, 5));
        session.symbol("BBB/USD", rising(0, 5, 2'000));
        Script script;
        script.bar = [n = 0](Context& context, const Bar&) mutable {
            if (n++ < 2)
                (void)context.submit(marketOrder(n == 1 ? Side::Buy : Side::Sell, 1.0));
        };
        session.account("second", script).symbols = {1};
        session.play();
        const auto snapshot = session.engine->snapshot();
        const auto& trips = snapshot.accounts[0].performance->trades.roundTrips;
        QCOMPARE(trips.size(), std::size_t(1));
        QCOMPARE(trips.at(0).symbol, SymbolIndex(1));
        QCOMPARE(trips.at(0).profit, money("0.01"));
    }

    void looksAreFree()
    {
        Session plain = twoAccounts();
        plain.play();
        Session watched = twoAccounts();
        Output output;
        watched.engine = std::make_unique<engine::TradingEngine>(watched.setup, &output, &output);
        QVERIFY(watched.engine->start());
        for (int i = 0; watched.engine->step(); ++i) {
            if (i % 100 != 0)
                continue;
            const engine::EngineSnapshot snapshot = watched.engine->snapshot();
            for (const engine::AccountSnapshot& account : snapshot.accounts)
                verifyExact(account);
        }
        watched.engine->finish();
        const auto a = plain.engine->snapshot();
        const auto b = watched.engine->snapshot();
        QVERIFY(a.total.performance->trades.sums == b.total.performance->trades.sums);
        QVERIFY(a.total.performance->equity.totalReturn == b.total.performance->equity.totalReturn);
    }

    void theCurveThatIsKeptSaysTheSame()
    {
        Session session = twoAccounts();
        const Output output = session.play();
        analytics::EquityMeter meter;
        meter.flow(START, session.setup.cash);
        for (const portfolio::EquityPoint& point : output.points.at(1))
            meter.point(point);
        const analytics::EquityReport kept = meter.report();
        const auto snapshot = session.engine->snapshot();
        const analytics::EquityReport& said = snapshot.accounts[1].performance->equity;
        QVERIFY(kept.totalReturn == said.totalReturn);
        QVERIFY(kept.deepest == said.deepest);
        QVERIFY(kept.underWater == said.underWater);
        QVERIFY(kept.exposure.longSide.average == said.exposure.longSide.average);
    }

    void aLiquidationWithBadDebtIsExactToo()
    {
        Session session;
        session.setup.rules.costs = {100'000, 100'000, 0, 500'000, {}};
        auto candles = rising(0, 3, 1'000);
        candles.push_back(candle(4, 200, 200, 200, 200)); // 80 % down at once.
        candles.push_back(flat(5, 210));
        session.symbol("AAA/USD", candles);
        Script script;
        script.start = [](Context& context) {
            (void)context.submit(marketOrder(Side::Buy, 150.0));
        };
        session.account("bold", script);
        session.play();
        const engine::EngineSnapshot snapshot = session.engine->snapshot();
        const engine::AccountSnapshot& account = snapshot.accounts[0];
        QCOMPARE(account.marginCalls, 1);
        QVERIFY(account.badDebt > Money());
        verifyExact(account);
        const analytics::Report& report = *account.performance;
        QCOMPARE(report.trades.roundTrips.size(), std::size_t(1));
        QCOMPARE(report.trades.roundTrips.at(0).profit, money("-1000"));
        QVERIFY(report.trades.sums.costs.liquidationFees > Money());
        QVERIFY(report.equity.goneSince.has_value());
        QVERIFY(report.equity.totalReturn == Metric(Missing::EquityGone));
    }

    void holdsFromTheFirstOpenAtTheSameCosts()
    {
        Session session;
        session.setup.rules.costs = {1'000'000, 1'000'000, 0, 0, {}}; // 1 %
        session.symbol("AAA/USD",
                       {candle(0, 1'010, 1'010, 1'000, 1'000), flat(1, 500), flat(2, 2'000)});
        session.account("idle", {});
        session.play();
        const auto snapshot = session.engine->snapshot();
        const analytics::EquityReport& hold = *snapshot.buyAndHoldPerformance;
        // 1,000 buys 1,000 / (10.10 · 1.01) = 98.02960… units, worth 20 each in the end.
        const double units = 1'000.0 / (10.10 * 1.01);
        QCOMPARE(hold.deposits, money("1000"));
        QVERIFY(std::abs(hold.equity.toDouble() - units * 20.0) < 1e-7);
        QVERIFY(std::abs(hold.deepest->depth - (units * 5.0 / 1'000.0 - 1.0)) < 1e-9);
        QCOMPARE(hold.deepest->trough, minute(2));
        QVERIFY(hold.deepest->recovered);
        QVERIFY(hold.exposure.inMarket == Metric(Missing::NotMeasured));
    }
};

QTEST_APPLESS_MAIN(TestEnginePerformance)
#include "tst_engineperformance.moc"
