// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayrunner.h"

#include "core/engine/replaysession.h"

#include <chrono>

namespace core::engine {

namespace {

constexpr std::int64_t BARS_BETWEEN_PROGRESS = 16'384;

/// Says how far a run is; false when it is to stop.
using Progress = std::function<bool(double)>;

bool goesOn(const TradingEngine& engine, std::int64_t& reported, const Progress& progress)
{
    if (engine.barsDone() - reported < BARS_BETWEEN_PROGRESS)
        return true;
    reported = engine.barsDone();
    return !progress || progress(static_cast<double>(reported) / static_cast<double>(engine.barsTotal()));
}

/// Runs the setup along the other way, whether or not a fill was ambiguous: the worst case also holds the
/// target of an entry back for the rest of its bar.
Result<OtherPath> alongTheOtherPath(const EngineSetup& setup, const std::filesystem::path& folder,
                                    const Progress& progress)
{
    EngineSetup turned = setup;
    turned.rules.worstCase = !setup.rules.worstCase;
    TradingEngine engine(turned, nullptr, nullptr);
    if (auto started = engine.start(); !started)
        return started.error();
    std::int64_t reported = 0;
    while (engine.step()) {
        if (!goesOn(engine, reported, progress))
            return Error{ErrorCode::Cancelled, "the replay was stopped before the other path was run",
                         "Its journal is kept in " + folder.string() + "."};
    }
    engine.finish();
    const EngineSnapshot snapshot = engine.snapshot();
    OtherPath other{turned.rules.worstCase, snapshot.total.equity, {}};
    for (const AccountSnapshot& account : snapshot.accounts)
        other.accounts.push_back(account.equity);
    return other;
}

} // namespace

Result<ReplaySummary> runReplay(const ReplayRequest& request, const ReplayPlaces& places,
                                const std::function<bool(double)>& progress,
                                journal::TroubleCallback trouble, PathRules paths)
{
    auto opened = ReplaySession::open(request, places, std::move(trouble));
    if (!opened)
        return opened.error();
    ReplaySession& session = **opened;
    TradingEngine& engine = session.engine();
    const auto begin = std::chrono::steady_clock::now();
    std::int64_t reported = 0;
    while (engine.step()) {
        if (session.journalFailed())
            break;
        if (!goesOn(engine, reported, progress)) {
            (void)session.close({});
            return Error{ErrorCode::Cancelled,
                         "the replay was stopped; its journal so far is kept in " +
                             session.folder().string(),
                         ""};
        }
    }
    ReplaySummary summary;
    summary.fingerprint = session.end();
    summary.head = session.head();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    if (auto closed = session.close(summary.fingerprint); !closed)
        return closed.error();
    EngineSnapshot snapshot = engine.snapshot();
    summary.session = session.name();
    summary.folder = session.folder();
    summary.bars = snapshot.barsDone;
    summary.barsPerSecond = static_cast<double>(summary.bars) / std::max(taken.count(), 1e-9);
    summary.total = std::move(snapshot.total);
    summary.accounts = std::move(snapshot.accounts);
    summary.buyAndHold = std::move(snapshot.buyAndHoldPerformance);
    summary.digest = session.setup().digest;
    summary.candleDigest = session.setup().candleDigest;
    summary.data = coverageOf(session.setup());
    summary.missingFunding = missingFunding(session.setup());
    summary.missingTrades = missingTrades(session.setup());
    if (paths == PathRules::Both) {
        auto other = alongTheOtherPath(session.setup(), session.folder(), progress);
        if (!other)
            return other.error();
        summary.otherPath = std::move(*other);
    }
    return summary;
}

} // namespace core::engine
