// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/metric.h"
#include "core/analytics/roundtrips.h"

namespace core::analytics {

/// What trading and holding cost, by kind. Positive is paid; interest and funding may be received.
/// Slippage and spread were paid in the prices, the others in cash.
struct CostsByKind
{
    Money fees;
    Money openingFees; ///< Of fills that borrow.
    Money liquidationFees;
    Money slippage;
    Money spread;
    Money borrowInterest;
    Money funding;

    /// What trading cost: all but interest and funding. These grow with every fill's notional.
    [[nodiscard]] Money ofTrading() const;
    [[nodiscard]] Money all() const;
    void add(const CostsByKind& other);
    bool operator==(const CostsByKind&) const = default;
};

/// Exact sums over an account's ledger and fills; sums of accounts add up to those of the total.
struct TradeSums
{
    RoundTripSums roundTrips;
    Money closedProfit; ///< Of closed round trips.
    Money openProfit;   ///< Of open ones, at the last marks, costs so far included.
    Money outside;      ///< Ledger lines before the first round trip.
    CostsByKind costs;
    Money badDebt; ///< Loss beyond the account, written off; part of the round trips' profit.
    Int128 turnover = 0;
    std::int64_t fills = 0;
    std::int64_t ambiguous = 0;
    Money stake; ///< The magnitudes of the ambiguous bars' stakes.

    void add(const TradeSums& other);
    /// Closed, open and outside: exactly the change of equity net of deposits.
    [[nodiscard]] Money profit() const;
    bool operator==(const TradeSums&) const = default;
};

/// What an account's trading came to.
struct TradeReport
{
    TradeSums sums;
    Money turnover;          ///< Notional bought and sold.
    Metric turnoverOfEquity; ///< Turnover / average equity: 12 is twelve times over.

    // Over closed round trips; n/a while none has.
    Metric winRate;           ///< Share that ended above zero, after all costs; 0.4 is two in five.
    Metric profitFactor;      ///< Sum of gains / sum of losses; n/a when none lost.
    Metric expectancy;        ///< Mean profit in quote units.
    Metric averageHold;       ///< Mean seconds from the first fill to the last.
    Metric averageAdverse;    ///< Mean maximum adverse excursion in quote units, at most zero.
    Metric averageFavourable; ///< Mean maximum favourable excursion, at least zero.

    /// What trading cost / turnover: 0.001 is 0.1 % of each notional. n/a when nothing was traded.
    Metric costRate;
    /// The cost rate at which the profit would be zero, fills, interest and funding being what they
    /// were: (profit + what trading cost) / turnover (H. Bessembinder and K. Chan, "Market
    /// Efficiency and the Returns to Technical Analysis", Financial Management 27(2), 1998). Below
    /// costRate where money was lost, below zero where it would have been without costs. n/a when
    /// nothing was traded.
    Metric breakEvenCost;

    // The profit if the same fills had cost half of what trading cost, as much, and twice as much.
    Money atHalfTheCosts;
    Money atTheCosts;
    Money atTwiceTheCosts;

    ChunkedLog<RoundTrip> roundTrips; ///< Closed ones in order; none in a total over accounts.
};

/// Computes the figures; `averageEquity` in quote units.
[[nodiscard]] TradeReport tradeReport(const TradeSums& sums, const Metric& averageEquity);

} // namespace core::analytics
