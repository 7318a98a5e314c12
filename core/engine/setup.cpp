// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/setup.h"

#include <algorithm>

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

} // namespace

std::vector<FundingGap> missingFunding(const EngineSetup& setup)
{
    std::vector<FundingGap> gaps;
    for (const SymbolData& data : setup.symbols) {
        if (data.instrument.kind == market::InstrumentKind::Perpetual && !data.candles->empty())
            addGaps(data, setup.from, data.candles->openTime.back() + setup.base.length(), gaps);
    }
    return gaps;
}

} // namespace core::engine
