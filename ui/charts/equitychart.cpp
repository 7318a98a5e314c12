// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/equitychart.h"

#include "ui/charts/layers.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace ui::charts {
namespace {

constexpr double DRAWDOWN_SHARE = 0.2;
constexpr double LEGEND_HEIGHT = 24.0;
constexpr double INSET = 12.0;
constexpr double SWATCH = 16.0;

QString percentLabel(double percent, int decimals)
{
    return format::percent(percent / 100.0, decimals, format::Sign::Always);
}

} // namespace

EquityChart::EquityChart(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Equity chart"));
    connect(&themeManager(), &ThemeManager::themeChanged, this, qOverload<>(&QWidget::update));
}

void EquityChart::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    m_lines.clear();
    if (snapshot) {
        if (snapshot->buyAndHold && !snapshot->buyAndHold->empty())
            m_lines.push_back({tr("buy and hold"), snapshot->buyAndHold,
                               snapshot->total.startCash.toDouble(), BUY_AND_HOLD, 1.2});
        for (std::size_t i = 0; i < snapshot->accounts.size(); ++i) {
            const auto& account = snapshot->accounts[i];
            m_lines.push_back({QString::fromStdString(account.strategy), account.curve,
                               account.startCash.toDouble(), static_cast<int>(i), 1.2});
        }
        m_lines.push_back(
            {tr("Total"), snapshot->total.curve, snapshot->total.startCash.toDouble(), TOTAL, 2.0});
    }
    std::erase_if(m_lines, [](const Line& line) { return !line.curve || line.curve->empty(); });
    update();
}

QColor EquityChart::colourOf(const Line& line) const
{
    if (line.series == TOTAL)
        return theme().text;
    return line.series == BUY_AND_HOLD
               ? theme().dim
               : theme().seriesColour(static_cast<std::size_t>(line.series));
}

void EquityChart::fitRange()
{
    double low = 0.0;
    double high = 0.0;
    m_mapping.from = m_lines.front().curve->front().time;
    m_mapping.to = m_lines.front().curve->back().time;
    for (const Line& line : m_lines) {
        m_mapping.from = std::min(m_mapping.from, line.curve->front().time);
        m_mapping.to = std::max(m_mapping.to, line.curve->back().time);
        for (const auto& point : *line.curve) {
            low = std::min(low, point.equityLow / line.start - 1.0);
            high = std::max(high, point.equityHigh / line.start - 1.0);
        }
    }
    if (m_mapping.to <= m_mapping.from)
        m_mapping.to = m_mapping.from + std::chrono::minutes(1);
    const double padding = std::max((high - low) * 0.08, 0.0005);
    m_mapping.low = (low - padding) * 100.0;
    m_mapping.high = (high + padding) * 100.0;
    m_deepest = 0.0;
    if (m_snapshot->total.curve)
        for (const auto& point : *m_snapshot->total.curve)
            m_deepest = std::min(m_deepest, point.drawdown);
}

void EquityChart::placePlot(int labelHeight)
{
    const QFontMetricsF metrics(figureFont(LABEL_PIXELS));
    const double axis = 20.0 + std::max(metrics.horizontalAdvance(percentLabel(m_mapping.low, 1)),
                                        metrics.horizontalAdvance(percentLabel(m_mapping.high, 1)));
    const double times = height() > 160 ? labelHeight + 4.0 : 0.0;
    m_mapping.plot =
        QRectF(INSET, 6.0, width() - INSET - axis, height() - 6.0 - LEGEND_HEIGHT - times);
    m_mapping.volume = m_mapping.plot;
    m_mapping.volume.setTop(m_mapping.plot.bottom() - m_mapping.plot.height() * DRAWDOWN_SHARE);
    m_mapping.priceBottom = m_mapping.volume.top() - 6.0;
}

void EquityChart::layOut()
{
    fitRange();
    const QFontMetricsF metrics(figureFont(LABEL_PIXELS));
    placePlot(static_cast<int>(metrics.height()));
    m_ticks = priceTicks(m_mapping, metrics.height());
    m_times.clear();
    if (height() > 160)
        m_times = timeTicks(m_mapping,
                            [&](const QString& text) { return metrics.horizontalAdvance(text); });
}

void EquityChart::paintGrid(QPainter& painter) const
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
                         percentLabel(tick.price, stepDecimals(step)));
    }
}

