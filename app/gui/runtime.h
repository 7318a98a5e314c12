// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/workspace.h"
#include "ui/mainwindow.h"

#include <QTemporaryDir>
#include <QThread>

#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

namespace app {

/// A named thread that is asked to end and waited for when it goes out of scope.
class ServiceThread
{
public:
    explicit ServiceThread(const QString& name);
    ~ServiceThread();
    Q_DISABLE_COPY_MOVE(ServiceThread)

    /// Moves the service here; it dies on this thread when the thread ends. It must have no parent.
    void adopt(QObject* service);

private:
    std::unique_ptr<QThread> m_thread;
};

/// Everything behind the window: the workspace, the services and the threads they live on. Members
/// die in reverse: the window's owner destroys the window first.
class Runtime
{
public:
    enum class Replays {
        Kept,   ///< In the workspace, and continued at the next start.
        Passing ///< For pictures: what was kept before is left alone.
    };
    /// The history is the workspace's own unless another one is named.
    /// Unsigned scripts run only where the user asked for it at this very start.
    Runtime(core::Workspace workspace, std::vector<std::filesystem::path> strategyFolders,
            Replays replays = Replays::Kept,
            const std::optional<core::history::DatabaseUrl>& history = {},
            core::strategy::UnsignedScripts unsignedScripts = core::strategy::UnsignedScripts::Refused);
    ~Runtime();
    Q_DISABLE_COPY_MOVE(Runtime)

    [[nodiscard]] ui::Services services();

private:
    [[nodiscard]] std::unique_ptr<core::history::HistoryWriter> openWriter();

    core::Workspace m_workspace;
    core::history::DatabaseUrl m_history;
    // A second program must not write beside the first one: its journals go away with it.
    std::unique_ptr<QTemporaryDir> m_passingJournals;
    std::unique_ptr<ui::models::StrategyScanner> m_scanner;
    std::jthread m_hurry; ///< Of the end only, and outlives what it hurries.
    // Of a server only; in a read-only workspace another program has the spool. Outlives the threads of the jobs.
    std::unique_ptr<core::history::HistoryWriter> m_historyWriter;
    core::history::HistoryReader* m_reader;
    core::history::ImportPlanner* m_planner;
    core::history::HistoryJobs* m_jobs;
    core::history::HistorySurvey* m_survey;
    core::engine::ReplayController* m_replay;
    ServiceThread m_readerThread;
    ServiceThread m_plannerThread;
    ServiceThread m_jobsThread;
    ServiceThread m_surveyThread;
    ServiceThread m_engineThread;
};

} // namespace app
