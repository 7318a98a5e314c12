// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/postgresconnection.h"

#include <QSqlDriver>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <algorithm>
#include <atomic>
#include <cstring>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace core::history {

namespace {

constexpr int CONNECT_SECONDS = 5;
constexpr int BINARY = 1;
constexpr std::size_t COPY_PIECE = 64 << 10;
constexpr const char* LOST_LINE = "08006";
/// Of one writer at a time: "quarterd" in ASCII, so that no other program takes it by chance.
constexpr const char* WRITER_LOCK = "8175263811474088548";

QString uniqueConnectionName()
{
    static std::atomic<unsigned> count = 0;
    return QStringLiteral("quarterdeck-server-%1").arg(++count);
}

pg_conn* handleOf(const QSqlDatabase& database)
{
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || std::strcmp(handle.typeName(), "pg_conn*") != 0)
        return nullptr;
    return *static_cast<pg_conn* const*>(handle.constData());
}

/// The first line, without libpq's "connection to server at …, port … failed: FATAL:  ", whose last word and two
/// spaces there are in every language.
std::string reasonOf(std::string message)
{
    message.resize(std::min(message.size(), message.find('\n')));
    for (const std::string_view lead : {"failed: ", ":  "}) {
        if (const auto at = message.find(lead); at != std::string::npos)
            message.erase(0, at + lead.size());
    }
    return message;
}

/// Where the connection really goes: the environment may send a local name elsewhere.
bool isLocal(const pg_conn* connection)
{
    const std::string_view address = PQhostaddr(connection) ? PQhostaddr(connection) : "";
    return address.empty() || address.starts_with('/') || address.starts_with("127.") || address == "::1";
}

LoginParameters parametersOf(const DatabaseUrl& url)
{
    LoginParameters all = {{"connect_timeout", std::to_string(CONNECT_SECONDS)},
                           {"application_name", "quarterdeck"},
                           // A line that went dead without a word is noticed within half a minute.
                           {"keepalives_idle", "10"},
                           {"keepalives_interval", "5"},
                           {"keepalives_count", "3"},
                           {"tcp_user_timeout", "30000"}};
    // The environment may ask for more, such as the server's certificate to be checked.
    const QString asked = qEnvironmentVariable("PGSSLMODE");
    const bool asksEnough = asked == QLatin1String("require") || asked.startsWith(QLatin1String("verify-"));
    if (!url.isLocal() && !asksEnough)
        all.emplace_back("sslmode", "require");
    return all;
}

/// As Qt takes them.
QString optionsOf(const LoginParameters& parameters)
{
    QStringList options;
    for (const auto& [key, value] : parameters)
        options.append(QString::fromStdString(key + "=" + value));
    return options.join(QLatin1Char(';'));
}

} // namespace

void PostgresClear::operator()(pg_result* result) const
{
    PQclear(result);
}

PostgresConnection::PostgresConnection(const DatabaseUrl& url, QSqlDatabase database,
                                       const SqlContents& contents)
    : m_url(url), m_database(std::move(database)), m_contents(contents)
{}

PostgresConnection::~PostgresConnection()
{
    m_line.reset();
    const QString connection = m_database.connectionName();
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(connection);
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::connect(const DatabaseUrl& url,
                                                                        const SqlContents& contents)
{
    std::unique_ptr<PostgresConnection> connection(new PostgresConnection(
        url, QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), uniqueConnectionName()), contents));
    QSqlDatabase& database = connection->m_database;
    if (!database.isValid())
        return Error{ErrorCode::Unsupported, "Qt's PostgreSQL driver is not installed",
                     "Install the package libqt6sql6-psql."};
    database.setHostName(QString::fromStdString(url.host()));
    database.setPort(url.port());
    database.setUserName(QString::fromStdString(url.user()));
    database.setDatabaseName(QString::fromStdString(url.database()));
    const LoginParameters parameters = parametersOf(url);
    database.setConnectOptions(optionsOf(parameters));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(CONNECT_SECONDS);
    if (!database.open())
        return connection->unreachable(parameters, deadline, database.lastError().databaseText().toStdString());
    connection->m_handle = handleOf(database);
    if (!connection->m_handle)
        return Error{ErrorCode::Unsupported, "Qt's PostgreSQL driver does not share its connection",
                     "Install Qt from the distribution's packages."};
    connection->m_line.emplace(PQsocket(connection->m_handle));
    if (!isLocal(connection->m_handle) && PQsslInUse(connection->m_handle) == 0)
        return Error{ErrorCode::Refused, fmt::format("The server of {} does not encrypt", url.text()),
                     "Nothing was sent but the login. Turn on TLS there, and unset PGSSLMODE here."};
    PQsetNoticeProcessor(connection->m_handle, [](void*, const char*) {}, nullptr);
    // A pooler hands out sessions in which others left something.
    if (auto fresh = connection->runScript("ROLLBACK", "preparing"); !fresh)
        return fresh.error();
    if (auto fresh = connection->runScript("DISCARD ALL", "preparing"); !fresh)
        return fresh.error();
    // Qt speaks UTF-8, whatever the database keeps.
    auto prepared = connection->runScript("SET client_encoding TO 'UTF8'; SET search_path TO quarterdeck; SET lock_timeout TO '10s';"
                                          "SET extra_float_digits TO 1; SET standard_conforming_strings TO on",
                                          "preparing");
    if (!prepared)
        return prepared.error();
    return connection;
}

