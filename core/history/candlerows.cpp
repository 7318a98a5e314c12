// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/candlerows.h"

#include <algorithm>

namespace core::history {

namespace {

/// Calls `act` with each column of `columns` and the same one of `others`.
template <typename Columns, typename Act>
void forEachColumn(market::CandleColumns& columns, Columns& others, Act act)
{
    act(columns.openTime, others.openTime);
    act(columns.open, others.open);
    act(columns.high, others.high);
    act(columns.low, others.low);
    act(columns.close, others.close);
    act(columns.volume, others.volume);
    act(columns.trades, others.trades);
}

} // namespace

void append(market::CandleColumns& to, const market::CandleColumns& from, std::size_t first,
            std::size_t last)
{
    forEachColumn(to, from, [&](auto& target, const auto& source) {
        target.insert(target.end(), source.begin() + static_cast<std::ptrdiff_t>(first),
                      source.begin() + static_cast<std::ptrdiff_t>(last));
    });
}

void reverseFrom(market::CandleColumns& columns, std::size_t start)
{
    forEachColumn(columns, columns, [&](auto& column, auto&) {
        std::reverse(column.begin() + static_cast<std::ptrdiff_t>(start), column.end());
    });
}

} // namespace core::history
