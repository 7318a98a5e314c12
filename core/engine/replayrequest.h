// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/execution/order.h"
#include "core/history/historystore.h"
#include "core/portfolio/risklimits.h"
#include "core/strategy/catalog.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace core::engine {

/// One strategy of a replay and what the user set for it.
struct ReplayStrategy {
    std::string name;
    std::vector<std::pair<std::string, std::string>> parameters; ///< Overrides, as text.
    std::optional<portfolio::RiskRequest> risk = {}; ///< Of its account, instead of the replay's.
};

/// Everything a replay is made of; equal requests over equal data and bytes give equal journals.
struct ReplayRequest {
    std::vector<ReplayStrategy> strategies;
    std::vector<Symbol> symbols;              ///< Empty: what the strategies declare.
    std::optional<market::Timeframe> timeframe; ///< Empty: what each strategy declares.
    history::TimeRange range;
    Money cash = Money(100'000LL * 100'000'000LL);
    std::string currency;                     ///< Of the cash; empty: that of the symbols.
    double fee = 0.0026;                      ///< Taker rate, and the maker's where that is not set.
    std::optional<double> makerFee;
    double slippageBp = 5.0;
    double longLeverage = 1.5;
    double shortLeverage = 2.0;
    double maintenance = 0.25;
    double liquidationFee = 0.005;
    double borrowRate = 0.0;                  ///< A year, on negative cash and on short exposure.
    double openingFee = 0.0;                  ///< Of what a fill newly borrows.
    double rollover = 0.0;                    ///< Of what is borrowed, every 4 hours from its opening.
    double participation = 0.1;               ///< 0 switches the limit off.
    portfolio::RiskRequest risk;              ///< Of each account that has no limits of its own.
    bool worstCasePath = false;
    /// The most that bars are resolved by, of what is stored: trades, finer candles, or their path alone.
    execution::Detail detail = execution::Detail::Trades;
    bool touchFillsLimits = false;            ///< A price need not trade through a limit.
    std::uint64_t seed = 1;
};

/// Where a replay finds its data and leaves its journal.
struct ReplayPlaces {
    history::DatabaseUrl history;
    std::filesystem::path trustFolder;
    std::vector<std::filesystem::path> strategyFolders;
    std::filesystem::path journalFolder;
    std::filesystem::path sessionsFile = {}; ///< Keeps what the window replays; empty: nothing is kept.
    /// Allowed: unknown scripts run too, and every line of the journal says that they may.
    strategy::UnsignedScripts unsignedScripts = strategy::UnsignedScripts::Refused;
};

} // namespace core::engine
