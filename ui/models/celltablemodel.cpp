// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/celltablemodel.h"

namespace ui::models {

CellTableModel::CellTableModel(std::vector<Column> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns))
{}

int CellTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant CellTableModel::data(const QModelIndex& index, int role) const
{
    const bool known = role == Qt::DisplayRole || role == Qt::TextAlignmentRole ||
                       role == RawRole || role == CellRole;
    if (!known || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    return cell(index.row(), index.column()).data(role);
}

QVariant CellTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const auto& column = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole)
        return column.title;
    if (role == Qt::TextAlignmentRole)
        return int(column.figure ? Qt::AlignRight | Qt::AlignVCenter
                                 : Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && !column.hint.isEmpty())
        return column.hint;
    return {};
}

void CellTableModel::reportChanged(int first, int rows)
{
    if (rows > 0)
        emit dataChanged(index(first, 0), index(first + rows - 1, columnCount() - 1));
}

} // namespace ui::models
