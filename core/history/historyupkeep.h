// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <atomic>
#include <functional>

namespace core::history {

struct UpkeepProgress
{
    double share = 0.0;      ///< Of the time to go through, 0 … 1.
    std::int64_t done = 0;   ///< Candles and trades.
};
using UpkeepTold = std::function<void(const UpkeepProgress&)>;

/// What a deletion says that failed after it had deleted something.
inline constexpr const char* REMEDY_OF_HALF_A_DELETION =
    "What was deleted before is gone, the rest is as it was. Delete it again to go on.";

struct DeleteReport
{
    std::int64_t candles = 0;
    std::int64_t trades = 0;
    std::int64_t fundingRates = 0;
    bool cancelled = false; ///< What was deleted before is gone; the rest is as it was.
};

struct VerifyReport
{
    CheckReport check;
    Gaps gaps; ///< None of them is named.
    bool cancelled = false;
};

/// Deletes what lies in a range of whole minutes, or everything of an instrument, in transactions of some thousand
/// rows. One that was stopped, killed or failed is gone on with by doing it again, which an error says if anything was
/// deleted before it. Fails with NotFound.
[[nodiscard]] Result<DeleteReport> deleteHistory(HistoryDatabase& store, const Symbol& symbol, TimeRange range,
                                                 const UpkeepTold& told, const std::atomic<bool>& cancel);

/// Checks everything that is stored of an instrument, and the pages of the file that holds it. Reads only. Fails
/// with NotFound, with Corrupt where pages are damaged, and with Cancelled where these were not read through.
[[nodiscard]] Result<VerifyReport> verifyHistory(HistoryDatabase& store, const Symbol& symbol, const UpkeepTold& told,
                                                 const std::atomic<bool>& cancel);

} // namespace core::history
