// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layers.h"

#include "ui/theme.h"

#include <QPainter>
#include <QPixmap>

#include <algorithm>
#include <cmath>

namespace ui::charts {
namespace {

constexpr double BODY_SHARE = 0.72; ///< Of the room a candle has.

int pixel(double coordinate)
{
    // Far outside the screen any number will do, but it must fit an int.
    return static_cast<int>(std::floor(std::clamp(coordinate, -1e6, 1e6)));
}

QColor candleColour(const core::market::Candle& candle)
{
    return candle.close < candle.open ? theme().down : theme().up;
}

/// Draws one closed candle into prepared colours.
void fillCandle(QPainter* painter, const CandleShape& shape, double high, double low, double top,
                double bottom, const QColor& colour)
{
    const int wickTop = pixel(high);
    painter->fillRect(shape.centre, wickTop, 1, std::max(1, pixel(low) - wickTop), colour);
    if (shape.width > 1) {
        const int bodyTop = pixel(top);
        painter->fillRect(shape.left, bodyTop, shape.width, std::max(1, pixel(bottom) - bodyTop),
                          colour);
    }
}

void drawForming(QPainter* painter, const ChartState& state)
{
    const core::market::Candle& candle = *state.forming;
    const ChartMapping& map = state.mapping;
    const CandleShape shape = candleShape(map, state.timeframe, candle.openTime);
    const auto y = [&](core::Price price) {
        return pixel(map.y(state.instrument.toDouble(price)));
    };
    const int top = y(std::max(candle.open, candle.close));
    const int bottom = std::max(top + 1, y(std::min(candle.open, candle.close)));
    painter->setPen(candleColour(candle));
    painter->setBrush(Qt::NoBrush);
    painter->drawLine(shape.centre, y(candle.high), shape.centre, top);
    painter->drawLine(shape.centre, bottom, shape.centre, y(candle.low));
    if (shape.width > 2)
        painter->drawRect(shape.left, top, shape.width - 1, bottom - top);
}

} // namespace

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

void drawDashes(QPainter* painter, double x, double y, double length, Qt::Orientation orientation,
                const QColor& colour, Dashes dashes)
{
    const bool across = orientation == Qt::Horizontal;
    const int period = dashes.on + dashes.off;
    QPixmap tile(across ? period : 1, across ? 1 : period);
    tile.fill(Qt::transparent);
    QPainter tilePainter(&tile);
    tilePainter.fillRect(0, 0, across ? dashes.on : 1, across ? 1 : dashes.on, colour);
    tilePainter.end();
    const int size = pixel(length);
    painter->drawTiledPixmap(pixel(x), pixel(y), across ? size : 1, across ? 1 : size, tile);
}

CandleShape candleShape(const ChartMapping& mapping, core::market::Timeframe timeframe,
                        core::Timestamp openTime)
{
    const double room = mapping.width(timeframe);
    CandleShape shape;
    shape.centre = pixel(mapping.x(openTime) + room / 2.0);
    if (room >= 2.5) {
        const int body = std::max(1, static_cast<int>(room * BODY_SHARE));
        shape.width = body % 2 == 0 ? body - 1 : body;
        // Two pixels apart leaves room for three with a gap only from 4 px on.
        if (shape.width == 1 && room >= 4.0)
            shape.width = 3;
    }
    shape.left = shape.centre - shape.width / 2;
    return shape;
}

void GridLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const ChartMapping& map = state().mapping;
    for (const PriceTick& tick : state().priceTicks)
        drawDashes(painter, map.plot.left(), tick.y, map.plot.width(), Qt::Horizontal,
                   theme().line);
    const QBrush hatch(theme().line, Qt::BDiagPattern);
    for (const Gap& gap : state().gaps) {
        const double left = std::max(map.x(gap.from), map.plot.left());
        const double right = std::min(map.x(gap.to), map.plot.right());
        if (right - left >= 1.0)
            painter->fillRect(QRectF(left, map.plot.top(), right - left, map.plot.height()), hatch);
    }
}

void CandleLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    if (!state().candles)
        return;
    painter->setClipRect(state().mapping.plot);
    const core::market::CandleColumns& candles = *state().candles;
    const ChartMapping& map = state().mapping;
    const double tick = state().instrument.toDouble(core::Price(1));
    const QColor up = theme().up;
    const QColor down = theme().down;
    const auto y = [&](core::Price price) {
        return map.y(static_cast<double>(price.ticks()) * tick);
    };
    for (std::size_t i = state().visible.first; i < state().visible.last; ++i) {
        const bool falls = candles.close[i] < candles.open[i];
        const double open = y(candles.open[i]);
        const double close = y(candles.close[i]);
        fillCandle(painter, candleShape(map, state().timeframe, candles.openTime[i]),
                   y(candles.high[i]), y(candles.low[i]), std::min(open, close),
                   std::max(open, close), falls ? down : up);
    }
    if (state().forming)
        drawForming(painter, state());
}

void VolumeLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    if (state().maximumVolume <= 0.0)
        return;
    painter->setClipRect(state().mapping.plot);
    const ChartMapping& map = state().mapping;
    const double scale = map.volume.height() / state().maximumVolume;
    const double strength = theme().dark ? 0.42 : 0.45;
    const QColor up = mixed(theme().panel, theme().up, strength);
    const QColor down = mixed(theme().panel, theme().down, strength);
    const int bottom = pixel(map.volume.bottom());
    const auto bar = [&](const core::market::Candle& candle) {
        const CandleShape shape = candleShape(map, state().timeframe, candle.openTime);
        const int height = candle.volume > 0.0 ? std::max(1, pixel(candle.volume * scale)) : 0;
        painter->fillRect(shape.left, bottom - height, shape.width, height,
                          candle.close < candle.open ? down : up);
    };
    for (std::size_t i = state().visible.first; i < state().visible.last; ++i)
        bar(state().candles->at(i));
    if (state().forming)
        bar(*state().forming);
}

void OverlayLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const IndexRange& range = state().visible;
    if (!state().candles || range.empty())
        return;
    const ChartMapping& map = state().mapping;
    QRectF clip = map.plot;
    clip.setBottom(map.volume.top());
    painter->setClipRect(clip);
    painter->setRenderHint(QPainter::Antialiasing);
    const double half = map.width(state().timeframe) / 2.0;
    QVector<QLineF> lines;
    QVector<QPointF> points;
    points.reserve(static_cast<qsizetype>(range.last - range.first));
    const auto flush = [&] {
        // Lines one by one take the rasteriser's short way; a polyline is stroked into an outline
        // first, at four times the cost.
        lines.clear();
        for (qsizetype i = 1; i < points.size(); ++i)
            lines.append({points[i - 1], points[i]});
        painter->drawLines(lines);
        points.clear();
    };
    for (const OverlayLine& line : state().overlays) {
        painter->setPen(QPen(theme().seriesColour(line.colour), 1.2));
        core::Timestamp previous = state().candles->openTime[range.first];
        for (std::size_t i = range.first; i < range.last && i < line.values.size(); ++i) {
            const core::Timestamp time = state().candles->openTime[i];
            // A line does not bridge a gap either.
            if (std::isnan(line.values[i]) || time - previous > state().timeframe.length())
                flush();
            if (!std::isnan(line.values[i]))
                points.append({map.x(time) + half, map.y(line.values[i])});
            previous = time;
        }
        flush();
    }
    painter->setRenderHint(QPainter::Antialiasing, false);
}

} // namespace ui::charts