void EquityChart::paintDrawdown(QPainter& painter) const
{
    const auto& curve = m_snapshot->total.curve;
    if (!curve || curve->empty() || m_deepest >= 0.0)
        return;
    const QRectF& band = m_mapping.volume;
    QPolygonF area;
    area.append({m_mapping.x(curve->front().time), band.top()});
    for (const auto& point : *curve)
        area.append(
            {m_mapping.x(point.time), band.top() + band.height() * point.drawdown / m_deepest});
    area.append({m_mapping.x(curve->back().time), band.top()});
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(theme().panel, theme().bad, 0.32));
    painter.drawPolygon(area);
    painter.setPen(theme().bad);
    painter.setFont(figureFont(LABEL_PIXELS));
    painter.drawText(
        QRectF(band.right(), band.bottom() - 16.0, width() - band.right() - 10.0, 16.0),
        Qt::AlignRight | Qt::AlignBottom, format::percent(m_deepest, 1));
}

void EquityChart::paintLine(QPainter& painter, const Line& line) const
{
    QPolygonF points;
    points.reserve(static_cast<qsizetype>(line.curve->size()));
    for (const auto& point : *line.curve) {
        const double x = m_mapping.x(point.time);
        // One point a pixel is all that can be seen.
        if (points.isEmpty() || x - points.constLast().x() >= 1.0)
            points.append({x, m_mapping.y((point.equity / line.start - 1.0) * 100.0)});
    }
    painter.setPen(QPen(colourOf(line), line.width,
                        line.series == BUY_AND_HOLD ? Qt::DotLine : Qt::SolidLine));
    painter.drawPolyline(points);
}

void EquityChart::paintTimes(QPainter& painter) const
{
    painter.setFont(figureFont(LABEL_PIXELS));
    for (const TimeTick& tick : m_times) {
        painter.setPen(tick.boundary ? theme().text : theme().dim);
        painter.drawText(QRectF(tick.left - 2.0, m_mapping.plot.bottom() + 2.0,
                                tick.right - tick.left + 4.0, 18.0),
                         Qt::AlignCenter, tick.label);
    }
}

void EquityChart::paintLegend(QPainter& painter) const
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

double EquityChart::valueAt(const Line& line, core::Timestamp time) const
{
    const auto next =
        std::lower_bound(line.curve->begin(), line.curve->end(), time,
                         [](const auto& point, core::Timestamp t) { return point.time < t; });
    const auto& point = next == line.curve->end() ? line.curve->back() : *next;
    return point.equity / line.start - 1.0;
}

void EquityChart::paintCursor(QPainter& painter) const
{
    if (m_cursorX < m_mapping.plot.left() || m_cursorX > m_mapping.plot.right())
        return;
    painter.fillRect(QRectF(m_cursorX, m_mapping.plot.top(), 1.0, m_mapping.plot.height()),
                     theme().faint);
    const core::Timestamp time = m_mapping.timeAt(m_cursorX);
    painter.setFont(figureFont(LABEL_PIXELS));
    const QFontMetricsF metrics(painter.font());
    std::vector<std::pair<QString, QColor>> rows = {{format::dayTime(time), theme().dim}};
    for (auto line = m_lines.rbegin(); line != m_lines.rend(); ++line)
        rows.emplace_back(format::percent(valueAt(*line, time)) + QStringLiteral("  ") + line->name,
                          colourOf(*line));
    double widest = 0.0;
    for (const auto& row : rows)
        widest = std::max(widest, metrics.horizontalAdvance(row.first));
    QRectF box(m_cursorX + 8.0, m_mapping.plot.top() + 4.0, widest + 16.0,
               metrics.height() * static_cast<double>(rows.size()) + 8.0);
    if (box.right() > m_mapping.plot.right())
        box.moveRight(m_cursorX - 8.0);
    painter.setPen(theme().line);
    painter.setBrush(theme().panelRaised);
    painter.drawRoundedRect(box, 4.0, 4.0);
    double y = box.top() + 4.0 + metrics.ascent();
    for (const auto& [text, colour] : rows) {
        painter.setPen(colour);
        painter.drawText(QPointF(box.left() + 8.0, y), text);
        y += metrics.height();
    }
}

void EquityChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_lines.empty())
        return;
    layOut();
    paintGrid(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintDrawdown(painter);
    for (const Line& line : m_lines)
        paintLine(painter, line);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintTimes(painter);
    paintLegend(painter);
    paintCursor(painter);
}

void EquityChart::mouseMoveEvent(QMouseEvent* event)
{
    m_cursorX = std::floor(event->position().x());
    update();
}

void EquityChart::leaveEvent(QEvent* event)
{
    m_cursorX = -1.0;
    update();
    QWidget::leaveEvent(event);
}

} // namespace ui::charts
