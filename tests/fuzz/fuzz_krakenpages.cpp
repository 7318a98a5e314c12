// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bytes are an answer of the venue. Whatever they are: no crash, and what is taken can be true.
#include "core/history/exactjson.h"
#include "core/history/krakenpages.h"

#include <cstdlib>

namespace {

using namespace core;
using namespace core::history;

void demand(bool condition)
{
    if (!condition)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto answer = parseExactJson({reinterpret_cast<const char*>(data), size});
    if (!answer)
        return 0;
    const Timestamp now = *parseTimestamp("2025-01-01");
    if (const auto page = readKrakenTrades(*answer, now)) {
        demand(page->rows == static_cast<std::int64_t>(page->trades.size()) + page->rejected);
        demand(page->marks.size() == static_cast<std::size_t>(page->rows));
        for (const CsvTrade& trade : page->trades)
            demand(trade.price.digits > 0 && trade.size.digits > 0 && trade.id > 0 &&
                   trade.time <= now + std::chrono::hours(24));
    }
    if (const auto page = readKrakenCandles(*answer)) {
        for (std::size_t i = 0; i < page->closed.size(); ++i) {
            demand(page->closed[i].volume >= 0 && page->closed[i].low.digits > 0);
            demand(i == 0 || page->closed[i - 1].time < page->closed[i].time);
        }
    }
    if (const auto pair = readKrakenPair(*answer, *Symbol::parse("BTC/USD")))
        demand(pair->instrument.minimumLots > 0 && pair->instrument.priceDecimals <= MAX_DECIMALS);
    return 0;
}
