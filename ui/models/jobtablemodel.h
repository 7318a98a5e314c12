// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"
#include "ui/models/celltablemodel.h"

#include <optional>

namespace ui::models {

/// The queue of jobs, in the order in which they were asked for.
class JobTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId { Title, State, Progress, Amount, Rate, Left, Story };
    /// double: the share that is done, 0 … 1, or negative where there is nothing to draw.
    static constexpr int SHARE_ROLE = Qt::UserRole + 20;
    explicit JobTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    void setJobs(const core::history::JobListPtr& jobs);
    [[nodiscard]] const core::history::Job* jobAt(int row) const;
    [[nodiscard]] int rowOf(core::history::JobId id) const;
    [[nodiscard]] bool hasFinished() const;
    /// Running or queued.
    [[nodiscard]] int openCount() const;

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    core::history::JobList m_jobs;
};

} // namespace ui::models
