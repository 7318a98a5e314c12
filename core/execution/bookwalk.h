// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/bookmatcher.h"
#include "core/execution/settlement.h"

#include <optional>
#include <vector>

namespace core::execution {

/// Takes one account through one event of a live market. Used by matchBook.
class BookWalk final : private Settlement
{
public:
    BookWalk(const BookEvent& event, const BookRules& rules, Book& book, std::vector<MatchEvent>& events);

    void run();

private:
    [[nodiscard]] Timestamp time() const override { return m_event.time; }
    void layMarks();
    void pullTrailingStops();
    void callIfNeeded();
    void goOnClosing();

    void meetOrders();
    void meet(std::size_t index);
    bool trigger(std::size_t index);
    void meetAtLimit(std::size_t index, bool rested);
    void meetPrint(std::size_t index);
    void fillFromBook(std::size_t index, Deal deal);
    void cancelRest(OrderId id);

    /// What is left of the side that a buyer or a seller takes from, no worse than `limit`, as a deal
    /// that walks it.
    [[nodiscard]] Deal walkOf(SymbolIndex symbol, bool buying, std::optional<Price> limit) const;
    /// A fill at the order's own price, of at most so much.
    [[nodiscard]] Deal restingDeal(const Order& order, Quantity most, Detail detail) const;
    [[nodiscard]] bool canFill(SymbolIndex symbol) const;
    /// The marks of all that is held are fresh; and of the symbol, before more of it is.
    [[nodiscard]] bool marksAreFresh() const;
    [[nodiscard]] bool mayOpen(SymbolIndex symbol) const { return m_isFresh[symbol] && marksAreFresh(); }
    [[nodiscard]] Quantity& takenOf(SymbolIndex symbol, bool buying);
    [[nodiscard]] std::size_t placeOf(OrderId id) const;

    const BookEvent& m_event;
    const BookRules& m_bookRules;
    std::vector<std::uint8_t> m_isFresh; ///< By symbol: its mark.
    Quantity m_printLeft;                ///< Of the event's trade.
};

} // namespace core::execution
