// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "story.h"

#include <QTest>

#include <cmath>

using namespace core;
using namespace core::analytics;
using story::at;
using story::quote;

namespace {

bool isNear(const Metric& metric, double expected)
{
    return metric && std::abs(*metric - expected) < 1e-12;
}

Money hundredths(std::int64_t count)
{
    return Money(count * 1'000'000);
}

/// An account of 10,000 whose first symbol costs 100.
story::Account account(std::size_t symbols = 1)
{
    story::Account made(symbols);
    made.deposit(at(0), quote(10'000));
    for (std::int64_t& price : made.prices)
        price = quote(100).count();
    made.point(at(0));
    return made;
}

} // namespace

/// Round trips, costs and the figures over them, of hand-made ledgers.
class TestRoundTrips : public QObject
{
    Q_OBJECT

private:
    static void verifyExact(const story::Account& account)
    {
        const Report report = account.performance.report();
        const TradeSums& sums = report.trades.sums;
        QCOMPARE(sums.closedProfit + sums.openProfit + sums.outside,
                 report.equity.equity - report.equity.deposits);
    }

private slots:
    void nothingTradedHasReasons()
    {
        const TradeReport trades = account().performance.report().trades;
        for (const Metric& metric :
             {trades.winRate, trades.profitFactor, trades.expectancy, trades.averageHold,
              trades.averageAdverse, trades.averageFavourable})
            QVERIFY(metric == Metric(Missing::NoRoundTrip));
        QVERIFY(trades.costRate == Metric(Missing::NothingTraded));
        QVERIFY(trades.breakEvenCost == Metric(Missing::NothingTraded));
        QVERIFY(trades.turnoverOfEquity == Metric(Missing::NoTime));
        QCOMPARE(trades.atTwiceTheCosts, Money());
    }

    void aRoundTripIsTheSumOfItsLines()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 4, hundredths(40)); // −400, fee 0.40
        made.point(at(0, 2), 90);                   // worth 360: −40.40
        made.trade(at(0, 2), 0, 6, hundredths(54)); // −540, fee 0.54
        made.line(at(0, 3), Cause::Funding, 0, hundredths(-125));
        made.line(at(0, 3), Cause::BorrowInterest, std::nullopt, hundredths(-75));
        made.point(at(0, 3), 120);                   // worth 1,200: 257.06
        made.trade(at(0, 4), 0, -3, hundredths(36)); // +360, fee 0.36
        made.prices[0] = quote(110).count();
        made.trade(at(0, 5), 0, -7, hundredths(77)); // +770, fee 0.77
        made.point(at(0, 6));
        const Report report = made.performance.report();
        QCOMPARE(report.trades.roundTrips.size(), std::size_t(1));
        const RoundTrip trip = report.trades.roundTrips.at(0);
        // 360 + 770 − 400 − 540 = 190; costs 0.40 + 0.54 + 1.25 + 0.75 + 0.36 + 0.77 = 4.07
        QCOMPARE(trip.profit, hundredths(18'593));
        QCOMPARE(trip.costs, hundredths(407));
        QCOMPARE(trip.opened, at(0, 1));
        QCOMPARE(trip.closed, at(0, 5));
        QCOMPARE(trip.size, Quantity(10));
        QVERIFY(trip.isLong);
        QCOMPARE(trip.adverse(), hundredths(-4'040));
        QCOMPARE(trip.favourable(), hundredths(25'706));
        QVERIFY(isNear(report.trades.winRate, 1.0));
        QVERIFY(report.trades.profitFactor == Metric(Missing::NoLosingRoundTrip));
        QVERIFY(isNear(report.trades.averageHold, 4.0 * 3'600.0));
        verifyExact(made);
    }

    void aFlipEndsOneAndBeginsTheNext()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 5);
        made.prices[0] = quote(110).count();
        made.trade(at(0, 2), 0, -8, hundredths(10)); // Closes 5, shorts 3, a fee for each part.
        made.point(at(0, 2));
        const Report turned = made.performance.report();
        QCOMPARE(turned.trades.roundTrips.size(), std::size_t(1));
        QCOMPARE(turned.trades.roundTrips.at(0).profit, hundredths(4'990));
        QCOMPARE(turned.trades.sums.openProfit, hundredths(-10));
        QCOMPARE(turned.trades.sums.fills, 2);
        made.prices[0] = quote(100).count();
        made.trade(at(0, 3), 0, 3);
        made.point(at(0, 3));
        const Report report = made.performance.report();
        QCOMPARE(report.trades.roundTrips.size(), std::size_t(2));
        QVERIFY(!report.trades.roundTrips.at(1).isLong);
        QCOMPARE(report.trades.roundTrips.at(1).opened, at(0, 2));
        QCOMPARE(report.trades.roundTrips.at(1).profit, hundredths(2'990));
        verifyExact(made);
    }

    /// An earlier system counted every fill that realised a profit: three winners of four here.
    void winRateCountedPerFillInsteadOfPerRoundTrip()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 10);
        made.prices[0] = quote(101).count();
        for (int i = 2; i < 5; ++i)
            made.trade(at(0, i), 0, -1); // One cheer each,
        made.prices[0] = quote(90).count();
        made.trade(at(0, 5), 0, -7); // and seventy lost.
        made.point(at(0, 6));
        const TradeReport trades = made.performance.report().trades;
        QCOMPARE(trades.sums.roundTrips.count, 1);
        QCOMPARE(trades.sums.roundTrips.lost, 1);
        QVERIFY(isNear(trades.winRate, 0.0));
        QVERIFY(isNear(trades.expectancy, -67.0));
        QVERIFY(isNear(trades.profitFactor, 0.0));
    }

    void feesDecideWhoWon()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 1, hundredths(60));
        made.prices[0] = quote(101).count();
        made.trade(at(0, 2), 0, -1, hundredths(60)); // One earned, 1.20 paid.
        made.point(at(0, 3));
        const TradeReport trades = made.performance.report().trades;
        QCOMPARE(trades.sums.roundTrips.won, 0);
        QCOMPARE(trades.sums.roundTrips.lost, 1);
        QCOMPARE(trades.sums.closedProfit, hundredths(-20));
        QCOMPARE(trades.roundTrips.at(0).favourable(), Money());
    }

    void neitherWonNorLost()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 1);
        made.trade(at(0, 2), 0, -1);
        made.point(at(0, 3));
        const TradeReport trades = made.performance.report().trades;
        QVERIFY(isNear(trades.winRate, 0.0));
        QVERIFY(trades.profitFactor == Metric(Missing::NoLosingRoundTrip));
    }

    void symbolsHaveRoundTripsOfTheirOwn()
    {
        story::Account made = account(2);
        made.trade(at(0, 1), 0, 2);
        made.trade(at(0, 2), 1, -3);
        made.prices = {quote(110).count(), quote(130).count()};
        made.trade(at(0, 3), 1, 3);
        made.trade(at(0, 4), 0, -2);
        made.point(at(0, 5));
        const TradeReport trades = made.performance.report().trades;
        QCOMPARE(trades.roundTrips.size(), std::size_t(2));
        QCOMPARE(trades.roundTrips.at(0).symbol, SymbolIndex(1)); // In the order of closing.
        QCOMPARE(trades.roundTrips.at(0).profit, quote(-90));
        QCOMPARE(trades.roundTrips.at(1).profit, quote(20));
        QVERIFY(isNear(trades.profitFactor, 20.0 / 90.0));
        verifyExact(made);
    }

    void interestIsSharedByWorth()
    {
        story::Account made = account(3);
        made.trade(at(0, 1), 0, 1);
        made.trade(at(0, 1), 2, -2);
        made.point(at(0, 1)); // Worth 100 and −200.
        made.line(at(0, 2), Cause::BorrowInterest, std::nullopt, Money(-100));
        made.point(at(0, 2));
        made.trade(at(0, 3), 0, -1);
        made.trade(at(0, 3), 2, 2);
        made.point(at(0, 3));
        const TradeReport trades = made.performance.report().trades;
        QCOMPARE(trades.roundTrips.at(0).profit, Money(-33));
        QCOMPARE(trades.roundTrips.at(1).profit, Money(-67));
        QCOMPARE(trades.sums.costs.borrowInterest, Money(100));
        verifyExact(made);
    }

    void whatComesLateBelongsToTheLastThatClosed()
    {
        story::Account made = account();
        made.line(at(0, 0), Cause::Funding, 0, Money(-5)); // There was none yet.
        made.trade(at(0, 1), 0, 1);
        made.trade(at(0, 2), 0, -1);
        made.line(at(0, 3), Cause::BorrowInterest, std::nullopt, Money(-7));
        made.point(at(0, 3));
        const TradeReport trades = made.performance.report().trades;
        QCOMPARE(trades.sums.outside, Money(-5));
        QCOMPARE(trades.roundTrips.at(0).profit, Money(-7));
        QCOMPARE(trades.sums.roundTrips.lost, 1);
        verifyExact(made);
    }

    void badDebtIsNotTheAccountsLossNorItsCost()
    {
        story::Account made(1);
        made.deposit(at(0), quote(100));
        made.prices[0] = quote(100).count();
        made.trade(at(0, 1), 0, 10);
        made.point(at(0, 1));
        made.prices[0] = quote(80).count();
        made.trade(at(0, 2), 0, -10);
        made.line(at(0, 2), Cause::LiquidationFee, 0, quote(-4));
        made.line(at(0, 2), Cause::BadDebt, std::nullopt, quote(104));
        made.point(at(0, 2));
        const Report report = made.performance.report();
        QCOMPARE(report.equity.profit, quote(-100));
        QCOMPARE(report.trades.roundTrips.at(0).profit, quote(-100));
        QCOMPARE(report.trades.roundTrips.at(0).costs, quote(4));
        QCOMPARE(report.trades.sums.costs.liquidationFees, quote(4));
        QCOMPARE(report.trades.sums.badDebt, quote(104));
        verifyExact(made);
    }

    void amendsARoundTripInAFullChunk()
    {
        story::Account made = account();
        const auto chunk = static_cast<int>(ChunkedLog<RoundTrip>::CHUNK);
        for (int i = 0; i < chunk; ++i) {
            made.trade(at(0, 0, i), 0, 1);
            made.trade(at(0, 0, i), 0, -1, Money(3)); // The last one's fee follows a full chunk.
        }
        made.point(at(1));
        const Report before = made.performance.report();
        made.line(at(1), Cause::Funding, 0, Money(-4));
        made.point(at(2));
        const Report after = made.performance.report();
        QCOMPARE(before.trades.roundTrips.at(1'023).profit, Money(-3));
        QCOMPARE(after.trades.roundTrips.at(1'023).profit, Money(-7));
        QCOMPARE(after.trades.roundTrips.size(), std::size_t(1'024));
        verifyExact(made);
    }

    void countsCostsByKind()
    {
        story::Account made = account();
        FillLine paid;
        paid.slippage = hundredths(11);
        paid.spread = hundredths(7);
        made.trade(at(0, 1), 0, 10, hundredths(100), paid); // 1,000
        made.line(at(0, 1), Cause::OpeningFee, 0, hundredths(20));
        made.line(at(0, 1), Cause::OpeningFee, 0, hundredths(-40));
        made.line(at(0, 2), Cause::Funding, 0, hundredths(30)); // Received.
        made.prices[0] = quote(103).count();
        paid.ambiguous = true;
        made.trade(at(0, 3), 0, -10, hundredths(103), paid); // 1,030
        made.performance.stake(hundredths(-250));
        made.performance.stake(hundredths(50));
        made.point(at(0, 4));
        const TradeReport trades = made.performance.report().trades;
        const CostsByKind& costs = trades.sums.costs;
        QCOMPARE(costs.fees, hundredths(203));
        QCOMPARE(costs.openingFees, hundredths(20));
        QCOMPARE(costs.slippage, hundredths(22));
        QCOMPARE(costs.spread, hundredths(14));
        QCOMPARE(costs.funding, hundredths(-30));
        QCOMPARE(costs.ofTrading(), hundredths(259));
        QCOMPARE(costs.all(), hundredths(229));
        QCOMPARE(trades.turnover, quote(2'030));
        // Profit 30 − 2.03 − 0.20 + 0.30 = 28.07, and 30.66 had trading cost nothing.
        QCOMPARE(trades.atTheCosts, hundredths(2'807));
        QCOMPARE(trades.atHalfTheCosts, Money(2'936'500'000));
        QCOMPARE(trades.atTwiceTheCosts, hundredths(2'548));
        QVERIFY(isNear(trades.costRate, 2.59 / 2'030.0));
        QVERIFY(isNear(trades.breakEvenCost, 30.66 / 2'030.0));
        QCOMPARE(trades.sums.ambiguous, 1);
        QCOMPARE(trades.sums.stake, hundredths(300));
        QCOMPARE(trades.sums.fills, 2);
    }

    void breaksEvenBelowZeroWhereTradingLosesWithoutCosts()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 10, quote(1));
        made.prices[0] = quote(99).count();
        made.trade(at(0, 2), 0, -10, quote(1));
        made.point(at(0, 3));
        // Lost 12, two of it costs, on 1,990.
        QVERIFY(isNear(made.performance.report().trades.breakEvenCost, -10.0 / 1'990.0));
    }

    void depositsAreNoProfit()
    {
        story::Account made = account();
        made.trade(at(0, 1), 0, 10);
        made.point(at(0, 1));
        made.deposit(at(0, 2), quote(500));
        made.line(at(0, 3), Cause::Withdrawal, std::nullopt, quote(-20));
        made.point(at(0, 3), 101);
        QCOMPARE(made.performance.report().trades.sums.openProfit, quote(10));
        QCOMPARE(made.performance.report().equity.profit, quote(10));
        verifyExact(made);
    }

    void measuresAnAccountAtTheEndOfMoney()
    {
        // A curve is cut into the range of money; sums of it must not end the program.
        Performance performance(1);
        const Money most(std::numeric_limits<std::int64_t>::max());
        const Money least(std::numeric_limits<std::int64_t>::min());
        performance.line({at(0), Cause::Deposit, std::nullopt, quote(100), Quantity()});
        performance.point({at(0), quote(100), quote(100), {}, {}});
        performance.line({at(0), Cause::Trade, 0, quote(100), Quantity(-1)});
        performance.mark(0, least);
        performance.point({at(1), quote(200), least, {}, most});
        performance.mark(0, most);
        performance.point({at(2), quote(200), most, most, {}});
        performance.line({at(2), Cause::Deposit, std::nullopt, quote(100), Quantity()});
        performance.point({at(3), quote(300), most, most, {}});
        const Report report = performance.report();
        QVERIFY(report.equity.goneSince.has_value());
        QVERIFY(report.trades.sums.openProfit > quote(0));
    }
};

QTEST_APPLESS_MAIN(TestRoundTrips)
#include "tst_roundtrips.moc"
