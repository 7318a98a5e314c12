// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/booklevel.h"

#include <algorithm>
#include <limits>
#include <span>

namespace core::execution {

/// What a fill is taken from, best first: any size at one price, or the levels of one side of a book.
/// Sizes are taken from where the last one ended.
class Offer
{
public:
    /// Any size at one price.
    explicit Offer(Price price) : m_single{price, Quantity(std::numeric_limits<std::int64_t>::max())} {}
    /// The levels after the first `taken` of them in size; they outlive the offer.
    Offer(std::span<const market::BookLevel> levels, Quantity taken)
        : m_isBook(true), m_levels(levels), m_taken(taken)
    {}

    [[nodiscard]] Quantity size() const;
    /// Prices of the first and of the last of so many lots; not of an empty offer.
    [[nodiscard]] Price best() const { return priceOf(Quantity(1)); }
    [[nodiscard]] Price worst(Quantity size) const { return priceOf(size); }
    /// Σ price × lots in ticks and lots, of the next `size` of it.
    [[nodiscard]] Int128 cost(Quantity size) const;
    void take(Quantity size) { m_taken += m_isBook ? size : Quantity(); }

private:
    [[nodiscard]] std::span<const market::BookLevel> levels() const
    {
        return m_isBook ? m_levels : std::span(&m_single, 1);
    }
    [[nodiscard]] Price priceOf(Quantity size) const;

    bool m_isBook = false;
    market::BookLevel m_single;
    std::span<const market::BookLevel> m_levels;
    Quantity m_taken;
};

/// What a lot of that cost was on average, rounded to the tick against the account.
[[nodiscard]] Price averagePrice(Int128 cost, Quantity size, bool buying);

} // namespace core::execution
