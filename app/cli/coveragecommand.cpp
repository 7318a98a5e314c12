// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/spooling.h"

#include <algorithm>

#include <fmt/format.h>

namespace app::cli {

namespace history = core::history;
using core::Result;

namespace {

/// Gaps that are named; more are counted.
constexpr std::size_t MAX_GAPS = 1000;
/// As many as a person reads.
constexpr std::size_t MAX_GAPS_PRINTED = 20;

Json toJson(const history::Coverage& coverage, const history::Gaps& gaps)
{
    Json list = Json::array();
    for (const history::TimeRange& gap : gaps.ranges)
        list.push_back({{"from", core::formatTimestampShort(gap.from)},
                        {"to", core::formatTimestampShort(gap.to)}});
    return {{"symbol", coverage.instrument.symbol.text()},
            {"venue", coverage.instrument.venue},
            {"timeframe", coverage.finest.text()},
            {"oldest", core::formatTimestampShort(coverage.oldest)},
            {"newest", core::formatTimestampShort(coverage.newest)},
            {"candles", coverage.candles},
            {"missing", gaps.missing},
            {"verified_empty", gaps.verifiedEmpty},
            {"price_decimals", coverage.instrument.priceDecimals},
            {"lot_decimals", coverage.instrument.lotDecimals},
            {"gap_count", gaps.count},
            {"gaps", list}};
}

void print(Console& console, const history::Coverage& coverage, const history::Gaps& gaps)
{
    console.printLine(fmt::format(
        "{} on {}: {} candles of {}, {} to {}, {} missing{}", coverage.instrument.symbol.text(),
        coverage.instrument.venue, coverage.candles, coverage.finest.text(),
        core::formatTimestampShort(coverage.oldest), core::formatTimestampShort(coverage.newest), gaps.missing,
        gaps.verifiedEmpty > 0 ? fmt::format(", {} without trades", gaps.verifiedEmpty) : ""));
    const std::size_t printed = std::min(gaps.ranges.size(), MAX_GAPS_PRINTED);
    for (std::size_t i = 0; i < printed; ++i)
        console.printLine(fmt::format("  none from {} to {}", core::formatTimestampShort(gaps.ranges[i].from),
                                      core::formatTimestampShort(gaps.ranges[i].to)));
    if (const auto more = gaps.count - static_cast<std::int64_t>(printed); more > 0)
        console.printLine(fmt::format("  and {} more, in --json", more));
}

Result<std::vector<history::Coverage>> read(const Options& options, history::HistoryStore& store)
{
    if (!options.has("symbol"))
        return store.coverage();
    const auto symbol = options.symbol();
    if (!symbol)
        return symbol.error();
    auto coverage = store.coverage(*symbol);
    if (!coverage)
        return coverage.error();
    return std::vector{std::move(*coverage)};
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    if (const auto symbol = invocation.options().symbol();
        invocation.options().has("symbol") && !symbol)
        return console.badUsage("coverage", symbol.error());
    auto store = invocation.openHistory();
    if (!store)
        return console.fail(store.error());
    const auto all = read(invocation.options(), **store);
    if (!all)
        return console.fail(all.error());
    Json list = Json::array();
    for (const history::Coverage& coverage : *all) {
        const auto gaps = (*store)->gaps(coverage.instrument.symbol, MAX_GAPS);
        if (!gaps)
            return console.fail(gaps.error());
        if (invocation.json())
            list.push_back(toJson(coverage, *gaps));
        else
            print(console, coverage, *gaps);
    }
    const history::SpoolSize spool = waiting(invocation);
    if (invocation.json()) {
        console.printJson({{"database", (*store)->database()}, {"spool", spoolJson(spool)}, {"instruments", list}});
        return DONE;
    }
    console.printLine("kept in " + (*store)->database());
    if (spool.batches > 0)
        console.printLine(spoolWords(spool) + ", and are not counted");
    return DONE;
}

} // namespace

Command coverageCommand()
{
    return {"coverage",
            "Says what the history holds, its gaps, and what waits for its server.",
            {"", 0, 0, {{"symbol", "BTC/USD", "only of this one"}}},
            run};
}

} // namespace app::cli
