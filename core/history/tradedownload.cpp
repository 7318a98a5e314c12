// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/tradedownload.h"

#include <algorithm>
#include <charconv>

namespace core::history {

using market::ONE_MINUTE;

namespace {

/// A minute of more trades than this is no minute.
constexpr std::size_t MAX_HELD = 2'000'000;

} // namespace

Result<DownloadReport> TradeDownload::run(const std::vector<TimeRange>& ranges, TimeRange whole, Timestamp limit)
{
    m_report.range = whole;
    m_report.reached = whole.from;
    for (const TimeRange range : ranges)
        m_toCover += range.to - range.from;
    Result<void> done = ranges.empty() ? Result<void>() : prepare();
    for (std::size_t i = 0; done && i < ranges.size(); ++i)
        done = fetch({std::max(ranges[i].from, m_report.reached), ranges[i].to}, std::max(ranges[i].to, limit));
    if (done)
        m_report.reached = whole.to;
    m_report.cancelled = !done && done.error().code == ErrorCode::Cancelled;
    m_report.requests = m_kraken.requests();
    m_report.failures = m_kraken.failures();
    m_report.seconds = std::chrono::duration<double>(m_kraken.pace().now() - m_begun).count();
    if (!done && !m_report.cancelled)
        return done.error();
    return m_report;
}

Result<void> TradeDownload::prepare()
{
    auto pair = m_kraken.pair(m_symbol, m_cancel);
    if (!pair)
        return pair.error();
    m_pair = std::move(*pair);
    auto stored = m_store.putInstrument(m_pair.instrument);
    if (!stored)
        return stored.error();
    m_pair.instrument = std::move(*stored);
    return {};
}

/// Kraken's cursor where a download stopped there, else one before the first moment of the range.
Result<std::int64_t> TradeDownload::cursorOf(Timestamp from)
{
    auto status = m_store.syncStatus(m_symbol, TRADES_SYNC);
    if (!status)
        return status.error();
    std::int64_t cursor = 0;
    if (*status && (*status)->newest == from) {
        const std::string& text = (*status)->cursor;
        const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), cursor);
        if (fault == std::errc() && rest == text.data() + text.size() && cursor >= 0 &&
            Timestamp(Nanoseconds(cursor)) < from)
            return cursor;
    }
    return std::max<std::int64_t>(0, from.time_since_epoch().count() - 1);
}

Result<void> TradeDownload::fetch(TimeRange range, Timestamp limit)
{
    if (range.from >= range.to)
        return {};
    auto since = cursorOf(range.from);
    if (!since)
        return since.error();
    m_held.clear();
    Timestamp from = range.from;
    while (from < range.to) {
        auto page = m_kraken.trades(m_pair, *since, m_cancel);
        if (!page)
            return page.error();
        if (auto held = hold(*page, from); !held)
            return held;
        // Nothing came after the cursor: the rest of the range is empty.
        Timestamp closed = range.to;
        if (page->rows > 0) {
            closed = ONE_MINUTE.floor(Timestamp(Nanoseconds(page->last)));
            closed = std::max(from, std::min(closed, limit));
            since = page->last;
        }
        if (closed > from) {
            if (auto done = commit({from, closed}); !done)
                return done;
            m_covered += std::min(closed, range.to) - from;
            from = closed;
        }
        tell();
    }
    return {};
}

/// Adds the page to what is held, in order and each trade once.
Result<void> TradeDownload::hold(const KrakenTrades& page, Timestamp from)
{
    if (auto kept = keepDecimals(page); !kept)
        return kept;
    if (m_report.rejected == 0)
        m_report.firstRejection = page.firstRejection;
    m_report.rejected += page.rejected;
    for (const CsvTrade& row : page.trades) {
        market::Trade trade;
        if (const Reason reason = toTrade(row, m_pair.instrument, trade)) {
            if (++m_report.rejected == 1)
                m_report.firstRejection = reason.text();
        } else if (trade.time >= from) {
            m_held.push_back(trade);
        }
    }
    const auto key = [](const market::Trade& trade) { return std::pair(toMicroseconds(trade.time), trade.id); };
    std::stable_sort(m_held.begin(), m_held.end(),
                     [&](const market::Trade& a, const market::Trade& b) { return key(a) < key(b); });
    const auto same = [&](const market::Trade& a, const market::Trade& b) { return key(a) == key(b); };
    m_held.erase(std::unique(m_held.begin(), m_held.end(), same), m_held.end());
    if (m_held.size() > MAX_HELD)
        return Error{ErrorCode::Corrupt, "The venue tells of more trades in a minute than there can be",
                     "What was committed is kept. Check the endpoint."};
    return {};
}

