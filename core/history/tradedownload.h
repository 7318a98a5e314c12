// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/downloader.h"

#include <vector>

namespace core::history {

/// One download of trades, over one or several ranges.
class TradeDownload
{
public:
    TradeDownload(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol, const DownloadTold& told,
                  const std::atomic<bool>& cancel)
        : m_store(store), m_kraken(kraken), m_symbol(symbol), m_told(told), m_cancel(cancel),
          m_begun(kraken.pace().now())
    {}

    /// The last page of a range is stored up to `limit`, since it may cover the next range too.
    Result<DownloadReport> run(const std::vector<TimeRange>& ranges, TimeRange whole, Timestamp limit);

private:
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> fetch(TimeRange range, Timestamp limit);
    [[nodiscard]] Result<std::int64_t> cursorOf(Timestamp from);
    [[nodiscard]] Result<void> hold(const KrakenTrades& page, Timestamp from);
    [[nodiscard]] Result<void> keepDecimals(const KrakenTrades& page);
    [[nodiscard]] Result<void> commit(TimeRange minutes);
    void tell();

    HistoryStore& m_store;
    KrakenRest& m_kraken;
    const Symbol& m_symbol;
    const DownloadTold& m_told;
    const std::atomic<bool>& m_cancel;
    Timestamp m_begun;
    KrakenPair m_pair;
    std::vector<market::Trade> m_held; ///< Not yet committed: the minute that is not complete.
    DownloadReport m_report;
    Nanoseconds m_toCover{0};
    Nanoseconds m_covered{0};
};

} // namespace core::history
