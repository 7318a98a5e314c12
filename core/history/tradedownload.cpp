// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/tradedownload.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace core::history {

using market::ONE_MINUTE;

namespace {

/// A minute of more trades than this is no minute.
constexpr std::size_t MAX_HELD = 2'000'000;

/// Where the minutes end that the page completes, of a range that it may be the last of.
Timestamp closedBy(const KrakenTrades& page, bool isLast, TimeRange range, Timestamp limit)
{
    const Timestamp last{Nanoseconds(page.last)};
    const Timestamp closed = isLast ? range.to : std::min(ONE_MINUTE.floor(last), limit);
    if (page.servedAt) {
        const Timestamp now = isLast ? *page.servedAt : std::max(*page.servedAt, last);
        return std::min(closed, ONE_MINUTE.floor(now - SETTLING));
    }
    // Nothing came after the cursor, and nobody says up to when that holds.
    return isLast ? range.from : closed;
}

/// The most decimals that leave every number in its type.
class FinestDecimals
{
public:
    FinestDecimals(market::Instrument instrument, const std::vector<market::Trade>& held)
        : m_wanted(std::move(instrument))
    {
        for (const market::Trade& trade : held) {
            m_price = std::max(m_price, trade.price.ticks());
            m_size = std::max(m_size, trade.size.lots());
        }
    }

    /// Makes room for the trade, unless another would lose its own.
    void add(const CsvTrade& trade)
    {
        const int price = std::max(m_wanted.priceDecimals, trade.price.decimals);
        const int lot = std::max(m_wanted.lotDecimals, trade.size.decimals);
        const Int128 dearest = std::max(grown(m_price, price - m_wanted.priceDecimals),
                                        grown(trade.price.digits, price - trade.price.decimals));
        const Int128 largest = std::max(grown(m_size, lot - m_wanted.lotDecimals),
                                        grown(trade.size.digits, lot - trade.size.decimals));
        const Int128 minimum = grown(m_wanted.minimumLots, lot - m_wanted.lotDecimals);
        if (!fitsInt64(dearest) || !fitsInt64(largest) || !fitsInt64(minimum))
            return;
        m_wanted.priceDecimals = price;
        m_wanted.lotDecimals = lot;
        m_wanted.minimumLots = static_cast<std::int64_t>(minimum);
        m_price = static_cast<std::int64_t>(dearest);
        m_size = static_cast<std::int64_t>(largest);
    }

    [[nodiscard]] const market::Instrument& wanted() const { return m_wanted; }

private:
    static Int128 grown(std::int64_t count, int decimals) { return Int128(count) * powerOfTen(decimals); }

    market::Instrument m_wanted;
    std::int64_t m_price = 0;
    std::int64_t m_size = 0;
};

Error isPerpetual(const Symbol& symbol)
{
    return {ErrorCode::Refused,
            fmt::format("{} is stored as a perpetual, and Kraken's spot trades are not its own", symbol.text()),
            "Download the spot pair into the history of another workspace."};
}

} // namespace

void RequestCount::tell(DownloadReport& report) const
{
    report.requests = m_kraken.requests() - m_requests;
    report.failures = failures();
    report.seconds = seconds();
}

Result<std::optional<Coverage>> storedBefore(HistoryStore& store, const Symbol& symbol)
{
    auto coverage = store.coverage(symbol);
    if (!coverage)
        return coverage.error().code == ErrorCode::NotFound ? Result<std::optional<Coverage>>(std::nullopt)
                                                            : coverage.error();
    if (coverage->instrument.kind == market::InstrumentKind::Perpetual)
        return isPerpetual(symbol);
    return std::optional(std::move(*coverage));
}

Result<market::Instrument> putPair(HistoryStore& store, market::Instrument pair, const std::optional<Coverage>& known)
{
    if (known)
        pair.volumeUnit = known->instrument.volumeUnit;
    auto stored = store.putInstrument(pair);
    // One with funding rates but no candles is not known before.
    if (stored && stored->kind == market::InstrumentKind::Perpetual)
        return isPerpetual(pair.symbol);
    return stored;
}

