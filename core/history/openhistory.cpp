// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/openhistory.h"

#include "core/history/postgresdialect.h"
#include "core/history/schema.h"
#include "core/history/sqlhistorystore.h"
#include "core/history/sqlitedialect.h"
#include "core/history/sqliteopen.h"
#include "core/history/timescale.h"

#include <sys/stat.h>

namespace core::history {

namespace {

/// No statement of a page, a batch or a chart takes so long, so a server at which one does has come to a halt.
constexpr auto LONGEST_STATEMENT = std::chrono::minutes(2);

Result<std::unique_ptr<SqlDialect>> openServer(const DatabaseUrl& url, bool readOnly)
{
    auto connection = PostgresConnection::connect(url, serverContents());
    if (!connection)
        return connection.error();
    if (readOnly) {
        auto set = (*connection)->runScript("SET default_transaction_read_only TO on", "preparing");
        if (!set)
            return set.error();
    }
    auto version = schemaVersion(**connection);
    if (!version)
        return version.error();
    if (auto ready = prepareSchema(**connection, *version, readOnly); !ready)
        return ready.error();
    auto timescale = timescaleOf(**connection);
    if (!timescale)
        return timescale.error();
    if (*timescale && !readOnly) {
        if (auto used = useTimescale(**connection, **timescale); !used)
            return used.error();
    }
    auto bulk = bulkOf(**connection);
    if (!bulk)
        return bulk.error();
    // Only now: what brings a schema up to date takes its time.
    if (auto limited = (*connection)->limitStatements(LONGEST_STATEMENT); !limited)
        return limited.error();
    return std::unique_ptr<SqlDialect>(
        std::make_unique<PostgresDialect>(std::move(*connection), std::move(*timescale), *bulk));
}

Result<std::unique_ptr<SqlDialect>> openFile(const std::filesystem::path& file, bool readOnly)
{
    auto connection = openSqlite(file, readOnly, historyContents());
    if (!connection)
        return connection.error();
    return std::unique_ptr<SqlDialect>(std::make_unique<SqliteDialect>(std::move(*connection)));
}

Result<std::unique_ptr<SqlDialect>> openDialect(const DatabaseUrl& url, bool readOnly)
{
    return url.isServer() ? openServer(url, readOnly) : openFile(url.file(), readOnly);
}

} // namespace

Result<std::unique_ptr<HistoryDatabase>> openHistory(const DatabaseUrl& url, bool readOnly)
{
    auto dialect = openDialect(url, readOnly);
    // One that is older than this program is brought up to date by whoever comes first, a reader too. What is
    // newer or another program's is refused to a writer as well, and what cannot be written stays refused.
    if (!dialect && readOnly && dialect.error().code == ErrorCode::Unsupported && openDialect(url, false))
        dialect = openDialect(url, true);
    if (!dialect)
        return dialect.error();
    return std::unique_ptr<HistoryDatabase>(std::make_unique<SqlHistoryStore>(std::move(*dialect)));
}

const SqlContents& serverContents()
{
    static const SqlContents CONTENTS{postgresMigrations(), "history", "Import a file of candles first.", ""};
    return CONTENTS;
}

bool OpenHistory::isCurrent() const
{
    if (!m_store || m_url.isServer())
        return m_store && m_store->isConnected();
    struct stat status
    {};
    return ::stat(m_url.file().c_str(), &status) == 0 && status.st_dev == m_device &&
           status.st_ino == m_inode;
}

Result<HistoryDatabase*> OpenHistory::store()
{
    if (isCurrent())
        return m_store.get();
    m_store.reset();
    auto opened = openHistory(m_url, m_readOnly);
    if (!opened)
        return opened.error();
    if (!m_url.isServer()) {
        struct stat status
        {};
        if (::stat(m_url.file().c_str(), &status) != 0)
            return Error{ErrorCode::Io, m_url.text() + " vanished while it was opened", "Try again."};
        m_device = status.st_dev;
        m_inode = status.st_ino;
    }
    m_store = std::move(*opened);
    return m_store.get();
}

} // namespace core::history
