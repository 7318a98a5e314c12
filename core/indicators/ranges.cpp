// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/extremewindow.h"
#include "core/indicators/factories.h"
#include "core/indicators/sampled.h"
#include "core/indicators/slidingfold.h"

#include <algorithm>
#include <functional>

namespace core::indicators {

namespace {

constexpr double NOTHING = 1e-14;

/// A candle's range, in ticks (which keeps comparisons of ranges exact) or in pushed numbers.
struct Bar {
    double high = 0.0;
    double low = 0.0;
    double close = 0.0;
};

/// Wilder's true range: how far the price went since the close before.
double trueRange(const Bar& bar, const Bar& before)
{
    return std::max({bar.high - bar.low, std::abs(bar.high - before.close),
                     std::abs(bar.low - before.close)});
}

/// Base of indicators of whole candles: `Derived::add(bar, before)` from the second bar on.
template <typename Derived> class BarIndicator : public Indicator
{
public:
    explicit BarIndicator(const market::Instrument& instrument)
        : m_unit(static_cast<double>(powerOfTen(instrument.priceDecimals)))
    {
    }
    void update(const market::Candle& candle) final
    {
        if (m_feed == Feed::Numbers)
            return;
        m_feed = Feed::Candles;
        accept({static_cast<double>(candle.high.ticks()), static_cast<double>(candle.low.ticks()),
                static_cast<double>(candle.close.ticks())});
    }
    void push(double value) final
    {
        if (m_feed == Feed::Candles)
            return;
        m_feed = Feed::Numbers;
        m_unit = 1.0;
        if (std::isfinite(value))
            accept({value, value, value});
    }

protected:
    double m_unit; ///< What a bar's numbers are divided by to become prices.

private:
    void accept(const Bar& bar)
    {
        if (m_started)
            static_cast<Derived*>(this)->add(bar, m_before);
        m_before = bar;
        m_started = true;
    }
    Bar m_before;
    bool m_started = false;
    Feed m_feed = Feed::None;
};

/// Wilder's average true range: the mean of the first n true ranges, then (ATR·(n−1) + TR) / n.
class Atr final : public BarIndicator<Atr>
{
public:
    Atr(const Spec& spec, const market::Instrument& instrument)
        : BarIndicator(instrument), m_length(spec.parameters[0])
    {
    }
    void add(const Bar& bar, const Bar& before)
    {
        const double range = trueRange(bar, before);
        if (m_count < m_length) {
            m_count += 1.0;
            m_sum += range;
            m_average = m_sum / m_length;
        } else {
            m_average = (m_average * (m_length - 1.0) + range) / m_length;
        }
        m_ready = m_count == m_length;
        if (m_ready)
            m_values[0] = m_average / m_unit;
    }

private:
    double m_length;
    double m_count = 0.0;
    double m_sum = 0.0;
    double m_average = 0.0;
};

/// Wilder's directional movement as TA-Lib computes it: n−1 movements are summed, from the next on the
/// sums are smoothed, and the mean of the first n DX starts the ADX at bar 2n.
class Adx final : public BarIndicator<Adx>
{
public:
    Adx(const Spec& spec, const market::Instrument& instrument)
        : BarIndicator(instrument), m_length(spec.parameters[0])
    {
    }
    void add(const Bar& bar, const Bar& before)
    {
        m_count += 1.0;
        smooth(bar, before);
        if (m_count < m_length)
            return;
        const bool moved = m_range >= NOTHING;
        const double plus = moved ? 100.0 * (m_plus / m_range) : 0.0;
        const double minus = moved ? 100.0 * (m_minus / m_range) : 0.0;
        const double seeded = 2.0 * m_length - 1.0;
        if (m_count <= seeded)
            m_adx += index(plus, minus, 0.0) / m_length;
        else
            m_adx = (m_adx * (m_length - 1.0) + index(plus, minus, m_adx)) / m_length;
        m_ready = m_count >= seeded;
        if (m_ready)
            m_values = {m_adx, plus, minus};
    }

private:
    void smooth(const Bar& bar, const Bar& before)
    {
        const double up = bar.high - before.high;
        const double down = before.low - bar.low;
        if (m_count >= m_length) {
            m_plus -= m_plus / m_length;
            m_minus -= m_minus / m_length;
            m_range -= m_range / m_length;
        }
        if (down > 0.0 && up < down)
            m_minus += down;
        else if (up > 0.0 && up > down)
            m_plus += up;
        m_range += trueRange(bar, before);
    }
    /// The directional index, or `otherwise` where there is no direction at all.
    static double index(double plus, double minus, double otherwise)
    {
        const double sum = plus + minus;
        return sum < NOTHING ? otherwise : 100.0 * (std::abs(minus - plus) / sum);
    }

    double m_length;
    double m_count = 0.0; ///< Movements so far.
    double m_plus = 0.0;
    double m_minus = 0.0;
    double m_range = 0.0;
    double m_adx = 0.0;
};

/// 100 · log10(ΣTR / (highest high − lowest low)) / log10(n); 100 when the price stood still.
class Choppiness final : public BarIndicator<Choppiness>
{
public:
    Choppiness(const Spec& spec, const market::Instrument& instrument)
        : BarIndicator(instrument), m_scale(100.0 / std::log10(spec.parameters[0])),
          m_ranges(period(spec)), m_highest(period(spec)), m_lowest(period(spec))
    {
    }
    void add(const Bar& bar, const Bar& before)
    {
        // Whole ticks add up without rounding in a double.
        const double sum = m_ranges.push(trueRange(bar, before));
        const double width = m_highest.push(bar.high) - m_lowest.push(bar.low);
        m_ready = m_ranges.full();
        if (m_ready)
            m_values[0] = width > 0.0 ? m_scale * std::log10(sum / width) : 100.0;
    }

private:
    double m_scale;
    SlidingFold<double> m_ranges;
    ExtremeWindow<std::greater<double>> m_highest;
    ExtremeWindow<std::less<double>> m_lowest;
};

} // namespace

std::unique_ptr<Indicator> makeRange(const Spec& spec, const market::Instrument& instrument)
{
    switch (spec.kind) {
    case Kind::Adx: return std::make_unique<Adx>(spec, instrument);
    case Kind::Choppiness: return std::make_unique<Choppiness>(spec, instrument);
    default: return std::make_unique<Atr>(spec, instrument);
    }
}

} // namespace core::indicators
