// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace core::indicators {

/// The extreme of the last n numbers by a monotonic queue in a fixed ring: O(1) a number on average.
/// `Better(a, b)` is true when a is further out than b (std::greater keeps the highest).
template <typename Better> class ExtremeWindow
{
public:
    explicit ExtremeWindow(std::size_t length) : m_ring(length) {}

    /// Adds a number and returns the extreme of the last n, or of all while there are fewer.
    double push(double value)
    {
        if (m_size > 0 && m_ring[m_first].number + m_ring.size() <= m_count)
            dropFirst();
        // What is not further out than the newest can never become the extreme again.
        while (m_size > 0 && !Better()(m_ring[slot(m_size - 1)].value, value))
            --m_size;
        m_ring[slot(m_size)] = {value, m_count};
        ++m_size;
        ++m_count;
        return m_ring[m_first].value;
    }
    /// True once n numbers came.
    [[nodiscard]] bool full() const { return m_count >= m_ring.size(); }

private:
    struct Entry {
        double value = 0.0;
        std::uint64_t number = 0;
    };
    [[nodiscard]] std::size_t slot(std::size_t offset) const
    {
        const std::size_t index = m_first + offset;
        return index < m_ring.size() ? index : index - m_ring.size();
    }
    void dropFirst()
    {
        m_first = slot(1);
        --m_size;
    }

    std::vector<Entry> m_ring;
    std::size_t m_first = 0;
    std::size_t m_size = 0;
    std::uint64_t m_count = 0;
};

} // namespace core::indicators
