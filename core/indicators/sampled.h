// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"

#include <cmath>
#include <limits>

namespace core::indicators {

/// Reads one number of a candle. Prices come as whole samples: the sum of the k prices that the source
/// averages, in ticks, so that nothing is rounded before the division by `unit`.
class SampleReader
{
public:
    SampleReader(Source source, const market::Instrument& instrument)
        : m_source(source), m_unit(parts(source) * powerOfTen(instrument.priceDecimals))
    {
    }
    /// Samples in one unit of the quote currency: k · 10^decimals.
    [[nodiscard]] std::int64_t unit() const { return m_unit; }
    [[nodiscard]] bool isVolume() const { return m_source == Source::Volume; }

    /// The sample of a price source. Sums beyond int64 (prices over 2^61 ticks) stay at its ends.
    [[nodiscard]] std::int64_t sample(const market::Candle& candle) const
    {
        switch (m_source) {
        case Source::Close: return candle.close.ticks();
        case Source::Open: return candle.open.ticks();
        case Source::High: return candle.high.ticks();
        case Source::Low: return candle.low.ticks();
        default: return combined(candle);
        }
    }
    /// The number itself: the price in the quote currency, or the volume.
    [[nodiscard]] double number(const market::Candle& candle) const
    {
        return isVolume() ? candle.volume
                          : static_cast<double>(sample(candle)) / static_cast<double>(m_unit);
    }

private:
    static std::int64_t parts(Source source)
    {
        switch (source) {
        case Source::Hl2: return 2;
        case Source::Hlc3: return 3;
        case Source::Ohlc4: return 4;
        default: return 1;
        }
    }
    [[nodiscard]] std::int64_t combined(const market::Candle& candle) const
    {
        Int128 sum = Int128(candle.high.ticks()) + candle.low.ticks();
        if (m_source != Source::Hl2)
            sum += candle.close.ticks();
        if (m_source == Source::Ohlc4)
            sum += candle.open.ticks();
        if (fitsInt64(sum))
            return static_cast<std::int64_t>(sum);
        return sum < 0 ? std::numeric_limits<std::int64_t>::min()
                       : std::numeric_limits<std::int64_t>::max();
    }

    Source m_source;
    std::int64_t m_unit;
};

/// What an indicator was fed with first; it takes nothing else afterwards.
enum class Feed : std::uint8_t { None, Candles, Numbers };

/// Base of indicators that need only the number itself: `Derived::add(double)`.
template <typename Derived> class NumberIndicator : public Indicator
{
public:
    NumberIndicator(const Spec& spec, const market::Instrument& instrument)
        : m_reader(spec.source, instrument)
    {
    }
    void update(const market::Candle& candle) final { accept(m_reader.number(candle), Feed::Candles); }
    void push(double value) final { accept(value, Feed::Numbers); }

private:
    void accept(double value, Feed feed)
    {
        if (m_feed == Feed::None)
            m_feed = feed;
        if (m_feed == feed && std::isfinite(value))
            static_cast<Derived*>(this)->add(value);
    }

    SampleReader m_reader;
    Feed m_feed = Feed::None;
};

/// Base of indicators that sum over a window: `Derived::addSample(int64)` for prices, exactly, and
/// `Derived::addNumber(double)` for volumes and pushed numbers.
template <typename Derived> class SampledIndicator : public Indicator
{
public:
    SampledIndicator(const Spec& spec, const market::Instrument& instrument)
        : m_reader(spec.source, instrument)
    {
    }
    void update(const market::Candle& candle) final
    {
        if (m_feed == Feed::Numbers)
            return;
        m_feed = Feed::Candles;
        if (!m_reader.isVolume())
            static_cast<Derived*>(this)->addSample(m_reader.sample(candle));
        else if (std::isfinite(candle.volume))
            static_cast<Derived*>(this)->addNumber(candle.volume);
    }
    void push(double value) final
    {
        if (m_feed == Feed::Candles)
            return;
        m_feed = Feed::Numbers;
        if (std::isfinite(value))
            static_cast<Derived*>(this)->addNumber(value);
    }

protected:
    [[nodiscard]] std::int64_t unit() const { return m_reader.unit(); }

private:
    SampleReader m_reader;
    Feed m_feed = Feed::None;
};

/// The period that parameter `index` of a checked spec holds.
inline std::size_t period(const Spec& spec, std::size_t index = 0)
{
    return static_cast<std::size_t>(spec.parameters[index]);
}

} // namespace core::indicators
