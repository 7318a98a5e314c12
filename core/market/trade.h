// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <cstdint>
#include <vector>

namespace core::market {

/// The side that did not wait.
enum class TakerSide : std::uint8_t { Unknown, Buy, Sell };

/// One trade of the venue, in ticks and lots of its instrument.
struct Trade {
    Timestamp time;
    Price price;
    Quantity size; ///< Positive.
    TakerSide taker = TakerSide::Unknown;
    std::uint64_t id = 0; ///< The venue's; 0 where it gives none.
    bool operator==(const Trade&) const = default;
};

/// Represents the trades of one instrument in contiguous columns, in the order in which they happened: times never fall.
/// A value: copy it or share it as `shared_ptr<const TradeColumns>`.
struct TradeColumns {
    std::vector<Timestamp> time;
    std::vector<Price> price;
    std::vector<Quantity> size;
    std::vector<TakerSide> taker;
    std::vector<std::uint64_t> id;

    [[nodiscard]] std::size_t count() const { return time.size(); }
    [[nodiscard]] bool empty() const { return time.empty(); }
    void reserve(std::size_t count);
    void clear();
    void push(const Trade& trade);
    [[nodiscard]] Trade at(std::size_t index) const
    {
        return {time[index], price[index], size[index], taker[index], id[index]};
    }
    /// The index of the first trade at or after `time`; count() when there is none.
    [[nodiscard]] std::size_t lowerBound(Timestamp from) const;
    bool operator==(const TradeColumns&) const = default;
};

} // namespace core::market
