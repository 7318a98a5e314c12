// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/schema.h"

#include "core/base/timestamp.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr const char* PREPARING = "preparing";

Result<int> storedVersion(SqlConnection& connection)
{
    QSqlQuery query(connection.database());
    if (!query.exec(QStringLiteral("SELECT max(version) FROM schema_version")) || !query.next())
        return connection.error(query.lastError(), PREPARING);
    return query.value(0).toInt();
}

/// Runs one migration and records it; the caller holds the transaction.
Result<void> apply(SqlConnection& connection, const Migration& migration)
{
    if (auto done = connection.runScript(migration.sql, PREPARING); !done)
        return done;
    QSqlQuery query(connection.database());
    query.prepare(
        QStringLiteral("INSERT INTO schema_version (version, name, applied_at) VALUES (?, ?, ?)"));
    query.addBindValue(migration.version);
    query.addBindValue(QString::fromUtf8(migration.name));
    query.addBindValue(QString::fromStdString(formatTimestampShort(SystemClock().now())));
    if (!query.exec())
        return connection.error(query.lastError(), PREPARING);
    return {};
}

/// Applies one migration unless another program did so while we waited for the lock.
Result<void> applyInTransaction(SqlConnection& connection, const Migration& migration)
{
    if (auto begun = connection.begin(); !begun)
        return begun;
    auto version = schemaVersion(connection);
    Result<void> done = version ? Result<void>() : Result<void>(version.error());
    if (done && *version < migration.version)
        done = apply(connection, migration);
    if (done)
        done = connection.commit();
    if (!done)
        connection.rollback();
    return done;
}

/// Applies the missing migrations, one transaction each.
Result<void> migrate(SqlConnection& connection, int from)
{
    for (const Migration& migration : connection.contents().migrations) {
        if (migration.version <= from)
            continue;
        if (auto done = applyInTransaction(connection, migration); !done)
            return done;
    }
    return {};
}

} // namespace

Result<int> schemaVersion(SqlConnection& connection)
{
    const auto tables = connection.tables();
    if (!tables)
        return tables.error();
    if (tables->isEmpty())
        return 0;
    if (!tables->contains(QStringLiteral("schema_version")))
        return Error{ErrorCode::Unsupported,
                     fmt::format("{} is a database of another program", connection.name()),
                     "Nothing was changed. Choose another workspace or database, or move this one away."};
    auto version = storedVersion(connection);
    const int newest = connection.contents().migrations.back().version;
    if (version && *version > newest)
        return Error{
            ErrorCode::Unsupported,
            fmt::format("The {} {} was written by a newer Quarterdeck (schema {}, this one "
                        "knows {})",
                        connection.contents().noun, connection.name(), *version, newest),
            "Nothing was changed. Update Quarterdeck or choose another workspace."};
    return version;
}

Error nothingYet(const std::string& name, const SqlContents& contents)
{
    return {ErrorCode::NotFound, fmt::format("There is no {} at {} yet", contents.noun, name),
            contents.firstUse};
}

Result<void> prepareSchema(SqlConnection& connection, int version, bool readOnly)
{
    if (!readOnly)
        return migrate(connection, version);
    if (version == 0)
        return nothingYet(connection.name(), connection.contents());
    if (version < connection.contents().migrations.back().version)
        return Error{ErrorCode::Unsupported,
                     fmt::format("The {} {} was not yet prepared by this version",
                                 connection.contents().noun, connection.name()),
                     "Open it once for writing, for example by importing a file."};
    return {};
}

} // namespace core::history
