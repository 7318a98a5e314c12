// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/curvechart.h"

namespace ui::charts {

/// Equity since the start as percentages: a line per strategy, the total thicker, buy-and-hold
/// beside them, and the total's drawdown as a filled area in a band of its own below.
class EquityChart final : public CurveChart
{
    Q_OBJECT

public:
    explicit EquityChart(QWidget* parent = nullptr);

    /// Null empties the chart.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 120}; }

protected:
    [[nodiscard]] Range range() const override;
    [[nodiscard]] double valueOf(const Line& line,
                                 const core::engine::CurvePoint& point) const override;
    [[nodiscard]] QString axisLabel(double value, int decimals) const override;
    [[nodiscard]] QString valueText(const Line& line,
                                    const core::engine::CurvePoint& point) const override;
    void paintBehind(QPainter& painter) const override;

private:
    Curve m_total;
    double m_deepest = 0.0; ///< Fraction, zero or negative.
};

} // namespace ui::charts