int PostgresConnection::serverVersion() const
{
    return PQserverVersion(m_handle);
}

Result<void> PostgresConnection::limitStatements(std::chrono::seconds limit)
{
    const std::string sql = fmt::format("SET statement_timeout TO '{}s'", limit.count());
    return runScript(sql.c_str(), "preparing");
}

bool PostgresConnection::isAlive() const
{
    // A server that ended says so, and hangs up: two reads, and nothing is noticed without them.
    for (int i = 0; i < 2 && PQtransactionStatus(m_handle) == PQTRANS_IDLE; ++i)
        PQconsumeInput(m_handle);
    return PQstatus(m_handle) == CONNECTION_OK && !m_isStale;
}

bool PostgresConnection::isLost(const std::string& state) const
{
    return PQstatus(m_handle) != CONNECTION_OK || state.starts_with("08") || state.starts_with("57P");
}

Error PostgresConnection::unreachable(LoginParameters parameters, std::chrono::steady_clock::time_point deadline,
                                      const std::string& detail) const
{
    parameters.insert(parameters.end(), {{"host", m_url.host()}, {"port", std::to_string(m_url.port())},
                                         {"dbname", m_url.database()}});
    if (!m_url.user().empty())
        parameters.emplace_back("user", m_url.user());
    return loginError(whyLoginFails(parameters, deadline),
                      fmt::format("The {} {} cannot be opened ({})", m_contents.noun, m_url.text(), reasonOf(detail)));
}

Error PostgresConnection::describe(const std::string& state, const std::string& detail, const char* doing)
{
    const std::string where = fmt::format("{} {}", m_contents.noun, name());
    const std::string reason = reasonOf(detail);
    if (isLost(state))
        return {ErrorCode::Io, fmt::format("The server of the {} went away while {} it", where, doing),
                "What was committed before is kept. Try again once it is back."};
    if (state == "42501" || state == "25006" || state == "42P01")
        return {ErrorCode::Refused, fmt::format("The server does not allow {} the {} ({})", doing, where, reason),
                "Nothing was changed. Ask for the right to use the schema \"quarterdeck\" and its tables, or to "
                "create them."};
    if (state == "55P03" || state == "40P01" || state == "40001" || state == "23505")
        return {ErrorCode::Busy,
                fmt::format("Another program is writing to the {} and did not finish in time", where),
                "Nothing was changed. Close the other program or try again."};
    if (state == "57014")
        return {ErrorCode::Busy, fmt::format("The server did not answer in time while {} the {}", doing, where),
                "What was committed before is kept. Try again once it has less to do."};
    if (state == "22P05" || state == "22021")
        return {ErrorCode::Refused,
                fmt::format("The database of the {} keeps another encoding than UTF-8, which lacks a character ({})", where,
                            reason),
                "What was committed before is kept. Create a database with the encoding UTF8, and use that."};
    if (state == "42703" || state == "42P07" || state == "42804" || state == "42809")
        return {ErrorCode::Unsupported,
                fmt::format("The schema \"quarterdeck\" of the {} has tables of another program ({})", where, reason),
                "Nothing was changed. Name another database, or have that schema renamed."};
    if (state.starts_with("22") || state.starts_with("23"))
        return {ErrorCode::InvalidInput, fmt::format("The {} does not take a value ({})", where, reason),
                "Nothing of it was changed, nor of what was to be written with it."};
    if (state == "53100")
        return {ErrorCode::Io, fmt::format("The server's disk is full while {} the {}", doing, where),
                "What was committed before is kept. Free some space there and try again."};
    if (state.starts_with("53"))
        return {ErrorCode::Io, fmt::format("The server has no room left while {} the {} ({})", doing, where, reason),
                "What was committed before is kept. Try again later."};
    if (state.starts_with("58"))
        return {ErrorCode::Io, fmt::format("The server cannot use its disk while {} the {} ({})", doing, where, reason),
                "What was committed before is kept. Look at the server's log and its disk, and try again."};
    if (state == "0A000" || state == "26000") {
        m_isStale = true;
        return {ErrorCode::Busy,
                fmt::format("The server no longer takes a statement of this session while {} the {} ({})", doing, where,
                            reason),
                "What was committed before is kept. Try again, by a new connection."};
    }
    if (state == "XX001" || state == "XX002")
        return {ErrorCode::Corrupt, fmt::format("The {} is damaged ({})", where, reason),
                "It was left as it is. Restore the server's last backup."};
    if (state.starts_with("XX"))
        return {ErrorCode::Io, fmt::format("The server failed while {} the {} ({})", doing, where, reason),
                "What was committed before is kept. Try again; should it fail again, look at the server's log."};
    return {ErrorCode::Internal,
            fmt::format("The {} refused a statement while {} it: {} ({})", where, doing, reason, state),
            "Nothing was changed. Please report this."};
}

