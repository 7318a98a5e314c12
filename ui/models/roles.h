// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QMetaType>
#include <QVariant>

namespace ui::models {

/// What the models answer beside the roles of Qt. Text comes from Qt::DisplayRole.
enum Role : int {
    RawRole = Qt::UserRole, ///< The value to sort by: a number, or text where the cell is a name.
    CellRole,               ///< The whole Cell in one question, for the delegate.
    PinnedRole,             ///< bool: the row stays last, whatever the sorting (a total).
};

/// A small drawn mark that says the same as the colour beside it.
enum class Shape { None, Dot, Ring, Triangle, Cross, Square };

/// One cell as the model describes it; the delegate paints it.
struct Cell
{
    QString text;
    QVariant raw;              ///< What it sorts by; the text when invalid.
    Token token = Token::Text; ///< The colour, by meaning.
    bool figure = false;       ///< In the mono font, right-aligned.
    Shape shape = Shape::None;
    bool strong = false;

    /// What `role` asks of the cell; invalid for roles that cells do not have.
    [[nodiscard]] QVariant data(int role) const;
};

/// A cell with a name, a figure, and a figure coloured by its sign.
[[nodiscard]] Cell textCell(const QString& text, Token token = Token::Text);
[[nodiscard]] Cell figureCell(const QString& text, const QVariant& raw, Token token = Token::Text);
[[nodiscard]] Cell signedCell(const QString& text, double raw);

} // namespace ui::models

Q_DECLARE_METATYPE(ui::models::Cell)
