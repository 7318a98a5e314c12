// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seriesoutput.h"

namespace app::cli {

namespace {

int run(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto request = SeriesRequest::read(invocation.options());
    if (!request)
        return console.badUsage("candles", request.error());
    const auto series = readSeries(invocation, *request, core::market::Timeframe::minutes(60));
    if (!series)
        return console.fail(series.error());
    const core::market::Instrument& instrument = series->coverage.instrument;
    SeriesOutput out(console, invocation.json(),
                     {"time", "open", "high", "low", "close", "volume", "trades"});
    for (std::size_t i = 0; i < series->candles.size(); ++i) {
        const core::market::Candle candle = series->candles.at(i);
        out.time(candle.openTime);
        for (const core::Price price : {candle.open, candle.high, candle.low, candle.close})
            out.digits(instrument.format(price));
        out.number(candle.volume);
        out.digits(std::to_string(candle.trades));
        out.endRow();
    }
    out.end();
    return DONE;
}

} // namespace

Command candlesCommand()
{
    return {"candles",
            "Prints candles of the history as CSV.",
            {"",
             0,
             0,
             {{"symbol", "BTC/USD", "of what", false, true},
              {"timeframe", "1h", "the length of a candle (default: 1h, or the finest stored)"},
              {"from", "TIME", "the first open time (default: all)"},
              {"to", "TIME", "the end, not included (default: all)"}}},
            run};
}

} // namespace app::cli
