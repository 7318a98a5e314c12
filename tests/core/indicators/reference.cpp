// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference.h"

#include <algorithm>
#include <cmath>

using namespace core::indicators;

namespace reference {

namespace {

using Numbers = std::vector<long double>;
using Results = std::vector<std::optional<Outputs>>;

long double read(const Bar& bar, Source source)
{
    switch (source) {
    case Source::Open: return bar.open;
    case Source::High: return bar.high;
    case Source::Low: return bar.low;
    case Source::Volume: return bar.volume;
    case Source::Hl2: return (bar.high + bar.low) / 2;
    case Source::Hlc3: return (bar.high + bar.low + bar.close) / 3;
    case Source::Ohlc4: return (bar.open + bar.high + bar.low + bar.close) / 4;
    case Source::Close: break;
    }
    return bar.close;
}

long double mean(const Numbers& x, std::size_t first, std::size_t count)
{
    long double sum = 0;
    for (std::size_t i = first; i < first + count; ++i)
        sum += x[i];
    return sum / static_cast<long double>(count);
}

long double deviation(const Numbers& x, std::size_t first, std::size_t count)
{
    const long double middle = mean(x, first, count);
    long double squares = 0;
    for (std::size_t i = first; i < first + count; ++i)
        squares += (x[i] - middle) * (x[i] - middle);
    return std::sqrt(squares / static_cast<long double>(count));
}

/// The EMA of x seeded with the mean of the n numbers that end at `seed`; indices before it hold 0.
Numbers ema(const Numbers& x, std::size_t n, std::size_t seed)
{
    Numbers result(x.size());
    const long double weight = 2.0L / static_cast<long double>(n + 1);
    for (std::size_t i = seed; i < x.size(); ++i)
        result[i] = i == seed ? mean(x, seed + 1 - n, n)
                              : weight * x[i] + (1 - weight) * result[i - 1];
    return result;
}

/// Wilder's average of x[first …]: the mean of n, then (n−1 parts old, one part new).
Numbers wilder(const Numbers& x, std::size_t n, std::size_t first)
{
    Numbers result(x.size());
    const auto length = static_cast<long double>(n);
    for (std::size_t i = first + n - 1; i < x.size(); ++i)
        result[i] = i == first + n - 1 ? mean(x, first, n) : (result[i - 1] * (length - 1) + x[i]) / length;
    return result;
}

Numbers trueRanges(const std::vector<Bar>& bars)
{
    Numbers result(bars.size());
    for (std::size_t i = 1; i < bars.size(); ++i)
        result[i] = std::max(bars[i].high, bars[i - 1].close) - std::min(bars[i].low, bars[i - 1].close);
    return result;
}

Results macd(const Spec& spec, const Numbers& x)
{
    const auto fast = static_cast<std::size_t>(spec.parameters[0]);
    const auto slow = static_cast<std::size_t>(spec.parameters[1]);
    const auto signal = static_cast<std::size_t>(spec.parameters[2]);
    const Numbers quick = ema(x, fast, slow - 1);
    const Numbers lazy = ema(x, slow, slow - 1);
    Numbers line(x.size());
    for (std::size_t i = slow - 1; i < x.size(); ++i)
        line[i] = quick[i] - lazy[i];
    const std::size_t start = slow + signal - 2;
    const Numbers smooth = ema(line, signal, start);
    Results result(x.size());
    for (std::size_t i = start; i < x.size(); ++i)
        result[i] = Outputs{line[i], smooth[i], line[i] - smooth[i]};
    return result;
}

Results rsi(const Numbers& x, std::size_t n)
{
    Numbers gains(x.size());
    Numbers losses(x.size());
    for (std::size_t i = 1; i < x.size(); ++i) {
        gains[i] = std::max(x[i] - x[i - 1], 0.0L);
        losses[i] = std::max(x[i - 1] - x[i], 0.0L);
    }
    const Numbers gain = wilder(gains, n, 1);
    const Numbers loss = wilder(losses, n, 1);
    Results result(x.size());
    for (std::size_t i = n; i < x.size(); ++i) {
        const long double moved = gain[i] + loss[i];
        result[i] = Outputs{moved < 1e-14L ? 0 : 100 * gain[i] / moved};
    }
    return result;
}

Results adx(const std::vector<Bar>& bars, std::size_t n)
{
    const Numbers ranges = trueRanges(bars);
    const auto length = static_cast<long double>(n);
    Numbers up(bars.size());
    Numbers down(bars.size());
    for (std::size_t i = 1; i < bars.size(); ++i) {
        // Whole ticks again, so that equal movements are equal here too.
        const long double rise = std::round((bars[i].high - bars[i - 1].high) * 1e9L) / 1e9L;
        const long double fall = std::round((bars[i - 1].low - bars[i].low) * 1e9L) / 1e9L;
        up[i] = rise > fall ? std::max(rise, 0.0L) : 0;
        down[i] = fall > rise ? std::max(fall, 0.0L) : 0;
    }
    long double plus = 0, minus = 0, range = 0, sum = 0, value = 0;
    Results result(bars.size());
    for (std::size_t i = 1; i < bars.size(); ++i) {
        const long double keep = i < n ? 1 : 1 - 1 / length;
        plus = plus * keep + up[i];
        minus = minus * keep + down[i];
        range = range * keep + ranges[i];
        const bool directed = i >= n && range > 1e-14L && plus + minus > 1e-14L * range;
        const long double index = directed ? 100 * std::abs(plus - minus) / (plus + minus) : 0;
        if (i < 2 * n)
            sum += index;
        if (i == 2 * n - 1)
            value = sum / length;
        else if (i >= 2 * n && directed)
            value = (value * (length - 1) + index) / length;
        if (i >= 2 * n - 1)
            result[i] = range > 1e-14L ? Outputs{value, 100 * plus / range, 100 * minus / range}
                                       : Outputs{value, 0, 0};
    }
    return result;
}

Results ranged(const Spec& spec, const std::vector<Bar>& bars, std::size_t n)
{
    const Numbers ranges = trueRanges(bars);
    const Numbers average = wilder(ranges, n, 1);
    Results result(bars.size());
    for (std::size_t i = n; i < bars.size(); ++i) {
        if (spec.kind == Kind::Atr) {
            result[i] = Outputs{average[i]};
            continue;
        }
        long double high = bars[i].high;
        long double low = bars[i].low;
        for (std::size_t k = i + 1 - n; k < i; ++k) {
            high = std::max(high, bars[k].high);
            low = std::min(low, bars[k].low);
        }
        const long double sum = mean(ranges, i + 1 - n, n) * static_cast<long double>(n);
        result[i] = Outputs{high > low ? 100 * std::log10(sum / (high - low))
                                             / std::log10(static_cast<long double>(n))
                                       : 100};
    }
    return result;
}

/// Kinds whose value at i depends on the n numbers up to it alone.
Outputs windowed(const Spec& spec, const Numbers& x, std::size_t first, std::size_t n)
{
    const long double last = x[first + n - 1];
    const auto begin = x.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(n);
    const long double middle = mean(x, first, n);
    const long double spread = deviation(x, first, n);
    long double weighted = 0;
    switch (spec.kind) {
    case Kind::Wma:
        for (std::size_t i = 0; i < n; ++i)
            weighted += static_cast<long double>(i + 1) * x[first + i];
        return {weighted * 2 / static_cast<long double>(n * (n + 1))};
    case Kind::BollingerBands:
        return {middle, middle + spec.parameters[1] * spread, middle - spec.parameters[1] * spread};
    case Kind::StandardDeviation: return {spread};
    case Kind::ZScore: return {*std::min_element(begin, end) == *std::max_element(begin, end)
                                   ? 0
                                   : (last - middle) / spread};
    case Kind::VolumeRatio: return {middle == 0 ? 0 : last / middle};
    case Kind::Highest: return {*std::max_element(begin, end)};
    case Kind::Lowest: return {*std::min_element(begin, end)};
    default: return {middle};
    }
}

} // namespace

std::vector<std::optional<Outputs>> compute(const Spec& spec, const std::vector<Bar>& bars)
{
    const auto n = static_cast<std::size_t>(spec.parameters[0]);
    const Source source = spec.kind == Kind::VolumeRatio ? Source::Volume : spec.source;
    Numbers x;
    for (const Bar& bar : bars)
        x.push_back(read(bar, source));
    Results result(bars.size());
    switch (spec.kind) {
    case Kind::Macd: return macd(spec, x);
    case Kind::Rsi: return rsi(x, n);
    case Kind::Adx: return adx(bars, n);
    case Kind::Atr:
    case Kind::Choppiness: return ranged(spec, bars, n);
    case Kind::Ema: {
        const Numbers average = ema(x, n, n - 1);
        for (std::size_t i = n - 1; i < x.size(); ++i)
            result[i] = Outputs{average[i]};
        return result;
    }
    case Kind::RateOfChange:
        for (std::size_t i = n; i < x.size(); ++i)
            result[i] = Outputs{x[i - n] == 0 ? 0 : 100 * (x[i] / x[i - n] - 1)};
        return result;
    default:
        for (std::size_t i = n - 1; i < x.size(); ++i)
            result[i] = windowed(spec, x, i + 1 - n, n);
        return result;
    }
}

} // namespace reference
