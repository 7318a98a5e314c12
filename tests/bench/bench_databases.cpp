// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ten years of generated minutes on each database there is: written with all rollups in batches of an import's size,
// written again, and a chart of 1,500 candles opened anywhere. Beside it the same rows by a bare loop: a prepared
// statement on SQLite, COPY on a server, which is also measured with arrays only. A server is started as for the tests; TimescaleDB is measured where
// QUARTERDECK_TEST_TIMESCALE_URL names a full one.
#include "core/history/historystore.h"
#include "core/history/importrun.h"
#include "core/history/postgresconnection.h"
#include "tests/postgres/bulkhistory.h"
#include "tests/postgres/postgresserver.h"
#include "tests/postgres/timescaleserver.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>

namespace {

using namespace core;
using namespace core::history;
using namespace core::market;

constexpr std::size_t YEAR = 525'600;
constexpr std::size_t ROWS = 10 * YEAR;
constexpr std::size_t CHART = 1'500;
constexpr int OPENINGS = 2'000;
const Timestamp FIRST = Timestamp(std::chrono::seconds(1'420'070'400)); // 2015-01-01

[[noreturn]] void stop(const std::string& message)
{
    fmt::print(stderr, "{}\n", message);
    std::exit(1);
}

double secondsOf(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

CandleColumns generated()
{
    std::mt19937_64 random(42);
    CandleColumns all;
    all.reserve(ROWS);
    std::int64_t price = 4'000'000;
    for (std::size_t i = 0; i < ROWS; ++i) {
        const std::int64_t open = price;
        price = std::max<std::int64_t>(100'000, price + static_cast<std::int64_t>(random() % 2001) - 1000);
        all.push({FIRST + static_cast<std::int64_t>(i) * ONE_MINUTE.length(), Price(open),
                  Price(std::max(open, price) + static_cast<std::int64_t>(random() % 500)),
                  Price(std::min(open, price) - static_cast<std::int64_t>(random() % 500)), Price(price),
                  static_cast<double>(random() % 100'000'000) / 1e6, static_cast<std::int32_t>(random() % 5000)});
    }
    return all;
}

/// Rows [first, last) with their closes moved by `by` ticks, within the candle.
CandleColumns part(const CandleColumns& all, std::size_t first, std::size_t last, std::int64_t by)
{
    CandleColumns columns;
    columns.reserve(last - first);
    for (std::size_t i = first; i < last; ++i) {
        Candle candle = all.at(i);
        candle.close = Price(std::clamp(candle.close.ticks() + by, candle.low.ticks(), candle.high.ticks()));
        columns.push(candle);
    }
    return columns;
}

struct World
{
    static World& get()
    {
        static World world;
        return world;
    }
    [[nodiscard]] Symbol symbol() const { return *Symbol::parse("BTC/USD"); }

    int argc = 1;
    char name[6] = "bench";
    char* argv[2] = {name, nullptr};
    QCoreApplication app{argc, argv};
    QTemporaryDir folder;
    CandleColumns candles = generated();
};

/// A database under measurement.
struct Place
{
    DatabaseUrl url;
    std::function<double(std::size_t rows)> bareSeconds;
};

std::unique_ptr<HistoryStore> opened(const DatabaseUrl& url)
{
    auto store = openHistory(url);
    if (!store)
        stop(store.error().message());
    return std::move(*store);
}

void writeBatches(HistoryStore& store, std::size_t first, std::size_t last, std::int64_t by = 0)
{
    World& world = World::get();
    for (std::size_t at = first; at < last; at += BATCH_ROWS) {
        const CandleColumns batch = part(world.candles, at, std::min(last, at + BATCH_ROWS), by);
        if (const auto written = store.write(world.symbol(), ONE_MINUTE, batch); !written)
            stop(written.error().message());
    }
}

/// The same rows into the same table of a file of its own, by a prepared statement in transactions of the same size.
double bareSqlite(std::size_t rows)
{
    World& world = World::get();
    const std::string file = world.folder.filePath(QStringLiteral("bare.sqlite")).toStdString();
    sqlite3* database = nullptr;
    const auto run = [&](const char* sql) {
        if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            stop(sqlite3_errmsg(database));
    };
    if (sqlite3_open(file.c_str(), &database) != SQLITE_OK)
        stop("the bare file cannot be made");
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE candles (instrument INTEGER NOT NULL, "
        "timeframe INTEGER NOT NULL, open_time INTEGER NOT NULL, open INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER "
        "NOT NULL, close INTEGER NOT NULL, volume REAL NOT NULL, trades INTEGER NOT NULL, PRIMARY KEY (instrument, "
        "timeframe, open_time)) WITHOUT ROWID");
    sqlite3_stmt* put = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO candles VALUES (1, 60, ?, ?, ?, ?, ?, ?, ?)", -1, &put, nullptr);
    const double seconds = secondsOf([&] {
        for (std::size_t i = 0; i < rows; ++i) {
            if (i % BATCH_ROWS == 0)
                run(i == 0 ? "BEGIN" : "COMMIT; BEGIN");
            const Candle candle = world.candles.at(i);
            int column = 0;
            for (const std::int64_t value : {toMicroseconds(candle.openTime), candle.open.ticks(), candle.high.ticks(),
                                             candle.low.ticks(), candle.close.ticks()})
                sqlite3_bind_int64(put, ++column, value);
            sqlite3_bind_double(put, ++column, candle.volume);
            sqlite3_bind_int(put, ++column, candle.trades);
            if (sqlite3_step(put) != SQLITE_DONE)
                stop(sqlite3_errmsg(database));
            sqlite3_reset(put);
        }
        run("COMMIT");
    });
    sqlite3_finalize(put);
    sqlite3_close(database);
    return seconds;
}

/// The same rows by COPY into a table with the same key, in transactions of the same size.
double bareCopy(const DatabaseUrl& url, std::size_t rows)
{
    World& world = World::get();
    auto connection = PostgresConnection::connect(url, {{}, "table", "", ""});
    if (!connection)
        stop(connection.error().message());
    const auto made = (*connection)->runScript(
        "DROP TABLE IF EXISTS public.bare; CREATE TABLE public.bare (instrument bigint, timeframe integer, open_time bigint, "
        "open bigint, high bigint, low bigint, close bigint, volume double precision, trades integer, "
        "PRIMARY KEY (instrument, timeframe, open_time))",
        "making");
    if (!made)
        stop(made.error().message());
    return secondsOf([&] {
        for (std::size_t at = 0; at < rows; at += BATCH_ROWS) {
            PostgresRows copied;
            for (std::size_t i = at; i < std::min(rows, at + BATCH_ROWS); ++i) {
                const Candle candle = world.candles.at(i);
                copied.beginRow(9);
                copied.field(std::int64_t(1));
                copied.field(std::int32_t(60));
                for (const std::int64_t value : {toMicroseconds(candle.openTime), candle.open.ticks(),
                                                 candle.high.ticks(), candle.low.ticks(), candle.close.ticks()})
                    copied.field(value);
                copied.field(candle.volume);
                copied.field(candle.trades);
            }
            if (const auto done = (*connection)->copy("COPY public.bare FROM STDIN (FORMAT binary)", copied, "filling");
                !done)
                stop(done.error().message());
        }
    });
}

std::optional<Place> placeOf(const std::string& kind, QString& whyNot)
{
    World& world = World::get();
    if (kind == "sqlite")
        return Place{DatabaseUrl(world.folder.filePath(QStringLiteral("history.sqlite")).toStdString()), bareSqlite};
    if (kind == "timescaledb" && qEnvironmentVariableIsEmpty("QUARTERDECK_TEST_TIMESCALE_URL")) {
        whyNot = QStringLiteral("QUARTERDECK_TEST_TIMESCALE_URL names no full server");
        return std::nullopt;
    }
    DatabaseServer* server = nullptr;
    if (kind == "timescaledb")
        server = TimescaleServer::shared(whyNot);
    else
        server = PostgresServer::shared(whyNot);
    if (!server || !server->clear())
        return std::nullopt;
    return Place{server->url(), [url = server->url()](std::size_t rows) { return bareCopy(url, rows); }};
}

void openCharts(HistoryStore& store, benchmark::State& state)
{
    World& world = World::get();
    std::mt19937_64 random(7);
    std::vector<double> milliseconds;
    for (int i = 0; i < OPENINGS; ++i) {
        const std::size_t first = random() % (ROWS - CHART);
        const TimeRange range{world.candles.openTime[first], world.candles.openTime[first + CHART]};
        std::size_t read = 0;
        milliseconds.push_back(1e3 * secondsOf([&] {
            if (const auto chart = store.candles(world.symbol(), ONE_MINUTE, range))
                read = chart->size();
        }));
        if (read != CHART)
            stop("a chart did not open");
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    state.counters["chart_p50_ms"] = milliseconds[milliseconds.size() / 2];
    state.counters["chart_p99_ms"] = milliseconds[milliseconds.size() * 99 / 100];
}

void tenYears(benchmark::State& state, const std::string& kind)
{
    QString whyNot;
    const auto place = placeOf(kind, whyNot);
    if (!place) {
        state.SkipWithError(qPrintable(whyNot));
        return;
    }
    World& world = World::get();
    auto store = kind == "postgresql by arrays" ? openBulk(place->url, Bulk::Unnest) : opened(place->url);
    Instrument instrument;
    instrument.symbol = world.symbol();
    if (const auto put = store->putInstrument(instrument); !put)
        stop(put.error().message());
    for (auto step : state) {
        static_cast<void>(step);
        const double bulk = ROWS / secondsOf([&] { writeBatches(*store, 0, ROWS); });
        const double bare = YEAR / place->bareSeconds(YEAR);
        state.counters["import_rows/s"] = bulk;
        state.counters["bare_rows/s"] = bare;
        state.counters["import/bare"] = bulk / bare;
        state.counters["same_again_rows/s"] =
            YEAR / secondsOf([&] { writeBatches(*store, ROWS - YEAR, ROWS); });
        state.counters["changed_rows/s"] =
            YEAR / secondsOf([&] { writeBatches(*store, ROWS - YEAR, ROWS, 1); });
        openCharts(*store, state);
    }
}

BENCHMARK_CAPTURE(tenYears, sqlite, std::string("sqlite"))->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(tenYears, postgresql, std::string("postgresql"))->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(tenYears, postgresql_by_arrays, std::string("postgresql by arrays"))
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(tenYears, timescaledb, std::string("timescaledb"))->Iterations(1)->Unit(benchmark::kSecond);

} // namespace
