// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/schema.h"
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlitedialect.h"

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

/// "20220119T054200Z".
std::string compactNow()
{
    std::string text =
        formatTimestampShort(std::chrono::floor<std::chrono::seconds>(SystemClock().now()));
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

fs::path freeName(const fs::path& file)
{
    const std::string ending = ".corrupt-" + compactNow();
    fs::path candidate = with(file, ending);
    std::error_code ignored;
    for (int i = 2; fs::exists(fs::symlink_status(candidate, ignored)); ++i)
        candidate = with(file, fmt::format("{}-{}", ending, i));
    return candidate;
}

Error setAside(const fs::path& file)
{
    const fs::path kept = freeName(file);
    std::error_code fault;
    fs::rename(file, kept, fault);
    if (fault)
        return {ErrorCode::Corrupt,
                fmt::format("The history {} is damaged and could not be renamed ({})",
                            file.string(), fault.message()),
                "It was left as it is. Move it away and start again."};
    std::error_code ignored;
    for (const char* companion : {"-wal", "-shm"})
        fs::rename(with(file, companion), with(kept, companion), ignored);
    fs::remove(suspicionMark(file), ignored);
    return {ErrorCode::Corrupt,
            fmt::format("The history {} was damaged and cannot be read; it was kept as {}",
                        file.string(), kept.string()),
            "Start again to begin with an empty history, then import your files again."};
}

/// True when pages at the end are missing. The count comes from SQLite, which knows about pages
/// that are still in the write-ahead log; with such a log the file may be rightly short.
Result<bool> isTruncated(SqliteDialect& dialect, const fs::path& file)
{
    std::error_code fault;
    const auto log = fs::file_size(with(file, "-wal"), fault);
    if (!fault && log > 0)
        return false;
    auto pages = dialect.number("PRAGMA page_count", "opening");
    auto size = dialect.number("PRAGMA page_size", "opening");
    if (!pages || !size)
        return pages ? size.error() : pages.error();
    const auto bytes = fs::file_size(file, fault);
    return !fault && static_cast<std::int64_t>(bytes) < *pages * *size;
}

Result<void> checkHealth(SqliteDialect& dialect, const fs::path& file)
{
    // A statement that reads the schema makes SQLite look at the file for the first time.
    auto readable = dialect.number("SELECT count(*) FROM sqlite_master", "opening");
    if (!readable)
        return readable.error();
    auto truncated = isTruncated(dialect, file);
    if (!truncated)
        return truncated.error();
    std::error_code fault;
    const bool suspect = fs::exists(suspicionMark(file), fault);
    const bool small = fs::file_size(file, fault) <= SMALL_FILE;
    if (*truncated || ((suspect || small) && !dialect.isSound()))
        return Error{ErrorCode::Corrupt, fmt::format("The history {} is damaged", file.string()),
                     "It was left as it is. Open it for writing to have it set aside."};
    return {};
}

Error nothingYet(const fs::path& file)
{
    return {ErrorCode::NotFound, fmt::format("There is no history at {} yet", file.string()),
            "Import a file of candles first."};
}

Result<std::unique_ptr<SqliteDialect>> connect(const fs::path& file, bool readOnly)
{
    std::error_code fault;
    if (fs::is_directory(file, fault))
        return Error{ErrorCode::Io,
                     fmt::format("{} is a folder, not a history file", file.string()), ""};
    if (readOnly && !fs::exists(file, fault))
        return nothingYet(file);
    if (!readOnly)
        return SqliteDialect::connect(file, SqliteAccess::ReadWrite);
    const bool writableFolder =
        ::access(file.parent_path().empty() ? "." : file.parent_path().c_str(), W_OK) == 0;
    const bool hasLog = fs::exists(with(file, "-wal"), fault);
    return SqliteDialect::connect(file, writableFolder || hasLog ? SqliteAccess::ReadOnly
                                                                 : SqliteAccess::Immutable);
}

Result<void> prepare(SqliteDialect& dialect, const fs::path& file, bool readOnly)
{
    if (auto healthy = checkHealth(dialect, file); !healthy)
        return healthy;
    auto version = schemaVersion(dialect);
    if (!version)
        return version.error();
    if (!readOnly) {
        if (auto configured = dialect.configure(); !configured)
            return configured;
        return migrate(dialect, *version);
    }
    if (*version == 0)
        return nothingYet(file);
    if (*version < dialect.migrations().back().version)
        return Error{
            ErrorCode::Unsupported,
            fmt::format("The history {} was not yet prepared by this version", file.string()),
            "Open it once for writing, for example by importing a file."};
    return {};
}

} // namespace

Result<std::unique_ptr<HistoryStore>> openSqliteHistory(const fs::path& file, bool readOnly)
{
    auto dialect = connect(file, readOnly);
    if (!dialect)
        return dialect.error();
    const auto ready = prepare(**dialect, file, readOnly);
    if (ready) {
        std::error_code ignored;
        if (!readOnly)
            fs::remove(suspicionMark(file), ignored);
        return std::unique_ptr<HistoryStore>(
            std::make_unique<SqlHistoryStore>(std::move(*dialect)));
    }
    dialect->reset();
    if (ready.error().code != ErrorCode::Corrupt || readOnly)
        return ready.error();
    return setAside(file);
}

} // namespace core::history
