// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"

#include "core/history/csvimport.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace history = core::history;
using core::Result;

namespace {

Result<void> readVolume(const Options& options, history::ImportOptions& import)
{
    const auto text = options.text("volume");
    if (!text)
        return {};
    if (*text == "base")
        import.volume = history::VolumeColumn::Base;
    else if (*text == "quote")
        import.volume = history::VolumeColumn::Quote;
    else if (*text == "contracts")
        import.volume = history::VolumeColumn::Contracts;
    else
        return core::Error{core::ErrorCode::InvalidInput,
                           fmt::format("--volume: \"{}\" is not base, quote or contracts", *text),
                           ""};
    return {};
}

Result<void> readDecimals(const Options& options, std::string_view name, std::optional<int>& value)
{
    std::int64_t decimals = -1;
    if (const auto good = options.whole(name, 0, core::MAX_DECIMALS, decimals); !good)
        return good.error();
    if (decimals >= 0)
        value = static_cast<int>(decimals);
    return {};
}

Result<history::ImportOptions> readOptions(const Options& options)
{
    history::ImportOptions import;
    auto symbol = options.symbol();
    if (!symbol)
        return symbol.error();
    import.symbol = std::move(*symbol);
    import.venue = options.text("venue").value_or(import.venue);
    import.columns = options.text("columns");
    for (const auto& good :
         {options.timeframe("timeframe", import.timeframe), readVolume(options, import),
          readDecimals(options, "price-decimals", import.priceDecimals),
          readDecimals(options, "lot-decimals", import.lotDecimals)}) {
        if (!good)
            return good.error();
    }
    return import;
}

double rowsPerSecond(const history::ImportReport& report)
{
    return report.seconds > 0.0 ? static_cast<double>(report.rows) / report.seconds : 0.0;
}

Json toJson(const fs::path& file, const history::ImportReport& report)
{
    Json bad = Json::array();
    for (const history::BadRow& row : report.quoted)
        bad.push_back({{"line", row.line}, {"text", row.text}, {"reason", row.reason}});
    return {{"file", file.string()},
            {"rows", report.rows},
            {"inserted", report.written.inserted},
            {"changed", report.written.changed},
            {"unchanged", report.written.unchanged},
            {"duplicates", report.duplicates},
            {"bad_rows", report.badRows},
            {"quoted", bad},
            {"timeframe", report.plan.timeframe.text()},
            {"price_decimals", report.plan.priceDecimals},
            {"lot_decimals", report.plan.lotDecimals},
            {"oldest", core::formatTimestampShort(report.oldest)},
            {"newest", core::formatTimestampShort(report.newest)},
            {"cancelled", report.cancelled},
            {"seconds", report.seconds},
            {"rows_per_second", rowsPerSecond(report)}};
}

void printReport(Console& console, const fs::path& file, const history::ImportReport& report)
{
    console.printLine(fmt::format(
        "{}: {} rows of {} candles, {} to {}; {} new, {} changed, {} as before, {} repeated, {} "
        "bad; "
        "{:.0f} rows a second",
        file.string(), report.rows, report.plan.timeframe.text(),
        core::formatTimestampShort(report.oldest), core::formatTimestampShort(report.newest),
        report.written.inserted, report.written.changed, report.written.unchanged,
        report.duplicates, report.badRows, rowsPerSecond(report)));
    for (const history::BadRow& row : report.quoted)
        console.printLine(
            fmt::format("  line {} left out: {}: {}", row.line, row.reason, printable(row.text)));
    if (report.badRows > static_cast<std::int64_t>(report.quoted.size()))
        console.printLine(fmt::format(
            "  and {} more", report.badRows - static_cast<std::int64_t>(report.quoted.size())));
}

Result<history::ImportReport> importFile(Console& console, history::HistoryStore& store,
                                         const fs::path& file,
                                         const history::ImportOptions& options,
                                         const InterruptGuard& interrupt)
{
    const auto plan = history::planImport(file, options);
    if (!plan)
        return plan.error();
    const auto progress = [&](const history::ImportProgress& now) {
        const double total = static_cast<double>(std::max<std::int64_t>(now.bytesTotal, 1));
        console.progress(fmt::format("{}: {} rows, {:.0f} s left", file.filename().string(),
                                     now.rows, now.secondsLeft),
                         static_cast<double>(now.bytesDone) / total);
    };
    auto report = history::importCsv(store, file, options, *plan, progress, interrupt.requested());
    console.endProgress();
    return report;
}

core::Error stopped(const fs::path& file, const history::ImportReport& report)
{
    return {core::ErrorCode::Cancelled,
            fmt::format("the import of {} was stopped after {} rows; what was committed is kept",
                        file.string(), report.rows),
            "Import the file again to get the rest."};
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto options = readOptions(invocation.options());
    if (!options)
        return console.badUsage("import", options.error());
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    auto store = history::openHistory(invocation.history());
    if (!store)
        return console.fail(store.error());
    const InterruptGuard interrupt;
    Json files = Json::array();
    std::optional<core::Error> error;
    for (const std::string& name : invocation.options().arguments()) {
        const auto report = importFile(console, **store, name, *options, interrupt);
        if (!report) {
            error = report.error();
            break;
        }
        files.push_back(toJson(name, *report));
        if (!invocation.json())
            printReport(console, name, *report);
        if (report->cancelled) {
            error = stopped(name, *report);
            break;
        }
    }
    if (invocation.json())
        console.printJson({{"symbol", options->symbol.text()}, {"files", files}});
    return error ? console.fail(*error) : DONE;
}

} // namespace

Command importCommand()
{
    return {"import",
            "Reads candles from CSV files into the history.",
            {"FILE...",
             1,
             10'000,
             {{"symbol", "BTC/USD", "what the candles are of", false, true},
              {"venue", "NAME", "where they were traded (default: kraken)"},
              {"timeframe", "1m", "the length of a candle (default: guessed from the times)"},
              {"columns", "time,open,...", "the columns' roles in order, - to skip one"},
              {"volume", "base|quote|contracts", "what the volume counts (default: guessed)"},
              {"price-decimals", "N", "decimals of a price (default: as the file needs)"},
              {"lot-decimals", "N", "decimals of a size (default: 8)"}}},
            run};
}

} // namespace app::cli
