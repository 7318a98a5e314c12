// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativecontext.h"

#include "core/strategy/nativeorders.h"
#include "core/trust/utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <stdexcept>

namespace core::strategy {

using execution::Side;
using quarterdeck::Placed;

namespace {

// As for scripts, so that a strategy written both ways logs the same.
constexpr std::size_t MAX_TEXT = 4096;
constexpr std::size_t MAX_NAME = 64;
constexpr std::size_t MAX_MARK = 256;

std::string cleanText(std::string_view text, std::size_t longest = MAX_TEXT)
{
    return trust::cleanUtf8(text.substr(0, longest));
}

/// No order and no reason when there was nothing to do.
Placed placed(const Result<OrderId>& outcome)
{
    if (!outcome)
        return {{}, outcome.error().message()};
    return {quarterdeck::OrderId{outcome->value}, {}};
}

LogValue logValue(const quarterdeck::LogValue& value)
{
    return std::visit(
        [](const auto& held) -> LogValue {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string_view>)
                return cleanText(held);
            else
                return held;
        },
        value);
}

} // namespace

NativeContext::NativeContext(const Parameters& parameters, std::uint64_t seed, WrapTimer wrapTimer)
    : m_parameters({parameters.begin(), parameters.end()}), m_seed(seed), m_wrapTimer(std::move(wrapTimer))
{
}

void NativeContext::bindNew(EngineContext& context)
{
    m_context = &context;
    m_timeframe = context.timeframe().text();
    m_symbols.clear();
    m_symbolTexts.clear();
    for (const market::Instrument& instrument : context.instruments())
        m_symbols.emplace_back(m_symbolTexts.emplace_back(instrument.symbol.text()));
}

EngineContext& NativeContext::context() const
{
    if (m_context == nullptr)
        throw std::invalid_argument("the context can be used from onStart on");
    return *m_context;
}

SymbolIndex NativeContext::symbolNamed(std::string_view name) const
{
    if (name.empty() && m_symbols.size() != 1)
        throw std::invalid_argument("the strategy has several symbols: say which one");
    for (std::size_t i = 0; i < m_symbols.size(); ++i) {
        if (name.empty() || m_symbols[i] == name)
            return static_cast<SymbolIndex>(i);
    }
    throw std::invalid_argument(fmt::format("\"{}\" is not among the strategy's symbols ({})",
                                            name.substr(0, MAX_NAME), fmt::join(m_symbols, ", ")));
}

market::Timeframe NativeContext::timeframeNamed(std::string_view text) const
{
    if (text.empty())
        return context().timeframe();
    const auto timeframe = market::Timeframe::parse(text);
    if (!timeframe)
        throw std::invalid_argument(timeframe.error().message());
    return *timeframe;
}

quarterdeck::Bar NativeContext::barOf(const Bar& bar) const
{
    return {nativeCandle(context().instruments()[bar.symbol], bar.candle), m_symbols[bar.symbol], m_timeframe};
}

quarterdeck::Trade NativeContext::tradeOf(const MarketTrade& trade) const
{
    return nativeTrade(context().instruments()[trade.symbol], trade.trade, m_symbols[trade.symbol]);
}

quarterdeck::Fill NativeContext::fillOf(const execution::Fill& fill) const
{
    return nativeFill(context().instruments()[fill.symbol], m_symbols[fill.symbol], fill);
}

quarterdeck::Time NativeContext::time() const
{
    return context().time();
}

const quarterdeck::Indicator& NativeContext::indicator(std::string_view kind, Periods periods,
                                                       const quarterdeck::Of& of)
{
    const auto found = context().indicator(symbolNamed(of.symbol), timeframeNamed(of.timeframe),
                                           nativeSpec(kind, periods, of.source));
    if (!found)
        throw std::invalid_argument(found.error().message());
    auto& reading = m_readings[*found];
    if (!reading)
        reading = std::make_unique<NativeIndicator>(**found);
    return *reading;
}

quarterdeck::Candles NativeContext::candles(std::size_t count, const quarterdeck::Of& of)
{
    if (count == 0)
        throw std::invalid_argument("candles needs a count of at least 1");
    const SymbolIndex symbol = symbolNamed(of.symbol);
    const auto columns = context().candles(symbol, timeframeNamed(of.timeframe));
    if (!columns)
        throw std::invalid_argument(columns.error().message());
    auto& source = m_sources[{symbol, *columns}];
    if (!source)
        source = std::make_unique<NativeCandles>(context().instruments()[symbol], **columns);
    const std::size_t size = (*columns)->size();
    const std::size_t taken = std::min(size, count);
    return {*source, size - taken, taken};
}

