// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/jobsview.h"

#include "ui/models/celldelegate.h"
#include "ui/models/jobtablemodel.h"
#include "ui/models/jobwords.h"
#include "ui/panel.h"
#include "ui/panels/figuretable.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace ui::panels {

using core::history::Job;
using core::history::JobState;
using models::JobTableModel;

namespace {
constexpr int BAR_HEIGHT = 6;
constexpr int PERCENT_WIDTH = 46;
} // namespace

void ShareDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme& t = theme();
    painter->save();
    models::drawRowBackground(*painter, option);
    painter->setPen(t.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    const double share = index.data(JobTableModel::SHARE_ROLE).toDouble();
    if (share >= 0.0) {
        const QRect box = option.rect.adjusted(models::CELL_PADDING, 0, -models::CELL_PADDING, 0);
        QRectF bar(box.left(), box.center().y() - BAR_HEIGHT / 2 + 1, box.width() - PERCENT_WIDTH, BAR_HEIGHT);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(t.line);
        painter->drawRoundedRect(bar, 3, 3);
        bar.setWidth(bar.width() * std::min(share, 1.0));
        painter->setBrush(t.accent);
        painter->drawRoundedRect(bar, 3, 3);
        painter->setPen(t.text);
        painter->setFont(figureFont());
        painter->drawText(box, int(Qt::AlignRight | Qt::AlignVCenter), index.data().toString());
    }
    painter->restore();
}

QSize ShareDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {3 * PERCENT_WIDTH, ROW_HEIGHT};
}

JobsView::JobsView(QWidget* parent) : QWidget(parent), m_model(new JobTableModel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SPACE);
    column->addWidget(makeButtons());
    m_table = new FigureTable(this);
    m_table->setObjectName(QStringLiteral("jobs"));
    m_table->setAccessibleName(tr("Jobs of the history"));
    m_table->setCellModel(*m_model, *m_model);
    m_table->setSortingEnabled(false);
    m_table->setItemDelegateForColumn(JobTableModel::Progress, new ShareDelegate(m_table));
    m_table->setLastColumnGivesWay();
    m_table->setEmptyText(tr("No jobs. Imports, downloads and checks that you ask for line up here."));
    m_story = new QLabel(this);
    m_story->setObjectName(QStringLiteral("story"));
    m_story->setWordWrap(true);
    m_story->setTextFormat(Qt::PlainText);
    m_story->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_story->setContentsMargins(models::CELL_PADDING, SPACE, models::CELL_PADDING, 0);
    // A line is kept for it, so that the table does not jump.
    m_story->setMinimumHeight(m_story->fontMetrics().height() + SPACE);
    setRole(m_story, "secondary");
    column->addWidget(m_table, 1);
    column->addWidget(m_story);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobsView::updateButtons);
    updateButtons();
}

QWidget* JobsView::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(models::CELL_PADDING, SPACE, models::CELL_PADDING, 0);
    row->setSpacing(2 * SPACE);
    const auto add = [&](const QString& text, const char* name, const QString& hint) {
        auto* button = new QPushButton(text, box);
        button->setObjectName(QString::fromLatin1(name));
        button->setToolTip(hint);
        button->setAutoDefault(false);
        row->addWidget(button);
        return button;
    };
    m_pause = add(tr("Pause"), "pauseJob", tr("Stop the chosen job for now; what is committed is kept"));
    m_resume = add(tr("Resume"), "resumeJob", tr("Go on with the chosen job where it was"));
    m_cancel = add(tr("Cancel"), "cancelJob", tr("End the chosen job; what is committed is kept"));
    m_clear = add(tr("Clear finished"), "clearJobs", tr("Take the jobs that are over off the list"));
    row->addStretch(1);
    connect(m_pause, &QPushButton::clicked, this, [this] { emit pauseRequested(chosen()->id); });
    connect(m_resume, &QPushButton::clicked, this, [this] { emit resumeRequested(chosen()->id); });
    connect(m_cancel, &QPushButton::clicked, this, [this] { emit cancelRequested(chosen()->id); });
    connect(m_clear, &QPushButton::clicked, this, &JobsView::clearRequested);
    return box;
}

void JobsView::setJobs(const core::history::JobListPtr& jobs)
{
    m_model->setJobs(jobs);
    emit countChanged(m_model->openCount());
    if (m_wanted != 0)
        select(m_wanted);
    // Whoever asks for one job wants its buttons.
    if (!chosen() && m_model->rowCount() > 0)
        m_table->selectRowQuietly(m_model->rowCount() - 1);
    updateButtons();
}

void JobsView::setWritable(bool writable)
{
    m_writable = writable;
    updateButtons();
}

void JobsView::select(core::history::JobId id)
{
    const int row = m_model->rowOf(id);
    m_wanted = row < 0 ? id : 0;
    if (row >= 0)
        m_table->selectRowQuietly(row);
}

const Job* JobsView::chosen() const
{
    return m_model->jobAt(m_table->selectedRow());
}

void JobsView::updateButtons()
{
    const Job* job = chosen();
    const auto is = [&](std::initializer_list<JobState> states) {
        return m_writable && job && !job->isStopping && std::find(states.begin(), states.end(), job->state) != states.end();
    };
    m_pause->setEnabled(is({JobState::Running, JobState::Queued}));
    m_resume->setEnabled(is({JobState::Paused, JobState::Offered, JobState::Failed}));
    m_cancel->setEnabled(is({JobState::Running, JobState::Queued, JobState::Paused, JobState::Offered}));
    m_clear->setEnabled(m_model->hasFinished());
    m_story->setText(job ? models::words::jobStory(*job) : QString());
    setRole(m_story, job && job->error ? "bad" : "secondary");
}

} // namespace ui::panels
