// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/marginchart.h"

#include "ui/format.h"
#include "ui/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ui::charts {
namespace {

/// Room above and below the scale, so that a line at its end is seen whole and the zero is labelled.
constexpr double ROOM = 0.06;

QString levelText(double level)
{
    return std::isfinite(level) ? format::percent(level, 0, format::Sign::Minus)
                                : MarginChart::tr("flat");
}

} // namespace

MarginChart::MarginChart(QWidget* parent)
    : CurveChart({.legend = false, .lowest = true}, parent)
{
    setAccessibleName(tr("Margin level over time"));
    setSnapshot({});
}

void MarginChart::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    std::vector<Line> all;
    m_calls.clear();
    m_begun = snapshot && snapshot->barsDone > 0;
    m_everHeld = false;
    if (snapshot)
        for (std::size_t i = 0; i < snapshot->accounts.size(); ++i) {
            const auto& account = snapshot->accounts[i];
            m_calls.push_back(account.maintenanceRatio);
            all.push_back({QString::fromStdString(account.strategy), account.curve,
                           static_cast<int>(i)});
            const auto held = [](const auto& point) { return std::isfinite(point.marginLevel); };
            m_everHeld = m_everHeld || (account.curve && std::any_of(account.curve->begin(),
                                                                     account.curve->end(), held));
        }
    std::sort(m_calls.begin(), m_calls.end());
    m_calls.erase(std::unique(m_calls.begin(), m_calls.end()), m_calls.end());
    setLines(std::move(all));
    setAccessibleDescription(emptyText());
}

double MarginChart::ceiling() const
{
    return m_calls.empty() ? 1.0 : FULL_SCALE * m_calls.back();
}

QString MarginChart::emptyText() const
{
    if (m_everHeld)
        return {};
    return m_begun ? tr("No account has held a position yet; a flat one has no margin level.")
                   : tr("Nothing has been played yet.");
}

CurveChart::Range MarginChart::range() const
{
    return {-ceiling() * ROOM, ceiling() * (1.0 + ROOM)};
}

double MarginChart::valueOf(const Line&, const core::engine::CurvePoint& point) const
{
    if (!std::isfinite(point.marginLevel))
        return std::numeric_limits<double>::quiet_NaN();
    return std::clamp(point.marginLevel, 0.0, ceiling());
}

QString MarginChart::axisLabel(double value, int) const
{
    const QString text = format::percent(value, 0, format::Sign::Minus);
    return value < ceiling() * (1.0 - 1e-9) ? text : tr("\u2265 %1").arg(text);
}

QString MarginChart::valueText(const Line&, const core::engine::CurvePoint& point) const
{
    return levelText(point.marginLevel);
}

void MarginChart::paintBehind(QPainter& painter) const
{
    painter.setFont(figureFont(LABEL_PIXELS));
    const QFontMetricsF metrics(painter.font());
    for (const double call : m_calls) {
        const double y = std::round(mapping().y(call)) + 0.5;
        const QRectF& plot = mapping().plot;
        painter.setPen(QPen(theme().bad, 1.0));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.drawText(QPointF(plot.left() + 2.0, y + metrics.ascent() + 2.0),
                         tr("call %1").arg(levelText(call)));
    }
}

void MarginChart::paintEvent(QPaintEvent* event)
{
    if (m_everHeld) {
        CurveChart::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setFont(textFont(LABEL_PIXELS));
    painter.setPen(theme().faint);
    painter.drawText(rect().adjusted(12, 0, -12, 0), int(Qt::AlignCenter) | int(Qt::TextWordWrap),
                     emptyText());
}

} // namespace ui::charts
