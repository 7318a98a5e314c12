// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayrunner.h"

#include "core/engine/replaysession.h"

#include <chrono>

namespace core::engine {

namespace {

constexpr std::int64_t BARS_BETWEEN_PROGRESS = 16'384;

} // namespace

Result<ReplaySummary> runReplay(const ReplayRequest& request, const ReplayPlaces& places,
                                const std::function<bool(double)>& progress,
                                journal::TroubleCallback trouble)
{
    auto opened = ReplaySession::open(request, places, std::move(trouble));
    if (!opened)
        return opened.error();
    ReplaySession& session = **opened;
    TradingEngine& engine = session.engine();
    const auto begin = std::chrono::steady_clock::now();
    std::int64_t reported = 0;
    while (engine.step()) {
        if (engine.barsDone() - reported < BARS_BETWEEN_PROGRESS)
            continue;
        reported = engine.barsDone();
        if (session.journalFailed())
            break;
        const double done = static_cast<double>(reported) / static_cast<double>(engine.barsTotal());
        if (progress && !progress(done)) {
            (void)session.close({});
            return Error{ErrorCode::Cancelled,
                         "the replay was stopped; its journal so far is kept in " +
                             session.folder().string(),
                         ""};
        }
    }
    ReplaySummary summary;
    summary.fingerprint = session.end();
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
    return summary;
}

} // namespace core::engine
