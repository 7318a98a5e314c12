// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace core::indicators {

/// Folds the last n items of a stream with an associative `+` whose neutral element is T{}, older
/// operand first. Nothing is ever subtracted, so rounding errors cannot pile up and an infinite item is
/// forgotten once it left the window. Items are folded a block of n at a time: of the block before, the
/// folds of its tails are kept, which costs O(1) an item on average and one slot an item.
template <typename T> class SlidingFold
{
public:
    explicit SlidingFold(std::size_t length) : m_slots(length) {}

    /// Adds an item and returns the fold of the last n, or of all while there are fewer.
    T push(const T& item)
    {
        m_slots[m_position] = item;
        m_block = m_block + item;
        if (++m_position == m_slots.size())
            return closeBlock();
        return m_full ? m_slots[m_position] + m_block : m_block;
    }
    /// True once n items came.
    [[nodiscard]] bool full() const { return m_full; }

private:
    T closeBlock()
    {
        for (std::size_t i = m_slots.size() - 1; i > 0; --i)
            m_slots[i - 1] = m_slots[i - 1] + m_slots[i];
        m_position = 0;
        m_block = T{};
        m_full = true;
        return m_slots.front();
    }

    std::vector<T> m_slots; ///< Before m_position items of this block, from there tails of the last.
    T m_block{};
    std::size_t m_position = 0;
    bool m_full = false;
};

} // namespace core::indicators
