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
    /// The trades of the range, which bars are resolved by before anything else; null for none.
    std::shared_ptr<const market::TradeColumns> trades = {};
    /// What a perpetual pays in the range, by the time at which it is due.
    std::vector<market::FundingRate> funding = {};
};

/// A stretch of a session in which a perpetual should have paid and no rate is stored.
struct FundingGap {
    Symbol symbol;
    Timestamp from;
    Timestamp to;
};

/// One strategy with its own account.
struct AccountSetup {
    std::string name;
    Sha256Digest sha256;
    market::Timeframe timeframe = market::ONE_MINUTE;
    int warmup = 0;
    bool hearsTrades = false; ///< It has a handler for them.
    std::vector<std::uint32_t> symbols; ///< Positions in EngineSetup::symbols, ascending.
    strategy::Parameters parameters;
    strategy::StrategyFactory factory;
    portfolio::RiskLimits risk;
};

/// What a session knows of one symbol: its bars in the range, and those that are missing between them.
struct DataCoverage {
    struct Gap {
        Timestamp from;
        Timestamp to; ///< The open of the first bar after it.
    };
    Symbol symbol;
    market::Timeframe timeframe = market::ONE_MINUTE;
    Timestamp from;
    Timestamp to; ///< The close of the last bar.
    std::int64_t candles = 0;
    std::int64_t missing = 0;
    std::vector<Gap> gaps; ///< The first MAX_GAPS_NAMED of them.
};
inline constexpr std::size_t MAX_GAPS_NAMED = 100;

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

/// Where rates are missing: between two that lie further apart than one and a half times the shortest distance of
/// any two (eight hours if there are fewer), and at either end. Nothing is charged there.
[[nodiscard]] std::vector<FundingGap> missingFunding(const EngineSetup& setup);
/// Bars of a symbol in which something was traded, and of which strategies that wait for trades hear none.
struct TradeGap {
    Symbol symbol;
    Timestamp from;
    Timestamp to;          ///< The close of the last of them.
    std::int64_t bars = 0; ///< In between, others may have trades.
};

/// By symbol; only those that strategies wait for.
[[nodiscard]] std::vector<TradeGap> missingTrades(const EngineSetup& setup);
/// By symbol.
[[nodiscard]] std::vector<DataCoverage> coverageOf(const EngineSetup& setup);

} // namespace core::engine
