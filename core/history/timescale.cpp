// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/timescale.h"

#include <QSqlQuery>
#include <QVariant>

namespace core::history {

namespace {

constexpr const char* PREPARING = "preparing";

/// The one text that a query answers.
Result<std::string> textOf(PostgresConnection& connection, const QString& sql)
{
    QSqlQuery query(connection.database());
    if (!query.exec(sql))
        return connection.error(query.lastError(), PREPARING);
    return query.next() ? query.value(0).toString().toStdString() : std::string();
}

/// The steps that were not taken yet, inside a transaction.
Result<void> takeSteps(PostgresConnection& connection, const Timescale& timescale)
{
    // Another program may have been quicker while this one waited for its turn.
    auto taken = textOf(connection, QStringLiteral("SELECT coalesce(max(version), 0) FROM timescale_steps"));
    if (!taken)
        return taken.error();
    for (const Migration& step : timescaleMigrations()) {
        if (step.version <= std::stoi(*taken))
            continue;
        QSqlQuery path(connection.database());
        path.prepare(QStringLiteral("SELECT set_config('search_path', 'quarterdeck, ' || quote_ident(?), true)"));
        path.addBindValue(QString::fromStdString(timescale.schema));
        if (!path.exec())
            return connection.error(path.lastError(), PREPARING);
        if (auto done = connection.runScript(step.sql, PREPARING); !done)
            return done;
        QSqlQuery record(connection.database());
        record.prepare(QStringLiteral("INSERT INTO timescale_steps (version, name) VALUES (?, ?)"));
        record.addBindValue(step.version);
        record.addBindValue(QString::fromUtf8(step.name));
        if (!record.exec())
            return connection.error(record.lastError(), PREPARING);
    }
    return {};
}

} // namespace

Result<std::optional<Timescale>> timescaleOf(PostgresConnection& connection)
{
    QSqlQuery query(connection.database());
    if (!query.exec(QStringLiteral("SELECT e.extversion, n.nspname, current_setting('timescaledb.license', true) "
                                   "FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
                                   "WHERE e.extname = 'timescaledb'")))
        return connection.error(query.lastError(), PREPARING);
    if (!query.next())
        return std::optional<Timescale>();
    return std::optional(Timescale{query.value(0).toString().toStdString(), query.value(1).toString().toStdString(),
                                   query.value(2).toString() == QStringLiteral("timescale")});
}

Result<void> useTimescale(PostgresConnection& connection, const Timescale& timescale)
{
    if (!timescale.compresses)
        return {};
    // More decimals rescale a whole instrument in one transaction, compressed or not.
    if (auto unbound = textOf(connection, QStringLiteral(
                                              "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = "
                                              "'timescaledb.max_tuples_decompressed_per_dml_transaction'"));
        !unbound)
        return unbound.error();
    auto taken = textOf(connection, QStringLiteral("SELECT max(version) FROM timescale_steps"));
    if (!taken)
        return taken.error();
    if (*taken == std::to_string(timescaleMigrations().back().version))
        return {};
    if (auto begun = connection.begin(); !begun)
        return begun;
    auto done = takeSteps(connection, timescale);
    if (done)
        done = connection.commit();
    if (!done)
        connection.rollback();
    return done;
}

} // namespace core::history
