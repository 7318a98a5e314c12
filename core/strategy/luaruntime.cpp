// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luaruntime.h"

#include "core/strategy/luasavedstate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace core::strategy {

namespace {

constexpr std::array<const char*, static_cast<std::size_t>(Tag::Count)> HANDLE_NAMES = {
    "ctx", "bar", "trade", "position", "order", "candles", "column", "forming candle", "indicator",
    "series"};
constexpr std::size_t MAX_SERIES = 256;
constexpr std::size_t MAX_INDICATORS = 500;
constexpr int MAX_TIMERS = 64;
/// What an indicator keeps for each candle it looks back.
constexpr double BYTES_PER_PERIOD = 32;

std::size_t indexOf(Tag tag)
{
    return static_cast<std::size_t>(tag);
}

/// __newindex of every handle, and of ctx.parameters.
int refuseAssignment(lua_State* lua)
{
    const char* field = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    return luaL_error(lua, "%s.%s cannot be assigned", typeName(lua, 1), field);
}

/// __index of ctx.parameters: asked only for what is not there.
int refuseParameter(lua_State* lua)
{
    const char* field = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    return luaL_error(lua, "there is no parameter \"%s\"", field);
}

void pushValue(lua_State* lua, const ParameterValue& value)
{
    if (const auto* flag = std::get_if<bool>(&value))
        lua_pushboolean(lua, *flag);
    else if (const auto* whole = std::get_if<std::int64_t>(&value))
        lua_pushinteger(lua, *whole);
    else if (const auto* number = std::get_if<double>(&value))
        lua_pushnumber(lua, *number);
    else
        lua_pushstring(lua, std::get<std::string>(value).c_str());
}

} // namespace

LuaHost::LuaHost(std::string fileName, const LuaLimits& limits, std::uint64_t seed)
    : LuaState(std::move(fileName), limits, seed)
{
    m_handlers.fill(LUA_NOREF);
    m_metatables.fill(LUA_NOREF);
    m_methods.fill(LUA_NOREF);
    defineBar(*this);
    defineTrade(*this);
    defineAccount(*this);
    defineCandles(*this);
    defineIndicators(*this);
    defineContext(*this);
}

void LuaHost::open(const Parameters& parameters)
{
    for (std::size_t i = 0; i < m_handlers.size(); ++i) {
        lua_pushglobaltable(lua());
        lua_pushstring(lua(), HANDLER_NAMES[i]);
        // The global table may have got a metatable from the script: read past it.
        if (lua_rawget(lua(), -2) == LUA_TFUNCTION)
            m_handlers[i] = luaL_ref(lua(), LUA_REGISTRYINDEX);
        lua_settop(lua(), 0);
    }
    pushParameterTable(parameters);
    m_parametersReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
    push(ContextHandle());
    m_contextReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
    push(BarHandle());
    m_barReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
    push(TradeHandle());
    m_tradeReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
}

void LuaHost::pushParameterTable(const Parameters& parameters)
{
    lua_newtable(lua());
    for (const auto& [name, value] : parameters) {
        lua_pushstring(lua(), name.c_str());
        pushValue(lua(), value);
        lua_rawset(lua(), -3);
    }
    lua_newtable(lua());
    lua_pushcfunction(lua(), refuseParameter);
    lua_setfield(lua(), -2, "__index");
    lua_pushcfunction(lua(), refuseAssignment);
    lua_setfield(lua(), -2, "__newindex");
    lua_pushliteral(lua(), "protected");
    lua_setfield(lua(), -2, "__metatable");
    lua_setmetatable(lua(), -2);
}

void LuaHost::pushState()
{
    if (m_stateReference == LUA_NOREF) {
        lua_newtable(lua());
        m_stateReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
    }
    lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_stateReference);
}

Result<void> LuaHost::checkState()
{
    if (m_stateReference == LUA_NOREF || dead())
        return {};
    pushState();
    const auto checked = checkPlain(lua(), -1, m_stateBuffer);
    lua_pop(lua(), 1);
    if (checked)
        return {};
    return Error{ErrorCode::StrategyFailed, fmt::format("{}: {}", fileName(), checked.error().what), ""};
}

Result<std::string> LuaHost::saveState()
{
    if (dead())
        return Error{ErrorCode::StrategyFailed, error(), ""};
    if (m_stateReference == LUA_NOREF)
        return std::string();
    pushState();
    auto written = writePlain(lua(), -1);
    lua_pop(lua(), 1);
    return written;
}

Result<void> LuaHost::restoreState(std::string_view bytes)
{
    if (bytes.empty())
        return {};
    if (const auto read = readPlain(lua(), bytes); !read)
        return read.error();
    luaL_unref(lua(), LUA_REGISTRYINDEX, m_stateReference);
    m_stateReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
    return {};
}

