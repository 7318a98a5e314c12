// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/candle.h"
#include "core/market/timeframe.h"

#include <optional>

namespace core::market {

/// Aggregates closed candles of one timeframe into a coarser one. Buckets are half-open: a candle
/// belongs to the bucket that its open time falls into.
class CandleBuilder
{
public:
    /// `target` must be a multiple of `source`.
    CandleBuilder(Timeframe target, Timeframe source) : m_target(target), m_source(source) {}

    /// Adds the next source candle. When it opens a new bucket the previous one is returned, complete
    /// as far as there were candles for it.
    std::optional<Candle> add(const Candle& candle);
    /// As add, but closes the bucket already with the candle that reaches its end, so that nothing
    /// waits for the next one. At most one of the two results of a bucket is ever returned.
    struct Closed {
        std::optional<Candle> before; ///< A bucket that ended earlier, in a gap.
        std::optional<Candle> now;    ///< The bucket that ends with this candle.
    };
    Closed addAndClose(const Candle& candle);
    /// The forming candle, if any.
    [[nodiscard]] const std::optional<Candle>& forming() const { return m_forming; }
    /// Ends the forming bucket and returns it.
    std::optional<Candle> finish();

private:
    Timeframe m_target;
    Timeframe m_source;
    std::optional<Candle> m_forming;
};

/// Aggregates whole columns; the last bucket may be incomplete and is included.
[[nodiscard]] CandleColumns aggregate(const CandleColumns& candles, Timeframe source, Timeframe target);

} // namespace core::market
