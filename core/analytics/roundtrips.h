// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/ledgerline.h"
#include "core/analytics/saturated.h"
#include "core/base/chunkedlog.h"
#include "core/base/decimal.h"

#include <algorithm>
#include <vector>

namespace core::analytics {

/// A position of one symbol from flat to flat, or to the flip that ends it and begins the next.
struct RoundTrip
{
    SymbolIndex symbol = 0;
    bool isLong = false;
    Timestamp opened;
    Timestamp closed;
    Quantity size; ///< The largest it was, positive.
    Money profit;  ///< The sum of its ledger lines, fees, interest and funding included.
    Money costs;   ///< What of it were fees, interest and funding; negative where they paid.
    Money
        worst; ///< Lowest profit at the points of the equity curve while it was open; at most zero.
    Money best; ///< Highest likewise; at least zero.

    /// The maximum adverse and favourable excursion (J. Sweeney, Maximum Adverse Excursion, 1997):
    /// the furthest its profit was below and above zero, its end included. At most and at least
    /// zero.
    [[nodiscard]] Money adverse() const { return std::min(worst, profit); }
    [[nodiscard]] Money favourable() const { return std::max(best, profit); }
    [[nodiscard]] Nanoseconds held() const { return closed - opened; }
    bool operator==(const RoundTrip&) const = default;
};

/// Exact sums over closed round trips, in counts of 1e-8: in 128 bits, for gains and losses apart
/// may outgrow what an account can hold.
struct RoundTripSums
{
    std::int64_t count = 0;
    std::int64_t won = 0; ///< Ended with a profit above zero.
    std::int64_t lost = 0;
    Int128 gains = 0;
    Int128 losses = 0; ///< Not negative.
    Int128 adverse = 0;
    Int128 favourable = 0;
    Int128 held = 0; ///< Nanoseconds.

    void add(const RoundTrip& trip, int sign = 1);
    void add(const RoundTripSums& other);
    bool operator==(const RoundTripSums&) const = default;
};

/// Cuts an account's ledger into round trips. Every line but deposits and withdrawals ends up in
/// exactly one of them, so that closed and open ones together are the change of equity, to the last
/// unit:
/// - the line of a symbol belongs to its open round trip, or while flat to the one that closed last
/// (the
///   fee of the closing fill follows its trade);
/// - a line of the whole account (interest on borrowed cash) is shared by the open ones by what
/// they are
///   worth; while all are flat (bad debt) it belongs to the one that closed last;
/// - before there was any, it stays outside.
class RoundTrips
{
public:
    explicit RoundTrips(std::size_t symbols) : m_slots(symbols) {}

    void add(const LedgerLine& line);
    /// Values the open position of a symbol at a point of the equity curve; signed.
    void mark(SymbolIndex symbol, Money value)
    {
        Slot& slot = m_slots[symbol];
        slot.value = value;
        const Money profit = plus(slot.trip.profit, value);
        slot.trip.worst = std::min(slot.trip.worst, profit);
        slot.trip.best = std::max(slot.trip.best, profit);
    }

    [[nodiscard]] int openCount() const { return m_open; }
    [[nodiscard]] const ChunkedLogWriter<RoundTrip>& closed() const { return m_closed; }
    [[nodiscard]] const RoundTripSums& sums() const { return m_sums; }
    [[nodiscard]] Money closedProfit() const { return m_closedProfit; }
    /// The open ones' lines and what their positions were last valued at.
    [[nodiscard]] Money openProfit() const;
    [[nodiscard]] Money outside() const { return m_outside; }

private:
    static constexpr std::size_t NONE = static_cast<std::size_t>(-1);
    struct Slot
    {
        Quantity quantity;
        RoundTrip trip; ///< The open one; its profit is without the position's value.
        Money value;    ///< Of the position; at trade prices until marked.
        std::size_t lastClosed = NONE;
        [[nodiscard]] bool isOpen() const { return !quantity.isZero(); }
    };

    void trade(Slot& slot, const LedgerLine& line);
    void shareOut(const LedgerLine& line);
    void amend(std::size_t closed, const LedgerLine& line);

    std::vector<Slot> m_slots; ///< By symbol.
    int m_open = 0;
    ChunkedLogWriter<RoundTrip> m_closed;
    RoundTripSums m_sums;
    Money m_closedProfit;
    Money m_outside;
};

} // namespace core::analytics
