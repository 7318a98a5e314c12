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

/// Sums below this are nothing, as in TA-Lib.
constexpr double NOTHING = 1e-14;

/// Wilder's relative strength index: 100 · gain / (gain + loss), 0 when nothing moved.
class Rsi final : public NumberIndicator<Rsi>
{
public:
    Rsi(const Spec& spec, const market::Instrument& instrument)
        : NumberIndicator(spec, instrument), m_length(spec.parameters[0])
    {
    }
    void add(double number)
    {
        if (m_seen++ > 0)
            addChange(number - m_last);
        m_last = number;
    }

private:
    void addChange(double change)
    {
        const double gain = std::max(change, 0.0);
        const double loss = std::max(-change, 0.0);
        if (m_changes < m_length) {
            m_changes += 1.0;
            m_gain += gain / m_length;
            m_loss += loss / m_length;
        } else {
            m_gain = (m_gain * (m_length - 1.0) + gain) / m_length;
            m_loss = (m_loss * (m_length - 1.0) + loss) / m_length;
        }
        if (m_changes < m_length)
            return;
        m_ready = true;
        const double moved = m_gain + m_loss;
        m_values[0] = moved < NOTHING ? 0.0 : 100.0 * (m_gain / moved);
    }

    double m_length;
    double m_changes = 0.0;
    double m_gain = 0.0;
    double m_loss = 0.0;
    double m_last = 0.0;
    std::uint64_t m_seen = 0;
};

/// The change over n bars in percent, 0 where the older number is 0 (as TA-Lib).
class RateOfChange final : public NumberIndicator<RateOfChange>
{
public:
    RateOfChange(const Spec& spec, const market::Instrument& instrument)
        : NumberIndicator(spec, instrument), m_ring(period(spec))
    {
    }
    void add(double number)
    {
        const double old = m_ring[m_position];
        m_ring[m_position] = number;
        m_ready = m_full;
        if (m_ready)
            m_values[0] = old == 0.0 ? 0.0 : (number / old - 1.0) * 100.0;
        if (++m_position == m_ring.size()) {
            m_position = 0;
            m_full = true;
        }
    }

private:
    std::vector<double> m_ring;
    std::size_t m_position = 0;
    bool m_full = false;
};

template <typename Better> class Extreme final : public NumberIndicator<Extreme<Better>>
{
public:
    Extreme(const Spec& spec, const market::Instrument& instrument)
        : NumberIndicator<Extreme>(spec, instrument), m_window(period(spec))
    {
    }
    void add(double number)
    {
        const double extreme = m_window.push(number);
        this->m_ready = m_window.full();
        if (this->m_ready)
            this->m_values[0] = extreme;
    }

private:
    ExtremeWindow<Better> m_window;
};

/// The volume over the mean volume of the last n candles, this one among them; 0 when there was none.
class VolumeRatio final : public NumberIndicator<VolumeRatio>
{
public:
    VolumeRatio(Spec spec, const market::Instrument& instrument)
        : NumberIndicator((spec.source = Source::Volume, spec), instrument),
          m_length(spec.parameters[0]), m_fold(period(spec))
    {
    }
    void add(double number)
    {
        const double sum = m_fold.push(number);
        m_ready = m_fold.full();
        if (m_ready)
            m_values[0] = sum == 0.0 ? 0.0 : number / (sum / m_length);
    }

private:
    double m_length;
    SlidingFold<double> m_fold;
};

} // namespace

std::unique_ptr<Indicator> makeMomentum(const Spec& spec, const market::Instrument& instrument)
{
    switch (spec.kind) {
    case Kind::RateOfChange: return std::make_unique<RateOfChange>(spec, instrument);
    case Kind::Highest: return std::make_unique<Extreme<std::greater<double>>>(spec, instrument);
    case Kind::Lowest: return std::make_unique<Extreme<std::less<double>>>(spec, instrument);
    case Kind::VolumeRatio: return std::make_unique<VolumeRatio>(spec, instrument);
    default: return std::make_unique<Rsi>(spec, instrument);
    }
}

} // namespace core::indicators
