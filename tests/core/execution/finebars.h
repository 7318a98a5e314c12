// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "matchdesk.h"

#include <algorithm>
#include <array>

namespace fixture {

using namespace core;
using namespace core::execution;

inline constexpr Nanoseconds MINUTE = std::chrono::minutes(1);

/// A candle of the minute `index` of its bar.
struct FineBar {
    int index = 0;
    std::int64_t open = 0;
    std::int64_t high = 0;
    std::int64_t low = 0;
    std::int64_t close = 0;
};

inline market::CandleColumns columnsOf(Timestamp open, const std::vector<FineBar>& minutes, double volume)
{
    market::CandleColumns columns;
    for (const FineBar& bar : minutes)
        columns.push({open + MINUTE * bar.index, Price(bar.open), Price(bar.high), Price(bar.low),
                      Price(bar.close), volume, 0});
    return columns;
}

/// The bar that finer candles add up to.
inline market::Candle sumOf(Timestamp open, const market::CandleColumns& fine)
{
    market::Candle sum = fine.at(0);
    sum.openTime = open;
    sum.volume = 0.0;
    for (std::size_t i = 0; i < fine.size(); ++i) {
        sum.high = std::max(sum.high, fine.high[i]);
        sum.low = std::min(sum.low, fine.low[i]);
        sum.close = fine.close[i];
        sum.volume += fine.volume[i];
    }
    return sum;
}

/// A desk whose bars are five minutes long and known by the minute.
class FineDesk : public Desk
{
public:
    FineDesk() { length = MINUTE * 5; }

    void minutes(const std::vector<FineBar>& minutes, double volume = 0.0)
    {
        const auto fine = columnsOf(time, minutes, volume);
        match(sumOf(time, fine), fine);
    }
    /// A bar of its own, whatever its minutes say.
    void minutesUnder(const market::Candle& bar, const std::vector<FineBar>& minutes)
    {
        match(bar, columnsOf(time, minutes, 0.0));
    }

    bool usesDetail = true;

private:
    void match(const market::Candle& bar, const market::CandleColumns& fine)
    {
        if (usesDetail)
            finer = {&fine, MINUTE};
        this->bar(bar.open.ticks(), bar.high.ticks(), bar.low.ticks(), bar.close.ticks(), bar.volume);
        finer = {};
    }
};

/// An account of 100 and two symbols, quoted in ticks of 0.01 and lots of 0.01, without costs.
class FinePair
{
public:
    FinePair() : book(portfolio::Account({}, 2))
    {
        for (market::Instrument& instrument : instruments) {
            instrument.priceDecimals = 2;
            instrument.lotDecimals = 2;
        }
        rules.costs = {0, 0, 0, 0, {}};
        std::vector<portfolio::LedgerEntry> entries;
        book.account.deposit(*Money::parse("100"), time, entries);
    }

    /// Opens a position at the mark.
    void hold(SymbolIndex symbol, std::int64_t lots)
    {
        portfolio::TradePart part;
        part.symbol = symbol;
        part.quantity = Quantity(lots);
        part.notional =
            market::notional(instruments[symbol], marks[symbol], Quantity(lots).magnitude());
        std::vector<portfolio::LedgerEntry> entries;
        (void)book.account.trade(part, entries);
    }

    void order(SymbolIndex symbol, Side side, OrderType type, std::int64_t lots, std::int64_t price)
    {
        Order order;
        order.id = OrderId{++book.lastOrder};
        order.symbol = symbol;
        order.side = side;
        order.type = type;
        order.status = OrderStatus::Accepted;
        order.size = Quantity(lots);
        (type == OrderType::Stop ? order.stop : order.limit) = Price(price);
        book.working.push_back(order);
    }

    /// One bar of each symbol, known by the minute; the second is `bar` where it has no minutes.
    void minutes(const std::vector<FineBar>& first, const std::vector<FineBar>& second,
                 const market::Candle& bar = {})
    {
        std::array<market::Candle, 2> bars = {bar, bar};
        const std::array<std::vector<FineBar>, 2> minutes = {first, second};
        std::array<market::CandleColumns, 2> fine;
        std::array<FinerData, 2> finer;
        for (std::size_t i = 0; i < 2; ++i) {
            if (minutes[i].empty())
                continue;
            fine[i] = columnsOf(time, minutes[i], 0.0);
            finer[i] = {&fine[i], MINUTE};
            bars[i] = sumOf(time, fine[i]);
        }
        batch(bars, finer);
    }

    /// One bar of each symbol and what is known beyond.
    void batch(const std::array<market::Candle, 2>& bars, const std::array<FinerData, 2>& finer)
    {
        const std::array<std::uint8_t, 2> present = {1, 1};
        events.clear();
        matchBatch({time, MINUTE * 5, instruments, bars, present, marks, CorrelationId{1}, finer}, rules,
                   book, events);
        marks = {bars[0].close, bars[1].close};
        time += MINUTE * 5;
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

    std::array<market::Instrument, 2> instruments;
    std::array<Price, 2> marks = {Price(100), Price(100)};
    MatchingRules rules;
    Book book;
    std::vector<MatchEvent> events;
    Timestamp time{std::chrono::hours(1)};
};

} // namespace fixture
