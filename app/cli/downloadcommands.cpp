// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/spooling.h"

#include "core/history/downloader.h"
#include "core/history/spooledhistory.h"
#include "core/history/venuesettings.h"

#include <fmt/format.h>

namespace app::cli {

namespace history = core::history;
using core::Result;

namespace {

/// Where a download is kept: in a file, or on a server that may go away meanwhile.
struct Target
{
    std::unique_ptr<history::HistoryWriter> writer; ///< Of a server.
    std::unique_ptr<history::HistoryStore> store;
};

Result<Target> openTarget(Invocation& invocation, const InterruptGuard& interrupt)
{
    Target target;
    if (!invocation.history().isServer()) {
        auto file = history::openHistory(invocation.history());
        if (!file)
            return file.error();
        target.store = std::move(*file);
        return target;
    }
    auto writer = history::HistoryWriter::open(invocation.history(), spoolFolder(invocation));
    if (!writer)
        return writer.error();
    target.writer = std::move(*writer);
    const auto told = [&console = invocation.console()](const std::optional<core::Error>& why) {
        console.endProgress();
        if (why)
            console.note({why->code, "waiting: " + why->what, why->remedy});
    };
    target.store = std::make_unique<history::SpooledHistory>(*target.writer, invocation.history(),
                                                             interrupt.requested(), told);
    return target;
}

/// ", 3 batches in the spool" while the server is away.
std::string inSpool(const Target& target)
{
    const std::int64_t batches = target.writer ? target.writer->state().spool.batches : 0;
    return batches > 0 ? fmt::format(", {} batches in the spool", batches) : "";
}

/// What a download leaves in the spool, and what had to be set aside of it.
Json tellSpool(Invocation& invocation, const Target& target)
{
    const history::WriterState state = target.writer ? target.writer->state() : history::WriterState();
    for (const std::string& finding : state.findings)
        invocation.console().note({core::ErrorCode::Corrupt, finding, ""});
    if (state.spool.batches > 0 && !invocation.json())
        invocation.console().printLine(fmt::format("{} and are written once the server is back: {}",
                                                   spoolWords(state.spool), printable(state.reason.what)));
    return spoolJson(state.spool);
}

/// What a download is asked to do, checked.
struct Request
{
    std::vector<core::Symbol> symbols;
    history::TimeRange range;
    bool lastCandles = false;
    std::optional<core::market::Timeframe> timeframe;
    history::KrakenAccess access;
};

/// As the workspace has it, unless options say otherwise.
Result<history::KrakenAccess> readAccess(const Invocation& invocation)
{
    const Options& options = invocation.options();
    auto kept = history::venueAccess(invocation.folder());
    if (!kept)
        return kept;
    history::KrakenAccess access = std::move(*kept);
    if (const auto text = options.text("endpoint")) {
        auto endpoint = history::checkEndpoint(*text);
        if (!endpoint)
            return core::Error{core::ErrorCode::InvalidInput, "--endpoint: " + endpoint.error().what,
                               endpoint.error().remedy};
        access.endpoint = std::move(*endpoint);
    }
    double spacing = std::chrono::duration<double>(access.spacing).count();
    if (const auto good = options.number("spacing", 0.0, 60.0, spacing); !good)
        return good.error();
    access.spacing = std::chrono::duration_cast<core::Nanoseconds>(std::chrono::duration<double>(spacing));
    return access;
}

Result<std::vector<core::Symbol>> readSymbols(const Options& options)
{
    std::vector<core::Symbol> symbols;
    for (const std::string& text : options.all("symbol")) {
        auto symbol = core::Symbol::parse(text);
        if (!symbol)
            return core::Error{core::ErrorCode::InvalidInput, "--symbol: " + symbol.error().what,
                               symbol.error().remedy};
        symbols.push_back(std::move(*symbol));
    }
    return symbols;
}

Result<Request> readRequest(const Invocation& invocation)
{
    const Options& options = invocation.options();
    Request request;
    auto access = readAccess(invocation);
    auto symbols = readSymbols(options);
    auto range = options.range();
    for (const auto* error : {access ? nullptr : &access.error(), symbols ? nullptr : &symbols.error(),
                              range ? nullptr : &range.error()}) {
        if (error)
            return *error;
    }
    request.access = std::move(*access);
    request.symbols = std::move(*symbols);
    request.range = *range;
    if (const auto good = options.timeframe("timeframe", request.timeframe); !good)
        return good.error();
    request.lastCandles = !options.has("from");
    if (request.lastCandles && options.has("to"))
        return core::Error{core::ErrorCode::InvalidInput, "--to needs --from",
                           "Without --from the last 720 candles are fetched."};
    if (!request.lastCandles && request.timeframe && *request.timeframe != core::market::ONE_MINUTE)
        return core::Error{core::ErrorCode::InvalidInput, "--timeframe is for the last candles only",
                           "With --from, trades are fetched and make candles of one minute."};
    return request;
}

Json countJson(const history::WriteCount& count)
{
    return {{"inserted", count.inserted},
            {"changed", count.changed},
            {"unchanged", count.unchanged},
            {"spooled", count.spooled}};
}

Json toJson(const core::Symbol& symbol, const history::DownloadReport& report)
{
    return {{"symbol", symbol.text()},
            {"from", core::formatTimestampShort(report.range.from)},
            {"to", core::formatTimestampShort(report.range.to)},
            {"reached", core::formatTimestampShort(report.reached)},
            {"trades", countJson(report.trades)},
            {"candles", countJson(report.candles)},
            {"requests", report.requests},
            {"repeated_requests", report.failures},
            {"rejected", report.rejected},
            {"unverified_minutes", report.unverified},
            {"cancelled", report.cancelled},
            {"seconds", report.seconds}};
}

void printReport(Console& console, const core::Symbol& symbol, const history::DownloadReport& report)
{
    console.printLine(fmt::format(
        "{}: {} to {}; {} new trades, {} as before; {} candles new, {} changed, {} as before; {} requests, {} repeated",
        symbol.text(), core::formatTimestampShort(report.range.from), core::formatTimestampShort(report.reached),
        report.trades.inserted, report.trades.unchanged, report.candles.inserted, report.candles.changed,
        report.candles.unchanged, report.requests, report.failures));
    if (report.trades.spooled + report.candles.spooled > 0)
        console.printLine(fmt::format("  {} trades and {} candles are on this disk, for the server was away",
                                      report.trades.spooled, report.candles.spooled));
    if (report.rejected > 0)
        console.printLine(
            fmt::format("  {} left out that cannot be true; of the first {}", report.rejected, report.firstRejection));
    if (report.unverified > 0)
        console.printLine(fmt::format("  {} minutes are not verified: Kraken's numbers leave out trades in them",
                                      report.unverified));
}

core::Error stopped(const core::Symbol& symbol, const history::DownloadReport& report)
{
    return {core::ErrorCode::Cancelled,
            fmt::format("the download of {} was stopped at {}; what was committed is kept", symbol.text(),
                        core::formatTimestampShort(report.reached)),
            "The same command goes on from there."};
}

/// True where what failed says something of this symbol only, and the others may do better.
bool concernsOneSymbol(const core::Error& error)
{
    return error.code == core::ErrorCode::NotFound || error.code == core::ErrorCode::Refused ||
           error.code == core::ErrorCode::Unsupported || error.code == core::ErrorCode::AlreadyExists;
}

core::Error someFailed(std::size_t failed, std::size_t all)
{
    return {core::ErrorCode::Refused, fmt::format("{} of {} symbols came to nothing", failed, all),
            "The others are done."};
}

/// Runs `job` for each symbol, one after the other, and tells what came of it.
template <typename Job>
int runEach(Invocation& invocation, const Target& target, const std::vector<core::Symbol>& symbols,
            history::KrakenRest& kraken, const InterruptGuard& interrupt, const Job& job)
{
    Console& console = invocation.console();
    Json list = Json::array();
    Json failures = Json::array();
    std::optional<core::Error> error;
    double share = 0.0;
    kraken.setTroubleTold([&](const core::Error& why, core::Nanoseconds wait) {
        console.progress(fmt::format("trying again in {:.0f} s: {}",
                                     std::chrono::duration<double>(wait).count(), printable(why.what)),
                         share);
    });
    for (const core::Symbol& symbol : symbols) {
        const auto told = [&](const history::DownloadProgress& now) {
            share = now.share;
            console.progress(fmt::format("{} at {}: {} trades, {:.0f} a second, {:.0f} s left{}", symbol.text(),
                                         core::formatTimestampSeconds(now.reached), now.trades, now.tradesPerSecond,
                                         now.secondsLeft, now.failures > 0 ? fmt::format(", {} repeated", now.failures) : "") +
                                 inSpool(target),
                             now.share);
        };
        const Result<history::DownloadReport> report = job(symbol, kraken, told, interrupt.requested());
        console.endProgress();
        if (!report && symbols.size() > 1 && concernsOneSymbol(report.error())) {
            console.note({report.error().code, symbol.text() + ": " + report.error().what, report.error().remedy});
            failures.push_back({{"symbol", symbol.text()}, {"error", report.error().message()}});
            continue;
        }
        if (!report) {
            error = report.error();
            break;
        }
        list.push_back(toJson(symbol, *report));
        if (!invocation.json())
            printReport(console, symbol, *report);
        if (report->cancelled) {
            error = stopped(symbol, *report);
            break;
        }
    }
    const Json spool = tellSpool(invocation, target);
    if (invocation.json())
        console.printJson({{"downloads", list}, {"failures", failures}, {"spool", spool}});
    if (!error && !failures.empty())
        error = someFailed(failures.size(), symbols.size());
    return error ? console.fail(*error) : DONE;
}

int runDownload(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto request = readRequest(invocation);
    if (!request)
        return console.badUsage("download", request.error());
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    const InterruptGuard interrupt;
    auto target = openTarget(invocation, interrupt);
    if (!target)
        return console.fail(target.error());
    const auto http = history::openHttpClient();
    history::RealPace pace;
    history::KrakenRest kraken(*http, pace, request->access);
    return runEach(invocation, *target, request->symbols, kraken, interrupt,
                   [&](const core::Symbol& symbol, history::KrakenRest& rest, const history::DownloadTold& told,
                       const std::atomic<bool>& cancel) {
                       return request->lastCandles
                                  ? history::downloadCandles(*target->store, rest, symbol,
                                                             request->timeframe.value_or(core::market::ONE_MINUTE),
                                                             cancel)
                                  : history::downloadTrades(*target->store, rest, symbol, request->range, told, cancel);
                   });
}

/// The symbols named, else all whose gaps spot trades of Kraken can fill.
Result<std::vector<core::Symbol>> symbolsToFill(const Options& options, history::HistoryStore& store)
{
    auto symbols = readSymbols(options);
    if (!symbols || !symbols->empty())
        return symbols;
    const auto all = store.coverage();
    if (!all)
        return all.error();
    for (const history::Coverage& one : *all) {
        if (one.finest == core::market::ONE_MINUTE && one.instrument.venue == "kraken" &&
            one.instrument.kind == core::market::InstrumentKind::Spot)
            symbols->push_back(one.instrument.symbol);
    }
    return symbols;
}

int runFillGaps(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto access = readAccess(invocation);
    const auto named = readSymbols(invocation.options());
    if (!access || !named)
        return console.badUsage("fill-gaps", access ? named.error() : access.error());
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    const InterruptGuard interrupt;
    auto target = openTarget(invocation, interrupt);
    if (!target)
        return console.fail(target.error());
    const auto symbols = symbolsToFill(invocation.options(), *target->store);
    if (!symbols)
        return console.fail(symbols.error());
    const auto http = history::openHttpClient();
    history::RealPace pace;
    history::KrakenRest kraken(*http, pace, *access);
    return runEach(invocation, *target, *symbols, kraken, interrupt,
                   [&](const core::Symbol& symbol, history::KrakenRest& rest, const history::DownloadTold& told,
                       const std::atomic<bool>& cancel) {
                       return history::fillGaps(*target->store, rest, symbol, told, cancel);
                   });
}

const OptionSpec ENDPOINT = {"endpoint", "URL", "whom to ask (default: the workspace's choice, or https://api.kraken.com)"};
const OptionSpec SPACING = {"spacing", "SECONDS", "between two requests (default: the workspace's choice, or 1, as Kraken asks)"};

} // namespace

std::vector<Command> downloadCommands()
{
    return {{"download",
             "Fetches trades since a time, or the last 720 candles, from Kraken into the history.",
             {"",
              0,
              0,
              {{"symbol", "BTC/USD", "what to fetch", true, true},
               {"from", "TIME", "fetch every trade since then and make 1m candles of them"},
               {"to", "TIME", "up to then (default: now)"},
               {"timeframe", "1m", "of the last 720 candles, without --from (default: 1m)"},
               ENDPOINT,
               SPACING}},
             runDownload},
            {"fill-gaps",
             "Fetches from Kraken the trades of the minutes that the history lacks.",
             {"", 0, 0, {{"symbol", "BTC/USD", "only of this one", true}, ENDPOINT, SPACING}},
             runFillGaps}};
}

} // namespace app::cli
