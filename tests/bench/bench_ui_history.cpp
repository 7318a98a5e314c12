// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The history's panel with 200 instruments, one of them long: how long it takes until every strip is there, and how
// long the window's thread is away from its events meanwhile, which a timer of a millisecond tells.
#include "core/history/historysurvey.h"
#include "ui/models/historytablemodel.h"
#include "ui/panels/coverageview.h"
#include "ui/panels/historypanel.h"
#include "ui/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace core;
using namespace core::history;
using ui::panels::HistoryPanel;

namespace {

constexpr int INSTRUMENTS = 200;
constexpr int SHORT = 3000;
constexpr int LONG = 500'000;
constexpr int GAP_EVERY = 700;

QApplication& application()
{
    static int count = 1;
    static char name[] = "bench_ui_history";
    static char* arguments[] = {name, nullptr};
    qputenv("QT_QPA_PLATFORM", "offscreen");
    static QApplication app(count, arguments);
    return app;
}

template <typename T> T good(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message().c_str());
        std::exit(1);
    }
    return std::move(*result);
}

void fill(HistoryStore& store, int number)
{
    market::Instrument instrument;
    instrument.symbol = good(Symbol::parse("C" + std::to_string(number) + "/USD"));
    good(store.putInstrument(instrument));
    market::CandleColumns candles;
    Timestamp time = good(parseTimestamp("2020-01-01"));
    for (int i = 0; i < (number == 0 ? LONG : SHORT); ++i) {
        time += market::ONE_MINUTE.length() * (i % GAP_EVERY == GAP_EVERY - 1 ? 7 : 1);
        candles.push({time, Price(100), Price(101), Price(99), Price(100), 1.0, 1});
    }
    good(store.write(instrument.symbol, market::ONE_MINUTE, candles));
}

/// Made once.
const std::filesystem::path& history()
{
    static const QTemporaryDir folder;
    static const std::filesystem::path made = [] {
        const std::filesystem::path file = folder.filePath(QStringLiteral("history.sqlite")).toStdString();
        const auto store = good(openHistory(file));
        for (int i = 0; i < INSTRUMENTS; ++i)
            fill(*store, i);
        return file;
    }();
    return made;
}

void surveyingBehindTheWindow(benchmark::State& state)
{
    application();
    ui::themeManager().apply(ui::ThemeChoice::Dark, ui::DirectionColours::GreenUp);
    const auto coverage = good(good(openHistory(history(), true))->coverage());
    QThread thread;
    auto* survey = new HistorySurvey(history());
    survey->moveToThread(&thread);
    QObject::connect(&thread, &QThread::finished, survey, &QObject::deleteLater);
    thread.start();
    qint64 longest = 0;
    for (auto _ : state) {
        HistoryPanel panel;
        panel.resize(1300, 800);
        QObject::connect(&panel, &HistoryPanel::surveyRequested, survey, &HistorySurvey::requestSurvey);
        QObject::connect(&panel, &HistoryPanel::stripRequested, survey, &HistorySurvey::requestStrip);
        QObject::connect(&panel, &HistoryPanel::gapsRequested, survey, &HistorySurvey::requestGaps);
        QObject::connect(survey, &HistorySurvey::surveyReady, &panel, &HistoryPanel::handleSurvey);
        QObject::connect(survey, &HistorySurvey::stripReady, &panel, &HistoryPanel::handleStrip);
        QObject::connect(survey, &HistorySurvey::gapsReady, &panel, &HistoryPanel::handleGaps);
        panel.show();
        panel.setCoverage(coverage);
        QEventLoop loop;
        QElapsedTimer sinceTick;
        QTimer tick;
        tick.setInterval(1);
        QObject::connect(&tick, &QTimer::timeout, &panel, [&] {
            longest = std::max(longest, sinceTick.nsecsElapsed());
            sinceTick.start();
            if (panel.isSettled())
                loop.quit();
        });
        sinceTick.start();
        tick.start();
        loop.exec();
    }
    thread.quit();
    thread.wait();
    state.counters["longest_gap_ms"] = static_cast<double>(longest) / 1e6;
}
BENCHMARK(surveyingBehindTheWindow)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Two thousand runs, more than a screen has pixels: what the window's thread does for a frame.
void paintingTheDetail(benchmark::State& state)
{
    application();
    CoverageStrip strip;
    const Timestamp first = good(parseTimestamp("2012-01-01"));
    for (int i = 0; i < 2000; ++i)
        strip.runs.push_back({{first + i * std::chrono::hours(40), first + (i + 1) * std::chrono::hours(40)},
                              static_cast<StripKind>(i % 5), i % 5 == 3 ? 2400 : 0});
    strip.range = {strip.runs.front().range.from, strip.runs.back().range.to};
    Coverage coverage;
    coverage.instrument.symbol = good(Symbol::parse("BTC/USD"));
    coverage.oldest = strip.range.from;
    coverage.newest = strip.range.to;
    ui::panels::CoverageView view;
    view.resize(1900, 50);
    view.setInstrument(coverage);
    view.setStrip(std::make_shared<const CoverageStrip>(strip));
    for (auto _ : state)
        benchmark::DoNotOptimize(view.grab());
}
BENCHMARK(paintingTheDetail)->Unit(benchmark::kMillisecond);

} // namespace
