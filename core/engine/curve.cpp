// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/curve.h"

#include <algorithm>

namespace core::engine {

namespace {

void widen(CurvePoint& point, const CurvePoint& later)
{
    point.time = later.time;
    point.equity = later.equity;
    point.equityLow = std::min(point.equityLow, later.equityLow);
    point.equityHigh = std::max(point.equityHigh, later.equityHigh);
    point.drawdown = std::min(point.drawdown, later.drawdown);
    point.marginLevel = std::min(point.marginLevel, later.marginLevel);
}

} // namespace

void CurveBuilder::add(Timestamp time, double equity, double marginLevel)
{
    m_peak = std::max(m_peak, equity);
    m_drawdown = equity < m_peak ? equity / m_peak - 1.0 : 0.0;
    m_maxDrawdown = std::min(m_maxDrawdown, m_drawdown);
    const CurvePoint point{time, equity, equity, equity, m_drawdown, marginLevel};
    if (m_inLast > 0 && m_inLast < m_stretch) {
        widen(m_points.back(), point);
        ++m_inLast;
        return;
    }
    if (m_points.size() == MAX_CURVE_POINTS)
        mergePairs();
    m_points.push_back(point);
    m_inLast = 1;
}

void CurveBuilder::mergePairs()
{
    for (std::size_t i = 0; i < m_points.size() / 2; ++i) {
        CurvePoint merged = m_points[2 * i];
        widen(merged, m_points[2 * i + 1]);
        m_points[i] = merged;
    }
    m_points.resize(m_points.size() / 2);
    m_stretch *= 2;
}

std::shared_ptr<const std::vector<CurvePoint>> CurveBuilder::share() const
{
    return std::make_shared<const std::vector<CurvePoint>>(m_points);
}

} // namespace core::engine
