// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historysurvey.h"
#include "ui/models/celltablemodel.h"

namespace ui::models {

/// The gaps of one instrument, oldest first unless sorted.
class GapTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId { From, To, Length, Candles };
    explicit GapTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// Null, as before an answer, empties the table. `step` is the length of a candle. Gaps that are as they were
    /// leave the table, and what is selected in it, alone.
    void setGaps(const core::history::GapsPtr& gaps, core::Nanoseconds step);
    [[nodiscard]] const core::history::GapsPtr& gaps() const { return m_gaps; }
    [[nodiscard]] const core::history::TimeRange* gapAt(int row) const;
    /// The row of the gap that begins there, or −1.
    [[nodiscard]] int rowFrom(core::Timestamp from) const;

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    core::history::GapsPtr m_gaps;
    core::Nanoseconds m_step{1};
};

} // namespace ui::models
