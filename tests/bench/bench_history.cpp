// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Import with rollups, reading and opening a chart's window, on 2.6 million generated minutes
// (about five years), each beside a bare sqlite3 loop over the same rows and the same table.
#include "core/history/csvimport.h"
#include "core/history/historystore.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <fmt/os.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace {

using namespace core;
using namespace core::history;
using namespace core::market;
namespace fs = std::filesystem;

constexpr int ROWS = 2'600'000;
constexpr std::int64_t FIRST_SECOND = 1514764800; // 2018-01-01
const std::atomic<bool> NEVER = false;

[[noreturn]] void stop(const std::string& message)
{
    fmt::print(stderr, "{}\n", message);
    std::exit(1);
}

/// One program's worth of data: the columns, the same as CSV, and a store that holds them.
class World
{
public:
    static World& get()
    {
        static World world;
        return world;
    }

    [[nodiscard]] fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    [[nodiscard]] const CandleColumns& candles() const { return m_candles; }
    [[nodiscard]] const fs::path& csv() const { return m_csv; }
    [[nodiscard]] const ImportOptions& options() const { return m_options; }

    /// An empty history under a new name.
    std::unique_ptr<HistoryStore> fresh(fs::path& file)
    {
        file = path(fmt::format("fresh-{}.sqlite", ++m_count));
        return open(file);
    }
    static std::unique_ptr<HistoryDatabase> open(const fs::path& file)
    {
        auto opened = openHistory(file);
        if (!opened)
            stop(opened.error().message());
        return std::move(*opened);
    }
    void import(HistoryStore& store)
    {
        auto report = importCsv(store, m_csv, m_options, m_plan, {}, NEVER);
        if (!report)
            stop(report.error().message());
        if (report->badRows != 0)
            stop("the generated file has bad rows");
    }
    /// A history that holds everything, imported once.
    const fs::path& full()
    {
        if (m_full.empty()) {
            m_full = path("full.sqlite");
            import(*open(m_full));
        }
        return m_full;
    }

private:
    World() : m_app(m_argc, m_argv)
    {
        m_options.symbol = *Symbol::parse("BTC/USD");
        generate();
        m_csv = path("minutes.csv");
        writeCsv();
        auto plan = planImport(m_csv, m_options);
        if (!plan)
            stop(plan.error().message());
        m_plan = *plan;
    }

