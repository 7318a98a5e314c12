// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"
#include "core/market/candle.h"
#include "core/market/instrument.h"
#include "core/market/timeframe.h"
#include "core/strategy/strategy.h"

#include "core/base/sha256.h"

#include <memory>
#include <string>
#include <vector>

namespace core::engine {

/// The candles of one symbol at the session's base timeframe, with those before the range that
/// strategies warm up on.
struct SymbolData {
    market::Instrument instrument;
    std::shared_ptr<const market::CandleColumns> candles;
    /// The candles of the range that are finer than those, which bars are resolved by; null for none.
    std::shared_ptr<const market::CandleColumns> finer = {};
    market::Timeframe finerTimeframe = market::ONE_MINUTE;
};

/// One strategy with its own account.
struct AccountSetup {
    std::string name;
    Sha256Digest sha256;
    market::Timeframe timeframe = market::ONE_MINUTE;
    int warmup = 0;
    std::vector<std::uint32_t> symbols; ///< Positions in EngineSetup::symbols, ascending.
    strategy::Parameters parameters;
    strategy::StrategyFactory factory;
    portfolio::RiskLimits risk;
};

/// Everything a session is made of. Equal setups give equal bytes.
struct EngineSetup {
    std::vector<SymbolData> symbols;     ///< By name.
    std::vector<AccountSetup> accounts;  ///< By name.
    market::Timeframe base = market::ONE_MINUTE;
    Timestamp from;                      ///< Strategies are called from the bar opening here on.
    Money cash;
    std::string currency;                ///< Of the cash; orders in another quote currency are refused.
    portfolio::AccountSettings margin;
    execution::MatchingRules rules;
    std::uint64_t seed = 1;
    bool allowsUnsigned = false;         ///< Strategies that nobody approved may be among them.
    std::string digest;                  ///< Of all of the above, hexadecimal.
    std::string candleDigest;
};

} // namespace core::engine
