// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/exposure.h"

#include "core/analytics/saturated.h"

#include <algorithm>

namespace core::analytics {

void ExposureMeter::change(Timestamp time, Money equity, Money longSide, Money shortSide)
{
    if (!m_started) [[unlikely]] {
        m_started = true;
        m_from = m_since = time;
    }
    m_integral.add(m_level, time - m_since);
    m_since = time;
    m_equity = equity;
    m_long = longSide;
    m_short = shortSide;
    const auto worth = static_cast<double>(equity.count());
    const bool isLong = longSide != Money();
    const bool isShort = shortSide != Money();
    const bool isDefined = worth > 0.0;
    m_level.equity = worth;
    m_level.defined = isDefined ? 1.0 : 0.0;
    m_level.inMarket = isLong || isShort;
    m_level.longWeight = m_level.shortWeight = 0.0;
    if (isLong && isDefined) {
        m_level.longWeight = static_cast<double>(longSide.count()) / worth;
        m_mostLong = std::max(m_mostLong, m_level.longWeight);
    }
    if (isShort && isDefined) {
        m_level.shortWeight = static_cast<double>(shortSide.count()) / worth;
        m_mostShort = std::max(m_mostShort, m_level.shortWeight);
    }
}

void ExposureMeter::flow(Money amount)
{
    if (m_started)
        change(m_time, plus(m_equity, amount), m_long, m_short);
}

Exposure ExposureMeter::exposure() const
{
    if (!m_started)
        return {};
    const Nanoseconds passed = m_time - m_from;
    if (passed <= Nanoseconds(0)) {
        const Metric none = Missing::NoTime;
        return {none, {none, none}, {none, none}, none};
    }
    Integral whole = m_integral;
    whole.add(m_level, m_time - m_since);
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
