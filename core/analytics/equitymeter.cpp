// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/equitymeter.h"

#include "core/analytics/saturated.h"

namespace core::analytics {

void EquityMeter::begin(Timestamp time)
{
    m_started = true;
    m_from = time;
}

void EquityMeter::flow(Timestamp time, Money amount)
{
    m_deposits = plus(m_deposits, amount);
    if (!m_started)
        return;
    m_days.flow(time, amount);
    m_drawdown.flow(amount);
    m_exposure.flow(amount);
    m_equity = plus(m_equity, amount);
}

void EquityMeter::points(std::span<const portfolio::EquityPoint> points)
{
    if (points.empty())
        return;
    if (!m_started)
        begin(points.front().time);
    // Measure by measure, so that each one's figures stay in registers.
    for (const portfolio::EquityPoint& point : points)
        m_exposure.point(point);
    for (const portfolio::EquityPoint& point : points)
        m_days.point(point.time, point.equity);
    for (const portfolio::EquityPoint& point : points)
        m_drawdown.point(point.time, point.equity);
    m_time = points.back().time;
    m_equity = points.back().equity;
}

EquityReport EquityMeter::report() const
{
    EquityReport report;
    report.deposits = m_deposits;
    if (!m_started)
        return report;
    report.from = m_from;
    report.to = m_time;
    report.equity = m_equity;
    report.profit = minus(m_equity, m_deposits);
    report.goneSince = m_days.goneSince();
    report.days = m_days.days().share();
    report.wholeDays = static_cast<std::int64_t>(m_days.days().size());
    report.deepest = m_drawdown.deepest();
    report.longest = m_drawdown.longest();
    report.exposure = m_exposure.exposure();
    const std::chrono::duration<double> passed = m_time - m_from;
    const std::chrono::duration<double> below = m_drawdown.timeUnderWater();
    report.underWater = Missing::NoTime;
    if (passed.count() > 0.0)
        report.underWater = below / passed;
    if (report.goneSince) {
        const Metric gone = Missing::EquityGone;
        report.totalReturn = report.annualReturn = report.calmar = gone;
        report.ratios = {gone, gone, gone, gone};
        return report;
    }
    report.totalReturn = m_days.growth() - 1.0;
    report.annualReturn = annualReturn(m_days.growth(), m_time - m_from);
    report.ratios = ratiosOf(m_days.days());
    report.calmar = calmar(report.annualReturn, report.deepest ? report.deepest->depth : 0.0);
    return report;
}

} // namespace core::analytics
