// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/exposure.h"

#include "core/analytics/saturated.h"

#include <algorithm>

namespace core::analytics {

void ExposureMeter::Integral::add(const Level& level, Nanoseconds passed)
{
    const auto time = static_cast<double>(passed.count());
    equity += time * level.equity;
    defined += time * level.defined;
    longWeight += time * level.longWeight;
    shortWeight += time * level.shortWeight;
    inMarket += level.inMarket ? passed : Nanoseconds(0);
}

void ExposureMeter::change(const portfolio::EquityPoint& point)
{
    if (m_started)
        m_integral.add(m_level, point.time - m_since);
    else
        m_from = point.time;
    m_started = true;
    m_since = point.time;
    m_last = point;
    m_level = {};
    m_level.equity = static_cast<double>(point.equity.count());
    const bool isLong = point.longExposure != Money();
    const bool isShort = point.shortExposure != Money();
    m_level.inMarket = isLong || isShort;
    if (point.equity <= Money())
        return;
    m_level.defined = 1.0;
    if (isLong) {
        m_level.longWeight = static_cast<double>(point.longExposure.count()) / m_level.equity;
        m_mostLong = std::max(m_mostLong, m_level.longWeight);
    }
    if (isShort) {
        m_level.shortWeight = static_cast<double>(point.shortExposure.count()) / m_level.equity;
        m_mostShort = std::max(m_mostShort, m_level.shortWeight);
    }
}

void ExposureMeter::flow(Money amount)
{
    if (!m_started)
        return;
    portfolio::EquityPoint after = m_last;
    after.equity = plus(after.equity, amount);
    change(after);
}

Exposure ExposureMeter::exposure() const
{
    if (!m_started)
        return {};
    const Nanoseconds passed = m_last.time - m_from;
    if (passed <= Nanoseconds(0)) {
        const Metric none = Missing::NoTime;
        return {none, {none, none}, {none, none}, none};
    }
    Integral whole = m_integral;
    whole.add(m_level, m_last.time - m_since);
    const auto time = static_cast<double>(passed.count());
    Exposure exposure;
    exposure.inMarket = static_cast<double>(whole.inMarket.count()) / time;
    exposure.averageEquity = whole.equity / time / 1e8;
    const Metric gone = Missing::EquityGone;
    exposure.longSide = exposure.shortSide = {gone, gone};
    if (whole.defined > 0.0) {
        exposure.longSide = {whole.longWeight / whole.defined, m_mostLong};
        exposure.shortSide = {whole.shortWeight / whole.defined, m_mostShort};
    }
    return exposure;
}

} // namespace core::analytics