Result<DownloadReport> TradeDownload::run(const std::vector<TimeRange>& ranges, TimeRange whole, Timestamp limit)
{
    m_report.range = whole;
    m_report.reached = whole.from;
    for (const TimeRange range : ranges)
        m_toCover += range.to - range.from;
    Result<void> done = ranges.empty() ? Result<void>() : prepare();
    for (std::size_t i = 0; done && !m_ended && i < ranges.size(); ++i)
        done = fetch({std::max(ranges[i].from, m_report.reached), ranges[i].to}, std::max(ranges[i].to, limit));
    if (done && m_ended)
        m_report.range.to = m_report.reached;
    else if (done)
        m_report.reached = whole.to;
    m_report.cancelled = !done && done.error().code == ErrorCode::Cancelled;
    m_count.tell(m_report);
    if (!done && !m_report.cancelled)
        return done.error();
    return m_report;
}

Result<void> TradeDownload::prepare()
{
    const auto known = storedBefore(m_store, m_symbol);
    if (!known)
        return known.error();
    auto pair = m_kraken.pair(m_symbol, m_cancel);
    if (!pair)
        return pair.error();
    m_pair = std::move(*pair);
    auto stored = putPair(m_store, m_pair.instrument, *known);
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
    m_report.reached = range.from;
    m_held.clear();
    m_newest.reset();
    m_hole.reset();
    Timestamp from = range.from;
    while (from < range.to && !m_ended) {
        auto page = nextPage(*since);
        if (!page)
            return page.error();
        if (auto held = hold(*page, from); !held)
            return held;
        const bool isLast = !follow(*page);
        const Timestamp closed = closedBy(*page, isLast, {from, range.to}, limit);
        // Trades of one time may lie on both sides of the page's end, so that time is asked for again, unless
        // the page had no other.
        if (page->rows > 0)
            since = page->last - 1 > *since ? page->last - 1 : page->last;
        if (closed > from) {
            if (auto done = commitUpTo(from, closed); !done)
                return done;
            m_covered += std::min(closed, range.to) - from;
            from = closed;
        }
        m_ended = isLast && from < range.to;
        tell();
    }
    return {};
}

/// The trades after the cursor. Where they do not go on from those before, it asks once more.
Result<KrakenTrades> TradeDownload::nextPage(std::int64_t since)
{
    auto page = m_kraken.trades(m_pair, since, m_cancel);
    if (page && afterHole(*page))
        page = m_kraken.trades(m_pair, since, m_cancel);
    return page;
}

/// The first new trade where its number does not follow the newest known one.
const KrakenMark* TradeDownload::afterHole(const KrakenTrades& page) const
{
    const KrakenMark* first = nullptr;
    for (const KrakenMark& mark : page.marks) {
        if (m_newest && mark.id > m_newest->id && (!first || mark.id < first->id))
            first = &mark;
    }
    return first && first->id != m_newest->id + 1 ? first : nullptr;
}

/// Notes the minutes that lie open before the page, and how far it goes itself. False where nothing is to come:
/// it has only what is known, and as there were fuller pages, that is not for want of room.
bool TradeDownload::follow(const KrakenTrades& page)
{
    bool goesOn = page.rows > 0 && page.rows >= m_fullest;
    m_fullest = std::max(m_fullest, page.rows);
    if (const KrakenMark* next = afterHole(page)) {
        const Timestamp from = ONE_MINUTE.floor(std::min(m_newest->time, next->time));
        const Timestamp to = ONE_MINUTE.floor(std::max(m_newest->time, next->time)) + ONE_MINUTE.length();
        m_hole = m_hole ? TimeRange{std::min(m_hole->from, from), std::max(m_hole->to, to)} : TimeRange{from, to};
    }
    for (const KrakenMark& mark : page.marks) {
        if (m_newest && mark.id <= m_newest->id)
            continue;
        m_newest = mark;
        goesOn = true;
    }
    return goesOn;
}

/// Commits what lies before a hole, in it and after it, each by itself.
Result<void> TradeDownload::commitUpTo(Timestamp from, Timestamp closed)
{
    const TimeRange hole = m_hole.value_or(TimeRange{closed, closed});
    const Timestamp begin = std::clamp(hole.from, from, closed);
    const Timestamp end = std::clamp(hole.to, begin, closed);
    Result<void> done;
    for (const auto& [minutes, whole] :
         {std::pair(TimeRange{from, begin}, true), std::pair(TimeRange{begin, end}, false),
          std::pair(TimeRange{end, closed}, true)}) {
        if (done && minutes.from < minutes.to)
            done = commit(minutes, whole);
    }
    if (m_hole && m_hole->to <= closed)
        m_hole.reset();
    return done;
}

