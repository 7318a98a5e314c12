// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/roles.h"
#include "ui/models/rowsync.h"

#include <QAbstractTableModel>

#include <vector>

namespace ui::models {

/// A table whose cells describe themselves. Lives on the GUI thread, as all models do.
class CellTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    struct Column
    {
        QString title;
        bool figure = false; ///< Figures have their title right-aligned above them.
        int width = 90;      ///< Pixels to start with.
        QString hint = {};   ///< What the figure is, for the title's tooltip.
    };

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index,
                                int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    [[nodiscard]] const std::vector<Column>& columns() const { return m_columns; }

protected:
    CellTableModel(std::vector<Column> columns, QObject* parent);
    [[nodiscard]] virtual Cell cell(int row, int column) const = 0;
    /// Reports `rows` rows from `first` on as changed, in one range.
    void reportChanged(int first, int rows);
    /// Brings the first rows of the table to `next`, as syncRows does. True when rows were kept, which are to be reported
    /// as changed.
    template <typename Row, typename Key> bool syncTable(std::vector<Row>& rows, std::vector<Row> next, Key key)
    {
        return syncRows(
            rows, std::move(next), key,
            [this](std::size_t row, const auto& apply) {
                beginInsertRows({}, static_cast<int>(row), static_cast<int>(row));
                apply();
                endInsertRows();
            },
            [this](std::size_t row, const auto& apply) {
                beginRemoveRows({}, static_cast<int>(row), static_cast<int>(row));
                apply();
                endRemoveRows();
            });
    }

private:
    std::vector<Column> m_columns;
};

} // namespace ui::models