void LuaHost::bindNew(Context& context)
{
    m_context = &context;
    for (const int reference : m_symbolReferences)
        luaL_unref(lua(), LUA_REGISTRYINDEX, reference);
    for (const int reference : positionReferences)
        luaL_unref(lua(), LUA_REGISTRYINDEX, reference);
    m_symbolReferences.clear();
    positionReferences.clear();
    m_scales.clear();
    for (const market::Instrument& instrument : context.instruments()) {
        positionReferences.push_back(LUA_NOREF);
        m_scales.push_back(static_cast<double>(powerOfTen(instrument.priceDecimals)));
        lua_pushstring(lua(), instrument.symbol.text().c_str());
        m_symbolReferences.push_back(luaL_ref(lua(), LUA_REGISTRYINDEX));
    }
    luaL_unref(lua(), LUA_REGISTRYINDEX, timeframeReference);
    lua_pushstring(lua(), context.timeframe().text().c_str());
    timeframeReference = luaL_ref(lua(), LUA_REGISTRYINDEX);
}

SymbolIndex LuaHost::symbolNamed(std::string_view name) const
{
    const auto instruments = context().instruments();
    for (std::size_t i = 0; i < instruments.size(); ++i) {
        if (instruments[i].symbol.text() == name)
            return static_cast<SymbolIndex>(i);
    }
    std::vector<std::string> names;
    for (const market::Instrument& instrument : instruments)
        names.push_back(instrument.symbol.text());
    throw ScriptError(fmt::format("\"{}\" is not among the strategy's symbols ({})",
                                  name.substr(0, 40), fmt::join(names, ", ")));
}

SymbolIndex LuaHost::onlySymbol() const
{
    if (symbolCount() != 1)
        throw ScriptError("the strategy has several symbols: say which one by symbol=");
    return 0;
}

SymbolIndex LuaHost::symbolAt(int index) const
{
    if (lua_isnoneornil(lua(), index))
        return onlySymbol();
    if (lua_type(lua(), index) != LUA_TSTRING)
        throw ScriptError(fmt::format("a symbol must be a string, not a {}", typeName(lua(), index)));
    return symbolNamed(cleanText(lua(), index, 64));
}

void LuaHost::failHandle(int index, Tag expected) const
{
    const char* wanted = HANDLE_NAMES[indexOf(expected)];
    throw ScriptError(fmt::format("expected {}, not {} (methods are called with a colon: ctx:log)",
                                  wanted, typeName(lua(), index)));
}

const char* LuaHost::intern(std::string_view text)
{
    lua_pushlstring(lua(), text.data(), text.size());
    const char* address = lua_tostring(lua(), -1);
    luaL_ref(lua(), LUA_REGISTRYINDEX);
    return address;
}

void LuaHost::defineHandle(Tag tag, const char* name, lua_CFunction index,
                           std::span<const luaL_Reg> methods)
{
    if (m_methods[indexOf(tag)] == LUA_NOREF) {
        lua_newtable(lua());
        m_methods[indexOf(tag)] = luaL_ref(lua(), LUA_REGISTRYINDEX);
    }
    lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_methods[indexOf(tag)]);
    for (const luaL_Reg& method : methods) {
        lua_pushcfunction(lua(), method.func);
        lua_setfield(lua(), -2, method.name);
    }
    lua_pop(lua(), 1);
    if (m_metatables[indexOf(tag)] != LUA_NOREF)
        return;
    lua_newtable(lua());
    lua_pushcfunction(lua(), index);
    lua_setfield(lua(), -2, "__index");
    lua_pushcfunction(lua(), refuseAssignment);
    lua_setfield(lua(), -2, "__newindex");
    lua_pushstring(lua(), name);
    lua_setfield(lua(), -2, "__name");
    m_metatables[indexOf(tag)] = luaL_ref(lua(), LUA_REGISTRYINDEX);
}

int LuaHost::pushMethod(Tag tag, int key, std::span<const char* const> fields)
{
    lua_rawgeti(lua(), LUA_REGISTRYINDEX, m_methods[indexOf(tag)]);
    lua_pushvalue(lua(), key);
    if (lua_rawget(lua(), -2) != LUA_TNIL)
        return 1;
    const std::string name =
        lua_type(lua(), key) == LUA_TSTRING ? cleanText(lua(), key, 60) : typeName(lua(), key);
    throw ScriptError(fmt::format("{} has no field \"{}\" (it has: {})", HANDLE_NAMES[indexOf(tag)],
                                  name, fmt::join(fields, ", ")));
}

Series& LuaHost::series(const std::string& name)
{
    if (const auto found = m_series.find(name); found != m_series.end())
        return found->second;
    if (m_series.size() == MAX_SERIES)
        throw ScriptError(fmt::format("there are already {} series", MAX_SERIES));
    Series& series = m_series[name];
    series.name = name;
    return series;
}

void LuaHost::countIndicator(const void* owner, market::Timeframe timeframe, SymbolIndex symbol,
                             const indicators::Spec& spec)
{
    if (m_indicators.contains({owner, symbol, timeframe, spec}))
        return;
    if (m_indicators.size() == MAX_INDICATORS)
        throw ScriptError(fmt::format("there are already {} indicators", MAX_INDICATORS));
    const double longest = *std::ranges::max_element(spec.parameters);
    chargeMemory(static_cast<std::size_t>(std::max(longest, 1.0) * BYTES_PER_PERIOD));
    m_indicators.insert({owner, symbol, timeframe, spec});
}

void LuaHost::startTimer(Nanoseconds interval, int reference)
{
    if (m_timers == MAX_TIMERS)
        throw ScriptError(fmt::format("there are already {} timers", MAX_TIMERS));
    ++m_timers;
    context().every(interval, m_makeCallback(reference));
}

} // namespace core::strategy
