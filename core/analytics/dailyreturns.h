// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/chunkedlog.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <optional>

namespace core::analytics {

/// The return of one whole UTC day.
struct DailyReturn
{
    Timestamp end;      ///< The midnight that ends the day.
    double value = 0.0; ///< Simple, net of deposits and withdrawals: 0.01 is one per cent.
    bool operator==(const DailyReturn&) const = default;
};

/// Cuts an equity curve into time-weighted returns, by days and as a whole.
///
/// The equity at 00:00 UTC is that of the last point at or before it, so that days without a point
/// return zero. Only days that began and ended inside the curve count: a piece of a day is not a
/// daily return. Money that comes or goes splits the time there, right after the last point before
/// it, and the growth of the pieces is multiplied (the time-weighted return of the Global
/// Investment Performance Standards), so that it counts as neither gain nor loss. From the first
/// point at zero or below on, no return is defined.
class DailyReturns
{
public:
    /// Takes money in (positive) or out. Before the first point it is just the capital to start
    /// with.
    void flow(Timestamp time, Money amount);
    void point(Timestamp time, Money equity)
    {
        if (time >= m_nextMidnight || equity <= Money()) [[unlikely]]
            pass(time, equity);
        m_equity = equity;
    }

    /// Since when no return is defined, if that is so.
    [[nodiscard]] std::optional<Timestamp> goneSince() const { return m_goneSince; }
    /// The growth from the first point to the last, 1 is none. Only while it is defined.
    [[nodiscard]] double growth() const;
    [[nodiscard]] const ChunkedLogWriter<DailyReturn>& days() const { return m_days; }

private:
    /// A stretch of time whose growth is measured.
    struct Stretch
    {
        Money base;          ///< Equity at its begin or after the last flow.
        double growth = 1.0; ///< Up to the last flow.
        [[nodiscard]] double growthTo(Money equity) const;
        void split(Money before, Money after);
    };

    void pass(Timestamp time, Money equity);
    void endDay(Money equity);

    Timestamp m_nextMidnight = Timestamp::min(); ///< The first point finds it passed.
    Money m_equity;                              ///< Of the last point, and of flows since.
    bool m_started = false;
    bool m_isWhole = false; ///< The present day began inside the curve.
    Stretch m_day;
    Stretch m_whole;
    std::optional<Timestamp> m_goneSince;
    ChunkedLogWriter<DailyReturn> m_days;
};

} // namespace core::analytics
