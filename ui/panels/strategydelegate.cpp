// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/strategydelegate.h"

#include "ui/models/celldelegate.h"
#include "ui/models/strategylistmodel.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ui::panels {

namespace {

using models::StrategyListModel;

constexpr int STRATEGY_ROW_HEIGHT = 46;
constexpr int CHECK_PIXELS = 14;
constexpr int PILL_HEIGHT = 18;
constexpr int EDGE = 12;

const QColor& tokenColour(const QModelIndex& index, int role)
{
    return theme().colour(static_cast<Token>(index.data(role).toInt()));
}

void drawCheck(QPainter& painter, const QRect& row, bool checked)
{
    const Theme& t = theme();
    const QRectF box(row.left() + EDGE + 0.5, row.center().y() - CHECK_PIXELS / 2 + 0.5,
                     CHECK_PIXELS - 1, CHECK_PIXELS - 1);
    painter.setPen(QPen(checked ? t.accent : t.faint, 1.0));
    painter.setBrush(checked ? t.accent : t.panelRaised);
    painter.drawRoundedRect(box, 3, 3);
    if (!checked)
        return;
    painter.setPen(QPen(t.onAccent, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF{{box.left() + 3.0, box.center().y() + 0.3},
                                   {box.left() + 5.6, box.bottom() - 3.4},
                                   {box.right() - 2.6, box.top() + 3.8}});
}

/// Draws the pill at the right edge and returns its width.
int drawPill(QPainter& painter, const QRect& row, const QString& text, const QColor& colour)
{
    painter.setFont(textFont(LABEL_PIXELS));
    const int width = painter.fontMetrics().horizontalAdvance(text) + 18;
    const QRectF pill(row.right() - EDGE - width + 1.5, row.top() + 5.5, width - 1,
                      PILL_HEIGHT - 1);
    painter.setPen(QPen(colour, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(pill, PILL_HEIGHT / 2.0 - 0.5, PILL_HEIGHT / 2.0 - 0.5);
    painter.drawText(pill, Qt::AlignCenter, text);
    return width;
}

void drawLine(QPainter& painter, const QRect& box, const QFont& font, const QColor& colour,
              const QString& text, Qt::Alignment alignment)
{
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(box, static_cast<int>(alignment | Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
}

} // namespace

QRect StrategyDelegate::checkArea(const QRect& row)
{
    return {row.left(), row.top(), EDGE + CHECK_PIXELS + 8, row.height()};
}

QSize StrategyDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {120, STRATEGY_ROW_HEIGHT};
}

void StrategyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const Theme& t = theme();
    const QRect row = option.rect;
    painter->save();
    models::drawRowBackground(*painter, option);
    painter->setPen(t.line);
    painter->drawLine(row.left() + EDGE, row.bottom(), row.right() - EDGE, row.bottom());
    painter->setRenderHint(QPainter::Antialiasing);

    const QVariant check = index.data(Qt::CheckStateRole);
    if (check.isValid())
        drawCheck(*painter, row, check.toInt() == Qt::Checked);
    const int pill = drawPill(*painter, row, index.data(StrategyListModel::TrustRole).toString(),
                              tokenColour(index, StrategyListModel::TrustTokenRole));

    const int left = row.left() + EDGE + CHECK_PIXELS + 8;
    const int right = row.right() - EDGE + 1;
    drawLine(*painter, QRect(left, row.top() + 4, right - pill - 8 - left, 20),
             textFont(13, QFont::DemiBold), t.text, index.data().toString(), Qt::AlignLeft);

    const QString gain = index.data(StrategyListModel::ReturnRole).toString();
    const int gainWidth =
        gain.isEmpty() ? 0 : QFontMetrics(figureFont()).horizontalAdvance(gain) + 4;
    drawLine(*painter, QRect(right - gainWidth, row.top() + 24, gainWidth, 18), figureFont(),
             tokenColour(index, StrategyListModel::ReturnTokenRole), gain, Qt::AlignRight);

    int detailLeft = left;
    const auto shape = static_cast<models::Shape>(index.data(StrategyListModel::ShapeRole).toInt());
    const QColor& detailColour = tokenColour(index, StrategyListModel::DetailTokenRole);
    if (shape != models::Shape::None && shape != models::Shape::Dot) {
        models::drawShape(*painter, shape, QPointF(left + 3.5, row.top() + 33.5), 7, detailColour);
        detailLeft += 12;
    }
    drawLine(*painter, QRect(detailLeft, row.top() + 24, right - gainWidth - 6 - detailLeft, 18),
             textFont(LABEL_PIXELS), detailColour,
             index.data(StrategyListModel::DetailRole).toString(), Qt::AlignLeft);
    painter->restore();
}

bool StrategyDelegate::editorEvent(QEvent* event, QAbstractItemModel* model,
                                   const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const QVariant state = index.data(Qt::CheckStateRole);
    if (!state.isValid())
        return false;
    bool toggles = false;
    if (event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        toggles = mouse->button() == Qt::LeftButton &&
                  checkArea(option.rect).contains(mouse->position().toPoint());
    } else if (event->type() == QEvent::KeyPress) {
        toggles = static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space;
    }
    if (!toggles)
        return false;
    const int next = state.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked;
    return model->setData(index, next, Qt::CheckStateRole);
}

} // namespace ui::panels
