// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvtrades.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace core::history {

// Kraken's public REST answers (docs.kraken.com/api, Market Data), as parsed by parseExactJson. What has not
// their form fails with Corrupt; a row in form that cannot be true is left out and counted.

/// A pair as Kraken trades it.
struct KrakenPair
{
    std::string name; ///< Kraken's own, for its requests: "XBTUSD".
    market::Instrument instrument;
};

/// Which trade a row tells of, also where the row cannot be true.
struct KrakenMark
{
    std::uint64_t id = 0;
    Timestamp time;
    bool isRefused = false; ///< It cannot be true.
};

struct KrakenTrades
{
    std::vector<CsvTrade> trades; ///< Each with its id.
    std::int64_t last = 0;        ///< The next request's `since`, in ns.
    std::int64_t rows = 0;        ///< As sent.
    std::int64_t rejected = 0;
    std::string firstRejection; ///< Why the first of those was left out.
    std::vector<KrakenMark> marks; ///< Of every row as sent.
    std::optional<Timestamp> servedAt; ///< By the server's clock, where it says so.
};

struct KrakenCandles
{
    std::vector<CsvRow> closed; ///< Those with trades, oldest first; without the one that is running.
    Timestamp from;             ///< Open time of the first that was sent.
    Timestamp last;             ///< Open time of the last that is closed.
    std::optional<Timestamp> servedAt; ///< By the server's clock, where it says so.
};

/// The pair's name in requests, before Kraken confirmed it: "XBTUSD" of BTC/USD.
[[nodiscard]] std::string krakenName(const Symbol& symbol);
/// Of AssetPairs. Fails with NotFound where the answer has no pair of that symbol.
[[nodiscard]] Result<KrakenPair> readKrakenPair(const nlohmann::json& result, const Symbol& symbol);
/// Of Trades. `now` bounds the times that can be true.
[[nodiscard]] Result<KrakenTrades> readKrakenTrades(const nlohmann::json& result, Timestamp now);
/// Of OHLC. A row without volume is a candle without trades, and is none here.
[[nodiscard]] Result<KrakenCandles> readKrakenCandles(const nlohmann::json& result);

} // namespace core::history
