// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/importplanner.h"

#include "core/history/bytesource.h"

#include <QFile>
#include <QThread>

#include <exception>

namespace core::history {

void ImportPlanner::cancel()
{
    if (m_busy.load())
        m_cancel.store(true);
}

void ImportPlanner::fail(quint64 token, const Error& error)
{
    emit failed(token, QString::fromStdString(error.what), QString::fromStdString(error.remedy));
}

void ImportPlanner::plan(quint64 token, QString file, ImportOptions options)
{
    if (QThread::currentThread()->isInterruptionRequested())
        return fail(token, {ErrorCode::Cancelled, "The file was not read because the program is closing",
                            "Nothing was changed."});
    m_cancel.store(false);
    m_busy.store(true);
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
void ImportPlanner::findMembers(quint64 token, const std::filesystem::path& file)
{
    const auto members = membersOf(file);
    if (!members || members->size() < 2)
        return;
    QStringList names;
    for (const std::string& name : *members)
        names.append(QFile::decodeName(QByteArray::fromStdString(name)));
    emit membersFound(token, names);
}

} // namespace core::history
