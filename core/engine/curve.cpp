// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/curve.h"

#include <algorithm>

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

} // namespace

void CurveBuilder::add(Timestamp time, double equity, double marginLevel)
{
    equity *= m_scale;
    m_peak = std::max(m_peak, equity);
    m_drawdown = equity < m_peak ? equity / m_peak - 1.0 : 0.0;
    m_maxDrawdown = std::min(m_maxDrawdown, m_drawdown);
    if (m_inLast > 0 && m_inLast < m_stretch) {
        CurvePoint& last = m_points.back();
        last.time = time;
        last.equity = equity;
        last.equityLow = std::min(last.equityLow, equity);
        last.equityHigh = std::max(last.equityHigh, equity);
        last.drawdown = std::min(last.drawdown, m_drawdown);
        last.marginLevel = std::min(last.marginLevel, marginLevel);
        ++m_inLast;
        return;
    }
    if (m_points.size() == MAX_CURVE_POINTS)
        mergePairs();
    m_points.push_back({time, equity, equity, equity, m_drawdown, marginLevel});
    m_inLast = 1;
}

void CurveBuilder::flow(double before, double after)
{
    if (before > 0.0 && after > 0.0) {
        m_scale *= before / after;
        return;
    }
    m_peak = after * m_scale;
    m_drawdown = 0.0;
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
    return std::make_shared<const std::vector<CurvePoint>>(m_points);
}

} // namespace core::engine
