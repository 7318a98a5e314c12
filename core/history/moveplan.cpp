// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/moveplan.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace core::history {

using market::Timeframe;

namespace {

constexpr TimeRange NOTHING{Timestamp(), Timestamp()};

bool isEmpty(TimeRange range)
{
    return range.from >= range.to;
}

TimeRange overlap(TimeRange a, TimeRange b)
{
    const TimeRange both{std::max(a.from, b.from), std::min(a.to, b.to)};
    return isEmpty(both) ? NOTHING : both;
}

TimeRange hull(TimeRange a, TimeRange b)
{
    if (isEmpty(a) || isEmpty(b))
        return isEmpty(a) ? b : a;
    return {std::min(a.from, b.from), std::max(a.to, b.to)};
}

const WrittenSeries* seriesOf(const Holding& holding, Timeframe timeframe)
{
    const auto found = std::ranges::find(holding.written, timeframe, &WrittenSeries::timeframe);
    return found == holding.written.end() ? nullptr : &*found;
}

TimeRange extentOf(const WrittenSeries* series)
{
    return series ? TimeRange{series->oldest, series->newest + series->timeframe.length()} : NOTHING;
}

/// In whole seconds, by which the store tells which trades are the same.
TimeRange extentOf(const std::optional<TradeExtent>& trades)
{
    using std::chrono::seconds;
    if (!trades || trades->trades == 0)
        return NOTHING;
    return {std::chrono::floor<seconds>(trades->oldest), std::chrono::floor<seconds>(trades->newest) + seconds(1)};
}

TablePlan planOf(RowTable table, TimeRange source, TimeRange destination, std::int64_t rows)
{
    return {std::move(table), source, overlap(source, destination), hull(source, destination), rows, 0, {}};
}

std::vector<TablePlan> tablesOf(const Holding& source, const Holding& destination)
{
    const Symbol& symbol = source.instrument.symbol;
    std::vector<TablePlan> tables;
    for (const Timeframe timeframe : market::ALL_TIMEFRAMES) {
        const WrittenSeries* here = seriesOf(source, timeframe);
        const WrittenSeries* there = seriesOf(destination, timeframe);
        if (here || there)
            tables.push_back(planOf({symbol, RowKind::Candles, timeframe}, extentOf(here), extentOf(there),
                                    here ? here->candles : 0));
    }
    tables.push_back(planOf({symbol, RowKind::Trades}, extentOf(source.trades), extentOf(destination.trades),
                            source.trades ? source.trades->trades : 0));
    tables.push_back(planOf({symbol, RowKind::FundingRates}, {}, {}, 0));
    return tables;
}

RowScale scaleOf(const market::Instrument& from, const market::Instrument& other)
{
    return {powerOfTen(std::max(0, other.priceDecimals - from.priceDecimals)),
            powerOfTen(std::max(0, other.lotDecimals - from.lotDecimals))};
}

Result<std::vector<VerifiedRanges>> verifiedOf(HistoryDatabase& store, const Symbol& symbol)
{
    std::vector<VerifiedRanges> all;
    for (const auto& timeframe : verifiedTimeframes()) {
        auto ranges = store.verified(symbol, timeframe);
        if (!ranges)
            return ranges.error();
        if (!ranges->empty())
            all.push_back({timeframe, std::move(*ranges)});
    }
    return all;
}

/// What a history says of an instrument's rows: that none is missing, and where a download goes on.
struct Vouched
{
    std::vector<VerifiedRanges> verified;
    std::vector<SyncStatus> sync;
};

Result<std::map<Symbol, Vouched>> vouchedOf(HistoryDatabase& store)
{
    auto holdings = store.holdings();
    if (!holdings)
        return holdings.error();
    std::map<Symbol, Vouched> all;
    for (Holding& holding : *holdings) {
        auto verified = verifiedOf(store, holding.instrument.symbol);
        if (!verified)
            return verified.error();
        all[holding.instrument.symbol] = {std::move(*verified), std::move(holding.sync)};
    }
    return all;
}

Result<MovePlan> planOf(const Holding& source, const std::vector<Holding>& others)
{
    MovePlan plan;
    plan.source = source;
    const auto found = std::ranges::find(others, source.instrument.symbol,
                                         [](const Holding& holding) { return holding.instrument.symbol; });
    if (found != others.end()) {
        const market::Instrument& there = found->instrument;
        if (there.venue != source.instrument.venue)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("The destination has {} from the venue \"{}\", and not from \"{}\"",
                                     there.symbol.text(), there.venue, source.instrument.venue),
                         "Nothing was changed. Move into another database."};
        plan.destination = *found;
        plan.sourceScale = scaleOf(source.instrument, there);
        plan.destinationScale = scaleOf(there, source.instrument);
    }
    plan.tables = tablesOf(source, plan.destination.value_or(Holding()));
    return plan;
}

} // namespace