Error PostgresConnection::describe(const pg_result* result, const char* doing)
{
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return describe(state ? state : "", detail ? detail : PQerrorMessage(m_handle), doing);
}

Error PostgresConnection::error(const QSqlError& fault, const char* doing)
{
    return describe(fault.nativeErrorCode().toStdString(), fault.databaseText().toStdString(), doing);
}

Result<QStringList> PostgresConnection::tables()
{
    QSqlQuery query(m_database);
    if (!query.exec(QStringLiteral(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'quarterdeck' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1")))
        return error(query.lastError(), "opening");
    QStringList names;
    while (query.next())
        names.append(query.value(0).toString());
    return names;
}

Result<void> PostgresConnection::runScript(const char* sql, const char* doing)
{
    const PostgresResult result(PQexec(m_handle, sql));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return describe(result.get(), doing);
    return {};
}

Result<void> PostgresConnection::begin()
{
    static const std::string sql =
        fmt::format("BEGIN; SELECT pg_advisory_xact_lock({})", WRITER_LOCK);
    auto begun = runScript(sql.c_str(), "writing to");
    if (!begun)
        rollback();
    return begun;
}

Result<bool> PostgresConnection::beginView()
{
    if (PQtransactionStatus(m_handle) != PQTRANS_IDLE)
        return false;
    auto begun = runScript("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "reading");
    if (!begun)
        return begun.error();
    return true;
}

Result<void> PostgresConnection::commit()
{
    const PostgresResult result(PQexec(m_handle, "COMMIT"));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        return describe(result.get(), "writing to");
    // A transaction that failed before is rolled back in silence.
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") != 0)
        return Error{ErrorCode::Internal, fmt::format("The {} {} took back what was written", m_contents.noun, name()),
                     "Nothing was changed. Try again."};
    return {};
}

void PostgresConnection::rollback()
{
    if (PQtransactionStatus(m_handle) != PQTRANS_IDLE)
        PQclear(PQexec(m_handle, "ROLLBACK"));
}

Result<void> PostgresConnection::takeTime()
{
    return runScript("SET LOCAL statement_timeout TO 0", "preparing");
}

Result<std::string> PostgresConnection::prepared(const std::string& sql, const char* doing)
{
    if (const auto known = m_statements.find(sql); known != m_statements.end())
        return known->second;
    const std::string statement = fmt::format("quarterdeck_{}", m_statements.size());
    const PostgresResult result(PQprepare(m_handle, statement.c_str(), sql.c_str(), 0, nullptr));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        return describe(result.get(), doing);
    m_statements[sql] = statement;
    return statement;
}

Result<void> PostgresConnection::copy(const std::string& sql, PostgresRows& rows, const char* doing)
{
    const PostgresResult begun(PQexec(m_handle, sql.c_str()));
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN)
        return describe(begun.get(), doing);
    const std::string& bytes = rows.finish();
    bool sent = true;
    for (std::size_t at = 0; sent && at < bytes.size(); at += COPY_PIECE) {
        const std::size_t size = std::min(COPY_PIECE, bytes.size() - at);
        sent = PQputCopyData(m_handle, bytes.data() + at, static_cast<int>(size)) == 1;
    }
    sent = PQputCopyEnd(m_handle, sent ? nullptr : "not all could be sent") == 1 && sent;
    Result<void> done;
    while (const PostgresResult answer{PQgetResult(m_handle)}) {
        if (done && PQresultStatus(answer.get()) != PGRES_COMMAND_OK)
            done = describe(answer.get(), doing);
    }
    // What cannot be sent has no line to go by.
    if (done && !sent)
        done = describe(LOST_LINE, PQerrorMessage(m_handle), doing);
    return done;
}

Result<PostgresResult> PostgresConnection::run(const std::string& sql, const PostgresValues& values,
                                               const char* doing)
{
    auto statement = prepared(sql, doing);
    if (!statement)
        return statement.error();
    const std::size_t count = values.offsets().size();
    std::vector<const char*> pointers(count);
    const std::vector<int> formats(count, BINARY);
    for (std::size_t i = 0; i < count; ++i)
        pointers[i] = values.bytes().data() + values.offsets()[i];
    PostgresResult result(PQexecPrepared(m_handle, statement->c_str(), static_cast<int>(count), pointers.data(),
                                         values.lengths().data(), formats.data(), BINARY));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return describe(result.get(), doing);
    return result;
}

} // namespace core::history
