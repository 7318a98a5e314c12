// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/postgresfacts.h"

#include "core/history/openhistory.h"
#include "core/history/postgresdialect.h"
#include "core/history/schema.h"
#include "core/history/sqlnames.h"
#include "core/history/tablenames.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

namespace core::history {

namespace {

using std::chrono::steady_clock;

/// A connection that only looks, and not for long.
struct Looking
{
    std::unique_ptr<PostgresConnection> connection;
    std::optional<Timescale> timescale;
    DatabaseProbe probe;
    steady_clock::time_point end = steady_clock::now() + FACTS_LIMIT;
};

/// The encoding; may anything be written, which neither a copy that follows another server takes nor a session that begins
/// read-only; may rows be written, where there are tables; may tables be made.
constexpr const char* RIGHTS =
    "SELECT current_setting('server_encoding'), NOT pg_is_in_recovery() AND "
    "(SELECT reset_val = 'off' FROM pg_settings WHERE name = 'default_transaction_read_only'), "
    "CASE WHEN to_regclass('quarterdeck.candles') IS NULL THEN TRUE ELSE "
    "(SELECT bool_and(has_table_privilege('quarterdeck.' || tables.name, needs.privilege)) "
    "FROM unnest(ARRAY['candles', 'instruments', 'series']) AS tables(name), "
    "unnest(ARRAY['INSERT', 'UPDATE']) AS needs(privilege)) END, "
    "CASE WHEN to_regnamespace('quarterdeck') IS NULL THEN has_database_privilege(current_database(), 'CREATE') "
    "ELSE has_schema_privilege('quarterdeck', 'CREATE') END";

bool mayKeepHistory(const QSqlQuery& rights, int migration)
{
    const bool makesTables = migration < serverContents().migrations.back().version;
    return rights.value(1).toBool() && rights.value(2).toBool() && (!makesTables || rights.value(3).toBool());
}

Result<Looking> look(const DatabaseUrl& url)
{
    auto connection = PostgresConnection::connect(url, serverContents());
    if (!connection)
        return connection.error();
    const std::string limits = "SET default_transaction_read_only TO on; SET statement_timeout TO " +
                               std::to_string(std::chrono::milliseconds(FACTS_LIMIT).count());
    if (auto set = (*connection)->runScript(limits.c_str(), READING); !set)
        return set.error();
    QSqlQuery rights((*connection)->database());
    if (!rights.exec(QLatin1String(RIGHTS)) || !rights.next())
        return (*connection)->error(rights.lastError(), READING);
    auto version = schemaVersion(**connection);
    auto timescale = timescaleOf(**connection);
    if (!version || !timescale)
        return version ? timescale.error() : version.error();
    Looking looking{std::move(*connection), std::move(*timescale), {}};
    looking.probe = {describeServer(*looking.connection, looking.timescale), *version,
                     serverContents().migrations.back().version, mayKeepHistory(rights, *version),
                     rights.value(0).toString().toStdString()};
    return looking;
}

/// The first row of a query; nothing where that takes too long or is not allowed.
std::optional<std::vector<std::int64_t>> numbersOf(PostgresConnection& connection, const std::string& sql, int columns)
{
    QSqlQuery query(connection.database());
    if (!query.exec(QString::fromStdString(sql)) || !query.next())
        return {};
    std::vector<std::int64_t> numbers;
    for (int i = 0; i < columns; ++i)
        numbers.push_back(query.value(i).toLongLong());
    return numbers;
}

std::optional<std::int64_t> numberOf(PostgresConnection& connection, const std::string& sql)
{
    const auto numbers = numbersOf(connection, sql, 1);
    return numbers ? std::optional(numbers->front()) : std::nullopt;
}

TableFacts factsOf(const Looking& looking, const std::string& name)
{
    PostgresConnection& connection = *looking.connection;
    const std::string table = "'quarterdeck." + name + "'";
    if (steady_clock::now() > looking.end)
        return {name, {}, {}, {}};
    TableFacts facts{name, numberOf(connection, rowCountSql(name)), {}, {}};
    const bool inChunks =
        looking.timescale &&
        numberOf(connection, "SELECT count(*) FROM timescaledb_information.hypertables WHERE hypertable_schema = "
                             "'quarterdeck' AND hypertable_name = '" + name + "'").value_or(0) > 0;
    if (!inChunks) {
        facts.bytes = numberOf(connection, "SELECT pg_total_relation_size(" + table + ")");
        return facts;
    }
    const std::string& schema = looking.timescale->schema;
    facts.bytes = numberOf(connection, "SELECT \"" + schema + "\".hypertable_size(" + table + ")");
    const auto compression = numbersOf(
        connection, "SELECT total_chunks, number_compressed_chunks, before_compression_total_bytes, "
                    "after_compression_total_bytes FROM \"" + schema + "\".hypertable_compression_stats(" + table + ")", 4);
    if (compression)
        facts.compression = {(*compression)[0], (*compression)[1], (*compression)[2], (*compression)[3]};
    return facts;
}

} // namespace

Result<DatabaseProbe> probeServer(const DatabaseUrl& url)
{
    auto looking = look(url);
    if (!looking)
        return looking.error();
    return std::move(looking->probe);
}

Result<DatabaseFacts> factsOfServer(const DatabaseUrl& url)
{
    auto looking = look(url);
    if (!looking)
        return looking.error();
    DatabaseFacts facts{looking->probe, {}, 0};
    for (const std::string_view name : tableNames(looking->probe.migration)) {
        facts.tables.push_back(factsOf(*looking, std::string(name)));
        const auto& bytes = facts.tables.back().bytes;
        facts.bytes = facts.bytes && bytes ? std::optional(*facts.bytes + *bytes) : std::nullopt;
        if (!looking->connection->isAlive())
            return looking->connection->error({}, READING);
    }
    return facts;
}

} // namespace core::history
