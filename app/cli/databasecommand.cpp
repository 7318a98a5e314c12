// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/history/databasefacts.h"

#include <fmt/format.h>

namespace app::cli {

namespace history = core::history;

namespace {

Json orNull(const std::optional<std::int64_t>& value)
{
    return value ? Json(*value) : Json();
}

Json toJson(const history::TableFacts& table)
{
    Json json = {{"table", table.name}, {"rows", orNull(table.rows)}, {"bytes", orNull(table.bytes)}};
    if (const auto& compression = table.compression)
        json["compression"] = {{"chunks", compression->chunks},
                               {"compressed_chunks", compression->compressedChunks},
                               {"bytes_before", compression->bytesBefore},
                               {"bytes_after", compression->bytesAfter}};
    return json;
}

Json toJson(const history::DatabaseUrl& url, const history::DatabaseFacts& facts)
{
    Json tables = Json::array();
    for (const history::TableFacts& table : facts.tables)
        tables.push_back(toJson(table));
    return {{"url", url.text()},
            {"database", facts.probe.database},
            {"connected", true},
            {"migration", facts.probe.migration},
            {"newest_migration", facts.probe.newestMigration},
            {"writable", facts.probe.writable},
            {"bytes", orNull(facts.bytes)},
            {"tables", tables}};
}

std::string bytesText(const std::optional<std::int64_t>& bytes)
{
    if (!bytes)
        return "?";
    const double size = static_cast<double>(*bytes);
    if (size < 1e6)
        return fmt::format("{:.1f} kB", size / 1e3);
    return size < 1e9 ? fmt::format("{:.1f} MB", size / 1e6) : fmt::format("{:.2f} GB", size / 1e9);
}

std::string compressionText(const std::optional<history::CompressionFacts>& compression)
{
    if (!compression)
        return {};
    const std::string chunks = fmt::format("{} of {} chunks compressed", compression->compressedChunks, compression->chunks);
    if (compression->compressedChunks == 0)
        return chunks;
    return fmt::format("{}, {} to {}", chunks, bytesText(compression->bytesBefore), bytesText(compression->bytesAfter));
}

std::string schemaText(const history::DatabaseProbe& probe)
{
    if (probe.migration == 0)
        return "no history there yet";
    return fmt::format("schema {} of {}", probe.migration, probe.newestMigration);
}

void print(Console& console, const history::DatabaseUrl& url, const history::DatabaseFacts& facts)
{
    console.printLine(fmt::format("{}: {}; connected, {}, {}", url.text(), facts.probe.database, schemaText(facts.probe),
                                  facts.probe.writable ? "writable" : "to read only"));
    if (!facts.probe.keepsEveryCharacter())
        console.printLine(fmt::format("its encoding {} lacks characters; UTF8 has them all", facts.probe.encoding));
    if (!facts.tables.empty())
        console.printLine(fmt::format("{:<16} {:>13} {:>10}  compression", "table", "rows", "size"));
    for (const history::TableFacts& table : facts.tables) {
        std::string line = fmt::format("{:<16} {:>13} {:>10}  {}", table.name,
                                       table.rows ? std::to_string(*table.rows) : "?", bytesText(table.bytes),
                                       compressionText(table.compression));
        line.erase(line.find_last_not_of(' ') + 1);
        console.printLine(line);
    }
    if (facts.bytes)
        console.printLine(fmt::format("{:<16} {:>13} {:>10}", "in all", "", bytesText(facts.bytes)));
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto facts = history::readDatabaseFacts(invocation.history());
    if (!facts)
        return console.fail(facts.error());
    if (invocation.json())
        console.printJson(toJson(invocation.history(), *facts));
    else
        print(console, invocation.history(), *facts);
    return DONE;
}

} // namespace

Command databaseCommand()
{
    return {"database", "Connects to the history's database and says what it is, its schema and what each table takes.", {}, run};
}

} // namespace app::cli
