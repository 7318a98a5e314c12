// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/setup.h"

#include <algorithm>
#include <set>

namespace core::engine {

namespace {

constexpr Nanoseconds USUAL_INTERVAL = std::chrono::hours(8);

Nanoseconds intervalOf(const std::vector<market::FundingRate>& rates)
{
    auto shortest = Nanoseconds::max();
    for (std::size_t i = 1; i < rates.size(); ++i) {
        if (rates[i].due() > rates[i - 1].due())
            shortest = std::min(shortest, rates[i].due() - rates[i - 1].due());
    }
    return shortest == Nanoseconds::max() ? USUAL_INTERVAL : shortest;
}

/// Nothing can be held before a symbol's own first bar.
Timestamp firstOpen(const SymbolData& data, Timestamp from)
{
    const std::size_t first = data.candles->lowerBound(from);
    return first < data.candles->size() ? data.candles->openTime[first] : from;
}

void addGaps(const SymbolData& data, Timestamp from, Timestamp to, std::vector<FundingGap>& gaps)
{
    const Nanoseconds interval = intervalOf(data.funding);
    const auto check = [&](Timestamp begin, Timestamp end) {
        if (end - begin > interval + interval / 2)
            gaps.push_back({data.instrument.symbol, begin, end});
    };
    Timestamp last = from;
    for (const market::FundingRate& rate : data.funding) {
        check(last, rate.due());
        last = rate.due();
    }
    check(last, to);
}

DataCoverage coverageOf(const SymbolData& data, const EngineSetup& setup)
{
    const std::vector<Timestamp>& opens = data.candles->openTime;
    const Nanoseconds length = setup.base.length();
    const std::size_t first = data.candles->lowerBound(setup.from);
    DataCoverage coverage{data.instrument.symbol, setup.base, setup.from, setup.from,
                          static_cast<std::int64_t>(opens.size() - first), 0, {}};
    if (first == opens.size())
        return coverage;
    coverage.from = opens[first];
    coverage.to = opens.back() + length;
    coverage.missing = (coverage.to - coverage.from) / length - coverage.candles;
    for (std::size_t i = first + 1; i < opens.size() && coverage.gaps.size() < MAX_GAPS_NAMED; ++i) {
        if (opens[i] - opens[i - 1] > length)
            coverage.gaps.push_back({opens[i - 1] + length, opens[i]});
    }
    return coverage;
}

TradeGap missingTrades(const SymbolData& data, const EngineSetup& setup)
{
    static const market::TradeColumns none;
    const market::CandleColumns& bars = *data.candles;
    const market::TradeColumns& trades = data.trades ? *data.trades : none;
    TradeGap gap{data.instrument.symbol, {}, {}, 0};
    std::size_t next = 0;
    for (std::size_t i = bars.lowerBound(setup.from); i < bars.size(); ++i) {
        const Timestamp close = bars.openTime[i] + setup.base.length();
        while (next < trades.count() && trades.time[next] < bars.openTime[i])
            ++next;
        const bool isHeard = next < trades.count() && trades.time[next] < close;
        if (isHeard || bars.volume[i] == 0.0)
            continue;
        if (gap.bars++ == 0)
            gap.from = bars.openTime[i];
        gap.to = close;
    }
    return gap;
}

} // namespace

std::vector<DataCoverage> coverageOf(const EngineSetup& setup)
{
    std::vector<DataCoverage> all;
    for (const SymbolData& data : setup.symbols)
        all.push_back(coverageOf(data, setup));
    return all;
}

std::vector<FundingGap> missingFunding(const EngineSetup& setup)
{
    std::vector<FundingGap> gaps;
    for (const SymbolData& data : setup.symbols) {
        if (data.instrument.kind == market::InstrumentKind::Perpetual && !data.candles->empty())
            addGaps(data, firstOpen(data, setup.from), data.candles->openTime.back() + setup.base.length(), gaps);
    }
    return gaps;
}

std::vector<TradeGap> missingTrades(const EngineSetup& setup)
{
    std::set<std::uint32_t> wanted;
    for (const AccountSetup& account : setup.accounts) {
        if (account.hearsTrades)
            wanted.insert(account.symbols.begin(), account.symbols.end());
    }
    std::vector<TradeGap> gaps;
    for (const std::uint32_t symbol : wanted) {
        if (TradeGap gap = missingTrades(setup.symbols[symbol], setup); gap.bars > 0)
            gaps.push_back(std::move(gap));
    }
    return gaps;
}

} // namespace core::engine
