// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luametadata.h"
#include "core/strategy/luatablereader.h"

#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace core::strategy {

/// What the handles given to scripts are. Every userdata begins with one of these, so that a function
/// called with the wrong object says so.
enum class Tag : std::uint32_t {
    Context, Bar, Trade, Position, Order, Candles, Column, Forming, Indicator, Series, Count
};

/// The present bar: its values live in the host, which has only one.
struct BarHandle {
    Tag tag = Tag::Bar;
};
/// The present trade, as the bar.
struct TradeHandle {
    Tag tag = Tag::Trade;
};
struct ContextHandle {
    Tag tag = Tag::Context;
};
struct PositionHandle {
    Tag tag = Tag::Position;
    SymbolIndex symbol = 0;
};
struct OrderHandle {
    Tag tag = Tag::Order;
    OrderId id;
};
/// Candles first … first + count of one symbol's columns, as they were when asked for.
struct CandlesHandle {
    Tag tag = Tag::Candles;
    SymbolIndex symbol = 0;
    const market::CandleColumns* columns = nullptr;
    std::size_t first = 0;
    std::size_t count = 0;
};
enum class Column : std::uint32_t { Time, Open, High, Low, Close, Volume };
struct ColumnHandle {
    Tag tag = Tag::Column;
    Column column = Column::Close;
    CandlesHandle candles;
};
/// A candle that has begun and not ended, as it was when asked for.
struct FormingHandle {
    Tag tag = Tag::Forming;
    SymbolIndex symbol = 0;
    market::Candle candle;
};
struct IndicatorHandle {
    Tag tag = Tag::Indicator;
    indicators::Kind kind = indicators::Kind::Sma;
    const indicators::Indicator* indicator = nullptr;
};
/// Numbers that a strategy computes, with indicators over them.
struct Series {
    std::string name;
    std::map<indicators::Spec, std::unique_ptr<indicators::Indicator>> indicators;
    double last = 0.0;
    std::uint64_t count = 0;
};
struct SeriesHandle {
    Tag tag = Tag::Series;
    Series* series = nullptr;
};

/// Names of fields, told apart by the address of their interned text: no string is compared.
template <std::size_t N> struct FieldNames {
    std::array<const char*, N> texts{};
    /// The position of the name at `index`, N when it is none of these.
    [[nodiscard]] std::size_t find(lua_State* lua, int index) const
    {
        if (lua_type(lua, index) != LUA_TSTRING)
            return N;
        const char* text = lua_tostring(lua, index);
        std::size_t i = 0;
        while (i < N && texts[i] != text)
            ++i;
        return i;
    }
};

/// A running script: its state, the context of the present callback and everything handed to it.
class LuaHost final : public LuaState
{
public:
    LuaHost(std::string fileName, const LuaLimits& limits, std::uint64_t seed);

