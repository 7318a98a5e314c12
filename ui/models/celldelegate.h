// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/roles.h"

#include <QStyledItemDelegate>

class QPainter;

namespace ui::models {

/// Paints the cells of a CellTableModel: names in the text font, figures in the mono font and
/// right- aligned, colours from the theme in force, a shape before a word that has one, a hairline
/// below.
class CellDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

/// Draws a shape of `size` pixels centred on `centre`.
void drawShape(QPainter& painter, Shape shape, QPointF centre, double size, const QColor& colour);
/// The background of a selected or hovered row, in the colours of the style sheet.
void drawRowBackground(QPainter& painter, const QStyleOptionViewItem& option);
/// Space between a cell's edge and its text; the header's sections have the same.
inline constexpr int CELL_PADDING = 8;

} // namespace ui::models
