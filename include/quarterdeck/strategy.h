// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "quarterdeck/market.h"
#include "quarterdeck/orders.h"
#include "quarterdeck/parameters.h"

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace quarterdeck {

/// One named value of a log line.
using LogValue = std::variant<bool, std::int64_t, double, std::string_view>;
using LogField = std::pair<std::string_view, LogValue>;

/// Everything a strategy may see and do, with the calls and the meaning of `ctx` in Lua. Given to each callback;
/// the same object for the whole session, to be used on the callback's thread and during callbacks alone. What
/// cannot be meant (a symbol that is not traded, a size given twice) throws std::invalid_argument; what the
/// account or the market forbids is refused with a reason.
class Context : public Indicators
{
public:
    // Session
    [[nodiscard]] virtual Time time() const = 0; ///< Of the present event.
    [[nodiscard]] virtual const Parameters& parameters() const = 0;
    /// Names ascending; valid for the session.
    [[nodiscard]] virtual std::span<const std::string_view> symbols() const = 0;
    [[nodiscard]] virtual std::string_view timeframe() const = 0;
    /// Of the session: whatever is random must follow from it, so that a replay repeats itself.
    [[nodiscard]] virtual std::uint64_t seed() const = 0;

    // Market
    /// The last `count` closed candles, fewer when there are not as many.
    [[nodiscard]] virtual Candles candles(std::size_t count, const Of& of = {}) = 0;
    /// The candle of a coarser timeframe that has begun and not ended.
    [[nodiscard]] virtual std::optional<Candle> forming(const Of& of) = 0;
    [[nodiscard]] virtual Series& series(std::string_view name) = 0;

    // Account, in the quote currency
    [[nodiscard]] virtual double equity() const = 0;
    [[nodiscard]] virtual double cash() const = 0;
    /// Equity / (longs + shorts); infinite when flat.
    [[nodiscard]] virtual double marginLevel() const = 0;
    [[nodiscard]] virtual Position position(std::string_view symbol = {}) const = 0;

    // Orders. They execute at the next event at the earliest.
    virtual Placed buy(const OrderRequest& request) = 0;
    virtual Placed sell(const OrderRequest& request) = 0;
    virtual Placed shorten(const OrderRequest& request) = 0; ///< ctx:short, a keyword here.
    virtual Placed cover(const OrderRequest& request) = 0;
    /// One market order that brings the position to `size` base units, negative for short; working market orders
    /// are counted in.
    virtual Placed target(double size, std::string_view symbol = {}) = 0;
    Placed close(std::string_view symbol = {}) { return target(0.0, symbol); }
    /// Cancels and submits anew in one step; what was filled stays filled.
    virtual Placed replace(OrderId order, const OrderRequest& changes) = 0;
    /// Empty when done, else why not.
    virtual std::string cancel(OrderId order) = 0;
    /// Throws std::invalid_argument for an id that is not this strategy's.
    [[nodiscard]] virtual Order order(OrderId id) const = 0;
    /// The working orders, oldest first; all symbols' when none is named.
    [[nodiscard]] virtual std::vector<Order> orders(std::string_view symbol = {}) const = 0;

    // Outputs
    virtual void log(std::string_view message, std::initializer_list<LogField> fields = {}) = 0;
    /// A point of a line over the candles, or in a pane of its own; NaN draws nothing.
    virtual void plot(std::string_view name, double value, std::string_view pane = {}) = 0;
    /// A note on the chart at the present bar.
    virtual void mark(std::string_view text, std::string_view symbol = {}) = 0;
    /// Calls `callback` whenever a multiple of `interval` (UTC) was reached, after the callbacks of that time.
    virtual void every(std::chrono::seconds interval, std::function<void(Context&)> callback) = 0;

protected:
    ~Context() = default;
};

/// A trading strategy: one object a session, called on one thread at a time. An exception that leaves a callback
/// suspends the strategy: its text is shown and journaled, and the others go on.
class Strategy
{
public:
    virtual ~Strategy() = default;
    virtual void onStart(Context&) {}                   ///< Once, before the first bar.
    /// A live session goes on after a stop of `gap`: called in place of onStart, after restoreState. A replay that is
    /// taken up again is played anew from its beginning, with onStart.
    virtual void onResume(Context& context, std::chrono::nanoseconds gap)
    {
        (void)gap;
        onStart(context);
    }
    virtual void onBar(Context&, const Bar&) {}         ///< A closed candle, symbol by symbol.
    virtual void onClose(Context&, Time) {}             ///< Once, after every onBar of that time.
    virtual void onOrder(Context&, const Order&) {}     ///< Every step of an order's life.
    virtual void onFill(Context&, const Fill&) {}
    virtual void onMarginCall(Context&) {}              ///< Orders are cancelled and positions closed by then.
    virtual void onStop(Context&) {}                    ///< At the end.
    /// What it wants to find again after a stop, as bytes, at most 1 MiB; equal states give equal bytes.
    [[nodiscard]] virtual std::string saveState() { return {}; }
    /// Takes what saveState gave, once, before onResume; throws on bytes that it did not give. Without it nothing is
    /// kept.
    virtual void restoreState(std::string_view bytes) { (void)bytes; }
    /// A trade, before the candle that it is part of closes. Orders that are sent now meet what comes after all
    /// trades of its time. Only where trades are stored, and when the plugin's metadata says "trades": true.
    virtual void onTrade(Context&, const Trade&) {}
};

} // namespace quarterdeck
