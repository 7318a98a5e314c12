// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/interrupt.h"

#include "core/history/historyupkeep.h"

#include <fmt/format.h>

namespace app::cli {

namespace history = core::history;

namespace {

std::string rangeText(history::TimeRange range)
{
    std::string text;
    if (range.from != core::Timestamp::min())
        text += " from " + core::formatTimestampShort(range.from);
    if (range.to != core::Timestamp::max())
        text += " to " + core::formatTimestampShort(range.to);
    return text;
}

/// Whole minutes: those of the candles that open in the range.
history::TimeRange wholeMinutes(history::TimeRange range)
{
    const auto up = [](core::Timestamp time) {
        return core::market::ONE_MINUTE.floor(time + core::market::ONE_MINUTE.length() - core::Nanoseconds(1));
    };
    if (range.from != core::Timestamp::min())
        range.from = up(range.from);
    if (range.to != core::Timestamp::max())
        range.to = up(range.to);
    return range;
}

Json toJson(const core::Symbol& symbol, const history::DeleteReport& report)
{
    return {{"symbol", symbol.text()},
            {"candles", report.candles},
            {"trades", report.trades},
            {"funding_rates", report.fundingRates},
            {"cancelled", report.cancelled}};
}

int finish(const Invocation& invocation, const core::Symbol& symbol, const history::DeleteReport& report)
{
    Console& console = invocation.console();
    if (invocation.json())
        console.printJson(toJson(symbol, report));
    else
        console.printLine(fmt::format("{}: deleted {} candles, {} trades and {} funding rates", symbol.text(),
                                      report.candles, report.trades, report.fundingRates));
    if (report.cancelled)
        return console.fail({core::ErrorCode::Cancelled,
                             fmt::format("the deletion of {} was stopped; the rest is as it was", symbol.text()),
                             "The same command goes on from there."});
    return DONE;
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const Options& options = invocation.options();
    const auto symbol = options.symbol();
    const auto range = options.range();
    if (!symbol || !range)
        return console.badUsage("delete", symbol ? range.error() : symbol.error());
    const history::TimeRange minutes = wholeMinutes(*range);
    if (minutes.from >= minutes.to)
        return console.badUsage("delete", {core::ErrorCode::InvalidInput, "the range holds no whole minute", ""});
    if (!options.has("yes"))
        return console.badUsage("delete",
                                {core::ErrorCode::InvalidInput,
                                 fmt::format("it would delete all history of {}{}", symbol->text(), rangeText(minutes)),
                                 "Nothing was changed. Add --yes to do it; it cannot be taken back"});
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    auto store = invocation.openHistoryToChange();
    if (!store)
        return console.fail(store.error());
    const InterruptGuard interrupt;
    const auto report = history::deleteHistory(
        **store, *symbol, minutes,
        [&](const history::UpkeepProgress& now) {
            console.progress(fmt::format("{} candles and trades deleted", now.done), now.share);
        },
        interrupt.requested());
    console.endProgress();
    return report ? finish(invocation, *symbol, *report) : console.fail(report.error());
}

} // namespace

Command deleteCommand()
{
    return {"delete",
            "Deletes an instrument, or a range of it, from the history.",
            {"",
             0,
             0,
             {{"symbol", "BTC/USD", "what to delete: candles, trades, funding rates", false, true},
              {"from", "TIME", "only what is not older (default: everything)"},
              {"to", "TIME", "only what is older (default: everything)"},
              {"yes", "", "do it; without it, it is only said what would be done"}}},
            run};
}

} // namespace app::cli
