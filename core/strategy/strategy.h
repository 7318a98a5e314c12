// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/execution/order.h"
#include "core/indicators/indicator.h"
#include "core/market/candle.h"
#include "core/market/instrument.h"
#include "core/market/timeframe.h"
#include "core/market/trade.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace core::strategy {

using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// Declares one parameter. Number and Integer may have bounds and a step, Choice has its choices.
struct ParameterSpec {
    enum class Type : std::uint8_t { Boolean, Integer, Number, Choice };
    std::string name;
    Type type = Type::Number;
    ParameterValue defaultValue = 0.0;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::optional<double> step;
    std::vector<std::string> choices;
    std::string description;
};

/// Whether strategies and their parameters may be called so: a–z, 0–9 and '_', 1 to 64 characters.
[[nodiscard]] bool isStrategyName(std::string_view text);

/// What a strategy file declares about itself.
struct Metadata {
    std::string name; ///< See isStrategyName.
    std::string version;
    std::string author;
    std::string description;
    std::vector<Symbol> symbols; ///< Defaults the user can override.
    std::optional<market::Timeframe> timeframe;
    int warmup = 0; ///< Closed candles needed before the first onBar.
    bool hearsTrades = false; ///< It wants to be told of trades, not only of candles.
    std::vector<ParameterSpec> parameters;
};

/// The value of every declared parameter, in the order of declaration.
using Parameters = std::vector<std::pair<std::string, ParameterValue>>;

/// Checks `given` ("fast=10" pairs as text) against the declaration and fills in the defaults.
/// Fails with InvalidInput naming the parameter and its bounds.
[[nodiscard]] Result<Parameters>
resolveParameters(const Metadata& metadata,
                  const std::vector<std::pair<std::string, std::string>>& given);

/// A closed candle as handed to onBar.
struct Bar {
    SymbolIndex symbol = 0;
    market::Timeframe timeframe = market::ONE_MINUTE;
    market::Candle candle;
};

/// A trade of the market as handed to onTrade.
struct MarketTrade {
    SymbolIndex symbol = 0;
    market::Trade trade;
};

/// A position as strategies see it; doubles are for decisions, the ledger stays exact.
struct PositionView {
    Quantity quantity;       ///< Signed.
    double size = 0.0;       ///< Signed, in base units.
    double averagePrice = 0.0;
    double profit = 0.0;     ///< Open profit at the mark, entry fees included.
    Timestamp opened;
    double mae = 0.0;        ///< Worst open profit so far (zero or negative), at closes.
    double mfe = 0.0;        ///< Best open profit so far (zero or positive), at closes.
};

/// One name and value of a strategy's own log line.
using LogValue = std::variant<bool, std::int64_t, double, std::string>;
using LogFields = std::vector<std::pair<std::string, LogValue>>;

/// Everything a strategy may see and do. Given to each callback; lives on the engine's thread. Nothing
/// in it reaches past the current event. Symbol numbers are positions in the strategy's own symbol
/// list (names ascending).
class Context
{
public:
    virtual ~Context() = default;

    // Market
    [[nodiscard]] virtual Timestamp time() const = 0;
    [[nodiscard]] virtual std::span<const market::Instrument> instruments() const = 0;
    [[nodiscard]] virtual market::Timeframe timeframe() const = 0;
    /// Closed candles of the session so far, oldest first; `timeframe` must be a multiple of the base
    /// one. Fails with InvalidInput otherwise. The pointer stays valid for the session; its columns grow.
    [[nodiscard]] virtual Result<const market::CandleColumns*> candles(SymbolIndex symbol,
                                                                      market::Timeframe timeframe) = 0;
    /// The forming candle of a timeframe coarser than the base one, if it has begun.
    [[nodiscard]] virtual std::optional<market::Candle> forming(SymbolIndex symbol,
                                                                market::Timeframe timeframe) = 0;
    /// An indicator kept up to date before every onBar. Asking twice gives the same one; asked late, it
    /// has the value it would have had if asked at the start. Owned by the engine, valid for the session.
    [[nodiscard]] virtual Result<const indicators::Indicator*>
    indicator(SymbolIndex symbol, market::Timeframe timeframe, const indicators::Spec& spec) = 0;

