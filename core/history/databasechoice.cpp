// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/databasechoice.h"

#include <QFile>
#include <QSaveFile>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr const char* FILE_NAME = "database.url";
/// Longer than any URL; a file beyond it is another.
constexpr qint64 MOST_BYTES = 4096;

QString nameOf(const std::filesystem::path& file)
{
    return QFile::decodeName(QByteArray::fromStdString(file.string()));
}

Error cannotWrite(const std::filesystem::path& file, const QString& reason)
{
    return {ErrorCode::Io, fmt::format("{} cannot be written ({})", file.string(), reason.toStdString()),
            "Nothing was changed. Check that you may write to that folder."};
}

} // namespace

Result<DatabaseUrl> historyOf(const std::filesystem::path& workspace, const std::optional<std::string>& named)
{
    // Who names one at the start and leaves it empty made a mistake; an empty variable is none.
    if (named)
        return DatabaseUrl::parse(*named);
    if (const std::string variable = qEnvironmentVariable(DATABASE_VARIABLE).toStdString(); !variable.empty())
        return DatabaseUrl::parse(variable);
    auto chosen = readDatabaseChoice(workspace);
    if (!chosen)
        return chosen.error();
    return chosen->value_or(DatabaseUrl(workspace / "history.sqlite"));
}

Result<std::optional<DatabaseUrl>> readDatabaseChoice(const std::filesystem::path& workspace)
{
    const std::filesystem::path path = workspace / FILE_NAME;
    QFile file(nameOf(path));
    if (!file.exists())
        return std::optional<DatabaseUrl>();
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Io,
                     fmt::format("{} cannot be read ({})", path.string(), file.errorString().toStdString()),
                     "Check that you may read it, or delete it to use the workspace's own history."};
    const QByteArray text = file.read(MOST_BYTES).trimmed();
    auto url = DatabaseUrl::parse(text.toStdString());
    if (!url)
        return Error{ErrorCode::Corrupt, fmt::format("{} names no database: {}", path.string(), url.error().what),
                     "Correct it, or delete it to use the workspace's own history."};
    if (!url->isServer() && !url->file().is_absolute())
        return Error{ErrorCode::Corrupt,
                     fmt::format("{} names {}, which is another file in every folder", path.string(), url->text()),
                     "Write its whole path there, or delete it to use the workspace's own history."};
    return std::optional(std::move(*url));
}

Result<void> writeDatabaseChoice(const std::filesystem::path& workspace, const std::optional<DatabaseUrl>& url)
{
    const std::filesystem::path path = workspace / FILE_NAME;
    if (!url) {
        QFile file(nameOf(path));
        if (file.exists() && !file.remove())
            return cannotWrite(path, file.errorString());
        return {};
    }
    const DatabaseUrl chosen = url->isServer() ? *url : DatabaseUrl(std::filesystem::absolute(url->file()));
    QSaveFile file(nameOf(path));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(chosen.url() + "\n")) < 0 || !file.commit())
        return cannotWrite(path, file.errorString());
    return {};
}

} // namespace core::history
