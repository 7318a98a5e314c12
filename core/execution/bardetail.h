// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"

#include <vector>

namespace core::execution {

/// The trades of one bar, or the finer candles that open inside it: [first, last) of their columns.
struct DetailRange {
    Detail detail = Detail::Path; ///< Path where there is neither.
    const market::CandleColumns* candles = nullptr;
    Nanoseconds length{}; ///< Of each candle.
    const market::TradeColumns* trades = nullptr;
    std::size_t first = 0;
    std::size_t last = 0;
};

/// What the bars of one batch are resolved by.
struct BarDetail {
    std::vector<DetailRange> bySymbol; ///< Empty when every bar has its own path alone.
    Nanoseconds step{};                ///< The shortest length of the candles among them.
    bool hasTrades = false;

    [[nodiscard]] Detail of(SymbolIndex symbol) const
    {
        return bySymbol.empty() ? Detail::Path : bySymbol[symbol].detail;
    }
};

/// Whose detail is looked for: that of symbols that the account holds or has orders for, or of all.
enum class Wanted : std::uint8_t { Involved, All };

/// Finds the trades, else the finer candles, of the wanted symbols. What
/// does not add up to its bar (another open, high, low or close, or a candle's time off the grid) is not used
/// and appended to `events` as DetailRefused.
[[nodiscard]] BarDetail detailOf(const BarBatch& batch, const Book& book, std::vector<MatchEvent>& events,
                                 Wanted wanted = Wanted::Involved);

} // namespace core::execution