    /// Makes ctx and bar, and finds the handlers. The top level must have run.
    void open(const Parameters& parameters);
    [[nodiscard]] bool handles(Handler handler) const
    {
        return m_handlers[static_cast<std::size_t>(handler)] != LUA_NOREF;
    }
    void pushHandler(Handler handler)
    {
        lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_handlers[static_cast<std::size_t>(handler)]);
    }
    void pushContext() { lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_contextReference); }
    void pushTrade() { lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_tradeReference); }
    void pushBar() { lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_barReference); }
    /// Sets the step of an order's life that on_order is called for, nullptr for none, and returns the one
    /// before. Until then the order shows that step, whatever has become of it since.
    const execution::Order* showStep(const execution::Order* step) { return std::exchange(m_step, step); }
    /// The order as scripts see it now. Throws ScriptError when it is not known.
    [[nodiscard]] const execution::Order& shownOrder(OrderId id) const;
    /// Pushes ctx.state, which is made when it is first asked for.
    void pushState();
    /// Whether what ctx.state holds can be kept. Fails with StrategyFailed, naming file and reason.
    [[nodiscard]] Result<void> checkState();
    [[nodiscard]] Result<std::string> saveState();
    [[nodiscard]] Result<void> restoreState(std::string_view bytes);
    void pushParameters() { lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_parametersReference); }

    /// The context of the callback that runs. Throws ScriptError when none does.
    [[nodiscard]] Context& context() const
    {
        if (m_context == nullptr) [[unlikely]]
            throw ScriptError("ctx can be used from on_start on");
        return *m_context;
    }
    /// Called before every callback; does its work when the context is a new one.
    void bind(Context& context)
    {
        if (m_context != &context) [[unlikely]]
            bindNew(context);
    }

    [[nodiscard]] std::size_t symbolCount() const { return m_scales.size(); }
    [[nodiscard]] double price(SymbolIndex symbol, Price value) const
    {
        return static_cast<double>(value.ticks()) / m_scales[symbol];
    }
    void pushSymbol(SymbolIndex symbol)
    {
        lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_symbolReferences[symbol]);
    }
    /// Throws when no declared symbol has that name.
    [[nodiscard]] SymbolIndex symbolNamed(std::string_view name) const;
    /// The only symbol. Throws when there are several, so that the script must say which.
    [[nodiscard]] SymbolIndex onlySymbol() const;
    /// The symbol named at `index`, or the only one when there is none.
    [[nodiscard]] SymbolIndex symbolAt(int index) const;

    /// Pushes a new handle.
    template <typename Handle> void push(const Handle& handle)
    {
        static_assert(std::is_trivially_destructible_v<Handle>);
        void* block = lua_newuserdatauv(lua(), sizeof(Handle), 0);
        new (block) Handle(handle);
        lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_metatables[static_cast<std::size_t>(handle.tag)]);
        lua_setmetatable(lua(), -2);
    }
    /// The handle at `index`. Throws when it is something else.
    template <typename Handle> Handle& handle(int index) const
    {
        auto* block = static_cast<Handle*>(lua_touserdata(lua(), index));
        if (block == nullptr || block->tag != Handle{}.tag) [[unlikely]]
            failHandle(index, Handle{}.tag);
        return *block;
    }

    /// Pushes the handle of an order; nil for none.
    void pushOrder(OrderId id);
    void pushFill(const execution::Fill& fill);
    void pushCandle(SymbolIndex symbol, const market::Candle& candle);

    /// Keeps `text` alive and gives the address of its interned form.
    const char* intern(std::string_view text);
    template <std::size_t N> void intern(FieldNames<N>& fields, const std::array<const char*, N>& names)
    {
        for (std::size_t i = 0; i < N; ++i)
            fields.texts[i] = intern(names[i]);
    }
    /// Makes the metatable of a kind of handle: its __index, and methods reached through `pushMethod`.
    void defineHandle(Tag tag, const char* name, lua_CFunction index,
                      std::span<const luaL_Reg> methods);
    /// Pushes the method named at `key`, or throws: `subject` has no such field, only `fields`.
    int pushMethod(Tag tag, int key, std::span<const char* const> fields);

    [[nodiscard]] Series& series(const std::string& name);
    /// Counts a kept indicator once. Throws when there are too many.
    void countIndicator(const void* owner, market::Timeframe timeframe, SymbolIndex symbol,
                        const indicators::Spec& spec);
    /// Calls the function kept under `reference` at every multiple of `interval`, through what
    /// `onTimer` was given. Throws when there are too many timers.
    void startTimer(Nanoseconds interval, int reference);
    /// Sets what makes the callback of a timer out of its function's reference.
    void onTimer(std::function<std::function<void()>(int)> makeCallback)
    {
        m_makeCallback = std::move(makeCallback);
    }

    /// Fields by kind of handle, interned.
    FieldNames<8> contextFields;
    FieldNames<8> barFields;
    FieldNames<6> tradeFields;
    FieldNames<9> positionFields;
    FieldNames<22> orderFields;
    FieldNames<6> candleFields;
    FieldNames<3> seriesFields;
    FieldNames<2> indicatorFields;
    std::array<std::array<const char*, 3>, 16> indicatorOutputs{};
    Bar bar;
    MarketTrade trade;
    /// The handle of symbol's position; made once.
    std::vector<int> positionReferences;
    int timeframeReference = LUA_NOREF;

private:
    void bindNew(Context& context);
    void pushParameterTable(const Parameters& parameters);
    [[noreturn]] void failHandle(int index, Tag expected) const;

    Context* m_context = nullptr;
    const execution::Order* m_step = nullptr;
    std::vector<double> m_scales; ///< Ticks per unit of price, by symbol.
    std::vector<int> m_symbolReferences;
    std::array<int, HANDLER_NAMES.size()> m_handlers;
    std::array<int, static_cast<std::size_t>(Tag::Count)> m_metatables;
    std::array<int, static_cast<std::size_t>(Tag::Count)> m_methods;
    int m_contextReference = LUA_NOREF;
    int m_barReference = LUA_NOREF;
    int m_tradeReference = LUA_NOREF;
    int m_parametersReference = LUA_NOREF;
    int m_stateReference = LUA_NOREF;
    std::string m_stateBuffer;
    std::map<std::string, Series, std::less<>> m_series;
    std::set<std::tuple<const void*, SymbolIndex, market::Timeframe, indicators::Spec>> m_indicators;
    std::function<std::function<void()>(int)> m_makeCallback;
    int m_timers = 0;
};

/// Each defines some kinds of handles. Called once per state, outside of any script code.
void defineBar(LuaHost& host);
void defineTrade(LuaHost& host);
void defineAccount(LuaHost& host);
void defineCandles(LuaHost& host);
void defineIndicators(LuaHost& host);
void defineContext(LuaHost& host);

/// Methods of ctx, by subject.
[[nodiscard]] std::span<const luaL_Reg> marketMethods();
[[nodiscard]] std::span<const luaL_Reg> indicatorMethods();
[[nodiscard]] std::span<const luaL_Reg> orderMethods();
[[nodiscard]] std::span<const luaL_Reg> outputMethods();

} // namespace core::strategy
