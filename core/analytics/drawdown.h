// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <limits>
#include <optional>

namespace core::analytics {

/// A stay of the equity curve below its peak.
struct Drawdown
{
    Timestamp peak;   ///< The last point at the peak.
    Timestamp trough; ///< The first point at the lowest equity.
    Timestamp end;    ///< The first point back at the peak; the last point while there is none.
    bool recovered = false;
    double depth = 0.0; ///< Lowest equity / peak − 1: −0.2 is a fifth lost; below −1 in debt.
    Money lost; ///< Peak less lowest, at the scale after the last deposit or withdrawal in it.

    [[nodiscard]] Nanoseconds duration() const { return end - peak; }
    bool operator==(const Drawdown&) const = default;
};

/// Follows an equity curve point by point, not only where something was traded: most of a drawdown
/// lies between two fills. Money that comes or goes moves the peak in proportion, so that a deposit
/// neither ends a drawdown nor a withdrawal makes one; once equity is zero or below and money
/// moves, drawdowns are no longer followed.
class DrawdownMeter
{
public:
    /// Takes money in or out, right after the last point.
    void flow(Money amount);
    void point(Timestamp time, Money equity)
    {
        m_equity = equity;
        m_time = time;
        if (equity >= m_peak)
            rise(time, equity);
        else if (equity < m_low)
            fall(time, equity);
    }

    /// The deepest one, the first of equals, the present one included.
    [[nodiscard]] std::optional<Drawdown> deepest() const;
    /// The one of the longest duration, the first of equals, the present one included.
    [[nodiscard]] std::optional<Drawdown> longest() const;
    /// The time from each peak to the return to it, in all.
    [[nodiscard]] Nanoseconds timeUnderWater() const;

private:
    void rise(Timestamp time, Money equity)
    {
        if (m_isBelow) [[unlikely]]
            finish(time);
        m_peak = equity;
        m_low = equity;
        m_peakTime = time;
    }
    void fall(Timestamp time, Money equity)
    {
        if (m_peak <= Money()) [[unlikely]]
            return; // Nothing was there to lose.
        m_isBelow = true;
        m_low = equity;
        m_lowTime = time;
    }
    void finish(Timestamp time);
    void keep(const Drawdown& drawdown);
    [[nodiscard]] Drawdown present() const;

    Money m_peak{std::numeric_limits<std::int64_t>::min()};
    Money m_low;
    Money m_equity; ///< Of the last point.
    Timestamp m_peakTime;
    Timestamp m_lowTime;
    Timestamp m_time;
    bool m_isBelow = false;
    Nanoseconds m_underWater{0};
    std::optional<Drawdown> m_deepest;
    std::optional<Drawdown> m_longest;
};

} // namespace core::analytics
