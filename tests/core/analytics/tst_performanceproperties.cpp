// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "plainreport.h"
#include "tests/core/execution/dice.h"

#include <QTest>

#include <cmath>

using namespace core;
using namespace core::analytics;

namespace {

/// What sequences reached, so that no property is true for want of trying.
struct Reached
{
    int trips = 0;
    int flips = 0;
    int days = 0;
    int ratios = 0;
    int gone = 0;
    int recovered = 0;
    int amended = 0;
};

/// An account that trades at random for a while.
class Trader
{
public:
    Trader(Dice dice, bool moneyMoves)
        : m_moneyMoves(moneyMoves),
          m_step(dice.oneOf({1, 1, 60, 600})),
          account(static_cast<std::size_t>(dice.between(1, 3)))
    {
        if (dice.chance(30))
            m_time += std::chrono::minutes(dice.between(1, 1'439));
        account.deposit(m_time, story::quote(dice.between(50, 2'000)) + Money(dice.between(0, 99)));
        for (std::int64_t& price : account.prices)
            price = dice.between(50'000'000, 500'000'000);
        account.point(m_time);
    }

    void batch(Dice& dice, Reached& reached)
    {
        const Timestamp begin = m_time;
        m_time += std::chrono::minutes(m_step * dice.between(1, 3));
        if (dice.chance(3))
            m_time += std::chrono::days(dice.between(1, 5));
        if (dice.chance(10))
            m_time = std::chrono::ceil<std::chrono::days>(m_time);
        move(dice);
        const auto trades = dice.between(0, 2);
        for (std::int64_t i = 0; i < trades; ++i)
            trade(dice, begin, reached);
        charge(dice, begin, reached);
        account.point(m_time);
    }

private:
    void move(Dice& dice)
    {
        for (std::int64_t& price : account.prices) {
            const std::int64_t reach = price / dice.oneOf({2, 50, 1'000});
            price = std::clamp<std::int64_t>(price + dice.between(-reach, reach), 1'000'000,
                                             10'000'000'000);
        }
    }
    SymbolIndex symbol(Dice& dice) const
    {
        return static_cast<SymbolIndex>(
            dice.between(0, static_cast<std::int64_t>(account.lots.size()) - 1));
    }
    void trade(Dice& dice, Timestamp begin, Reached& reached)
    {
        const SymbolIndex which = symbol(dice);
        const std::int64_t held = account.lots[which];
        std::int64_t quantity = dice.between(1, 60) * dice.oneOf({-1, 1});
        if (held != 0 && dice.chance(40))
            quantity = -held;
        reached.flips += held != 0 && (held > 0) != (held + quantity > 0) && held + quantity != 0;
        FillLine costs;
        costs.slippage = Money(dice.between(0, 1'000'000));
        costs.ambiguous = dice.chance(10);
        const Money fee(dice.oneOf<std::int64_t>({0, 1, 12'345'678}));
        const Nanoseconds length = m_time - begin;
        account.trade(begin + length * dice.between(0, 99) / 100, which, quantity, fee, costs);
    }
    void charge(Dice& dice, Timestamp begin, Reached& reached)
    {
        const bool flat = std::count(account.lots.begin(), account.lots.end(), 0) ==
                          static_cast<std::ptrdiff_t>(account.lots.size());
        if (dice.chance(15)) {
            account.line(begin, Cause::BorrowInterest, std::nullopt,
                         Money(-dice.between(1, 3'333'333)));
            reached.amended += flat ? 1 : 0;
        }
        if (dice.chance(15))
            account.line(begin, Cause::Funding, symbol(dice),
                         Money(dice.between(-777'777, 777'777)));
        if (flat && account.cash < Money() && dice.chance(50))
            account.line(begin, Cause::BadDebt, std::nullopt, -account.cash);
        if (m_moneyMoves && dice.chance(15)) {
            const std::int64_t most = story::quote(100).count();
            const bool in = dice.chance(60);
            account.line(begin, in ? Cause::Deposit : Cause::Withdrawal, std::nullopt,
                         Money(dice.between(1, most) * (in ? 1 : -1)));
        }
    }

    bool m_moneyMoves;
    std::int64_t m_step;
    Timestamp m_time = story::START;

public:
    story::Account account;
};

void requireNear(const Metric& metric, long double expected, long double tolerance = 1e-9L)
{
    RC_ASSERT(metric.hasValue());
    RC_ASSERT(std::abs(*metric - expected) <= tolerance * (1.0L + std::abs(expected)));
}

void requireExactProfit(const story::Account& account)
{
    const Report report = account.performance.report();
    RC_ASSERT(report.trades.sums.closedProfit + report.trades.sums.openProfit +
                  report.trades.sums.outside ==
              report.equity.equity - report.equity.deposits);
}

void requireSameDays(const EquityReport& report, const PlainReport& plain)
{
    RC_ASSERT(report.days.size() == plain.days.size());
    RC_ASSERT(report.wholeDays == static_cast<std::int64_t>(plain.days.size()));
    for (std::size_t i = 0; i < plain.days.size(); ++i) {
        RC_ASSERT(report.days.at(i).end == plain.days[i].end);
        requireNear(report.days.at(i).value, plain.days[i].value);
    }
}

/// The formulas of 12-analytics, word for word.
void requireSameRatios(const EquityReport& report, const PlainReport& plain)
{
    RC_ASSERT(report.goneSince.has_value() == plain.gone);
    if (plain.gone) {
        RC_ASSERT(report.ratios.sharpe == Metric(Missing::EquityGone));
        RC_ASSERT(report.totalReturn == Metric(Missing::EquityGone));
        return;
    }
    requireNear(report.totalReturn, plain.totalReturn);
    const auto n = static_cast<long double>(plain.days.size());
    RC_ASSERT(report.ratios.volatility.hasValue() == (plain.days.size() >= 2));
    if (plain.days.size() < 30) {
        RC_ASSERT(report.ratios.sharpe == Metric(Missing::UnderThirtyDays));
        return;
    }
    long double mean = 0.0L;
    for (const PlainReport::Day& day : plain.days)
        mean += day.value / n;
    long double variance = 0.0L;
    long double downside = 0.0L;
    for (const PlainReport::Day& day : plain.days) {
        variance += (day.value - mean) * (day.value - mean) / (n - 1.0L);
        downside += day.value < 0.0L ? day.value * day.value / n : 0.0L;
    }
    const long double year = std::sqrt(365.0L);
    requireNear(report.ratios.volatility, std::sqrt(variance) * year);
    if (variance > 1e-12L) {
        const long double daily = mean / std::sqrt(variance);
        requireNear(report.ratios.sharpe, daily * year);
        requireNear(report.ratios.sharpeError, std::sqrt((1.0L + daily * daily / 2.0L) / n) * year);
    }
    if (downside > 1e-12L)
        requireNear(report.ratios.sortino, mean / std::sqrt(downside) * year);
}

void requireSameDrawdown(const EquityReport& report, const PlainReport& plain)
{
    RC_ASSERT(report.deepest.has_value() == (plain.longest > Nanoseconds(0)));
    if (!report.deepest)
        return;
    requireNear(report.deepest->depth, plain.deepest);
    RC_ASSERT(report.deepest->peak == plain.peak);
    RC_ASSERT(report.deepest->trough == plain.trough);
    RC_ASSERT(report.longest->duration() == plain.longest);
    requireNear(report.underWater, std::chrono::duration<long double>(plain.underWater) /
                                       std::chrono::duration<long double>(report.to - report.from));
}

void requireSameExposure(const Exposure& exposure, const PlainReport& plain)
{
    requireNear(exposure.inMarket, plain.inMarket);
    requireNear(exposure.averageEquity, plain.averageEquity);
    if (exposure.longSide.average == Metric(Missing::EquityGone))
        return;
    requireNear(exposure.longSide.average, plain.longAverage);
    requireNear(exposure.longSide.most, plain.longMost);
    requireNear(exposure.shortSide.average, plain.shortAverage);
    requireNear(exposure.shortSide.most, plain.shortMost);
}

void requireSameTrip(const RoundTrip& trip, const PlainReport::Trip& plain)
{
    RC_ASSERT(trip.symbol == plain.symbol);
    RC_ASSERT(trip.opened == plain.opened);
    RC_ASSERT(trip.closed == plain.closed);
    RC_ASSERT(trip.profit.count() == plain.profit());
    std::int64_t worst = std::min<std::int64_t>(0, plain.profit());
    std::int64_t best = std::max<std::int64_t>(0, plain.profit());
    for (const std::int64_t seen : plain.seen) {
        worst = std::min(worst, seen);
        best = std::max(best, seen);
    }
    RC_ASSERT(trip.adverse().count() == worst);
    RC_ASSERT(trip.favourable().count() == best);
}

void requireSameTrades(const TradeReport& report, PlainReport plain)
{
    std::vector<PlainReport::Trip> closed;
    std::int64_t open = 0;
    for (const PlainReport::Trip& trip : plain.trips) {
        if (trip.open)
            open += trip.profit();
        else
            closed.push_back(trip);
    }
    RC_ASSERT(report.sums.openProfit.count() == open);
    RC_ASSERT(report.sums.outside.count() == plain.outside);
    RC_ASSERT(report.roundTrips.size() == closed.size());
    long double gains = 0.0L;
    long double losses = 0.0L;
    long double held = 0.0L;
    int won = 0;
    std::vector<bool> used(closed.size());
    for (std::size_t i = 0; i < closed.size(); ++i) {
        const RoundTrip& trip = report.roundTrips.at(i);
        std::size_t same = 0;
        while (same < closed.size() && (used[same] || closed[same].symbol != trip.symbol ||
                                        closed[same].opened != trip.opened))
            ++same;
        RC_ASSERT(same < closed.size());
        used[same] = true;
        requireSameTrip(trip, closed[same]);
        const auto profit = static_cast<long double>(closed[same].profit()) / 1e8L;
        won += profit > 0.0L ? 1 : 0;
        (profit > 0.0L ? gains : losses) += std::abs(profit);
        held +=
            std::chrono::duration<long double>(closed[same].closed - closed[same].opened).count();
    }
    RC_ASSERT(report.turnover.count() == plain.turnover);
    RC_ASSERT(report.sums.costs.fees.count() == plain.fees);
    RC_ASSERT(report.sums.costs.slippage.count() == plain.slippage);
    RC_ASSERT(report.sums.costs.borrowInterest.count() == plain.interest);
    RC_ASSERT(report.sums.costs.funding.count() == plain.funding);
    RC_ASSERT(report.sums.ambiguous == plain.ambiguous);
    if (closed.empty()) {
        RC_ASSERT(report.winRate == Metric(Missing::NoRoundTrip));
        return;
    }
    const auto count = static_cast<long double>(closed.size());
    requireNear(report.winRate, static_cast<long double>(won) / count);
    requireNear(report.expectancy, (gains - losses) / count);
    requireNear(report.averageHold, held / count);
    if (losses > 0.0L)
        requireNear(report.profitFactor, gains / losses);
    else
        RC_ASSERT(report.profitFactor == Metric(Missing::NoLosingRoundTrip));
}

void compare(bool moneyMoves, Reached& reached)
{
    Trader trader(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)), moneyMoves);
    for (const std::uint64_t seed : drawSeeds(120)) {
        Dice dice(seed);
        trader.batch(dice, reached);
        requireExactProfit(trader.account);
    }
    const std::vector<story::Event>& events = trader.account.events;
    const PlainReport plain(events, trader.account.lots.size());
    const Report report = trader.account.performance.report();
    if (report.equity.to == report.equity.from)
        return;
    RC_ASSERT(report.equity.deposits.count() == plain.deposits);
    RC_ASSERT(report.equity.equity.count() == plain.equity);
    requireSameDays(report.equity, plain);
    requireSameRatios(report.equity, plain);
    requireSameExposure(report.equity.exposure, plain);
    requireSameTrades(report.trades, plain);
    if (!moneyMoves)
        requireSameDrawdown(report.equity, plain);
    else if (report.equity.deepest)
        // The peak moves with the money, to the nearest count of money.
        requireNear(report.equity.deepest->depth, plain.deepest, 1e-6L);
    reached.trips += static_cast<int>(report.trades.roundTrips.size());
    reached.days += static_cast<int>(report.equity.wholeDays);
    reached.ratios += report.equity.ratios.sharpe ? 1 : 0;
    reached.gone += report.equity.goneSince ? 1 : 0;
    reached.recovered += report.equity.deepest && report.equity.deepest->recovered ? 1 : 0;
}

void report(const Reached& reached)
{
    qInfo("%d round trips, %d flips, %d days, %d with ratios, %d gone, %d recovered, %d amended",
          reached.trips, reached.flips, reached.days, reached.ratios, reached.gone,
          reached.recovered, reached.amended);
    QVERIFY(reached.trips > 1'000 && reached.flips > 1'000 && reached.days > 1'000);
    QVERIFY(reached.ratios > 20 && reached.gone > 20 && reached.recovered > 100 &&
            reached.amended > 100);
}

} // namespace

/// The streaming figures against those computed afterwards from everything that happened.
class TestPerformanceProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(3'000); }
    void saysWhatAPlainReadingSays();
    void saysSoWhereMoneyComesAndGoes();
};

void TestPerformanceProperties::saysWhatAPlainReadingSays()
{
    Reached reached;
    QVERIFY(rc::check("every figure is that of a plain reading", [&] { compare(false, reached); }));
    report(reached);
}

void TestPerformanceProperties::saysSoWhereMoneyComesAndGoes()
{
    Reached reached;
    QVERIFY(
        rc::check("deposits and withdrawals change no return", [&] { compare(true, reached); }));
    report(reached);
}

QTEST_APPLESS_MAIN(TestPerformanceProperties)
#include "tst_performanceproperties.moc"
