// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sha256.h"
#include "core/history/rowdifference.h"

#include <atomic>
#include <functional>

namespace core::history {

/// What becomes of rows of which the destination has others.
enum class OtherRows {
    Refuse, ///< Nothing is moved.
    Replace ///< The source's take their place, by the store's rules.
};

struct MoveOptions
{
    OtherRows otherRows = OtherRows::Refuse;
    std::size_t pageRows = 16'384; ///< Rows that one transaction writes; memory grows with them.
};

enum class MoveStage {
    Comparing, ///< What the destination has already, before anything is changed.
    Sending,
    Checking ///< Both are read again, row by row.
};

struct MoveProgress
{
    MoveStage stage = MoveStage::Comparing;
    RowTable table;                 ///< What is being read.
    std::int64_t rowsDone = 0;      ///< Of this stage.
    std::int64_t rowsTotal = 0;     ///< Of this stage, as far as it can be told.
    double rowsPerSecond = 0.0;
    double secondsLeft = 0.0;       ///< Of this stage.
};

/// How one table of one instrument came out: every row of both histories was read for it.
struct TableCheck
{
    Symbol symbol;
    std::string table; ///< "1m candles", "trades", "verified ranges", "downloads", "instrument", …
    std::int64_t sourceRows = 0;
    std::int64_t destinationRows = 0;
    Sha256Digest source;      ///< Of the rows in order; with equal rows equal in every database.
    Sha256Digest destination;
    RowDifference difference; ///< Its ranges are the first few.

    [[nodiscard]] bool isSame() const { return source == destination; }
};

struct MoveReport
{
    std::int64_t sent = 0;    ///< Rows that the destination did not have, or had otherwise.
    std::int64_t present = 0; ///< Rows that were there already.
    std::vector<TableCheck> checks; ///< Empty when cancelled before.
    bool cancelled = false;   ///< What was sent is kept; moving again goes on from there.
    double seconds = 0.0;

    /// Everything of the source is in the destination, which may hold more.
    [[nodiscard]] bool isComplete() const;
};

/// Copies everything that is kept of every instrument into another history, of any database: the instruments, candles
/// of every timeframe as they were written, trades, funding rates, verified ranges and how far downloads came. Rollups
/// come about as they are written. Each page is one transaction. What the destination has already is compared and not
/// sent again, so a move that was stopped in any way goes on by moving again. The source is only read.
///
/// At the end every row of both is read again, rollups too, and compared.
///
/// The destination keeps what it has beside. Where it has other candles, rates or trades of the same time, the move is
/// refused before anything is changed, unless `options` let the source's take their place. A download that came further
/// there stays so. Fails as stores do, naming what was moved; `told` is called a few times a second on this thread,
/// `cancel` looked at between pages.
[[nodiscard]] Result<MoveReport> moveHistory(HistoryDatabase& source, HistoryDatabase& destination,
                                             const MoveOptions& options,
                                             const std::function<void(const MoveProgress&)>& told,
                                             const std::atomic<bool>& cancel);

} // namespace core::history
