// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/downloader.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::ONE_MINUTE;

namespace {

/// A trade may show up at the venue a little after it happened.
constexpr Nanoseconds SETTLING = std::chrono::seconds(5);
/// A minute of more trades than this is no minute.
constexpr std::size_t MAX_HELD = 2'000'000;

/// What is not verified of a range.
std::vector<TimeRange> missing(TimeRange range, const std::vector<TimeRange>& verified)
{
    std::vector<TimeRange> rest;
    Timestamp at = range.from;
    for (const TimeRange known : verified) {
        if (known.to <= at || known.from >= range.to)
            continue;
        if (known.from > at)
            rest.push_back({at, known.from});
        at = known.to;
    }
    if (at < range.to)
        rest.push_back({at, range.to});
    return rest;
}

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

Timestamp lastClosedMinute(KrakenRest& kraken)
{
    return ONE_MINUTE.floor(kraken.pace().now() - SETTLING);
}

} // namespace

Result<DownloadReport> downloadTrades(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol, TimeRange range,
                                      const DownloadTold& told, const std::atomic<bool>& cancel)
{
    const TimeRange whole{ONE_MINUTE.floor(range.from), std::min(ONE_MINUTE.floor(range.to), lastClosedMinute(kraken))};
    if (whole.from >= whole.to)
        return Error{ErrorCode::InvalidInput, "The range holds no whole minute of the past", "Begin it earlier."};
    auto verified = store.verified(symbol, std::nullopt);
    if (!verified)
        return verified.error();
    TradeDownload download(store, kraken, symbol, told, cancel);
    return download.run(missing(whole, *verified), whole, whole.from);
}

Result<DownloadReport> fillGaps(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol,
                                const DownloadTold& told, const std::atomic<bool>& cancel)
{
    auto coverage = store.coverage(symbol);
    if (!coverage)
        return coverage.error();
    if (coverage->finest != ONE_MINUTE)
        return Error{ErrorCode::Unsupported,
                     fmt::format("{} is stored at {}, but trades make candles of one minute", symbol.text(),
                                 coverage->finest.text()),
                     "Download a range of it with --from instead."};
    auto gaps = store.gaps(symbol, SIZE_MAX);
    if (!gaps)
        return gaps.error();
    // A gap of today may reach into what the venue has not settled.
    std::vector<TimeRange> ranges;
    const Timestamp end = lastClosedMinute(kraken);
    for (const TimeRange gap : gaps->ranges) {
        if (gap.from < end)
            ranges.push_back({gap.from, std::min(gap.to, end)});
    }
    TradeDownload download(store, kraken, symbol, told, cancel);
    return download.run(ranges, {coverage->oldest, coverage->newest}, end);
}

Result<DownloadReport> downloadCandles(HistoryStore& store, KrakenRest& kraken, const Symbol& symbol,
                                       market::Timeframe timeframe, const std::atomic<bool>& cancel)
{
    const auto minutes = timeframe.length() / std::chrono::minutes(1);
    if (minutes == 720 || minutes == 10'080)
        return Error{ErrorCode::Unsupported, fmt::format("Kraken has no {} candles on our grid", timeframe.text()),
                     "Download finer ones; they are rolled up to it."};
    const Timestamp begun = kraken.pace().now();
    auto pair = kraken.pair(symbol, cancel);
    auto page = pair ? kraken.candles(*pair, timeframe, cancel) : Result<KrakenCandles>(pair.error());
    DownloadReport report;
    report.requests = kraken.requests();
    report.failures = kraken.failures();
    report.cancelled = !page && page.error().code == ErrorCode::Cancelled;
    if (report.cancelled)
        return report;
    if (!page)
        return page.error();
    market::Instrument wanted = pair->instrument;
    for (const CsvRow& row : page->closed) {
        for (const Decimal* price : {&row.open, &row.high, &row.low, &row.close})
            wanted.priceDecimals = std::max(wanted.priceDecimals, price->decimals);
    }
    auto instrument = store.putInstrument(wanted);
    if (!instrument)
        return instrument.error();
    HistoryBatch batch;
    batch.timeframe = timeframe;
    ImportPlan plan;
    plan.timeframe = timeframe;
    const Timestamp now = kraken.pace().now();
    for (const CsvRow& row : page->closed) {
        market::Candle candle;
        Reason reason = toCandle(row, plan, instrument->priceDecimals, candle);
        if (!reason && row.time + timeframe.length() > now)
            reason = {nullptr, "it is not closed yet"};
        if (!reason)
            batch.candles.push(candle);
        else if (++report.rejected == 1)
            report.firstRejection = reason.text();
    }
    report.range = {timeframe.floor(page->from), std::min(page->last + timeframe.length(), timeframe.floor(now))};
    report.reached = report.range.to;
    if (report.rejected == 0 && report.range.from < report.range.to &&
        timeframe.floor(report.range.to) == report.range.to)
        batch.verified = VerifiedRange{timeframe, report.range};
    auto written = store.commit(symbol, batch);
    if (!written)
        return written.error();
    report.candles = written->candles;
    report.seconds = std::chrono::duration<double>(kraken.pace().now() - begun).count();
    return report;
}

} // namespace core::history
