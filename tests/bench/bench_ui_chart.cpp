// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The candle chart at 1600×900 on the offscreen platform over 2.6 million one-minute candles (five
// years) in a real SQLite history, read on its own thread as in the program. Frames are timed one
// by one, from the event to the painted picture; the counters are their median and 99th percentile.
#include "core/history/historyreader.h"
#include "core/history/historystore.h"
#include "core/market/candlebuilder.h"
#include "ui/charts/candlechart.h"
#include "ui/theme.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QThread>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QDateTimeAxis>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

using namespace core;
using namespace std::chrono;
using ui::charts::CandleChart;
using ui::charts::CandleSource;

namespace {

constexpr int CANDLES = 2'600'000;
constexpr QSize SIZE(1600, 900);
const Timestamp START = *parseTimestamp("2017-01-01");

QApplication& application()
{
    static int count = 1;
    static char name[] = "bench_ui_chart";
    static char* arguments[] = {name, nullptr};
    qputenv("QT_QPA_PLATFORM", "offscreen");
    static QApplication app(count, arguments);
    return app;
}

Symbol symbol()
{
    return *Symbol::parse("BTC/USD");
}

/// A random walk by a fixed recipe, in pieces so that it never stands in memory whole.
void fill(history::HistoryStore& store)
{
    market::Instrument instrument;
    instrument.symbol = symbol();
    (void)store.putInstrument(instrument);
    std::uint64_t state = 1;
    std::int64_t price = 1'000'000;
    for (int done = 0; done < CANDLES; done += 100'000) {
        market::CandleColumns part;
        part.reserve(100'000);
        for (int i = done; i < std::min(done + 100'000, CANDLES); ++i) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            const auto step = static_cast<std::int64_t>(state >> 33) % 801 - 400;
            const std::int64_t close = std::max<std::int64_t>(price + step, 10'000);
            const std::int64_t spread = static_cast<std::int64_t>(state >> 40) % 300;
            part.push({START + minutes(i), Price(price), Price(std::max(price, close) + spread),
                       Price(std::min(price, close) - spread), Price(close),
                       1.0 + static_cast<double>(state >> 44) / 1e4, 1});
            price = close;
        }
        if (const auto written = store.write(symbol(), market::ONE_MINUTE, part); !written) {
            std::fprintf(stderr, "%s\n", written.error().message().c_str());
            std::exit(1);
        }
    }
}

/// Made once and kept in the temporary folder: writing it takes longer than all that is measured.
std::filesystem::path historyFile()
{
    static const std::filesystem::path file = [] {
        const auto kept =
            std::filesystem::temp_directory_path() / "quarterdeck-bench-2600000.sqlite";
        if (std::filesystem::exists(kept))
            return kept;
        auto part = kept;
        part += ".part";
        std::filesystem::remove(part);
        auto store = history::openHistory(part);
        if (!store) {
            std::fprintf(stderr, "%s\n", store.error().message().c_str());
            std::exit(1);
        }
        fill(**store);
        store->reset();
        std::filesystem::rename(part, kept);
        return kept;
    }();
    return file;
}

/// A chart fed by a reader on its own thread.
class Bench
{
public:
    Bench() : m_reader(new history::HistoryReader(historyFile()))
    {
        m_reader->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_reader, &QObject::deleteLater);
        QObject::connect(&chart.source(), &CandleSource::candlesRequested, m_reader,
                         &history::HistoryReader::requestCandles);
        QObject::connect(m_reader, &history::HistoryReader::candlesReady, &chart.source(),
                         &CandleSource::handleCandles);
        QObject::connect(m_reader, &history::HistoryReader::coverageReady, &chart,
                         [this](quint64, const std::vector<history::Coverage>& coverage) {
                             if (!coverage.empty())
                                 chart.setCoverage(coverage.front());
                         });
        m_thread.start();
        chart.resize(SIZE);
        chart.setOverlays({"sma:10", "sma:30"});
        chart.show();
        QMetaObject::invokeMethod(m_reader, [reader = m_reader] { reader->requestCoverage(1); });
        while (!chart.state().candles || chart.state().visible.empty())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        paint();
    }
    ~Bench()
    {
        m_thread.quit();
        m_thread.wait();
    }
    void paint() { chart.grab(); }
    /// Until the store has answered everything asked so far.
    void settle()
    {
        QCoreApplication::processEvents();
        while (chart.source().isLoading())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }

    CandleChart chart;

private:
    QThread m_thread;
    history::HistoryReader* m_reader;
};

void report(benchmark::State& state, std::vector<double> frames)
{
    std::sort(frames.begin(), frames.end());
    const auto at = [&frames](double share) {
        return frames[static_cast<std::size_t>(share * static_cast<double>(frames.size() - 1))];
    };
    state.counters["frame_median_ms"] = at(0.5);
    state.counters["frame_p99_ms"] = at(0.99);
    state.counters["frame_worst_ms"] = frames.back();
}

/// Times each `step` with its picture; replies come in between as they do in the program.
template <typename Step> void runFrames(benchmark::State& state, Bench& bench, Step step)
{
    std::vector<double> frames;
    QElapsedTimer timer;
    int number = 0;
    for (auto _ : state) {
        timer.start();
        step(bench.chart, number++);
        QCoreApplication::processEvents();
        bench.paint();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    report(state, std::move(frames));
    state.counters["candles"] =
        static_cast<double>(bench.chart.state().visible.last - bench.chart.state().visible.first);
}

} // namespace

/// From nothing (no connection, no thread) to the first painted candles.
static void firstChart(benchmark::State& state)
{
    application();
    historyFile();
    for (auto _ : state) {
        Bench bench;
        benchmark::DoNotOptimize(bench.chart.state().candles.get());
    }
}
BENCHMARK(firstChart)->Unit(benchmark::kMillisecond)->Iterations(5);

/// Back and forth at a view of `hours` hours, 1 % of it a frame.
static void pan(benchmark::State& state)
{
    application();
    Bench bench;
    const auto half = hours(state.range(0)) / 2;
    const Timestamp middle = START + minutes(CANDLES / 2);
    bench.chart.setSpan({middle - half, middle + half});
    bench.settle();
    runFrames(state, bench, [](CandleChart& chart, int number) {
        chart.pan(number / 400 % 2 == 0 ? 0.01 : -0.01);
    });
}
BENCHMARK(pan)
    ->Arg(9)
    ->Arg(48)
    ->Arg(24 * 365)
    ->Arg(24 * 1500)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(800);

/// From a quarter of an hour to all five years and back, through every timeframe.
static void zoom(benchmark::State& state)
{
    application();
    Bench bench;
    const Timestamp middle = START + minutes(CANDLES / 2);
    bench.chart.setSpan({middle - hours(1), middle + hours(1)});
    bench.settle();
    runFrames(state, bench, [](CandleChart& chart, int number) {
        chart.zoom(number / 200 % 2 == 0 ? 1.05 : 1.0 / 1.05);
    });
}
BENCHMARK(zoom)->Unit(benchmark::kMillisecond)->Iterations(800);

/// What the same axes cost as QtCharts has them, with nothing else in the chart: the reason why
/// AxisLayer paints its own.
static void axesOfQtCharts(benchmark::State& state)
{
    application();
    QChartView view(new QChart);
    view.resize(SIZE);
    auto* series = new QLineSeries;
    auto* times = new QDateTimeAxis;
    auto* prices = new QValueAxis;
    view.chart()->addSeries(series);
    view.chart()->addAxis(times, Qt::AlignBottom);
    view.chart()->addAxis(prices, Qt::AlignRight);
    series->attachAxis(times);
    series->attachAxis(prices);
    times->setTickCount(10);
    times->setFormat(QStringLiteral("HH:mm"));
    prices->setTickCount(8);
    view.show();
    std::vector<double> frames;
    QElapsedTimer timer;
    QDateTime from = QDateTime::fromSecsSinceEpoch(1'600'000'000);
    double low = 40'000.0;
    for (auto _ : state) {
        timer.start();
        from = from.addSecs(300);
        low += 10.0;
        times->setRange(from, from.addSecs(48 * 3600));
        prices->setRange(low, low + 2000.0);
        QCoreApplication::processEvents();
        view.grab();
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    report(state, std::move(frames));
}
BENCHMARK(axesOfQtCharts)->Unit(benchmark::kMillisecond)->Iterations(300);
