// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curvechart.h"

#include "ui/charts/layers.h"
#include "ui/charts/readoutbox.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace ui::charts {
namespace {

constexpr double LEGEND_HEIGHT = 24.0;
constexpr double INSET = 12.0;
constexpr double TOP = 6.0;
constexpr double SWATCH = 16.0;

/// The point of the stretch that `time` falls into; the curve has points.
const core::engine::CurvePoint& pointAt(const std::vector<core::engine::CurvePoint>& curve,
                                        core::Timestamp time)
{
    const auto next =
        std::lower_bound(curve.begin(), curve.end(), time,
                         [](const auto& point, core::Timestamp t) { return point.time < t; });
    return next == curve.end() ? curve.back() : *next;
}

void drawRun(QPainter& painter, QPolygonF& points)
{
    if (points.size() > 1) {
        painter.drawPolyline(points);
    } else if (!points.isEmpty()) {
        // A position within one stretch is a dot, not nothing.
        const QPointF side(1.0, 0.0);
        painter.drawLine(points.constFirst() - side, points.constFirst() + side);
    }
    points.clear();
}

} // namespace

CurveChart::CurveChart(Style style, QWidget* parent) : QWidget(parent), m_style(style)
{
    setMouseTracking(true);
    connect(&themeManager(), &ThemeManager::themeChanged, this, qOverload<>(&QWidget::update));
}

void CurveChart::setLines(std::vector<Line> lines)
{
    m_lines = std::move(lines);
    std::erase_if(m_lines, [](const Line& line) { return !line.curve || line.curve->empty(); });
    update();
}

QColor CurveChart::colourOf(const Line& line) const
{
    if (line.series == TOTAL)
        return theme().text;
    return line.series == BUY_AND_HOLD
               ? theme().dim
               : theme().seriesColour(static_cast<std::size_t>(line.series));
}

void CurveChart::placePlot(double labelHeight)
{
    const QFontMetricsF metrics(figureFont(LABEL_PIXELS));
    const double axis = 20.0 + std::max(metrics.horizontalAdvance(axisLabel(m_mapping.low, 1)),
                                        metrics.horizontalAdvance(axisLabel(m_mapping.high, 1)));
    const double below =
        (hasTimes() ? labelHeight + 4.0 : 0.0) + (m_style.legend ? LEGEND_HEIGHT : 0.0);
    m_mapping.plot = QRectF(INSET, TOP, width() - INSET - axis, height() - TOP - below);
    m_mapping.volume = m_mapping.plot;
    m_mapping.volume.setTop(m_mapping.plot.bottom() - m_mapping.plot.height() * m_style.footShare);
    m_mapping.priceBottom = m_mapping.volume.top() - (m_style.footShare > 0.0 ? TOP : 0.0);
}

void CurveChart::layOut()
{
    m_mapping.from = m_lines.front().curve->front().time;
    m_mapping.to = m_lines.front().curve->back().time;
    for (const Line& line : m_lines) {
        m_mapping.from = std::min(m_mapping.from, line.curve->front().time);
        m_mapping.to = std::max(m_mapping.to, line.curve->back().time);
    }
    if (m_mapping.to <= m_mapping.from)
        m_mapping.to = m_mapping.from + std::chrono::minutes(1);
    const Range values = range();
    m_mapping.low = values.low;
    m_mapping.high = values.high;
    const QFontMetricsF metrics(figureFont(LABEL_PIXELS));
    placePlot(metrics.height());
    m_ticks = priceTicks(m_mapping, metrics.height());
    m_times.clear();
    if (hasTimes())
        m_times = timeTicks(m_mapping,
                            [&](const QString& text) { return metrics.horizontalAdvance(text); });
}

void CurveChart::paintGrid(QPainter& painter) const
{
    painter.setFont(figureFont(LABEL_PIXELS));
    const double step = m_ticks.size() > 1 ? m_ticks[1].price - m_ticks[0].price : 1.0;
    for (const PriceTick& tick : m_ticks) {
        const bool zero = std::abs(tick.price) < step / 100.0;
        drawDashes(&painter, m_mapping.plot.left(), tick.y, m_mapping.plot.width(), Qt::Horizontal,
                   zero ? theme().faint : theme().line);
        painter.setPen(theme().dim);
        painter.drawText(QRectF(m_mapping.plot.right(), tick.y - 10.0,
                                width() - m_mapping.plot.right() - 10.0, 20.0),
                         Qt::AlignRight | Qt::AlignVCenter,
                         axisLabel(tick.price, stepDecimals(step)));
    }
}