void TablePlan::settle(TimeRange range, std::int64_t rowsInIt)
{
    settledRows += rowsInIt;
    if (!settled.empty() && settled.back().to == range.from)
        settled.back().to = range.to;
    else
        settled.push_back(range);
}

std::vector<TimeRange> TablePlan::unsettled() const
{
    std::vector<TimeRange> rest;
    Timestamp from = extent.from;
    for (const TimeRange& range : settled) {
        if (from < range.from)
            rest.push_back({from, range.from});
        from = range.to;
    }
    if (from < extent.to)
        rest.push_back({from, extent.to});
    return rest;
}

bool MovePlan::hasDecimalsOfBoth(const market::Instrument& instrument) const
{
    const market::Instrument& here = source.instrument;
    const market::Instrument& there = destination ? destination->instrument : here;
    return instrument.priceDecimals == std::max(here.priceDecimals, there.priceDecimals) &&
           instrument.lotDecimals == std::max(here.lotDecimals, there.lotDecimals);
}

std::int64_t MovePlan::rows() const
{
    std::int64_t sum = 0;
    for (const TablePlan& table : tables)
        sum += table.rows;
    return sum;
}

std::int64_t MovePlan::settledRows() const
{
    std::int64_t sum = 0;
    for (const TablePlan& table : tables)
        sum += table.settledRows;
    return sum;
}

std::int64_t MovePlan::sharedRows() const
{
    std::int64_t sum = 0;
    for (const TablePlan& table : tables)
        sum += isEmpty(table.shared) ? 0 : table.rows;
    return sum;
}

std::vector<TablePlan> MovePlan::rollups() const
{
    std::vector<TablePlan> all;
    if (!destination || source.written.empty() || destination->written.empty())
        return all;
    const Timeframe finest = std::max(source.written.front().timeframe, destination->written.front().timeframe);
    for (const Timeframe timeframe : market::ALL_TIMEFRAMES) {
        if (timeframe <= finest)
            continue;
        TimeRange whole = NOTHING;
        for (const TablePlan& table : tables) {
            if (table.table.kind == RowKind::Candles)
                whole = hull(whole, table.whole);
        }
        whole.from = timeframe.floor(whole.from);
        all.push_back({{source.instrument.symbol, RowKind::Rollup, timeframe}, whole, whole, whole, 0, 0, {}});
    }
    return all;
}

std::int64_t MovePlan::rollupRows() const
{
    std::int64_t sum = 0;
    for (const TablePlan& table : rollups()) {
        const auto buckets = (table.whole.to - table.whole.from) / table.table.timeframe.length() + 1;
        sum += std::min<std::int64_t>(buckets, rows());
    }
    return sum;
}

Result<std::vector<MovePlan>> planMove(HistoryDatabase& source, HistoryDatabase& destination)
{
    // Before the extents: what is vouched for meanwhile has rows beyond them.
    auto vouched = vouchedOf(source);
    if (!vouched)
        return vouched.error();
    auto here = source.holdings();
    auto there = destination.holdings();
    if (!here || !there)
        return here ? there.error() : here.error();
    std::vector<MovePlan> plans;
    for (const Holding& holding : *here) {
        auto plan = planOf(holding, *there);
        if (!plan)
            return plan.error();
        Vouched& before = (*vouched)[holding.instrument.symbol];
        plan->verified = std::move(before.verified);
        plan->source.sync = std::move(before.sync);
        plans.push_back(std::move(*plan));
    }
    return plans;
}

std::vector<std::optional<Timeframe>> verifiedTimeframes()
{
    std::vector<std::optional<Timeframe>> all = {std::nullopt};
    all.insert(all.end(), market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end());
    return all;
}

std::vector<TimeRange> notWithin(const std::vector<TimeRange>& ranges, const std::vector<TimeRange>& others)
{
    std::vector<TimeRange> rest;
    auto other = others.begin();
    for (const TimeRange& range : ranges) {
        while (other != others.end() && other->to < range.to)
            ++other;
        if (other == others.end() || range.from < other->from)
            rest.push_back(range);
    }
    return rest;
}

bool isAsFar(const std::vector<SyncStatus>& all, const SyncStatus& status)
{
    return std::ranges::any_of(all, [&](const SyncStatus& one) {
        return one.kind == status.kind && (one == status || one.newest > status.newest);
    });
}

} // namespace core::history
