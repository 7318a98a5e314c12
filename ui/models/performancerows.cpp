// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/performancerows.h"

#include "ui/format.h"

#include <QCoreApplication>

namespace ui::models {

namespace {

namespace analytics = core::analytics;
using analytics::Metric;
using Column = PerformanceColumn;
using Row = PerformanceTableModel::Row;
using Value = PerformanceValue;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Performance)
};

constexpr double SECONDS_A_DAY = 86'400.0;
constexpr double SECONDS_AN_HOUR = 3'600.0;

Value missing(analytics::Missing reason)
{
    const std::string why(analytics::explain(reason));
    return {Text::tr("n/a"), QCoreApplication::translate("core::analytics", why.c_str()), 0.0};
}

QString percent(double value)
{
    return format::percent(value, 2, format::Sign::Minus);
}

QString finePercent(double value)
{
    return format::percent(value, 4, format::Sign::Minus);
}

QString number(double value)
{
    return format::number(value, 2);
}

QString duration(double seconds)
{
    if (seconds >= SECONDS_A_DAY)
        return Text::tr("%1 days").arg(format::number(seconds / SECONDS_A_DAY, 1));
    return seconds >= SECONDS_AN_HOUR
               ? Text::tr("%1 h").arg(format::number(seconds / SECONDS_AN_HOUR, 1))
               : Text::tr("%1 min").arg(format::number(seconds / 60.0, 1));
}

Value shown(const Metric& metric, QString (*form)(double))
{
    return metric ? Value{form(*metric), {}, 0.0} : missing(metric.reason());
}

/// A metric that is a gain above zero and a loss below.
Value gain(const Metric& metric, QString (*form)(double))
{
    Value value = shown(metric, form);
    value.sign = metric ? *metric : 0.0;
    return value;
}

Value amount(core::Money money)
{
    return {format::money(money), {}, 0.0};
}

Value gain(core::Money money)
{
    return {format::money(money, 2, format::Sign::Always), {}, money.toDouble()};
}

Value weight(const analytics::Weight& side)
{
    if (!side.average)
        return missing(side.average.reason());
    if (!side.most)
        return missing(side.most.reason());
    return {percent(*side.average) + QStringLiteral(" / ") + percent(*side.most), {}, 0.0};
}

Value sharpe(const analytics::Ratios& ratios)
{
    Value value = gain(ratios.sharpe, number);
    if (ratios.sharpe && ratios.sharpeError)
        value.text += QStringLiteral(" ± ") + number(*ratios.sharpeError);
    return value;
}

/// What a drawdown says, where there was one.
template <typename Form>
Value ofDrawdown(const std::optional<analytics::Drawdown>& drawdown, Form form)
{
    return drawdown ? Value{form(*drawdown), {}, 0.0} : missing(analytics::Missing::NoDrawdown);
}

class Rows
{
public:
    void group(const QString& title) { m_rows.push_back({title, {}, {}, false}); }
    template <typename Read> void equity(const QString& label, Read read, const QString& hint = {})
    {
        m_rows.push_back(
            {label, hint, [read](const Column& c) { return Value(read(*c.equity)); }, false});
    }
    template <typename Read> void trades(const QString& label, Read read, const QString& hint = {})
    {
        m_rows.push_back(
            {label, hint, [read](const Column& c) { return Value(read(*c.trades)); }, true});
    }
    [[nodiscard]] std::vector<Row> take() { return std::move(m_rows); }

private:
    std::vector<Row> m_rows;
};

using Equity = analytics::EquityReport;
using Trades = analytics::TradeReport;

void addReturns(Rows& rows)
{
    rows.group(Text::tr("Returns"));
    rows.equity(
        Text::tr("Profit"), [](const Equity& r) { return gain(r.profit); },
        Text::tr("Equity less deposits, all costs paid."));
    rows.equity(
        Text::tr("Total return"), [](const Equity& r) { return gain(r.totalReturn, percent); },
        Text::tr("From the first point of the equity curve to the last, time-weighted."));
    rows.equity(
        Text::tr("Annual return"), [](const Equity& r) { return gain(r.annualReturn, percent); },
        Text::tr("The compound growth of a year of 365 days."));
    rows.equity(
        Text::tr("Time in the market"),
        [](const Equity& r) { return shown(r.exposure.inMarket, percent); },
        Text::tr("The share of the time with a position."));
    rows.equity(
        Text::tr("Long, average / most"),
        [](const Equity& r) { return weight(r.exposure.longSide); },
        Text::tr("Long exposure by equity; above 100 % is borrowed."));
    rows.equity(
        Text::tr("Short, average / most"),
        [](const Equity& r) { return weight(r.exposure.shortSide); },
        Text::tr("Short exposure by equity."));
}

void addDrawdowns(Rows& rows)
{
    using analytics::Drawdown;
    rows.equity(
        Text::tr("Deepest drawdown"),
        [](const Equity& r) {
            return ofDrawdown(r.deepest, [](const Drawdown& d) { return percent(d.depth); });
        },
        Text::tr("The lowest equity below its last peak, at every bar's close."));
    rows.equity(Text::tr("… from"), [](const Equity& r) {
        return ofDrawdown(r.deepest, [](const Drawdown& d) { return format::date(d.peak); });
    });
    rows.equity(Text::tr("… to"), [](const Equity& r) {
        return ofDrawdown(r.deepest, [](const Drawdown& d) { return format::date(d.trough); });
    });
    rows.equity(Text::tr("… recovered"), [](const Equity& r) {
        return ofDrawdown(r.deepest, [](const Drawdown& d) {
            return d.recovered ? format::date(d.end) : Text::tr("not yet");
        });
    });
    rows.equity(Text::tr("Longest drawdown"), [](const Equity& r) {
        return ofDrawdown(r.longest, [](const Drawdown& d) {
            return duration(std::chrono::duration<double>(d.duration()).count());
        });
    });
    rows.equity(
        Text::tr("Time under water"), [](const Equity& r) { return shown(r.underWater, percent); },
        Text::tr("The share of the time from a peak to the return to it."));
}

