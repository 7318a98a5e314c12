// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace ui::charts {

/// A line of a readout, in its colour.
struct ReadoutRow
{
    QString text;
    QColor colour;
};

/// Draws rows in a raised box beside `x` at the top of `plot`, on whichever side has room.
void drawReadout(QPainter& painter, const QRectF& plot, double x,
                 const std::vector<ReadoutRow>& rows);

} // namespace ui::charts
