// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/celltablemodel.h"
#include "ui/models/eventreader.h"

namespace ui::models {

/// The lines of one event, of all strategies or of one.
class EventTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId { Time, Event, Strategy, What, Amounts };
    explicit EventTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// A null chain empties the table.
    void setChain(EventChainPtr chain);
    /// Leaves out the lines of other strategies; those of the session stay. Empty shows all.
    void setOnly(const QString& strategy);
    /// The line in `row`; nullptr outside the table. Valid until the next setChain.
    [[nodiscard]] const JournalLine* lineAt(int row) const;
    /// The shown lines with tabs between their cells, and as the journal has them.
    [[nodiscard]] QString asText() const;
    [[nodiscard]] QString asJson() const;

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    void rebuild();

    EventChainPtr m_chain;
    QString m_only;
    std::vector<std::size_t> m_shown;
};

/// The moment with its milliseconds where it has any.
[[nodiscard]] QString preciseTime(core::Timestamp time);

} // namespace ui::models
