// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/curvechart.h"

namespace ui::charts {

/// The margin level of every account over time, each point the lowest of its stretch, against the
/// call line. A flat account has no level: its line is interrupted. A small position has a level of
/// thousands of per cent, so what is above ceiling() is drawn at the top edge.
class MarginChart final : public CurveChart
{
    Q_OBJECT

public:
    explicit MarginChart(QWidget* parent = nullptr);

    /// Null empties the chart.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    /// The level that the scale ends at: this many of the highest call level.
    static constexpr double FULL_SCALE = 4.0;
    [[nodiscard]] double ceiling() const;
    /// Why there is no line; empty when there is one.
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {180, 130}; }

protected:
    [[nodiscard]] Range range() const override;
    [[nodiscard]] double valueOf(const Line& line,
                                 const core::engine::CurvePoint& point) const override;
    [[nodiscard]] QString axisLabel(double value, int decimals) const override;
    [[nodiscard]] QString valueText(const Line& line,
                                    const core::engine::CurvePoint& point) const override;
    void paintBehind(QPainter& painter) const override;
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> m_calls; ///< The accounts' call levels, ascending, each once.
    bool m_begun = false;
    bool m_everHeld = false;
};

} // namespace ui::charts
