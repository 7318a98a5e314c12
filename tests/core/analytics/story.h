// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/performance.h"

#include <variant>
#include <vector>

/// An account written down in a test: what it does is told to a Performance and kept for others to
/// read.
namespace story {

using core::Money;
using core::Quantity;
using core::SymbolIndex;
using core::Timestamp;
using core::analytics::Cause;

/// Monday, 2024-01-01T00:00:00Z.
inline constexpr Timestamp START = std::chrono::sys_days(std::chrono::days(19'723));

inline Timestamp at(int days, int hours = 0, int minutes = 0)
{
    return START + std::chrono::days(days) + std::chrono::hours(hours) +
           std::chrono::minutes(minutes);
}

/// An amount of whole quote units.
inline Money quote(std::int64_t units)
{
    return Money(units * 100'000'000);
}

/// A point with what the open positions were worth then, by symbol.
struct Point
{
    core::portfolio::EquityPoint equity;
    std::vector<std::int64_t> values;
};
using Event = std::variant<core::analytics::LedgerLine, core::analytics::FillLine, Point>;

/// Trades whole lots at prices in quote counts a lot, with no rules whatever.
class Account
{
public:
    explicit Account(std::size_t symbols)
        : performance(symbols), lots(symbols), prices(symbols, 100'000'000)
    {}

    void line(Timestamp time, Cause cause, std::optional<SymbolIndex> symbol, Money amount,
              std::int64_t quantity = 0)
    {
        cash += amount;
        const core::analytics::LedgerLine line{time, cause, symbol, amount, Quantity(quantity)};
        performance.line(line);
        events.emplace_back(line);
    }
    void deposit(Timestamp time, Money amount) { line(time, Cause::Deposit, std::nullopt, amount); }

    /// Buys (positive) or sells lots at the symbol's price, as one fill: of two parts where it
    /// turns the position, the fee after each.
    void trade(Timestamp time, SymbolIndex symbol, std::int64_t quantity, Money fee = {},
               core::analytics::FillLine costs = {})
    {
        const std::int64_t held = lots[symbol];
        costs.notional = Money(std::abs(quantity) * prices[symbol]);
        performance.fill(costs);
        events.emplace_back(costs);
        const bool turns =
            held != 0 && (held > 0) != (quantity > 0) && std::abs(quantity) > std::abs(held);
        if (turns) {
            part(time, symbol, -held, fee);
            quantity += held;
        }
        part(time, symbol, quantity, fee);
    }

    /// Ends a batch at the present prices.
    void point(Timestamp time)
    {
        Point point;
        point.equity.time = time;
        point.equity.cash = cash;
        point.equity.equity = cash;
        for (SymbolIndex i = 0; i < lots.size(); ++i) {
            const Money value(lots[i] * prices[i]);
            point.values.push_back(value.count());
            point.equity.equity += value;
            (lots[i] > 0 ? point.equity.longExposure : point.equity.shortExposure) +=
                lots[i] > 0 ? value : -value;
            if (lots[i] != 0)
                performance.mark(i, value);
        }
        performance.point(point.equity);
        events.emplace_back(point);
    }
    /// Ends a batch at a new price of the first symbol, in whole quote units.
    void point(Timestamp time, std::int64_t price)
    {
        prices[0] = quote(price).count();
        point(time);
    }

    core::analytics::Performance performance;
    std::vector<std::int64_t> lots;
    std::vector<std::int64_t> prices;
    Money cash;
    std::vector<Event> events;

private:
    void part(Timestamp time, SymbolIndex symbol, std::int64_t quantity, Money fee)
    {
        lots[symbol] += quantity;
        line(time, Cause::Trade, symbol, Money(-quantity * prices[symbol]), quantity);
        if (fee != Money())
            line(time, Cause::Fee, symbol, -fee);
    }
};

} // namespace story
