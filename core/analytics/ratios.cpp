// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analytics/ratios.h"

#include <algorithm>
#include <cmath>

namespace core::analytics {

Ratios ratiosOf(const ChunkedLogWriter<DailyReturn>& days)
{
    const std::size_t count = days.size();
    if (count < 2)
        return {Missing::UnderTwoDays, Missing::UnderThirtyDays, Missing::UnderThirtyDays,
                Missing::UnderThirtyDays};
    const auto n = static_cast<double>(count);
    double sum = 0.0;
    double lowest = days.at(0).value;
    double highest = lowest;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = days.at(i).value;
        sum += value;
        lowest = std::min(lowest, value);
        highest = std::max(highest, value);
    }
    const double mean = sum / n;
    // In a second pass: the difference of two sums would lose the digits that matter.
    double squares = 0.0;
    double lost = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = days.at(i).value;
        squares += (value - mean) * (value - mean);
        lost += value < 0.0 ? value * value : 0.0;
    }
    // Equal returns leave nothing but rounding in the squares.
    const double sd = lowest == highest ? 0.0 : std::sqrt(squares / (n - 1.0));
    const double year = std::sqrt(DAYS_A_YEAR);
    Ratios ratios;
    ratios.volatility = sd * year;
    if (count < FEWEST_DAYS_FOR_RATIOS) {
        ratios.sharpe = ratios.sharpeError = ratios.sortino = Missing::UnderThirtyDays;
        return ratios;
    }
    ratios.sharpe = ratios.sharpeError = Missing::NoVariation;
    if (sd > 0.0) {
        const double daily = mean / sd;
        ratios.sharpe = daily * year;
        ratios.sharpeError = std::sqrt((1.0 + daily * daily / 2.0) / n) * year;
    }
    ratios.sortino = Missing::NoLosingDay;
    if (lost > 0.0)
        ratios.sortino = mean / std::sqrt(lost / n) * year;
    return ratios;
}

Metric annualReturn(double growth, Nanoseconds elapsed)
{
    if (elapsed < SHORTEST_FOR_A_YEAR)
        return Missing::UnderNinetyDays;
    const std::chrono::duration<double, std::chrono::days::period> days = elapsed;
    return std::pow(growth, DAYS_A_YEAR / days.count()) - 1.0;
}

Metric calmar(const Metric& annual, double deepest)
{
    if (!annual)
        return annual;
    if (deepest == 0.0)
        return Missing::NoDrawdown;
    return *annual / std::abs(deepest);
}

} // namespace core::analytics
