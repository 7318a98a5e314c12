// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyjobs.h"

#include "core/history/joblist.h"

#include <QFile>
#include <QSaveFile>

#include <algorithm>
#include <iterator>
#include <utility>

namespace core::history {

namespace {

constexpr int TELL_MILLISECONDS = 100;
/// Another writer is waited for, as long as it has a chance to end.
constexpr int AGAIN_MILLISECONDS = 1000;
constexpr int MAX_TRIES = 5;

std::atomic<JobId> newestId = 0;

Error tooMany()
{
    return {ErrorCode::Refused, "There are too many jobs in the queue",
            "Nothing was changed. Wait until some of them are done."};
}

QString nameOf(const std::filesystem::path& file)
{
    return QFile::decodeName(QByteArray::fromStdString(file.string()));
}

} // namespace

JobId HistoryJobs::nextId()
{
    return ++newestId;
}

HistoryJobs::HistoryJobs(Places places, JobOutside outside) : m_places(std::move(places)), m_tell(this), m_again(this), m_refresh(this)
{
    m_tell.setSingleShot(true);
    m_tell.setInterval(TELL_MILLISECONDS);
    connect(&m_tell, &QTimer::timeout, this, &HistoryJobs::publish);
    m_again.setSingleShot(true);
    m_again.setInterval(AGAIN_MILLISECONDS);
    connect(&m_again, &QTimer::timeout, this, &HistoryJobs::startNext);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(outside.refresh);
    connect(&m_refresh, &QTimer::timeout, this, &HistoryJobs::tellChanges);
    for (std::size_t i = 0; i < LANES; ++i) {
        m_lanes[i] = new JobLane(m_places.history, m_places.workspace, m_places.writer, outside);
        m_lanes[i]->moveToThread(&m_threads[i]);
        m_threads[i].setObjectName(i == Venue ? QStringLiteral("jobs-venue") : QStringLiteral("jobs-disk"));
        connect(&m_threads[i], &QThread::finished, m_lanes[i], &QObject::deleteLater);
        connect(m_lanes[i], &JobLane::progressed, this, &HistoryJobs::handleProgress);
        connect(m_lanes[i], &JobLane::ended, this, [this, lane = static_cast<Lane>(i)](JobId id, const Result<JobReport>& result) {
            handleEnded(lane, id, result);
        });
        m_threads[i].start();
    }
}

HistoryJobs::~HistoryJobs()
{
    for (const Running& running : m_running) {
        if (running.id != 0)
            running.stop->store(true);
    }
    for (QThread& thread : m_threads)
        thread.quit();
    for (QThread& thread : m_threads)
        thread.wait();
}

void HistoryJobs::start()
{
    QFile file(nameOf(m_places.listFile));
    if (m_places.listFile.empty() || !file.exists())
        return publish();
    Result<JobList> list = Error{ErrorCode::Io, "The list of unfinished jobs cannot be opened", "Check that the file may be read."};
    if (file.open(QIODevice::ReadOnly))
        list = readJobList(file.read(MAX_JOB_LIST_BYTES + 1).toStdString());
    file.close();
    if (!list) {
        const QString aside = file.fileName() + QStringLiteral(".unreadable");
        QFile::remove(aside);
        const bool kept = QFile::rename(file.fileName(), aside);
        emit troubled(QString::fromStdString(list.error().what) +
                          (kept ? QStringLiteral("; it was kept as ") + aside : QString()),
                      QString::fromStdString(list.error().remedy));
        return publish();
    }
    for (Job& job : *list) {
        job.id = nextId();
        job.hasRun = true;
        m_jobs.push_back(std::move(job));
    }
    publish();
}

void HistoryJobs::submit(JobId id, JobRequest request)
{
    Job job;
    job.id = id;
    job.request = std::move(request);
    if (!hasRoomFor(job)) {
        job.state = JobState::Failed;
        job.error = tooMany();
    }
    m_jobs.push_back(std::move(job));
    startNext();
}

/// Whether the next start would take the list with one more job, that is over or not in it yet.
bool HistoryJobs::hasRoomFor(const Job& job) const
{
    JobList open;
    std::copy_if(m_jobs.begin(), m_jobs.end(), std::back_inserter(open), [](const Job& one) { return !isFinal(one.state); });
    open.push_back(job);
    open.back().state = JobState::Queued;
    return open.size() <= MAX_KEPT_JOBS && writeJobList(open).size() <= MAX_JOB_LIST_BYTES;
}

Job* HistoryJobs::find(JobId id)
{
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const Job& job) { return job.id == id; });
    return found == m_jobs.end() ? nullptr : &*found;
}

HistoryJobs::Running* HistoryJobs::runOf(JobId id)
{
    const auto found = std::find_if(m_running.begin(), m_running.end(), [&](const Running& one) { return one.id == id; });
    return found == m_running.end() ? nullptr : &*found;
}

void HistoryJobs::pause(JobId id)
{
    Job* job = find(id);
    if (!job || (job->state != JobState::Queued && job->state != JobState::Running) || job->isStopping)
        return;
    stop(*job, JobState::Paused);
}

void HistoryJobs::cancel(JobId id)
{
    Job* job = find(id);
    if (!job || isFinal(job->state))
        return;
    stop(*job, JobState::Cancelled);
}

void HistoryJobs::stop(Job& job, JobState wanted)
{
    if (Running* running = runOf(job.id)) {
        running->wanted = wanted;
        running->stop->store(true);
        job.isStopping = true;
    } else {
        job.state = wanted;
    }
    startNext();
}

