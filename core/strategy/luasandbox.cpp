// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luastate.h"

#include <algorithm>
#include <cmath>
#include <cstring>

/// Functions in this file may raise by longjmp: they hold nothing with a destructor.
namespace core::strategy {

namespace {

struct Kept {
    const char* library;
    std::initializer_list<const char*> names;
};

/// What of the standard library stays as it is.
const Kept KEPT[] = {
    {"_G", {"assert", "error", "ipairs", "select", "type", "rawequal", "rawlen"}},
    {"math", {"abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge",
              "log", "max", "maxinteger", "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt",
              "tan", "tointeger", "type", "ult"}},
    {"string", {"byte", "char", "len", "lower", "pack", "packsize", "reverse", "sub", "unpack",
                "upper"}},
    {"table", {"pack"}},
};

/// A key of a table while its order is found. Strings stay alive: the table holds them.
struct Key {
    int type;
    bool isInteger;
    lua_Integer integer;
    lua_Number number;
    const char* text;
    std::size_t length;
};

/// Kinds in the order in which pairs visits them.
int rank(int type)
{
    return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
}

bool numberBefore(const Key& a, const Key& b)
{
    if (a.isInteger && b.isInteger)
        return a.integer < b.integer;
    // A long double holds every integer and every double exactly, so mixed keys have one order.
    const auto value = [](const Key& key) {
        return key.isInteger ? static_cast<long double>(key.integer)
                             : static_cast<long double>(key.number);
    };
    return value(a) < value(b);
}

bool keyBefore(const Key& a, const Key& b)
{
    if (rank(a.type) != rank(b.type))
        return rank(a.type) < rank(b.type);
    if (a.type == LUA_TNUMBER)
        return numberBefore(a, b);
    if (a.type == LUA_TBOOLEAN)
        return a.integer < b.integer;
    const int order = std::memcmp(a.text, b.text, std::min(a.length, b.length));
    return order != 0 ? order < 0 : a.length < b.length;
}

Key readKey(lua_State* lua, int index)
{
    Key key = {lua_type(lua, index), false, 0, 0.0, nullptr, 0};
    if (key.type == LUA_TNUMBER) {
        key.isInteger = lua_isinteger(lua, index) != 0;
        key.integer = key.isInteger ? lua_tointeger(lua, index) : 0;
        key.number = key.isInteger ? 0.0 : lua_tonumber(lua, index);
    } else if (key.type == LUA_TSTRING) {
        key.text = lua_tolstring(lua, index, &key.length);
    } else if (key.type == LUA_TBOOLEAN) {
        key.integer = lua_toboolean(lua, index);
    } else {
        luaL_error(lua, "pairs: a key is a %s; only numbers, strings and booleans have an order",
                   typeName(lua, index));
    }
    return key;
}

void pushKey(lua_State* lua, const Key& key)
{
    if (key.type == LUA_TSTRING)
        lua_pushlstring(lua, key.text, key.length);
    else if (key.type == LUA_TBOOLEAN)
        lua_pushboolean(lua, key.integer != 0);
    else if (key.isInteger)
        lua_pushinteger(lua, key.integer);
    else
        lua_pushnumber(lua, key.number);
}

/// Counts the keys of the table at index 1, charging for each.
lua_Integer countKeys(lua_State* lua)
{
    lua_Integer count = 0;
    // Places of keys that are gone are walked through too.
    LuaState::of(lua).charge(LuaState::of(lua).blockCharge());
    for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
        ++count;
        LuaState::of(lua).charge(2);
    }
    return count;
}

/// Upvalues: the sorted keys, and how many of them were visited.
int nextPair(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_Integer position = lua_tointeger(lua, lua_upvalueindex(2));
    for (;;) {
        LuaState::of(lua).charge(1);
        if (lua_rawgeti(lua, lua_upvalueindex(1), ++position) == LUA_TNIL)
            return 1;
        lua_pushvalue(lua, -1);
        // A key removed since the loop began is not visited.
        if (lua_rawget(lua, 1) != LUA_TNIL)
            break;
        lua_pop(lua, 2);
    }
    lua_pushinteger(lua, position);
    lua_replace(lua, lua_upvalueindex(2));
    return 2;
}

/// pairs(t): visits the keys that t has now, numbers ascending, then strings bytewise, then booleans.
int pairs(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    const lua_Integer count = countKeys(lua);
    auto* keys = static_cast<Key*>(
        lua_newuserdatauv(lua, sizeof(Key) * static_cast<std::size_t>(count) + 1, 0));
    Key* end = keys;
    for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
        *end = readKey(lua, -2);
        LuaState::of(lua).charge(static_cast<std::int64_t>(end->length / 16));
        ++end;
    }
    LuaState::of(lua).charge(count * 4);
    std::sort(keys, end, keyBefore);
    lua_createtable(lua, static_cast<int>(std::min<lua_Integer>(count, 1 << 20)), 0);
    for (lua_Integer i = 0; i < count; ++i) {
        pushKey(lua, keys[i]);
        lua_rawseti(lua, -2, i + 1);
    }
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, nextPair, 2);
    lua_pushvalue(lua, 1);
    lua_pushnil(lua);
    return 3;
}

int toString(lua_State* lua)
{
    luaL_checkany(lua, 1);
    pushText(lua, 1);
    return 1;
}

/// The standard function behind a charge for the digits it reads.
int toNumber(lua_State* lua)
{
    if (lua_type(lua, 1) == LUA_TSTRING)
        LuaState::of(lua).charge(static_cast<std::int64_t>(lua_rawlen(lua, 1) / 16));
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 1);
    return 1;
}

