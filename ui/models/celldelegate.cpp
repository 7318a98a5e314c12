// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/celldelegate.h"

#include <QPainter>

namespace ui::models {

namespace {

constexpr double SHAPE_PIXELS = 7.0;
constexpr double SELECTION_SHARE = 0.22;
constexpr double HOVER_SHARE = 0.05;

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

} // namespace

void drawShape(QPainter& painter, Shape shape, QPointF centre, double size, const QColor& colour)
{
    const double half = size / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (shape) {
    case Shape::None:
        break;
    case Shape::Dot:
        painter.drawEllipse(centre, half, half);
        break;
    case Shape::Ring:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.5));
        painter.drawEllipse(centre, half - 0.75, half - 0.75);
        break;
    case Shape::Triangle:
        painter.drawPolygon(QPolygonF{{centre.x(), centre.y() - half},
                                      {centre.x() + half, centre.y() + half},
                                      {centre.x() - half, centre.y() + half}});
        break;
    case Shape::Cross:
        painter.setPen(QPen(colour, 1.8));
        painter.drawLine(centre + QPointF(-half, -half), centre + QPointF(half, half));
        painter.drawLine(centre + QPointF(-half, half), centre + QPointF(half, -half));
        break;
    case Shape::Square:
        painter.drawRect(QRectF(centre.x() - half, centre.y() - half, size, size));
        break;
    }
    painter.restore();
}

void drawRowBackground(QPainter& painter, const QStyleOptionViewItem& option)
{
    const Theme& t = theme();
    if (option.state & QStyle::State_Selected)
        painter.fillRect(option.rect, mixed(t.panel, t.accent, SELECTION_SHARE));
    else if (option.state & QStyle::State_MouseOver)
        painter.fillRect(option.rect, mixed(t.panel, t.text, HOVER_SHARE));
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    const auto cell = index.data(CellRole).value<Cell>();
    const Theme& t = theme();
    painter->save();
    drawRowBackground(*painter, option);
    painter->setPen(t.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    QRect box = option.rect.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0);
    const QColor colour = t.colour(cell.token);
    if (cell.shape != Shape::None) {
        drawShape(*painter, cell.shape,
                  QPointF(box.left() + SHAPE_PIXELS / 2, box.center().y() + 0.5), SHAPE_PIXELS,
                  colour);
        box.setLeft(box.left() + static_cast<int>(SHAPE_PIXELS) + 6);
    }
    const auto weight = cell.strong ? QFont::DemiBold : QFont::Normal;
    painter->setFont(cell.figure ? figureFont(VALUE_PIXELS, weight)
                                 : textFont(VALUE_PIXELS, weight));
    painter->setPen(colour);
    // A figure that is cut in front would read as another number: it is elided where it ends.
    const auto text = painter->fontMetrics().elidedText(cell.text, Qt::ElideRight, box.width());
    painter->drawText(box, int(cell.figure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
                      text);
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const auto cell = index.data(CellRole).value<Cell>();
    const QFontMetrics metrics(cell.figure ? figureFont() : textFont());
    const int shape = cell.shape == Shape::None ? 0 : static_cast<int>(SHAPE_PIXELS) + 6;
    return {metrics.horizontalAdvance(cell.text) + 2 * CELL_PADDING + shape + 2, ROW_HEIGHT};
}

} // namespace ui::models
