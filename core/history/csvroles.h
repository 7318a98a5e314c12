// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvfields.h"
#include "core/history/csvimport.h"

namespace core::history {

/// What the columns of a file hold.
struct ColumnRoles
{
    std::vector<std::string>
        roles; ///< One a column, as in ImportPlan.
    std::optional<VolumeColumn> namedVolume; ///< The unit that the header names, if it does.
};

/// Takes the user's word ("time,open,high,low,close,volume", '-' skips). Fails with InvalidInput on
/// unknown, repeated and missing roles.
[[nodiscard]] Result<ColumnRoles> rolesByOption(const std::string& columns);
/// Guesses by the names in a header. `firstRow` settles which of several time columns can be read.
[[nodiscard]] Result<ColumnRoles> rolesByHeader(const Fields& header, const Fields& firstRow,
                                                const ImportOptions& options);
/// Guesses for files without a header by their number of columns: Kraken's trades (3), its OHLCVT (7), its OHLC
/// (8), Binance klines (12), or plain time, open, high, low, close and volume (5 or 6).
[[nodiscard]] Result<ColumnRoles> rolesByCount(std::size_t columns);

/// True for a column named after the end of a candle: "close_time", "End".
[[nodiscard]] bool namesAnEnd(std::string_view name);

} // namespace core::history
