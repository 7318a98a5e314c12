// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replayrequest.h"
#include "core/engine/setup.h"

namespace core::engine {

/// What a session at that base timeframe needs of one symbol: its candles in `range`, which begins where strategies
/// warm up, and of the request's own range the funding and the detail that it wants. Fails with NotFound where the
/// range has no candles, with Refused where it has too many trades.
[[nodiscard]] Result<SymbolData> loadSymbol(const history::Coverage& coverage, const ReplayRequest& request,
                                            market::Timeframe base, history::TimeRange range,
                                            history::HistoryStore& store);

/// Fails with Busy when the instrument has other decimals by now: a history on a server may be rescaled by somebody
/// else between two reads.
[[nodiscard]] Result<void> checkScale(const market::Instrument& read, history::HistoryStore& store);

} // namespace core::engine
