// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/readoutbox.h"

#include "ui/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace ui::charts {

void drawReadout(QPainter& painter, const QRectF& plot, double x,
                 const std::vector<ReadoutRow>& rows)
{
    constexpr double PADDING = 8.0;
    painter.setFont(figureFont(LABEL_PIXELS));
    const QFontMetricsF metrics(painter.font());
    double widest = 0.0;
    for (const ReadoutRow& row : rows)
        widest = std::max(widest, metrics.horizontalAdvance(row.text));
    QRectF box(x + PADDING, plot.top() + 4.0, widest + 2.0 * PADDING,
               metrics.height() * static_cast<double>(rows.size()) + PADDING);
    if (box.right() > plot.right())
        box.moveRight(x - PADDING);
    // In a plot too narrow for either side, what is read begins at the edge.
    box.moveLeft(std::max(box.left(), plot.left()));
    painter.setPen(theme().line);
    painter.setBrush(theme().panelRaised);
    painter.drawRoundedRect(box, 4.0, 4.0);
    double y = box.top() + PADDING / 2 + metrics.ascent();
    for (const ReadoutRow& row : rows) {
        painter.setPen(row.colour);
        painter.drawText(QPointF(box.left() + PADDING, y), row.text);
        y += metrics.height();
    }
}

} // namespace ui::charts
