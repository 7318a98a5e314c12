// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/factories.h"
#include "core/indicators/moments.h"
#include "core/indicators/sampled.h"

namespace core::indicators {

namespace {

/// Feeds the moments of a window and lets `Derived::show(moments)` turn them into outputs.
template <typename Derived> class MomentsIndicator : public SampledIndicator<Derived>
{
public:
    MomentsIndicator(const Spec& spec, const market::Instrument& instrument)
        : SampledIndicator<Derived>(spec, instrument), m_moments(period(spec), this->unit())
    {
    }
    void addSample(std::int64_t sample)
    {
        m_moments.addSample(sample);
        publish();
    }
    void addNumber(double value)
    {
        m_moments.addNumber(value);
        publish();
    }

private:
    void publish()
    {
        this->m_ready = m_moments.full();
        if (this->m_ready)
            static_cast<Derived*>(this)->show(m_moments);
    }
    RollingMoments m_moments;
};

class StandardDeviation final : public MomentsIndicator<StandardDeviation>
{
public:
    using MomentsIndicator::MomentsIndicator;
    void show(const RollingMoments& moments) { m_values[0] = moments.deviation(); }
};

class BollingerBands final : public MomentsIndicator<BollingerBands>
{
public:
    BollingerBands(const Spec& spec, const market::Instrument& instrument)
        : MomentsIndicator(spec, instrument), m_width(spec.parameters[1])
    {
    }
    void show(const RollingMoments& moments)
    {
        const double band = m_width * moments.deviation();
        m_values = {moments.mean(), moments.mean() + band, moments.mean() - band};
    }

private:
    double m_width;
};

class ZScore final : public MomentsIndicator<ZScore>
{
public:
    using MomentsIndicator::MomentsIndicator;
    void show(const RollingMoments& moments)
    {
        m_values[0] = moments.deviation() == 0.0 ? 0.0 : moments.distance() / moments.deviation();
    }
};

} // namespace

std::unique_ptr<Indicator> makeDeviation(const Spec& spec, const market::Instrument& instrument)
{
    switch (spec.kind) {
    case Kind::BollingerBands: return std::make_unique<BollingerBands>(spec, instrument);
    case Kind::ZScore: return std::make_unique<ZScore>(spec, instrument);
    default: return std::make_unique<StandardDeviation>(spec, instrument);
    }
}

} // namespace core::indicators
