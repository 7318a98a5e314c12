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

/// A curve of whole quote units, without exposure.
class Curve
{
public:
    explicit Curve(Money capital) { meter.flow(story::START, capital); }
    void point(Timestamp time, std::int64_t units) { meter.point(time, quote(units)); }
    [[nodiscard]] EquityReport report() const { return meter.report(); }

    EquityMeter meter;
};

bool isNear(const Metric& metric, double expected)
{
    return metric && std::abs(*metric - expected) < 1e-12;
}

/// `count` whole days that end at the equities of a repeating list.
Curve daily(int count, std::initializer_list<std::int64_t> ends)
{
    Curve curve(quote(1'000));
    curve.point(at(0), 1'000);
    for (int i = 0; i < count; ++i)
        curve.point(at(i + 1), ends.begin()[static_cast<std::size_t>(i) % ends.size()]);
    return curve;
}

} // namespace

/// Returns, ratios, drawdown and exposure of hand-made curves.
class TestEquityMeter : public QObject
{
    Q_OBJECT

private slots:
    void saysNothingOfNothing()
    {
        const EquityReport report = EquityMeter().report();
        QVERIFY(report.totalReturn == Metric(Missing::NotMeasured));
        QVERIFY(report.ratios.sharpe == Metric(Missing::NotMeasured));
        QVERIFY(report.exposure.inMarket == Metric(Missing::NotMeasured));
        QVERIFY(!report.deepest);
    }

    void aSinglePointHasNoTime()
    {
        story::Account account(1);
        account.deposit(at(0), quote(100));
        account.point(at(0));
        const EquityReport report = account.performance.report().equity;
        QVERIFY(isNear(report.totalReturn, 0.0));
        QVERIFY(report.underWater == Metric(Missing::NoTime));
        QVERIFY(report.exposure.inMarket == Metric(Missing::NoTime));
        QVERIFY(report.exposure.longSide.average == Metric(Missing::NoTime));
        QVERIFY(report.exposure.averageEquity == Metric(Missing::NoTime));
    }

    void cutsDaysAtMidnight()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(0, 23, 59), 50);
        curve.point(at(1), 110); // The close of 23:59 is the equity at 00:00.
        curve.point(at(1, 0, 1), 220);
        curve.point(at(2), 121);
        const EquityReport report = curve.report();
        QCOMPARE(report.wholeDays, 2);
        QCOMPARE(report.days.at(0).end, at(1));
        QVERIFY(isNear(report.days.at(0).value, 0.1));
        QVERIFY(isNear(report.days.at(1).value, 0.1));
        QVERIFY(isNear(report.totalReturn, 0.21));
    }

    void takesTheLastPointBeforeAMidnightWithout()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(0, 23, 30), 130);
        curve.point(at(1, 0, 30), 260);
        QCOMPARE(curve.report().wholeDays, 1);
        QVERIFY(isNear(curve.report().days.at(0).value, 0.3));
    }

    void aGapOfDaysReturnsNothingAndThenAllAtOnce()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(0, 12), 110);
        curve.point(at(3, 12), 132);
        curve.point(at(4), 132);
        // Days end at 110, 110, 110 and 132.
        const EquityReport report = curve.report();
        QCOMPARE(report.wholeDays, 4);
        QVERIFY(isNear(report.days.at(0).value, 0.1));
        QVERIFY(isNear(report.days.at(1).value, 0.0));
        QVERIFY(isNear(report.days.at(2).value, 0.0));
        QVERIFY(isNear(report.days.at(3).value, 0.2));
    }

    void piecesOfDaysAreNotDays()
    {
        Curve curve(quote(100));
        curve.point(at(0, 1), 100);
        curve.point(at(0, 23), 120);
        QCOMPARE(curve.report().wholeDays, 0);
        QVERIFY(curve.report().ratios.volatility == Metric(Missing::UnderTwoDays));
        QVERIFY(curve.report().ratios.sharpe == Metric(Missing::UnderThirtyDays));
        QVERIFY(isNear(curve.report().totalReturn, 0.2));
        curve.point(at(1), 150); // Ends a day that began before the curve.
        QCOMPARE(curve.report().wholeDays, 0);
        curve.point(at(2), 165);
        curve.point(at(2, 23), 330); // Begins one that has not ended.
        QCOMPARE(curve.report().wholeDays, 1);
        QVERIFY(isNear(curve.report().days.at(0).value, 0.1));
        QVERIFY(isNear(curve.report().totalReturn, 2.3));
    }

    void depositsAreNoReturn()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(0, 12), 110);
        curve.meter.flow(at(0, 13), quote(890)); // Of 110 makes 1,000.
        curve.point(at(0, 18), 1'000);
        curve.meter.flow(at(0, 19), quote(-500));
        curve.point(at(1), 600);
        // 110/100 · 1000/1000 · 600/500 − 1.
        const EquityReport report = curve.report();
        QVERIFY(isNear(report.days.at(0).value, 0.32));
        QVERIFY(isNear(report.totalReturn, 0.32));
        QCOMPARE(report.deposits, quote(490));
        QCOMPARE(report.profit, quote(110));
        QVERIFY(!report.deepest);
    }

    void aDepositAtMidnightBelongsToTheNewDay()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(0, 23), 120);
        curve.meter.flow(at(1), quote(120));
        curve.point(at(1, 1), 240);
        curve.point(at(2), 480);
        QCOMPARE(curve.report().wholeDays, 2);
        QVERIFY(isNear(curve.report().days.at(0).value, 0.2));
        QVERIFY(isNear(curve.report().days.at(1).value, 1.0));
    }

    void knowsTheRatiosOfAMonth()
    {
        // Thirty days, returns +10 % (1000 → 1100) and −1/11 (1100 → 1000) in turn, fifteen each:
        // mean (0.1 − 1/11) / 2 = 1/220, every deviation 21/220,
        // sd = 21/220 · √(30/29), downside = 1/11 · √(1/2).
        const Ratios ratios = daily(30, {1'100, 1'000}).report().ratios;
        const double mean = 1.0 / 220.0;
        const double sd = 21.0 / 220.0 * std::sqrt(30.0 / 29.0);
        QVERIFY(isNear(ratios.volatility, sd * std::sqrt(365.0)));
        QVERIFY(isNear(ratios.sharpe, mean / sd * std::sqrt(365.0)));
        QVERIFY(std::abs(*ratios.sharpe - 0.894469) < 1e-5);
        // √((1 + 0.046818² / 2) / 30) · √365 = 3.489986
        QVERIFY(std::abs(*ratios.sharpeError - 3.489986) < 1e-5);
        QVERIFY(isNear(ratios.sortino, mean / (1.0 / 11.0 * std::sqrt(0.5)) * std::sqrt(365.0)));
    }

    void ratiosNeedThirtyDays()
    {
        const Ratios ratios = daily(29, {1'100, 1'000}).report().ratios;
        QVERIFY(ratios.volatility.hasValue());
        QVERIFY(ratios.sharpe == Metric(Missing::UnderThirtyDays));
        QVERIFY(ratios.sharpeError == Metric(Missing::UnderThirtyDays));
        QVERIFY(ratios.sortino == Metric(Missing::UnderThirtyDays));
    }

    void ratiosNeedVariationAndALoss()
    {
        const Ratios flat = daily(40, {1'000}).report().ratios;
        QVERIFY(isNear(flat.volatility, 0.0));
        QVERIFY(flat.sharpe == Metric(Missing::NoVariation));
        QVERIFY(flat.sharpeError == Metric(Missing::NoVariation));
        QVERIFY(flat.sortino == Metric(Missing::NoLosingDay));
        Curve rising(quote(1));
        for (int i = 0; i <= 36; ++i)
            rising.point(at(i), std::int64_t(1) << i);
        // Each day doubles, exactly.
        QVERIFY(rising.report().ratios.sharpe == Metric(Missing::NoVariation));
    }

    void aYearNeedsNinetyDays()
    {
        Curve curve = daily(89, {1'100, 1'000});
        curve.point(at(89, 23, 59), 1'210);
        QVERIFY(curve.report().annualReturn == Metric(Missing::UnderNinetyDays));
        QVERIFY(curve.report().calmar == Metric(Missing::UnderNinetyDays));
        curve.point(at(90), 1'210);
        // 1.21^(365/90) − 1; the deepest drawdown is −1/11.
        const double annual = std::pow(1.21, 365.0 / 90.0) - 1.0;
        QVERIFY(isNear(curve.report().annualReturn, annual));
        QVERIFY(isNear(curve.report().calmar, annual * 11.0));
    }

    void calmarNeedsADrawdown()
    {
        const EquityReport report = daily(100, {1'000}).report();
        QVERIFY(isNear(report.annualReturn, 0.0));
        QVERIFY(report.calmar == Metric(Missing::NoDrawdown));
    }

    void noReturnIsDefinedOnceEquityIsGone()
    {
        Curve curve = daily(35, {1'100, 1'000});
        QVERIFY(curve.report().ratios.sharpe.hasValue());
        curve.point(at(35, 12), 0);
        curve.point(at(36), 500);
        curve.point(at(300), 900);
        const EquityReport report = curve.report();
        QCOMPARE(report.goneSince, std::optional(at(35, 12)));
        QCOMPARE(report.wholeDays, 35);
        for (const Metric& metric :
             {report.totalReturn, report.annualReturn, report.calmar, report.ratios.volatility,
              report.ratios.sharpe, report.ratios.sharpeError, report.ratios.sortino})
            QVERIFY(metric == Metric(Missing::EquityGone));
        QVERIFY(isNear(report.deepest->depth, -1.0));
    }

    void anAccountInDebtHasNoWeights()
    {
        story::Account account(1);
        account.deposit(at(0), quote(-5));
        account.lots[0] = 10;
        account.point(at(0), 0);
        account.point(at(0, 1), 0);
        const EquityReport report = account.performance.report().equity;
        QVERIFY(report.exposure.longSide.average == Metric(Missing::EquityGone));
        QVERIFY(report.exposure.shortSide.most == Metric(Missing::EquityGone));
        QVERIFY(!report.deepest);
    }

    void drawdownKnowsItsDates()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(1), 120);
        curve.point(at(2), 120); // The last point at the peak.
        curve.point(at(3), 90);
        curve.point(at(4), 60);
        curve.point(at(5), 90);
        curve.point(at(6), 120); // Back.
        curve.point(at(7), 119);
        curve.point(at(17), 119); // Longer, not deeper, not over.
        const EquityReport report = curve.report();
        QCOMPARE(report.deepest->peak, at(2));
        QCOMPARE(report.deepest->trough, at(4));
        QCOMPARE(report.deepest->end, at(6));
        QVERIFY(report.deepest->recovered);
        QCOMPARE(report.deepest->depth, -0.5);
        QCOMPARE(report.deepest->lost, quote(60));
        QCOMPARE(report.longest->peak, at(6));
        QCOMPARE(report.longest->end, at(17));
        QVERIFY(!report.longest->recovered);
        // Days 2 to 6 and 6 to 17 of 17.
        QVERIFY(isNear(report.underWater, 15.0 / 17.0));
    }

    void depositsNeitherEndNorMakeADrawdown()
    {
        Curve curve(quote(100));
        curve.point(at(0), 100);
        curve.point(at(1), 80);
        curve.meter.flow(at(1), quote(80)); // The peak of 100 stands for 200 now.
        curve.point(at(2), 160);
        curve.point(at(3), 150);
        curve.meter.flow(at(3), quote(-75)); // And for 100 again.
        curve.point(at(4), 75);
        QCOMPARE(curve.report().deepest->depth, -0.25);
        QVERIFY(!curve.report().deepest->recovered);
        curve.point(at(5), 100);
        QVERIFY(curve.report().deepest->recovered);
        QCOMPARE(curve.report().deepest->end, at(5));
        QCOMPARE(curve.report().deepest->peak, at(0));
    }

    /// An earlier system looked at equity where something was filled, and missed what lay between.
    void drawdownSampledOnlyAtFills()
    {
        story::Account account(1);
        account.deposit(at(0), quote(1'000));
        account.prices[0] = quote(100).count();
        account.trade(at(0), 0, 10);
        account.point(at(0), 100);
        account.point(at(0, 1), 40); // Nothing is traded while it lasts.
        account.point(at(0, 2), 100);
        account.trade(at(0, 2), 0, -10);
        account.point(at(0, 3));
        const Report report = account.performance.report();
        QCOMPARE(report.trades.sums.fills, 2);
        QCOMPARE(report.equity.deepest->depth, -0.6);
        QCOMPARE(report.equity.deepest->trough, at(0, 1));
        QCOMPARE(report.trades.roundTrips.at(0).adverse(), quote(-600));
    }

    void weighsExposureByTime()
    {
        story::Account account(2);
        account.deposit(at(0), quote(1'000));
        account.point(at(0), 100);
        account.trade(at(0), 0, 5);
        account.point(at(0, 1), 100); // Long 500 of 1,000 for an hour,
        account.point(at(0, 2), 200); // then 1,000 of 1,500 for seven, over a gap,
        account.point(at(0, 9), 200);
        account.trade(at(0, 9), 0, -5);
        account.prices[1] = quote(150).count();
        account.trade(at(0, 9), 1, -5);
        account.point(at(0, 10)); // then short 750 of 1,500 for two.
        account.trade(at(0, 10), 1, 5);
        account.point(at(0, 12));
        account.point(at(0, 20));
        const Exposure exposure = account.performance.report().equity.exposure;
        // The position of 09:00 weighs until the point of 10:00.
        QVERIFY(isNear(exposure.inMarket, 11.0 / 20.0));
        QVERIFY(isNear(exposure.longSide.average, (0.5 + 2.0 / 3.0 * 8.0) / 20.0));
        QVERIFY(isNear(exposure.longSide.most, 2.0 / 3.0));
        QVERIFY(isNear(exposure.shortSide.average, 0.5 * 2.0 / 20.0));
        QVERIFY(isNear(exposure.shortSide.most, 0.5));
        QVERIFY(isNear(exposure.averageEquity, (2.0 * 1'000.0 + 18.0 * 1'500.0) / 20.0));
    }

    void aDepositWeighsFromThePointBeforeIt()
    {
        story::Account account(1);
        account.deposit(at(0), quote(1'000));
        account.trade(at(0), 0, 10);
        account.point(at(0), 50);
        account.prices[0] = quote(50).count();
        account.deposit(at(0, 1), quote(1'000));
        account.point(at(0, 2));
        const Exposure exposure = account.performance.report().equity.exposure;
        QVERIFY(exposure.longSide.average.hasValue());
        QVERIFY(*exposure.longSide.average < *exposure.longSide.most);
    }

    void namesEveryReason()
    {
        std::vector<std::string_view> words;
        for (int i = 0; i <= static_cast<int>(Missing::TooLarge); ++i) {
            const std::string_view said = explain(static_cast<Missing>(i));
            QVERIFY(!said.empty());
            QVERIFY(std::find(words.begin(), words.end(), said) == words.end());
            words.push_back(said);
        }
        QVERIFY(Metric(std::nan("")) == Metric(Missing::TooLarge));
        QVERIFY(Metric(HUGE_VAL) == Metric(Missing::TooLarge));
        QVERIFY(annualReturn(1e300, SHORTEST_FOR_A_YEAR) == Metric(Missing::TooLarge));
    }
};

QTEST_APPLESS_MAIN(TestEquityMeter)
#include "tst_equitymeter.moc"
