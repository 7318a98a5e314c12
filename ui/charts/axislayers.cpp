// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layers.h"

#include "ui/format.h"
#include "ui/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace ui::charts {
namespace {

constexpr double TAG_HEIGHT = 20.0;
constexpr double LABEL_INSET = 10.0;

QRectF priceTag(const ChartState& state, double y)
{
    const QRectF& plot = state.mapping.plot;
    const double top = std::clamp(y - TAG_HEIGHT / 2, plot.top(), plot.bottom() - TAG_HEIGHT);
    return {plot.right() + 2.0, top, state.axisWidth - 4.0, TAG_HEIGHT};
}

void drawTag(QPainter* painter, const QRectF& tag, const QString& text, const QColor& fill,
             const QColor& ink, const QColor& edge, double inset)
{
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(edge);
    painter->setBrush(fill);
    painter->drawRoundedRect(tag.adjusted(0.5, 0.5, -0.5, -0.5), 3.0, 3.0);
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(ink);
    painter->drawText(tag.adjusted(0.0, 0.0, -inset, 0.0), Qt::AlignRight | Qt::AlignVCenter, text);
}

QRectF timeLabelBox(const ChartState& state, double left, double right)
{
    return {left - 2.0, state.mapping.plot.bottom(), right - left + 4.0, state.axisHeight};
}

void drawTimeLabels(QPainter* painter, const ChartState& state)
{
    for (const TimeTick& tick : state.timeTicks) {
        painter->setPen(tick.boundary ? theme().text : theme().dim);
        painter->drawText(timeLabelBox(state, tick.left, tick.right), Qt::AlignCenter, tick.label);
    }
}

void drawPriceLabels(QPainter* painter, const ChartState& state, const std::optional<QRectF>& tag)
{
    painter->setPen(theme().dim);
    const double height = QFontMetricsF(painter->font()).height();
    for (const PriceTick& tick : state.priceTicks) {
        const QRectF box(state.mapping.plot.right(), tick.y - height / 2,
                         state.axisWidth - LABEL_INSET, height);
        // What the last price covers is not half shown.
        if (!tag || !tag->intersects(box))
            painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
}

} // namespace

void AxisLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const ChartMapping& map = state().mapping;
    painter->setFont(figureFont(LABEL_PIXELS));
    const auto last = state().last();
    std::optional<QRectF> tag;
    if (last) {
        const double y = map.y(state().instrument.toDouble(last->close));
        if (y >= map.plot.top() - TAG_HEIGHT / 2 && y <= map.plot.bottom() + TAG_HEIGHT / 2)
            tag = priceTag(state(), y);
    }
    drawPriceLabels(painter, state(), tag);
    drawTimeLabels(painter, state());
    if (state().maximumVolume > 0.0) {
        painter->setFont(textFont(LABEL_PIXELS));
        painter->setPen(theme().faint);
        const QRectF box(map.plot.right(), map.volume.top(), state().axisWidth - LABEL_INSET, 16.0);
        painter->drawText(box, Qt::AlignRight | Qt::AlignTop,
                          QCoreApplication::translate("ui::charts::AxisLayer", "volume"));
        painter->setFont(figureFont(LABEL_PIXELS));
    }
    if (tag) {
        const double y = map.y(state().instrument.toDouble(last->close));
        drawDashes(painter, map.plot.left(), y, map.plot.width(), Qt::Horizontal,
                   mixed(theme().panel, theme().accent, 0.5));
        drawTag(painter, *tag, format::price(state().instrument, last->close), theme().accent,
                theme().onAccent, theme().accent, LABEL_INSET - 2.0);
    }
}

void CrosshairLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const ChartMapping& map = state().mapping;
    if (!state().cursor || !map.plot.contains(*state().cursor))
        return;
    const QPointF cursor = *state().cursor;
    painter->fillRect(QRectF(cursor.x(), map.plot.top(), 1.0, map.plot.height()), theme().faint);
    painter->fillRect(QRectF(map.plot.left(), cursor.y(), map.plot.width(), 1.0), theme().faint);
    painter->setFont(figureFont(LABEL_PIXELS));
    if (cursor.y() <= map.priceBottom) {
        drawTag(painter, priceTag(state(), cursor.y()),
                format::price(state().instrument, map.priceAt(cursor.y())), theme().panelRaised,
                theme().text, theme().faint, LABEL_INSET - 2.0);
    }
    const QString time = format::dayTime(state().timeframe.floor(map.timeAt(cursor.x())));
    const double width = QFontMetricsF(painter->font()).horizontalAdvance(time) + 16.0;
    const double left = std::clamp(cursor.x() - width / 2, map.plot.left(),
                                   std::max(map.plot.left(), map.plot.right() - width));
    drawTag(painter, QRectF(left, map.plot.bottom() + 2.0, width, TAG_HEIGHT), time,
            theme().panelRaised, theme().text, theme().faint, 8.0);
}

} // namespace ui::charts
