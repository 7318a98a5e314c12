// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jobtablemodel.h"

#include "ui/format.h"
#include "ui/models/jobwords.h"

#include <algorithm>

namespace ui::models {

using core::history::Job;
using core::history::JobState;

namespace {

bool isUnderWay(const Job& job)
{
    return job.state == JobState::Running || job.state == JobState::Paused;
}

Cell noFigure()
{
    return figureCell(QString(format::NONE), {}, Token::Faint);
}

} // namespace

JobTableModel::JobTableModel(QObject* parent)
    : CellTableModel({{tr("Job"), false, 290},
                      {tr("State"), false, 104},
                      {tr("Progress"), false, 130},
                      {tr("Done"), true, 96, tr("Rows, trades or candles so far")},
                      {tr("Per second"), true, 84, tr("Rows, trades or candles a second")},
                      {tr("Left"), true, 84, tr("Time left, by the pace so far")},
                      {tr("What came of it"), false, 240}},
                     parent)
{}

int JobTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

QVariant JobTableModel::data(const QModelIndex& index, int role) const
{
    if (index.isValid() && role == SHARE_ROLE) {
        const Job& job = m_jobs[static_cast<std::size_t>(index.row())];
        return job.state == JobState::Done ? 1.0 : isUnderWay(job) ? job.progress.share : -1.0;
    }
    if (index.isValid() && role == Qt::ToolTipRole) {
        const Job& job = m_jobs[static_cast<std::size_t>(index.row())];
        const QString story = words::jobStory(job);
        return story.isEmpty() ? words::jobTitle(job.request) : words::jobTitle(job.request) + QLatin1Char('\n') + story;
    }
    return CellTableModel::data(index, role);
}

void JobTableModel::setJobs(const core::history::JobListPtr& jobs)
{
    core::history::JobList next = *jobs;
    std::sort(next.begin(), next.end(), [](const Job& a, const Job& b) { return a.id < b.id; });
    const bool kept = syncTable(m_jobs, std::move(next), [](const Job& job) { return job.id; });
    if (kept)
        reportChanged(0, rowCount());
}

const Job* JobTableModel::jobAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_jobs[static_cast<std::size_t>(row)] : nullptr;
}

int JobTableModel::rowOf(core::history::JobId id) const
{
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const Job& job) { return job.id == id; });
    return found == m_jobs.end() ? -1 : static_cast<int>(found - m_jobs.begin());
}

bool JobTableModel::hasFinished() const
{
    return std::any_of(m_jobs.begin(), m_jobs.end(), [](const Job& job) { return core::history::isFinal(job.state); });
}

int JobTableModel::openCount() const
{
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [](const Job& job) {
        return job.state == JobState::Running || job.state == JobState::Queued;
    }));
}

Cell JobTableModel::cell(int row, int column) const
{
    const Job& job = m_jobs[static_cast<std::size_t>(row)];
    const auto& progress = job.progress;
    switch (column) {
    case Title:
        return textCell(words::jobTitle(job.request));
    case State: {
        Cell cell = textCell(words::jobState(job), words::jobToken(job));
        cell.shape = words::jobShape(job);
        return cell;
    }
    case Progress:
        return figureCell(progress.share >= 0.0 && (isUnderWay(job) || job.state == JobState::Done)
                              ? format::percent(progress.share, 0, format::Sign::Minus)
                              : QString(),
                          progress.share);
    case Amount:
        return progress.done > 0 ? figureCell(format::count(progress.done), qlonglong(progress.done)) : noFigure();
    case Rate:
        return job.state == JobState::Running && progress.perSecond > 0.0
                   ? figureCell(format::compact(progress.perSecond), progress.perSecond)
                   : noFigure();
    case Left: {
        const QString left = job.state == JobState::Running ? words::duration(progress.secondsLeft) : QString();
        return left.isEmpty() ? noFigure() : figureCell(left, progress.secondsLeft);
    }
    default:
        return textCell(words::jobStory(job), job.error ? Token::Bad : Token::Dim);
    }
}

} // namespace ui::models
