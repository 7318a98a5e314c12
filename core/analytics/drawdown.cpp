// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/drawdown.h"

#include "core/analytics/saturated.h"

namespace core::analytics {

namespace {

Money scaled(Money amount, Money after, Money before)
{
    const Int128 product = static_cast<Int128>(amount.count()) * after.count();
    return portfolio::saturate(divideHalfEven(product, before.count()));
}

bool isDeeper(const Drawdown& a, const std::optional<Drawdown>& b)
{
    return !b || a.depth < b->depth;
}

bool isLonger(const Drawdown& a, const std::optional<Drawdown>& b)
{
    return !b || a.duration() > b->duration();
}

} // namespace

Drawdown DrawdownMeter::present() const
{
    Drawdown drawdown;
    drawdown.peak = m_peakTime;
    drawdown.trough = m_lowTime;
    drawdown.end = m_time;
    drawdown.depth = static_cast<double>(m_low.count()) / static_cast<double>(m_peak.count()) - 1.0;
    drawdown.lost = minus(m_peak, m_low);
    return drawdown;
}

void DrawdownMeter::keep(const Drawdown& drawdown)
{
    m_isBelow = false;
    m_underWater += drawdown.duration();
    if (isDeeper(drawdown, m_deepest))
        m_deepest = drawdown;
    if (isLonger(drawdown, m_longest))
        m_longest = drawdown;
}

void DrawdownMeter::finish(Timestamp time)
{
    Drawdown drawdown = present();
    drawdown.end = time;
    drawdown.recovered = true;
    keep(drawdown);
}

void DrawdownMeter::flow(Money amount)
{
    constexpr Money LOWEST(std::numeric_limits<std::int64_t>::min());
    if (m_peak == LOWEST)
        return;
    const Money before = m_equity;
    m_equity = plus(m_equity, amount);
    if (before > Money() && m_equity > Money()) {
        m_peak = scaled(m_peak, m_equity, before);
        m_low = scaled(m_low, m_equity, before);
        return;
    }
    if (m_isBelow)
        keep(present());
    // Nothing rises above this peak, nothing falls below this low.
    m_peak = Money(std::numeric_limits<std::int64_t>::max());
    m_low = LOWEST;
}

std::optional<Drawdown> DrawdownMeter::deepest() const
{
    if (m_isBelow && isDeeper(present(), m_deepest))
        return present();
    return m_deepest;
}

std::optional<Drawdown> DrawdownMeter::longest() const
{
    if (m_isBelow && isLonger(present(), m_longest))
        return present();
    return m_longest;
}

Nanoseconds DrawdownMeter::timeUnderWater() const
{
    return m_underWater + (m_isBelow ? present().duration() : Nanoseconds(0));
}

} // namespace core::analytics
