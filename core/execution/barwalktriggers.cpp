// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barwalk.h"

#include <algorithm>
#include <cmath>

namespace core::execution {

std::vector<Price> BarWalk::marksAt(PathPoint point) const
{
    std::vector<Price> marks(m_paths.size());
    for (std::size_t i = 0; i < marks.size(); ++i)
        marks[i] = point.priceOn(m_paths[i]);
    return marks;
}

std::optional<PathPoint> BarWalk::triggerOf(const Order& order, int leg) const
{
    if (!m_batch.present[order.symbol] || order.isAtMarket())
        return std::nullopt;
    const BarPath& path = m_paths[order.symbol];
    const std::int64_t from = path[static_cast<std::size_t>(leg)].ticks();
    const std::int64_t to = path[static_cast<std::size_t>(leg) + 1].ticks();
    const bool rising = to > from;
    const bool buying = isBuying(order.side);
    // A stop waits for the price to come against it. A limit fills at its own price, once the leg
    // goes on to trade through it by a tick.
    const bool isStop = order.awaitsStop();
    if (from == to || rising != (isStop == buying))
        return std::nullopt;
    const std::int64_t level = isStop ? order.stop->ticks() : order.limit->ticks();
    const std::int64_t beyond = isStop || m_rules.touch ? 0 : 1;
    const std::int64_t walked = rising ? level - from : from - level;
    const std::int64_t whole = rising ? to - from : from - to;
    if (walked < 0 || walked > whole - beyond)
        return std::nullopt;
    const PathPoint point{leg, walked, whole};
    if (point.before(m_now))
        return std::nullopt;
    if (order.tif == TimeInForce::GoodTillDate && timeAt(point) >= order.expires)
        return std::nullopt;
    return point;
}

std::optional<BarWalk::Trigger> BarWalk::nextTrigger(int leg) const
{
    std::optional<Trigger> next;
    for (std::size_t i = 0; i < m_book.working.size(); ++i) {
        const Order& order = m_book.working[i];
        if ((order.isAtLimit() && capacity(order.symbol).isZero()) || waitsForTheWorst(order) || isWaiting(order))
            continue;
        const auto point = triggerOf(order, leg);
        if (point && (!next || point->before(next->at)))
            next = Trigger{i, *point};
    }
    return next;
}

std::optional<PathPoint> BarWalk::callPoint(int leg) const
{
    const portfolio::Account& account = m_book.account;
    if (account.isFlat())
        return std::nullopt;
    const PathPoint end{leg, 1, 1};
    const auto endMarks = marksAt(end);
    Int128 before =
        portfolio::marginOf(account, m_batch.instruments, m_marks).excess(account.settings());
    Int128 after =
        portfolio::marginOf(account, m_batch.instruments, endMarks).excess(account.settings());
    if (after >= 0)
        return std::nullopt;
    // E − M is linear on the leg; the symbol that moves most ticks gives the finest grid for it.
    std::size_t guide = m_paths.size();
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        const std::int64_t distance = std::abs(endMarks[i].ticks() - m_marks[i].ticks());
        if (!account.positions()[i].quantity.isZero() && distance > steps) {
            steps = distance;
            guide = i;
        }
    }
    if (guide == m_paths.size())
        return end;
    while (before > (Int128(1) << 62) || -after > (Int128(1) << 62)) {
        before /= 2;
        after /= 2;
    }
    const auto crossing = static_cast<std::int64_t>(divideFloor(before * steps, before - after));
    const std::int64_t first = std::min(std::max<std::int64_t>(crossing, 0) + 1, steps);
    const BarPath& path = m_paths[guide];
    const std::int64_t legFrom = path[static_cast<std::size_t>(leg)].ticks();
    const std::int64_t done = std::abs(m_marks[guide].ticks() - legFrom);
    return PathPoint{leg, done + first, std::abs(endMarks[guide].ticks() - legFrom)};
}

} // namespace core::execution
