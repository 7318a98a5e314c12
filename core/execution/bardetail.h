// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"

#include <vector>

namespace core::execution {

/// The finer candles that open inside one bar, [first, last) of their columns.
struct DetailRange {
    const market::CandleColumns* candles = nullptr; ///< Null where the bar has its own path alone.
    Nanoseconds length{};                           ///< Of each.
    std::size_t first = 0;
    std::size_t last = 0;
};

/// What the bars of one batch are resolved by.
struct BarDetail {
    std::vector<DetailRange> bySymbol; ///< Empty when every bar has its own path alone.
    Nanoseconds step{};                ///< The shortest length among them.

    [[nodiscard]] Detail of(SymbolIndex symbol) const
    {
        return bySymbol.empty() || !bySymbol[symbol].candles ? Detail::Path : Detail::Candles;
    }
};

/// Finds the finer candles of those symbols that the account holds or has orders for. Candles that do
/// not add up to their bar (another open, high, low or close, or a time off their grid) are not used and
/// appended to `events` as DetailRefused.
[[nodiscard]] BarDetail detailOf(const BarBatch& batch, const Book& book, std::vector<MatchEvent>& events);

} // namespace core::execution
