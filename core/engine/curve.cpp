// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/curve.h"

#include <algorithm>
#include <limits>

namespace core::engine {

namespace {

CurvePoint merged(const CurvePoint& earlier, const CurvePoint& later)
{
    return {later.time,
            later.equity,
            std::min(earlier.equityLow, later.equityLow),
            std::max(earlier.equityHigh, later.equityHigh),
            std::min(earlier.drawdown, later.drawdown),
            std::min(earlier.marginLevel, later.marginLevel)};
}

double count(Money amount)
{
    return static_cast<double>(amount.count());
}

} // namespace

void CurveBuilder::add(std::span<const portfolio::EquityPoint> points)
{
    for (const portfolio::EquityPoint& point : points) {
        double level = std::numeric_limits<double>::infinity();
        if (const double exposure = count(point.longExposure) + count(point.shortExposure); exposure > 0.0)
            level = count(point.equity) / exposure;
        add(point.time, point.equity.toDouble(), level);
    }
}

void CurveBuilder::begin(double equity)
{
    if (m_started)
        m_points.push_back(m_last);
    m_started = true;
    if (m_points.size() == MAX_CURVE_POINTS)
        mergePairs();
    m_last = {{}, equity, equity, equity, 0.0, std::numeric_limits<double>::infinity()};
    m_low = std::numeric_limits<double>::infinity();
    m_room = m_stretch;
}

void CurveBuilder::flow(double before, double after)
{
    if (before > 0.0 && after > 0.0) {
        m_scale *= before / after;
        return;
    }
    m_now = m_peak = m_low = after * m_scale;
}

void CurveBuilder::mergePairs()
{
    for (std::size_t i = 0; i < m_points.size() / 2; ++i)
        m_points[i] = merged(m_points[2 * i], m_points[2 * i + 1]);
    m_points.resize(m_points.size() / 2);
    m_stretch *= 2;
}

std::shared_ptr<const std::vector<CurvePoint>> CurveBuilder::share() const
{
    auto points = std::make_shared<std::vector<CurvePoint>>();
    points->reserve(m_points.size() + 1);
    *points = m_points;
    if (m_started)
        points->push_back(m_last);
    return points;
}

} // namespace core::engine