void addRisk(Rows& rows)
{
    rows.group(Text::tr("Risk"));
    rows.equity(
        Text::tr("Volatility a year"),
        [](const Equity& r) { return shown(r.ratios.volatility, percent); },
        Text::tr("The standard deviation of daily returns, put to a year of 365 days."));
    rows.equity(
        Text::tr("Sharpe ratio"), [](const Equity& r) { return sharpe(r.ratios); },
        Text::tr("Mean by deviation of daily returns, put to a year, with its standard error: "
                 "closer to zero than twice that says nothing."));
    rows.equity(
        Text::tr("Sortino ratio"), [](const Equity& r) { return gain(r.ratios.sortino, number); },
        Text::tr("As the Sharpe ratio, by the losing days alone."));
    rows.equity(
        Text::tr("Calmar ratio"), [](const Equity& r) { return gain(r.calmar, number); },
        Text::tr("Annual return by the deepest drawdown."));
    addDrawdowns(rows);
}

void addRoundTrips(Rows& rows)
{
    rows.group(Text::tr("Round trips"));
    rows.trades(
        Text::tr("Closed"),
        [](const Trades& r) {
            return Value{format::count(r.sums.roundTrips.count), {}, 0.0};
        },
        Text::tr("From flat to flat or to the other side, by symbol."));
    rows.trades(
        Text::tr("Won"), [](const Trades& r) { return shown(r.winRate, percent); },
        Text::tr("The share that ended above zero, all costs paid."));
    rows.trades(
        Text::tr("Profit factor"), [](const Trades& r) { return shown(r.profitFactor, number); },
        Text::tr("Gains by losses."));
    rows.trades(
        Text::tr("Expectancy"), [](const Trades& r) { return gain(r.expectancy, number); },
        Text::tr("The mean profit of a round trip."));
    rows.trades(Text::tr("Average hold"),
                [](const Trades& r) { return shown(r.averageHold, duration); });
    rows.trades(
        Text::tr("Adverse excursion"),
        [](const Trades& r) { return shown(r.averageAdverse, number); },
        Text::tr("The mean of the furthest each was below zero."));
    rows.trades(
        Text::tr("Favourable excursion"),
        [](const Trades& r) { return shown(r.averageFavourable, number); },
        Text::tr("The mean of the furthest each was above zero."));
    rows.trades(
        Text::tr("Open profit"), [](const Trades& r) { return gain(r.sums.openProfit); },
        Text::tr("Of the open round trips at their marks, costs so far paid."));
}

void addCostsByKind(Rows& rows)
{
    const auto kind = [&rows](const QString& label, core::Money analytics::CostsByKind::*member) {
        rows.trades(label, [member](const Trades& r) { return amount(r.sums.costs.*member); });
    };
    kind(Text::tr("… fees"), &analytics::CostsByKind::fees);
    kind(Text::tr("… opening fees"), &analytics::CostsByKind::openingFees);
    kind(Text::tr("… liquidation fees"), &analytics::CostsByKind::liquidationFees);
    kind(Text::tr("… slippage"), &analytics::CostsByKind::slippage);
    kind(Text::tr("… spread"), &analytics::CostsByKind::spread);
    kind(Text::tr("… borrow interest"), &analytics::CostsByKind::borrowInterest);
    kind(Text::tr("… funding"), &analytics::CostsByKind::funding);
}

void addCosts(Rows& rows)
{
    rows.group(Text::tr("Costs"));
    rows.trades(
        Text::tr("Turnover"), [](const Trades& r) { return amount(r.turnover); },
        Text::tr("Notional bought and sold."));
    rows.trades(Text::tr("All costs"), [](const Trades& r) { return amount(r.sums.costs.all()); });
    addCostsByKind(rows);
    rows.trades(
        Text::tr("Cost of a notional"),
        [](const Trades& r) { return shown(r.costRate, finePercent); },
        Text::tr("What trading cost by turnover."));
    rows.trades(
        Text::tr("Break-even cost"),
        [](const Trades& r) { return shown(r.breakEvenCost, finePercent); },
        Text::tr("The cost of a notional at which the profit would be zero."));
    rows.trades(
        Text::tr("Profit at half the costs"),
        [](const Trades& r) { return gain(r.atHalfTheCosts); },
        Text::tr("The same fills at half of what trading cost."));
    rows.trades(
        Text::tr("Profit at twice"), [](const Trades& r) { return gain(r.atTwiceTheCosts); },
        Text::tr("The same fills at twice of what trading cost."));
    rows.trades(
        Text::tr("Ambiguous fills"),
        [](const Trades& r) {
            return Value{Text::tr("%1 of %2")
                             .arg(format::count(r.sums.ambiguous), format::count(r.sums.fills)),
                         {},
                         0.0};
        },
        Text::tr("Those that depended on which extreme of a bar came first."));
    rows.trades(
        Text::tr("… at stake"), [](const Trades& r) { return amount(r.sums.stake); },
        Text::tr("The differences in closing equity that hung on it."));
    rows.trades(
        Text::tr("Bad debt"), [](const Trades& r) { return amount(r.sums.badDebt); },
        Text::tr("Losses beyond the account, written off."));
}

} // namespace

std::vector<Row> performanceRows()
{
    Rows rows;
    addReturns(rows);
    addRisk(rows);
    addRoundTrips(rows);
    addCosts(rows);
    return rows.take();
}

} // namespace ui::models
