// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/downloader.h"

#include <vector>

namespace core::history {

/// What one download has cost of a client that others used before.
class RequestCount
{
public:
    explicit RequestCount(KrakenRest& kraken)
        : m_kraken(kraken), m_begun(kraken.pace().elapsed()), m_requests(kraken.requests()),
          m_failures(kraken.failures())
    {}
    [[nodiscard]] double seconds() const
    {
        return std::chrono::duration<double>(m_kraken.pace().elapsed() - m_begun).count();
    }
    [[nodiscard]] std::int64_t failures() const { return m_kraken.failures() - m_failures; }
    void tell(DownloadReport& report) const;

private:
    KrakenRest& m_kraken;
    Nanoseconds m_begun;
    std::int64_t m_requests;
    std::int64_t m_failures;
};

/// What is stored under the symbol, if anything is. Fails with Refused where that is a perpetual.
[[nodiscard]] Result<std::optional<Coverage>> storedBefore(HistoryStore& store, const Symbol& symbol);
/// Stores the pair, without a claim about the volumes of candles that came from elsewhere.
[[nodiscard]] Result<market::Instrument> putPair(HistoryStore& store, market::Instrument pair,
                                                 const std::optional<Coverage>& known);

/// One download of trades, over one or several ranges.
class TradeDownload
{
public:
    TradeDownload(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol, const DownloadTold& told,
                  const std::atomic<bool>& cancel)
        : m_store(store), m_kraken(kraken), m_symbol(symbol), m_told(told), m_cancel(cancel),
          m_count(kraken)
    {}

    /// The last page of a range is stored up to `limit`, since it may cover the next range too.
    Result<DownloadReport> run(const std::vector<TimeRange>& ranges, TimeRange whole, Timestamp limit);

private:
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> fetch(TimeRange range, Timestamp limit);
    [[nodiscard]] Result<std::int64_t> cursorOf(Timestamp from);
    [[nodiscard]] Result<KrakenTrades> nextPage(std::int64_t since);
    [[nodiscard]] const KrakenMark* afterHole(const KrakenTrades& page) const;
    [[nodiscard]] bool follow(const KrakenTrades& page);
    [[nodiscard]] Result<void> commitUpTo(Timestamp from, Timestamp closed);
    [[nodiscard]] Result<void> hold(const KrakenTrades& page, Timestamp from);
    [[nodiscard]] Result<void> keepDecimals(const KrakenTrades& page, Timestamp from);
    [[nodiscard]] Result<void> rescaleTo(const market::Instrument& wanted);
    [[nodiscard]] Result<void> commit(TimeRange minutes, bool whole);
    void tell();

    HistoryStore& m_store;
    KrakenRest& m_kraken;
    const Symbol& m_symbol;
    const DownloadTold& m_told;
    const std::atomic<bool>& m_cancel;
    RequestCount m_count;
    KrakenPair m_pair;
    std::vector<market::Trade> m_held; ///< Not yet committed: the minute that is not complete.
    std::optional<KrakenMark> m_newest; ///< The highest number that this range's pages have had so far.
    std::optional<TimeRange> m_hole; ///< Minutes to come in which trades seem to be missing.
    std::int64_t m_fullest = 0; ///< Rows of the largest page.
    bool m_ended = false; ///< The server has nothing more that is settled.
    DownloadReport m_report;
    Nanoseconds m_toCover{0};
    Nanoseconds m_covered{0};
};

} // namespace core::history
