// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyrows.h"

namespace core::history {

/// What two pages of the same stretch come to.
struct RowDifference
{
    std::int64_t missing = 0;    ///< Only in the source.
    std::int64_t different = 0;  ///< At the same place with other values; of trades, other ones in the same second.
    std::int64_t additional = 0; ///< Only in the destination.
    std::optional<Timestamp> firstDifferent;
    std::vector<TimeRange> ranges; ///< Of what is missing or different, from the first to past the last of a run.
    /// Nothing of the source is missing or other in the destination.
    [[nodiscard]] bool isCovered() const { return missing + different == 0; }
};
[[nodiscard]] RowDifference differenceOf(RowKind kind, const RowPages::Page& page);

} // namespace core::history
