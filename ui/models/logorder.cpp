// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/logorder.h"

#include <algorithm>
#include <numeric>

namespace ui::models {

std::size_t LogOrder::entryAt(std::size_t row) const
{
    return isNewestFirst() ? m_size - 1 - row : m_rows[row];
}

std::size_t LogOrder::rowOf(std::size_t entry) const
{
    if (isNewestFirst())
        return m_size - 1 - entry;
    return static_cast<std::size_t>(std::find(m_rows.begin(), m_rows.end(), entry) -
                                    m_rows.begin());
}

void LogOrder::clear()
{
    m_size = 0;
    m_rows.clear();
}

void LogOrder::append(std::size_t count)
{
    m_size += count;
    if (isNewestFirst())
        return;
    for (std::size_t i = m_rows.size(); i < m_size; ++i)
        m_rows.push_back(static_cast<std::uint32_t>(i));
}

void LogOrder::merge(std::size_t count)
{
    if (isNewestFirst())
        return;
    const auto middle = m_rows.end() - static_cast<std::ptrdiff_t>(count);
    std::stable_sort(middle, m_rows.end(), m_before);
    std::inplace_merge(m_rows.begin(), middle, m_rows.end(), m_before);
}

void LogOrder::sortBy(Before before)
{
    m_before = std::move(before);
    m_rows.clear();
    if (isNewestFirst())
        return;
    m_rows.resize(m_size);
    std::iota(m_rows.begin(), m_rows.end(), 0U);
    std::stable_sort(m_rows.begin(), m_rows.end(), m_before);
}

} // namespace ui::models
