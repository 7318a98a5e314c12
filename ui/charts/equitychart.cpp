// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/equitychart.h"

#include "ui/charts/layers.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace ui::charts {
namespace {

constexpr double DRAWDOWN_SHARE = 0.2;

} // namespace

EquityChart::EquityChart(QWidget* parent) : CurveChart({.footShare = DRAWDOWN_SHARE}, parent)
{
    setAccessibleName(tr("Equity chart"));
}

void EquityChart::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    std::vector<Line> all;
    m_total.reset();
    m_deepest = 0.0;
    if (snapshot) {
        const double start = snapshot->total.openingCash.toDouble();
        all.push_back({tr("buy and hold"), snapshot->buyAndHold, BUY_AND_HOLD, 1.2, start});
        for (std::size_t i = 0; i < snapshot->accounts.size(); ++i) {
            const auto& account = snapshot->accounts[i];
            all.push_back({QString::fromStdString(account.strategy), account.curve,
                           static_cast<int>(i), 1.2, account.openingCash.toDouble()});
        }
        all.push_back({tr("Total"), snapshot->total.curve, TOTAL, 2.0, start});
        m_total = snapshot->total.curve;
    }
    if (m_total)
        for (const auto& point : *m_total)
            m_deepest = std::min(m_deepest, point.drawdown);
    setLines(std::move(all));
}

CurveChart::Range EquityChart::range() const
{
    double low = 0.0;
    double high = 0.0;
    for (const Line& line : lines()) {
        for (const auto& point : *line.curve) {
            low = std::min(low, point.equityLow / line.start - 1.0);
            high = std::max(high, point.equityHigh / line.start - 1.0);
        }
    }
    const double padding = std::max((high - low) * 0.08, 0.0005);
    return {(low - padding) * 100.0, (high + padding) * 100.0};
}

double EquityChart::valueOf(const Line& line, const core::engine::CurvePoint& point) const
{
    return (point.equity / line.start - 1.0) * 100.0;
}

QString EquityChart::axisLabel(double value, int decimals) const
{
    return format::percent(value / 100.0, decimals);
}

QString EquityChart::valueText(const Line& line, const core::engine::CurvePoint& point) const
{
    return format::percent(point.equity / line.start - 1.0);
}

void EquityChart::paintBehind(QPainter& painter) const
{
    if (!m_total || m_total->empty() || m_deepest >= 0.0)
        return;
    const QRectF& band = mapping().volume;
    QPolygonF area;
    area.append({mapping().x(m_total->front().time), band.top()});
    for (const auto& point : *m_total)
        area.append(
            {mapping().x(point.time), band.top() + band.height() * point.drawdown / m_deepest});
    area.append({mapping().x(m_total->back().time), band.top()});
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(theme().panel, theme().bad, 0.32));
    painter.drawPolygon(area);
    painter.setPen(theme().bad);
    painter.setFont(figureFont(LABEL_PIXELS));
    painter.drawText(
        QRectF(band.right(), band.bottom() - 16.0, width() - band.right() - 10.0, 16.0),
        Qt::AlignRight | Qt::AlignBottom, format::percent(m_deepest, 1));
}

} // namespace ui::charts
