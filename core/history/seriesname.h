// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/symbol.h"
#include "core/market/timeframe.h"

#include <optional>
#include <string_view>

namespace core::history {

/// What the name of a file says about its rows; a guess.
struct SeriesName
{
    std::optional<Symbol> symbol;
    std::optional<market::Timeframe> timeframe;
    bool krakenArchive = false; ///< Named like a member of Kraken's OHLCVT archive.
};

/// Reads "XBTUSD_1.csv" (Kraken: pair and minutes), "BTCUSDT-1m-2022-01.zip" (Binance),
/// "Binance_BTCUSDT_1h.csv" (CryptoDataDownload), "trades-BCHEUR.csv" and "btc-usd-1d.csv". A path's last
/// part counts.
[[nodiscard]] SeriesName readSeriesName(std::string_view file);

/// An asset as it is called here: "BTC" for the "XBT" and "DOGE" for the "XDG" of some venues, in capitals.
[[nodiscard]] std::string assetName(std::string_view name);

} // namespace core::history
