// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/bardetail.h"
#include "core/execution/stretches.h"

#include <optional>
#include <vector>

namespace core::execution {

/// Walks one account through one batch, along one order of the extremes: fills one at a time in the
/// order (leg, t, order id), the margin checked before each and along the way; where finer candles
/// resolve the batch, so through one stretch after another. Used by matchBatch.
/// Implemented by subject: barwalk.cpp the way, barwalktriggers.cpp what comes next on a leg,
/// barwalkfills.cpp bookings, barwalkgrants.cpp the sizes that may open, barwalkbrackets.cpp the pairs
/// that follow a position, barwalkliquidation.cpp the end of an account.
class BarWalk
{
public:
    BarWalk(const BarBatch& batch, const BarDetail& detail, const MatchingRules& rules, Book& book,
            std::vector<MatchEvent>& events);

    /// `mirrored` walks every candle's extremes the other way round.
    void run(bool mirrored);
    /// True when a fill or a call happened after the open, where the order of the extremes matters.
    [[nodiscard]] bool reachedInside() const { return m_reachedInside; }

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
    void moveTo(PathPoint point);
    void pullTrailingStops();
    [[nodiscard]] Timestamp time() const { return timeAt(m_now); }
    [[nodiscard]] Timestamp timeAt(const PathPoint& point) const
    {
        return m_batch.openTime + point.share(m_batch.length);
    }
    /// Of an immediate-or-cancel order whose symbol has just had its first price.
    [[nodiscard]] bool isPastItsOnlyEvent(const Order& order) const
    {
        return order.tif == TimeInForce::ImmediateOrCancel && m_opens[order.symbol];
    }
    [[nodiscard]] bool isRunning() const { return m_book.halt == Halt::None; }

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
    [[nodiscard]] bool isCalled() const;

    /// Fills what volume, position and margin allow.
    void fill(std::size_t index, Price reference, FillRule rule);
    [[nodiscard]] Fill draftFill(const Order& order, Price reference, FillRule rule) const;
    [[nodiscard]] bool fitsLedger(const Fill& fill, Quantity wanted) const;
    /// What may open, and why no more.
    struct Grant {
        Quantity size;
        Reason reason = Reason::InsufficientMargin;
    };
    [[nodiscard]] Grant grant(const Fill& fill, Quantity wanted);
    [[nodiscard]] Quantity grantable(const Fill& fill, Quantity wanted) const;
    [[nodiscard]] std::int64_t withinExposure(const Fill& fill, std::int64_t lots,
                                              const portfolio::Margin& before) const;
    [[nodiscard]] portfolio::Margin marginAfter(const Fill& fill, std::int64_t lots,
                                                const portfolio::Margin& before) const;
    [[nodiscard]] Int128 lackingAfter(const Fill& fill, std::int64_t lots,
                                      const portfolio::Margin& before) const;
    [[nodiscard]] bool isOverExposed(const Fill& fill, std::int64_t lots,
                                     const portfolio::Margin& before) const;
    [[nodiscard]] std::int64_t feeRate(Liquidity liquidity) const
    {
        return liquidity == Liquidity::Maker ? m_rules.costs.maker : m_rules.costs.taker;
    }
    [[nodiscard]] Quantity capacity(SymbolIndex symbol) const;
    void settleBorrowing();
    void book(Fill& fill, Quantity signedSize, bool opens);
    void emitEntries();
    void finish(std::size_t index, OrderStatus status, Reason reason);
    [[nodiscard]] std::size_t placeAfter(OrderId id) const;

    /// What a fill means for the brackets: `opened` is the part of it that opened a position.
    void followFill(const Order& order, Quantity traded, Quantity opened);
    void growLeg(const Order& entry, BracketLeg kind, Price price, Quantity opened);
    void resizeLeg(std::size_t index, Quantity remaining, Reason whenNothingIsLeft);
    [[nodiscard]] bool isNew(const Order& order) const;
    [[nodiscard]] bool isHeldBack(const Order& order) const;

    void liquidate();
    void closeAtMarket(SymbolIndex symbol);

    BarBatch m_batch; ///< The bars, or the present stretch of them.
    const BarDetail& m_detail;
    const MatchingRules& m_rules;
    Book& m_book;
    std::vector<MatchEvent>& m_events;
    std::span<const std::uint8_t> m_opens;      ///< By symbol: a candle opens with the batch,
    std::span<const std::uint8_t> m_ends;       ///< or ends with it,
    std::span<const market::Candle> m_candles;  ///< and is this one.
    std::vector<BarPath> m_paths;
    std::vector<Price> m_marks;
    std::vector<std::int64_t> m_capacity; ///< Lots left of the bar's volume; negative is unlimited.
    std::vector<portfolio::LedgerEntry> m_entries;
    std::vector<OrderId> m_newLegs; ///< Legs of brackets that came to life in the present candle.
    std::size_t m_legsMet = 0;      ///< Of them, those that have met a price.
    std::vector<OrderId> m_pulled;  ///< Trailing stops that moved inside the present candle.
    PathPoint m_now;
    bool m_trails = false;
    bool m_reachedInside = false;
};

} // namespace core::execution
