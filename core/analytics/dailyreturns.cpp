// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/dailyreturns.h"

#include "core/analytics/saturated.h"

namespace core::analytics {

double DailyReturns::Stretch::growthTo(Money equity) const
{
    // A quotient of the counts: where nothing came or went this is the one rounding there is.
    return growth * (static_cast<double>(equity.count()) / static_cast<double>(base.count()));
}

void DailyReturns::Stretch::split(Money before, Money after)
{
    growth = growthTo(before);
    base = after;
}

double DailyReturns::growth() const
{
    return m_whole.growthTo(m_equity);
}

void DailyReturns::endDay(Money equity)
{
    if (m_isWhole && !m_goneSince)
        m_days.push({m_nextMidnight, m_day.growthTo(equity) - 1.0});
    m_day = {equity, 1.0};
    m_isWhole = true;
    m_nextMidnight += std::chrono::days(1);
}

void DailyReturns::pass(Timestamp time, Money equity)
{
    if (!m_started) {
        const auto day = std::chrono::floor<std::chrono::days>(time);
        m_started = true;
        m_isWhole = time == day;
        m_nextMidnight = day + std::chrono::days(1);
        m_day.base = equity;
        m_whole.base = equity;
    }
    while (m_nextMidnight < time)
        endDay(m_equity);
    if (equity <= Money() && !m_goneSince)
        m_goneSince = time;
    if (m_nextMidnight == time)
        endDay(equity);
}

void DailyReturns::flow(Timestamp time, Money amount)
{
    if (!m_started)
        return;
    while (m_nextMidnight <= time)
        endDay(m_equity);
    const Money after = plus(m_equity, amount);
    if (after <= Money() && !m_goneSince)
        m_goneSince = time;
    if (!m_goneSince) {
        m_day.split(m_equity, after);
        m_whole.split(m_equity, after);
    }
    m_equity = after;
}

} // namespace core::analytics
