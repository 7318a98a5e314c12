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

/// Lines of a session over its time: round axes, a legend, and the values under the cursor. Who
/// derives from it says what a point of a curve is worth and how that reads.
class CurveChart : public QWidget
{
    Q_OBJECT

public:
    /// What stands under the cursor: the time, then a row per line.
    [[nodiscard]] QStringList readout() const;

protected:
    using Curve = std::shared_ptr<const std::vector<core::engine::CurvePoint>>;
    struct Line
    {
        QString name;
        Curve curve;
        int series = 0; ///< A series colour, or one of the negative numbers below.
        double width = 1.2;
        double start = 1.0; ///< Equity at the beginning.
    };
    static constexpr int TOTAL = -1;
    static constexpr int BUY_AND_HOLD = -2;
    struct Style
    {
        double footShare = 0.0; ///< Of the plot's height, kept for a band below the lines.
        bool legend = true;
        /// A pixel shows the lowest of the points it stands for rather than the first.
        bool lowest = false;
    };

    CurveChart(Style style, QWidget* parent);
    /// Lines without points are left out.
    void setLines(std::vector<Line> lines);
    [[nodiscard]] const std::vector<Line>& lines() const { return m_lines; }
    [[nodiscard]] const ChartMapping& mapping() const { return m_mapping; }
    [[nodiscard]] QColor colourOf(const Line& line) const;

    struct Range
    {
        double low = 0.0;
        double high = 1.0;
    };
    /// The values that the plot spans; asked when there are lines.
    [[nodiscard]] virtual Range range() const = 0;
    /// Where the point lies on the axis; NaN interrupts the line.
    [[nodiscard]] virtual double valueOf(const Line& line,
                                         const core::engine::CurvePoint& point) const = 0;
    /// The label of a round value; empty for none.
    [[nodiscard]] virtual QString axisLabel(double value, int decimals) const = 0;
    /// The exact value of a point, for the row under the cursor.
    [[nodiscard]] virtual QString valueText(const Line& line,
                                            const core::engine::CurvePoint& point) const = 0;
    /// Between the grid and the lines.
    virtual void paintBehind(QPainter& painter) const = 0;

    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void layOut();
    void placePlot(double labelHeight);
    void paintGrid(QPainter& painter) const;
    void paintLine(QPainter& painter, const Line& line) const;
    void paintTimes(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;
    void paintCursor(QPainter& painter) const;
    [[nodiscard]] bool hasTimes() const { return height() > 160; }
    [[nodiscard]] bool hasCursor() const;

    Style m_style;
    std::vector<Line> m_lines;
    ChartMapping m_mapping; ///< Its volume band is the foot.
    std::vector<PriceTick> m_ticks;
    std::vector<TimeTick> m_times;
    double m_cursorX = -1.0;
};

} // namespace ui::charts
