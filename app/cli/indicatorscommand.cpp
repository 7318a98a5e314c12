// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seriesoutput.h"

#include "core/indicators/indicator.h"

#include <fmt/format.h>

namespace app::cli {

namespace indicators = core::indicators;
using core::Result;

namespace {

/// Reads "sma:20,rsi:14,macd:12:26:9".
Result<std::vector<indicators::Spec>> readSet(std::string_view text)
{
    std::vector<indicators::Spec> specs;
    while (true) {
        const std::size_t comma = text.find(',');
        const auto spec = indicators::parseSpec(text.substr(0, comma));
        if (!spec)
            return core::Error{spec.error().code, fmt::format("--set: {}", spec.error().what),
                               spec.error().remedy};
        specs.push_back(*spec);
        if (comma == std::string_view::npos)
            return specs;
        text.remove_prefix(comma + 1);
    }
}

/// "sma:20" for an indicator with one output, "macd:12:26:9 signal" for each of several.
std::vector<std::string> columnsOf(const std::vector<indicators::Spec>& specs)
{
    std::vector<std::string> columns{"time"};
    for (const indicators::Spec& spec : specs) {
        const auto outputs = indicators::outputNames(spec.kind);
        for (const std::string_view output : outputs)
            columns.push_back(outputs.size() == 1 ? spec.text()
                                                  : fmt::format("{} {}", spec.text(), output));
    }
    return columns;
}

void print(SeriesOutput& out, const std::vector<indicators::Spec>& specs, const Series& series)
{
    std::vector<std::unique_ptr<indicators::Indicator>> all;
    for (const indicators::Spec& spec : specs)
        all.push_back(indicators::makeIndicator(spec, series.coverage.instrument));
    for (std::size_t i = 0; i < series.candles.size(); ++i) {
        const core::market::Candle candle = series.candles.at(i);
        out.time(candle.openTime);
        for (std::size_t n = 0; n < all.size(); ++n) {
            all[n]->update(candle);
            for (std::size_t k = 0; k < indicators::outputNames(specs[n].kind).size(); ++k)
                out.number(all[n]->value(k));
        }
        out.endRow();
    }
    out.end();
}

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto request = SeriesRequest::read(invocation.options());
    if (!request)
        return console.badUsage("indicators", request.error());
    const auto specs = readSet(invocation.options().text("set").value_or(""));
    if (!specs)
        return console.badUsage("indicators", specs.error());
    const auto series = readSeries(invocation, *request, core::market::ONE_MINUTE);
    if (!series)
        return console.fail(series.error());
    SeriesOutput out(console, invocation.json(), columnsOf(*specs));
    print(out, *specs, *series);
    return DONE;
}

} // namespace

Command indicatorsCommand()
{
    return {"indicators",
            "Prints indicators over candles of the history as CSV.",
            {"",
             0,
             0,
             {{"symbol", "BTC/USD", "of what", false, true},
              {"set", "sma:20,...", "the indicators with their parameters", false, true},
              {"timeframe", "1m", "the length of a candle (default: 1m, or the finest stored)"},
              {"from", "TIME", "the first open time (default: all)"},
              {"to", "TIME", "the end, not included (default: all)"}}},
            run};
}

} // namespace app::cli
