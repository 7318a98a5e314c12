// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvimport.h"
#include "core/history/historywriter.h"
#include "core/history/openhistory.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <atomic>
#include <filesystem>
#include <memory>

namespace core::history {

/// Plans and runs imports for the window. Lives on the store's writer thread: call the slots by
/// queued connection or functor. Every request ends with exactly one of planned, imported and
/// failed.
class HistoryImporter : public QObject
{
    Q_OBJECT
public:
    /// Imports into the history at `url`, which is opened by the first run.
    explicit HistoryImporter(DatabaseUrl url, QObject* parent = nullptr);
    /// What waits in this writer's spool is older than any file and is written before one. Call it before the first run;
    /// the writer must outlive this.
    void setWriter(HistoryWriter* writer) { m_writer = writer; }
    ~HistoryImporter() override;

    /// Stops the plan or the run that is under way; does nothing when there is none. A run keeps
    /// what is committed and ends with `imported`, its report saying `cancelled`. Callable from any
    /// thread. Requests still queued when QThread::requestInterruption was called fail without
    /// being started.
    void cancel();

public slots:
    /// Reads the whole file once; nothing is written.
    void plan(quint64 token, QString file, core::history::ImportOptions options);
    void run(quint64 token, QString file, core::history::ImportOptions options,
             core::history::ImportPlan plan);

signals:
    /// Before the answer to a plan: the file is an archive, and these members may be meant.
    void membersFound(quint64 token, QStringList members);
    void planned(quint64 token, core::history::ImportPlan plan);
    /// A few times a second during a run.
    void progressed(quint64 token, core::history::ImportProgress progress);
    void imported(quint64 token, core::history::ImportReport report);
    /// `what` happened and was kept, and what to do about it; untranslated.
    void failed(quint64 token, QString what, QString remedy);

private:
    void findMembers(quint64 token, const std::filesystem::path& file);
    Result<ImportReport> import(quint64 token, const QString& file, const ImportOptions& options,
                                const ImportPlan& plan);
    bool begin(quint64 token);
    void fail(quint64 token, const Error& error);

    OpenHistory m_history;
    HistoryWriter* m_writer = nullptr;
    std::atomic<bool> m_busy = false;
    std::atomic<bool> m_cancel = false;
};

} // namespace core::history
