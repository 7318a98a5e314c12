// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sqliteopen.h"

#include "core/history/asidename.h"
#include "core/history/schema.h"

#include <array>
#include <fstream>

#include <unistd.h>

#include <fmt/format.h>

namespace core::history {

namespace {

namespace fs = std::filesystem;

/// Up to this size a file is checked in full at every start; it takes under 0.1 s.
constexpr std::uintmax_t SMALL_FILE = 16 << 20;

fs::path with(const fs::path& file, const std::string& ending)
{
    fs::path result = file;
    result += ending;
    return result;
}

Error setAside(const fs::path& file, const SqlContents& contents)
{
    const fs::path kept = asideName(file, "corrupt");
    std::error_code fault;
    fs::rename(file, kept, fault);
    if (fault)
        return {ErrorCode::Corrupt,
                fmt::format("The {} {} is damaged and could not be renamed ({})", contents.noun,
                            file.string(), fault.message()),
                "It was left as it is. Move it away and start again."};
    std::error_code ignored;
    for (const char* companion : {"-wal", "-shm"})
        fs::rename(with(file, companion), with(kept, companion), ignored);
    fs::remove(suspicionMark(file), ignored);
    return {ErrorCode::Corrupt,
            fmt::format("The {} {} was damaged and cannot be read; it was kept as {}",
                        contents.noun, file.string(), kept.string()),
            contents.afterwards};
}

/// The files that every workspace has: there, something else is damage. Anywhere else it belongs to somebody.
bool isOwnFile(const fs::path& file)
{
    return file.filename() == "history.sqlite" || file.filename() == "sessions.sqlite";
}

/// True when pages at the end are missing. The count comes from SQLite, which knows about pages
/// that are still in the write-ahead log; with such a log the file may be rightly short.
Result<bool> isTruncated(SqliteConnection& connection, const fs::path& file)
{
    std::error_code fault;
    const auto log = fs::file_size(with(file, "-wal"), fault);
    if (!fault && log > 0)
        return false;
    auto pages = connection.number("PRAGMA page_count", "opening");
    auto size = connection.number("PRAGMA page_size", "opening");
    if (!pages || !size)
        return pages ? size.error() : pages.error();
    const auto bytes = fs::file_size(file, fault);
    return !fault && static_cast<std::int64_t>(bytes) < *pages * *size;
}

Result<void> checkHealth(SqliteConnection& connection, const fs::path& file)
{
    // A statement that reads the schema makes SQLite look at the file for the first time.
    auto readable = connection.number("SELECT count(*) FROM sqlite_master", "opening");
    if (!readable)
        return readable.error();
    auto truncated = isTruncated(connection, file);
    if (!truncated)
        return truncated.error();
    std::error_code fault;
    const bool suspect = fs::exists(suspicionMark(file), fault);
    const bool small = fs::file_size(file, fault) <= SMALL_FILE;
    if (*truncated || ((suspect || small) && !connection.isSound()))
        return Error{ErrorCode::Corrupt,
                     fmt::format("The {} {} is damaged", connection.contents().noun, file.string()),
                     "It was left as it is. Open it for writing to have it set aside."};
    return {};
}

Result<void> prepare(SqliteConnection& connection, const fs::path& file, bool readOnly)
{
    if (auto healthy = checkHealth(connection, file); !healthy)
        return healthy;
    auto version = schemaVersion(connection);
    if (!version)
        return version.error();
    if (!readOnly) {
        if (auto configured = connection.configure(); !configured)
            return configured;
    }
    return prepareSchema(connection, *version, readOnly);
}

} // namespace

Result<void> checkIsSqlite(const fs::path& file)
{
    std::error_code fault;
    if (!fs::exists(file, fault) || fs::is_directory(file, fault))
        return {};
    const Error refused{ErrorCode::Refused, fmt::format("{} is of another kind, and no history", file.string()),
                        "It was left as it is. Name another file."};
    // What is no plain file may never answer.
    if (!fs::is_regular_file(file, fault))
        return refused;
    constexpr std::string_view HEADER("SQLite format 3\0", 16);
    std::array<char, HEADER.size()> first{};
    std::ifstream stream(file, std::ios::binary);
    stream.read(first.data(), first.size());
    if (stream.gcount() == 0 || HEADER == std::string_view(first.data(), static_cast<std::size_t>(stream.gcount())))
        return {};
    return refused;
}

Result<std::unique_ptr<SqliteConnection>> connectSqlite(const fs::path& file, bool readOnly,
                                                        const SqlContents& contents)
{
    std::error_code fault;
    if (fs::is_directory(file, fault))
        return Error{ErrorCode::Io,
                     fmt::format("{} is a folder, not a {} file", file.string(), contents.noun),
                     ""};
    if (readOnly && !fs::exists(file, fault))
        return nothingYet(file.string(), contents);
    if (!readOnly)
        return SqliteConnection::connect(file, SqliteAccess::ReadWrite, contents);
    const bool writableFolder =
        ::access(file.parent_path().empty() ? "." : file.parent_path().c_str(), W_OK) == 0;
    const bool hasLog = fs::exists(with(file, "-wal"), fault);
    return SqliteConnection::connect(
        file, writableFolder || hasLog ? SqliteAccess::ReadOnly : SqliteAccess::Immutable,
        contents);
}

Result<std::unique_ptr<SqliteConnection>> openSqlite(const fs::path& file, bool readOnly,
                                                     const SqlContents& contents)
{
    if (!isOwnFile(file)) {
        if (auto good = checkIsSqlite(file); !good)
            return good.error();
    }
    auto connection = connectSqlite(file, readOnly, contents);
    if (!connection)
        return connection.error();
    const auto ready = prepare(**connection, file, readOnly);
    if (ready) {
        std::error_code ignored;
        if (!readOnly)
            fs::remove(suspicionMark(file), ignored);
        return std::move(*connection);
    }
    connection->reset();
    if (ready.error().code != ErrorCode::Corrupt || readOnly)
        return ready.error();
    return setAside(file, contents);
}

} // namespace core::history
