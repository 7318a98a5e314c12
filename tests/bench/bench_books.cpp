// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/bookmatcher.h"

#include <benchmark/benchmark.h>

#include <array>
#include <vector>

using namespace core;
using namespace core::execution;

namespace {

constexpr std::int64_t MIDDLE = 4'000'000;
constexpr std::int64_t LEVELS = 100;

/// A hundred levels a side, a tick apart, and an account that holds, with a limit and a stop waiting.
class Exchange
{
public:
    Exchange() : m_book(LEVELS)
    {
        std::vector<market::BookLevel> bids;
        std::vector<market::BookLevel> asks;
        for (std::int64_t i = 1; i <= LEVELS; ++i) {
            bids.push_back({Price(MIDDLE - i), Quantity(1'000'000)});
            asks.push_back({Price(MIDDLE + i), Quantity(1'000'000)});
        }
        (void)m_book.applySnapshot(bids, asks, m_time);
        m_market.book = &m_book;
        std::vector<portfolio::LedgerEntry> entries;
        m_account.account.deposit(Money(10'000'000LL * 100'000'000LL), m_time, entries);
        order(Side::Buy, OrderType::Market, 5'000'000);
        event();
        order(Side::Buy, OrderType::Limit, 5'000'000).limit = Price(MIDDLE - 50'000);
        order(Side::Sell, OrderType::Stop, 5'000'000).stop = Price(MIDDLE - 60'000);
        event();
    }

    Order& order(Side side, OrderType type, std::int64_t lots)
    {
        Order order;
        order.id = OrderId{++m_account.lastOrder};
        order.side = side;
        order.type = type;
        order.status = OrderStatus::Accepted;
        order.size = Quantity(lots);
        return m_account.working.emplace_back(order);
    }
    /// Another size far down one side.
    void update()
    {
        m_time += std::chrono::milliseconds(1);
        m_size = m_size % 9 + 1;
        const market::BookLevel level{Price(MIDDLE - 40), Quantity(m_size * 1'000'000)};
        (void)m_book.applyUpdate(std::span(&level, 1), {}, m_time);
    }
    std::size_t event()
    {
        m_events.clear();
        matchBook({m_time, 0, nullptr, std::span(&m_instrument, 1), std::span(&m_market, 1),
                   std::span(&m_mark, 1), CorrelationId{1}},
                  m_rules, m_account, m_events);
        return m_events.size();
    }

private:
    market::Instrument m_instrument;
    market::OrderBook m_book;
    SymbolMarket m_market;
    Price m_mark{MIDDLE};
    BookRules m_rules;
    Book m_account{portfolio::Account({}, 1)};
    std::vector<MatchEvent> m_events;
    Timestamp m_time{std::chrono::hours(1)};
    std::int64_t m_size = 1;
};

void BM_BookUpdate(benchmark::State& state)
{
    Exchange exchange;
    for (auto _ : state)
        exchange.update();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_BookUpdate);

void BM_QuietBookEvent(benchmark::State& state)
{
    Exchange exchange;
    for (auto _ : state)
        benchmark::DoNotOptimize(exchange.event());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_QuietBookEvent);

/// Turns round through ten levels and back.
void BM_MarketOrderThroughTenLevels(benchmark::State& state)
{
    Exchange exchange;
    bool buys = false;
    for (auto _ : state) {
        exchange.update();
        exchange.order(buys ? Side::Buy : Side::Short, OrderType::Market, 10'000'000);
        buys = !buys;
        benchmark::DoNotOptimize(exchange.event());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_MarketOrderThroughTenLevels);

} // namespace
