// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/decimal.h"
#include "core/indicators/slidingfold.h"

#include <cstdint>
#include <vector>

namespace core::indicators {

/// As quotient, for numbers too long for one correctly rounded division: in lowest terms equal fractions
/// round alike.
[[nodiscard]] double quotientInLowestTerms(Int128 dividend, Int128 divisor);

/// dividend / divisor as a double that depends on nothing but the quotient: equal fractions give equal
/// doubles, however they are written. `divisor` must be positive.
[[nodiscard]] inline double quotient(Int128 dividend, Int128 divisor)
{
    constexpr Int128 EXACT_IN_DOUBLE = Int128(1) << 53;
    if (dividend < EXACT_IN_DOUBLE && dividend > -EXACT_IN_DOUBLE && divisor < EXACT_IN_DOUBLE)
        return static_cast<double>(static_cast<std::int64_t>(dividend))
               / static_cast<double>(static_cast<std::int64_t>(divisor));
    return quotientInLowestTerms(dividend, divisor);
}

/// The newest n whole numbers, oldest first.
class SampleRing
{
public:
    explicit SampleRing(std::size_t length) : m_slots(length) {}
    /// Adds a number and returns the one that left, 0 while there were fewer than n.
    std::int64_t push(std::int64_t sample)
    {
        const std::int64_t left = m_slots[m_position];
        m_slots[m_position] = sample;
        if (++m_position == m_slots.size()) {
            m_position = 0;
            m_full = true;
        }
        return left;
    }
    [[nodiscard]] bool full() const { return m_full; }
    [[nodiscard]] std::size_t size() const { return m_full ? m_slots.size() : m_position; }
    [[nodiscard]] std::size_t length() const { return m_slots.size(); }
    /// The sample `index` places after the oldest.
    [[nodiscard]] std::int64_t at(std::size_t index) const
    {
        return m_slots[m_full ? (m_position + index) % m_slots.size() : index];
    }

private:
    std::vector<std::int64_t> m_slots;
    std::size_t m_position = 0;
    bool m_full = false;
};

/// Mean and population deviation of the last n numbers: exactly from Σx and Σx² in 128 bits for
/// samples, by merging (Chan, Golub and LeVeque 1979) for plain numbers.
class RollingMoments
{
public:
    /// `unit` samples make 1.
    RollingMoments(std::size_t length, std::int64_t unit);

    void addSample(std::int64_t sample);
    void addNumber(double value);

    [[nodiscard]] bool full() const { return m_full; }
    [[nodiscard]] double mean() const { return m_mean; }
    [[nodiscard]] double deviation() const { return m_deviation; }
    /// The newest number less the mean.
    [[nodiscard]] double distance() const { return m_distance; }

private:
    /// Count, mean and sum of squared distances from the mean of some numbers.
    struct Part {
        double count = 0.0;
        double mean = 0.0;
        double squares = 0.0;
        Part operator+(const Part& newer) const;
    };
    void computeExactly(std::int64_t sample);
    void leaveSamples();

    SampleRing m_ring; ///< Samples less m_origin.
    SlidingFold<Part> m_parts;
    std::int64_t m_unit;
    std::int64_t m_origin = 0;
    std::int64_t m_limit; ///< The largest distance from m_origin with which Σx² cannot overflow.
    Int128 m_sum = 0;
    Int128 m_squares = 0;
    bool m_exact = true;
    bool m_full = false;
    double m_mean = 0.0;
    double m_deviation = 0.0;
    double m_distance = 0.0;
};

} // namespace core::indicators
