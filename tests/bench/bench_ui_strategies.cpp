// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Discovering and verifying 500 strategy files, a third of them signed: how long the list takes, and how long the
// window's thread is away from its events meanwhile, which a timer of a millisecond tells.
#include "core/strategy/catalog.h"
#include "core/trust/secretkey.h"
#include "core/trust/trustedkeys.h"
#include "ui/models/strategyscanner.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

using namespace core;
using ui::models::StrategyScanner;

namespace {

constexpr int FILES = 500;
constexpr int SIGNED_EVERY = 3;

QApplication& application()
{
    static int count = 1;
    static char name[] = "bench_ui_strategies";
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

/// The shipped crossover under 500 names, signed and unsigned.
const StrategyScanner::Places& places()
{
    static const QTemporaryDir folder;
    static const StrategyScanner::Places made = [] {
        const std::filesystem::path root = folder.path().toStdString();
        std::filesystem::create_directories(root / "strategies");
        QFile script(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/sma_cross.lua"));
        if (!script.open(QIODevice::ReadOnly))
            std::exit(1);
        const std::string source = script.readAll().toStdString();
        const auto key = trust::SecretKey::generate();
        auto keys = good(trust::TrustedKeys::open(root / "trust"));
        if (const auto added = keys.trust({key.publicKey(), "bench", "", {}, "bench", {}}); !added)
            std::exit(1);
        for (int i = 0; i < FILES; ++i) {
            std::string text = source;
            const std::string name = "sma_" + std::to_string(i);
            text.replace(text.find("sma_cross"), std::string_view("sma_cross").size(), name);
            const auto file = root / "strategies" / (name + ".lua");
            std::ofstream(file) << text;
            if (i % SIGNED_EVERY == 0)
                std::ofstream(trust::signatureFileOf(file)) << good(key.sign(text, "bench")).fileText();
        }
        return StrategyScanner::Places{{root / "strategies"}, root / "trust"};
    }();
    return made;
}

void listing(benchmark::State& state)
{
    const strategy::Catalog catalog(places().folders, places().trustFolder);
    for (auto _ : state) {
        const auto entries = good(catalog.scan());
        if (entries.size() != FILES)
            state.SkipWithError("files are missing");
    }
}
BENCHMARK(listing)->Unit(benchmark::kMillisecond);

void scanningBehindTheWindow(benchmark::State& state)
{
    application();
    StrategyScanner scanner(places());
    QElapsedTimer sinceTick;
    qint64 longest = 0;
    QTimer tick;
    tick.setInterval(1);
    QObject::connect(&tick, &QTimer::timeout, &scanner, [&] {
        longest = std::max(longest, sinceTick.nsecsElapsed());
        sinceTick.start();
    });
    QEventLoop loop;
    QObject::connect(&scanner, &StrategyScanner::scanned, &loop, &QEventLoop::quit);
    for (auto _ : state) {
        sinceTick.start();
        tick.start();
        scanner.rescan();
        loop.exec();
        tick.stop();
    }
    state.counters["longest_gap_ms"] = static_cast<double>(longest) / 1e6;
}
BENCHMARK(scanningBehindTheWindow)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