void CurveChart::paintLine(QPainter& painter, const Line& line) const
{
    painter.setPen(QPen(colourOf(line), line.width,
                        line.series == BUY_AND_HOLD ? Qt::DotLine : Qt::SolidLine));
    QPolygonF run;
    run.reserve(static_cast<qsizetype>(line.curve->size()));
    for (const auto& point : *line.curve) {
        const double value = valueOf(line, point);
        if (std::isnan(value)) {
            drawRun(painter, run);
            continue;
        }
        const QPointF at(m_mapping.x(point.time), m_mapping.y(value));
        // One point a pixel is all that can be seen.
        if (run.isEmpty() || at.x() - run.constLast().x() >= 1.0)
            run.append(at);
        else if (m_style.lowest)
            run.last().setY(std::max(run.constLast().y(), at.y()));
    }
    drawRun(painter, run);
}

void CurveChart::paintTimes(QPainter& painter) const
{
    painter.setFont(figureFont(LABEL_PIXELS));
    for (const TimeTick& tick : m_times) {
        painter.setPen(tick.boundary ? theme().text : theme().dim);
        painter.drawText(QRectF(tick.left - 2.0, m_mapping.plot.bottom() + 2.0,
                                tick.right - tick.left + 4.0, 18.0),
                         Qt::AlignCenter, tick.label);
    }
}

void CurveChart::paintLegend(QPainter& painter) const
{
    painter.setFont(textFont(LABEL_PIXELS));
    const QFontMetricsF metrics(painter.font());
    double x = INSET;
    const double y = height() - LEGEND_HEIGHT / 2;
    // The total first, as it is the line to look at first.
    for (auto line = m_lines.rbegin(); line != m_lines.rend(); ++line) {
        const double advance = SWATCH + 6.0 + metrics.horizontalAdvance(line->name);
        if (x + advance > width() - INSET) {
            painter.setPen(theme().dim);
            painter.drawText(QPointF(x, y + 4.0), QString(QChar(u'\u2026')));
            return;
        }
        painter.setPen(QPen(colourOf(*line), line->width + 0.5,
                            line->series == BUY_AND_HOLD ? Qt::DotLine : Qt::SolidLine));
        painter.drawLine(QPointF(x, y), QPointF(x + SWATCH, y));
        painter.setPen(theme().dim);
        painter.drawText(QPointF(x + SWATCH + 6.0, y + 4.0), line->name);
        x += advance + 20.0;
    }
}

bool CurveChart::hasCursor() const
{
    return !m_lines.empty() && m_cursorX >= m_mapping.plot.left() &&
           m_cursorX <= m_mapping.plot.right();
}

QStringList CurveChart::readout() const
{
    if (!hasCursor())
        return {};
    const core::Timestamp time = m_mapping.timeAt(m_cursorX);
    QStringList rows = {format::dayTime(time)};
    for (auto line = m_lines.rbegin(); line != m_lines.rend(); ++line)
        rows.append(valueText(*line, pointAt(*line->curve, time)) + QStringLiteral("  ") +
                    line->name);
    return rows;
}

void CurveChart::paintCursor(QPainter& painter) const
{
    const QStringList texts = readout();
    if (texts.isEmpty())
        return;
    painter.fillRect(QRectF(m_cursorX, m_mapping.plot.top(), 1.0, m_mapping.plot.height()),
                     theme().faint);
    std::vector<ReadoutRow> rows = {{texts.front(), theme().dim}};
    for (qsizetype i = 1; i < texts.size(); ++i)
        rows.push_back({texts[i], colourOf(m_lines[m_lines.size() - static_cast<std::size_t>(i)])});
    drawReadout(painter, m_mapping.plot, m_cursorX, rows);
}

void CurveChart::paintEvent(QPaintEvent*)
{
    if (m_lines.empty())
        return;
    QPainter painter(this);
    layOut();
    paintGrid(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBehind(painter);
    for (const Line& line : m_lines)
        paintLine(painter, line);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintTimes(painter);
    if (m_style.legend)
        paintLegend(painter);
    paintCursor(painter);
}

void CurveChart::mouseMoveEvent(QMouseEvent* event)
{
    m_cursorX = std::floor(event->position().x());
    update();
}

void CurveChart::leaveEvent(QEvent* event)
{
    m_cursorX = -1.0;
    update();
    QWidget::leaveEvent(event);
}

} // namespace ui::charts
