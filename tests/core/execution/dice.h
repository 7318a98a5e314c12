// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <rapidcheck.h>

/// Quick random numbers, the same everywhere. rapidcheck draws one seed for each step of a sequence, so
/// that thousands of sequences cost little and a failing one is shrunk by leaving steps out.
class Dice
{
public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = m_state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31);
    }
    /// A number from `lowest` to `highest`, both included.
    std::int64_t between(std::int64_t lowest, std::int64_t highest)
    {
        // Unsigned, since the distance may be more than the type holds.
        const std::uint64_t count = static_cast<std::uint64_t>(highest) - static_cast<std::uint64_t>(lowest) + 1;
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(lowest) + next() % count);
    }
    bool chance(int percent) { return between(0, 99) < percent; }
    template <typename T> T oneOf(std::initializer_list<T> choices)
    {
        return choices.begin()[between(0, static_cast<std::int64_t>(choices.size()) - 1)];
    }

private:
    std::uint64_t m_state;
};

using Seeds = std::vector<std::uint64_t>;

/// The seeds of a sequence of up to `longest` steps.
inline Seeds drawSeeds(int longest)
{
    const auto seed = rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<std::uint64_t>()));
    return *rc::gen::resize(longest, rc::gen::container<Seeds>(seed));
}

/// Has rapidcheck try each property `count` times, from one seed, unless RC_PARAMS says otherwise.
/// Call it before the first property.
inline void tryEachProperty(int count)
{
    if (!qEnvironmentVariableIsSet("RC_PARAMS"))
        qputenv("RC_PARAMS", "seed=1 max_success=" + QByteArray::number(count));
}
