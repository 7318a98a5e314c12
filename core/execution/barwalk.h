// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"

#include <optional>
#include <vector>

namespace core::execution {

/// Walks one account through one batch, along one order of the extremes: fills one at a time in the
/// order (leg, t, order id), the margin checked before each and along the way. Used by matchBatch.
class BarWalk
{
public:
    BarWalk(const BarBatch& batch, const MatchingRules& rules, Book& book,
            std::vector<MatchEvent>& events);

    /// `mirrored` walks every bar's extremes the other way round.
    void run(bool mirrored);
    /// True when a fill or a call happened after the open, where the order of the extremes matters.
    [[nodiscard]] bool reachedInside() const { return m_reachedInside; }

private:
    struct Trigger {
        std::size_t order = 0; ///< In the book's working orders.
        PathPoint at;
    };

    void layPaths(bool mirrored);
    void moveTo(PathPoint point);
    [[nodiscard]] Timestamp time() const { return m_batch.openTime + m_now.share(m_batch.length); }

    void fillAtOpen();
    void walkLeg(int leg);
    [[nodiscard]] std::optional<Trigger> nextTrigger(int leg) const;
    [[nodiscard]] std::optional<PathPoint> triggerOf(const Order& order, int leg) const;
    [[nodiscard]] std::optional<PathPoint> callPoint(int leg) const;
    [[nodiscard]] std::vector<Price> marksAt(PathPoint point) const;
    [[nodiscard]] bool isCalled() const;

    /// Fills what volume, position and margin allow; returns true when the order left the book.
    bool fill(std::size_t index, Price reference, FillRule rule);
    [[nodiscard]] Quantity grantable(const Order& order, Price price, Quantity wanted) const;
    [[nodiscard]] Quantity capacity(SymbolIndex symbol) const;
    void book(Fill& fill, Quantity signedSize, std::int64_t liquidationRate);
    bool finish(std::size_t index, OrderStatus status, Reason reason);
    void liquidate();
    void closeAtMarket(SymbolIndex symbol);

    const BarBatch& m_batch;
    const MatchingRules& m_rules;
    Book& m_book;
    std::vector<MatchEvent>& m_events;
    std::vector<BarPath> m_paths;
    std::vector<Price> m_marks;
    std::vector<std::int64_t> m_capacity; ///< Lots left of the bar's volume; negative is unlimited.
    std::vector<portfolio::LedgerEntry> m_entries;
    PathPoint m_now;
    bool m_reachedInside = false;
};

} // namespace core::execution
