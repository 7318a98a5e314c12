// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"

#include <algorithm>
#include <cstdint>

namespace core::market {

/// Rates are counted in 10^-12.
inline constexpr int FUNDING_DECIMALS = 12;
inline constexpr std::int64_t FUNDING_UNIT = 1'000'000'000'000;

/// What the longs of a perpetual pay to its shorts at a time, as a share of the position's value; the other way
/// round when negative.
struct FundingRate {
    Timestamp time;
    Timestamp knownAt; ///< When it was published.
    std::int64_t rate = 0;

    /// When a replay charges it: never before it was known.
    [[nodiscard]] Timestamp due() const { return std::max(time, knownAt); }
    bool operator==(const FundingRate&) const = default;
};

} // namespace core::market
