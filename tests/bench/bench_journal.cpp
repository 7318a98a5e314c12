// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/jsonline.h"
#include "core/journal/sessionwriter.h"
#include "core/journal/verify.h"

#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include <stdlib.h>

using namespace core;
using namespace core::journal;

namespace {

constexpr std::string_view DIGEST =
    "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809";

/// A folder that goes with the benchmark.
class ScratchFolder
{
public:
    ScratchFolder()
    {
        std::string name =
            (std::filesystem::temp_directory_path() / "bench_journal_XXXXXX").string();
        m_path = ::mkdtemp(name.data());
    }
    ~ScratchFolder()
    {
        std::error_code fault;
        std::filesystem::remove_all(m_path, fault);
    }
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

void addFill(RecordBatch& batch, std::int64_t n)
{
    const Timestamp time = fromMicroseconds(1'641'000'000'000'000 + n * 60'000'000);
    batch
        .add(Stream::trades(), Level::Info, "fill", time,
             CorrelationId{static_cast<std::uint64_t>(n)})
        .text("strategy", "sma_cross")
        .text("strategy_sha256", DIGEST)
        .text("symbol", "BTC/USD")
        .text("side", "buy")
        .decimal("quantity", 10'000'000, 8)
        .decimal("price", 4'631'900 + n % 1000, 2)
        .decimal("reference_price", 4'631'900, 2)
        .money("notional", Money(463'190'000'000))
        .money("fee", Money(463'190'000))
        .money("liquidation_fee", Money())
        .money("slippage", Money())
        .money("spread", Money())
        .money("realised_profit", Money(-12345))
        .decimal("position_after", 10'000'000, 8)
        .money("cash_after", Money(9'536'810'000'000))
        .text("rule", "market_open")
        .text("detail", "")
        .flag("ambiguous", false)
        .integer("order_id", n)
        .integer("fill_id", n)
        .time("decision_time", time - std::chrono::minutes(1));
}

void formatFill(benchmark::State& state)
{
    RecordBatch batch;
    addFill(batch, 12345);
    LineFormat format("replay-1a2b3c4d5e6f", DIGEST);
    std::string out;
    std::int64_t seq = 0;
    for (auto _ : state) {
        out.clear();
        format.append(out, batch, batch.records()[0], "trades", ++seq);
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(formatFill);

/// Fills through the whole writer to files: chained, hashed, in trades.jsonl and all.jsonl.
void writeFills(benchmark::State& state)
{
    constexpr std::int64_t FILLS = 100'000;
    for (auto _ : state) {
        const ScratchFolder folder;
        auto writer = SessionWriter::open(
            {folder.path(), "replay-1a2b3c4d5e6f", std::string(DIGEST), {"sma_cross"}});
        RecordBatch batch;
        for (std::int64_t n = 0; n < FILLS; ++n) {
            addFill(batch, n);
            if (batch.size() == 256)
                (*writer)->append(batch);
        }
        (*writer)->append(batch);
        if (!(*writer)->finish().ok())
            state.SkipWithError("the journal could not be written");
    }
    state.SetItemsProcessed(state.iterations() * FILLS);
}
BENCHMARK(writeFills)->Unit(benchmark::kMillisecond)->UseRealTime();

void writeEquity(benchmark::State& state)
{
    constexpr std::int64_t POINTS = 2'600'000;
    for (auto _ : state) {
        const ScratchFolder folder;
        auto writer = SessionWriter::open(
            {folder.path(), "replay-1a2b3c4d5e6f", std::string(DIGEST), {"sma_cross"}});
        std::vector<portfolio::EquityPoint> points(1024);
        for (std::int64_t n = 0; n < POINTS; n += static_cast<std::int64_t>(points.size())) {
            for (auto& point : points)
                point.time += std::chrono::minutes(1);
            (*writer)->append(0, points);
        }
        if (!(*writer)->finish().ok())
            state.SkipWithError("the equity could not be written");
    }
    state.SetItemsProcessed(state.iterations() * POINTS);
}
BENCHMARK(writeEquity)->Unit(benchmark::kMillisecond)->UseRealTime();

void verifyFills(benchmark::State& state)
{
    constexpr std::int64_t FILLS = 20'000;
    const ScratchFolder folder;
    auto writer = SessionWriter::open(
        {folder.path(), "replay-1a2b3c4d5e6f", std::string(DIGEST), {"sma_cross"}});
    RecordBatch batch;
    for (std::int64_t n = 0; n < FILLS; ++n)
        addFill(batch, n);
    (*writer)->append(batch);
    if (!(*writer)->finish().ok())
        state.SkipWithError("the journal could not be written");
    for (auto _ : state) {
        if (!verifyJournal(folder.path())->good())
            state.SkipWithError("the journal is not good");
    }
    state.SetItemsProcessed(state.iterations() * FILLS);
}
BENCHMARK(verifyFills)->Unit(benchmark::kMillisecond);

} // namespace
