// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/celltablemodel.h"
#include "ui/models/logorder.h"

#include <vector>

namespace ui::models {

/// Names an order across snapshots.
struct OrderKey
{
    core::AccountIndex account = 0;
    core::OrderId id;
    bool operator==(const OrderKey&) const = default;
};

/// Working orders of every account on top, newest first, and below them the closed ones, newest
/// first unless sorted. Closed orders are read from the snapshot's shared chunks by number.
class OrderTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId {
        Time,
        Id,
        Strategy,
        Symbol,
        Side,
        Type,
        Size,
        Filled,
        Limit,
        Stop,
        Validity,
        Status,
        Reason
    };
    explicit OrderTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// Sorts the closed orders by their raw values; working ones stay on top. Column −1: newest
    /// first.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    /// Shows the snapshot; a null one empties the table.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

    struct View
    {
        core::AccountIndex account = 0;
        const core::execution::Order* order = nullptr; ///< Valid until the next setSnapshot.
        bool working = false;
    };
    /// What `row` shows; a null order outside the table.
    [[nodiscard]] View orderAt(int row) const;
    /// The row of an order, or −1: an order that closes moves from the upper part to the lower.
    [[nodiscard]] int rowOf(const OrderKey& key) const;

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    /// A working order, copied: there are few, and while rows come and go they must stand by
    /// themselves.
    struct Working
    {
        core::AccountIndex account = 0;
        core::execution::Order order;
    };
    [[nodiscard]] static std::vector<Working>
    workingOrders(const core::engine::EngineSnapshot& snapshot);
    void syncWorking();
    void appendClosed(std::size_t count);
    [[nodiscard]] Cell priceCell(const View& view, int column) const;
    template <typename Change> void rearrange(const Change& change);

    core::engine::SnapshotPtr m_snapshot;
    std::vector<Working> m_working;
    LogOrder m_closed;
};

} // namespace ui::models
