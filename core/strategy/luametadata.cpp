// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luametadata.h"

#include "core/strategy/luatablereader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace core::strategy {

namespace {

constexpr std::size_t MAX_NAME = 64;
constexpr std::size_t MAX_SHORT_TEXT = 256;
constexpr std::size_t MAX_SYMBOLS = 64;
constexpr std::size_t MAX_PARAMETERS = 64;
constexpr std::int64_t MAX_WARMUP = 1'000'000;

std::vector<Symbol> readSymbols(const TableReader& table)
{
    std::vector<Symbol> symbols;
    for (const std::string& text : table.texts("symbols").value_or(std::vector<std::string>())) {
        const auto symbol = Symbol::parse(text);
        if (!symbol)
            table.fail("symbols: " + symbol.error().what);
        if (std::ranges::find(symbols, *symbol) != symbols.end())
            table.fail(fmt::format("symbols names {} twice", text));
        symbols.push_back(*symbol);
    }
    if (symbols.size() > MAX_SYMBOLS)
        table.fail(fmt::format("symbols has more than {} entries", MAX_SYMBOLS));
    return symbols;
}

using Type = ParameterSpec::Type;

Type typeOfDefault(lua_State* lua, const TableReader& table)
{
    const int kind = table.push("default");
    const bool whole = lua_isinteger(lua, -1) != 0;
    const std::string text = typeName(lua, -1);
    lua_pop(lua, 1);
    switch (kind) {
    case LUA_TBOOLEAN: return Type::Boolean;
    case LUA_TNUMBER: return whole ? Type::Integer : Type::Number;
    case LUA_TSTRING: return Type::Choice;
    case LUA_TNIL: table.fail("needs a default");
    default: table.fail(fmt::format("default must be a number, boolean or string, not a {}", text));
    }
}

Type readType(lua_State* lua, const TableReader& table)
{
    const Type implied = typeOfDefault(lua, table);
    const auto stated = table.text("type", MAX_SHORT_TEXT);
    if (!stated)
        return implied;
    static const std::map<std::string, Type, std::less<>> TYPES = {{"boolean", Type::Boolean},
                                                                   {"integer", Type::Integer},
                                                                   {"number", Type::Number},
                                                                   {"choice", Type::Choice}};
    const auto found = TYPES.find(*stated);
    if (found == TYPES.end())
        table.fail(fmt::format("type must be number, integer, boolean or choice, not \"{}\"", *stated));
    const bool fits = found->second == implied ||
                      (found->second == Type::Number && implied == Type::Integer);
    if (!fits)
        table.fail(fmt::format("default is not a {}", *stated));
    return found->second;
}

void readBounds(const TableReader& table, ParameterSpec& spec, double value)
{
    spec.minimum = table.number("min");
    spec.maximum = table.number("max");
    spec.step = table.number("step");
    for (const auto& bound : {spec.minimum, spec.maximum, spec.step, std::optional(value)}) {
        if (bound && !std::isfinite(*bound))
            table.fail("has a number that is not finite");
        if (bound && spec.type == Type::Integer && *bound != std::floor(*bound))
            table.fail("is an integer, but min, max or step is not (write default = 2.0 for a number)");
    }
    if (spec.step && *spec.step <= 0)
        table.fail("step must be above 0");
    if (spec.minimum && spec.maximum && *spec.minimum > *spec.maximum)
        table.fail("min is above max");
    if ((spec.minimum && value < *spec.minimum) || (spec.maximum && value > *spec.maximum))
        table.fail("default is outside min and max");
}

void readChoices(const TableReader& table, ParameterSpec& spec)
{
    spec.choices = table.texts("choices").value_or(std::vector<std::string>());
    if (spec.choices.empty())
        table.fail("has a text as default and so needs choices");
    const std::string value = *table.text("default", MAX_SHORT_TEXT);
    if (std::ranges::find(spec.choices, value) == spec.choices.end())
        table.fail("default is not one of its choices");
    spec.defaultValue = value;
}

/// Reads the parameter whose table is on top of the stack.
ParameterSpec readParameter(lua_State* lua, const std::string& name)
{
    const TableReader table(lua, -1, fmt::format("parameter {}", name));
    constexpr std::array FIELDS = {"default", "type", "min", "max", "step", "choices", "description"};
    table.allowOnly(FIELDS);
    ParameterSpec spec;
    spec.name = name;
    spec.type = readType(lua, table);
    spec.description = table.text("description").value_or("");
    const bool numeric = spec.type == Type::Integer || spec.type == Type::Number;
    if (!numeric && (table.has("min") || table.has("max") || table.has("step")))
        table.fail("min, max and step are for numbers");
    if (spec.type != Type::Choice && table.has("choices"))
        table.fail("choices are for texts");
    if (numeric)
        readBounds(table, spec, *table.number("default"));
    if (spec.type == Type::Integer)
        spec.defaultValue = *table.integer("default");
    else if (spec.type == Type::Number)
        spec.defaultValue = *table.number("default");
    else if (spec.type == Type::Boolean)
        spec.defaultValue = *table.boolean("default");
    else
        readChoices(table, spec);
    return spec;
}

/// Parameters in the order of their names: a Lua table has no other order.
std::vector<ParameterSpec> readParameters(lua_State* lua, const TableReader& table)
{
    std::map<std::string, ParameterSpec> specs;
    if (table.push("parameters") == LUA_TNIL) {
        lua_pop(lua, 1);
        return {};
    }
    const TableReader list(lua, -1, "strategy.parameters");
    const int index = lua_gettop(lua);
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        if (lua_type(lua, -2) != LUA_TSTRING || !isStrategyName(cleanText(lua, -2)))
            list.fail("must be named with a–z, 0–9 and _");
        const std::string name = cleanText(lua, -2);
        specs.emplace(name, readParameter(lua, name));
        if (specs.size() > MAX_PARAMETERS)
            list.fail(fmt::format("has more than {} entries", MAX_PARAMETERS));
    }
    lua_pop(lua, 1);
    std::vector<ParameterSpec> parameters;
    for (auto& [name, spec] : specs)
        parameters.push_back(std::move(spec));
    return parameters;
}

