// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layers.h"

#include "ui/theme.h"

#include <QPainter>

namespace ui::charts {
namespace {

constexpr Dashes LINE_DASHES{6, 4};

void drawLineTag(QPainter* painter, const LineTag& tag)
{
    const QColor& colour = theme().colour(tag.token);
    if (!tag.hint) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(colour);
        painter->setBrush(theme().panel);
        painter->drawRoundedRect(tag.box.adjusted(0.5, 0.5, -0.5, -0.5), 3.0, 3.0);
        painter->setRenderHint(QPainter::Antialiasing, false);
    } else {
        // Candles must not run through the words.
        painter->fillRect(tag.box, theme().panel);
    }
    painter->setPen(colour);
    painter->drawText(tag.box, Qt::AlignCenter, tag.text);
}

} // namespace

void LineLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const QRectF& plot = state().mapping.plot;
    for (const LineTag& tag : state().lineTags)
        if (!tag.hint)
            drawDashes(painter, plot.left(), tag.y, plot.width(), Qt::Horizontal,
                       theme().colour(tag.token), LINE_DASHES);
    painter->setFont(textFont(LABEL_PIXELS));
    for (const LineTag& tag : state().lineTags)
        if (!tag.box.isEmpty())
            drawLineTag(painter, tag);
}

} // namespace ui::charts
