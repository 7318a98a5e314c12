// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/nativemarket.h"
#include "core/strategy/strategy.h"

#include <quarterdeck/strategy.h>

#include <deque>
#include <map>
#include <memory>

namespace core::strategy {

/// Inside of a plugin's context `Context` is the plugin's own.
using EngineContext = Context;

/// What a plugin sees of the engine's context, with the calls and the meaning of `ctx` in Lua. Keeps everything
/// that it hands out as long as it lives. On the engine's thread.
class NativeContext final : public quarterdeck::Context
{
public:
    /// Makes the callback of a timer out of the plugin's function.
    using WrapTimer = std::function<std::function<void()>(std::function<void(quarterdeck::Context&)>)>;
    NativeContext(const Parameters& parameters, std::uint64_t seed, WrapTimer wrapTimer);
    NativeContext(const NativeContext&) = delete;
    NativeContext& operator=(const NativeContext&) = delete;

    /// Called before every callback; does its work when the context is a new one.
    void bind(EngineContext& context)
    {
        if (m_context != &context) [[unlikely]]
            bindNew(context);
    }
    [[nodiscard]] quarterdeck::Bar barOf(const Bar& bar) const;
    [[nodiscard]] quarterdeck::Trade tradeOf(const MarketTrade& trade) const;
    [[nodiscard]] quarterdeck::Fill fillOf(const execution::Fill& fill) const;
    /// An order as it stood after a step.
    [[nodiscard]] quarterdeck::Order view(const execution::Order& order) const;

    [[nodiscard]] const quarterdeck::Indicator& indicator(std::string_view kind, Periods periods,
                                                          const quarterdeck::Of& of) override;
    [[nodiscard]] quarterdeck::Time time() const override;
    [[nodiscard]] const quarterdeck::Parameters& parameters() const override { return m_parameters; }
    [[nodiscard]] std::span<const std::string_view> symbols() const override { return m_symbols; }
    [[nodiscard]] std::string_view timeframe() const override { return m_timeframe; }
    [[nodiscard]] std::uint64_t seed() const override { return m_seed; }
    [[nodiscard]] quarterdeck::Candles candles(std::size_t count, const quarterdeck::Of& of) override;
    [[nodiscard]] std::optional<quarterdeck::Candle> forming(const quarterdeck::Of& of) override;
    [[nodiscard]] quarterdeck::Series& series(std::string_view name) override;
    [[nodiscard]] double equity() const override;
    [[nodiscard]] double cash() const override;
    [[nodiscard]] double marginLevel() const override;
    [[nodiscard]] quarterdeck::Position position(std::string_view symbol) const override;
    quarterdeck::Placed buy(const quarterdeck::OrderRequest& request) override;
    quarterdeck::Placed sell(const quarterdeck::OrderRequest& request) override;
    quarterdeck::Placed shorten(const quarterdeck::OrderRequest& request) override;
    quarterdeck::Placed cover(const quarterdeck::OrderRequest& request) override;
    quarterdeck::Placed target(double size, std::string_view symbol) override;
    quarterdeck::Placed replace(quarterdeck::OrderId order,
                                const quarterdeck::OrderRequest& changes) override;
    std::string cancel(quarterdeck::OrderId order) override;
    [[nodiscard]] quarterdeck::Order order(quarterdeck::OrderId id) const override;
    [[nodiscard]] std::vector<quarterdeck::Order> orders(std::string_view symbol) const override;
    void log(std::string_view message, std::initializer_list<quarterdeck::LogField> fields) override;
    void plot(std::string_view name, double value, std::string_view pane) override;
    void mark(std::string_view text, std::string_view symbol) override;
    void every(std::chrono::seconds interval,
               std::function<void(quarterdeck::Context&)> callback) override;

private:
    void bindNew(EngineContext& context);
    [[nodiscard]] EngineContext& context() const;
    /// The only symbol for an empty name. Throws std::invalid_argument when it cannot be told which is meant.
    [[nodiscard]] SymbolIndex symbolNamed(std::string_view name) const;
    [[nodiscard]] market::Timeframe timeframeNamed(std::string_view text) const;
    [[nodiscard]] const execution::Order& known(quarterdeck::OrderId id) const;
    quarterdeck::Placed submit(const quarterdeck::OrderRequest& request, execution::Side side);

    quarterdeck::Parameters m_parameters;
    std::uint64_t m_seed;
    WrapTimer m_wrapTimer;
    EngineContext* m_context = nullptr;
    std::deque<std::string> m_symbolTexts; ///< A deque: the views into it must stay.
    std::vector<std::string_view> m_symbols;
    std::string m_timeframe;
    std::map<std::pair<SymbolIndex, const market::CandleColumns*>, std::unique_ptr<NativeCandles>> m_sources;
    std::map<const indicators::Indicator*, std::unique_ptr<NativeIndicator>> m_readings;
    std::map<std::string, std::unique_ptr<NativeSeries>, std::less<>> m_series;
};

} // namespace core::strategy
