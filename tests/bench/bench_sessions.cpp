// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What keeping a replay costs: an acknowledgement, and a replay at full speed with and without.
#include "core/engine/replaysession.h"
#include "tests/core/engine/replayworkspace.h"

#include <benchmark/benchmark.h>

#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <vector>

using namespace core::engine;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int CANDLES = 50'000;
/// As the window's controller publishes.
constexpr std::chrono::milliseconds SLICE{33};

const fixture::ReplayWorkspace& workspace()
{
    static const QTemporaryDir folder;
    static const fixture::ReplayWorkspace filled = [] {
        fixture::ReplayWorkspace made(folder.path().toStdString());
        made.fill(CANDLES);
        std::ostringstream crossover;
        crossover << std::ifstream(QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua").rdbuf();
        made.writeStrategy("sma_cross", crossover.str());
        return made;
    }();
    return filled;
}

/// Busy are three strategies that keep something resting at all times; usual is the shipped crossover.
std::unique_ptr<ReplaySession> openSession(const ReplayPlaces& places, bool busy)
{
    ReplayRequest request = fixture::ReplayWorkspace::request();
    if (!busy)
        request.strategies = {{"sma_cross", {}}};
    auto opened = ReplaySession::open(request, places);
    if (!opened)
        qFatal("%s", opened.error().message().c_str());
    return std::move(*opened);
}

double median(std::vector<double>& values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Three strategies that always have something resting, acknowledged after every bar.
void acknowledgeEveryBar(benchmark::State& state)
{
    auto store = core::sessions::SessionStore::open(workspace().places().sessionsFile);
    const auto session = openSession(workspace().places(), true);
    if (!store || !session->keepIn(**store))
        qFatal("nothing is kept");
    std::vector<double> microseconds;
    for (auto _ : state) {
        state.PauseTiming();
        if (!session->engine().step())
            (void)session->restart();
        state.ResumeTiming();
        const auto begin = SteadyClock::now();
        benchmark::DoNotOptimize(session->acknowledge().ok());
        const std::chrono::duration<double, std::micro> taken = SteadyClock::now() - begin;
        microseconds.push_back(taken.count());
    }
    state.counters["median_us"] = median(microseconds);
    state.counters["worst_us"] = *std::max_element(microseconds.begin(), microseconds.end());
}
BENCHMARK(acknowledgeEveryBar)->Iterations(10'000)->Unit(benchmark::kMicrosecond);

/// At full speed, acknowledged 30 times a second. The arguments say whether it is kept, and whether
/// it is busy: a dozen facts a bar.
void fullSpeed(benchmark::State& state)
{
    ReplayPlaces places = workspace().places();
    const bool kept = state.range(0) != 0;
    auto store = core::sessions::SessionStore::open(places.sessionsFile);
    if (!kept)
        places.sessionsFile.clear();
    std::uint64_t facts = 0;
    for (auto _ : state) {
        state.PauseTiming();
        const auto session = openSession(places, state.range(1) != 0);
        if (kept && !session->keepIn(**store))
            qFatal("nothing is kept");
        state.ResumeTiming();
        auto next = SteadyClock::now() + SLICE;
        while (session->engine().step()) {
            if (session->engine().batches() % 256 != 0 || SteadyClock::now() < next)
                continue;
            (void)session->acknowledge();
            next = SteadyClock::now() + SLICE;
        }
        (void)session->acknowledge();
        facts = session->engine().standing().facts;
        state.PauseTiming();
        (void)session->close({});
        state.ResumeTiming();
    }
    state.counters["batches_per_second"] = benchmark::Counter(
        static_cast<double>(CANDLES * state.iterations()), benchmark::Counter::kIsRate);
    state.counters["facts"] = static_cast<double>(facts);
}
BENCHMARK(fullSpeed)
    ->ArgsProduct({{0, 1, 0, 1}, {0, 1}})
    ->Iterations(2)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
