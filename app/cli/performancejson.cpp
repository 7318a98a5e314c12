// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/performance.h"

namespace app::cli {

namespace analytics = core::analytics;

namespace {

/// Collects members; those without a value leave a null and their reason.
class Figures
{
public:
    template <typename T> void add(const char* key, const T& value) { m_object[key] = value; }
    void add(const char* key, core::Money value) { m_object[key] = value.toString(); }
    void add(const char* key, core::Timestamp time)
    {
        m_object[key] = core::formatTimestampShort(time);
    }
    void add(const char* key, const analytics::Metric& metric)
    {
        m_object[key] = metric ? Json(*metric) : Json();
        if (!metric)
            m_reasons[key] = analytics::explain(metric.reason());
    }
    void add(const char* key, const std::optional<analytics::Drawdown>& drawdown)
    {
        if (!drawdown) {
            add(key, analytics::Metric(analytics::Missing::NoDrawdown));
            return;
        }
        const std::chrono::duration<double> seconds = drawdown->duration();
        m_object[key] = Json{{"depth", drawdown->depth},
                             {"lost", drawdown->lost.toString()},
                             {"peak", core::formatTimestampShort(drawdown->peak)},
                             {"trough", core::formatTimestampShort(drawdown->trough)},
                             {"end", core::formatTimestampShort(drawdown->end)},
                             {"recovered", drawdown->recovered},
                             {"seconds", seconds.count()}};
    }
    [[nodiscard]] Json take()
    {
        m_object["reasons"] = std::move(m_reasons);
        return std::move(m_object);
    }

private:
    Json m_object = Json::object();
    Json m_reasons = Json::object();
};

void add(Figures& figures, const analytics::EquityReport& report)
{
    figures.add("from", report.from);
    figures.add("to", report.to);
    figures.add("whole_days", report.wholeDays);
    figures.add("deposits", report.deposits);
    figures.add("equity", report.equity);
    figures.add("profit", report.profit);
    figures.add("total_return", report.totalReturn);
    figures.add("annual_return", report.annualReturn);
    figures.add("volatility", report.ratios.volatility);
    figures.add("sharpe", report.ratios.sharpe);
    figures.add("sharpe_error", report.ratios.sharpeError);
    figures.add("sortino", report.ratios.sortino);
    figures.add("calmar", report.calmar);
    figures.add("deepest_drawdown", report.deepest);
    figures.add("longest_drawdown", report.longest);
    figures.add("time_under_water", report.underWater);
}

void add(Figures& figures, const analytics::Exposure& exposure)
{
    figures.add("time_in_market", exposure.inMarket);
    figures.add("average_long_exposure", exposure.longSide.average);
    figures.add("max_long_exposure", exposure.longSide.most);
    figures.add("average_short_exposure", exposure.shortSide.average);
    figures.add("max_short_exposure", exposure.shortSide.most);
    figures.add("average_equity", exposure.averageEquity);
}

Json toJson(const analytics::CostsByKind& costs)
{
    return {{"fee", costs.fees.toString()},
            {"opening_fee", costs.openingFees.toString()},
            {"liquidation_fee", costs.liquidationFees.toString()},
            {"slippage", costs.slippage.toString()},
            {"spread", costs.spread.toString()},
            {"borrow_interest", costs.borrowInterest.toString()},
            {"funding", costs.funding.toString()}};
}

void add(Figures& figures, const analytics::TradeReport& report)
{
    const analytics::TradeSums& sums = report.sums;
    figures.add("round_trips", sums.roundTrips.count);
    figures.add("round_trips_won", sums.roundTrips.won);
    figures.add("round_trips_lost", sums.roundTrips.lost);
    figures.add("round_trip_profit", sums.closedProfit);
    figures.add("open_profit", sums.openProfit);
    figures.add("other_profit", sums.outside);
    figures.add("win_rate", report.winRate);
    figures.add("profit_factor", report.profitFactor);
    figures.add("expectancy", report.expectancy);
    figures.add("average_hold_seconds", report.averageHold);
    figures.add("average_adverse_excursion", report.averageAdverse);
    figures.add("average_favourable_excursion", report.averageFavourable);
    figures.add("fills", sums.fills);
    figures.add("turnover", report.turnover);
    figures.add("turnover_of_equity", report.turnoverOfEquity);
    figures.add("costs", toJson(sums.costs));
    figures.add("cost_rate", report.costRate);
    figures.add("break_even_cost", report.breakEvenCost);
    figures.add("profit_at_half_the_costs", report.atHalfTheCosts);
    figures.add("profit_at_the_costs", report.atTheCosts);
    figures.add("profit_at_twice_the_costs", report.atTwiceTheCosts);
    figures.add("bad_debt", sums.badDebt);
    figures.add("ambiguous_fills", sums.ambiguous);
    figures.add("ambiguous_stake", sums.stake);
}

} // namespace

Json performanceJson(const analytics::EquityReport& report)
{
    Figures figures;
    add(figures, report);
    return figures.take();
}

Json performanceJson(const analytics::Report& report)
{
    Figures figures;
    add(figures, report.equity);
    add(figures, report.equity.exposure);
    add(figures, report.trades);
    return figures.take();
}

} // namespace app::cli
