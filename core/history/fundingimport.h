// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvimport.h"

namespace core::history {

/// What became of a file of funding rates.
struct FundingReport
{
    std::int64_t rows = 0; ///< That were rates.
    WriteCount written;
    std::int64_t badRows = 0;
    std::vector<BadRow> quoted; ///< The first of them, at most 20.
};

/// Reads the funding rates of a stored instrument from a CSV file: a time, a rate as a fraction of the position's
/// value and, if there, when it was known. The columns are found by their names (time, calc_time, fundingTime;
/// rate, last_funding_rate, fundingRate; known_at), without a header they come in that order. Times are ISO 8601
/// or since the epoch in s, ms, µs or ns. All of it is written in one transaction. Fails with InvalidInput when
/// no row is a rate, with NotFound when the instrument is not stored.
[[nodiscard]] Result<FundingReport> importFunding(HistoryStore& store, const std::filesystem::path& file,
                                                  const Symbol& symbol);

} // namespace core::history
