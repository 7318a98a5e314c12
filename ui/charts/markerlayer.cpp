// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layers.h"

#include "ui/theme.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace ui::charts {
namespace {

/// Beyond this many on the screen triangles shrink and their lines are left out: they would hide
/// the candles they explain.
constexpr std::ptrdiff_t CROWDED = 160;
constexpr double DISTANCE = 4.0; ///< Between a candle and its triangle.

/// Beside the candle it belongs to, so that neither hides the other.
double markY(const ChartState& state, const TradeMark& mark)
{
    double price = mark.price;
    if (const auto candle = state.at(mark.time)) {
        const double edge = state.instrument.toDouble(mark.buy ? candle->low : candle->high);
        price = mark.buy ? std::min(price, edge) : std::max(price, edge);
    }
    return state.mapping.y(price) + (mark.buy ? DISTANCE : -DISTANCE);
}

QPolygonF triangle(double x, double y, double size, bool up)
{
    const double foot = up ? y + size * 1.6 : y - size * 1.6;
    return QPolygonF({QPointF(x, y), QPointF(x - size, foot), QPointF(x + size, foot)});
}

void drawLines(QPainter* painter, const ChartState& state)
{
    const ChartMapping& map = state.mapping;
    const auto& lines = state.trades.lines();
    const double half = map.width(state.timeframe) / 2.0;
    auto line =
        std::lower_bound(lines.begin(), lines.end(), map.from,
                         [](const TradeLine& l, core::Timestamp time) { return l.to < time; });
    painter->setPen(QPen(theme().dim, 1.0, Qt::DashLine));
    for (; line != lines.end() && line->from <= map.to; ++line)
        painter->drawLine(QPointF(map.x(line->from) + half, map.y(line->entry)),
                          QPointF(map.x(line->to) + half, map.y(line->exit)));
}

} // namespace

void MarkerLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const ChartMapping& map = state().mapping;
    const auto& marks = state().trades.marks();
    const auto earlier = [](const TradeMark& mark, core::Timestamp time) {
        return mark.time < time;
    };
    const auto first = std::lower_bound(marks.begin(), marks.end(), map.from, earlier);
    const auto last = std::lower_bound(first, marks.end(), map.to, earlier);
    if (first == last && state().trades.lines().empty())
        return;
    QRectF clip = map.plot;
    clip.setBottom(map.volume.top());
    painter->setClipRect(clip);
    const bool crowded = last - first > CROWDED;
    painter->setRenderHint(QPainter::Antialiasing, !crowded);
    if (!crowded)
        drawLines(painter, state());
    const double half = map.width(state().timeframe) / 2.0;
    const double size = crowded ? 2.5 : 5.0;
    for (auto mark = first; mark != last; ++mark) {
        const QColor& colour = mark->buy ? theme().up : theme().down;
        // A liquidation is hollow: the account's doing, not the strategy's.
        painter->setBrush(mark->liquidation ? QBrush(theme().panel) : QBrush(colour));
        painter->setPen(QPen(mark->liquidation ? theme().bad : theme().panel, 1.0));
        const core::Timestamp open = state().timeframe.floor(mark->time);
        painter->drawPolygon(triangle(map.x(open) + half, markY(state(), *mark), size, mark->buy));
    }
    painter->setRenderHint(QPainter::Antialiasing, false);
}

} // namespace ui::charts
