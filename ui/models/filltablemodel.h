// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/celltablemodel.h"
#include "ui/models/logorder.h"

namespace ui::models {

/// Every fill of the session, newest first unless sorted. Rows are read from the snapshot's shared
/// chunks by number: nothing is copied, and a new snapshot of the same epoch only adds rows.
class FillTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId {
        Time,
        Strategy,
        Symbol,
        Side,
        Quantity,
        Price,
        Reference,
        Liquidity,
        Fee,
        OpeningFee,
        Slippage,
        Realised,
        Rule,
        Stake,
        PositionAfter,
        CashAfter,
        Event
    };
    explicit FillTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// Sorts by the raw values; column −1 is newest first. Entries that come later find their
    /// place.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    /// Shows the snapshot; a null one empties the table.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    /// The fill shown in `row`; nullptr outside the table. Valid until the next setSnapshot.
    [[nodiscard]] const core::engine::FillRecord* fillAt(int row) const;

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    [[nodiscard]] Cell costCell(const core::engine::FillRecord& record, int column) const;
    void append(std::size_t count);
    template <typename Change> void rearrange(const Change& change);

    core::engine::SnapshotPtr m_snapshot;
    LogOrder m_order;
};

} // namespace ui::models
