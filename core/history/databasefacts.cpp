// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/databasefacts.h"

#include "core/history/openhistory.h"
#include "core/history/postgresfacts.h"
#include "core/history/schema.h"
#include "core/history/sqlitedialect.h"
#include "core/history/sqliteopen.h"
#include "core/history/tablenames.h"

#include <sqlite3.h>
#include <unistd.h>

namespace core::history {

namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

/// Ends what an SQLite connection is doing once its time is over.
class SqliteLimit
{
public:
    SqliteLimit(sqlite3* handle, steady_clock::time_point end) : m_handle(handle), m_end(end)
    {
        constexpr int STEPS = 100'000;
        sqlite3_progress_handler(
            m_handle, STEPS,
            [](void* self) { return steady_clock::now() > static_cast<SqliteLimit*>(self)->m_end ? 1 : 0; }, this);
    }
    ~SqliteLimit() { sqlite3_progress_handler(m_handle, 0, nullptr, nullptr); }
    SqliteLimit(const SqliteLimit&) = delete;
    SqliteLimit& operator=(const SqliteLimit&) = delete;

private:
    sqlite3* m_handle;
    steady_clock::time_point m_end;
};

bool mayWrite(const fs::path& file)
{
    std::error_code fault;
    const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    return ::access(folder.c_str(), W_OK) == 0 && (!fs::exists(file, fault) || ::access(file.c_str(), W_OK) == 0);
}

DatabaseProbe emptyFile(const fs::path& file)
{
    return {sqliteName(), 0, historyContents().migrations.back().version, mayWrite(file), {}};
}

Result<std::unique_ptr<SqliteConnection>> connectToLook(const fs::path& file)
{
    if (auto good = checkIsSqlite(file); !good)
        return good.error();
    return connectSqlite(file, true, historyContents());
}

Result<DatabaseProbe> probeFile(SqliteConnection& connection, const fs::path& file)
{
    auto readable = connection.number("SELECT count(*) FROM sqlite_master", "reading");
    if (!readable)
        return readable.error();
    auto version = schemaVersion(connection);
    if (!version)
        return version.error();
    DatabaseProbe probe = emptyFile(file);
    probe.migration = *version;
    return probe;
}

/// A number, or nothing where that takes too long or cannot be told.
std::optional<std::int64_t> numberOf(SqliteConnection& connection, const std::string& sql, steady_clock::time_point end)
{
    auto statement = connection.prepared(sql);
    if (!statement)
        return {};
    const StatementUse use(*statement);
    const SqliteLimit limit(sqlite3_db_handle(*statement), end);
    if (sqlite3_step(*statement) != SQLITE_ROW)
        return {};
    return sqlite3_column_int64(*statement, 0);
}

Result<DatabaseFacts> factsOfFile(const fs::path& file)
{
    std::error_code fault;
    if (!fs::exists(file, fault))
        return DatabaseFacts{emptyFile(file), {}, {}};
    auto connection = connectToLook(file);
    if (!connection)
        return connection.error();
    auto probe = probeFile(**connection, file);
    if (!probe)
        return probe.error();
    DatabaseFacts facts{*probe, {}, static_cast<std::int64_t>(fs::file_size(file, fault))};
    const auto end = steady_clock::now() + FACTS_LIMIT;
    for (const std::string_view name : tableNames(probe->migration)) {
        TableFacts table;
        table.name = name;
        table.rows = numberOf(**connection, rowCountSql(name), end);
        // SQLite is not always built with the table that tells the sizes of the others.
        table.bytes = numberOf(**connection, "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = TRUE AND name = '" +
                                                 table.name + "'",
                               end);
        facts.tables.push_back(std::move(table));
    }
    return facts;
}

} // namespace

Result<DatabaseProbe> probeDatabase(const DatabaseUrl& url)
{
    if (url.isServer())
        return probeServer(url);
    std::error_code fault;
    if (!fs::exists(url.file(), fault))
        return emptyFile(url.file());
    auto connection = connectToLook(url.file());
    if (!connection)
        return connection.error();
    return probeFile(**connection, url.file());
}

Result<DatabaseFacts> readDatabaseFacts(const DatabaseUrl& url)
{
    return url.isServer() ? factsOfServer(url) : factsOfFile(url.file());
}

} // namespace core::history
