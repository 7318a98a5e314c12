// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/joblane.h"

#include "core/history/spooledhistory.h"

#include <exception>
#include <utility>

namespace core::history {

namespace {
constexpr auto TELL_EVERY = std::chrono::milliseconds(100);
} // namespace

JobLane::JobLane(DatabaseUrl history, std::filesystem::path workspace, HistoryWriter* writer, JobOutside outside)
    : m_url(std::move(history)), m_history(m_url, false), m_writer(writer), m_workspace(std::move(workspace)),
      m_outside(std::move(outside))
{}

JobLane::~JobLane() = default;

void JobLane::run(JobId id, const JobRequest& request, const JobStop& stop)
{
    m_told = {};
    m_progress = {};
    Result<JobReport> result = JobReport();
    try {
        result = carryOut(id, request, *stop);
    } catch (const std::exception& exception) {
        result = Error{ErrorCode::Internal, std::string("The job failed: ") + exception.what(),
                       "What was committed before is kept."};
    }
    // A connection that failed is opened anew by the next job.
    if (!result)
        m_history.close();
    emit ended(id, std::move(result));
}

Result<JobReport> JobLane::carryOut(JobId id, const JobRequest& request, const std::atomic<bool>& stop)
{
    // What waits in the spool, or is on its way there, is older than anything that is done now.
    if (m_writer && request.kind != JobKind::Verify) {
        if (auto settled = m_writer->settle(stop); !settled)
            return settled.error();
    }
    if (needsVenue(request.kind)) {
        if (auto connected = connectVenue(); !connected)
            return connected.error();
        return download(id, request, stop);
    }
    auto store = m_history.store();
    if (!store)
        return store.error();
    return runDiskJob(**store, request, [&](const JobProgress& now) { tell(id, now); }, stop);
}

/// Into a file, or to a server that may go away meanwhile.
Result<JobReport> JobLane::download(JobId id, const JobRequest& request, const std::atomic<bool>& stop)
{
    const JobTold told = [&](const JobProgress& now) { tell(id, now); };
    if (!m_writer) {
        auto store = m_history.store();
        return store ? runVenueJob(**store, *m_kraken, request, told, stop) : Result<JobReport>(store.error());
    }
    SpooledHistory store(*m_writer, m_url, stop, [&](const std::optional<Error>& why) {
        JobProgress waiting = m_progress;
        waiting.trouble = why ? why->what : std::string();
        tell(id, waiting);
    });
    return runVenueJob(store, *m_kraken, request, told, stop);
}

/// One connection for all jobs, so that requests keep their distance from one job to the next.
Result<void> JobLane::connectVenue()
{
    auto access = venueAccess(m_workspace);
    if (!access)
        return access.error();
    const bool isSame = m_kraken && access->endpoint == m_access.endpoint && access->spacing == m_access.spacing;
    if (isSame)
        return {};
    m_access = *access;
    m_http = m_outside.http();
    m_pace = m_outside.pace();
    m_kraken = std::make_unique<KrakenRest>(*m_http, *m_pace, m_access);
    return {};
}

void JobLane::tell(JobId id, const JobProgress& progress)
{
    const auto now = std::chrono::steady_clock::now();
    // What has gone wrong, or right again, is told at once: the next word may be a minute away.
    const bool isNews = progress.trouble != m_progress.trouble;
    m_progress = progress;
    if (now - m_told < TELL_EVERY && !isNews)
        return;
    m_told = now;
    emit progressed(id, progress);
}

} // namespace core::history
