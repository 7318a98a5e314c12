// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/metric.h"

#include <cmath>

namespace core::analytics {

Metric::Metric(double value)
{
    if (std::isfinite(value))
        m_value = value;
    else
        m_reason = Missing::TooLarge;
}

std::string_view explain(Missing reason)
{
    switch (reason) {
    case Missing::NotMeasured:
        return "not measured";
    case Missing::NoTime:
        return "no time has passed";
    case Missing::UnderTwoDays:
        return "fewer than 2 whole days";
    case Missing::UnderThirtyDays:
        return "fewer than 30 whole days";
    case Missing::UnderNinetyDays:
        return "fewer than 90 days";
    case Missing::EquityGone:
        return "equity fell to zero or below";
    case Missing::NoVariation:
        return "all daily returns are equal";
    case Missing::NoLosingDay:
        return "no day lost money";
    case Missing::NoDrawdown:
        return "equity never fell below its peak";
    case Missing::NothingTraded:
        return "nothing was traded";
    case Missing::NoRoundTrip:
        return "no round trip has closed";
    case Missing::NoLosingRoundTrip:
        return "no round trip lost money";
    case Missing::TooLarge:
        return "too large a number";
    }
    return "";
}

} // namespace core::analytics
