// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/bardetail.h"

#include <algorithm>

namespace core::execution {

namespace {

bool isInvolved(const Book& book, SymbolIndex symbol)
{
    return !book.account.position(symbol).quantity.isZero() ||
           std::any_of(book.working.begin(), book.working.end(),
                       [symbol](const Order& order) { return order.symbol == symbol; });
}

DetailRange rangeIn(const FinerCandles& finer, Timestamp from, Timestamp to)
{
    return {finer.candles, finer.length, finer.candles->lowerBound(from), finer.candles->lowerBound(to)};
}

bool addsUp(const DetailRange& range, const market::Candle& bar)
{
    market::Candle sum = range.candles->at(range.first);
    for (std::size_t i = range.first; i < range.last; ++i) {
        if ((range.candles->openTime[i] - bar.openTime) % range.length != Nanoseconds(0))
            return false;
        sum.high = std::max(sum.high, range.candles->high[i]);
        sum.low = std::min(sum.low, range.candles->low[i]);
    }
    return sum.open == bar.open && sum.high == bar.high && sum.low == bar.low &&
           range.candles->close[range.last - 1] == bar.close;
}

} // namespace

BarDetail detailOf(const BarBatch& batch, const Book& book, std::vector<MatchEvent>& events)
{
    BarDetail detail;
    for (SymbolIndex i = 0; i < batch.finer.size(); ++i) {
        if (!batch.finer[i].candles || !batch.present[i] || !isInvolved(book, i))
            continue;
        const DetailRange range = rangeIn(batch.finer[i], batch.openTime, batch.openTime + batch.length);
        if (range.first == range.last)
            continue;
        if (!addsUp(range, batch.bars[i])) {
            events.emplace_back(DetailRefused{i, batch.openTime, batch.correlation});
            continue;
        }
        detail.step = detail.bySymbol.empty() ? range.length : std::min(detail.step, range.length);
        detail.bySymbol.resize(batch.bars.size());
        detail.bySymbol[i] = range;
    }
    return detail;
}

} // namespace core::execution
