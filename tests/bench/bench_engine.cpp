// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tradingengine.h"
#include "core/strategy/luahost.h"

#include <benchmark/benchmark.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace core;
using namespace core::engine;

namespace {

constexpr std::size_t BARS = 500'000;
constexpr int FIVE_YEARS = 2'600'000;

/// Closes that wander by some dollars a minute around 40,000, as seeded numbers.
class Wander
{
public:
    [[nodiscard]] market::Candle next()
    {
        const std::int64_t open = m_price;
        m_price = std::max<std::int64_t>(m_price + step(4000), 100'000);
        market::Candle bar{m_time, Price(open), Price(std::max(open, m_price) + 1000 + step(1000)),
                           Price(std::min(open, m_price) - 1000 + step(1000)), Price(m_price), 5.0, 10};
        m_time += market::ONE_MINUTE.length();
        return bar;
    }

private:
    std::int64_t step(std::int64_t most)
    {
        m_state = m_state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::int64_t>(m_state >> 40) % (2 * most + 1) - most;
    }

    std::uint64_t m_state = 42;
    std::int64_t m_price = 4'000'000;
    Timestamp m_time = Timestamp(std::chrono::hours(24 * 365 * 50));
};

/// sma_cross.lua, word for word, without Lua.
class NativeSmaCross final : public strategy::Strategy
{
public:
    void onStart(strategy::Context& context) override
    {
        m_fast = *context.indicator(0, context.timeframe(), {indicators::Kind::Sma, {10}});
        m_slow = *context.indicator(0, context.timeframe(), {indicators::Kind::Sma, {30}});
    }
    void onBar(strategy::Context& context, const strategy::Bar&) override
    {
        if (!m_slow->ready())
            return;
        const bool above = m_fast->value() > m_slow->value();
        if (above == m_long)
            return;
        m_long = above;
        (void)context.target(0, above ? 0.1 : 0.0);
    }

private:
    const indicators::Indicator* m_fast = nullptr;
    const indicators::Indicator* m_slow = nullptr;
    bool m_long = false;
};

/// Buys once and holds, so that every bar has a position to value and to check.
class BuyAndHold final : public strategy::Strategy
{
public:
    void onBar(strategy::Context& context, const strategy::Bar&) override
    {
        if (m_bought)
            return;
        m_bought = true;
        (void)context.target(0, 1.0);
    }

private:
    bool m_bought = false;
};

/// In and out again, so that every bar brings a fill with its order's life and its ledger entries.
class InAndOut final : public strategy::Strategy
{
public:
    void onBar(strategy::Context& context, const strategy::Bar&) override
    {
        m_long = !m_long;
        (void)context.target(0, m_long ? 0.1 : 0.0);
    }

private:
    bool m_long = false;
};

template <typename T> strategy::StrategyFactory native()
{
    return [](const strategy::Parameters&, std::uint64_t) -> Result<std::unique_ptr<strategy::Strategy>> {
        return std::unique_ptr<strategy::Strategy>(std::make_unique<T>());
    };
}

std::string script(const char* name)
{
    std::ostringstream text;
    text << std::ifstream(std::string(QUARTERDECK_SOURCE_DIR "/strategies/") + name + ".lua").rdbuf();
    return text.str();
}

std::shared_ptr<const market::CandleColumns> candles()
{
    static const auto columns = [] {
        auto made = std::make_shared<market::CandleColumns>();
        Wander wander;
        for (std::size_t i = 0; i < BARS; ++i)
            made->push(wander.next());
        return made;
    }();
    return columns;
}

EngineSetup setupOf(strategy::StrategyFactory factory, strategy::Parameters parameters = {})
{
    EngineSetup setup;
    market::Instrument instrument;
    instrument.symbol = *Symbol::parse("BTC/USD");
    setup.symbols.push_back({instrument, candles()});
    setup.from = candles()->openTime.front();
    setup.cash = Money(10'000'000LL * 100'000'000LL);
    setup.rules.costs = *execution::Costs::make(0.001, 0.001, 0.0, 0.005);
    AccountSetup account;
    account.name = "sma_cross";
    account.warmup = 30;
    account.symbols = {0};
    account.parameters = std::move(parameters);
    account.factory = std::move(factory);
    setup.accounts.push_back(std::move(account));
    return setup;
}

/// Takes the records and forgets them, as a journal thread with an endless disk would.
class Drain final : public journal::RecordSink, public journal::EquitySink
{
public:
    void append(journal::RecordBatch& batch) override { batch.clear(); }
    void append(AccountIndex, std::span<const portfolio::EquityPoint>) override {}
};

/// `events` are those of one run.
void run(benchmark::State& state, const EngineSetup& setup, std::size_t events = BARS)
{
    Drain drain;
    std::int64_t fills = 0;
    for (auto _ : state) {
        TradingEngine engine(setup, &drain, &drain);
        if (!engine.start()) {
            state.SkipWithError("the strategy did not start");
            return;
        }
        while (engine.step()) {
        }
        engine.finish();
        fills = engine.fills();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
    state.counters["fills"] = static_cast<double>(fills);
}

void BM_NativeSmaCross(benchmark::State& state)
{
    run(state, setupOf(native<NativeSmaCross>()));
}
void BM_NativeBuyAndHold(benchmark::State& state)
{
    run(state, setupOf(native<BuyAndHold>()));
}
void BM_NativeFillEveryBar(benchmark::State& state)
{
    run(state, setupOf(native<InAndOut>()));
}
void BM_NoStrategy(benchmark::State& state)
{
    run(state, setupOf(native<strategy::Strategy>()));
}

/// Ten trades for each of the first bars, at their corners and between.
std::shared_ptr<const market::TradeColumns> trades(std::size_t bars)
{
    auto made = std::make_shared<market::TradeColumns>();
    for (std::size_t i = 0; i < bars; ++i) {
        const market::Candle bar = candles()->at(i);
        for (int at = 0; at < 10; ++at) {
            const Price price = at == 0   ? bar.open
                                : at == 9 ? bar.close
                                : at == 3 ? bar.low
                                : at == 6 ? bar.high
                                          : Price((bar.low.ticks() * (9 - at) + bar.high.ticks() * at) / 9);
            made->push({bar.openTime + std::chrono::seconds(6) * at, price,
                        Quantity(static_cast<std::int64_t>(1 + (i * 31 + static_cast<std::size_t>(at) * 17) % 97)),
                        at % 3 == 0 ? market::TakerSide::Buy : market::TakerSide::Sell, 0});
        }
    }
    return made;
}

/// Items are trades. With `hears` false the same trades only resolve what reaches an order.
void runTrades(benchmark::State& state, bool hears)
{
    constexpr std::size_t BARS_OF_TRADES = 50'000;
    const std::string source = script("order_flow");
    const auto metadata = strategy::readLuaMetadata("order_flow.lua", source);
    EngineSetup setup = setupOf(strategy::luaFactory("order_flow.lua", std::make_shared<const std::string>(source)),
                                *strategy::resolveParameters(*metadata, {{"entry", "0.1"}}));
    market::CandleColumns bars;
    for (std::size_t i = 0; i < BARS_OF_TRADES; ++i)
        bars.push(candles()->at(i));
    setup.symbols[0].candles = std::make_shared<const market::CandleColumns>(std::move(bars));
    setup.symbols[0].trades = trades(BARS_OF_TRADES);
    setup.accounts[0].hearsTrades = hears;
    run(state, setup, setup.symbols[0].trades->count());
}
void BM_LuaOrderFlow(benchmark::State& state)
{
    runTrades(state, true);
}
void BM_LuaOrderFlowDeaf(benchmark::State& state)
{
    runTrades(state, false);
}

void runLua(benchmark::State& state, bool counted)
{
    strategy::LuaLimits limits;
    limits.countInstructions = counted;
    const std::string source = script("sma_cross");
    const auto metadata = strategy::readLuaMetadata("sma_cross.lua", source);
    run(state, setupOf(strategy::luaFactory("sma_cross.lua", std::make_shared<const std::string>(source), limits),
                       *strategy::resolveParameters(*metadata, {})));
}
void BM_LuaSmaCrossWithCaps(benchmark::State& state)
{
    runLua(state, true);
}
void BM_LuaSmaCrossWithoutHook(benchmark::State& state)
{
    runLua(state, false);
}

/// Runs the command line program and returns what it used; nothing when it failed.
std::optional<rusage> runProgram(const std::vector<std::string>& arguments)
{
    std::vector<char*> argv{const_cast<char*>(QUARTERDECK_CLI)};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        // The figures go to the terminal, the program's own words do not belong among them.
        if (std::freopen("/dev/null", "w", stdout))
            execv(argv[0], argv.data());
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0)
        return std::nullopt;
    return usage;
}

/// The whole program on five years of minutes: history read, journal written.
void BM_ReplayOfFiveYears(benchmark::State& state)
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / ("quarterdeck-bench-" + std::to_string(getpid()));
    fs::create_directory(folder);
    const std::string csv = folder / "minutes.csv";
    {
        std::ofstream file(csv);
        file << "time,open,high,low,close,volume\n";
        Wander wander;
        for (int i = 0; i < FIVE_YEARS; ++i) {
            const market::Candle bar = wander.next();
            file << formatTimestamp(bar.openTime);
            for (const Price price : {bar.open, bar.high, bar.low, bar.close})
                file << ',' << formatDecimal(price.ticks(), 2);
            file << ",5.0\n";
        }
    }
    const std::string workspace = folder / "workspace";
    bool good = runProgram({"import", csv, "--symbol", "BTC/USD", "--workspace", workspace}) &&
                runProgram({"strategies", "approve", QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua",
                            "--workspace", workspace});
    double peak = 0.0;
    for (auto _ : state) {
        const auto usage = good ? runProgram({"replay", "--strategy", "sma_cross", "--symbol", "BTC/USD",
                                              "--cash", "10000000", "--workspace", workspace})
                                : std::nullopt;
        good = usage.has_value();
        peak = good ? static_cast<double>(usage->ru_maxrss) / 1024.0 : 0.0;
    }
    if (!good)
        state.SkipWithError("the replay failed");
    state.SetItemsProcessed(static_cast<std::int64_t>(FIVE_YEARS) * state.iterations());
    state.counters["peak_MiB"] = peak;
    fs::remove_all(folder);
}

// First, while this process is small: a child's peak counts what it was forked from.
BENCHMARK(BM_ReplayOfFiveYears)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_NativeSmaCross)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_NativeBuyAndHold)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_NativeFillEveryBar)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_NoStrategy)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LuaSmaCrossWithCaps)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LuaSmaCrossWithoutHook)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LuaOrderFlow)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LuaOrderFlowDeaf)->Unit(benchmark::kMillisecond);

} // namespace
