// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/joblane.h"

#include <QObject>
#include <QString>
#include <QThread>
#include <QTimer>

#include <array>
#include <map>

namespace core::history {

/// Everything that changes or checks the history for the window: imports, downloads, gaps, verification, deletion.
/// Jobs wait in one queue; at a time one asks the venue and one works on the disk, never both on one instrument. A
/// pause stops the job, which gives way to the next; what it committed is kept, and resuming goes on with the rest.
/// Jobs that are not over when the program ends are offered at its next start. Lives on a thread of its own, and
/// has two more for the work: call the slots by queued connection or functor.
class HistoryJobs : public QObject
{
    Q_OBJECT
public:
    struct Places
    {
        DatabaseUrl history;
        std::filesystem::path workspace; ///< Its folder, which has the settings of venues.
        /// Where jobs are kept for the next start; empty keeps none.
        std::filesystem::path listFile;
        /// By which downloads reach a server that may go away meanwhile, and whose spool is written before anything
        /// else: where it cannot be, every job fails with why, but for one that only verifies. Outlives this. Null for
        /// a file.
        HistoryWriter* writer = nullptr;
    };
    explicit HistoryJobs(Places places, JobOutside outside = {});
    /// Stops what runs, which then is offered at the next start.
    ~HistoryJobs() override;

    /// A number for the next job to submit; callable from any thread.
    [[nodiscard]] static JobId nextId();

public slots:
    /// Reads the jobs that the last run of the program left. Call it once, first.
    void start();
    /// Queues a job under a number of nextId's.
    void submit(core::history::JobId id, core::history::JobRequest request);
    /// These do nothing to a job of which they make no sense.
    void pause(core::history::JobId id);
    /// Queues a paused, offered or failed job again.
    void resume(core::history::JobId id);
    void cancel(core::history::JobId id);
    /// Forgets the jobs that are over.
    void clearFinished();
    /// Asks another server from the next job on, and keeps that in the workspace; empty asks Kraken's own.
    void setEndpoint(QString endpoint);

signals:
    /// The queue as it is, oldest first; at most ten times a second while nothing but progress is new.
    void jobsChanged(core::history::JobListPtr jobs);
    /// A run changed what is stored of the instrument, or may have; also one that was stopped or failed, and now
    /// and then one that goes on.
    void historyChanged(core::Symbol symbol);
    /// The list of jobs, or a setting, cannot be read or written; in words.
    void troubled(QString what, QString remedy);

private:
    enum Lane { Venue, Disk, LANES };
    struct Running
    {
        JobId id = 0; ///< 0 while idle.
        JobStop stop;
        JobState wanted = JobState::Paused; ///< What a stopped job becomes.
    };

    [[nodiscard]] static Lane laneOf(JobKind kind);
    [[nodiscard]] Job* find(JobId id);
    [[nodiscard]] Running* runOf(JobId id);
    void stop(Job& job, JobState wanted);
    [[nodiscard]] bool hasRoomFor(const Job& job) const;
    void startNext();
    void begin(Lane lane, Job& job);
    void handleProgress(JobId id, const JobProgress& progress);
    void tellChanges();
    void handleEnded(Lane lane, JobId id, const Result<JobReport>& result);
    void settle(Job& job, const Result<JobReport>& result, const Running& run);
    void publish();
    void keep();

    Places m_places;
    JobList m_jobs;
    std::array<Running, LANES> m_running;
    std::array<JobLane*, LANES> m_lanes{};
    std::array<QThread, LANES> m_threads;
    std::string m_kept; ///< The list as it is on the disk.
    std::map<JobId, int> m_tries; ///< Of jobs that met another writer.
    QTimer m_tell;
    QTimer m_again;
    QTimer m_refresh;
};

} // namespace core::history
