// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

namespace core::engine {

/// Thins an equity curve while it grows, see CurvePoint.
class CurveBuilder
{
public:
    void add(Timestamp time, Money equity, double marginLevel);
    [[nodiscard]] std::shared_ptr<const std::vector<CurvePoint>> share() const;
    [[nodiscard]] double drawdown() const { return m_drawdown; }
    [[nodiscard]] double maxDrawdown() const { return m_maxDrawdown; }

private:
    void mergePairs();

    std::vector<CurvePoint> m_points; ///< The last one is still growing.
    std::int64_t m_stretch = 1;       ///< Additions a point stands for.
    std::int64_t m_inLast = 0;
    Money m_peak;
    double m_drawdown = 0.0;
    double m_maxDrawdown = 0.0;
};

} // namespace core::engine
