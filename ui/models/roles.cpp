// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/roles.h"

namespace ui::models {

QVariant Cell::data(int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return text;
    case Qt::TextAlignmentRole:
        return int(figure ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case RawRole:
        return raw.isValid() ? raw : QVariant(text);
    case CellRole:
        return QVariant::fromValue(*this);
    default:
        return {};
    }
}

Cell textCell(const QString& text, Token token)
{
    Cell cell;
    cell.text = text;
    cell.token = token;
    return cell;
}

Cell figureCell(const QString& text, const QVariant& raw, Token token)
{
    Cell cell = textCell(text, token);
    cell.raw = raw;
    cell.figure = true;
    return cell;
}

Cell signedCell(const QString& text, double raw)
{
    return figureCell(text, raw, raw > 0.0 ? Token::Up : raw < 0.0 ? Token::Down : Token::Text);
}

} // namespace ui::models
