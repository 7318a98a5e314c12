// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/symboldata.h"

namespace core::engine {

namespace {

/// Held in memory for a session, at 33 bytes each.
constexpr std::size_t MOST_TRADES = 50'000'000;

/// The stored candles that are finer than the session's, from the first bar of the range on.
Result<void> loadFiner(const history::Coverage& coverage, Timestamp from, market::Timeframe base,
                       history::HistoryStore& store, SymbolData& data)
{
    const market::CandleColumns& bars = *data.candles;
    const Timestamp first = bars.openTime[bars.lowerBound(from)];
    auto finer = store.candles(coverage.instrument.symbol, coverage.finest,
                               {first, bars.openTime.back() + base.length()});
    if (!finer)
        return finer.error();
    if (finer->empty())
        return {};
    data.finer = std::make_shared<const market::CandleColumns>(std::move(*finer));
    data.finerTimeframe = coverage.finest;
    return {};
}

/// The stored trades of the range, from its first bar on.
Result<void> loadTrades(const history::Coverage& coverage, Timestamp from, market::Timeframe base,
                        history::HistoryStore& store, SymbolData& data)
{
    const Symbol& symbol = coverage.instrument.symbol;
    const market::CandleColumns& bars = *data.candles;
    auto trades = store.trades(symbol, {bars.openTime[bars.lowerBound(from)], bars.openTime.back() + base.length()},
                               MOST_TRADES + 1);
    if (!trades)
        return trades.error();
    if (trades->count() > MOST_TRADES)
        return Error{ErrorCode::Refused,
                     "there are more than 50 million trades of " + symbol.text() + " in the chosen range",
                     "Choose a shorter range, or leave the trades out: --detail candles, or bars resolved by finer candles "
                     "in the settings of the replay."};
    if (!trades->empty())
        data.trades = std::make_shared<const market::TradeColumns>(std::move(*trades));
    return {};
}

/// The funding rates of the range, from its first bar on.
Result<void> loadFunding(Timestamp from, market::Timeframe base, history::HistoryStore& store, SymbolData& data)
{
    if (data.instrument.kind == market::InstrumentKind::Spot)
        return {};
    const market::CandleColumns& bars = *data.candles;
    auto rates = store.fundingRates(data.instrument.symbol, {bars.openTime[bars.lowerBound(from)],
                                                             bars.openTime.back() + base.length()});
    if (!rates)
        return rates.error();
    data.funding = std::move(*rates);
    return {};
}

/// What bars are resolved by, as far as the request wants it.
Result<void> loadDetail(const history::Coverage& coverage, const ReplayRequest& request, market::Timeframe base,
                        history::HistoryStore& store, SymbolData& data)
{
    if (request.detail == execution::Detail::Path)
        return {};
    if (coverage.finest < base) {
        if (auto loaded = loadFiner(coverage, request.range.from, base, store, data); !loaded)
            return loaded;
    }
    return request.detail == execution::Detail::Trades
               ? loadTrades(coverage, request.range.from, base, store, data)
               : Result<void>();
}

} // namespace

Result<SymbolData> loadSymbol(const history::Coverage& coverage, const ReplayRequest& request, market::Timeframe base,
                              history::TimeRange range, history::HistoryStore& store)
{
    const Symbol& symbol = coverage.instrument.symbol;
    auto candles = store.candles(symbol, base, range);
    if (!candles)
        return candles.error();
    if (candles->lowerBound(request.range.from) == candles->size())
        return Error{ErrorCode::NotFound, "there are no candles of " + symbol.text() + " in the chosen range",
                     "Stored are " + formatTimestampShort(coverage.oldest) + " to " +
                         formatTimestampShort(coverage.newest) + "."};
    SymbolData data{coverage.instrument, std::make_shared<const market::CandleColumns>(std::move(*candles))};
    if (auto loaded = loadFunding(request.range.from, base, store, data); !loaded)
        return loaded.error();
    if (auto loaded = loadDetail(coverage, request, base, store, data); !loaded)
        return loaded.error();
    return data;
}

Result<void> checkScale(const market::Instrument& read, history::HistoryStore& store)
{
    auto now = store.coverage(read.symbol);
    if (!now)
        return now.error();
    if (now->instrument.priceDecimals != read.priceDecimals || now->instrument.lotDecimals != read.lotDecimals)
        return Error{ErrorCode::Busy,
                     "the history of " + read.symbol.text() + " got more decimals while it was read",
                     "Start the replay again."};
    return {};
}

} // namespace core::engine
