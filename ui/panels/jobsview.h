// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"

#include <QStyledItemDelegate>
#include <QWidget>

class QLabel;
class QPushButton;

namespace ui::models {
class JobTableModel;
}

namespace ui::panels {

class FigureTable;

/// The queue of jobs with what can be done to the chosen one.
class JobsView final : public QWidget
{
    Q_OBJECT

public:
    explicit JobsView(QWidget* parent = nullptr);

    void setJobs(const core::history::JobListPtr& jobs);
    /// A workspace that may not be written has no jobs.
    void setWritable(bool writable);
    [[nodiscard]] const models::JobTableModel& model() const { return *m_model; }
    /// Chooses that job as soon as it is in the list.
    void select(core::history::JobId id);

signals:
    void pauseRequested(core::history::JobId id);
    void resumeRequested(core::history::JobId id);
    void cancelRequested(core::history::JobId id);
    void clearRequested();
    /// So many jobs run or wait.
    void countChanged(int open);

private:
    QWidget* makeButtons();
    [[nodiscard]] const core::history::Job* chosen() const;
    void updateButtons();

    models::JobTableModel* m_model;
    FigureTable* m_table = nullptr;
    QLabel* m_story = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_resume = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_clear = nullptr;
    core::history::JobId m_wanted = 0; ///< To choose once it is there.
    bool m_writable = true;
};

/// Paints the Progress column of a JobTableModel: a bar with its percentage.
class ShareDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui::panels
