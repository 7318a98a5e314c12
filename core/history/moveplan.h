// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyrows.h"

#include <optional>

namespace core::history {

/// What is to be moved of one table of one instrument.
struct TablePlan
{
    RowTable table;
    TimeRange extent;           ///< In which the source has rows; empty where it has none.
    TimeRange shared;           ///< In which the destination has some too; empty where it has none.
    TimeRange whole;            ///< In which either has some.
    std::int64_t rows = 0;      ///< Of the source, as it counts them.
    std::int64_t settledRows = 0;
    std::vector<TimeRange> settled; ///< In which the destination has all of the source's; as few ranges as may be.

    void settle(TimeRange range, std::int64_t rowsInIt);
    /// The rest of the extent.
    [[nodiscard]] std::vector<TimeRange> unsettled() const;
};

/// The verified ranges of one timeframe or, without one, of trades.
struct VerifiedRanges
{
    std::optional<market::Timeframe> timeframe;
    std::vector<TimeRange> ranges; ///< Oldest first; they neither touch nor overlap.
};

/// What is to be moved of one instrument.
struct MovePlan
{
    Holding source; ///< How far its downloads came was read before its extents, as `verified`.
    std::optional<Holding> destination;
    RowScale sourceScale;      ///< Of both, to the larger of their decimals.
    RowScale destinationScale;
    std::vector<TablePlan> tables;
    /// Of the source, read before its extents: the rows that they vouch for are in the tables above.
    std::vector<VerifiedRanges> verified;

    /// In as many decimals as both have, which the destination has once the instrument was put there.
    [[nodiscard]] bool hasDecimalsOfBoth(const market::Instrument& instrument) const;
    [[nodiscard]] std::int64_t rows() const;
    [[nodiscard]] std::int64_t settledRows() const;
    /// Of the source, where both have some: at most as many as will be compared.
    [[nodiscard]] std::int64_t sharedRows() const;
    /// As many as the rollups of the source can have.
    [[nodiscard]] std::int64_t rollupRows() const;
    /// The rollups that can be read from both.
    [[nodiscard]] std::vector<TablePlan> rollups() const;
};

/// One plan for each instrument of the source. Fails with AlreadyExists where the destination has one of that symbol
/// from another venue.
[[nodiscard]] Result<std::vector<MovePlan>> planMove(HistoryDatabase& source, HistoryDatabase& destination);

/// Nothing, which stands for trades, then every timeframe.
[[nodiscard]] std::vector<std::optional<market::Timeframe>> verifiedTimeframes();
/// Those of `ranges` that lie in none of `others`. Both oldest first, without overlaps, as histories tell verified ranges.
[[nodiscard]] std::vector<TimeRange> notWithin(const std::vector<TimeRange>& ranges, const std::vector<TimeRange>& others);
/// True where a download of that kind came as far or further.
[[nodiscard]] bool isAsFar(const std::vector<SyncStatus>& all, const SyncStatus& status);

} // namespace core::history
