// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "core/history/krakenrest.h"

#include <functional>

namespace core::history {

/// The kind of sync_status that downloads of trades keep.
inline constexpr const char* TRADES_SYNC = "trades";
/// A trade may show up at the venue a little after it happened.
inline constexpr Nanoseconds SETTLING = std::chrono::seconds(5);

struct DownloadProgress
{
    Timestamp reached;      ///< Everything before it is stored.
    double share = 0.0;     ///< Of the time to cover, 0 … 1.
    std::int64_t trades = 0;
    double tradesPerSecond = 0.0;
    double secondsLeft = 0.0;
    std::int64_t failures = 0; ///< Requests that had to be repeated.
};

struct DownloadReport
{
    TimeRange range; ///< As it was cut to whole candles that are closed.
    Timestamp reached; ///< Everything in the range before it is stored.
    WriteCount trades;
    WriteCount candles;
    std::int64_t requests = 0;
    std::int64_t failures = 0;
    std::int64_t rejected = 0; ///< Trades that could not be true.
    std::string firstRejection;
    std::int64_t unverified = 0; ///< Minutes that are stored but not verified: trades seem to be missing in them.
    bool cancelled = false; ///< What was committed before is kept.
    double seconds = 0.0;
};

using DownloadTold = std::function<void(const DownloadProgress&)>;

/// Downloads the trades of the range and makes one-minute candles of them; only whole minutes are stored, each
/// page with what it verifies and its cursor in one transaction. What an earlier download verified is not
/// fetched again, so that one that was stopped or killed goes on where it was. What is closed the server's clock
/// decides, not this machine's: the range ends where that says or, where it says nothing, with the last trade.
/// Minutes in which the trades' numbers leave some out are stored, but not verified. Fails with Refused on a
/// perpetual, whose trades are others, and with what ended it; what was committed is kept. Call it on
/// a thread that may wait, never the window's.
[[nodiscard]] Result<DownloadReport> downloadTrades(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol,
                                                    TimeRange range, const DownloadTold& told,
                                                    const std::atomic<bool>& cancel);

/// Downloads the last 720 closed candles in one transaction. Fails with Cancelled, with Refused on a perpetual, and
/// with Unsupported on timeframes that Kraken has not, or not on our grid: 12h and 1w.
[[nodiscard]] Result<DownloadReport> downloadCandles(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol,
                                                     market::Timeframe timeframe, const std::atomic<bool>& cancel);

/// Downloads the trades of every gap between the first and the last stored minute.
[[nodiscard]] Result<DownloadReport> fillGaps(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol,
                                              const DownloadTold& told, const std::atomic<bool>& cancel);

} // namespace core::history