/// Adds the page to what is held, in order and each trade once.
Result<void> TradeDownload::hold(const KrakenTrades& page, Timestamp from)
{
    if (auto kept = keepDecimals(page, from); !kept)
        return kept;
    // What pages repeat is counted once.
    const std::uint64_t known = m_newest ? m_newest->id : 0;
    for (const KrakenMark& mark : page.marks) {
        if (mark.isRefused && mark.id > known && ++m_report.rejected == 1)
            m_report.firstRejection = page.firstRejection;
    }
    for (const CsvTrade& row : page.trades) {
        market::Trade trade;
        if (row.time < from)
            continue;
        if (const Reason reason = toTrade(row, m_pair.instrument, trade)) {
            if (row.id > known && ++m_report.rejected == 1)
                m_report.firstRejection = reason.text();
        } else {
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

/// Older trades may have more decimals than the pair has today; none is rounded. One so fine that others would
/// no longer fit is left for toTrade to refuse.
Result<void> TradeDownload::keepDecimals(const KrakenTrades& page, Timestamp from)
{
    FinestDecimals finest(m_pair.instrument, m_held);
    for (const CsvTrade& trade : page.trades) {
        if (trade.time >= from)
            finest.add(trade);
    }
    const market::Instrument& wanted = finest.wanted();
    const market::Instrument& now = m_pair.instrument;
    if (wanted.priceDecimals == now.priceDecimals && wanted.lotDecimals == now.lotDecimals)
        return {};
    return rescaleTo(wanted);
}

/// Gives the instrument more decimals, which FinestDecimals found to fit what is held.
Result<void> TradeDownload::rescaleTo(const market::Instrument& wanted)
{
    auto stored = m_store.putInstrument(wanted);
    // What is stored does not fit, and stays as it is; the trade is refused instead.
    if (!stored)
        return stored.error().code == ErrorCode::Overflow ? Result<void>() : stored.error();
    const std::int64_t price = powerOfTen(stored->priceDecimals - m_pair.instrument.priceDecimals);
    const std::int64_t lot = powerOfTen(stored->lotDecimals - m_pair.instrument.lotDecimals);
    m_pair.instrument = std::move(*stored);
    for (market::Trade& trade : m_held) {
        trade.price = Price(trade.price.ticks() * price);
        trade.size = Quantity(trade.size.lots() * lot);
    }
    return {};
}

/// Stores the minutes, which are over, and leaves the others held. Only those that are whole are verified.
Result<void> TradeDownload::commit(TimeRange minutes, bool whole)
{
    HistoryBatch batch;
    std::size_t count = 0;
    for (; count < m_held.size() && m_held[count].time < minutes.to; ++count)
        batch.trades.push(m_held[count]);
    batch.minutes = minutes;
    const auto before = m_store.syncStatus(m_symbol, TRADES_SYNC);
    if (!before)
        return before.error();
    const bool goesOn = *before && (*before)->newest == minutes.from;
    if (whole) {
        batch.verified = VerifiedRange{std::nullopt, minutes};
        batch.sync = SyncStatus{TRADES_SYNC, goesOn ? (*before)->oldest : minutes.from, minutes.to,
                                std::to_string(minutes.to.time_since_epoch().count() - 1)};
    } else {
        m_report.unverified += (minutes.to - minutes.from) / ONE_MINUTE.length();
    }
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
        sum->spooled += more.spooled;
    }
    return {};
}

void TradeDownload::tell()
{
    if (!m_told)
        return;
    DownloadProgress now;
    now.reached = m_report.reached;
    const WriteCount& trades = m_report.trades;
    now.trades = trades.inserted + trades.changed + trades.unchanged + trades.spooled;
    now.failures = m_count.failures();
    const double seconds = m_count.seconds();
    if (m_toCover > Nanoseconds(0))
        now.share = std::min(1.0, std::chrono::duration<double>(m_covered) / std::chrono::duration<double>(m_toCover));
    if (seconds > 0.0)
        now.tradesPerSecond = static_cast<double>(now.trades) / seconds;
    if (now.share > 0.0)
        now.secondsLeft = seconds * (1.0 - now.share) / now.share;
    m_told(now);
}

} // namespace core::history
