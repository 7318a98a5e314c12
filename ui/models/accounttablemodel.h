// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/celltablemodel.h"

#include <QSortFilterProxyModel>

namespace ui::models {

/// One row an account and a last row for the total of all.
class AccountTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId {
        Strategy,
        State,
        Cash,
        Equity,
        Return,
        Exposure,
        MarginLevel,
        Drawdown,
        Fees,
        Interest,
        Fills,
        Ambiguous
    };
    explicit AccountTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index,
                                int role = Qt::DisplayRole) const override;
    /// Shows the snapshot; a null one empties the table.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    [[nodiscard]] bool isTotal(int row) const { return row == rowCount() - 1; }
    [[nodiscard]] const core::engine::AccountSnapshot& accountAt(int row) const;
    [[nodiscard]] Cell stateCell(const core::engine::AccountSnapshot& account, bool total) const;

    core::engine::SnapshotPtr m_snapshot;
};

/// Sorts by raw values and keeps pinned rows last.
class PinnedSortProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit PinnedSortProxy(QObject* parent = nullptr);

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

/// The colour of a margin level beside its call level: bad below it, a warning up to twice as much.
[[nodiscard]] Token marginToken(double level, double callLevel);
inline constexpr double MARGIN_WARNING = 2.0;

} // namespace ui::models
