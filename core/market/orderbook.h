// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"
#include "core/market/booklevel.h"

#include <cstdint>
#include <span>
#include <vector>

namespace core::market {

/// The visible orders of one instrument: the best levels of both sides, up to a depth. A value; belongs
/// to whoever feeds it.
class OrderBook
{
public:
    /// Keeps at most `depth` levels a side, at least one.
    explicit OrderBook(std::size_t depth);

    /// Replaces everything; levels in any order. Fails with InvalidInput, and changes nothing, when a price
    /// or size is not positive or a price comes twice.
    [[nodiscard]] Result<void> applySnapshot(std::span<const BookLevel> bids, std::span<const BookLevel> asks,
                                             Timestamp time);
    /// Sets the sizes of some levels, 0 removes one; then cuts to the depth. Fails with InvalidInput, and
    /// changes nothing, before the first snapshot, on a price that is not positive or a negative size.
    [[nodiscard]] Result<void> applyUpdate(std::span<const BookLevel> bids, std::span<const BookLevel> asks,
                                           Timestamp time);
    /// Doubts the book until the next snapshot, as a checksum that does not match gives reason to.
    void distrust() { m_isTrusted = false; }

    /// Best first.
    [[nodiscard]] std::span<const BookLevel> bids() const { return m_bids; }
    [[nodiscard]] std::span<const BookLevel> asks() const { return m_asks; }
    /// True when it is trusted, neither side is empty and the best bid is below the best ask.
    [[nodiscard]] bool isVerified() const;
    /// True when nothing came for longer than `limit`, or ever.
    [[nodiscard]] bool isStale(Timestamp now, Nanoseconds limit) const;
    /// Of the last message; the beginning of time before the first.
    [[nodiscard]] Timestamp time() const { return m_time; }
    /// Rises with every message, so that one state can be told from the next.
    [[nodiscard]] std::uint64_t version() const { return m_version; }

    // Of a verified book only.
    [[nodiscard]] Price bestBid() const { return m_bids.front().price; }
    [[nodiscard]] Price bestAsk() const { return m_asks.front().price; }
    /// Best ask less best bid, in ticks.
    [[nodiscard]] std::int64_t spread() const { return bestAsk().ticks() - bestBid().ticks(); }
    /// Halfway between them, rounded half-even to a tick.
    [[nodiscard]] Price mid() const;

private:
    std::vector<BookLevel> m_bids;
    std::vector<BookLevel> m_asks;
    std::size_t m_depth;
    Timestamp m_time = Timestamp::min();
    std::uint64_t m_version = 0;
    bool m_isTrusted = false;
};

} // namespace core::market
