// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/candle.h"
#include "core/market/trade.h"

namespace core::market {

/// The one-minute candles that the trades make, UTC, half-open. A minute without trades makes none. Volume is
/// in base units, added up in lots, so that it does not depend on the order of the trades.
[[nodiscard]] CandleColumns candlesOf(const TradeColumns& trades, int lotDecimals);

} // namespace core::market
