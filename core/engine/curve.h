// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

namespace core::engine {

/// Thins an equity curve while it grows, see CurvePoint.
class CurveBuilder
{
public:
    /// `equity` in quote units: curves are for looking at, the ledger's money stays exact elsewhere.
    void add(Timestamp time, double equity, double marginLevel);
    /// Money came or went, which is neither profit nor loss: what follows is put on the scale of what was
    /// before. Of an account that had nothing left the curve goes on where the money puts it.
    void flow(double before, double after);
    [[nodiscard]] std::shared_ptr<const std::vector<CurvePoint>> share() const;
    [[nodiscard]] double drawdown() const { return m_drawdown; }
    [[nodiscard]] double maxDrawdown() const { return m_maxDrawdown; }

private:
    void mergePairs();

    std::vector<CurvePoint> m_points; ///< The last one is still growing.
    std::int64_t m_stretch = 1;       ///< Additions a point stands for.
    std::int64_t m_inLast = 0;
    double m_scale = 1.0;
    double m_peak = 0.0;
    double m_drawdown = 0.0;
    double m_maxDrawdown = 0.0;
};

} // namespace core::engine
