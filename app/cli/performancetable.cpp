// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/performance.h"

#include <fmt/format.h>

#include <algorithm>

namespace app::cli {

namespace analytics = core::analytics;
using analytics::Metric;
using core::Money;

namespace {

constexpr int LABEL_WIDTH = 24;

std::string percent(double value)
{
    return fmt::format("{:.2f} %", value * 100.0);
}

std::string number(double value)
{
    return fmt::format("{:.2f}", value);
}

std::string money(Money value)
{
    return number(value.toDouble());
}

std::string finePercent(double value)
{
    return fmt::format("{:.4f} %", value * 100.0);
}

std::string duration(double seconds)
{
    if (seconds >= 86'400.0)
        return fmt::format("{:.1f} days", seconds / 86'400.0);
    return seconds >= 3'600.0 ? fmt::format("{:.1f} h", seconds / 3'600.0)
                              : fmt::format("{:.1f} min", seconds / 60.0);
}

/// Of UTF-8: bytes that do not continue a character.
std::size_t charactersOf(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string day(core::Timestamp time)
{
    return core::formatTimestampShort(time).substr(0, 10);
}

/// One column's cells, and the reasons that all columns refer to.
class Cells
{
public:
    using Form = std::string (*)(double);

    explicit Cells(std::vector<analytics::Missing>& reasons) : m_reasons(reasons) {}

    void add(const char* label, std::string cell)
    {
        labels.emplace_back(label);
        cells.push_back(std::move(cell));
    }
    void add(const char* label, const Metric& metric, Form form) { add(label, text(metric, form)); }
    [[nodiscard]] std::string text(const Metric& metric, Form form)
    {
        if (metric)
            return form(*metric);
        const auto known = std::find(m_reasons.begin(), m_reasons.end(), metric.reason());
        const auto note = known - m_reasons.begin() + 1;
        if (known == m_reasons.end())
            m_reasons.push_back(metric.reason());
        return fmt::format("n/a ({})", note);
    }

    std::vector<std::string> labels;
    std::vector<std::string> cells;

private:
    std::vector<analytics::Missing>& m_reasons;
};

void addDrawdowns(Cells& cells, const analytics::EquityReport& report)
{
    const Metric none = analytics::Missing::NoDrawdown;
    if (!report.deepest || !report.longest) {
        for (const char* label :
             {"deepest drawdown", "  from", "  to", "  recovered", "longest drawdown"})
            cells.add(label, none, percent);
    } else {
        cells.add("deepest drawdown", percent(report.deepest->depth));
        cells.add("  from", day(report.deepest->peak));
        cells.add("  to", day(report.deepest->trough));
        cells.add("  recovered", report.deepest->recovered ? day(report.deepest->end) : "not yet");
        const std::chrono::duration<double> longest = report.longest->duration();
        cells.add("longest drawdown", duration(longest.count()));
    }
    cells.add("time under water", report.underWater, percent);
}

void addEquity(Cells& cells, const analytics::EquityReport& report)
{
    cells.add("profit", money(report.profit));
    cells.add("total return", report.totalReturn, percent);
    cells.add("annual return", report.annualReturn, percent);
    cells.add("volatility a year", report.ratios.volatility, percent);
    std::string sharpe = cells.text(report.ratios.sharpe, number);
    if (report.ratios.sharpe && report.ratios.sharpeError)
        sharpe += " ± " + number(*report.ratios.sharpeError);
    cells.add("Sharpe ratio", sharpe);
    cells.add("Sortino ratio", report.ratios.sortino, number);
    cells.add("Calmar ratio", report.calmar, number);
    addDrawdowns(cells, report);
}

void addExposure(Cells& cells, const analytics::Exposure& exposure)
{
    const auto weight = [&cells](const analytics::Weight& side) {
        return cells.text(side.average, percent) + " / " + cells.text(side.most, percent);
    };
    cells.add("time in the market", exposure.inMarket, percent);
    cells.add("long, average / most", weight(exposure.longSide));
    cells.add("short, average / most", weight(exposure.shortSide));
}

void addTrades(Cells& cells, const analytics::TradeReport& report)
{
    const analytics::TradeSums& sums = report.sums;
    const analytics::CostsByKind& costs = sums.costs;
    cells.add("round trips", fmt::format("{}", sums.roundTrips.count));
    cells.add("  won", report.winRate, percent);
    cells.add("  profit factor", report.profitFactor, number);
    cells.add("  expectancy", report.expectancy, number);
    cells.add("  average hold", report.averageHold, duration);
    cells.add("  adverse excursion", report.averageAdverse, number);
    cells.add("  favourable excursion", report.averageFavourable, number);
    cells.add("open profit", money(sums.openProfit));
    cells.add("turnover", money(report.turnover));
    cells.add("costs", money(costs.all()));
    cells.add("  fees", money(costs.fees));
    cells.add("  opening fees", money(costs.openingFees));
    cells.add("  liquidation fees", money(costs.liquidationFees));
    cells.add("  slippage", money(costs.slippage));
    cells.add("  spread", money(costs.spread));
    cells.add("  borrow interest", money(costs.borrowInterest));
    cells.add("  funding", money(costs.funding));
    cells.add("cost of a notional", report.costRate, finePercent);
    cells.add("break-even cost", report.breakEvenCost, finePercent);
    cells.add("profit at half the costs", money(report.atHalfTheCosts));
    cells.add("profit at twice", money(report.atTwiceTheCosts));
    cells.add("ambiguous fills", fmt::format("{} of {}", sums.ambiguous, sums.fills));
    cells.add("  at stake", money(sums.stake));
}

} // namespace

std::vector<std::string> performanceTable(const std::vector<PerformanceColumn>& columns)
{
    std::vector<analytics::Missing> reasons;
    std::vector<std::string> lines;
    for (const PerformanceColumn& column : columns) {
        Cells cells(reasons);
        cells.add("Performance", printable(column.title));
        addEquity(cells, *column.equity);
        if (column.trades) {
            addExposure(cells, column.equity->exposure);
            addTrades(cells, *column.trades);
        }
        std::size_t width = 0;
        for (const std::string& cell : cells.cells)
            width = std::max(width, charactersOf(cell));
        for (std::size_t i = 0; i < cells.cells.size(); ++i) {
            if (i == lines.size())
                lines.push_back(fmt::format("{:<{}}", cells.labels[i], LABEL_WIDTH));
            lines[i] += fmt::format("  {:>{}}", cells.cells[i], width);
        }
    }
    for (std::size_t i = 0; i < reasons.size(); ++i)
        lines.push_back(fmt::format("({}) {}", i + 1, analytics::explain(reasons[i])));
    return lines;
}

} // namespace app::cli
