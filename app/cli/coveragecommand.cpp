// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <fmt/format.h>

namespace app::cli {

namespace history = core::history;
using core::Result;

namespace {

/// Candles that a stretch without gaps would have.
std::int64_t expectedCandles(const history::Coverage& coverage)
{
    return (coverage.newest - coverage.oldest) / coverage.finest.length() + 1;
}

/// Missing candles in a row.
struct Gap
{
    core::Timestamp from;
    core::Timestamp to; ///< The first candle after it.
};

/// Gaps that are named; more are counted.
constexpr std::size_t MAX_GAPS = 1000;

Result<std::vector<Gap>> gapsOf(history::HistoryStore& store, const history::Coverage& coverage)
{
    std::vector<Gap> gaps;
    if (expectedCandles(coverage) == coverage.candles)
        return gaps;
    const auto candles = store.candles(coverage.instrument.symbol, coverage.finest, {});
    if (!candles)
        return candles.error();
    for (std::size_t i = 1; i < candles->size() && gaps.size() < MAX_GAPS; ++i) {
        const core::Timestamp next = candles->openTime[i - 1] + coverage.finest.length();
        if (candles->openTime[i] > next)
            gaps.push_back({next, candles->openTime[i]});
    }
    return gaps;
}

Json toJson(const history::Coverage& coverage, const std::vector<Gap>& gaps)
{
    Json list = Json::array();
    for (const Gap& gap : gaps)
        list.push_back({{"from", core::formatTimestampShort(gap.from)},
                        {"to", core::formatTimestampShort(gap.to)}});
    return {{"symbol", coverage.instrument.symbol.text()},
            {"venue", coverage.instrument.venue},
            {"timeframe", coverage.finest.text()},
            {"oldest", core::formatTimestampShort(coverage.oldest)},
            {"newest", core::formatTimestampShort(coverage.newest)},
            {"candles", coverage.candles},
            {"missing", expectedCandles(coverage) - coverage.candles},
            {"price_decimals", coverage.instrument.priceDecimals},
            {"lot_decimals", coverage.instrument.lotDecimals},
            {"gaps", list}};
}

void print(Console& console, const history::Coverage& coverage, const std::vector<Gap>& gaps)
{
    const std::int64_t missing = expectedCandles(coverage) - coverage.candles;
    console.printLine(fmt::format("{} on {}: {} candles of {}, {} to {}, {} missing",
                                  coverage.instrument.symbol.text(), coverage.instrument.venue,
                                  coverage.candles, coverage.finest.text(),
                                  core::formatTimestampShort(coverage.oldest),
                                  core::formatTimestampShort(coverage.newest), missing));
    for (const Gap& gap : gaps)
        console.printLine(fmt::format("  none from {} to {}", core::formatTimestampShort(gap.from),
                                      core::formatTimestampShort(gap.to)));
    if (gaps.size() == MAX_GAPS)
        console.printLine("  and perhaps more");
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
        const auto gaps = gapsOf(**store, coverage);
        if (!gaps)
            return console.fail(gaps.error());
        if (invocation.json())
            list.push_back(toJson(coverage, *gaps));
        else
            print(console, coverage, *gaps);
    }
    if (invocation.json())
        console.printJson({{"instruments", list}});
    return DONE;
}

} // namespace

Command coverageCommand()
{
    return {"coverage",
            "Says what the history holds, and its gaps.",
            {"", 0, 0, {{"symbol", "BTC/USD", "only of this one"}}},
            run};
}

} // namespace app::cli
