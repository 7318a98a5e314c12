// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartstate.h"

#include <QGraphicsItem>

namespace ui::charts {

/// One painted item over the whole chart. QtCharts makes an item of every candle, and a chart of a
/// thousand items pans at eight frames a second; one item painting a thousand candles keeps sixty.
class Layer : public QGraphicsItem
{
public:
    Layer(const ChartState& state, QGraphicsItem* parent) : QGraphicsItem(parent), m_state(state)
    {
        setAcceptedMouseButtons(Qt::NoButton);
    }
    void setArea(const QRectF& area)
    {
        prepareGeometryChange();
        m_area = area;
    }
    [[nodiscard]] QRectF boundingRect() const override { return m_area; }

protected:
    [[nodiscard]] const ChartState& state() const { return m_state; }

private:
    const ChartState& m_state;
    QRectF m_area;
};

/// The dashed price grid, and gaps hatched.
class GridLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// Candles; the forming one hollow. No antialiasing.
class CandleLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// Volume bars at the foot of the plot.
class VolumeLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// Indicator lines, 1.2 px.
class OverlayLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// A triangle a fill, up for bought and down for sold, and a dashed line from each entry to its
/// exit.
class MarkerLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// Stops, targets, other working orders and liquidation prices: a dashed line each, with an outlined
/// tag that says what it is.
class LineLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// Labels of both axes and the last price as a filled tag. QtCharts has no axis with round UTC
/// times (QDateTimeAxis divides its range evenly) and lays out all its labels anew with every
/// change of range: bench_ui_chart prints both costs side by side.
class AxisLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// A hairline through the cursor with the price and time it points at on the axes.
class CrosshairLayer final : public Layer
{
public:
    using Layer::Layer;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
};

/// Where a candle is drawn: whole pixels, an odd body so that the wick is in its middle.
struct CandleShape
{
    int centre = 0;
    int left = 0;
    int width = 1;
};
[[nodiscard]] CandleShape candleShape(const ChartMapping& mapping,
                                      core::market::Timeframe timeframe, core::Timestamp openTime);

/// `share` of `b` mixed into `a`; opaque, which paints faster than alpha.
[[nodiscard]] QColor mixed(const QColor& a, const QColor& b, double share);
/// Pixels drawn and left out.
struct Dashes
{
    int on = 2;
    int off = 4;
};
/// A one-pixel dashed line, filled rather than stroked.
void drawDashes(QPainter* painter, double x, double y, double length, Qt::Orientation orientation,
                const QColor& colour, Dashes dashes = {});

} // namespace ui::charts