/// pcall(f, …): what a caught error costs is charged, since naming what failed reads through its function.
int protectedCall(lua_State* lua)
{
    luaL_checkany(lua, 1);
    lua_pushboolean(lua, 1);
    lua_insert(lua, 1);
    if (lua_pcall(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0) == LUA_OK)
        return lua_gettop(lua);
    LuaState& state = LuaState::of(lua);
    state.charge(1 + state.blockCharge());
    lua_pushboolean(lua, 0);
    lua_replace(lua, 1);
    return 2;
}

/// An integer in low … low + span, each equally likely.
lua_Integer randomInteger(LuaState& state, lua_Integer low, std::uint64_t span)
{
    std::uint64_t value = state.random();
    if (span != UINT64_MAX) {
        const std::uint64_t count = span + 1;
        const std::uint64_t fair = UINT64_MAX - UINT64_MAX % count;
        while (value >= fair)
            value = state.random();
        value %= count;
    }
    return static_cast<lua_Integer>(static_cast<std::uint64_t>(low) + value);
}

/// math.random from the session's seed: () in [0, 1), (m) in 1 … m, (m, n) in m … n.
int random(lua_State* lua)
{
    LuaState& state = LuaState::of(lua);
    const int count = lua_gettop(lua);
    if (count == 0) {
        lua_pushnumber(lua, static_cast<double>(state.random() >> 11) * 0x1p-53);
        return 1;
    }
    const lua_Integer low = count == 1 ? 1 : luaL_checkinteger(lua, 1);
    const lua_Integer high = luaL_checkinteger(lua, count == 1 ? 1 : 2);
    luaL_argcheck(lua, count <= 2, 3, "wrong number of arguments");
    luaL_argcheck(lua, low <= high, count, "interval is empty");
    const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    lua_pushinteger(lua, randomInteger(state, low, span));
    return 1;
}

void keep(lua_State* lua, const Kept& kept, int globals)
{
    const bool isBase = std::strcmp(kept.library, "_G") == 0;
    if (isBase)
        lua_pushvalue(lua, globals);
    else
        lua_newtable(lua);
    lua_getglobal(lua, kept.library);
    for (const char* name : kept.names) {
        lua_getfield(lua, -1, name);
        lua_setfield(lua, -3, name);
    }
    lua_pop(lua, 1);
    if (isBase)
        lua_pop(lua, 1);
    else
        lua_setfield(lua, globals, kept.library);
}

void setFunction(lua_State* lua, int table, const char* name, lua_CFunction function)
{
    lua_pushcfunction(lua, function);
    lua_setfield(lua, table, name);
}

/// Strings get a metatable with nothing but their functions: no arithmetic on digits.
void openStringMethods(lua_State* lua, int globals)
{
    lua_pushliteral(lua, "");
    lua_createtable(lua, 0, 1);
    lua_getfield(lua, globals, "string");
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
}

} // namespace

const char* typeName(lua_State* lua, int index)
{
    const int absolute = lua_absindex(lua, index);
    if (lua_type(lua, absolute) != LUA_TUSERDATA || lua_getmetatable(lua, absolute) == 0)
        return luaL_typename(lua, absolute);
    lua_pushliteral(lua, "__name");
    lua_rawget(lua, -2);
    // The metatable keeps the text alive.
    const char* name = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "userdata";
    lua_pop(lua, 2);
    return name;
}

void pushText(lua_State* lua, int index)
{
    const int absolute = lua_absindex(lua, index);
    if (luaL_callmeta(lua, absolute, "__tostring") != 0) {
        if (lua_type(lua, -1) != LUA_TSTRING)
            luaL_error(lua, "'__tostring' must return a string");
        return;
    }
    switch (lua_type(lua, absolute)) {
    case LUA_TSTRING: lua_pushvalue(lua, absolute); break;
    case LUA_TBOOLEAN: lua_pushstring(lua, lua_toboolean(lua, absolute) != 0 ? "true" : "false"); break;
    case LUA_TNUMBER:
        // The sign of "not a number" differs between machines.
        if (lua_tonumber(lua, absolute) != lua_tonumber(lua, absolute)) {
            lua_pushliteral(lua, "nan");
        } else {
            lua_pushvalue(lua, absolute);
            lua_tolstring(lua, -1, nullptr);
        }
        break;
    default: lua_pushstring(lua, typeName(lua, absolute)); break;
    }
}

void openSandbox(lua_State* lua)
{
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 1);
    luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
    luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
    lua_settop(lua, 0);
    lua_newtable(lua);
    for (const Kept& kept : KEPT)
        keep(lua, kept, 1);
    lua_getglobal(lua, "tonumber");
    lua_pushcclosure(lua, toNumber, 1);
    lua_setfield(lua, 1, "tonumber");
    setFunction(lua, 1, "pairs", pairs);
    setFunction(lua, 1, "tostring", toString);
    setFunction(lua, 1, "pcall", protectedCall);
    lua_getfield(lua, 1, "math");
    setFunction(lua, 2, "random", random);
    lua_settop(lua, 1);
    // From here on the globals are the kept ones only; the originals become garbage.
    lua_pushvalue(lua, 1);
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(lua);
    lua_setfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    openStringFunctions(lua);
    openTableFunctions(lua);
    openMetatables(lua);
    openStringMethods(lua, 1);
    lua_settop(lua, 0);
}

} // namespace core::strategy
