// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/celltablemodel.h"

#include <vector>

namespace ui::models {

/// The open positions of every account, by account and symbol.
class PositionTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId { Strategy, Symbol, Side, Size, Entry, Mark, Profit, LiquidationPrice, Distance };
    explicit PositionTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// Shows the snapshot; a null one empties the table.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

    struct View
    {
        core::AccountIndex account = 0;
        const core::engine::PositionSnapshot* position =
            nullptr; ///< Valid until the next setSnapshot.
    };
    /// What `row` shows; a null position outside the table.
    [[nodiscard]] View positionAt(int row) const;

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    struct Row
    {
        core::AccountIndex account = 0;
        core::engine::PositionSnapshot position;
    };
    core::engine::SnapshotPtr m_snapshot;
    std::vector<Row> m_rows;
};

/// A distance to liquidation inside which it is coloured as a warning, and as bad.
inline constexpr double NEAR_LIQUIDATION = 0.30;
inline constexpr double AT_LIQUIDATION = 0.10;

} // namespace ui::models
