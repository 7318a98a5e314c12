// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/schema.h"

#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr const char* PREPARING = "preparing";

Result<int> storedVersion(SqlDialect& dialect)
{
    QSqlQuery query(dialect.database());
    if (!query.exec(QStringLiteral("SELECT max(version) FROM schema_version")) || !query.next())
        return dialect.error(query.lastError(), PREPARING);
    return query.value(0).toInt();
}

/// Runs one migration and records it; the caller holds the transaction.
Result<void> apply(SqlDialect& dialect, const Migration& migration)
{
    if (auto done = dialect.runScript(migration.sql, PREPARING); !done)
        return done;
    QSqlQuery query(dialect.database());
    query.prepare(
        QStringLiteral("INSERT INTO schema_version (version, name, applied_at) VALUES (?, ?, ?)"));
    query.addBindValue(migration.version);
    query.addBindValue(QString::fromUtf8(migration.name));
    query.addBindValue(QString::fromStdString(formatTimestampShort(SystemClock().now())));
    if (!query.exec())
        return dialect.error(query.lastError(), PREPARING);
    return {};
}

/// Applies one migration unless another program did so while we waited for the lock.
Result<void> applyInTransaction(SqlDialect& dialect, const Migration& migration)
{
    if (auto begun = dialect.begin(); !begun)
        return begun;
    auto version = schemaVersion(dialect);
    Result<void> done = version ? Result<void>() : Result<void>(version.error());
    if (done && *version < migration.version)
        done = apply(dialect, migration);
    if (done)
        done = dialect.commit();
    if (!done)
        dialect.rollback();
    return done;
}

} // namespace

Result<int> schemaVersion(SqlDialect& dialect)
{
    const QStringList tables = dialect.database().tables(QSql::Tables);
    if (tables.isEmpty())
        return 0;
    if (!tables.contains(QStringLiteral("schema_version")))
        return Error{ErrorCode::Unsupported,
                     fmt::format("{} is a database of another program", dialect.name()),
                     "Nothing was changed. Choose another workspace or move the file away."};
    auto version = storedVersion(dialect);
    const int newest = dialect.migrations().back().version;
    if (version && *version > newest)
        return Error{
            ErrorCode::Unsupported,
            fmt::format("The history {} was written by a newer Quarterdeck (schema {}, this one "
                        "knows {})",
                        dialect.name(), *version, newest),
            "Nothing was changed. Update Quarterdeck or choose another workspace."};
    return version;
}

Result<void> migrate(SqlDialect& dialect, int from)
{
    for (const Migration& migration : dialect.migrations()) {
        if (migration.version <= from)
            continue;
        if (auto done = applyInTransaction(dialect, migration); !done)
            return done;
    }
    return {};
}

} // namespace core::history
