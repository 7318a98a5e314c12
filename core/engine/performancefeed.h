// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/performance.h"
#include "core/engine/curve.h"
#include "core/engine/desk.h"
#include "core/journal/equitysink.h"

#include <memory>
#include <vector>

namespace core::engine {

/// Tells the accounts' performance what the engine did, and that of all accounts and of buy and
/// hold. What happens is taken at once; the equity at the end of each batch is only written down, and
/// measured and passed on many batches at a time, each measure in a loop of its own.
class PerformanceFeed
{
public:
    /// `setup` must outlive the feed; `equity` takes the points and may be null.
    PerformanceFeed(const EngineSetup& setup, journal::EquitySink* equity);

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
    /// Takes money that came (positive) to an account or went, as one flow right after a last point of
    /// every account, which is measured and belongs to no batch.
    void flow(AccountIndex account, Money amount, std::span<const portfolio::EquityPoint> before);
    /// Writes down where an account stands at its marks; its open round trips are valued on the way.
    void point(AccountIndex account, const Desk& desk, Timestamp time);
    /// Ends a batch, after the point of every account, with what buy and hold comes to in quote units.
    void endBatch(double hold)
    {
        m_holds.push_back(hold);
        if (m_holds.size() >= BATCHES_AT_ONCE)
            digest();
    }
    /// Measures and passes on what was written down. Before anything below is asked for.
    void digest();

    /// An account's thinned curve.
    [[nodiscard]] const CurveBuilder& curve(AccountIndex account) const { return m_curves[account]; }
    /// Of all accounts; that of the only one where there is one.
    [[nodiscard]] const CurveBuilder& totalCurve() const
    {
        return m_accounts.size() == 1 ? m_curves.front() : m_totalCurve;
    }
    [[nodiscard]] const CurveBuilder& holdCurve() const { return m_holdCurve; }
    [[nodiscard]] std::shared_ptr<const analytics::Report> report(AccountIndex account) const;
    /// Of all accounts; that of the only one where there is one.
    [[nodiscard]] std::shared_ptr<const analytics::Report> total() const;
    [[nodiscard]] std::shared_ptr<const analytics::EquityReport> hold() const;

private:
    /// Few hand-overs, and still in the cache when they are measured.
    static constexpr std::size_t BATCHES_AT_ONCE = 1024;

    void take(AccountIndex account, const execution::MatchEvent& event);
    void measureTotal();
    void measureHold();

    const EngineSetup& m_setup;
    journal::EquitySink* m_equity;
    std::vector<analytics::Performance> m_accounts; ///< Symbols are numbered as in the session.
    analytics::EquityMeter m_total;                 ///< Of several accounts only.
    analytics::EquityMeter m_hold;
    std::vector<CurveBuilder> m_curves; ///< By account.
    CurveBuilder m_totalCurve;          ///< Of several accounts only.
    CurveBuilder m_holdCurve;

    /// Written down and not measured: of every account, batch by batch, and of buy and hold.
    std::vector<std::vector<portfolio::EquityPoint>> m_points;
    std::vector<double> m_holds;
};

} // namespace core::engine
