// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/tradingengine.h"
#include "core/journal/jsonline.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// What the engine's tests are made of: candles and strategies written down in a test, and everything
/// the engine hands out, kept.
namespace fixture {

using core::strategy::Bar;
using core::strategy::Context;

inline constexpr core::Nanoseconds MINUTE = std::chrono::minutes(1);
/// Monday, 2024-01-01T00:00:00Z, where every timeframe has a boundary.
inline constexpr core::Timestamp START = std::chrono::sys_days(std::chrono::days(19'723));

inline core::Timestamp minute(int index)
{
    return START + MINUTE * index;
}

/// A candle opening `index` minutes after the start, with much volume.
inline core::market::Candle candle(int index, std::int64_t open, std::int64_t high, std::int64_t low,
                                   std::int64_t close)
{
    using core::Price;
    return {minute(index), Price(open), Price(high), Price(low), Price(close), 1e6, 1};
}

inline core::market::Candle flat(int index, std::int64_t price)
{
    return candle(index, price, price, price, price);
}

/// Minutes that wander from 100.00, always the same for a seed: by up to `swing` ticks a minute, with
/// wicks of less than `wick`, one in `gap` missing.
inline std::vector<core::market::Candle> wanderingMinutes(std::uint64_t seed, int count, std::int64_t swing,
                                                          std::int64_t wick, std::int64_t gap)
{
    std::vector<core::market::Candle> candles;
    const auto dice = [&seed](std::int64_t sides) {
        seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        return static_cast<std::int64_t>((seed >> 33) % static_cast<std::uint64_t>(sides));
    };
    std::int64_t price = 10'000;
    for (int i = 0; i < count; ++i) {
        const std::int64_t open = price;
        price = std::max<std::int64_t>(1'000, price + dice(2 * swing + 1) - swing);
        const auto [low, high] = std::minmax(open, price);
        if (dice(gap) == 0)
            continue;
        const std::int64_t below = low - dice(wick);
        const std::int64_t above = high + dice(wick);
        candles.push_back(candle(i, open, above, below, price));
    }
    return candles;
}

/// A strategy whose handlers are written in the test. The engine works on copies, so what a handler
/// captures by value starts afresh with every engine.
struct Script {
    std::function<void(Context&)> start;
    std::function<void(Context&, const Bar&)> bar;
    std::function<void(Context&, core::Timestamp)> close;
    std::function<void(Context&, const core::strategy::MarketTrade&)> trade;
    std::function<void(Context&, const core::execution::Order&)> order;
    std::function<void(Context&, const core::execution::Fill&)> fill;
    std::function<void(Context&)> marginCall;
    std::function<void(Context&)> stop;
};

class ScriptedStrategy final : public core::strategy::Strategy
{
public:
    explicit ScriptedStrategy(Script script) : m_script(std::move(script)) {}

    void onStart(Context& context) override { call(m_script.start, context); }
    void onBar(Context& context, const Bar& bar) override { call(m_script.bar, context, bar); }
    void onClose(Context& context, core::Timestamp time) override { call(m_script.close, context, time); }
    void onTrade(Context& context, const core::strategy::MarketTrade& trade) override
    {
        call(m_script.trade, context, trade);
    }
    void onOrder(Context& context, const core::execution::Order& order) override
    {
        call(m_script.order, context, order);
    }
    void onFill(Context& context, const core::execution::Fill& fill) override
    {
        call(m_script.fill, context, fill);
    }
    void onMarginCall(Context& context) override { call(m_script.marginCall, context); }
    void onStop(Context& context) override { call(m_script.stop, context); }

private:
    template <typename Handler, typename... Arguments>
    static void call(const Handler& handler, Arguments&... arguments)
    {
        if (handler)
            handler(arguments...);
    }

    Script m_script;
};

/// One journal line, taken apart.
struct Line {
    std::string event;
    core::Timestamp time;
    core::CorrelationId correlation;
    int stream = 0;
    std::map<std::string, std::string> fields;

    [[nodiscard]] std::string operator[](const std::string& key) const
    {
        const auto found = fields.find(key);
        return found == fields.end() ? std::string() : found->second;
    }
};

/// Keeps everything the engine hands out.
class Output final : public core::journal::RecordSink, public core::journal::EquitySink
{
public:
    void append(core::journal::RecordBatch& batch) override
    {
        for (const core::journal::Record& record : batch.records()) {
            m_format.append(text, batch, record, std::to_string(record.stream.code()), ++m_lines);
            text += '\n';
            Line line{record.event, record.time, record.correlation, record.stream.code(), {}};
            for (const core::journal::Field& field : batch.fields(record))
                line.fields[field.key] = valueOf(batch, field);
            lines.push_back(std::move(line));
        }
    }
    void append(core::AccountIndex account,
                std::span<const core::portfolio::EquityPoint> added) override
    {
        points[account].insert(points[account].end(), added.begin(), added.end());
    }

    /// The lines of one event, of one strategy if it is named.
    [[nodiscard]] std::vector<Line> of(const std::string& event, const std::string& strategy = {}) const
    {
        std::vector<Line> found;
        std::copy_if(lines.begin(), lines.end(), std::back_inserter(found), [&](const Line& line) {
            return line.event == event && (strategy.empty() || line["strategy"] == strategy);
        });
        return found;
    }

    std::string text; ///< Every line as the journal writes it.
    std::vector<Line> lines;
    std::map<core::AccountIndex, std::vector<core::portfolio::EquityPoint>> points;

private:
    static std::string valueOf(const core::journal::RecordBatch& batch, const core::journal::Field& field)
    {
        using Type = core::journal::Field::Type;
        switch (field.type) {
        case Type::Text:
        case Type::Word:
            return std::string(batch.text(field));
        case Type::Decimal:
            return core::formatDecimal(field.integer, field.decimals);
        case Type::Number:
            return core::formatDouble(field.number);
        case Type::Integer:
        case Type::Flag:
            return std::to_string(field.integer);
        case Type::Time:
            return core::formatTimestamp(core::Timestamp(core::Nanoseconds(field.integer)));
        }
        return {};
    }

    core::journal::LineFormat m_format{"test", "0123456789abcdef"};
    std::int64_t m_lines = 0;
};

/// The last words on every order: status and reason, by id.
inline std::map<std::string, std::string> endsOf(const Output& output)
{
    std::map<std::string, std::string> ends;
    for (const Line& line : output.of("order"))
        ends[line["order_id"]] = line["status"] + " " + line["reason"];
    return ends;
}

/// A session to be: symbols with their candles and accounts with their scripts, no costs and no limits
/// on volume unless the test sets them. The range begins at the start.
class Session
{
public:
    Session()
    {
        setup.from = START;
        setup.cash = *core::Money::parse("1000");
        setup.rules.costs = {0, 0, 0, 0, {}};
        setup.rules.participation = 0;
    }

    /// Prices and lots in hundredths. Symbols are added in the order of their names.
    std::uint32_t symbol(const std::string& name, const std::vector<core::market::Candle>& candles)
    {
        core::engine::SymbolData data;
        data.instrument.symbol = *core::Symbol::parse(name);
        data.instrument.priceDecimals = 2;
        data.instrument.lotDecimals = 2;
        auto columns = std::make_shared<core::market::CandleColumns>();
        for (const core::market::Candle& each : candles)
            columns->push(each);
        data.candles = std::move(columns);
        setup.symbols.push_back(std::move(data));
        return static_cast<std::uint32_t>(setup.symbols.size() - 1);
    }

    /// An account trading all symbols so far. Accounts are added in the order of their names.
    core::engine::AccountSetup& account(const std::string& name, Script script)
    {
        core::engine::AccountSetup account;
        account.name = name;
        for (std::uint32_t i = 0; i < setup.symbols.size(); ++i)
            account.symbols.push_back(i);
        account.factory = [script = std::move(script)](const core::strategy::Parameters&, std::uint64_t)
            -> core::Result<std::unique_ptr<core::strategy::Strategy>> {
            return std::unique_ptr<core::strategy::Strategy>(std::make_unique<ScriptedStrategy>(script));
        };
        return setup.accounts.emplace_back(std::move(account));
    }

    /// Plays from beginning to end with a new engine, and does what a user does on the way. `actions` are
    /// in their order.
    Output play(const std::vector<core::portfolio::UserAction>& actions = {})
    {
        Output output;
        begin(output);
        auto next = actions.begin();
        const auto act = [&] {
            for (; next != actions.end() && next->batches <= engine->batches(); ++next) {
                if (const auto done = engine->apply(*next); !done)
                    refusals.push_back(done.error());
            }
        };
        for (act(); engine->step(); act()) {
        }
        engine->finish();
        return output;
    }
    /// A new engine at the beginning.
    void begin(Output& output)
    {
        engine = std::make_unique<core::engine::TradingEngine>(setup, &output, &output);
        if (!engine->start())
            std::abort();
    }

    [[nodiscard]] const core::engine::Desk& desk(core::AccountIndex index = 0) const
    {
        return *engine->desks()[index];
    }

    core::engine::EngineSetup setup;
    std::unique_ptr<core::engine::TradingEngine> engine;
    std::vector<core::Error> refusals; ///< Of what the user wanted.
};

using Acts = std::map<int, std::function<void(Context&)>>;

/// Does what is written for a minute at the close of its bar of the first symbol.
inline Script acting(Acts acts)
{
    Script script;
    script.bar = [acts = std::move(acts)](Context& context, const Bar& bar) {
        const auto index = static_cast<int>((bar.candle.openTime - START) / MINUTE);
        const auto found = acts.find(index);
        if (bar.symbol == 0 && found != acts.end())
            found->second(context);
    };
    return script;
}

inline std::function<void(Context&)> submits(const core::execution::OrderRequest& request)
{
    return [request](Context& context) { (void)context.submit(request); };
}

/// Flat candles for the minutes `first` to `last`, each a cent dearer than the one before.
inline std::vector<core::market::Candle> rising(int first, int last, std::int64_t price = 1'000)
{
    std::vector<core::market::Candle> candles;
    for (int i = first; i <= last; ++i)
        candles.push_back(flat(i, price + i - first));
    return candles;
}

inline core::execution::OrderRequest marketOrder(core::execution::Side side, double size,
                                                 core::SymbolIndex symbol = 0)
{
    core::execution::OrderRequest request;
    request.symbol = symbol;
    request.side = side;
    request.size.value = size;
    return request;
}

inline core::execution::OrderRequest limitOrder(core::execution::Side side, double size, double limit,
                                                core::SymbolIndex symbol = 0)
{
    auto request = marketOrder(side, size, symbol);
    request.type = core::execution::OrderType::Limit;
    request.limit = limit;
    return request;
}

inline core::execution::OrderRequest stopOrder(core::execution::Side side, double size, double stop,
                                               core::SymbolIndex symbol = 0)
{
    auto request = marketOrder(side, size, symbol);
    request.type = core::execution::OrderType::Stop;
    request.stop = stop;
    return request;
}

} // namespace fixture
