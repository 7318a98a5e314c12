// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/drawdown.h"
#include "core/analytics/exposure.h"
#include "core/analytics/ratios.h"

#include <span>

namespace core::analytics {

/// What an equity curve says, as of its last point.
struct EquityReport
{
    Timestamp from; ///< The first point.
    Timestamp to;   ///< The last point.
    Money deposits; ///< Deposits less withdrawals, the starting capital included.
    Money equity;
    Money profit; ///< Equity less deposits.
    std::int64_t wholeDays = 0;
    std::optional<Timestamp> goneSince; ///< Equity was zero or below: no return from there on.
    Metric totalReturn;  ///< From the first point to the last, net of deposits; 0.1 is 10 %.
    Metric annualReturn; ///< See annualReturn().
    Ratios ratios;       ///< Of the whole days.
    Metric calmar;
    std::optional<Drawdown> deepest; ///< None: equity never fell below its peak.
    std::optional<Drawdown> longest;
    Metric underWater; ///< Share of the time from a peak to the return to it.
    Exposure exposure; ///< Not measured of a curve without.
    ChunkedLog<DailyReturn> days;
};

/// Measures an equity curve while it grows, at a handful of nanoseconds a point; keeps one number a
/// day.
class EquityMeter
{
public:
    /// Takes money in (positive) or out, right after the last point; before the first one it is the
    /// starting capital.
    void flow(Timestamp time, Money amount);
    void point(const portfolio::EquityPoint& point)
    {
        m_exposure.point(point);
        this->point(point.time, point.equity);
    }
    /// Points in a row, faster than one by one.
    void points(std::span<const portfolio::EquityPoint> points);
    /// A point of a curve whose exposure is not measured.
    void point(Timestamp time, Money equity)
    {
        if (!m_started) [[unlikely]]
            begin(time);
        m_days.point(time, equity);
        m_drawdown.point(time, equity);
        m_time = time;
        m_equity = equity;
    }
    [[nodiscard]] EquityReport report() const;

private:
    void begin(Timestamp time);

    DailyReturns m_days;
    DrawdownMeter m_drawdown;
    ExposureMeter m_exposure;
    bool m_started = false;
    Timestamp m_from;
    Timestamp m_time;
    Money m_equity;
    Money m_deposits;
};

} // namespace core::analytics