std::optional<quarterdeck::Candle> NativeContext::forming(const quarterdeck::Of& of)
{
    const SymbolIndex symbol = symbolNamed(of.symbol);
    const auto candle = context().forming(symbol, timeframeNamed(of.timeframe));
    if (!candle)
        return std::nullopt;
    return nativeCandle(context().instruments()[symbol], *candle);
}

quarterdeck::Series& NativeContext::series(std::string_view name)
{
    const auto found = m_series.find(name);
    if (found != m_series.end())
        return *found->second;
    return *m_series.emplace(name, std::make_unique<NativeSeries>(std::string(name))).first->second;
}

double NativeContext::equity() const
{
    return context().equity().toDouble();
}

double NativeContext::cash() const
{
    return context().cash().toDouble();
}

double NativeContext::marginLevel() const
{
    return context().marginLevel();
}

quarterdeck::Position NativeContext::position(std::string_view symbol) const
{
    const SymbolIndex index = symbolNamed(symbol);
    const PositionView held = context().position(index);
    quarterdeck::Position position;
    position.symbol = m_symbols[index];
    if (held.quantity.isZero())
        return position;
    position.size = held.size;
    position.averagePrice = held.averagePrice;
    position.cost = held.averagePrice * std::abs(held.size);
    position.profit = held.profit;
    position.mae = held.mae;
    position.mfe = held.mfe;
    position.opened = held.opened;
    return position;
}

Placed NativeContext::submit(const quarterdeck::OrderRequest& request, Side side)
{
    return placed(context().submit(nativeRequest(request, symbolNamed(request.symbol), side)));
}

Placed NativeContext::buy(const quarterdeck::OrderRequest& request)
{
    return submit(request, Side::Buy);
}

Placed NativeContext::sell(const quarterdeck::OrderRequest& request)
{
    return submit(request, Side::Sell);
}

Placed NativeContext::shorten(const quarterdeck::OrderRequest& request)
{
    return submit(request, Side::Short);
}

Placed NativeContext::cover(const quarterdeck::OrderRequest& request)
{
    return submit(request, Side::Cover);
}

Placed NativeContext::target(double size, std::string_view symbol)
{
    return placed(context().target(symbolNamed(symbol), size));
}

const execution::Order& NativeContext::known(quarterdeck::OrderId id) const
{
    const execution::Order* order = context().order(OrderId{static_cast<std::uint64_t>(id)});
    if (order == nullptr)
        throw std::invalid_argument(
            fmt::format("{} is no order of this strategy", static_cast<std::uint64_t>(id)));
    return *order;
}

quarterdeck::Order NativeContext::view(const execution::Order& order) const
{
    return nativeOrder(context().instruments()[order.symbol], m_symbols[order.symbol], order);
}

Placed NativeContext::replace(quarterdeck::OrderId id, const quarterdeck::OrderRequest& changes)
{
    const execution::Order& old = known(id);
    return placed(context().replace(
        old.id, nativeReplacement(changes, context().instruments()[old.symbol], old)));
}

std::string NativeContext::cancel(quarterdeck::OrderId order)
{
    const auto outcome = context().cancel(OrderId{static_cast<std::uint64_t>(order)});
    return outcome ? std::string() : outcome.error().message();
}

quarterdeck::Order NativeContext::order(quarterdeck::OrderId id) const
{
    return view(known(id));
}

std::vector<quarterdeck::Order> NativeContext::orders(std::string_view symbol) const
{
    std::optional<SymbolIndex> only;
    if (!symbol.empty())
        only = symbolNamed(symbol);
    std::vector<quarterdeck::Order> all;
    for (const execution::Order& working : context().workingOrders()) {
        if (!only || working.symbol == *only)
            all.push_back(view(working));
    }
    return all;
}

void NativeContext::log(std::string_view message, std::initializer_list<quarterdeck::LogField> fields)
{
    std::map<std::string, LogValue> byName;
    for (const auto& [name, value] : fields)
        byName[cleanText(name, MAX_NAME)] = logValue(value);
    context().log(cleanText(message), {byName.begin(), byName.end()});
}

void NativeContext::plot(std::string_view name, double value, std::string_view pane)
{
    if (!std::isnan(value))
        context().plot(cleanText(name, MAX_NAME), value, cleanText(pane, MAX_NAME));
}

void NativeContext::mark(std::string_view text, std::string_view symbol)
{
    context().mark(symbolNamed(symbol), cleanText(text, MAX_MARK));
}

void NativeContext::every(std::chrono::seconds interval, std::function<void(quarterdeck::Context&)> callback)
{
    constexpr std::chrono::seconds LONGEST = std::chrono::weeks(10'000);
    if (interval < std::chrono::seconds(1) || interval > LONGEST || !callback)
        throw std::invalid_argument("every takes an interval of 1 second to 10,000 weeks and a function");
    context().every(interval, m_wrapTimer(std::move(callback)));
}

} // namespace core::strategy
