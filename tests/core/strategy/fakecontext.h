// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luahost.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

/// A context that records what a strategy asks for and lets a test say what it sees.
class FakeContext final : public core::strategy::Context
{
public:
    using Spec = core::indicators::Spec;

    explicit FakeContext(const std::vector<std::string>& symbols = {"BTC/USD"})
    {
        for (const std::string& symbol : symbols) {
            core::market::Instrument instrument;
            instrument.symbol = *core::Symbol::parse(symbol);
            m_instruments.push_back(instrument);
        }
        columns.resize(m_instruments.size());
        positions.resize(m_instruments.size());
        orders.reserve(1000);
    }

    /// Closes a candle of symbol 0 with all four prices at `close`, or with its extremes `spread` away.
    core::strategy::Bar close(double close, double spread = 0.0, core::SymbolIndex symbol = 0)
    {
        const auto price = [](double value) {
            return core::Price(static_cast<std::int64_t>(std::llround(value * 100)));
        };
        core::strategy::Bar bar;
        bar.symbol = symbol;
        bar.candle = {now, price(close), price(close + spread), price(close - spread), price(close), 2.5, 7};
        now += std::chrono::minutes(1);
        columns[symbol].push(bar.candle);
        for (auto& [key, indicator] : indicators) {
            if (std::get<0>(key) == symbol)
                indicator->update(bar.candle);
        }
        return bar;
    }

    core::Timestamp time() const override { return now; }
    std::span<const core::market::Instrument> instruments() const override { return m_instruments; }
    core::market::Timeframe timeframe() const override { return core::market::ONE_MINUTE; }
    core::Result<const core::market::CandleColumns*> candles(core::SymbolIndex symbol,
                                                             core::market::Timeframe) override
    {
        return &columns[symbol];
    }
    std::optional<core::market::Candle> forming(core::SymbolIndex symbol,
                                                core::market::Timeframe timeframe) override
    {
        if (timeframe == core::market::ONE_MINUTE || columns[symbol].empty())
            return std::nullopt;
        return columns[symbol].back();
    }
    core::Result<const core::indicators::Indicator*>
    indicator(core::SymbolIndex symbol, core::market::Timeframe timeframe, const Spec& spec) override
    {
        auto& slot = indicators[{symbol, timeframe, spec}];
        if (!slot) {
            slot = core::indicators::makeIndicator(spec, m_instruments[symbol]);
            for (std::size_t i = 0; i < columns[symbol].size(); ++i)
                slot->update(columns[symbol].at(i));
        }
        return static_cast<const core::indicators::Indicator*>(slot.get());
    }

