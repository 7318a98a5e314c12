// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/rowdifference.h"

#include <algorithm>
#include <set>

namespace core::history {

namespace {

/// The columns by which a row is known again.
std::size_t keysOf(RowKind kind)
{
    return kind == RowKind::Trades ? 2 : 1;
}

/// Seconds in which one page has trades that the other has not.
struct SecondsOfOne
{
    std::set<std::int64_t> source;
    std::set<std::int64_t> destination;
};

void noteDifferent(RowDifference& difference, Timestamp time)
{
    ++difference.different;
    difference.firstDifferent = std::min(difference.firstDifferent.value_or(time), time);
}

/// Other trades in the same second tell the same differently: the store keeps one of both.
void countSeconds(const SecondsOfOne& seconds, RowDifference& difference)
{
    for (const std::int64_t second : seconds.source) {
        if (seconds.destination.contains(second))
            noteDifferent(difference, Timestamp(std::chrono::seconds(second)));
    }
}

} // namespace

RowDifference differenceOf(RowKind kind, const RowPages::Page& page)
{
    RowDifference difference;
    if (page.source == page.destination)
        return difference;
    const std::size_t keys = keysOf(kind);
    const auto isBefore = [keys](const Row& a, const Row& b) {
        return std::lexicographical_compare(a.begin(), a.begin() + keys, b.begin(), b.begin() + keys);
    };
    SecondsOfOne seconds;
    bool inRun = false;
    auto other = page.destination.begin();
    const auto skipTo = [&](const Row* row) {
        for (; other != page.destination.end() && (!row || isBefore(*other, *row)); ++other) {
            ++difference.additional;
            if (kind == RowKind::Trades)
                seconds.destination.insert(secondOf(*other));
        }
    };
    for (const Row& row : page.source) {
        skipTo(&row);
        const bool known = other != page.destination.end() && !isBefore(row, *other);
        const bool same = known && row == *other;
        if (known)
            ++other;
        if (same) {
            inRun = false;
            continue;
        }
        const Timestamp time = fromMicroseconds(row[0]);
        if (known)
            noteDifferent(difference, time);
        else
            ++difference.missing;
        if (kind == RowKind::Trades && !known)
            seconds.source.insert(secondOf(row));
        if (!inRun)
            difference.ranges.push_back({time, time});
        difference.ranges.back().to = time + std::chrono::microseconds(1);
        inRun = true;
    }
    skipTo(nullptr);
    countSeconds(seconds, difference);
    return difference;
}

} // namespace core::history
