// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/moments.h"

#include <cmath>

namespace core::indicators {

namespace {

Int128 greatestCommonDivisor(Int128 a, Int128 b)
{
    while (b != 0) {
        const Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

} // namespace

double quotientInLowestTerms(Int128 dividend, Int128 divisor)
{
    const Int128 common = greatestCommonDivisor(dividend, divisor);
    return static_cast<double>(dividend / common) / static_cast<double>(divisor / common);
}

RollingMoments::Part RollingMoments::Part::operator+(const Part& newer) const
{
    if (count == 0.0)
        return newer;
    if (newer.count == 0.0)
        return *this;
    const double total = count + newer.count;
    const double delta = newer.mean - mean;
    return {total, mean + delta * (newer.count / total),
            squares + newer.squares + delta * delta * (count * newer.count / total)};
}

RollingMoments::RollingMoments(std::size_t length, std::int64_t unit)
    : m_ring(length), m_parts(length), m_unit(unit),
      m_limit((std::int64_t(1) << 62) / static_cast<std::int64_t>(length))
{
}

void RollingMoments::addSample(std::int64_t sample)
{
    if (m_exact && m_ring.size() == 0)
        m_origin = sample;
    const Int128 moved = Int128(sample) - m_origin;
    if (m_exact && (moved > m_limit || moved < -Int128(m_limit)))
        leaveSamples();
    if (m_exact)
        computeExactly(static_cast<std::int64_t>(moved));
    else
        addNumber(static_cast<double>(sample) / static_cast<double>(m_unit));
}

void RollingMoments::computeExactly(std::int64_t sample)
{
    const std::int64_t left = m_ring.push(sample);
    m_sum += Int128(sample) - left;
    m_squares += Int128(sample) * sample - Int128(left) * left;
    m_full = m_ring.full();
    if (!m_full)
        return;
    const Int128 count = static_cast<Int128>(m_ring.length());
    const Int128 divisor = count * m_unit;
    m_mean = quotient(m_sum + count * m_origin, divisor);
    m_distance = quotient(count * sample - m_sum, divisor);
    m_deviation =
        std::sqrt(static_cast<double>(count * m_squares - m_sum * m_sum)) / static_cast<double>(divisor);
}

// Only reached when prices move by more than 2^62 / n ticks: goes on in doubles, without a gap.
void RollingMoments::leaveSamples()
{
    m_exact = false;
    for (std::size_t i = 0; i < m_ring.size(); ++i)
        addNumber(static_cast<double>(Int128(m_ring.at(i)) + m_origin) / static_cast<double>(m_unit));
}

void RollingMoments::addNumber(double value)
{
    m_exact = false;
    const Part all = m_parts.push({1.0, value, 0.0});
    m_full = m_parts.full();
    m_mean = all.mean;
    m_deviation = std::sqrt(all.squares / all.count);
    m_distance = value - all.mean;
}

} // namespace core::indicators
