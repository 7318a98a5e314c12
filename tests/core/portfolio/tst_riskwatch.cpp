// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/riskwatch.h"

#include <QTest>

#include <chrono>
#include <limits>

using namespace core;
using namespace core::portfolio;

namespace {

constexpr std::int64_t UNIT = 100'000'000;
constexpr Timestamp DAY = std::chrono::sys_days(std::chrono::days(19'723));

/// An account of 1000 whose equity the test says.
struct Watched
{
    explicit Watched(const RiskRequest& request) : watch(*RiskLimits::make(request))
    {
        deposit(1'000);
        judge([this](const RiskMoment& moment) { watch.start(moment); }, DAY, 1'000 * UNIT);
    }

    void deposit(std::int64_t amount) { account.deposit(Money(amount * UNIT), DAY, entries); }
    void close(Timestamp time, std::int64_t equity, std::int64_t exposure = 0)
    {
        judge([this](const RiskMoment& moment) { watch.judgeClose(moment, changes); }, time, equity,
              exposure);
    }
    void inside(Timestamp time, std::int64_t equity)
    {
        judge([this](const RiskMoment& moment) { watch.judgeLoss(moment, changes); }, time, equity);
    }
    void startDay(Timestamp time, std::int64_t equity)
    {
        judge([this](const RiskMoment& moment) { watch.startDay(moment, changes); }, time, equity);
    }
    template <typename Judge>
    void judge(Judge with, Timestamp time, std::int64_t equity, std::int64_t exposure = 0)
    {
        Margin margin;
        margin.equity = equity;
        margin.longExposure = exposure;
        with(RiskMoment{account, margin, time, CorrelationId{7}});
    }

    Account account{{}, 1};
    RiskWatch watch;
    std::vector<RiskChange> changes;
    std::vector<LedgerEntry> entries;
};

RiskRequest dailyLoss(double fraction)
{
    RiskRequest request;
    request.dailyLoss = fraction;
    return request;
}

RiskRequest drawdown(double fraction)
{
    RiskRequest request;
    request.drawdown = fraction;
    return request;
}

RiskRequest orders(std::int64_t count)
{
    RiskRequest request;
    request.ordersAMinute = count;
    return request;
}

} // namespace

/// One account's limits, from equity to equity.
class TestRiskWatch : public QObject
{
    Q_OBJECT

private slots:
    void refusesLimitsThatAreNone_data();
    void refusesLimitsThatAreNone();
    void nothingIsWatchedWithoutALimit();
    void aLimitIsTheMostThatIsAllowed();
    void aDailyLossEndsWithItsDayAndNotBefore();
    void aDrawdownIsFromTheHighestCloseAndStays();
    void resumingCountsTheDrawdownFromThePresentEquity();
    void liftingEndsEveryBreach();
    void depositsAreNeitherProfitNorAWayOut();
    void exposureIsOverUntilItIsBack();
    void anAccountWorthNothingMayHoldNothing();
    void ordersCountForAMinute();
    void theGravestOfSeveralIsNamed();
    void flatteningBlocksUntilItIsDone();
    void equalEventsGiveEqualStates();
};

void TestRiskWatch::refusesLimitsThatAreNone_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<double>("value");
    constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();
    for (const double value : {0.0, -0.1, 1.0, 2.0, NOT_A_NUMBER}) {
        QTest::addRow("daily loss %g", value) << 0 << value;
        QTest::addRow("drawdown %g", value) << 1 << value;
    }
    for (const double value :
         {0.0, -1.0, 1000.1, std::numeric_limits<double>::infinity(), NOT_A_NUMBER})
        QTest::addRow("exposure %g", value) << 2 << value;
    for (const double value : {0.0, -1.0, 10'001.0})
        QTest::addRow("orders %g", value) << 3 << value;
}

void TestRiskWatch::refusesLimitsThatAreNone()
{
    QFETCH(int, limit);
    QFETCH(double, value);
    RiskRequest request;
    if (limit == 0)
        request.dailyLoss = value;
    else if (limit == 1)
        request.drawdown = value;
    else if (limit == 2)
        request.exposure = value;
    else
        request.ordersAMinute = static_cast<std::int64_t>(value);
    const auto limits = RiskLimits::make(request);
    QVERIFY(!limits.ok());
    QVERIFY(limits.error().code == ErrorCode::InvalidInput);
    QVERIFY(!limits.error().remedy.empty());
}

void TestRiskWatch::nothingIsWatchedWithoutALimit()
{
    Watched watched{RiskRequest{}};
    QVERIFY(!watched.watch.isOn());
    QVERIFY(!watched.watch.isDayOver(DAY + std::chrono::years(1)));
    QVERIFY(watched.watch.mayOrder(DAY));
    watched.close(DAY, 1, 1'000'000 * UNIT);
    QVERIFY(watched.changes.empty() && !watched.watch.blocking());
}

void TestRiskWatch::aLimitIsTheMostThatIsAllowed()
{
    Watched watched(dailyLoss(0.05));
    watched.close(DAY + std::chrono::minutes(1), 950 * UNIT);
    QVERIFY(watched.changes.empty());
    watched.close(DAY + std::chrono::minutes(2), 950 * UNIT - 1);
    QCOMPARE(watched.changes.size(), 1U);
    const RiskChange& change = watched.changes[0];
    QVERIFY(change.begins && change.breach.limit == RiskLimit::DailyLoss);
    QVERIFY(change.time == DAY + std::chrono::minutes(2) && change.breach.since == change.time);
    QCOMPARE(change.breach.threshold, 0.05);
    QVERIFY(change.breach.value > 0.05 && change.breach.value < 0.0500001);
    QCOMPARE(change.equity.count(), 950 * UNIT - 1);
    QCOMPARE(change.correlation.value, 7U);
    QVERIFY(watched.watch.blocking() == RiskLimit::DailyLoss);
    QVERIFY(watched.watch.blockingFills() == RiskLimit::DailyLoss);
    QVERIFY(watched.watch.takeBreach() == RiskLimit::DailyLoss);
    QVERIFY(!watched.watch.takeBreach());
}

void TestRiskWatch::aDailyLossEndsWithItsDayAndNotBefore()
{
    Watched watched(dailyLoss(0.05));
    watched.inside(DAY + std::chrono::hours(3), 900 * UNIT);
    watched.close(DAY + std::chrono::hours(4), 1'200 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::DailyLoss);
    QVERIFY(!watched.watch.isDayOver(DAY + std::chrono::hours(24) - Nanoseconds(1)));
    QVERIFY(watched.watch.isDayOver(DAY + std::chrono::hours(24)));
    // Three days later, with what the account was worth at the marks before.
    watched.startDay(DAY + std::chrono::hours(75), 1'200 * UNIT);
    QVERIFY(!watched.watch.blocking());
    QCOMPARE(watched.changes.size(), 2U);
    QVERIFY(!watched.changes[1].begins);
    QVERIFY(watched.changes[1].breach.since == DAY + std::chrono::hours(3));
    QVERIFY(!watched.watch.isDayOver(DAY + std::chrono::hours(95)));
    watched.close(DAY + std::chrono::hours(76), 1'140 * UNIT);
    QCOMPARE(watched.changes.size(), 2U);
    watched.close(DAY + std::chrono::hours(77), 1'139 * UNIT);
    QCOMPARE(watched.changes.size(), 3U);
}

void TestRiskWatch::aDrawdownIsFromTheHighestCloseAndStays()
{
    Watched watched(drawdown(0.2));
    watched.close(DAY + std::chrono::hours(1), 1'500 * UNIT);
    watched.inside(DAY + std::chrono::hours(2), 9'000 * UNIT);
    watched.close(DAY + std::chrono::hours(3), 1'200 * UNIT);
    QVERIFY(watched.changes.empty());
    watched.inside(DAY + std::chrono::hours(4), 1'200 * UNIT - 1);
    QVERIFY(watched.watch.blocking() == RiskLimit::Drawdown);
    watched.close(DAY + std::chrono::hours(5), 3'000 * UNIT);
    watched.startDay(DAY + std::chrono::hours(24), 3'000 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::Drawdown);
    QCOMPARE(watched.changes.size(), 1U);
    QCOMPARE(watched.watch.breaches(), 1);
}

void TestRiskWatch::resumingCountsTheDrawdownFromThePresentEquity()
{
    RiskRequest both = drawdown(0.1);
    both.dailyLoss = 0.05;
    Watched watched(both);
    watched.close(DAY + std::chrono::hours(1), 800 * UNIT);
    watched.changes.clear();
    watched.judge([&](const RiskMoment& moment) { watched.watch.resume(moment, watched.changes); },
                  DAY + std::chrono::hours(2), 800 * UNIT);
    QCOMPARE(watched.changes.size(), std::size_t(1));
    QVERIFY(watched.changes[0].breach.limit == RiskLimit::Drawdown && !watched.changes[0].begins);
    QVERIFY(watched.watch.breach(RiskLimit::DailyLoss).has_value());
    watched.close(DAY + std::chrono::hours(3), 720 * UNIT);
    QVERIFY(!watched.watch.breach(RiskLimit::Drawdown));
    watched.close(DAY + std::chrono::hours(4), 719 * UNIT);
    QVERIFY(watched.watch.breach(RiskLimit::Drawdown).has_value());
}

void TestRiskWatch::liftingEndsEveryBreach()
{
    RiskRequest both = drawdown(0.1);
    both.dailyLoss = 0.05;
    Watched watched(both);
    watched.close(DAY + std::chrono::hours(1), 800 * UNIT);
    QCOMPARE(watched.changes.size(), std::size_t(2));
    watched.changes.clear();
    watched.judge([&](const RiskMoment& moment) { watched.watch.lift(moment, watched.changes); },
                  DAY + std::chrono::hours(2), 800 * UNIT);
    QCOMPARE(watched.changes.size(), std::size_t(2));
    QVERIFY(!watched.changes[0].begins && !watched.changes[1].begins);
    QVERIFY(!watched.watch.blocking());
}

void TestRiskWatch::depositsAreNeitherProfitNorAWayOut()
{
    RiskRequest request = dailyLoss(0.05);
    request.drawdown = 0.2;
    Watched watched(request);
    watched.deposit(1'000);
    // The deposit raised the equity that the fraction is of: 5 % of 2000.
    watched.close(DAY + std::chrono::hours(1), 1'900 * UNIT);
    QVERIFY(watched.changes.empty());
    watched.close(DAY + std::chrono::hours(2), 1'899 * UNIT);
    QCOMPARE(watched.changes.size(), 1U);
    watched.deposit(5'000);
    watched.close(DAY + std::chrono::hours(3), 6'899 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::DailyLoss);
    QCOMPARE(watched.changes.size(), 1U);
}

void TestRiskWatch::exposureIsOverUntilItIsBack()
{
    RiskRequest request;
    request.exposure = 1.5;
    Watched watched(request);
    watched.close(DAY, 1'000 * UNIT, 1'500 * UNIT);
    QVERIFY(watched.changes.empty());
    watched.close(DAY, 1'000 * UNIT, 1'500 * UNIT + 1);
    watched.close(DAY, 1'000 * UNIT, 1'600 * UNIT);
    QCOMPARE(watched.changes.size(), 1U);
    QVERIFY(watched.watch.blocking() == RiskLimit::Exposure);
    QVERIFY(!watched.watch.blockingFills());
    watched.close(DAY, 1'000 * UNIT, 1'500 * UNIT);
    QCOMPARE(watched.changes.size(), 2U);
    QCOMPARE(watched.changes[1].breach.value, 1.5);
    QVERIFY(!watched.watch.blocking());
}

void TestRiskWatch::anAccountWorthNothingMayHoldNothing()
{
    RiskRequest request;
    request.exposure = 1000.0;
    const RiskWatch watch(*RiskLimits::make(request));
    QVERIFY(watch.exposureLimit(0) == 0);
    QVERIFY(watch.exposureLimit(-5) == 0);
    QVERIFY(watch.exposureLimit(MAX_POSITION_VALUE * 1'000) > MAX_POSITION_VALUE);
}

void TestRiskWatch::ordersCountForAMinute()
{
    Watched watched(orders(2));
    const Timestamp first = DAY + std::chrono::seconds(10);
    QVERIFY(watched.watch.mayOrder(first));
    watched.watch.countOrder(first);
    watched.watch.countOrder(first + std::chrono::seconds(30));
    QVERIFY(!watched.watch.mayOrder(first + std::chrono::seconds(30)));
    watched.judge(
        [&](const RiskMoment& moment) { watched.watch.exceedOrders(moment, watched.changes); },
        first + std::chrono::seconds(31), 1'000 * UNIT);
    QCOMPARE(watched.changes.at(0).breach.value, 3.0);
    watched.close(first + std::chrono::seconds(60) - Nanoseconds(1), 1'000 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::OrderRate);
    QVERIFY(!watched.watch.blockingFills());
    watched.close(first + std::chrono::seconds(60), 1'000 * UNIT);
    QVERIFY(!watched.watch.blocking());
    QCOMPARE(watched.changes.size(), 2U);
    watched.watch.countOrder(first + std::chrono::seconds(60));
    QVERIFY(!watched.watch.mayOrder(first + std::chrono::seconds(89)));
    QVERIFY(watched.watch.mayOrder(first + std::chrono::seconds(90)));
}

void TestRiskWatch::theGravestOfSeveralIsNamed()
{
    RiskRequest request = dailyLoss(0.05);
    request.drawdown = 0.01;
    request.exposure = 1.0;
    Watched watched(request);
    watched.close(DAY, 1'000 * UNIT, 2'000 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::Exposure);
    watched.close(DAY, 980 * UNIT, 2'000 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::Drawdown);
    watched.close(DAY, 900 * UNIT, 2'000 * UNIT);
    QVERIFY(watched.watch.blocking() == RiskLimit::DailyLoss);
    QVERIFY(watched.watch.takeBreach() == RiskLimit::DailyLoss);
    QCOMPARE(watched.watch.breaches(), 3);
}

void TestRiskWatch::flatteningBlocksUntilItIsDone()
{
    RiskRequest request = dailyLoss(0.05);
    request.onBreach = OnBreach::Flatten;
    Watched watched(request);
    watched.close(DAY + std::chrono::hours(24), 900 * UNIT);
    watched.startDay(DAY + std::chrono::hours(24), 900 * UNIT);
    QVERIFY(!watched.watch.breach(RiskLimit::DailyLoss));
    QVERIFY(watched.watch.blocking() == RiskLimit::DailyLoss);
    QVERIFY(watched.watch.blockingFills() == RiskLimit::DailyLoss);
    watched.watch.endFlattening();
    QVERIFY(!watched.watch.blocking());
}

void TestRiskWatch::equalEventsGiveEqualStates()
{
    RiskRequest request = dailyLoss(0.05);
    request.ordersAMinute = 3;
    Watched first(request);
    Watched second(request);
    QVERIFY(first.watch == second.watch);
    first.watch.countOrder(DAY);
    QVERIFY(!(first.watch == second.watch));
    second.watch.countOrder(DAY);
    first.close(DAY, 900 * UNIT);
    // A copy goes on as the original does.
    RiskWatch kept = second.watch;
    second.close(DAY, 900 * UNIT);
    QVERIFY(first.watch == second.watch);
    std::swap(kept, second.watch);
    second.close(DAY, 900 * UNIT);
    QVERIFY(first.watch == second.watch);
}

QTEST_APPLESS_MAIN(TestRiskWatch)
#include "tst_riskwatch.moc"