/// Older trades may have more decimals than the pair has today; none is rounded.
Result<void> TradeDownload::keepDecimals(const KrakenTrades& page)
{
    market::Instrument wanted = m_pair.instrument;
    for (const CsvTrade& trade : page.trades) {
        wanted.priceDecimals = std::max(wanted.priceDecimals, trade.price.decimals);
        wanted.lotDecimals = std::max(wanted.lotDecimals, trade.size.decimals);
    }
    const market::Instrument& now = m_pair.instrument;
    if (wanted.priceDecimals == now.priceDecimals && wanted.lotDecimals == now.lotDecimals)
        return {};
    const int morePrice = wanted.priceDecimals - now.priceDecimals;
    const int moreLot = wanted.lotDecimals - now.lotDecimals;
    const Int128 minimum = Int128(now.minimumLots) * powerOfTen(moreLot);
    if (!fitsInt64(minimum))
        return Error{ErrorCode::Overflow, "A trade has a size too fine for this instrument",
                     "What was committed is kept."};
    wanted.minimumLots = static_cast<std::int64_t>(minimum);
    auto stored = m_store.putInstrument(wanted);
    if (!stored)
        return stored.error();
    m_pair.instrument = std::move(*stored);
    for (market::Trade& trade : m_held) {
        trade.price = Price(trade.price.ticks() * powerOfTen(morePrice));
        trade.size = Quantity(trade.size.lots() * powerOfTen(moreLot));
    }
    return {};
}

/// Stores the minutes, which are complete, and leaves the others held.
Result<void> TradeDownload::commit(TimeRange minutes)
{
    HistoryBatch batch;
    std::size_t count = 0;
    for (; count < m_held.size() && m_held[count].time < minutes.to; ++count)
        batch.trades.push(m_held[count]);
    batch.minutes = minutes;
    batch.verified = VerifiedRange{std::nullopt, minutes};
    const auto before = m_store.syncStatus(m_symbol, TRADES_SYNC);
    if (!before)
        return before.error();
    const bool goesOn = *before && (*before)->newest == minutes.from;
    batch.sync = SyncStatus{TRADES_SYNC, goesOn ? (*before)->oldest : minutes.from, minutes.to,
                            std::to_string(minutes.to.time_since_epoch().count() - 1)};
    auto written = m_store.commit(m_symbol, batch);
    if (!written)
        return written.error();
    m_held.erase(m_held.begin(), m_held.begin() + static_cast<std::ptrdiff_t>(count));
    m_report.reached = minutes.to;
    for (const auto& [sum, more] : {std::pair(&m_report.trades, written->trades),
                                    std::pair(&m_report.candles, written->candles)}) {
        sum->inserted += more.inserted;
        sum->changed += more.changed;
        sum->unchanged += more.unchanged;
    }
    return {};
}

void TradeDownload::tell()
{
    if (!m_told)
        return;
    DownloadProgress now;
    now.reached = m_report.reached;
    now.trades = m_report.trades.inserted + m_report.trades.changed + m_report.trades.unchanged;
    now.failures = m_kraken.failures();
    const double seconds = std::chrono::duration<double>(m_kraken.pace().now() - m_begun).count();
    if (m_toCover > Nanoseconds(0))
        now.share = std::min(1.0, std::chrono::duration<double>(m_covered) / std::chrono::duration<double>(m_toCover));
    if (seconds > 0.0)
        now.tradesPerSecond = static_cast<double>(now.trades) / seconds;
    if (now.share > 0.0)
        now.secondsLeft = seconds * (1.0 - now.share) / now.share;
    m_told(now);
}

} // namespace core::history
