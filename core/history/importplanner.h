// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvimport.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <atomic>
#include <filesystem>

namespace core::history {

/// Looks files through for the window before they are imported, which is HistoryJobs' business. Lives on a thread
/// of its own, since that takes seconds: call the slot by queued connection or functor. Every request ends with
/// exactly one of planned and failed.
class ImportPlanner : public QObject
{
    Q_OBJECT
public:
    explicit ImportPlanner(QObject* parent = nullptr) : QObject(parent) {}

    /// Stops the plan that is under way; does nothing when there is none. Callable from any thread. Requests still
    /// queued when QThread::requestInterruption was called fail without being started.
    void cancel();

public slots:
    /// Reads the whole file once; nothing is written.
    void plan(quint64 token, QString file, core::history::ImportOptions options);

signals:
    /// Before the answer to a plan: the file is an archive, and these members may be meant.
    void membersFound(quint64 token, QStringList members);
    void planned(quint64 token, core::history::ImportPlan plan);
    /// `what` happened and was kept, and what to do about it; untranslated.
    void failed(quint64 token, QString what, QString remedy);

private:
    void findMembers(quint64 token, const std::filesystem::path& file);
    void fail(quint64 token, const Error& error);

    std::atomic<bool> m_busy = false;
    std::atomic<bool> m_cancel = false;
};

} // namespace core::history
