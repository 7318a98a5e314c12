// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/dailyreturns.h"
#include "core/analytics/metric.h"

namespace core::analytics {

/// Markets are open on every day of the year.
inline constexpr double DAYS_A_YEAR = 365.0;
/// Ratios of daily returns are n/a on fewer.
inline constexpr std::size_t FEWEST_DAYS_FOR_RATIOS = 30;
/// Figures a year are n/a on less time.
inline constexpr std::chrono::days SHORTEST_FOR_A_YEAR{90};

/// What a series of daily returns r₁ … rₙ comes to, at a risk-free rate of zero.
struct Ratios
{
    /// sd · √365, the sd being √(Σ(r − mean)² / (n − 1)); 0.5 is 50 % a year. n/a under two days.
    Metric volatility;
    /// mean / sd · √365 (W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21(1),
    /// 1994). n/a under 30 days and where the returns do not vary.
    Metric sharpe;
    /// √((1 + S²/2) / n) · √365, S being the ratio of a day: the standard error for independent,
    /// normal returns (A. W. Lo, "The Statistics of Sharpe Ratios", Financial Analysts Journal
    /// 58(4), 2002). A Sharpe ratio closer to zero than twice this says nothing. n/a with the
    /// ratio.
    Metric sharpeError;
    /// mean / √(Σ min(r, 0)² / n) · √365, over all n days (F. A. Sortino and L. N. Price,
    /// "Performance Measurement in a Downside Risk Framework", Journal of Investing 3(3), 1994, at
    /// a target of zero). n/a under 30 days and where no day lost.
    Metric sortino;
};
[[nodiscard]] Ratios ratiosOf(const ChunkedLogWriter<DailyReturn>& days);

/// growth^(365 days / elapsed) − 1: the compound annual growth rate, 0.1 is 10 % a year. n/a under
/// 90 days.
[[nodiscard]] Metric annualReturn(double growth, Nanoseconds elapsed);

/// Annual return / |deepest drawdown| (T. W. Young, "Calmar Ratio: A Smoother Tool", Futures,
/// October 1991; here over the whole span). n/a with the annual return and without a drawdown.
[[nodiscard]] Metric calmar(const Metric& annual, double deepest);

} // namespace core::analytics
