// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/performance.h"

namespace core::analytics {

void Performance::line(const LedgerLine& line)
{
    m_roundTrips.add(line);
    const auto charge = [&line](Money& cost) { cost = minus(cost, line.cash); };
    switch (line.cause) {
    case Cause::Deposit:
    case Cause::Withdrawal:
        m_equity.flow(line.time, line.cash);
        break;
    case Cause::Trade:
        break;
    case Cause::Fee:
        charge(m_sums.costs.fees);
        break;
    case Cause::OpeningFee:
        charge(m_sums.costs.openingFees);
        break;
    case Cause::LiquidationFee:
        charge(m_sums.costs.liquidationFees);
        break;
    case Cause::BorrowInterest:
        charge(m_sums.costs.borrowInterest);
        break;
    case Cause::Funding:
        charge(m_sums.costs.funding);
        break;
    case Cause::BadDebt:
        m_sums.badDebt = plus(m_sums.badDebt, line.cash);
        break;
    }
}

void Performance::fill(const FillLine& fill)
{
    ++m_sums.fills;
    m_sums.turnover += fill.notional.count();
    m_sums.costs.slippage = plus(m_sums.costs.slippage, fill.slippage);
    m_sums.costs.spread = plus(m_sums.costs.spread, fill.spread);
    m_sums.ambiguous += fill.ambiguous ? 1 : 0;
}

void Performance::stake(Money difference)
{
    const Money size = difference < Money() ? minus(Money(), difference) : difference;
    m_sums.stake = plus(m_sums.stake, size);
}

TradeSums Performance::sums() const
{
    TradeSums sums = m_sums;
    sums.roundTrips = m_roundTrips.sums();
    sums.closedProfit = m_roundTrips.closedProfit();
    sums.openProfit = m_roundTrips.openProfit();
    sums.outside = m_roundTrips.outside();
    return sums;
}

Report Performance::report() const
{
    Report report;
    report.equity = m_equity.report();
    report.trades = tradeReport(sums(), report.equity.exposure.averageEquity);
    report.trades.roundTrips = m_roundTrips.closed().share();
    return report;
}

} // namespace core::analytics
