// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replayrequest.h"
#include "core/engine/setup.h"
#include "core/engine/snapshot.h"
#include "core/journal/sessionwriter.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace core::engine {

/// What the same replay comes to when the extremes inside a bar are taken to come in the other way: a
/// fill that hung on it is a guess, and this is how far the guesses reach.
struct OtherPath {
    bool worstCase = false; ///< The other way is the worst case.
    Money total;
    std::vector<Money> accounts; ///< Final equities, in the accounts' order.
};

/// Which ways inside a bar a replay is run along.
enum class PathRules { Chosen, Both };

/// What a replay came to.
struct ReplaySummary {
    std::string session;          ///< As named inside the journal's lines.
    std::filesystem::path folder; ///< Of the session.
    std::int64_t bars = 0;
    double barsPerSecond = 0.0;   ///< Wall time of the engine's run, journal included.
    std::string fingerprint;      ///< SHA-256 over trades.jsonl.
    std::string head;             ///< The chain of its last line.
    std::string digest;           ///< Of strategies, parameters, settings and candles.
    std::string candleDigest;
    std::vector<DataCoverage> data; ///< By symbol.
    AccountSnapshot total;
    std::vector<AccountSnapshot> accounts;
    std::shared_ptr<const analytics::EquityReport> buyAndHold;
    std::vector<FundingGap> missingFunding; ///< Where perpetuals should have paid and did not.
    std::vector<TradeGap> missingTrades; ///< Bars of which strategies that wait for trades heard none.
    std::optional<OtherPath> otherPath; ///< Of PathRules::Both.
};

/// Runs a replay from end to end on the calling thread. `progress` gets 0 … 1 now and then and stops the
/// run by returning false (then the error is Cancelled and the journal so far is kept). `trouble` hears of
/// a disk that refuses the journal, on the journal's thread; once nothing more is written the run ends.
/// With PathRules::Both it is run once more without a journal.
[[nodiscard]] Result<ReplaySummary> runReplay(const ReplayRequest& request, const ReplayPlaces& places,
                                              const std::function<bool(double)>& progress = {},
                                              journal::TroubleCallback trouble = {},
                                              PathRules paths = PathRules::Chosen);

} // namespace core::engine
