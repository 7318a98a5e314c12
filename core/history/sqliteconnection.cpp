// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sqliteconnection.h"

#include <QSqlDriver>
#include <QString>
#include <QUrl>
#include <QVariant>

#include <atomic>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <sqlite3.h>

namespace core::history {

namespace {

constexpr int BUSY_TIMEOUT_MS = 3000;
/// Of SQLite, some thousandths of a second together.
constexpr int STEPS_BETWEEN_LOOKS = 10'000;

QString uniqueConnectionName()
{
    static std::atomic<unsigned> count = 0;
    return QStringLiteral("quarterdeck-%1").arg(++count);
}

sqlite3* handleOf(const QSqlDatabase& database)
{
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || std::strcmp(handle.typeName(), "sqlite3*") != 0)
        return nullptr;
    return *static_cast<sqlite3* const*>(handle.constData());
}

} // namespace

std::filesystem::path suspicionMark(const std::filesystem::path& file)
{
    std::filesystem::path mark = file;
    mark += ".suspect";
    return mark;
}

StatementUse::~StatementUse()
{
    sqlite3_reset(m_statement);
}

void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(std::filesystem::path file, QSqlDatabase database,
                                   SqlContents contents)
    : m_file(std::move(file)), m_database(std::move(database)), m_contents(contents)
{}

SqliteConnection::~SqliteConnection()
{
    m_statements.clear();
    const QString connection = m_database.connectionName();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(connection);
}

Result<std::unique_ptr<SqliteConnection>>
SqliteConnection::connect(const std::filesystem::path& file, SqliteAccess access,
                          const SqlContents& contents)
{
    std::unique_ptr<SqliteConnection> connection(new SqliteConnection(
        file, QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), uniqueConnectionName()),
        contents));
    QSqlDatabase& database = connection->m_database;
    if (!database.isValid())
        return Error{ErrorCode::Unsupported, "Qt's SQLite driver is not installed",
                     "Install the package libqt6sql6-sqlite."};
    const QString path = QString::fromStdString(file.string());
    QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(BUSY_TIMEOUT_MS);
    if (access != SqliteAccess::ReadWrite)
        options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    if (access == SqliteAccess::Immutable) {
        options += QStringLiteral(";QSQLITE_OPEN_URI");
        database.setDatabaseName(QUrl::fromLocalFile(path).toString(QUrl::FullyEncoded) +
                                 QStringLiteral("?immutable=1"));
    } else {
        database.setDatabaseName(path);
    }
    database.setConnectOptions(options);
    if (!database.open())
        return connection->error(database.lastError(), "opening");
    connection->m_handle = handleOf(database);
    if (!connection->m_handle)
        return Error{ErrorCode::Unsupported, "Qt's SQLite driver does not share its connection",
                     "Install Qt from the distribution's packages."};
    return connection;
}

Result<void> SqliteConnection::configure()
{
    return runScript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
        "PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 4000;",
        "preparing");
}

Result<std::int64_t> SqliteConnection::number(const char* sql, const char* doing)
{
    sqlite3_stmt* raw = nullptr;
    const int fault = sqlite3_prepare_v2(m_handle, sql, -1, &raw, nullptr);
    const Statement statement(raw);
    if (fault != SQLITE_OK || sqlite3_step(raw) != SQLITE_ROW)
        return lastError(doing);
    return static_cast<std::int64_t>(sqlite3_column_int64(raw, 0));
}

bool SqliteConnection::isSound()
{
    sqlite3_stmt* raw = nullptr;
    const int fault = sqlite3_prepare_v2(m_handle, "PRAGMA quick_check(1)", -1, &raw, nullptr);
    const Statement statement(raw);
    if (fault != SQLITE_OK || sqlite3_step(raw) != SQLITE_ROW)
        return false;
    const auto* answer = sqlite3_column_text(raw, 0);
    return answer && std::string_view(reinterpret_cast<const char*>(answer)) == "ok";
}

Result<void> SqliteConnection::checkPages(const std::atomic<bool>& cancel)
{
    const auto isStopped = [](void* flag) { return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0; };
    sqlite3_progress_handler(m_handle, STEPS_BETWEEN_LOOKS, isStopped, const_cast<std::atomic<bool>*>(&cancel));
    const bool sound = isSound();
    sqlite3_progress_handler(m_handle, 0, nullptr, nullptr);
    // What was cut short says nothing of the pages.
    if (cancel.load())
        return Error{ErrorCode::Cancelled, fmt::format("The check of the {} {} was stopped", m_contents.noun, name()),
                     "Nothing was changed."};
    return sound ? Result<void>() : describe(SQLITE_CORRUPT, "its pages do not fit together", "reading");
}

Error SqliteConnection::describe(int code, const std::string& detail, const char* doing)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::Busy,
                fmt::format("Another program is writing to the {} {} and did not finish in time",
                            m_contents.noun, name()),
                "Nothing was changed. Close the other program or try again."};
    case SQLITE_FULL:
        return {ErrorCode::Io,
                fmt::format("The disk is full while {} the {} {}", doing, m_contents.noun, name()),
                "What was committed before is kept. Free some space and try again."};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return {ErrorCode::Io,
                fmt::format("The {} {} cannot be opened or written ({})", m_contents.noun, name(),
                            detail),
                "Nothing was changed. Check that its folder exists and that you may write there."};
    case SQLITE_IOERR:
        return {ErrorCode::Io,
                fmt::format("The disk refused an operation while {} the {} {} ({})", doing,
                            m_contents.noun, name(), detail),
                "What was committed before is kept. Check the disk and try again."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: {
        const std::ofstream mark(suspicionMark(m_file));
        return {ErrorCode::Corrupt,
                fmt::format("The {} {} is damaged ({})", m_contents.noun, name(), detail),
                "It was left as it is. Start again: the file is then checked and, if it cannot be "
                "read, "
                "kept under another name."};
    }
    default:
        return {ErrorCode::Internal,
                fmt::format("The {} {} refused a statement while {} it: {}", m_contents.noun,
                            name(), doing, detail),
                "Nothing was changed. Please report this."};
    }
}

Error SqliteConnection::lastError(const char* doing)
{
    return describe(sqlite3_errcode(m_handle), sqlite3_errmsg(m_handle), doing);
}

Error SqliteConnection::error(const QSqlError& fault, const char* doing)
{
    return describe(fault.nativeErrorCode().toInt(), fault.databaseText().toStdString(), doing);
}

Result<void> SqliteConnection::runScript(const char* sql, const char* doing)
{
    if (sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return lastError(doing);
    return {};
}

Result<void> SqliteConnection::begin()
{
    return runScript("BEGIN IMMEDIATE", "writing to");
}

Result<void> SqliteConnection::commit()
{
    return runScript("COMMIT", "writing to");
}

void SqliteConnection::rollback()
{
    // After a full disk SQLite may have rolled back by itself.
    if (sqlite3_get_autocommit(m_handle) == 0)
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<sqlite3_stmt*> SqliteConnection::prepared(const std::string& sql)
{
    const auto known = m_statements.find(sql);
    if (known != m_statements.end())
        return known->second.get();
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v3(m_handle, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
        SQLITE_OK)
        return lastError("reading");
    m_statements[sql] = Statement(raw);
    return raw;
}

} // namespace core::history
