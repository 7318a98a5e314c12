// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyupkeep.h"

#include <algorithm>

namespace core::history {

namespace {

constexpr std::size_t ROWS_AT_ONCE = 20'000;
/// Rollups of weeks are the longest, and a month of minutes takes a few megabytes.
const market::Timeframe WEEK = market::ALL_TIMEFRAMES.back();
constexpr int WEEKS_AT_ONCE = 4;

double shareOf(Timestamp reached, TimeRange whole)
{
    if (reached >= whole.to || whole.from >= whole.to)
        return 1.0;
    return std::chrono::duration<double>(std::max(reached, whole.from) - whole.from) /
           std::chrono::duration<double>(whole.to - whole.from);
}

/// Where there is anything to go through, of candles that were written at any timeframe and of trades; ends before it
/// begins where there is nothing.
Result<TimeRange> extentOf(HistoryDatabase& store, const Symbol& symbol)
{
    const auto holdings = store.holdings();
    if (!holdings)
        return holdings.error();
    TimeRange whole{Timestamp::max(), Timestamp::min()};
    for (const Holding& holding : *holdings) {
        if (holding.instrument.symbol != symbol)
            continue;
        for (const WrittenSeries& one : holding.written)
            whole = {std::min(whole.from, one.oldest), std::max(whole.to, one.newest + one.timeframe.length())};
        if (const auto& trades = holding.trades)
            whole = {std::min(whole.from, trades->oldest), std::max(whole.to, trades->newest + Nanoseconds(1))};
    }
    return whole;
}

/// For the progress only: what cannot be told is no reason not to delete.
TimeRange extentOf(HistoryDatabase& store, const Symbol& symbol, TimeRange range)
{
    const auto whole = extentOf(store, symbol);
    return whole ? TimeRange{std::max(whole->from, range.from), std::min(whole->to, range.to)} : TimeRange{range.to, range.to};
}

Error afterRemoval(Error error, const DeleteReport& report)
{
    if (report.candles + report.trades + report.fundingRates > 0)
        error.remedy = REMEDY_OF_HALF_A_DELETION;
    return error;
}

void add(CheckReport& sum, const CheckReport& part)
{
    constexpr std::size_t MAX_FINDINGS = 20;
    sum.candles += part.candles;
    sum.rollups += part.rollups;
    sum.fromTrades += part.fromTrades;
    sum.found += part.found;
    for (const Finding& finding : part.findings) {
        if (sum.findings.size() < MAX_FINDINGS)
            sum.findings.push_back(finding);
    }
}

} // namespace

Result<DeleteReport> deleteHistory(HistoryDatabase& store, const Symbol& symbol, TimeRange range, const UpkeepTold& told,
                                   const std::atomic<bool>& cancel)
{
    const TimeRange whole = extentOf(store, symbol, range);
    DeleteReport report;
    while (true) {
        if (cancel.load()) {
            report.cancelled = true;
            return report;
        }
        const auto step = store.remove(symbol, range, ROWS_AT_ONCE);
        if (!step)
            return afterRemoval(step.error(), report);
        report.candles += step->candles;
        report.trades += step->trades;
        report.fundingRates += step->fundingRates;
        if (told)
            told({shareOf(step->reached, whole), report.candles + report.trades});
        if (step->isDone)
            return report;
    }
}

Result<VerifyReport> verifyHistory(HistoryDatabase& store, const Symbol& symbol, const UpkeepTold& told,
                                   const std::atomic<bool>& cancel)
{
    const auto coverage = store.coverage(symbol);
    if (!coverage)
        return coverage.error();
    if (const auto pages = store.checkPages(cancel); !pages)
        return pages.error();
    VerifyReport report;
    const auto extent = extentOf(store, symbol);
    if (!extent)
        return extent.error();
    const TimeRange whole = *extent;
    // Whole weeks, so that no bucket of a rollup lies in two parts.
    for (Timestamp from = WEEK.floor(whole.from); from < whole.to; from += WEEKS_AT_ONCE * WEEK.length()) {
        if (cancel.load()) {
            report.cancelled = true;
            return report;
        }
        const auto part = store.check(symbol, {from, from + WEEKS_AT_ONCE * WEEK.length()});
        if (!part)
            return part.error();
        add(report.check, *part);
        if (told)
            told({shareOf(from + WEEKS_AT_ONCE * WEEK.length(), whole), report.check.candles});
    }
    auto gaps = store.gaps(symbol, 0);
    if (!gaps)
        return gaps.error();
    report.gaps = std::move(*gaps);
    return report;
}

} // namespace core::history
