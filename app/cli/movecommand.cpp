// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/spooling.h"

#include "core/history/historymove.h"
#include "core/history/moveends.h"

#include <algorithm>

#include <fmt/format.h>

namespace app::cli {

namespace history = core::history;

namespace {

/// As many ranges of a table as a person reads.
constexpr std::size_t MAX_RANGES_PRINTED = 5;

const char* nameOf(history::MoveStage stage)
{
    switch (stage) {
    case history::MoveStage::Comparing:
        return "comparing";
    case history::MoveStage::Sending:
        return "sending";
    case history::MoveStage::Checking:
        break;
    }
    return "checking";
}

void show(Console& console, const history::MoveProgress& now)
{
    const double total = static_cast<double>(std::max<std::int64_t>(now.rowsTotal, 1));
    console.progress(fmt::format("{} {} {}: {} of {} rows, {:.0f} a second, {:.0f} s left", nameOf(now.stage),
                                 now.table.symbol.text(), now.table.name(), now.rowsDone, now.rowsTotal,
                                 now.rowsPerSecond, now.secondsLeft),
                     std::min(1.0, static_cast<double>(now.rowsDone) / total));
}

std::string resultOf(const history::TableCheck& check)
{
    const history::RowDifference& difference = check.difference;
    if (check.isSame())
        return fmt::format("{} row{}, the same", check.sourceRows, check.sourceRows == 1 ? "" : "s");
    const std::string text = fmt::format("{} here, {} there", check.sourceRows, check.destinationRows);
    if (difference.isCovered())
        return text + "; all of these are there, with more that it knew";
    return text + fmt::format("; {} missing there, {} other there", difference.missing, difference.different);
}

void print(Console& console, const history::TableCheck& check)
{
    console.printLine(fmt::format("{} {}: {}", check.symbol.text(), check.table, resultOf(check)));
    const auto& ranges = check.difference.ranges;
    for (std::size_t i = 0; i < std::min(ranges.size(), MAX_RANGES_PRINTED); ++i)
        console.printLine(fmt::format("  from {} to {}", core::formatTimestampShort(ranges[i].from),
                                      core::formatTimestampShort(ranges[i].to)));
}

Json toJson(const history::TableCheck& check)
{
    Json ranges = Json::array();
    for (const history::TimeRange& range : check.difference.ranges)
        ranges.push_back({{"from", core::formatTimestampShort(range.from)}, {"to", core::formatTimestampShort(range.to)}});
    return {{"symbol", check.symbol.text()},
            {"table", check.table},
            {"rows", check.sourceRows},
            {"destination_rows", check.destinationRows},
            {"sha256", check.source.hex()},
            {"destination_sha256", check.destination.hex()},
            {"same", check.isSame()},
            {"missing", check.difference.missing},
            {"different", check.difference.different},
            {"additional", check.difference.additional},
            {"ranges", ranges}};
}

Json toJson(const history::DatabaseUrl& from, const history::DatabaseUrl& to, const history::MoveReport& report)
{
    Json checks = Json::array();
    for (const history::TableCheck& check : report.checks)
        checks.push_back(toJson(check));
    return {{"from", from.text()},       {"to", to.text()},
            {"sent", report.sent},       {"present", report.present},
            {"complete", report.isComplete()}, {"cancelled", report.cancelled},
            {"seconds", report.seconds}, {"checks", checks}};
}

void print(Console& console, const history::DatabaseUrl& to, const history::MoveReport& report)
{
    for (const history::TableCheck& check : report.checks)
        print(console, check);
    console.printLine(fmt::format("{} rows sent to {}, {} were there already; {:.1f} s", report.sent, to.text(),
                                  report.present, report.seconds));
    if (report.isComplete())
        console.printLine(fmt::format("everything is there; use it with --database {}", to.url()));
}

std::optional<core::Error> failureOf(const history::MoveReport& report)
{
    if (report.cancelled)
        return core::Error{core::ErrorCode::Cancelled,
                           fmt::format("the move was stopped after {} rows; they are kept", report.sent),
                           "Move again to go on from there."};
    if (report.isComplete())
        return {};
    const auto differing = std::ranges::count_if(
        report.checks, [](const history::TableCheck& check) { return !check.difference.isCovered(); });
    return core::Error{core::ErrorCode::Corrupt,
                       fmt::format("{} not the same at the destination; nothing here was changed",
                                   differing == 1 ? "one table is" : fmt::format("{} tables are", differing)),
                       "If another program was writing meanwhile, move again. Trades that the destination knows by "
                       "number stay as they are there."};
}

/// What waits for the history belongs to what is moved; what waits for the destination would be written over it.
core::Result<void> settleBoth(const Invocation& invocation, const history::DatabaseUrl& to)
{
    if (auto settled = settleSpool(invocation); !settled)
        return settled;
    return history::checkNothingWaits(invocation.folder(), to);
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto to = history::DatabaseUrl::parse(invocation.options().text("to").value_or(""));
    if (!to)
        return console.badUsage("move-history", {to.error().code, "--to: " + to.error().what, to.error().remedy});
    if (const auto ready = settleBoth(invocation, *to); !ready)
        return console.fail(ready.error());
    const InterruptGuard interrupt;
    auto ends = history::openMoveEnds(invocation.history(), *to);
    if (!ends)
        return console.fail(ends.error());
    history::MoveOptions options;
    if (invocation.options().has("merge"))
        options.otherRows = history::OtherRows::Replace;
    const auto report = history::moveHistory(
        *ends->source, *ends->destination, options,
        [&console](const history::MoveProgress& now) { show(console, now); }, interrupt.requested());
    console.endProgress();
    if (!report)
        return console.fail(report.error());
    if (invocation.json())
        console.printJson(toJson(invocation.history(), *to, *report));
    else
        print(console, *to, *report);
    const auto failure = failureOf(*report);
    return failure ? console.fail(*failure) : DONE;
}

} // namespace

Command moveCommand()
{
    return {"move-history",
            "Copies the whole history into another database and compares every row; go on after a stop by doing it again.",
            {"",
             0,
             0,
             {{"to", "URL", "where to, sqlite:///PATH or postgresql://USER@HOST/DATABASE", false, true},
              {"merge", "", "let these rows take the place of other ones of the same time there"}}},
            run};
}

} // namespace app::cli
