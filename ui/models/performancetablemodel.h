// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/roles.h"

#include <QAbstractTableModel>

#include <vector>

namespace ui::models {

/// What one column of the performance table is about.
struct PerformanceColumn
{
    QString title;
    const core::analytics::EquityReport* equity = nullptr; ///< Null before the first bar.
    const core::analytics::TradeReport* trades = nullptr;  ///< Null for buy and hold.
};

/// The analytics of every account, their total and buy and hold, side by side: a row a figure, in
/// groups. A figure without a value says "n/a", with the reason as its tooltip. Lives on the GUI
/// thread.
class PerformanceTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit PerformanceTableModel(QObject* parent = nullptr);
    ~PerformanceTableModel() override;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index,
                                int role = Qt::DisplayRole) const override;
    /// CellRole of a row says how its label is painted; strong ones begin a group.
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Shows the snapshot; a null one empties the table.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

    [[nodiscard]] bool isGroup(int row) const;
    /// Why the cell has no value; empty where it has one.
    [[nodiscard]] QString reason(const QModelIndex& index) const;

    struct Row;

private:
    [[nodiscard]] Cell cell(const QModelIndex& index) const;

    core::engine::SnapshotPtr m_snapshot;
    std::vector<PerformanceColumn> m_columns;
    std::vector<Row> m_rows;
};

} // namespace ui::models
