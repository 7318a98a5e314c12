// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace core::history {

/// Parts runs of missing candles, oldest first, into gaps and what is verified: nothing was traded there.
class MissingRuns
{
public:
    /// `verified` is sorted and neither touches nor overlaps itself.
    explicit MissingRuns(std::vector<TimeRange> verified) : m_verified(std::move(verified)) {}

    /// Calls `gap` and `empty` with the parts of the run, which begins after the one before.
    template <typename Gap, typename Empty> void part(TimeRange run, const Gap& gap, const Empty& empty)
    {
        while (m_next < m_verified.size() && m_verified[m_next].to <= run.from)
            ++m_next;
        Timestamp at = run.from;
        for (std::size_t i = m_next; i < m_verified.size() && m_verified[i].from < run.to; ++i) {
            const TimeRange known{std::max(at, m_verified[i].from), std::min(m_verified[i].to, run.to)};
            if (at < known.from)
                gap(TimeRange{at, known.from});
            empty(known);
            at = known.to;
        }
        if (at < run.to)
            gap(TimeRange{at, run.to});
    }

private:
    std::vector<TimeRange> m_verified;
    std::size_t m_next = 0;
};

} // namespace core::history
