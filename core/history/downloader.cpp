// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/downloader.h"

#include "core/history/tradedownload.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

using market::ONE_MINUTE;

namespace {

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

/// The pair with as many decimals as the candles have.
market::Instrument wantedFor(const KrakenCandles& page, market::Instrument pair)
{
    for (const CsvRow& row : page.closed) {
        for (const Decimal* price : {&row.open, &row.high, &row.low, &row.close})
            pair.priceDecimals = std::max(pair.priceDecimals, price->decimals);
    }
    return pair;
}

/// By this machine's clock, which may be wrong: a first guess at where a range ends.
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
    RequestCount count(kraken);
    const auto known = storedBefore(store, symbol);
    if (!known)
        return known.error();
    auto pair = kraken.pair(symbol, cancel);
    auto page = pair ? kraken.candles(*pair, timeframe, cancel) : Result<KrakenCandles>(pair.error());
    if (!page)
        return page.error();
    auto instrument = putPair(store, wantedFor(*page, pair->instrument), *known);
    if (!instrument)
        return instrument.error();
    DownloadReport report;
    HistoryBatch batch;
    batch.timeframe = timeframe;
    ImportPlan plan;
    plan.timeframe = timeframe;
    const Timestamp now = page->servedAt.value_or(kraken.pace().now());
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
    count.tell(report);
    return report;
}

} // namespace core::history
