// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/portfolio/margin.h"
#include "core/portfolio/risklimits.h"

#include <array>
#include <optional>
#include <vector>

namespace core::portfolio {

/// A limit that is exceeded: by how much when that was found, and since when.
struct RiskBreach {
    RiskLimit limit = RiskLimit::DailyLoss;
    Timestamp since;
    double value = 0.0;     ///< In the unit of the limit: a fraction, a multiple or a number of orders.
    double threshold = 0.0; ///< The limit itself.

    bool operator==(const RiskBreach&) const = default;
};

/// The beginning or the end of a breach.
struct RiskChange {
    RiskBreach breach; ///< At its end the value is the one that ended it.
    bool begins = false;
    OnBreach action = OnBreach::Block;
    Money equity;
    Timestamp time;
    CorrelationId correlation;
};

/// What an account stands at when it is judged.
struct RiskMoment {
    const Account& account;
    const Margin& margin; ///< At the marks of the moment.
    Timestamp time;
    CorrelationId correlation;
};

/// Watches one account's limits: a value, part of the account's state, so that the same events lead to
/// the same state wherever they are played.
///
/// - Daily loss: the equity at 00:00 UTC less the present one, deposits since left out, as a fraction of
///   the former. The mark at midnight is the last of the day that ends and the first of the one that
///   begins; over a gap the equity at the last marks stands for it. Ends with its day.
/// - Drawdown: from the highest equity at any close, deposits left out. Has no end: to trade on is the
///   user's decision.
/// - Exposure: L + S against the equity. Fills never pass it; a price that moves may. Ends at the first
///   close back at or under it.
/// - Order rate: more submissions than allowed in the 60 s up to and including the present one. Ends when
///   an order would be allowed again.
class RiskWatch
{
public:
    explicit RiskWatch(const RiskLimits& limits = {});

    [[nodiscard]] const RiskLimits& limits() const { return m_limits; }
    [[nodiscard]] bool isOn() const { return m_isOn; }

    /// Begins to watch a freshly opened account.
    void start(const RiskMoment& moment);
    /// True when the day that is watched is over; never when nothing is watched.
    [[nodiscard]] bool isDayOver(Timestamp time) const { return time >= m_dayEnd; }
    /// Begins the day of `moment`, from its equity.
    void startDay(const RiskMoment& moment, std::vector<RiskChange>& changes);
    /// Ends every breach: what is watched begins anew.
    void lift(const RiskMoment& moment, std::vector<RiskChange>& changes);
    /// The user trades on: ends a breach of the drawdown, which is counted from the present equity
    /// from then on. The other limits stand; they end by themselves.
    void resume(const RiskMoment& moment, std::vector<RiskChange>& changes);
    /// Judges everything at the marks of a close.
    void judgeClose(const RiskMoment& moment, std::vector<RiskChange>& changes);
    /// Judges what was lost, inside a bar: the highest equity is one of closes.
    void judgeLoss(const RiskMoment& moment, std::vector<RiskChange>& changes);

    /// True when one more order at `time` keeps within the orders a minute.
    [[nodiscard]] bool mayOrder(Timestamp time) const;
    /// Counts a submission.
    void countOrder(Timestamp time);
    /// An order was one too many.
    void exceedOrders(const RiskMoment& moment, std::vector<RiskChange>& changes);

    /// The limit for which entries are refused now.
    [[nodiscard]] std::optional<RiskLimit> blocking() const;
    /// The limit for which nothing may open, whenever it was ordered. What is about exposure alone, or
    /// about the number of orders, does not hold up what was accepted.
    [[nodiscard]] std::optional<RiskLimit> blockingFills() const;
    /// The largest exposure with that equity; as large as can be when there is no limit.
    [[nodiscard]] Int128 exposureLimit(Int128 equity) const;

    /// The gravest breach that began since this was last asked: its consequences are the caller's.
    [[nodiscard]] std::optional<RiskLimit> takeBreach();
    [[nodiscard]] std::optional<RiskLimit> flattening() const { return m_flattening; }
    /// The positions that a breach closes are closed.
    void endFlattening() { m_flattening.reset(); }

    [[nodiscard]] const std::optional<RiskBreach>& breach(RiskLimit limit) const
    {
        return m_breaches[static_cast<std::size_t>(limit)];
    }
    /// How many there were so far.
    [[nodiscard]] std::int64_t breaches() const { return m_count; }
    /// Goes on counting from there.
    void countFrom(std::int64_t breaches) { m_count = breaches; }

    bool operator==(const RiskWatch&) const = default;

private:
    void follow(const Account& account);
    void begin(RiskLimit limit, double value, const RiskMoment& moment, std::vector<RiskChange>& changes);
    void end(RiskLimit limit, double value, const RiskMoment& moment, std::vector<RiskChange>& changes);
    [[nodiscard]] double rate() const;

    RiskLimits m_limits;
    bool m_isOn = false;
    std::array<std::optional<RiskBreach>, RISK_LIMITS> m_breaches;
    std::optional<RiskLimit> m_news;
    std::optional<RiskLimit> m_flattening;
    std::int64_t m_count = 0;
    Timestamp m_dayEnd = Timestamp::max();
    Int128 m_dayEquity = 0; ///< At the day's beginning, and what was deposited since.
    Int128 m_peak = 0;      ///< The highest, and what was deposited since.
    Money m_deposits;
    std::vector<Timestamp> m_orders; ///< The last so many submissions, a ring.
    std::size_t m_nextOrder = 0;
};

} // namespace core::portfolio
