// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historycheck.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace core::history {

namespace {

/// As many as a person reads.
constexpr std::size_t MOST_RANGES = 20;

void update(Sha256& digest, const Rows& rows)
{
    digest.update(std::as_bytes(std::span(rows)));
}

void add(RowDifference& sum, const RowDifference& one)
{
    sum.missing += one.missing;
    sum.different += one.different;
    sum.additional += one.additional;
    const std::size_t room = MOST_RANGES - sum.ranges.size();
    sum.ranges.insert(sum.ranges.end(), one.ranges.begin(),
                      one.ranges.begin() + static_cast<std::ptrdiff_t>(std::min(room, one.ranges.size())));
}

std::string wordsOf(std::optional<market::Timeframe> timeframe, const std::vector<TimeRange>& ranges)
{
    std::string text;
    for (const TimeRange& range : ranges)
        text += fmt::format("{} {} {}\n", timeframe ? timeframe->text() : "trades", toMicroseconds(range.from),
                            toMicroseconds(range.to));
    return text;
}

std::string wordsOf(const std::vector<SyncStatus>& all)
{
    std::string text;
    for (const SyncStatus& one : all)
        text += fmt::format("{} {} {} {}\n", one.kind, toMicroseconds(one.oldest), toMicroseconds(one.newest), one.cursor);
    return text;
}

std::string wordsOf(const market::Instrument& instrument)
{
    return fmt::format("{} {} {} {} {} {} {}", instrument.venue, instrument.priceDecimals, instrument.lotDecimals,
                       instrument.minimumLots, instrument.minimumCost.count(), static_cast<int>(instrument.volumeUnit),
                       static_cast<int>(instrument.kind));
}

/// Of another kind, or with decimals that do not say as much.
bool isLess(const market::Instrument& there, const market::Instrument& here)
{
    return there.kind != here.kind || there.priceDecimals < here.priceDecimals || there.lotDecimals < here.lotDecimals;
}

} // namespace

/// An instrument has no entry for what neither history has of it.
void HistoryCheck::keep(TableCheck check)
{
    if (check.sourceRows + check.destinationRows > 0)
        m_checks.push_back(std::move(check));
}

Result<void> HistoryCheck::add(const MovePlan& plan)
{
    const std::size_t first = m_checks.size();
    for (const TablePlan& table : plan.tables) {
        if (auto done = addTable(plan, table); !done)
            return done;
    }
    const bool sameCandles =
        std::all_of(m_checks.begin() + static_cast<std::ptrdiff_t>(first), m_checks.end(), [](const TableCheck& check) {
            return check.isSame() || !check.table.ends_with("candles");
        });
    if (sameCandles) {
        for (const TablePlan& table : plan.rollups()) {
            if (auto done = addTable(plan, table); !done)
                return done;
        }
    }
    if (auto done = addVerified(plan.source.instrument.symbol); !done)
        return done;
    addSync(plan);
    addInstrument(plan);
    return {};
}

Result<void> HistoryCheck::addTable(const MovePlan& plan, const TablePlan& table)
{
    RowPages pages(table.table, {&m_source, plan.sourceScale}, {&m_destination, plan.destinationScale}, table.whole,
                   m_pageRows);
    TableCheck check;
    check.symbol = plan.source.instrument.symbol;
    check.table = table.table.name();
    Sha256 source;
    Sha256 destination;
    const auto read = pages.each([&](const RowPages::Page& page) {
        update(source, page.source);
        update(destination, page.destination);
        check.sourceRows += static_cast<std::int64_t>(page.source.size());
        check.destinationRows += static_cast<std::int64_t>(page.destination.size());
        core::history::add(check.difference, differenceOf(table.table.kind, page));
        return m_tell(table.table, page.source.size());
    });
    if (!read)
        return read;
    check.source = source.digest();
    check.destination = destination.digest();
    keep(std::move(check));
    return {};
}

Result<void> HistoryCheck::addVerified(const Symbol& symbol)
{
    TableCheck check;
    check.symbol = symbol;
    check.table = "verified ranges";
    Sha256 source;
    Sha256 destination;
    for (const auto& timeframe : verifiedTimeframes()) {
        const auto here = m_source.verified(symbol, timeframe);
        const auto there = m_destination.verified(symbol, timeframe);
        if (!here || !there)
            return here ? there.error() : here.error();
        source.update(wordsOf(timeframe, *here));
        destination.update(wordsOf(timeframe, *there));
        check.sourceRows += static_cast<std::int64_t>(here->size());
        check.destinationRows += static_cast<std::int64_t>(there->size());
        RowDifference difference;
        difference.ranges = notWithin(*here, *there);
        difference.missing = static_cast<std::int64_t>(difference.ranges.size());
        core::history::add(check.difference, difference);
    }
    check.source = source.digest();
    check.destination = destination.digest();
    keep(std::move(check));
    return {};
}

void HistoryCheck::addSync(const MovePlan& plan)
{
    const std::vector<SyncStatus> none;
    const std::vector<SyncStatus>& there = plan.destination ? plan.destination->sync : none;
    TableCheck check;
    check.symbol = plan.source.instrument.symbol;
    check.table = "downloads";
    check.sourceRows = static_cast<std::int64_t>(plan.source.sync.size());
    check.destinationRows = static_cast<std::int64_t>(there.size());
    check.source = Sha256::of(wordsOf(plan.source.sync));
    check.destination = Sha256::of(wordsOf(there));
    check.difference.missing = std::ranges::count_if(
        plan.source.sync, [&](const SyncStatus& status) { return !isAsFar(there, status); });
    keep(std::move(check));
}

/// What the destination says more exactly of it stays, as in the store.
void HistoryCheck::addInstrument(const MovePlan& plan)
{
    TableCheck check;
    check.symbol = plan.source.instrument.symbol;
    check.table = "instrument";
    check.sourceRows = 1;
    check.destinationRows = plan.destination ? 1 : 0;
    check.source = Sha256::of(wordsOf(plan.source.instrument));
    check.destination = plan.destination ? Sha256::of(wordsOf(plan.destination->instrument)) : Sha256Digest();
    check.difference.missing = plan.destination ? 0 : 1;
    check.difference.different = plan.destination && isLess(plan.destination->instrument, plan.source.instrument) ? 1 : 0;
    keep(std::move(check));
}

} // namespace core::history
