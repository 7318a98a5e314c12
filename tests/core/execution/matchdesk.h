// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/matcher.h"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace fixture {

/// One account of 100 trading XRP at 0.01 ticks and lots, fee 0.1 %, no slippage, no liquidation fee;
/// one bar a minute.
class Desk
{
public:
    explicit Desk(std::int64_t fee = 100'000)
    {
        m_instrument.symbol = *core::Symbol::parse("XRP/USD");
        m_instrument.priceDecimals = 2;
        m_instrument.lotDecimals = 2;
        rules.costs = {fee, fee, 0, 0, {}};
        std::vector<core::portfolio::LedgerEntry> entries;
        book.account.deposit(*core::Money::parse("100"), core::Timestamp(), entries);
    }

    core::OrderId order(core::execution::Side side, core::execution::OrderType type, std::int64_t lots,
                        std::optional<core::Price> price = {})
    {
        core::execution::Order& order = place(side, type, lots);
        (type == core::execution::OrderType::Stop ? order.stop : order.limit) = price;
        return order.id;
    }

    /// Adds an order and hands it out, to be completed before the next bar.
    core::execution::Order& place(core::execution::Side side, core::execution::OrderType type,
                                  std::int64_t lots)
    {
        core::execution::Order order;
        order.id = core::OrderId{++book.lastOrder};
        order.side = side;
        order.type = type;
        order.status = core::execution::OrderStatus::Accepted;
        order.size = core::Quantity(lots);
        order.decisionTime = time;
        return book.working.emplace_back(order);
    }

    void bar(std::int64_t open, std::int64_t high, std::int64_t low, std::int64_t close, double volume = 0.0)
    {
        using core::Price;
        const core::market::Candle candle{time, Price(open), Price(high), Price(low), Price(close), volume, 0};
        const std::uint8_t present = 1;
        core::execution::BarBatch batch{time,
                                        length,
                                        std::span(&m_instrument, 1),
                                        std::span(&candle, 1),
                                        std::span(&present, 1),
                                        std::span(&mark, 1),
                                        core::CorrelationId{1}};
        if (finer.candles || finer.trades)
            batch.finer = std::span(&finer, 1);
        events.clear();
        core::execution::matchBatch(batch, rules, book, events);
        mark = candle.close;
        time += length;
    }

    void flatBar(std::int64_t price) { bar(price, price, price, price); }

    template <typename T> [[nodiscard]] std::vector<T> happened() const
    {
        std::vector<T> found;
        for (const core::execution::MatchEvent& event : events) {
            if (const T* match = std::get_if<T>(&event))
                found.push_back(*match);
        }
        return found;
    }
    /// The last bar's fills.
    [[nodiscard]] std::vector<core::execution::Fill> fills() const { return happened<core::execution::Fill>(); }
    /// The working order of that id; nullptr when it is not working any more.
    [[nodiscard]] const core::execution::Order* working(core::OrderId id) const
    {
        for (const core::execution::Order& order : book.working) {
            if (order.id == id)
                return &order;
        }
        return nullptr;
    }
    /// The order as its last step of the last bar left it.
    [[nodiscard]] core::execution::Order last(core::OrderId id) const
    {
        core::execution::Order found;
        for (const core::execution::OrderStep& step : happened<core::execution::OrderStep>()) {
            if (step.order.id == id)
                found = step.order;
        }
        return found;
    }
    [[nodiscard]] std::int64_t held() const { return book.account.position(0).quantity.lots(); }

    [[nodiscard]] core::portfolio::Margin margin() const
    {
        return core::portfolio::marginOf(book.account, std::span(&m_instrument, 1), std::span(&mark, 1));
    }
    [[nodiscard]] double liquidationPrice() const
    {
        return core::portfolio::liquidationPrice(book.account, std::span(&m_instrument, 1),
                                                 std::span(&mark, 1), 0)
            .value_or(0.0);
    }
    [[nodiscard]] core::market::Instrument& instrument() { return m_instrument; }

    core::execution::MatchingRules rules;
    core::execution::Book book{core::portfolio::Account({}, 1)};
    std::vector<core::execution::MatchEvent> events;
    core::Price mark{250};
    core::Timestamp time{};
    core::Nanoseconds length = std::chrono::minutes(1);
    core::execution::FinerData finer;

private:
    core::market::Instrument m_instrument;
};

} // namespace fixture
