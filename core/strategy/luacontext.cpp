// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luaruntime.h"

#include <fmt/format.h>

#include <charconv>

namespace core::strategy {

namespace {

constexpr std::array<const char*, 8> CONTEXT_FIELDS = {
    "time", "parameters", "equity", "cash", "margin_level", "symbols", "timeframe", "state"};
constexpr std::size_t MAX_NAME = 64;
constexpr std::size_t MAX_LOG_FIELDS = 64;
/// What is written stays in memory until the batch ends: a callback can write some tens of megabytes.
constexpr std::size_t WRITTEN_BYTES_PER_INSTRUCTION = 4;

std::int64_t chargeFor(std::size_t bytes)
{
    return static_cast<std::int64_t>(bytes / WRITTEN_BYTES_PER_INSTRUCTION);
}

std::int64_t chargeFor(const LogFields& fields)
{
    std::size_t bytes = 0;
    for (const auto& [name, value] : fields) {
        const auto* text = std::get_if<std::string>(&value);
        bytes += 80 + name.size() + (text != nullptr ? text->size() : 0);
    }
    return chargeFor(bytes);
}

int pushSymbols(lua_State* lua, LuaHost& host)
{
    lua_newtable(lua);
    for (SymbolIndex i = 0; i < host.symbolCount(); ++i) {
        host.pushSymbol(i);
        lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
    }
    return 1;
}

int contextIndex(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    Context& context = host.context();
    switch (host.contextFields.find(lua, 2)) {
    case 0: lua_pushinteger(lua, toMicroseconds(context.time())); return 1;
    case 1: host.pushParameters(); return 1;
    case 2: lua_pushnumber(lua, context.equity().toDouble()); return 1;
    case 3: lua_pushnumber(lua, context.cash().toDouble()); return 1;
    case 4: lua_pushnumber(lua, context.marginLevel()); return 1;
    case 5: return pushSymbols(lua, host);
    case 6: lua_rawgeti(lua, LUA_REGISTRYINDEX, host.timeframeReference); return 1;
    case 7: host.pushState(); return 1;
    default: return host.pushMethod(Tag::Context, 2, CONTEXT_FIELDS);
    }
}

LogValue readLogValue(lua_State* lua, const std::string& name)
{
    switch (lua_type(lua, -1)) {
    case LUA_TBOOLEAN: return lua_toboolean(lua, -1) != 0;
    case LUA_TSTRING: return cleanText(lua, -1);
    case LUA_TNUMBER:
        if (lua_isinteger(lua, -1) != 0)
            return std::int64_t{lua_tointeger(lua, -1)};
        return lua_tonumber(lua, -1);
    default:
        throw ScriptError(fmt::format("ctx:log: {} must be a number, boolean or string, not a {}", name,
                                      typeName(lua, -1)));
    }
}

/// One field of ctx:log{…}, its value on top of the stack and its key below; [1] is the message.
void readLogField(lua_State* lua, std::map<std::string, LogValue>& fields, std::string& message)
{
    const bool isFirst = lua_isinteger(lua, -2) != 0 && lua_tointeger(lua, -2) == 1;
    if (isFirst && lua_type(lua, -1) == LUA_TSTRING) {
        message = cleanText(lua, -1);
        return;
    }
    if (lua_type(lua, -2) != LUA_TSTRING)
        throw ScriptError("ctx:log takes a text first and then named fields: ctx:log{\"text\", n = 1}");
    const std::string name = cleanText(lua, -2, MAX_NAME);
    fields[name] = readLogValue(lua, name);
}

/// The fields of ctx:log{…} by name; the message comes out apart.
LogFields readLogFields(lua_State* lua, LuaHost& host, std::string& message)
{
    std::map<std::string, LogValue> fields;
    std::optional<std::string> fault;
    host.chargeGuarded(host.blockCharge());
    std::size_t count = 0;
    for (lua_pushnil(lua); lua_next(lua, 2) != 0; lua_pop(lua, 1)) {
        if (++count > MAX_LOG_FIELDS + 1)
            throw ScriptError(fmt::format("ctx:log takes at most {} fields", MAX_LOG_FIELDS));
    }
    for (lua_pushnil(lua); lua_next(lua, 2) != 0; lua_pop(lua, 1)) {
        try {
            readLogField(lua, fields, message);
        } catch (const ScriptError& error) {
            // The table's own order differs between runs; messages must not.
            if (!fault || error.what() < *fault)
                fault = error.what();
        }
    }
    if (fault)
        throw ScriptError(*fault);
    return {fields.begin(), fields.end()};
}

/// ctx:log("text") and ctx:log{"text", spread = 1.5}
int log(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    std::string message;
    LogFields fields;
    if (lua_type(lua, 2) == LUA_TSTRING)
        message = cleanText(lua, 2);
    else if (lua_type(lua, 2) == LUA_TTABLE)
        fields = readLogFields(lua, host, message);
    else
        throw ScriptError(fmt::format("ctx:log takes a text or a table, not a {}", typeName(lua, 2)));
    host.chargeGuarded(200 + chargeFor(message.size()) + chargeFor(fields));
    host.context().log(message, fields);
    return 0;
}

/// ctx:plot(name, value, {pane = "below"}); a nil value, as before warm-up, draws nothing.
int plot(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    if (lua_type(lua, 2) != LUA_TSTRING)
        throw ScriptError("ctx:plot takes a name first: ctx:plot(\"fast\", value)");
    std::string pane;
    if (!lua_isnoneornil(lua, 4)) {
        const TableReader options(lua, 4, "ctx:plot");
        constexpr std::array FIELDS = {"pane"};
        options.allowOnly(FIELDS);
        pane = options.text("pane", MAX_NAME).value_or("");
    }
    if (lua_isnoneornil(lua, 3))
        return 0;
    if (lua_type(lua, 3) != LUA_TNUMBER)
        throw ScriptError(fmt::format("ctx:plot: the value must be a number, not a {}", typeName(lua, 3)));
    host.chargeGuarded(100);
    host.context().plot(cleanText(lua, 2, MAX_NAME), lua_tonumber(lua, 3), pane);
    return 0;
}

/// ctx:mark(text [, {symbol =}]): a note on the chart at the present bar.
int mark(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    if (lua_type(lua, 2) != LUA_TSTRING)
        throw ScriptError(fmt::format("ctx:mark takes a text, not a {}", typeName(lua, 2)));
    std::optional<std::string> symbol;
    if (!lua_isnoneornil(lua, 3)) {
        const TableReader options(lua, 3, "ctx:mark");
        constexpr std::array FIELDS = {"symbol"};
        options.allowOnly(FIELDS);
        symbol = options.text("symbol", MAX_NAME);
    }
    const std::string text = cleanText(lua, 2, 256);
    host.chargeGuarded(200 + chargeFor(text.size()));
    host.context().mark(symbol ? host.symbolNamed(*symbol) : host.onlySymbol(), text);
    return 0;
}

/// Reads "15s", "30m", "4h", "1d" or "1w".
std::optional<Nanoseconds> parseInterval(std::string_view text)
{
    using namespace std::chrono;
    static const std::map<char, Nanoseconds> UNITS = {
        {'s', seconds(1)}, {'m', minutes(1)}, {'h', hours(1)}, {'d', days(1)}, {'w', weeks(1)}};
    int count = 0;
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, count);
    const auto unit = rest + 1 == end ? UNITS.find(*rest) : UNITS.end();
    if (fault != std::errc() || unit == UNITS.end() || count < 1 || count > 10'000)
        return std::nullopt;
    return count * unit->second;
}

/// ctx:every("1h", function(ctx) … end)
int every(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const auto interval = lua_type(lua, 2) == LUA_TSTRING ? parseInterval(cleanText(lua, 2, 16))
                                                          : std::nullopt;
    if (!interval || lua_type(lua, 3) != LUA_TFUNCTION)
        throw ScriptError("ctx:every takes an interval and a function: ctx:every(\"1h\", fn); "
                          "intervals are whole numbers of s, m, h, d or w");
    lua_pushvalue(lua, 3);
    host.startTimer(*interval, luaL_ref(lua, LUA_REGISTRYINDEX));
    return 0;
}

constexpr std::array<luaL_Reg, 4> OUTPUT_METHODS = {{{"log", guarded<LuaHost, log>},
                                                     {"plot", guarded<LuaHost, plot>},
                                                     {"mark", guarded<LuaHost, mark>},
                                                     {"every", guarded<LuaHost, every>}}};

} // namespace

void defineContext(LuaHost& host)
{
    host.intern(host.contextFields, CONTEXT_FIELDS);
    for (const auto methods : {marketMethods(), indicatorMethods(), orderMethods(), outputMethods()})
        host.defineHandle(Tag::Context, "ctx", guarded<LuaHost, contextIndex>, methods);
}

std::span<const luaL_Reg> outputMethods()
{
    return OUTPUT_METHODS;
}

} // namespace core::strategy
