// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/indicator.h"

#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

using namespace core;
using namespace core::indicators;

namespace {

/// A walk of prices around 46,000 in ticks of 0.01, the same every time.
std::vector<market::Candle> walk()
{
    std::mt19937_64 random(1);
    std::vector<market::Candle> candles;
    std::int64_t price = 4'600'000;
    for (int i = 0; i < 1 << 16; ++i) {
        const std::int64_t open = price;
        price += static_cast<std::int64_t>(random() % 2001) - 1000;
        const std::int64_t high = std::max(open, price) + static_cast<std::int64_t>(random() % 500);
        const std::int64_t low = std::min(open, price) - static_cast<std::int64_t>(random() % 500);
        candles.push_back({Timestamp(std::chrono::minutes(i)), Price(open), Price(high), Price(low),
                           Price(price), static_cast<double>(random() % 1000) / 8.0, 0});
    }
    return candles;
}

/// The time of one candle.
void updates(benchmark::State& state, const std::string& text)
{
    static const auto CANDLES = walk();
    const auto indicator = makeIndicator(*parseSpec(text), market::Instrument());
    std::size_t next = 0;
    for (auto _ : state) {
        indicator->update(CANDLES[next]);
        next = (next + 1) % CANDLES.size();
        benchmark::DoNotOptimize(indicator->value());
    }
}

/// The time of one pushed number.
void pushes(benchmark::State& state, const std::string& text)
{
    const auto indicator = makeIndicator(*parseSpec(text), market::Instrument());
    double number = 0.01;
    for (auto _ : state) {
        indicator->push(number);
        number = number > 100.0 ? 0.01 : number + 0.37;
        benchmark::DoNotOptimize(indicator->value());
    }
}

const bool REGISTERED = [] {
    for (const char* text : {"sma:20", "sma:2000", "sma:20@ohlc4", "ema", "wma", "rsi", "atr", "macd", "bbands",
                             "adx", "stddev", "choppiness", "zscore", "volume_ratio", "highest:20@high",
                             "lowest:2000@low", "roc"})
        benchmark::RegisterBenchmark((std::string("update/") + text).c_str(), updates, std::string(text));
    for (const char* text : {"sma", "wma", "zscore", "macd"})
        benchmark::RegisterBenchmark((std::string("push/") + text).c_str(), pushes, std::string(text));
    return true;
}();

} // namespace