void HistoryJobs::resume(JobId id)
{
    Job* job = find(id);
    if (!job || (job->state != JobState::Paused && job->state != JobState::Offered && job->state != JobState::Failed))
        return;
    if (isFinal(job->state) && !hasRoomFor(*job)) {
        const Error why = tooMany();
        emit troubled(QString::fromStdString(why.what), QString::fromStdString(why.remedy));
        return;
    }
    job->state = JobState::Queued;
    job->error.reset();
    job->progress.trouble.clear();
    m_tries.erase(id);
    startNext();
}

void HistoryJobs::clearFinished()
{
    std::erase_if(m_jobs, [](const Job& job) { return isFinal(job.state); });
    publish();
}

void HistoryJobs::setEndpoint(QString endpoint)
{
    if (const auto set = setVenueEndpoint(m_places.workspace, endpoint.toStdString()); !set)
        emit troubled(QString::fromStdString(set.error().what), QString::fromStdString(set.error().remedy));
}

HistoryJobs::Lane HistoryJobs::laneOf(JobKind kind)
{
    return needsVenue(kind) ? Venue : Disk;
}

/// Starts whatever may run now, and tells of the queue as it then is. The jobs of one instrument run in the order of the
/// queue, whatever they work with.
void HistoryJobs::startNext()
{
    std::vector<Symbol> waiting;
    for (Job& job : m_jobs) {
        if (job.state != JobState::Queued)
            continue;
        const Lane lane = laneOf(job.request.kind);
        const bool isBehind = std::find(waiting.begin(), waiting.end(), job.request.symbol) != waiting.end();
        const bool isTaken = std::any_of(m_running.begin(), m_running.end(), [&](const Running& one) {
            const Job* other = one.id == 0 ? nullptr : find(one.id);
            return other && other->request.symbol == job.request.symbol;
        });
        const bool waits = m_again.isActive() && m_tries.contains(job.id);
        if (m_running[lane].id == 0 && !isTaken && !isBehind && !waits)
            begin(lane, job);
        else
            waiting.push_back(job.request.symbol);
    }
    publish();
}

void HistoryJobs::begin(Lane lane, Job& job)
{
    job.state = JobState::Running;
    job.isStopping = false;
    job.hasRun = true;
    m_running[lane] = {job.id, std::make_shared<std::atomic<bool>>(false), JobState::Paused};
    QMetaObject::invokeMethod(
        m_lanes[lane],
        [worker = m_lanes[lane], id = job.id, request = job.request, stop = m_running[lane].stop] {
            worker->run(id, request, stop);
        },
        Qt::QueuedConnection);
}

void HistoryJobs::handleProgress(JobId id, const JobProgress& progress)
{
    Job* job = find(id);
    if (!job || job->state != JobState::Running)
        return;
    job->progress = progress;
    if (!m_tell.isActive())
        m_tell.start();
    if (progress.done > 0 && !m_refresh.isActive())
        m_refresh.start();
}

/// Of what runs for hours, the window shows what is stored so far.
void HistoryJobs::tellChanges()
{
    for (const Running& running : m_running) {
        const Job* job = running.id == 0 ? nullptr : find(running.id);
        if (job && job->request.kind != JobKind::Verify && job->progress.done > 0)
            emit historyChanged(job->request.symbol);
    }
}

void HistoryJobs::handleEnded(Lane lane, JobId id, const Result<JobReport>& result)
{
    const Running run = std::exchange(m_running[lane], {});
    if (Job* job = find(id)) {
        settle(*job, result, run);
        if (job->request.kind != JobKind::Verify)
            emit historyChanged(job->request.symbol);
    }
    startNext();
}

void HistoryJobs::settle(Job& job, const Result<JobReport>& result, const Running& run)
{
    job.isStopping = false;
    job.progress.secondsLeft = 0.0;
    job.progress.trouble.clear();
    if (result)
        job.report = std::make_shared<const JobReport>(job.report ? joined(*job.report, *result) : *result);
    const bool isBusy = !result && result.error().code == ErrorCode::Busy;
    // One that waited for another writer when it was to stop did no more than one that had seen so in time.
    if (wasStopped(result) || (isBusy && run.stop && run.stop->load())) {
        job.state = run.wanted;
    } else if (result) {
        job.state = JobState::Done;
        job.progress.share = 1.0;
    } else if (isBusy && ++m_tries[job.id] < MAX_TRIES) {
        job.state = JobState::Queued;
        job.progress.trouble = result.error().what;
        m_again.start();
    } else {
        job.state = JobState::Failed;
        job.error = result.error();
        // An earlier try may have deleted what this one did not.
        if (job.request.kind == JobKind::Delete && job.progress.done > 0)
            job.error->remedy = REMEDY_OF_HALF_A_DELETION;
    }
    if (isFinal(job.state))
        m_tries.erase(job.id);
}

void HistoryJobs::publish()
{
    m_tell.stop();
    emit jobsChanged(std::make_shared<const JobList>(m_jobs));
    keep();
}

/// Written when the jobs are others than on the disk, which progress does not make them.
void HistoryJobs::keep()
{
    if (m_places.listFile.empty())
        return;
    std::string text = writeJobList(m_jobs);
    if (text == m_kept)
        return;
    QSaveFile file(nameOf(m_places.listFile));
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size()) &&
                         file.commit();
    if (!written)
        emit troubled(QStringLiteral("The list of unfinished jobs cannot be written: ") + file.errorString(),
                      QStringLiteral("The jobs go on, but are not offered again should the program end now."));
    m_kept = std::move(text);
}

} // namespace core::history
