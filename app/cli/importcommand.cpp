// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/spooling.h"

#include "core/history/csvimport.h"

#include <map>

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

Result<void> readTimes(const Options& options, history::ImportOptions& import)
{
    static const std::map<std::string, history::TimeFormat> FORMATS = {
        {"iso", history::TimeFormat::Iso},          {"s", history::TimeFormat::Seconds},
        {"ms", history::TimeFormat::Milliseconds}, {"us", history::TimeFormat::Microseconds},
        {"ns", history::TimeFormat::Nanoseconds}};
    if (const auto text = options.text("time-format")) {
        const auto known = FORMATS.find(*text);
        if (known == FORMATS.end())
            return core::Error{core::ErrorCode::InvalidInput,
                               fmt::format("--time-format: \"{}\" is not iso, s, ms, us or ns", *text), ""};
        import.timeFormat = known->second;
    }
    if (const auto text = options.text("stamp")) {
        if (*text != "open" && *text != "close")
            return core::Error{core::ErrorCode::InvalidInput,
                               fmt::format("--stamp: \"{}\" is not open or close", *text), ""};
        import.stamp = *text == "open" ? history::Stamp::Open : history::Stamp::Close;
    }
    return {};
}

Result<history::ImportOptions> readOptions(const Options& options)
{
    history::ImportOptions import;
    if (options.has("symbol")) {
        auto symbol = options.symbol();
        if (!symbol)
            return symbol.error();
        import.symbol = std::move(*symbol);
    }
    import.member = options.text("member").value_or("");
    import.venue = options.text("venue").value_or(import.venue);
    import.columns = options.text("columns");
    for (const auto& good :
         {options.timeframe("timeframe", import.timeframe), readVolume(options, import),
          readTimes(options, import), readDecimals(options, "price-decimals", import.priceDecimals),
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

/// Null where the rows were candles.
Json tradesOf(const history::ImportReport& report)
{
    if (!history::holdsTrades(report.plan))
        return nullptr;
    return {{"inserted", report.trades.inserted},
            {"changed", report.trades.changed},
            {"unchanged", report.trades.unchanged}};
}

Json toJson(const fs::path& file, const core::Symbol& symbol, const history::ImportReport& report)
{
    Json bad = Json::array();
    for (const history::BadRow& row : report.quoted)
        bad.push_back({{"line", row.line}, {"text", row.text}, {"reason", row.reason}});
    return {{"file", file.string()},
            {"symbol", symbol.text()},
            {"rows", report.rows},
            {"kind", history::holdsTrades(report.plan) ? "trades" : "candles"},
            {"trades", tradesOf(report)},
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

void printReport(Console& console, const fs::path& file, const core::Symbol& symbol,
                 const history::ImportReport& report)
{
    if (history::holdsTrades(report.plan))
        console.printLine(fmt::format("{}: {} trades of {}; {} new, {} changed, {} as before; they make these candles:",
                                      file.string(), report.rows, symbol.text(), report.trades.inserted,
                                      report.trades.changed, report.trades.unchanged));
    console.printLine(fmt::format(
        "{}: {} rows of {} candles of {}, {} to {}; {} new, {} changed, {} as before, {} repeated, {} "
        "bad; "
        "{:.0f} rows a second",
        file.string(), report.rows, report.plan.timeframe.text(), symbol.text(),
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

core::Error whichSymbol(const fs::path& file)
{
    return {core::ErrorCode::InvalidInput,
            fmt::format("the name of {} does not tell what its rows are of", file.string()),
            "Nothing was changed. Add --symbol, for example --symbol BTC/USD."};
}

/// Sets the symbol that the file's name tells, where the user named none.
Result<history::ImportReport> importFile(Console& console, history::HistoryStore& store,
                                         const fs::path& file, history::ImportOptions& options,
                                         const InterruptGuard& interrupt)
{
    const auto plan = history::planImport(file, options, &interrupt.requested());
    if (!plan)
        return plan.error();
    if (options.symbol.text().empty() && !plan->symbol)
        return whichSymbol(file);
    if (options.symbol.text().empty())
        options.symbol = *plan->symbol;
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
    // What waits is older than the files and must not come after them.
    if (const auto settled = settleSpool(invocation); !settled)
        return console.fail(settled.error());
    auto store = history::openHistory(invocation.history());
    if (!store)
        return console.fail(store.error());
    const InterruptGuard interrupt;
    Json files = Json::array();
    std::string symbol = options->symbol.text(); // Of the last file.
    std::optional<core::Error> error;
    for (const std::string& name : invocation.options().arguments()) {
        history::ImportOptions own = *options;
        const auto report = importFile(console, **store, name, own, interrupt);
        if (!report) {
            error = report.error();
            break;
        }
        files.push_back(toJson(name, own.symbol, *report));
        symbol = own.symbol.text();
        if (!invocation.json())
            printReport(console, name, own.symbol, *report);
        if (report->cancelled) {
            error = stopped(name, *report);
            break;
        }
    }
    if (invocation.json())
        console.printJson({{"symbol", symbol}, {"files", files}});
    return error ? console.fail(*error) : DONE;
}

} // namespace

Command importCommand()
{
    return {"import",
            "Reads candles or trades from CSV files, gzip and zip as they come, into the history.",
            {"FILE...",
             1,
             10'000,
             {{"symbol", "BTC/USD", "what the rows are of (default: as the file's name says)"},
              {"member", "NAME", "the file inside a zip archive (default: the only one)"},
              {"venue", "NAME", "where they were traded (default: kraken)"},
              {"timeframe", "1m", "the length of a candle (default: guessed from the times)"},
              {"columns", "time,open,...", "the columns' roles in order, - to skip one; of trades time,price,volume"},
              {"time-format", "iso|s|ms|us|ns", "how times are written (default: guessed)"},
              {"stamp", "open|close", "what end of a candle its time names (default: guessed)"},
              {"volume", "base|quote|contracts", "what the volume counts (default: guessed)"},
              {"price-decimals", "N", "decimals of a price (default: as the file needs)"},
              {"lot-decimals", "N", "decimals of a size (default: 8)"}}},
            run};
}

} // namespace app::cli
