// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"

namespace core::execution {

/// True when the bars may reach an order or bring a call, on whatever way to their extremes: if not,
/// nothing has to be walked.
[[nodiscard]] bool mayMatter(const BarBatch& batch, const MatchingRules& rules, const Book& book);

/// True when the price came as far as the order's stop, or beyond it.
[[nodiscard]] inline bool reaches(const Order& order, Price price)
{
    return isBuying(order.side) ? price >= *order.stop : price <= *order.stop;
}

/// What a bar means for an order that it does not reach. `opens` says by symbol whether the bar is an
/// event of it, which makes a limit a maker. True when the bar moved a trailing stop after its open.
bool passBy(const BarBatch& batch, std::span<const std::uint8_t> opens, Order& order);

/// Ends the orders that were good until `now` or earlier.
void expireOrders(Book& book, Timestamp now, std::vector<MatchEvent>& events);

} // namespace core::execution
