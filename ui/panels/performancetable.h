// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/explanation.h"

#include <QTableView>

#include <vector>

namespace ui::models {
class PerformanceTableModel;
}

namespace ui::panels {

/// The performance of the accounts side by side. The names of the figures stay where they are while
/// the columns scroll; columns share the room there is and never get narrower while playing.
class PerformanceTable final : public QTableView
{
    Q_OBJECT

public:
    explicit PerformanceTable(QWidget* parent = nullptr);

    /// Shows the snapshot; a null one empties the table.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    /// What the selected figure is, and why it has no value; an empty title when none is selected.
    [[nodiscard]] models::Explanation explanation() const;

signals:
    /// Another figure is selected, or none.
    void selectionMoved();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void selectionChanged(const QItemSelection& selected,
                          const QItemSelection& deselected) override;

private:
    void measure();
    void fitColumns();

    models::PerformanceTableModel* m_model;
    std::vector<int> m_needed; ///< By column, for what was seen so far; they only grow.
};

} // namespace ui::panels
