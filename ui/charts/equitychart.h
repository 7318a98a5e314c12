// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/charts/axislayout.h"
#include "ui/charts/chartmapping.h"

#include <QColor>
#include <QWidget>

#include <memory>
#include <vector>

namespace ui::charts {

/// Equity since the start as percentages: a line per strategy, the total thicker, buy-and-hold
/// beside them, and the total's drawdown as a filled area in a band of its own below.
class EquityChart final : public QWidget
{
    Q_OBJECT

public:
    explicit EquityChart(QWidget* parent = nullptr);

    /// Null empties the chart.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 120}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    using Curve = std::shared_ptr<const std::vector<core::engine::CurvePoint>>;
    struct Line
    {
        QString name;
        Curve curve;
        double start = 1.0; ///< Equity at 0 %.
        int series = 0;     ///< A series colour, or one of the negative numbers below.
        double width = 1.2;
    };
    static constexpr int TOTAL = -1;
    static constexpr int BUY_AND_HOLD = -2;

    void layOut();
    void fitRange();
    void placePlot(int labelHeight);
    void paintGrid(QPainter& painter) const;
    void paintDrawdown(QPainter& painter) const;
    void paintLine(QPainter& painter, const Line& line) const;
    void paintTimes(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;
    void paintCursor(QPainter& painter) const;
    [[nodiscard]] QColor colourOf(const Line& line) const;
    [[nodiscard]] double valueAt(const Line& line, core::Timestamp time) const;

    core::engine::SnapshotPtr m_snapshot;
    std::vector<Line> m_lines;
    ChartMapping m_mapping; ///< "Prices" are per cent; the volume band is the drawdown's.
    double m_deepest = 0.0; ///< Fraction, zero or negative.
    std::vector<PriceTick> m_ticks;
    std::vector<TimeTick> m_times;
    double m_cursorX = -1.0;
};

} // namespace ui::charts
