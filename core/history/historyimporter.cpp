// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyimporter.h"

#include "core/history/bytesource.h"

#include <QFile>
#include <QThread>

#include <exception>

namespace core::history {

HistoryImporter::HistoryImporter(DatabaseUrl url, QObject* parent)
    : QObject(parent), m_history(std::move(url), false)
{}

HistoryImporter::~HistoryImporter() = default;

void HistoryImporter::cancel()
{
    if (m_busy.load())
        m_cancel.store(true);
}

void HistoryImporter::fail(quint64 token, const Error& error)
{
    emit failed(token, QString::fromStdString(error.what), QString::fromStdString(error.remedy));
}

/// Starts a request; false when the thread is about to end, and then the request has failed.
bool HistoryImporter::begin(quint64 token)
{
    if (QThread::currentThread()->isInterruptionRequested()) {
        fail(token,
             {ErrorCode::Cancelled, "The import was not started because the program is closing",
              "Nothing was changed."});
        return false;
    }
    m_cancel.store(false);
    m_busy.store(true);
    return true;
}

void HistoryImporter::plan(quint64 token, QString file, ImportOptions options)
{
    if (!begin(token))
        return;
    Result<ImportPlan> result = ImportPlan{};
    try {
        const std::filesystem::path path = QFile::encodeName(file).toStdString();
        findMembers(token, path);
        result = planImport(path, options, &m_cancel);
    } catch (const std::exception& exception) {
        result = Error{ErrorCode::Internal,
                       std::string("Looking at the file failed: ") + exception.what(), ""};
    }
    m_busy.store(false);
    if (result)
        emit planned(token, std::move(*result));
    else
        fail(token, result.error());
}

/// Only an archive of several is worth a choice; what is wrong with a file planning says.
void HistoryImporter::findMembers(quint64 token, const std::filesystem::path& file)
{
    const auto members = membersOf(file);
    if (!members || members->size() < 2)
        return;
    QStringList names;
    for (const std::string& name : *members)
        names.append(QFile::decodeName(QByteArray::fromStdString(name)));
    emit membersFound(token, names);
}

void HistoryImporter::run(quint64 token, QString file, ImportOptions options, ImportPlan plan)
{
    if (!begin(token))
        return;
    Result<ImportReport> result = ImportReport{};
    try {
        result = import(token, file, options, plan);
    } catch (const std::exception& exception) {
        result = Error{ErrorCode::Internal, std::string("The import failed: ") + exception.what(),
                       "What was committed before is kept."};
    }
    m_busy.store(false);
    if (result)
        emit imported(token, std::move(*result));
    else
        fail(token, result.error());
}

Result<ImportReport> HistoryImporter::import(quint64 token, const QString& file,
                                             const ImportOptions& options, const ImportPlan& plan)
{
    if (m_writer) {
        const auto settled = m_writer->settle(m_cancel);
        if (!settled && m_cancel.load()) {
            ImportReport nothing;
            nothing.cancelled = true;
            return nothing;
        }
        if (!settled)
            return settled.error();
    }
    auto store = m_history.store();
    if (!store)
        return store.error();
    auto report = importCsv(
        **store, QFile::encodeName(file).toStdString(), options, plan,
        [this, token](const ImportProgress& progress) { emit progressed(token, progress); },
        m_cancel);
    if (!report)
        m_history.close();
    return report;
}

} // namespace core::history
