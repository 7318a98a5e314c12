// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"
#include "core/execution/offer.h"

#include <vector>

namespace core::execution {

/// What an order is to be filled from, and how the fill explains its price.
struct Deal {
    /// Reference and start of the slippage are the same price unless told otherwise.
    Deal(const Offer& from, Price measured) : reference(measured), unslipped(measured), offer(from) {}

    FillRule rule = FillRule::MarketOpen;
    Detail detail = Detail::Path;
    bool ambiguous = false;
    bool opens = true;       ///< May open or enlarge a position.
    Liquidity liquidity = Liquidity::Taker;
    Price reference;         ///< What the fill says its price is measured from,
    Price unslipped;         ///< and what the slippage is counted from.
    Int128 twiceToReference = 0; ///< Twice the ticks that a lot pays for the spread.
    Offer offer;
    Quantity most;           ///< Of the offer, for this order.
    Int128 paid = 0;         ///< So far, in ticks and lots.
};

/// Settles what one account trades: sizes that position, margin and risk limits allow, bookings, the pairs
/// that follow a position, and the end of the account. How prices come about is for whoever derives from
/// it. Implemented by subject: settlement.cpp fills, settlementgrants.cpp the sizes that may open,
/// settlementbrackets.cpp the pairs, settlementliquidation.cpp the end.
class Settlement
{
protected:
    /// The market that all of an event's fills are settled in.
    struct Setting {
        std::span<const market::Instrument> instruments;
        std::span<const Price> marks; ///< Before the event; interest accrued at them.
        CorrelationId correlation;
    };
    Settlement(const Setting& setting, const MatchingRules& rules, Book& book,
               std::vector<MatchEvent>& events);
    ~Settlement() = default;

    [[nodiscard]] virtual Timestamp time() const = 0;
    [[nodiscard]] bool isRunning() const { return m_book.halt == Halt::None; }
    [[nodiscard]] bool isCalled() const;
    [[nodiscard]] std::size_t placeAfter(OrderId id) const;

    /// Fills what the deal, position and margin allow; returns how much.
    Quantity fill(std::size_t index, Deal deal);
    void finish(std::size_t index, OrderStatus status, Reason reason);

    [[nodiscard]] bool isNew(const Order& order) const;
    [[nodiscard]] bool isHeldBack(const Order& order) const;

    /// Begins a liquidation: says what stands, and cancels every order.
    void call();
    /// What is held, largest exposure first.
    [[nodiscard]] std::vector<SymbolIndex> largestFirst() const;
    /// Closes so much of a position.
    void close(SymbolIndex symbol, Quantity size, Deal deal);
    /// Ends the liquidation of an account that is flat.
    void endLiquidation();
    void settleBorrowing();

    std::span<const market::Instrument> m_instruments;
    std::span<const Price> m_marksBefore;
    CorrelationId m_correlation;
    const MatchingRules& m_rules;
    Book& m_book;
    std::vector<MatchEvent>& m_events;
    std::vector<Price> m_marks;
    std::vector<OrderId> m_newLegs; ///< Legs of brackets that came to life in the present candle or event.

private:
    [[nodiscard]] Fill draftFill(const Order& order, const Deal& deal) const;
    [[nodiscard]] bool fitsLedger(const Fill& fill, const Offer& offer, Quantity wanted) const;
    /// What may open, and why no more.
    struct Grant {
        Quantity size;
        Reason reason = Reason::InsufficientMargin;
    };
    [[nodiscard]] Grant grant(const Fill& fill, const Offer& offer, Quantity wanted);
    [[nodiscard]] Quantity grantable(const Fill& fill, const Offer& offer, Quantity wanted) const;
    [[nodiscard]] std::int64_t withinExposure(const Fill& fill, const Offer& offer, std::int64_t lots,
                                              const portfolio::Margin& before) const;
    [[nodiscard]] portfolio::Margin marginAfter(const Fill& fill, const Offer& offer, std::int64_t lots,
                                                const portfolio::Margin& before) const;
    [[nodiscard]] Int128 lackingAfter(const Fill& fill, const Offer& offer, std::int64_t lots,
                                      const portfolio::Margin& before) const;
    [[nodiscard]] bool isOverExposed(const Fill& fill, const Offer& offer, std::int64_t lots,
                                     const portfolio::Margin& before) const;
    [[nodiscard]] std::int64_t feeRate(Liquidity liquidity) const
    {
        return liquidity == Liquidity::Maker ? m_rules.costs.maker : m_rules.costs.taker;
    }
    [[nodiscard]] Money moneyOf(SymbolIndex symbol, Int128 tickLots) const;
    void book(Fill& fill, Deal& deal, Quantity signedSize, bool opens);
    void emitEntries();

    /// What a fill means for the brackets: `opened` is the part of it that opened a position.
    void followFill(const Order& order, Quantity traded, Quantity opened);
    void growLeg(const Order& entry, BracketLeg kind, Price price, Quantity opened);
    void resizeLeg(std::size_t index, Quantity remaining, Reason whenNothingIsLeft);

    std::vector<portfolio::LedgerEntry> m_entries;
};

} // namespace core::execution
