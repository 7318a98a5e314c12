// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sqlitedialect.h"

#include <QSqlDriver>
#include <QString>
#include <QUrl>
#include <QVariant>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <sqlite3.h>

namespace core::history {

namespace {

constexpr int BUSY_TIMEOUT_MS = 3000;

QString uniqueConnectionName()
{
    static std::atomic<unsigned> count = 0;
    return QStringLiteral("quarterdeck-history-%1").arg(++count);
}

/// Open times are whole microseconds, so a bound between two of them moves up to the next.
std::int64_t microsecondsUp(Timestamp time)
{
    return std::chrono::ceil<std::chrono::microseconds>(time.time_since_epoch()).count();
}

std::int64_t seconds(market::Timeframe timeframe)
{
    return std::chrono::duration_cast<std::chrono::seconds>(timeframe.length()).count();
}

/// "instrument = ?1 AND open_time …" with ?2, ?3 for the range and, when written, ?4 for the
/// timeframe.
std::string condition(const Series& series)
{
    return std::string(" WHERE instrument = ?1") + (series.rollup ? "" : " AND timeframe = ?4") +
           " AND open_time >= ?2 AND open_time < ?3";
}

void bindRange(sqlite3_stmt* statement, const Series& series, TimeRange range)
{
    sqlite3_bind_int64(statement, 1, series.instrument);
    sqlite3_bind_int64(statement, 2, microsecondsUp(range.from));
    sqlite3_bind_int64(statement, 3, microsecondsUp(range.to));
    if (!series.rollup)
        sqlite3_bind_int64(statement, 4, seconds(series.timeframe));
}

/// Resets a cached statement when its use ends, so that no read transaction stays open.
class Use
{
public:
    explicit Use(sqlite3_stmt* statement) : m_statement(statement) {}
    ~Use() { sqlite3_reset(m_statement); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

private:
    sqlite3_stmt* m_statement;
};

void appendRow(sqlite3_stmt* row, market::CandleColumns& out)
{
    out.openTime.push_back(fromMicroseconds(sqlite3_column_int64(row, 0)));
    out.open.emplace_back(sqlite3_column_int64(row, 1));
    out.high.emplace_back(sqlite3_column_int64(row, 2));
    out.low.emplace_back(sqlite3_column_int64(row, 3));
    out.close.emplace_back(sqlite3_column_int64(row, 4));
    out.volume.push_back(sqlite3_column_double(row, 5));
    out.trades.push_back(sqlite3_column_int(row, 6));
}

template <typename T> void reverseFrom(std::vector<T>& column, std::size_t start)
{
    std::reverse(column.begin() + static_cast<std::ptrdiff_t>(start), column.end());
}

void reverseFrom(market::CandleColumns& columns, std::size_t start)
{
    reverseFrom(columns.openTime, start);
    reverseFrom(columns.open, start);
    reverseFrom(columns.high, start);
    reverseFrom(columns.low, start);
    reverseFrom(columns.close, start);
    reverseFrom(columns.volume, start);
    reverseFrom(columns.trades, start);
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

void SqliteDialect::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

SqliteDialect::SqliteDialect(std::filesystem::path file, QSqlDatabase database)
    : m_file(std::move(file)), m_database(std::move(database))
{}

SqliteDialect::~SqliteDialect()
{
    m_statements.clear();
    const QString connection = m_database.connectionName();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(connection);
}

Result<std::unique_ptr<SqliteDialect>> SqliteDialect::connect(const std::filesystem::path& file,
                                                              SqliteAccess access)
{
    std::unique_ptr<SqliteDialect> dialect(new SqliteDialect(
        file, QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), uniqueConnectionName())));
    QSqlDatabase& database = dialect->m_database;
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
        return dialect->error(database.lastError(), "opening");
    dialect->m_handle = handleOf(database);
    if (!dialect->m_handle)
        return Error{ErrorCode::Unsupported, "Qt's SQLite driver does not share its connection",
                     "Install Qt from the distribution's packages."};
    return dialect;
}

Result<void> SqliteDialect::configure()
{
    return runScript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
        "PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 4000;",
        "preparing");
}

Result<std::int64_t> SqliteDialect::number(const char* sql, const char* doing)
{
    sqlite3_stmt* raw = nullptr;
    const int fault = sqlite3_prepare_v2(m_handle, sql, -1, &raw, nullptr);
    const Statement statement(raw);
    if (fault != SQLITE_OK || sqlite3_step(raw) != SQLITE_ROW)
        return lastError(doing);
    return static_cast<std::int64_t>(sqlite3_column_int64(raw, 0));
}

bool SqliteDialect::isSound()
{
    sqlite3_stmt* raw = nullptr;
    const int fault = sqlite3_prepare_v2(m_handle, "PRAGMA quick_check(1)", -1, &raw, nullptr);
    const Statement statement(raw);
    if (fault != SQLITE_OK || sqlite3_step(raw) != SQLITE_ROW)
        return false;
    const auto* answer = sqlite3_column_text(raw, 0);
    return answer && std::string_view(reinterpret_cast<const char*>(answer)) == "ok";
}

Error SqliteDialect::describe(int code, const std::string& detail, const char* doing)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {
            ErrorCode::Busy,
            fmt::format("Another program is writing to the history {} and did not finish in time",
                        name()),
            "Nothing was changed. Close the other program or try again."};
    case SQLITE_FULL:
        return {ErrorCode::Io,
                fmt::format("The disk is full while {} the history {}", doing, name()),
                "What was committed before is kept. Free some space and try again."};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return {ErrorCode::Io,
                fmt::format("The history {} cannot be opened or written ({})", name(), detail),
                "Nothing was changed. Check that its folder exists and that you may write there."};
    case SQLITE_IOERR:
        return {ErrorCode::Io,
                fmt::format("The disk refused an operation while {} the history {} ({})", doing,
                            name(), detail),
                "What was committed before is kept. Check the disk and try again."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: {
        const std::ofstream mark(suspicionMark(m_file));
        return {ErrorCode::Corrupt, fmt::format("The history {} is damaged ({})", name(), detail),
                "It was left as it is. Start again: the file is then checked and, if it cannot be "
                "read, "
                "kept under another name."};
    }
    default:
        return {ErrorCode::Internal,
                fmt::format("The history {} refused a statement while {} it: {}", name(), doing,
                            detail),
                "Nothing was changed. Please report this."};
    }
}

