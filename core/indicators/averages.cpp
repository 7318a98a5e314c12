// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/factories.h"
#include "core/indicators/moments.h"
#include "core/indicators/sampled.h"

namespace core::indicators {

namespace {

class SimpleAverage final : public SampledIndicator<SimpleAverage>
{
public:
    SimpleAverage(const Spec& spec, const market::Instrument& instrument)
        : SampledIndicator(spec, instrument), m_ring(period(spec)), m_fold(period(spec)),
          m_divisor(static_cast<Int128>(period(spec)) * unit())
    {
    }
    void addSample(std::int64_t sample)
    {
        m_sum += Int128(sample) - m_ring.push(sample);
        if (!m_ring.full())
            return;
        m_ready = true;
        m_values[0] = quotient(m_sum, m_divisor);
    }
    void addNumber(double value)
    {
        const double sum = m_fold.push(value);
        m_ready = m_fold.full();
        if (m_ready)
            m_values[0] = sum / static_cast<double>(m_ring.length());
    }

private:
    SampleRing m_ring;
    SlidingFold<double> m_fold;
    Int128 m_sum = 0;
    Int128 m_divisor;
};

/// Linear weights, the newest weighs n: n·x enters and every older sample loses one weight.
class WeightedAverage final : public SampledIndicator<WeightedAverage>
{
public:
    WeightedAverage(const Spec& spec, const market::Instrument& instrument)
        : SampledIndicator(spec, instrument), m_ring(period(spec)), m_fold(period(spec)),
          m_weights(static_cast<Int128>(period(spec)) * (static_cast<Int128>(period(spec)) + 1) / 2)
    {
    }
    void addSample(std::int64_t sample)
    {
        if (m_ring.full())
            m_weighted -= m_sum;
        m_sum += Int128(sample) - m_ring.push(sample);
        m_weighted += static_cast<Int128>(m_ring.size()) * sample;
        if (!m_ring.full())
            return;
        m_ready = true;
        m_values[0] = quotient(m_weighted, m_weights * unit());
    }
    void addNumber(double value)
    {
        const Part all = m_fold.push({1.0, value, value});
        m_ready = m_fold.full();
        if (m_ready)
            m_values[0] = all.weighted / static_cast<double>(m_weights);
    }

private:
    /// Some numbers: how many, their sum, and their sum with weights 1, 2, 3, ….
    struct Part {
        double count = 0.0;
        double sum = 0.0;
        double weighted = 0.0;
        friend Part operator+(const Part& a, const Part& b)
        {
            return {a.count + b.count, a.sum + b.sum, a.weighted + (b.weighted + a.count * b.sum)};
        }
    };
    SampleRing m_ring;
    SlidingFold<Part> m_fold;
    Int128 m_sum = 0;
    Int128 m_weighted = 0;
    Int128 m_weights;
};

/// The recursion of an EMA, seeded with the mean of its first n values.
class Smoother
{
public:
    explicit Smoother(std::size_t length)
        : m_length(length), m_factor(2.0 / (static_cast<double>(length) + 1.0))
    {
    }
    /// True when `value()` holds an average.
    bool add(double number)
    {
        if (m_count == m_length) {
            m_value += (number - m_value) * m_factor;
            return true;
        }
        m_seed += number;
        if (++m_count < m_length)
            return false;
        m_value = m_seed / static_cast<double>(m_length);
        return true;
    }
    [[nodiscard]] double value() const { return m_value; }

private:
    std::size_t m_length;
    std::size_t m_count = 0;
    double m_factor;
    double m_seed = 0.0;
    double m_value = 0.0;
};

class ExponentialAverage final : public NumberIndicator<ExponentialAverage>
{
public:
    ExponentialAverage(const Spec& spec, const market::Instrument& instrument)
        : NumberIndicator(spec, instrument), m_smoother(period(spec))
    {
    }
    void add(double number)
    {
        m_ready = m_smoother.add(number);
        if (m_ready)
            m_values[0] = m_smoother.value();
    }

private:
    Smoother m_smoother;
};

class Macd final : public NumberIndicator<Macd>
{
public:
    Macd(const Spec& spec, const market::Instrument& instrument)
        : NumberIndicator(spec, instrument), m_fast(period(spec, 0)), m_slow(period(spec, 1)),
          m_signal(period(spec, 2)), m_skip(period(spec, 1) - period(spec, 0))
    {
    }
    void add(double number)
    {
        // The fast average starts late, so that both are seeded at the same bar.
        if (m_skip > 0)
            --m_skip;
        else
            m_fast.add(number);
        if (!m_slow.add(number))
            return;
        const double macd = m_fast.value() - m_slow.value();
        if (!m_signal.add(macd))
            return;
        m_ready = true;
        m_values = {macd, m_signal.value(), macd - m_signal.value()};
    }

private:
    Smoother m_fast;
    Smoother m_slow;
    Smoother m_signal;
    std::size_t m_skip;
};

} // namespace

std::unique_ptr<Indicator> makeAverage(const Spec& spec, const market::Instrument& instrument)
{
    switch (spec.kind) {
    case Kind::Ema: return std::make_unique<ExponentialAverage>(spec, instrument);
    case Kind::Wma: return std::make_unique<WeightedAverage>(spec, instrument);
    case Kind::Macd: return std::make_unique<Macd>(spec, instrument);
    default: return std::make_unique<SimpleAverage>(spec, instrument);
    }
}

} // namespace core::indicators
