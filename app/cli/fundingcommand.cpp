// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/history/fundingimport.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace history = core::history;

namespace {

Json toJson(const fs::path& file, const history::FundingReport& report)
{
    Json bad = Json::array();
    for (const history::BadRow& row : report.quoted)
        bad.push_back({{"line", row.line}, {"text", row.text}, {"reason", row.reason}});
    return {{"file", file.string()},
            {"rows", report.rows},
            {"inserted", report.written.inserted},
            {"changed", report.written.changed},
            {"unchanged", report.written.unchanged},
            {"bad_rows", report.badRows},
            {"quoted", bad}};
}

void print(Console& console, const fs::path& file, const history::FundingReport& report)
{
    console.printLine(fmt::format("{}: {} funding rates; {} new, {} changed, {} as before, {} bad", file.string(),
                                  report.rows, report.written.inserted, report.written.changed,
                                  report.written.unchanged, report.badRows));
    for (const history::BadRow& row : report.quoted)
        console.printLine(fmt::format("  line {} left out: {}: {}", row.line, row.reason, printable(row.text)));
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto symbol = invocation.options().symbol();
    if (!symbol)
        return console.badUsage("import-funding", symbol.error());
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    auto store = invocation.openHistoryToChange();
    if (!store)
        return console.fail(store.error());
    const fs::path file = invocation.options().arguments().front();
    const auto report = history::importFunding(**store, file, *symbol);
    if (!report)
        return console.fail(report.error());
    if (invocation.json())
        console.printJson(toJson(file, *report));
    else
        print(console, file, *report);
    return DONE;
}

} // namespace

Command fundingCommand()
{
    return {"import-funding",
            "Reads what a perpetual paid into the history: time, rate and, if there, when that was known.",
            {"FILE", 1, 1, {{"symbol", "BTC/USD", "the perpetual", false, true}}},
            run};
}

} // namespace app::cli