    void generate()
    {
        std::mt19937_64 random(42);
        m_candles.reserve(ROWS);
        std::int64_t price = 4'000'000;
        for (int i = 0; i < ROWS; ++i) {
            const auto step = [&] { return static_cast<std::int64_t>(random() % 2001) - 1000; };
            const std::int64_t open = price;
            price = std::max<std::int64_t>(100'000, price + step());
            const std::int64_t high =
                std::max(open, price) + static_cast<std::int64_t>(random() % 500);
            const std::int64_t low =
                std::min(open, price) - static_cast<std::int64_t>(random() % 500);
            m_candles.push({Timestamp(std::chrono::seconds(FIRST_SECOND + 60LL * i)), Price(open),
                            Price(high), Price(low), Price(price),
                            static_cast<double>(random() % 100'000'000) / 1e6,
                            static_cast<std::int32_t>(random() % 5000)});
        }
    }

    void writeCsv()
    {
        auto out = fmt::output_file(m_csv.string());
        for (std::size_t i = 0; i < m_candles.size(); ++i)
            out.print("{},{},{},{},{},{},{}\n", FIRST_SECOND + 60 * static_cast<std::int64_t>(i),
                      formatDecimal(m_candles.open[i].ticks(), 2),
                      formatDecimal(m_candles.high[i].ticks(), 2),
                      formatDecimal(m_candles.low[i].ticks(), 2),
                      formatDecimal(m_candles.close[i].ticks(), 2), m_candles.volume[i],
                      m_candles.trades[i]);
    }

    int m_argc = 1;
    char m_name[6] = "bench";
    char* m_argv[2] = {m_name, nullptr};
    QCoreApplication m_app;
    QTemporaryDir m_folder;
    CandleColumns m_candles;
    fs::path m_csv;
    fs::path m_full;
    ImportOptions m_options;
    ImportPlan m_plan;
    int m_count = 0;
};

/// Times a run by a clock of its own, for ratios between benchmarks.
class Stopwatch
{
public:
    [[nodiscard]] double seconds() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

double bareInsertSeconds = 0.0;
double bareReadSeconds = 0.0;

void rowsPerSecond(benchmark::State& state)
{
    state.SetItemsProcessed(state.iterations() * ROWS);
}

/// How much of the bare loop's speed is reached; the bare loop runs before.
void ofBare(benchmark::State& state, double bareSeconds, double seconds)
{
    if (bareSeconds > 0.0)
        state.counters["of_bare"] = bareSeconds / seconds;
}

void removeDatabase(const fs::path& file)
{
    for (const char* ending : {"", "-wal", "-shm"})
        fs::remove(fs::path(file.string() + ending));
}

/// The least that storing the rows in the same table can cost: one prepared insert, one transaction
/// for every 20,000 rows, no rollups and nothing read.
void insertBare(const fs::path& file, const CandleColumns& candles)
{
    sqlite3* handle = nullptr;
    sqlite3_open(file.c_str(), &handle);
    sqlite3_exec(handle,
                 "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000; PRAGMA "
                 "wal_autocheckpoint = 4000;",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    if (sqlite3_prepare_v2(handle, "INSERT INTO candles VALUES (1, 60, ?, ?, ?, ?, ?, ?, ?)", -1,
                           &insert, nullptr))
        stop(sqlite3_errmsg(handle));
    for (std::size_t i = 0; i < candles.size(); ++i) {
        if (i % 20'000 == 0)
            sqlite3_exec(handle, i == 0 ? "BEGIN" : "COMMIT; BEGIN", nullptr, nullptr, nullptr);
        sqlite3_bind_int64(insert, 1, toMicroseconds(candles.openTime[i]));
        sqlite3_bind_int64(insert, 2, candles.open[i].ticks());
        sqlite3_bind_int64(insert, 3, candles.high[i].ticks());
        sqlite3_bind_int64(insert, 4, candles.low[i].ticks());
        sqlite3_bind_int64(insert, 5, candles.close[i].ticks());
        sqlite3_bind_double(insert, 6, candles.volume[i]);
        sqlite3_bind_int(insert, 7, candles.trades[i]);
        if (sqlite3_step(insert) != SQLITE_DONE)
            stop(sqlite3_errmsg(handle));
        sqlite3_reset(insert);
    }
    sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_finalize(insert);
    sqlite3_close(handle);
}

void bareInsert(benchmark::State& state)
{
    World& world = World::get();
    for (auto _ : state) {
        state.PauseTiming();
        fs::path file;
        world.fresh(file).reset();
        state.ResumeTiming();
        const Stopwatch watch;
        insertBare(file, world.candles());
        bareInsertSeconds = watch.seconds();
        state.PauseTiming();
        removeDatabase(file);
        state.ResumeTiming();
    }
    rowsPerSecond(state);
}

void writeWithRollups(benchmark::State& state)
{
    World& world = World::get();
    Instrument instrument;
    instrument.symbol = world.options().symbol;
    for (auto _ : state) {
        state.PauseTiming();
        fs::path file;
        auto store = world.fresh(file);
        if (!store->putInstrument(instrument))
            stop("the instrument was refused");
        state.ResumeTiming();
        const Stopwatch watch;
        for (std::size_t first = 0; first < world.candles().size(); first += 20'000) {
            CandleColumns batch;
            batch.reserve(20'000);
            for (std::size_t i = first; i < std::min<std::size_t>(first + 20'000, ROWS); ++i)
                batch.push(world.candles().at(i));
            if (!store->write(instrument.symbol, ONE_MINUTE, batch))
                stop("a write was refused");
        }
        store.reset();
        ofBare(state, bareInsertSeconds, watch.seconds());
        state.PauseTiming();
        removeDatabase(file);
        state.ResumeTiming();
    }
    rowsPerSecond(state);
}

void planCsv(benchmark::State& state)
{
    World& world = World::get();
    for (auto _ : state)
        benchmark::DoNotOptimize(planImport(world.csv(), world.options()));
    rowsPerSecond(state);
}

void importCsvWithRollups(benchmark::State& state)
{
    World& world = World::get();
    for (auto _ : state) {
        state.PauseTiming();
        fs::path file;
        auto store = world.fresh(file);
        state.ResumeTiming();
        const Stopwatch watch;
        world.import(*store);
        store.reset();
        ofBare(state, bareInsertSeconds, watch.seconds());
        state.PauseTiming();
        removeDatabase(file);
        state.ResumeTiming();
    }
    rowsPerSecond(state);
}

void importUnchangedCsv(benchmark::State& state)
{
    World& world = World::get();
    auto store = World::open(world.full());
    for (auto _ : state)
        world.import(*store);
    rowsPerSecond(state);
}

void bareRead(benchmark::State& state)
{
    sqlite3* handle = nullptr;
    sqlite3_open(World::get().full().c_str(), &handle);
    sqlite3_exec(handle, "PRAGMA cache_size = -32000", nullptr, nullptr, nullptr);
    for (auto _ : state) {
        const Stopwatch watch;
        sqlite3_stmt* select = nullptr;
        sqlite3_prepare_v2(
            handle,
            "SELECT open_time, open, high, low, close, volume, trades FROM candles WHERE "
            "instrument = 1 AND timeframe = 60 ORDER BY open_time",
            -1, &select, nullptr);
        CandleColumns columns;
        columns.reserve(ROWS);
        while (sqlite3_step(select) == SQLITE_ROW)
            columns.push(
                {fromMicroseconds(sqlite3_column_int64(select, 0)),
                 Price(sqlite3_column_int64(select, 1)), Price(sqlite3_column_int64(select, 2)),
                 Price(sqlite3_column_int64(select, 3)), Price(sqlite3_column_int64(select, 4)),
                 sqlite3_column_double(select, 5), sqlite3_column_int(select, 6)});
        sqlite3_finalize(select);
        if (columns.size() != ROWS)
            stop("rows are missing");
        benchmark::DoNotOptimize(columns);
        bareReadSeconds = watch.seconds();
    }
    sqlite3_close(handle);
    rowsPerSecond(state);
}

void readAll(benchmark::State& state)
{
    World& world = World::get();
    auto store = World::open(world.full());
    for (auto _ : state) {
        const Stopwatch watch;
        auto columns = store->candles(world.options().symbol, ONE_MINUTE, {});
        if (!columns || columns->size() != ROWS)
            stop("rows are missing");
        benchmark::DoNotOptimize(columns);
        ofBare(state, bareReadSeconds, watch.seconds());
    }
    rowsPerSecond(state);
}

/// 1,500 candles somewhere, at the timeframe of the argument (an index of ALL_TIMEFRAMES).
void chartWindow(benchmark::State& state)
{
    World& world = World::get();
    auto store = World::open(world.full());
    const Timeframe timeframe = ALL_TIMEFRAMES[static_cast<std::size_t>(state.range(0))];
    std::mt19937_64 random(7);
    for (auto _ : state) {
        const auto from = world.candles().openTime[random() % (ROWS / 2)];
        auto columns = store->candles(world.options().symbol, timeframe,
                                      {from, from + 1500 * timeframe.length()});
        if (!columns || columns->empty())
            stop("the window is empty");
        benchmark::DoNotOptimize(columns);
    }
    state.SetLabel(timeframe.text());
}

/// What the window does first: open the file, ask what there is, read the newest 1,500.
void openAndFirstChart(benchmark::State& state)
{
    World& world = World::get();
    const fs::path file = world.full();
    for (auto _ : state) {
        auto store = openHistory(file, true);
        if (!store || !(*store)->coverage())
            stop("the history does not open");
        auto columns = (*store)->candles(world.options().symbol, ONE_MINUTE, {}, 1500);
        if (!columns || columns->size() != 1500)
            stop("the window is empty");
    }
}

/// A coverage strip of everything, as wide as a screen: of a history without gaps, and of one with some.
void coverageStrip(benchmark::State& state)
{
    World& world = World::get();
    fs::path file = world.full();
    std::unique_ptr<HistoryDatabase> store;
    if (state.range(0) > 0) {
        const fs::path whole = file;
        file = world.path("gaps.sqlite");
        fs::copy_file(whole, file, fs::copy_options::overwrite_existing);
        store = World::open(file);
        for (int i = 1; i <= state.range(0); ++i) {
            const auto from = world.candles().openTime[static_cast<std::size_t>(i) * (ROWS / 1000)];
            if (!store->remove(world.options().symbol, {from, from + std::chrono::minutes(5)}, 1000))
                stop("a gap cannot be made");
        }
    } else {
        store = World::open(file);
    }
    for (auto _ : state) {
        auto strip = store->strip(world.options().symbol, {}, 1920);
        if (!strip || strip->gaps != state.range(0))
            stop("the strip has other gaps");
    }
    state.SetLabel(fmt::format("{} candles, {} gaps", ROWS, state.range(0)));
}

BENCHMARK(bareInsert)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(writeWithRollups)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(planCsv)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(importCsvWithRollups)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(importUnchangedCsv)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(bareRead)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK(readAll)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK(chartWindow)->Unit(benchmark::kMillisecond)->Arg(0)->Arg(1)->Arg(4)->Arg(7);
BENCHMARK(openAndFirstChart)->Unit(benchmark::kMillisecond);
BENCHMARK(coverageStrip)->Unit(benchmark::kMillisecond)->Arg(0)->Arg(100);

} // namespace
