// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/matcher.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

using namespace core;
using namespace core::execution;

namespace {

constexpr std::size_t ACCOUNTS = 20;
constexpr std::size_t SYMBOLS = 10;
constexpr std::int64_t PRICE = 4'000'000;

/// Twenty accounts that are long or short in every one of ten symbols, each position with a stop, and a
/// bar of each symbol that reaches none of it.
class Floor
{
public:
    Floor() : m_instruments(SYMBOLS), m_bars(SYMBOLS), m_present(SYMBOLS, 1), m_marks(SYMBOLS, Price(PRICE))
    {
        m_rules.costs = {100'000, 100'000, 50'000, 500'000, {}};
        std::vector<portfolio::LedgerEntry> entries;
        for (std::size_t a = 0; a < ACCOUNTS; ++a) {
            Book& book = m_books.emplace_back(portfolio::Account({}, SYMBOLS));
            book.account.deposit(Money(10'000'000LL * 100'000'000LL), {}, entries);
            for (SymbolIndex s = 0; s < SYMBOLS; ++s)
                open(book, s, (a + s) % 2 == 0, entries);
        }
        m_events.reserve(256);
        for (market::Candle& bar : m_bars)
            bar = {{}, Price(PRICE), Price(PRICE + 500), Price(PRICE - 500), Price(PRICE + 100), 5.0, 10};
    }

    /// One event: every account against the batch.
    std::size_t event()
    {
        m_time += std::chrono::minutes(1);
        m_events.clear();
        for (Book& book : m_books)
            matchBatch(batch(), m_rules, book, m_events);
        return m_events.size();
    }
    /// One account against the batch with a market order.
    void orderAndMatch(std::size_t account, Side side)
    {
        m_time += std::chrono::minutes(1);
        m_events.clear();
        Book& book = m_books[account];
        Order order;
        order.id = OrderId{++book.lastOrder};
        order.side = side;
        order.status = OrderStatus::Accepted;
        order.size = Quantity(1'000'000);
        book.working.push_back(order);
        matchBatch(batch(), m_rules, book, m_events);
    }
    [[nodiscard]] const std::vector<MatchEvent>& events() const { return m_events; }

private:
    [[nodiscard]] BarBatch batch() const
    {
        return {m_time, std::chrono::minutes(1), m_instruments, m_bars, m_present, m_marks, CorrelationId{1}};
    }

    static void open(Book& book, SymbolIndex symbol, bool isLong, std::vector<portfolio::LedgerEntry>& entries)
    {
        portfolio::TradePart part;
        part.symbol = symbol;
        part.quantity = Quantity(isLong ? 100'000'000 : -100'000'000);
        part.notional = Money(40'000LL * 100'000'000LL);
        book.account.trade(part, entries);
        Order stop;
        stop.id = OrderId{++book.lastOrder};
        stop.symbol = symbol;
        stop.side = isLong ? Side::Sell : Side::Cover;
        stop.type = symbol % 2 == 0 ? OrderType::Stop : OrderType::TrailingStop;
        stop.trail = Price(PRICE / 10);
        stop.status = OrderStatus::Accepted;
        stop.size = part.quantity.magnitude();
        stop.stop = Price(isLong ? PRICE * 9 / 10 : PRICE * 11 / 10);
        book.working.push_back(stop);
    }

    std::vector<market::Instrument> m_instruments;
    std::vector<market::Candle> m_bars;
    std::vector<std::uint8_t> m_present;
    std::vector<Price> m_marks;
    MatchingRules m_rules;
    std::vector<Book> m_books;
    std::vector<MatchEvent> m_events;
    Timestamp m_time{};
};

/// Margin and stops of 20 accounts in 10 symbols, when a bar of each reaches nothing.
void BM_QuietEvent(benchmark::State& state)
{
    Floor floor;
    for (auto _ : state)
        benchmark::DoNotOptimize(floor.event());
}

/// From the batch to the fill's ledger lines, for one of those accounts; the slowest of a hundred too.
void BM_EventToFill(benchmark::State& state)
{
    Floor floor;
    std::vector<double> microseconds;
    std::size_t turn = 0;
    for (auto _ : state) {
        const auto begin = std::chrono::steady_clock::now();
        floor.orderAndMatch(turn % ACCOUNTS, turn / ACCOUNTS % 2 == 0 ? Side::Buy : Side::Short);
        const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
        microseconds.push_back(taken.count());
        ++turn;
    }
    std::sort(microseconds.begin(), microseconds.end());
    state.counters["p50_us"] = microseconds[microseconds.size() / 2];
    state.counters["p99_us"] = microseconds[microseconds.size() * 99 / 100];
    state.counters["events"] = static_cast<double>(floor.events().size());
}

BENCHMARK(BM_QuietEvent);
BENCHMARK(BM_EventToFill);

} // namespace
