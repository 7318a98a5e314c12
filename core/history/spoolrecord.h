// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <string>
#include <string_view>

namespace core::history {

/// A batch that waits for its database, with the instrument in whose ticks and lots it counts: all that is needed to
/// write it at any later time.
struct SpoolRecord
{
    Timestamp spooledAt;
    market::Instrument instrument;
    HistoryBatch batch;

    /// Trades and candles in it.
    [[nodiscard]] std::int64_t rows() const
    {
        return static_cast<std::int64_t>(batch.trades.count() + batch.candles.size());
    }
};

/// The record as bytes, numbers in little-endian order.
[[nodiscard]] std::string encode(const SpoolRecord& record);
/// Fails with Corrupt on anything that encode() cannot have made, and on times that no calculation takes. Whether trades
/// and candles can be true is for the store to judge.
[[nodiscard]] Result<SpoolRecord> decode(std::string_view bytes);

/// Counts the prices and sizes of the batch in the decimals of `to`, which must be no fewer than those of `from`.
/// Fails with Overflow.
[[nodiscard]] Result<void> rescale(HistoryBatch& batch, const market::Instrument& from, const market::Instrument& to);

} // namespace core::history
