// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/bookmatcher.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace fixture {

using namespace core;
using namespace core::execution;

/// Prices and sizes of one side of a book.
using BookSide = std::vector<std::pair<std::int64_t, std::int64_t>>;

inline std::vector<market::BookLevel> levelsOf(const BookSide& side)
{
    std::vector<market::BookLevel> levels;
    for (const auto& [price, size] : side)
        levels.push_back({Price(price), Quantity(size)});
    return levels;
}

/// One account of 100 and the live markets of two symbols at 0.01 ticks and lots, fee 0.1 %, no
/// liquidation fee; an event a second.
class BookDesk
{
public:
    BookDesk()
    {
        for (market::Instrument& instrument : instruments) {
            instrument.priceDecimals = 2;
            instrument.lotDecimals = 2;
        }
        rules.matching.costs = {100'000, 100'000, 0, 0, {}};
        for (std::size_t i = 0; i < books.size(); ++i)
            markets[i].book = &books[i];
        std::vector<portfolio::LedgerEntry> entries;
        account.account.deposit(*Money::parse("100"), Timestamp(), entries);
    }
    BookDesk(const BookDesk&) = delete;
    BookDesk& operator=(const BookDesk&) = delete;

    Order& place(Side side, OrderType type, std::int64_t lots, SymbolIndex symbol = 0)
    {
        Order order;
        order.id = OrderId{++account.lastOrder};
        order.symbol = symbol;
        order.side = side;
        order.type = type;
        order.status = OrderStatus::Accepted;
        order.size = Quantity(lots);
        order.decisionTime = time;
        return account.working.emplace_back(order);
    }
    OrderId limit(Side side, std::int64_t lots, std::int64_t price)
    {
        Order& order = place(side, OrderType::Limit, lots);
        order.limit = Price(price);
        return order.id;
    }

    /// A new snapshot of a symbol's book.
    void book(const BookSide& bids, const BookSide& asks, SymbolIndex symbol = 0)
    {
        time += std::chrono::seconds(1);
        if (!books[symbol].applySnapshot(levelsOf(bids), levelsOf(asks), time))
            qFatal("the snapshot is sound");
        match(symbol, nullptr);
    }
    void print(std::int64_t price, std::int64_t size, SymbolIndex symbol = 0)
    {
        time += std::chrono::seconds(1);
        const market::Trade trade{time, Price(price), Quantity(size), market::TakerSide::Unknown, 0};
        markets[symbol].lastTrade = trade.price;
        markets[symbol].lastTradeTime = time;
        match(symbol, &trade);
    }
    /// Whatever was done to the books, as an event of a symbol.
    void match(SymbolIndex symbol, const market::Trade* trade)
    {
        events.clear();
        matchBook({time, symbol, trade, instruments, markets, marks, CorrelationId{1}}, rules, account, events);
        for (std::size_t i = 0; i < marks.size(); ++i)
            marks[i] = markOf(markets[i], rules, time, marks[i]).price;
    }

    template <typename T> [[nodiscard]] std::vector<T> happened() const
    {
        std::vector<T> found;
        for (const MatchEvent& event : events) {
            if (const T* match = std::get_if<T>(&event))
                found.push_back(*match);
        }
        return found;
    }
    [[nodiscard]] std::vector<Fill> fills() const { return happened<Fill>(); }
    /// The event's fill; an empty one where there is not exactly one.
    [[nodiscard]] Fill onlyFill() const { return fills().size() == 1 ? fills().front() : Fill(); }
    [[nodiscard]] const Order* working(OrderId id) const
    {
        for (const Order& order : account.working) {
            if (order.id == id)
                return &order;
        }
        return nullptr;
    }
    [[nodiscard]] std::int64_t held(SymbolIndex symbol = 0) const
    {
        return account.account.position(symbol).quantity.lots();
    }
    [[nodiscard]] portfolio::Margin margin() const
    {
        return portfolio::marginOf(account.account, instruments, marks);
    }

    std::array<market::Instrument, 2> instruments;
    std::array<market::OrderBook, 2> books = {market::OrderBook(10), market::OrderBook(10)};
    std::array<SymbolMarket, 2> markets;
    std::array<Price, 2> marks = {};
    BookRules rules;
    Book account{portfolio::Account({}, 2)};
    std::vector<MatchEvent> events;
    Timestamp time{std::chrono::hours(1)};
};

} // namespace fixture
