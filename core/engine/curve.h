// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "core/portfolio/equitypoint.h"

#include <algorithm>
#include <span>

namespace core::engine {

/// Thins an equity curve while it grows, see CurvePoint.
class CurveBuilder
{
public:
    /// `equity` in quote units: curves are for looking at, the ledger's money stays exact elsewhere.
    void add(Timestamp time, double equity, double marginLevel)
    {
        equity *= m_scale;
        m_now = equity;
        if (m_room == 0)
            begin(equity);
        --m_room;
        m_last.time = time;
        m_last.equity = equity;
        m_last.equityLow = std::min(m_last.equityLow, equity);
        m_last.equityHigh = std::max(m_last.equityHigh, equity);
        m_last.marginLevel = std::min(m_last.marginLevel, marginLevel);
        if (equity >= m_peak) {
            m_peak = m_low = equity;
        } else if (equity < m_low) {
            m_low = equity;
            m_last.drawdown = std::min(m_last.drawdown, drawdown());
            m_maxDrawdown = std::min(m_maxDrawdown, m_last.drawdown);
        }
    }
    /// The points of an account, in a row.
    void add(std::span<const portfolio::EquityPoint> points);
    /// Money came or went, which is neither profit nor loss: what follows is put on the scale of what was
    /// before. Of an account that had nothing left the curve goes on where the money puts it.
    void flow(double before, double after);
    [[nodiscard]] std::shared_ptr<const std::vector<CurvePoint>> share() const;
    [[nodiscard]] double drawdown() const { return m_now < m_peak ? m_now / m_peak - 1.0 : 0.0; }
    [[nodiscard]] double maxDrawdown() const { return m_maxDrawdown; }

private:
    void begin(double equity);
    void mergePairs();

    std::vector<CurvePoint> m_points; ///< But for the last one.
    CurvePoint m_last;                ///< It is still growing.
    std::int64_t m_stretch = 1;       ///< Additions a point stands for.
    std::int64_t m_room = 0;          ///< Additions the last one still takes.
    bool m_started = false;
    double m_scale = 1.0;
    double m_now = 0.0;
    double m_peak = 0.0;
    double m_low = 0.0; ///< Since the peak, in the last point: what is not below it was no deeper.
    double m_maxDrawdown = 0.0;
};

} // namespace core::engine
