// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"
#include "tests/core/strategy/fakecontext.h"

#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>

using namespace core;
using namespace core::strategy;

namespace {

constexpr std::size_t BARS = 65'536;

std::string script(const char* name)
{
    std::ostringstream text;
    text << std::ifstream(std::string(QUARTERDECK_SOURCE_DIR "/strategies/") + name).rdbuf();
    return text.str();
}

/// Sixty-five thousand closes that wander and cross their averages about as often as real ones.
std::vector<Bar> wander(FakeContext& context)
{
    std::vector<Bar> bars;
    std::uint64_t state = 42;
    double price = 40'000;
    for (std::size_t i = 0; i < BARS; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        price += static_cast<double>(static_cast<std::int64_t>(state >> 40) % 2001 - 1000) / 50.0;
        bars.push_back(context.close(std::max(price, 1000.0), 5.0));
    }
    return bars;
}

/// Calls on_bar alone: indicators stand still, so the figures are the host's and not theirs.
void run(benchmark::State& state, const std::string& source, bool counted)
{
    FakeContext context;
    const std::vector<Bar> bars = wander(context);
    LuaLimits limits;
    limits.countInstructions = counted;
    const auto metadata = readLuaMetadata("bench.lua", source);
    auto made = luaFactory("bench.lua", std::make_shared<const std::string>(source),
                           limits)(*resolveParameters(*metadata, {}), 1);
    const std::unique_ptr<Strategy> strategy = std::move(*made);
    strategy->onStart(context);
    context.targets.reserve(1 << 20);
    for (auto _ : state) {
        for (const Bar& bar : bars)
            strategy->onBar(context, bar);
        context.targets.clear();
    }
    if (!context.suspensions.empty())
        state.SkipWithError(context.reason().c_str());
    state.SetItemsProcessed(static_cast<std::int64_t>(BARS) * state.iterations());
}

constexpr const char* EMPTY = "strategy={name='a'} function on_bar(ctx, bar) end";
constexpr const char* FIELDS = "strategy={name='a'} local x = 0 function on_bar(ctx, bar) "
                               "x = x + bar.close - bar.open + bar.high - bar.low end";
/// Orders a target on every bar, which is as much as a script can do with one call.
constexpr const char* ORDERS = "strategy={name='a'} function on_bar(ctx, bar) "
                               "ctx:target(bar.close > 40000 and 1 or 0) end";

void BM_SmaCrossWithCaps(benchmark::State& state)
{
    run(state, script("sma_cross.lua"), true);
}
void BM_SmaCrossWithoutHook(benchmark::State& state)
{
    run(state, script("sma_cross.lua"), false);
}
void BM_EmptyWithCaps(benchmark::State& state)
{
    run(state, EMPTY, true);
}
void BM_EmptyWithoutHook(benchmark::State& state)
{
    run(state, EMPTY, false);
}
void BM_BarFieldsWithCaps(benchmark::State& state)
{
    run(state, FIELDS, true);
}
void BM_BarFieldsWithoutHook(benchmark::State& state)
{
    run(state, FIELDS, false);
}
void BM_TargetEachBarWithCaps(benchmark::State& state)
{
    run(state, ORDERS, true);
}

void BM_ReadMetadata(benchmark::State& state)
{
    const std::string source = script("breakout.lua");
    for (auto _ : state)
        benchmark::DoNotOptimize(readLuaMetadata("bench.lua", source));
}

BENCHMARK(BM_SmaCrossWithCaps);
BENCHMARK(BM_SmaCrossWithoutHook);
BENCHMARK(BM_EmptyWithCaps);
BENCHMARK(BM_EmptyWithoutHook);
BENCHMARK(BM_BarFieldsWithCaps);
BENCHMARK(BM_BarFieldsWithoutHook);
BENCHMARK(BM_TargetEachBarWithCaps);
BENCHMARK(BM_ReadMetadata);

} // namespace