    core::Money equity() const override { return core::Money(1'000'000'000'000); }
    core::Money cash() const override { return core::Money(900'000'000'000); }
    double marginLevel() const override { return 0.75; }
    core::strategy::PositionView position(core::SymbolIndex symbol) const override
    {
        return positions[symbol];
    }
    std::span<const core::execution::Order> workingOrders() const override { return orders; }
    const core::execution::Order* order(core::OrderId id) const override
    {
        const auto found = std::ranges::find(orders, id, &core::execution::Order::id);
        return found == orders.end() ? nullptr : &*found;
    }

    core::Result<core::OrderId> submit(const core::execution::OrderRequest& request) override
    {
        if (!refusal.empty()) {
            ++refused;
            return core::Error{core::ErrorCode::Refused, refusal, ""};
        }
        requests.push_back(request);
        core::execution::Order order;
        order.id = core::OrderId{orders.size() + 1};
        order.symbol = request.symbol;
        order.side = request.side;
        order.type = request.type;
        order.reduceOnly = request.reduceOnly;
        order.size = core::Quantity(static_cast<std::int64_t>(std::llround(request.size.value * 1e8)));
        const auto ticks = [](double value) {
            return core::Price(static_cast<std::int64_t>(std::llround(value * 100)));
        };
        if (request.limit)
            order.limit = ticks(*request.limit);
        if (request.stop)
            order.stop = ticks(*request.stop);
        if (request.trail)
            order.trail = ticks(*request.trail);
        order.trailFraction = std::llround(request.trailFraction.value_or(0.0) * 1e8);
        order.tif = request.tif;
        order.expires = request.expires.value_or(core::Timestamp());
        if (request.stopLoss)
            order.stopLoss = ticks(*request.stopLoss);
        if (request.takeProfit)
            order.takeProfit = ticks(*request.takeProfit);
        orders.push_back(order);
        if (onSubmit)
            onSubmit(orders.back());
        return order.id;
    }
    core::Result<void> cancel(core::OrderId id) override
    {
        cancelled.push_back(id);
        for (auto& order : orders) {
            if (order.id == id)
                order.status = core::execution::OrderStatus::Cancelled;
        }
        return {};
    }
    core::Result<core::OrderId> replace(core::OrderId id,
                                        const core::execution::OrderRequest& request) override
    {
        (void)cancel(id).ok();
        return submit(request);
    }
    core::Result<core::OrderId> target(core::SymbolIndex symbol, double size) override
    {
        targets.emplace_back(symbol, size);
        if (!refusal.empty()) {
            ++refused;
            return core::Error{core::ErrorCode::Refused, refusal, ""};
        }
        return core::OrderId{};
    }

    void log(std::string_view message, const core::strategy::LogFields& fields) override
    {
        logs.emplace_back(message);
        logFields = fields;
    }
    void plot(std::string_view name, double value, std::string_view pane) override
    {
        plots.emplace_back(name, value, pane);
    }
    void mark(core::SymbolIndex symbol, std::string_view text) override
    {
        marks.emplace_back(symbol, text);
    }
    void every(core::Nanoseconds interval, std::function<void()> callback) override
    {
        timers.emplace_back(interval, std::move(callback));
    }
    void suspend(std::string_view why) override { suspensions.emplace_back(why); }

    /// The reason of the first suspension; empty when there was none.
    std::string reason() const { return suspensions.empty() ? std::string() : suspensions.front(); }

    core::Timestamp now = core::fromMicroseconds(1'640'995'200'000'000);
    std::vector<core::market::CandleColumns> columns;
    std::map<std::tuple<core::SymbolIndex, core::market::Timeframe, Spec>,
             std::unique_ptr<core::indicators::Indicator>>
        indicators;
    std::vector<core::strategy::PositionView> positions;
    std::vector<core::execution::Order> orders;
    std::vector<core::execution::OrderRequest> requests;
    std::vector<std::pair<core::SymbolIndex, double>> targets;
    std::vector<core::OrderId> cancelled;
    std::vector<std::string> logs;
    core::strategy::LogFields logFields;
    std::vector<std::tuple<std::string, double, std::string>> plots;
    std::vector<std::pair<core::SymbolIndex, std::string>> marks;
    std::vector<std::pair<core::Nanoseconds, std::function<void()>>> timers;
    std::vector<std::string> suspensions;
    std::string refusal;
    int refused = 0;
    /// Called inside submit, as an engine that tells strategies at once would.
    std::function<void(const core::execution::Order&)> onSubmit;

private:
    std::vector<core::market::Instrument> m_instruments;
};

/// A script of a test, running over a fake context.
class ScriptRun
{
public:
    explicit ScriptRun(const std::string& body, const std::vector<std::string>& symbols = {"BTC/USD"},
                       std::uint64_t seed = 1, const core::strategy::LuaLimits& limits = {},
                       const core::strategy::Parameters& parameters = {})
        : context(symbols)
    {
        const auto factory = core::strategy::luaFactory(
            "test.lua", std::make_shared<const std::string>("strategy={name='test'} " + body), limits);
        auto made = factory(parameters, seed);
        if (made)
            strategy = std::move(*made);
        else
            failure = made.error().message();
    }
    /// Runs on_start; the reason of the suspension, or of the failure before it, or nothing.
    std::string start()
    {
        if (!strategy)
            return failure;
        strategy->onStart(context);
        return context.reason();
    }
    std::string bar(double close, double spread = 0.0)
    {
        const auto closed = context.close(close, spread);
        strategy->onBar(context, closed);
        return context.reason();
    }

    FakeContext context;
    std::unique_ptr<core::strategy::Strategy> strategy;
    std::string failure;
};

/// What on_start logs last, or the reason of its failure.
inline std::string logged(const std::string& body)
{
    ScriptRun run("function on_start(ctx) " + body + " end");
    const std::string reason = run.start();
    if (!reason.empty())
        return reason;
    return run.context.logs.empty() ? std::string() : run.context.logs.back();
}
