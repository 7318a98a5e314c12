// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/runtime.h"

#include "core/history/historyjobs.h"
#include "core/history/historyreader.h"
#include "core/history/historysurvey.h"
#include "core/history/historywriter.h"
#include "core/history/importplanner.h"
#include "core/history/serverline.h"
#include "ui/models/strategyscanner.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include <pthread.h>

namespace app {

ServiceThread::ServiceThread(const QString& name) : m_thread(std::make_unique<QThread>())
{
    m_thread->setObjectName(name);
    m_thread->start();
}

ServiceThread::~ServiceThread()
{
    m_thread->requestInterruption();
    m_thread->quit();
    m_thread->wait();
}

void ServiceThread::adopt(QObject* service)
{
    service->moveToThread(m_thread.get());
    QObject::connect(m_thread.get(), &QThread::finished, service, &QObject::deleteLater);
}

namespace {

/// An end waits so long for a server's answer.
constexpr auto SILENCE = std::chrono::seconds(5);

core::engine::ReplayPlaces placesOf(const core::Workspace& workspace,
                                    const core::history::DatabaseUrl& history,
                                    const std::vector<std::filesystem::path>& strategyFolders,
                                    const QTemporaryDir* passingJournals, Runtime::Replays replays,
                                    core::strategy::UnsignedScripts unsignedScripts)
{
    const auto journals = passingJournals ? std::filesystem::path(passingJournals->path().toStdString())
                                          : workspace.journalFolder();
    core::engine::ReplayPlaces places{history, workspace.trustFolder(), strategyFolders, journals};
    places.unsignedScripts = unsignedScripts;
    if (replays == Runtime::Replays::Kept && !workspace.readOnly())
        places.sessionsFile = workspace.sessionsFile();
    return places;
}

/// A window that only looks leaves the list of jobs to the one that works.
core::history::HistoryJobs::Places jobPlacesOf(const core::Workspace& workspace,
                                               const core::history::DatabaseUrl& history,
                                               Runtime::Replays replays, core::history::HistoryWriter* writer)
{
    const bool kept = replays == Runtime::Replays::Kept && !workspace.readOnly();
    return {history, workspace.folder(), kept ? workspace.jobsFile() : std::filesystem::path(), writer};
}

/// Ends the connections of threads that still wait for a server some seconds after the program was to end.
void hangUpOnSilence(const std::stop_token& stop)
{
    pthread_setname_np(pthread_self(), "hang-up");
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
        stopped.wait_for(lock, stop, SILENCE, [] { return false; });
        if (!stop.stop_requested())
            core::history::hangUp();
    }
}

} // namespace

Runtime::Runtime(core::Workspace workspace, std::vector<std::filesystem::path> strategyFolders,
                 Replays replays, const std::optional<core::history::DatabaseUrl>& history,
                 core::strategy::UnsignedScripts unsignedScripts)
    : m_workspace(std::move(workspace)), m_history(history.value_or(m_workspace.historyFile())),
      m_passingJournals(m_workspace.readOnly() ? std::make_unique<QTemporaryDir>() : nullptr),
      m_scanner(std::make_unique<ui::models::StrategyScanner>(
          ui::models::StrategyScanner::Places{strategyFolders, m_workspace.trustFolder(), unsignedScripts})),
      m_historyWriter(openWriter()),
      m_reader(new core::history::HistoryReader(m_history)),
      m_planner(new core::history::ImportPlanner),
      m_jobs(new core::history::HistoryJobs(jobPlacesOf(m_workspace, m_history, replays, m_historyWriter.get()))),
      m_survey(new core::history::HistorySurvey(m_history)),
      m_replay(new core::engine::ReplayController(
          placesOf(m_workspace, m_history, strategyFolders, m_passingJournals.get(), replays, unsignedScripts))),
      m_readerThread(QStringLiteral("store-reader")),
      m_plannerThread(QStringLiteral("import-planner")),
      m_jobsThread(QStringLiteral("history-jobs")),
      m_surveyThread(QStringLiteral("store-survey")),
      m_engineThread(QStringLiteral("engine"))
{
    m_readerThread.adopt(m_reader);
    m_plannerThread.adopt(m_planner);
    m_jobsThread.adopt(m_jobs);
    m_surveyThread.adopt(m_survey);
    m_engineThread.adopt(m_replay);
}

/// Also writes what an earlier start left in the spool.
std::unique_ptr<core::history::HistoryWriter> Runtime::openWriter()
{
    using namespace core::history;
    if (!m_history.isServer() || m_workspace.readOnly())
        return nullptr;
    return HistoryWriter::start(m_history, Spool::folderOf(m_workspace.folder(), m_history));
}

Runtime::~Runtime()
{
    m_planner->cancel();
    m_replay->hurry();
    m_hurry = std::jthread([](const std::stop_token& stop) { hangUpOnSilence(stop); });
}

ui::Services Runtime::services()
{
    return {m_workspace, *m_reader, *m_planner, *m_jobs, *m_survey, *m_replay, *m_scanner, m_history,
            m_historyWriter.get()};
}

} // namespace app
