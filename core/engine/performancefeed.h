// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/performance.h"
#include "core/engine/desk.h"

#include <memory>
#include <vector>

namespace core::engine {

/// Tells the accounts' performance what the engine did, and that of all accounts and of buy and
/// hold.
class PerformanceFeed
{
public:
    /// `setup` must outlive the feed.
    explicit PerformanceFeed(const EngineSetup& setup);

    /// Takes the money that the accounts were given at the start.
    void begin(Timestamp time, const std::vector<std::unique_ptr<Desk>>& desks);
    /// Takes what happened to an account in a batch; steps of orders do not matter.
    void take(AccountIndex account, const std::vector<execution::MatchEvent>& events)
    {
        for (const execution::MatchEvent& event : events)
            take(account, event);
    }
    /// Takes what a user's act booked, but for the money that came or went, and returns that.
    [[nodiscard]] Money takeBooked(AccountIndex account, const std::vector<execution::MatchEvent>& events);
    /// Takes money that came (positive) or went, as one flow right after the last point.
    void flow(AccountIndex account, Timestamp time, Money amount);
    /// Computes a desk's margin at its marks; open round trips are valued on the way.
    [[nodiscard]] portfolio::Margin value(AccountIndex account, const Desk& desk);
    void point(AccountIndex account, const portfolio::EquityPoint& point)
    {
        m_accounts[account].point(point);
        if (m_accounts.size() > 1)
            m_sum.add(point);
    }
    /// Ends a batch, after the point of every account: the total's point is their sum.
    void endBatch(Timestamp time)
    {
        if (m_accounts.size() > 1)
            pointOfTotal(time);
    }
    /// A point of buy and hold, in quote units.
    void hold(Timestamp time, double equity)
    {
        constexpr double MOST = 9.2e18; // Just inside the range of Money.
        const double count = equity * 1e8;
        m_hold.point(time, Money(static_cast<std::int64_t>(count < MOST ? count : MOST)));
    }

    [[nodiscard]] std::shared_ptr<const analytics::Report> report(AccountIndex account) const;
    /// Of all accounts; that of the only one where there is one.
    [[nodiscard]] std::shared_ptr<const analytics::Report> total() const;
    [[nodiscard]] std::shared_ptr<const analytics::EquityReport> hold() const;

private:
    /// Sums over the accounts of a batch, which may outgrow Money.
    struct Sum
    {
        Int128 cash = 0;
        Int128 equity = 0;
        Int128 longExposure = 0;
        Int128 shortExposure = 0;
        void add(const portfolio::EquityPoint& point);
    };

    void take(AccountIndex account, const execution::MatchEvent& event);
    void pointOfTotal(Timestamp time);

    const EngineSetup& m_setup;
    std::vector<analytics::Performance> m_accounts; ///< Symbols are numbered as in the session.
    analytics::EquityMeter m_total;                 ///< Of several accounts only.
    analytics::EquityMeter m_hold;
    Sum m_sum;
};

} // namespace core::engine
