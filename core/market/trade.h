// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <cstdint>

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

} // namespace core::market
