// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historywriter.h"
#include "core/history/jobrun.h"
#include "core/history/openhistory.h"
#include "core/history/venuesettings.h"

#include <QObject>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

namespace core::history {

/// What jobs meet outside of the program; tests bring their own.
struct JobOutside
{
    std::function<std::unique_ptr<HttpClient>()> http = &openHttpClient;
    std::function<std::unique_ptr<Pace>()> pace = [] { return std::make_unique<RealPace>(); };
    /// How often what a running job has stored is told of.
    std::chrono::milliseconds refresh = std::chrono::seconds(10);
};

/// Set from any thread to end the run that looks at it.
using JobStop = std::shared_ptr<std::atomic<bool>>;

/// Runs one job after the other, with a store and a connection to the venue of its own. Lives on a thread that may
/// wait: call run by queued functor. No exception leaves it.
class JobLane : public QObject
{
    Q_OBJECT
public:
    /// `writer` as HistoryJobs::Places has it.
    JobLane(DatabaseUrl history, std::filesystem::path workspace, HistoryWriter* writer, JobOutside outside);
    ~JobLane() override;

    void run(JobId id, const JobRequest& request, const JobStop& stop);

signals:
    /// At most ten times a second.
    void progressed(core::history::JobId id, core::history::JobProgress progress);
    /// Each run ends with it.
    void ended(core::history::JobId id, core::Result<core::history::JobReport> result);

private:
    [[nodiscard]] Result<JobReport> download(JobId id, const JobRequest& request, const std::atomic<bool>& stop);
    [[nodiscard]] Result<JobReport> carryOut(JobId id, const JobRequest& request, const std::atomic<bool>& stop);
    [[nodiscard]] Result<void> connectVenue();
    void tell(JobId id, const JobProgress& progress);

    DatabaseUrl m_url;
    OpenHistory m_history;
    HistoryWriter* m_writer;
    std::filesystem::path m_workspace;
    JobOutside m_outside;
    std::unique_ptr<HttpClient> m_http;
    std::unique_ptr<Pace> m_pace;
    std::unique_ptr<KrakenRest> m_kraken;
    KrakenAccess m_access;
    std::chrono::steady_clock::time_point m_told{};
    JobProgress m_progress; ///< As last told.
};

} // namespace core::history
