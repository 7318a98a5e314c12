// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luaruntime.h"

#include <fmt/format.h>

namespace core::strategy {

namespace {

constexpr std::array<const char*, 15> INDICATOR_KINDS = {
    "sma",    "ema",        "wma",    "rsi",          "atr",     "macd",   "bbands", "adx",
    "stddev", "choppiness", "zscore", "volume_ratio", "highest", "lowest", "roc"};

constexpr std::array<const char*, 2> INDICATOR_FIELDS = {"value", "ready"};
constexpr std::array<const char*, 3> SERIES_FIELDS = {"value", "count", "name"};

/// handle.value, handle.ready, bands.upper …: nil before warm-up.
int indicatorIndex(lua_State* lua, LuaHost& host)
{
    const auto& handle = host.handle<IndicatorHandle>(1);
    const std::size_t field = host.indicatorFields.find(lua, 2);
    const bool ready = handle.indicator->ready();
    if (field == 1) {
        lua_pushboolean(lua, ready);
        return 1;
    }
    std::size_t output = 0;
    if (field != 0) {
        const auto& outputs = host.indicatorOutputs[static_cast<std::size_t>(handle.kind)];
        const char* key = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "";
        while (output < outputs.size() && outputs[output] != key)
            ++output;
        if (output == outputs.size()) {
            std::vector<const char*> fields(INDICATOR_FIELDS.begin(), INDICATOR_FIELDS.end());
            for (const std::string_view name : indicators::outputNames(handle.kind))
                fields.push_back(name.data());
            return host.pushMethod(Tag::Indicator, 2, fields);
        }
    }
    if (ready)
        lua_pushnumber(lua, handle.indicator->value(output));
    else
        lua_pushnil(lua);
    return 1;
}

/// The indicator that the table at 2 asks for: {30, source = "hl2"}.
indicators::Spec readSpec(const TableReader& table, const char* kind)
{
    const std::vector<double> parameters = table.numbers(3);
    const std::string source = table.text("source", 16).value_or("close");
    const auto spec = indicators::makeSpec(kind, parameters, source);
    if (!spec)
        throw ScriptError(spec.error().message());
    return *spec;
}

/// ctx:sma{30, symbol =, timeframe =, source =}
int contextIndicator(lua_State* lua, LuaHost& host, const char* kind)
{
    host.handle<ContextHandle>(1);
    const TableReader table(lua, 2, fmt::format("ctx:{}", kind));
    constexpr std::array FIELDS = {"symbol", "timeframe", "source"};
    table.allowOnly(FIELDS, 3);
    const auto name = table.text("symbol", 64);
    const SymbolIndex symbol = name ? host.symbolNamed(*name) : host.onlySymbol();
    market::Timeframe timeframe = host.context().timeframe();
    if (const auto text = table.text("timeframe", 16)) {
        const auto parsed = market::Timeframe::parse(*text);
        if (!parsed)
            throw ScriptError(parsed.error().message());
        timeframe = *parsed;
    }
    const indicators::Spec spec = readSpec(table, kind);
    host.countIndicator(nullptr, timeframe, symbol, spec);
    const auto indicator = host.context().indicator(symbol, timeframe, spec);
    if (!indicator)
        throw ScriptError(indicator.error().message());
    host.push(IndicatorHandle{Tag::Indicator, spec.kind, *indicator});
    return 1;
}

/// series:sma{30}: to be asked for before the first push, so that it sees every number.
int seriesIndicator(lua_State* lua, LuaHost& host, const char* kind)
{
    Series& series = *host.handle<SeriesHandle>(1).series;
    const TableReader table(lua, 2, fmt::format("series:{}", kind));
    constexpr std::array FIELDS = {"source"};
    table.allowOnly(FIELDS, 3);
    const indicators::Spec spec = readSpec(table, kind);
    auto found = series.indicators.find(spec);
    if (found == series.indicators.end()) {
        if (series.count > 0)
            throw ScriptError(fmt::format("ask for the indicators of series \"{}\" before its first push",
                                          series.name));
        host.countIndicator(&series, market::ONE_MINUTE, 0, spec);
        found = series.indicators
                    .emplace(spec, indicators::makeIndicator(spec, market::Instrument()))
                    .first;
    }
    host.push(IndicatorHandle{Tag::Indicator, spec.kind, found->second.get()});
    return 1;
}

template <std::size_t Kind> int contextIndicatorOf(lua_State* lua, LuaHost& host)
{
    return contextIndicator(lua, host, INDICATOR_KINDS[Kind]);
}

template <std::size_t Kind> int seriesIndicatorOf(lua_State* lua, LuaHost& host)
{
    return seriesIndicator(lua, host, INDICATOR_KINDS[Kind]);
}

/// ctx:series("spread")
int contextSeries(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    if (lua_type(lua, 2) != LUA_TSTRING)
        throw ScriptError("ctx:series takes a name: ctx:series(\"spread\")");
    host.push(SeriesHandle{Tag::Series, &host.series(cleanText(lua, 2, 64))});
    return 1;
}

int seriesIndex(lua_State* lua, LuaHost& host)
{
    const Series& series = *host.handle<SeriesHandle>(1).series;
    switch (host.seriesFields.find(lua, 2)) {
    case 0:
        if (series.count > 0)
            lua_pushnumber(lua, series.last);
        else
            lua_pushnil(lua);
        return 1;
    case 1: lua_pushinteger(lua, static_cast<lua_Integer>(series.count)); return 1;
    case 2: lua_pushlstring(lua, series.name.data(), series.name.size()); return 1;
    default: return host.pushMethod(Tag::Series, 2, SERIES_FIELDS);
    }
}

/// series:push(number)
int seriesPush(lua_State* lua, LuaHost& host)
{
    Series& series = *host.handle<SeriesHandle>(1).series;
    const double value = lua_tonumber(lua, 2);
    if (lua_type(lua, 2) != LUA_TNUMBER || !std::isfinite(value))
        throw ScriptError(fmt::format("series \"{}\" takes finite numbers, not {}", series.name,
                                      lua_type(lua, 2) == LUA_TNUMBER ? formatDouble(value)
                                                                      : typeName(lua, 2)));
    host.chargeGuarded(static_cast<std::int64_t>(10 * series.indicators.size()));
    series.last = value;
    ++series.count;
    for (auto& [spec, indicator] : series.indicators)
        indicator->push(value);
    return 0;
}

template <std::size_t... Kinds> auto contextTable(std::index_sequence<Kinds...>)
{
    return std::array{luaL_Reg{INDICATOR_KINDS[Kinds], guarded<LuaHost, contextIndicatorOf<Kinds>>}...,
                      luaL_Reg{"series", guarded<LuaHost, contextSeries>}};
}

template <std::size_t... Kinds> auto seriesTable(std::index_sequence<Kinds...>)
{
    return std::array{luaL_Reg{INDICATOR_KINDS[Kinds], guarded<LuaHost, seriesIndicatorOf<Kinds>>}...,
                      luaL_Reg{"push", guarded<LuaHost, seriesPush>}};
}

constexpr auto ALL_KINDS = std::make_index_sequence<INDICATOR_KINDS.size()>();

} // namespace

void defineIndicators(LuaHost& host)
{
    host.intern(host.indicatorFields, INDICATOR_FIELDS);
    host.intern(host.seriesFields, SERIES_FIELDS);
    for (std::size_t kind = 0; kind < INDICATOR_KINDS.size(); ++kind) {
        const auto names = indicators::outputNames(static_cast<indicators::Kind>(kind));
        for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 3); ++i)
            host.indicatorOutputs[kind][i] = host.intern(names[i]);
    }
    host.defineHandle(Tag::Indicator, "indicator", guarded<LuaHost, indicatorIndex>, {});
    static const auto METHODS = seriesTable(ALL_KINDS);
    host.defineHandle(Tag::Series, "series", guarded<LuaHost, seriesIndex>, METHODS);
}

std::span<const luaL_Reg> indicatorMethods()
{
    static const auto METHODS = contextTable(ALL_KINDS);
    return METHODS;
}

} // namespace core::strategy
