// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace ui::models {

/// The order in which the rows of an append-only log are shown: newest first, or by a comparison.
/// Knows numbers of entries only; keeping a sorted view of 100,000 entries costs a merge, not a
/// sort, a batch.
class LogOrder
{
public:
    /// True when entry a comes before entry b.
    using Before = std::function<bool(std::size_t a, std::size_t b)>;

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool isNewestFirst() const { return !m_before; }
    /// The entry shown in `row`, and the row that shows `entry`.
    [[nodiscard]] std::size_t entryAt(std::size_t row) const;
    [[nodiscard]] std::size_t rowOf(std::size_t entry) const;

    /// Forgets the entries and keeps the comparison.
    void clear();
    /// Entries size() … size() + count − 1 are there now. Shown newest first they take the first
    /// rows; sorted they take the last rows until merge() is called.
    void append(std::size_t count);
    /// Puts the last `count` rows of a sorted order where they belong.
    void merge(std::size_t count);
    /// Sorts by `before`; an empty function means newest first again.
    void sortBy(Before before);

private:
    std::size_t m_size = 0;
    Before m_before;
    std::vector<std::uint32_t> m_rows; ///< Entry of each row; empty while newest first.
};

} // namespace ui::models
