// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/equitymeter.h"
#include "core/analytics/tradereport.h"

namespace core::analytics {

/// Everything there is to say about one account, or about all of them together. Immutable; as of
/// the last point of the equity curve.
struct Report
{
    EquityReport equity;
    TradeReport trades;
};

/// Measures one account while it trades. Fed in the order of events: the ledger's lines and the
/// fills of a batch, then the open positions' values, then the point of the equity curve. A point
/// costs a handful of nanoseconds and allocates nothing; memory grows with days and round trips.
class Performance
{
public:
    /// For an account that trades `symbols` symbols, numbered from zero.
    explicit Performance(std::size_t symbols) : m_roundTrips(symbols) {}

    void line(const LedgerLine& line);
    void fill(const FillLine& fill);
    /// What hung on the order of a bar's extremes: a difference in closing equity, of either sign.
    void stake(Money difference);
    /// The signed value of the open position in a symbol, at the marks of the next point. Once for
    /// every open position, at every point.
    void mark(SymbolIndex symbol, Money value) { m_roundTrips.mark(symbol, value); }
    void point(const portfolio::EquityPoint& point) { m_equity.point(point); }
    /// Points in a row, faster than one by one.
    void points(std::span<const portfolio::EquityPoint> points) { m_equity.points(points); }

    [[nodiscard]] TradeSums sums() const;
    [[nodiscard]] Report report() const;

private:
    EquityMeter m_equity;
    RoundTrips m_roundTrips;
    TradeSums m_sums; ///< Without what the round trips know.
};

} // namespace core::analytics
