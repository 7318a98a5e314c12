// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/setup.h"

#include <string>

namespace core::engine {

/// SHA-256 of the market data of a session, hexadecimal. Finer candles, trades and funding count only where there are
/// any, so that a session without them keeps the digest it had.
[[nodiscard]] std::string digestOfCandles(const EngineSetup& setup);

/// SHA-256 of everything that the result depends on, one "name value" a line, hexadecimal; the candles by their
/// digest, which stands in the setup already.
[[nodiscard]] std::string digestOf(const EngineSetup& setup);

} // namespace core::engine