    // Account
    [[nodiscard]] virtual Money equity() const = 0;
    [[nodiscard]] virtual Money cash() const = 0;
    /// E / (L + S); infinity when flat.
    [[nodiscard]] virtual double marginLevel() const = 0;
    [[nodiscard]] virtual PositionView position(SymbolIndex symbol) const = 0;
    [[nodiscard]] virtual std::span<const execution::Order> workingOrders() const = 0;
    /// The order whatever its state; nullptr for an id that is not this strategy's.
    [[nodiscard]] virtual const execution::Order* order(OrderId id) const = 0;

    // Orders. A rejected order has an id and a life in the journal too; its reason is in the error.
    [[nodiscard]] virtual Result<OrderId> submit(const execution::OrderRequest& request) = 0;
    /// Cancels a working order. Fails with NotFound when it is not working any more.
    [[nodiscard]] virtual Result<void> cancel(OrderId id) = 0;
    /// Cancels and submits anew in one step; what was filled stays filled.
    [[nodiscard]] virtual Result<OrderId> replace(OrderId id, const execution::OrderRequest& request) = 0;
    /// Brings the position to `size` base units (signed) by one market order, working market orders of
    /// the symbol counted in. No order, and id 0, when there is nothing to do.
    [[nodiscard]] virtual Result<OrderId> target(SymbolIndex symbol, double size) = 0;

    // Outputs
    virtual void log(std::string_view message, const LogFields& fields) = 0;
    virtual void plot(std::string_view name, double value, std::string_view pane) = 0;
    virtual void mark(SymbolIndex symbol, std::string_view text) = 0;
    /// Calls `callback` at the close of every batch in which a multiple of `interval` (UTC) was reached.
    virtual void every(Nanoseconds interval, std::function<void()> callback) = 0;
    /// Stops the strategy after this callback: its reason is shown and journaled.
    virtual void suspend(std::string_view reason) = 0;
};

/// A trading strategy. One object a session and account; every handler runs on the engine's thread.
/// Exceptions suspend the strategy; the others go on.
class Strategy
{
public:
    virtual ~Strategy() = default;
    virtual void onStart(Context&) {}
    /// The session goes on after a stop of `gap`: called in place of onStart, after restoreState.
    virtual void onResume(Context& context, Nanoseconds gap)
    {
        (void)gap;
        onStart(context);
    }
    virtual void onBar(Context&, const Bar&) {}
    virtual void onClose(Context&, Timestamp) {}
    /// A trade, in order, before the candle that it is part of closes. What is sent now meets what comes after all
    /// trades of its time. Only for who declares to hear trades.
    virtual void onTrade(Context&, const MarketTrade&) {}
    virtual void onOrder(Context&, const execution::Order&) {}
    virtual void onFill(Context&, const execution::Fill&) {}
    virtual void onMarginCall(Context&) {}
    virtual void onStop(Context&) {}
    /// Nothing more happens at this time: the place to check what is to be kept.
    virtual void onBatchEnd(Context&) {}
    /// What it wants to find again after a stop, as bytes; equal states give equal bytes, and empty ones
    /// none. Fails with StrategyFailed when it is in no state to be kept.
    [[nodiscard]] virtual Result<std::string> saveState() { return std::string(); }
    /// Takes what saveState gave. Before onResume, once. Fails with Corrupt and changes nothing for bytes
    /// that it did not give.
    [[nodiscard]] virtual Result<void> restoreState(std::string_view bytes)
    {
        if (bytes.empty())
            return {};
        return Error{ErrorCode::Corrupt, "the strategy keeps no state, but there is one", ""};
    }
    /// Whether it can be called again after a failure; a script that was stopped for good cannot.
    [[nodiscard]] virtual bool canResume() const { return true; }
    /// It is called again after it was suspended. Only when it can be.
    virtual void resume() {}
};

/// Makes fresh instances of one verified strategy, one a session start (a backward seek makes another).
/// Copies share the verified bytes.
using StrategyFactory = std::function<Result<std::unique_ptr<Strategy>>(const Parameters&, std::uint64_t seed)>;

} // namespace core::strategy
