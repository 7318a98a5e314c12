// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/tradereport.h"

namespace core::analytics {

namespace {

double asQuote(Int128 count)
{
    return asDouble(count) / 1e8;
}

void addRoundTrips(TradeReport& report)
{
    const RoundTripSums& sums = report.sums.roundTrips;
    if (sums.count == 0) {
        report.winRate = report.profitFactor = report.expectancy = report.averageHold =
            report.averageAdverse = report.averageFavourable = Missing::NoRoundTrip;
        return;
    }
    const auto count = static_cast<double>(sums.count);
    report.winRate = static_cast<double>(sums.won) / count;
    report.profitFactor = Missing::NoLosingRoundTrip;
    if (sums.losses > 0)
        report.profitFactor = asDouble(sums.gains) / asDouble(sums.losses);
    report.expectancy = asQuote(sums.gains - sums.losses) / count;
    report.averageHold = asDouble(sums.held) / 1e9 / count;
    report.averageAdverse = asQuote(sums.adverse) / count;
    report.averageFavourable = asQuote(sums.favourable) / count;
}

} // namespace

Money CostsByKind::ofTrading() const
{
    return plus(plus(plus(fees, openingFees), liquidationFees), plus(slippage, spread));
}

Money CostsByKind::all() const
{
    return plus(ofTrading(), plus(borrowInterest, funding));
}

void CostsByKind::add(const CostsByKind& other)
{
    fees = plus(fees, other.fees);
    openingFees = plus(openingFees, other.openingFees);
    liquidationFees = plus(liquidationFees, other.liquidationFees);
    slippage = plus(slippage, other.slippage);
    spread = plus(spread, other.spread);
    borrowInterest = plus(borrowInterest, other.borrowInterest);
    funding = plus(funding, other.funding);
}

void TradeSums::add(const TradeSums& other)
{
    roundTrips.add(other.roundTrips);
    closedProfit = plus(closedProfit, other.closedProfit);
    openProfit = plus(openProfit, other.openProfit);
    outside = plus(outside, other.outside);
    costs.add(other.costs);
    badDebt = plus(badDebt, other.badDebt);
    turnover += other.turnover;
    fills += other.fills;
    ambiguous += other.ambiguous;
    stake = plus(stake, other.stake);
}

Money TradeSums::profit() const
{
    return plus(plus(closedProfit, openProfit), outside);
}

TradeReport tradeReport(const TradeSums& sums, const Metric& averageEquity)
{
    TradeReport report;
    report.sums = sums;
    report.turnover = portfolio::saturate(sums.turnover);
    report.turnoverOfEquity = averageEquity;
    if (averageEquity)
        report.turnoverOfEquity = *averageEquity > 0.0
                                      ? Metric(asQuote(sums.turnover) / *averageEquity)
                                      : Metric(Missing::EquityGone);
    addRoundTrips(report);
    const Money profit = sums.profit();
    const Money cost = sums.costs.ofTrading();
    report.costRate = report.breakEvenCost = Missing::NothingTraded;
    if (sums.turnover > 0) {
        report.costRate = asDouble(cost.count()) / asDouble(sums.turnover);
        report.breakEvenCost =
            asDouble(static_cast<Int128>(profit.count()) + cost.count()) / asDouble(sums.turnover);
    }
    const Money half(static_cast<std::int64_t>(divideHalfEven(cost.count(), 2)));
    report.atHalfTheCosts = plus(profit, half);
    report.atTheCosts = profit;
    report.atTwiceTheCosts = minus(profit, cost);
    return report;
}

} // namespace core::analytics
