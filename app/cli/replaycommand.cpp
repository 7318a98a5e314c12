// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/performance.h"
#include "app/cli/replayoptions.h"
#include "app/cli/riskoptions.h"

#include "core/engine/coveragejson.h"
#include "core/engine/enginebuild.h"
#include "core/engine/replayrunner.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace engine = core::engine;
using core::Result;

namespace {

constexpr const char* UNSIGNED = "allow-unsigned-strategies";

Json toJson(const engine::AccountSnapshot& account)
{
    const bool suspended = account.state == engine::AccountState::Suspended;
    return {{"name", account.strategy},
            {"sha256", account.sha256.hex()},
            {"fills", account.fills},
            {"final_equity", account.equity.toString()},
            {"final_cash", account.cash.toString()},
            {"realised_profit", account.realisedProfit.toString()},
            {"fees", account.fees.toString()},
            {"borrow_interest", account.borrowInterest.toString()},
            {"bad_debt", account.badDebt.toString()},
            {"max_drawdown", account.maxDrawdown},
            {"margin_calls", account.marginCalls},
            {"risk", riskJson(account)},
            {"suspended", suspended ? Json(account.stateReason) : Json()},
            {"analytics", performanceJson(*account.performance)}};
}

const char* pathName(bool worstCase)
{
    return worstCase ? "worst" : "nearer";
}

Json toJson(const engine::ReplaySummary& summary, const engine::OtherPath& other)
{
    Json accounts = Json::array();
    for (std::size_t i = 0; i < other.accounts.size(); ++i)
        accounts.push_back({{"name", summary.accounts[i].strategy},
                            {"final_equity", other.accounts[i].toString()}});
    return {{"path", pathName(other.worstCase)},
            {"final_equity", other.total.toString()},
            {"accounts", accounts}};
}

Json toJson(const engine::ReplaySummary& summary)
{
    Json accounts = Json::array();
    for (const engine::AccountSnapshot& account : summary.accounts)
        accounts.push_back(toJson(account));
    Json result = {{"session", summary.folder.filename().string()},
            {"folder", summary.folder.string()},
            {"bars", summary.bars},
            {"bars_per_second", summary.barsPerSecond},
            {"engine", engine::engineBuild()},
            {"digest", summary.digest},
            {"candles_sha256", summary.candleDigest},
            {"data", engine::toJson(summary.data)},
            {"fingerprint", summary.fingerprint},
            {"head", summary.head},
            {"fills", summary.total.fills},
            {"final_equity", summary.total.equity.toString()},
            {"margin_calls", summary.total.marginCalls},
            {"accounts", accounts},
            {"analytics", performanceJson(*summary.total.performance)},
            {"buy_and_hold", performanceJson(*summary.buyAndHold)}};
    for (const engine::FundingGap& gap : summary.missingFunding)
        result["funding_missing"].push_back({{"symbol", gap.symbol.text()},
                                             {"from", core::formatTimestampShort(gap.from)},
                                             {"to", core::formatTimestampShort(gap.to)}});
    for (const engine::TradeGap& gap : summary.missingTrades)
        result["trades_missing"].push_back({{"symbol", gap.symbol.text()},
                                            {"bars", gap.bars},
                                            {"from", core::formatTimestampShort(gap.from)},
                                            {"to", core::formatTimestampShort(gap.to)}});
    if (summary.otherPath)
        result["other_path"] = toJson(summary, *summary.otherPath);
    return result;
}

/// How far the other path leads from the chosen one.
void printOtherPath(Console& console, const engine::ReplaySummary& summary, const engine::OtherPath& other)
{
    const auto line = [&](const std::string& name, core::Money chosen, core::Money turned) {
        console.printLine(fmt::format("{} along the {} path: equity {}, {}", name,
                                      pathName(other.worstCase), turned.toString(),
                                      turned == chosen ? "the same" : "not " + chosen.toString()));
    };
    for (std::size_t i = 0; i < other.accounts.size(); ++i)
        line(summary.accounts[i].strategy, summary.accounts[i].equity, other.accounts[i]);
    if (other.accounts.size() > 1)
        line("total", summary.total.equity, other.total);
}

void printAccount(Console& console, const engine::AccountSnapshot& account)
{
    console.printLine(fmt::format("{}: {} fills, equity {}, cash {}, realised {}, fees {}, deepest "
                                  "drawdown {:.2f} %, {} margin calls",
                                  account.strategy, account.fills, account.equity.toString(),
                                  account.cash.toString(), account.realisedProfit.toString(),
                                  account.fees.toString(), account.maxDrawdown * 100.0,
                                  account.marginCalls));
    if (const std::string limits = riskLine(account); !limits.empty())
        console.printLine("  " + limits);
    if (account.state != engine::AccountState::Running)
        console.printLine(
            fmt::format("  {}: {}", engine::name(account.state), printable(account.stateReason)));
}

void printPerformance(Console& console, const engine::ReplaySummary& summary)
{
    std::vector<PerformanceColumn> columns;
    const auto add = [&columns](const std::string& title, const core::analytics::Report& report) {
        columns.push_back({title, &report.equity, &report.trades});
    };
    for (const engine::AccountSnapshot& account : summary.accounts)
        add(account.strategy, *account.performance);
    if (summary.accounts.size() > 1)
        add("total", *summary.total.performance);
    // Last: its cells end where the trades begin.
    columns.push_back({"buy and hold", summary.buyAndHold.get(), nullptr});
    console.printLine("");
    for (const std::string& line : performanceTable(columns))
        console.printLine(line);
    console.printLine("");
}

/// The first few stretches, and how many more there are.
void printMissingFunding(Console& console, const std::vector<engine::FundingGap>& gaps)
{
    constexpr std::size_t NAMED = 5;
    for (std::size_t i = 0; i < std::min(gaps.size(), NAMED); ++i)
        console.printLine(fmt::format("no funding rate of {} from {} to {}: none was charged", gaps[i].symbol.text(),
                                      core::formatTimestampShort(gaps[i].from),
                                      core::formatTimestampShort(gaps[i].to)));
    if (gaps.size() > NAMED)
        console.printLine(fmt::format("and in {} more stretches", gaps.size() - NAMED));
}

void printGaps(Console& console, const std::vector<engine::DataCoverage>& data)
{
    for (const engine::DataCoverage& one : data) {
        if (one.missing > 0)
            console.printLine(fmt::format("{}: {} candles of {}, {} missing between {} and {}", one.symbol.text(),
                                          one.candles, one.timeframe.text(), one.missing,
                                          core::formatTimestampShort(one.from), core::formatTimestampShort(one.to)));
    }
}

void print(Console& console, const engine::ReplaySummary& summary)
{
    for (const engine::AccountSnapshot& account : summary.accounts)
        printAccount(console, account);
    if (summary.accounts.size() > 1)
        console.printLine(fmt::format("total: {} fills, equity {}, {} margin calls",
                                      summary.total.fills, summary.total.equity.toString(),
                                      summary.total.marginCalls));
    printGaps(console, summary.data);
    printMissingFunding(console, summary.missingFunding);
    for (const engine::TradeGap& gap : summary.missingTrades)
        console.printLine(fmt::format("no trades of {} to tell of {} bars between {} and {}: strategies heard of "
                                      "closed candles only",
                                      gap.symbol.text(), gap.bars, core::formatTimestampShort(gap.from),
                                      core::formatTimestampShort(gap.to)));
    if (summary.otherPath)
        printOtherPath(console, summary, *summary.otherPath);
    printPerformance(console, summary);
    console.printLine(fmt::format("{} bars, {:.0f} a second", summary.bars, summary.barsPerSecond));
    console.printLine(fmt::format("fingerprint {}", summary.fingerprint));
    console.printLine(fmt::format("journal     {}", summary.folder.string()));
}

engine::ReplayPlaces placesOf(const Invocation& invocation)
{
    const auto out = invocation.options().text("out");
    engine::ReplayPlaces places{invocation.history(), invocation.trustFolder(), invocation.strategyFolders(),
                                out ? fs::path(*out) : invocation.journalFolder()};
    if (invocation.options().has(UNSIGNED))
        places.unsignedScripts = core::strategy::UnsignedScripts::Allowed;
    return places;
}

/// Says on stderr what the flag does, each time.
void warnOfUnsigned(const Invocation& invocation)
{
    if (invocation.options().has(UNSIGNED))
        invocation.console().note({core::ErrorCode::Refused,
                                   "unsigned strategies are allowed: scripts run that nobody approved",
                                   "Every line of the journal says so."});
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto request = readReplayRequest(invocation.options());
    if (!request)
        return console.badUsage("replay", request.error());
    if (invocation.options().text("out") == "")
        return console.badUsage("replay",
                                {core::ErrorCode::InvalidInput, "--out names no folder", ""});
    // Only the workspace's own journal needs its lock.
    std::optional<core::Workspace> workspace;
    if (!invocation.options().has("out")) {
        auto opened = invocation.openWorkspace();
        if (!opened)
            return console.fail(opened.error());
        workspace.emplace(std::move(*opened));
    }
    // Says that nothing was imported, where the history would be made anew otherwise.
    if (const auto history = invocation.openHistory(); !history)
        return console.fail(history.error());
    warnOfUnsigned(invocation);
    const InterruptGuard interrupt;
    const auto progress = [&](double fraction) {
        console.progress("replaying", fraction);
        return !interrupt.requested();
    };
    const auto trouble = [&](const core::journal::WriterTrouble& what) {
        // What failed for good is the command's own last line.
        if (what.stage != core::journal::WriterTrouble::Stage::Failed)
            console.note(what.error);
    };
    const auto paths = invocation.options().has("both-paths") ? engine::PathRules::Both
                                                              : engine::PathRules::Chosen;
    const auto summary = engine::runReplay(*request, placesOf(invocation), progress, trouble, paths);
    console.endProgress();
    if (!summary)
        return console.fail(summary.error());
    if (invocation.json())
        console.printJson(toJson(*summary));
    else
        print(console, *summary);
    return DONE;
}

} // namespace

Command replayCommand()
{
    Command command{"replay",
                    "Replays strategies over the history, each on an account of its own.",
                    {"", 0, 0, {}},
                    run};
    command.grammar.options = replayOptionSpecs();
    command.grammar.options.push_back(
        {"both-paths", "", "say too what the accounts come to along the other --path"});
    command.grammar.options.push_back(
        {UNSIGNED, "", "for development: run scripts too that nobody approved, native ones never"});
    command.grammar.options.push_back(
        {"out", "DIR", "where the session's folder is made (default: the workspace's journal)"});
    return command;
}

} // namespace app::cli