Metadata readTable(lua_State* lua)
{
    const TableReader table(lua, -1, "strategy");
    constexpr std::array FIELDS = {"name",    "version",   "author", "description",
                                   "symbols", "timeframe", "warmup", "parameters", "trades"};
    table.allowOnly(FIELDS);
    Metadata metadata;
    metadata.name = table.text("name").value_or("");
    if (!isStrategyName(metadata.name))
        table.fail("needs a name of 1 to 64 characters a–z, 0–9 and _");
    metadata.version = table.text("version", MAX_SHORT_TEXT).value_or("");
    metadata.author = table.text("author", MAX_SHORT_TEXT).value_or("");
    metadata.description = table.text("description").value_or("");
    metadata.symbols = readSymbols(table);
    if (const auto text = table.text("timeframe", MAX_SHORT_TEXT)) {
        const auto timeframe = market::Timeframe::parse(*text);
        if (!timeframe)
            table.fail("timeframe: " + timeframe.error().message());
        metadata.timeframe = *timeframe;
    }
    const std::int64_t warmup = table.integer("warmup").value_or(0);
    if (warmup < 0 || warmup > MAX_WARMUP)
        table.fail(fmt::format("warmup must be between 0 and {}", MAX_WARMUP));
    metadata.warmup = static_cast<int>(warmup);
    metadata.parameters = readParameters(lua, table);
    metadata.hearsTrades = table.boolean("trades").value_or(false);
    return metadata;
}

/// Looks at one global: a function called on_… that no one calls is a mistake worth telling.
void checkGlobal(lua_State* lua)
{
    if (lua_type(lua, -2) != LUA_TSTRING)
        return;
    const std::string name = cleanText(lua, -2, MAX_NAME);
    const bool known = std::ranges::find(HANDLER_NAMES, name) != HANDLER_NAMES.end();
    if (known && lua_type(lua, -1) != LUA_TFUNCTION)
        throw ScriptError(fmt::format("{} must be a function, not a {}", name, typeName(lua, -1)));
    if (!known && name.starts_with("on_") && lua_type(lua, -1) == LUA_TFUNCTION)
        throw ScriptError(fmt::format("{} is no handler (there are: {})", name,
                                      fmt::join(HANDLER_NAMES, ", ")));
}

bool handlesTrades(lua_State* lua)
{
    lua_pushglobaltable(lua);
    lua_pushstring(lua, HANDLER_NAMES[static_cast<std::size_t>(Handler::Trade)]);
    const bool handles = lua_rawget(lua, -2) == LUA_TFUNCTION;
    lua_pop(lua, 2);
    return handles;
}

void checkHandlers(lua_State* lua)
{
    const int globals = lua_gettop(lua);
    std::optional<std::string> fault;
    for (lua_pushnil(lua); lua_next(lua, globals) != 0; lua_pop(lua, 1)) {
        try {
            checkGlobal(lua);
        } catch (const ScriptError& error) {
            if (!fault || error.what() < *fault)
                fault = error.what();
        }
    }
    if (fault)
        throw ScriptError(*fault);
}

} // namespace

Result<Metadata> readDeclaration(LuaState& state, std::string_view fileName)
{
    lua_State* lua = state.lua();
    const auto failure = [&](std::string_view what) {
        lua_settop(lua, 0);
        return Error{ErrorCode::StrategyFailed, fmt::format("{}: {}", fileName, what), ""};
    };
    try {
        lua_pushglobaltable(lua);
        checkHandlers(lua);
        lua_pushliteral(lua, "strategy");
        if (lua_rawget(lua, -2) == LUA_TNIL)
            return failure("it declares no strategy (there is no global table called strategy)");
        Metadata metadata = readTable(lua);
        // A script has said so by its handler; a plugin says it in its metadata.
        metadata.hearsTrades = metadata.hearsTrades || handlesTrades(lua);
        lua_settop(lua, 0);
        return metadata;
    } catch (const ScriptError& error) {
        return failure(error.what());
    }
}

} // namespace core::strategy
