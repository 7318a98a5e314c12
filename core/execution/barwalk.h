// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/bardetail.h"
#include "core/execution/settlement.h"
#include "core/execution/stretches.h"

#include <optional>
#include <vector>

namespace core::execution {

/// Walks one account through one batch, along one order of the extremes: fills one at a time in the
/// order (leg, t, order id), the margin checked before each and along the way; where trades or
/// finer candles resolve the batch, so through one stretch after another. Used by matchBatch.
/// Implemented by subject: barwalk.cpp the way, barwalktriggers.cpp what comes next on a leg.
class BarWalk final : private Settlement
{
public:
    /// With a `listener` the detail has trades.
    BarWalk(const BarBatch& batch, const BarDetail& detail, const MatchingRules& rules, Book& book,
            std::vector<MatchEvent>& events, TradeListener* listener = nullptr);

    /// `mirrored` walks every candle's extremes the other way round.
    void run(bool mirrored);
    /// True when a fill or a call happened after the open, where the order of the extremes matters.
    [[nodiscard]] bool reachedInside() const { return m_reachedInside; }
    /// Fills along a path whose other order cannot be tried, since a listener acts on the way.
    [[nodiscard]] std::int64_t guessed() const { return m_guessed; }

private:
    struct Trigger {
        std::size_t order = 0; ///< In the book's working orders.
        PathPoint at;
    };

    void limitVolume();
    void layPaths(bool mirrored);
    void walkPaths();
    void walkStretch(const Stretches& stretches);
    void forgetCandlesBefore();
    void gatherTrades(const Stretches& stretches);
    void tellTrades(const Stretches& stretches);
    [[nodiscard]] bool isWaiting(const Order& order) const;
    [[nodiscard]] bool isGuess(SymbolIndex symbol) const;
    void moveTo(PathPoint point);
    void pullTrailingStops();
    [[nodiscard]] Timestamp time() const override { return timeAt(m_now); }
    [[nodiscard]] Timestamp timeAt(const PathPoint& point) const
    {
        return m_batch.openTime + point.share(m_batch.length);
    }
    /// Of an immediate-or-cancel order whose symbol has just had its first price.
    [[nodiscard]] bool isPastItsOnlyEvent(const Order& order) const
    {
        return order.tif == TimeInForce::ImmediateOrCancel && m_opens[order.symbol];
    }

    /// In the worst case a target is not met in the candle of its entry; between trades nothing is guessed.
    [[nodiscard]] bool waitsForTheWorst(const Order& order) const
    {
        return m_detail.of(order.symbol) != Detail::Trades && isHeldBack(order);
    }
    void fillAtOpen();
    void walkLeg(int leg);
    void meetNewLegs();
    void stopOutAtWorst();
    void reach(const Trigger& trigger);
    void meet(std::size_t index);
    void meetAtLimit(std::size_t index, Price price);
    void trigger(std::size_t index, Price price, FillRule rule);
    void callIfNeeded();

    [[nodiscard]] std::optional<Trigger> nextTrigger(int leg) const;
    [[nodiscard]] std::optional<PathPoint> triggerOf(const Order& order, int leg) const;
    [[nodiscard]] std::optional<PathPoint> callPoint(int leg) const;
    [[nodiscard]] std::vector<Price> marksAt(PathPoint point) const;

    /// Fills what volume, position and margin allow.
    void fill(std::size_t index, Price reference, FillRule rule);
    [[nodiscard]] Quantity capacity(SymbolIndex symbol) const;
    [[nodiscard]] Quantity mostFor(const Order& order) const;
    void takeVolume(SymbolIndex symbol, Quantity quantity);
    void liquidate();

    BarBatch m_batch; ///< The bars, or the present stretch of them.
    const BarDetail& m_detail;
    std::span<const std::uint8_t> m_opens;      ///< By symbol: a candle opens with the batch,
    std::span<const std::uint8_t> m_ends;       ///< or ends with it,
    std::span<const market::Candle> m_candles;  ///< and is this one.
    std::vector<BarPath> m_paths;
    std::vector<std::int64_t> m_capacity; ///< Lots left of the bar's volume; negative is unlimited.
    std::vector<Quantity> m_tradeLeft;    ///< Of the present trade, where trades resolve the bar.
    std::size_t m_legsMet = 0;      ///< Of them, those that have met a price.
    std::vector<OrderId> m_pulled;  ///< Trailing stops that moved inside the present candle.
    std::vector<SymbolTrade> m_untold;    ///< The trades of the present time, for the listener.
    std::vector<Price> m_known;           ///< By symbol: what the listener may know of its price.
    std::vector<OrderId> m_waiting;       ///< Sent by the listener inside a candle that it does not know.
    TradeListener* m_listener;
    PathPoint m_now;
    std::int64_t m_guessed = 0;
    bool m_trails = false;
    bool m_reachedInside = false;
};

} // namespace core::execution
