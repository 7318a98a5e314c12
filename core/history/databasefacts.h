// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace core::history {

/// What a database is, as far as connecting to it tells.
struct DatabaseProbe
{
    std::string database;    ///< In one line, as HistoryStore::database() says it.
    int migration = 0;       ///< The schema there is; 0 where there is no history yet.
    int newestMigration = 0; ///< The schema that this program makes.
    bool writable = false;   ///< This user may keep a history there.
    std::string encoding;    ///< Of a server's database.

    /// False where some of what people write cannot be kept.
    [[nodiscard]] bool keepsEveryCharacter() const
    {
        return encoding.empty() || encoding == "UTF8" || encoding == "SQL_ASCII";
    }
};

/// How much of a table TimescaleDB has compressed.
struct CompressionFacts
{
    std::int64_t chunks = 0;
    std::int64_t compressedChunks = 0;
    std::int64_t bytesBefore = 0; ///< Of the compressed chunks, before.
    std::int64_t bytesAfter = 0;
};

/// One table of a history. What took too long to find out is left open.
struct TableFacts
{
    std::string name;
    std::optional<std::int64_t> rows;
    std::optional<std::int64_t> bytes; ///< With indexes.
    std::optional<CompressionFacts> compression;
};

struct DatabaseFacts
{
    DatabaseProbe probe;
    std::vector<TableFacts> tables; ///< Empty where there is no history yet.
    std::optional<std::int64_t> bytes; ///< Of all of them, or of the file.
};

/// Connects and says what is there, within some seconds; changes nothing. A file that is not there yet is one without a
/// history. Fails as opening does, also on what belongs to another program or is newer.
[[nodiscard]] Result<DatabaseProbe> probeDatabase(const DatabaseUrl& url);

/// As probeDatabase, and what each table takes, as far as ten seconds tell.
[[nodiscard]] Result<DatabaseFacts> readDatabaseFacts(const DatabaseUrl& url);

} // namespace core::history
