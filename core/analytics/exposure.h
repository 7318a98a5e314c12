// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/metric.h"
#include "core/portfolio/equitypoint.h"

namespace core::analytics {

/// What one side of the market weighed against equity: 1 is all of it, more is borrowed.
struct Weight
{
    Metric average; ///< Of exposure / equity over time, while equity is above zero.
    Metric most;    ///< At any point of the curve.
};

/// How much was in the market, and for how long.
struct Exposure
{
    Metric inMarket; ///< Share of the time with a position.
    Weight longSide;
    Weight shortSide;
    Metric averageEquity; ///< Over time, in quote units.
};

/// Weighs exposure along an equity curve. The time between two points counts as the earlier one, so
/// that a position weighs over a gap, and what was opened and closed between two points is not
/// seen.
class ExposureMeter
{
public:
    void point(const portfolio::EquityPoint& point)
    {
        const bool same = point.equity == m_equity && point.longExposure == m_long &&
                          point.shortExposure == m_short;
        if (!same || !m_started)
            change(point.time, point.equity, point.longExposure, point.shortExposure);
        m_time = point.time;
    }
    /// Takes money in or out, right after the last point.
    void flow(Money amount);
    [[nodiscard]] Exposure exposure() const;

private:
    /// What holds from one point to the next, as doubles of counts.
    struct Level
    {
        double equity = 0.0;
        double defined = 0.0; ///< 1 where equity is above zero.
        double longWeight = 0.0;
        double shortWeight = 0.0;
        bool inMarket = false;
    };
    /// Its integral over time, in nanoseconds.
    struct Integral
    {
        double equity = 0.0;
        double defined = 0.0;
        double longWeight = 0.0;
        double shortWeight = 0.0;
        Nanoseconds inMarket{0};
        void add(const Level& level, Nanoseconds passed)
        {
            const auto time = static_cast<double>(passed.count());
            equity += time * level.equity;
            defined += time * level.defined;
            longWeight += time * level.longWeight;
            shortWeight += time * level.shortWeight;
            inMarket += level.inMarket ? passed : Nanoseconds(0);
        }
    };

    /// Takes values: a point that was just written is slow to copy as a whole.
    void change(Timestamp time, Money equity, Money longSide, Money shortSide);

    Timestamp m_time; ///< Of the last point, as what follows.
    Money m_equity;
    Money m_long;
    Money m_short;
    bool m_started = false;
    Timestamp m_from;
    Timestamp m_since;   ///< The first point like the last one.
    Level m_level;       ///< Since then.
    Integral m_integral; ///< Until then.
    double m_mostLong = 0.0;
    double m_mostShort = 0.0;
};

} // namespace core::analytics
