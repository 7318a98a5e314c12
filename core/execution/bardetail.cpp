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

DetailRange candlesIn(const FinerData& finer, Timestamp from, Timestamp to)
{
    DetailRange range{Detail::Candles, finer.candles, finer.length, nullptr, 0, 0};
    if (finer.candles) {
        range.first = finer.candles->lowerBound(from);
        range.last = finer.candles->lowerBound(to);
    }
    return range;
}

DetailRange tradesIn(const FinerData& finer, Timestamp from, Timestamp to)
{
    DetailRange range{Detail::Trades, nullptr, {}, finer.trades, 0, 0};
    if (finer.trades) {
        range.first = finer.trades->lowerBound(from);
        range.last = finer.trades->lowerBound(to);
    }
    return range;
}

/// Their grid is told apart from what they sum to.
bool lieOnTheGrid(const DetailRange& range, const market::Candle& bar)
{
    for (std::size_t i = range.first; i < range.last; ++i) {
        if ((range.candles->openTime[i] - bar.openTime) % range.length != Nanoseconds(0))
            return false;
    }
    return true;
}

bool addsUp(const DetailRange& range, const market::Candle& bar)
{
    const auto begin = static_cast<std::ptrdiff_t>(range.first);
    const auto end = static_cast<std::ptrdiff_t>(range.last);
    const auto spans = [&](const std::vector<Price>& opens, const std::vector<Price>& highs,
                           const std::vector<Price>& lows, const std::vector<Price>& closes) {
        return opens[range.first] == bar.open && closes[range.last - 1] == bar.close &&
               *std::max_element(highs.begin() + begin, highs.begin() + end) == bar.high &&
               *std::min_element(lows.begin() + begin, lows.begin() + end) == bar.low;
    };
    if (range.trades)
        return spans(range.trades->price, range.trades->price, range.trades->price, range.trades->price);
    return lieOnTheGrid(range, bar) &&
           spans(range.candles->open, range.candles->high, range.candles->low, range.candles->close);
}

/// The best detail of one bar that there is and that adds up to it.
DetailRange best(const BarBatch& batch, SymbolIndex symbol, std::vector<MatchEvent>& events)
{
    const Timestamp end = batch.openTime + batch.length;
    for (const DetailRange& range : {tradesIn(batch.finer[symbol], batch.openTime, end),
                                     candlesIn(batch.finer[symbol], batch.openTime, end)}) {
        if (range.first == range.last)
            continue;
        if (addsUp(range, batch.bars[symbol]))
            return range;
        events.emplace_back(DetailRefused{symbol, range.detail, batch.openTime, batch.correlation});
    }
    return {};
}

} // namespace

BarDetail detailOf(const BarBatch& batch, const Book& book, std::vector<MatchEvent>& events, Wanted wanted)
{
    BarDetail detail;
    for (SymbolIndex i = 0; i < batch.finer.size(); ++i) {
        if (!batch.present[i] || (wanted == Wanted::Involved && !isInvolved(book, i)))
            continue;
        const DetailRange range = best(batch, i, events);
        if (range.detail == Detail::Path)
            continue;
        if (range.detail == Detail::Trades)
            detail.hasTrades = true;
        else
            detail.step = detail.step == Nanoseconds(0) ? range.length : std::min(detail.step, range.length);
        detail.bySymbol.resize(batch.bars.size());
        detail.bySymbol[i] = range;
    }
    return detail;
}

} // namespace core::execution