Error SqliteDialect::lastError(const char* doing)
{
    return describe(sqlite3_errcode(m_handle), sqlite3_errmsg(m_handle), doing);
}

Error SqliteDialect::error(const QSqlError& fault, const char* doing)
{
    return describe(fault.nativeErrorCode().toInt(), fault.databaseText().toStdString(), doing);
}

Result<void> SqliteDialect::runScript(const char* sql, const char* doing)
{
    if (sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return lastError(doing);
    return {};
}

Result<void> SqliteDialect::begin()
{
    return runScript("BEGIN IMMEDIATE", "writing to");
}

Result<void> SqliteDialect::commit()
{
    return runScript("COMMIT", "writing to");
}

void SqliteDialect::rollback()
{
    // After a full disk SQLite may have rolled back by itself.
    if (sqlite3_get_autocommit(m_handle) == 0)
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<sqlite3_stmt*> SqliteDialect::prepared(const std::string& sql)
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

Result<void> SqliteDialect::read(const Series& series, TimeRange range,
                                 std::optional<std::size_t> limit, market::CandleColumns& out)
{
    const std::string order = limit ? " ORDER BY open_time DESC LIMIT ?5" : " ORDER BY open_time";
    auto statement = prepared("SELECT open_time, open, high, low, close, volume, trades FROM " +
                              series.table() + condition(series) + order);
    if (!statement)
        return statement.error();
    const Use use(*statement);
    bindRange(*statement, series, range);
    if (limit)
        sqlite3_bind_int64(*statement, 5,
                           static_cast<std::int64_t>(std::min<std::size_t>(*limit, INT64_MAX)));
    const std::size_t start = out.size();
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(*statement)) == SQLITE_ROW)
        appendRow(*statement, out);
    if (code != SQLITE_DONE)
        return lastError("reading");
    if (limit)
        reverseFrom(out, start);
    return {};
}

Result<void> SqliteDialect::put(const Series& series, const market::CandleColumns& candles,
                                std::size_t first, std::size_t last)
{
    const std::string key = series.rollup ? "(instrument, " : "(timeframe, instrument, ";
    auto statement =
        prepared("INSERT INTO " + series.table() + key +
                 "open_time, open, high, low, close, volume, trades) VALUES (" +
                 (series.rollup ? "" : "?9, ") +
                 "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET open = excluded.open, "
                 "high = excluded.high, low = excluded.low, close = excluded.close, "
                 "volume = excluded.volume, trades = excluded.trades");
    if (!statement)
        return statement.error();
    const Use use(*statement);
    sqlite3_stmt* row = *statement;
    sqlite3_bind_int64(row, 1, series.instrument);
    if (!series.rollup)
        sqlite3_bind_int64(row, 9, seconds(series.timeframe));
    for (std::size_t i = first; i < last; ++i) {
        sqlite3_bind_int64(row, 2, toMicroseconds(candles.openTime[i]));
        sqlite3_bind_int64(row, 3, candles.open[i].ticks());
        sqlite3_bind_int64(row, 4, candles.high[i].ticks());
        sqlite3_bind_int64(row, 5, candles.low[i].ticks());
        sqlite3_bind_int64(row, 6, candles.close[i].ticks());
        sqlite3_bind_double(row, 7, candles.volume[i]);
        sqlite3_bind_int(row, 8, candles.trades[i]);
        if (sqlite3_step(row) != SQLITE_DONE)
            return lastError("writing to");
        sqlite3_reset(row);
    }
    return {};
}

Result<std::optional<Timestamp>> SqliteDialect::edge(const Series& series, TimeRange range,
                                                     Edge edge)
{
    auto statement = prepared("SELECT open_time FROM " + series.table() + condition(series) +
                              (edge == Edge::Oldest ? " ORDER BY open_time LIMIT 1"
                                                    : " ORDER BY open_time DESC LIMIT 1"));
    if (!statement)
        return statement.error();
    const Use use(*statement);
    bindRange(*statement, series, range);
    const int code = sqlite3_step(*statement);
    if (code == SQLITE_ROW)
        return std::optional(fromMicroseconds(sqlite3_column_int64(*statement, 0)));
    if (code != SQLITE_DONE)
        return lastError("reading");
    return std::optional<Timestamp>();
}

} // namespace core::history
