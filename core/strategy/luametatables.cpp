// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luastate.h"

#include <array>

/// Functions in this file may raise by longjmp: they hold nothing with a destructor.
///
/// Lua follows chains of __index, __newindex and __call inside one instruction, which nothing can
/// interrupt: two thousand tables of the first two, and without end those of the last. So a table gets a
/// private copy of what its metatable holds, which cannot be changed afterwards, and chains are kept short.
namespace core::strategy {

namespace {

constexpr int MAX_CHAIN = 16;
constexpr std::array<const char*, 2> CHAINED = {"__index", "__newindex"};
constexpr std::array<const char*, 26> COPIED = {
    "__index", "__newindex", "__call", "__close", "__concat", "__len",  "__eq",   "__lt",   "__le",
    "__unm",   "__add",      "__sub",  "__mul",   "__div",    "__mod",  "__pow",  "__idiv", "__band",
    "__bor",   "__bxor",     "__shl",  "__shr",   "__bnot",   "__name", "__tostring", "__metatable"};
/// Finalizers would run after the script was stopped; weak tables show when garbage is collected; an
/// order of one's own would make pairs differ between runs.
constexpr std::array<const char*, 3> REFUSED = {"__gc", "__mode", "__pairs"};

/// The key under which a private metatable remembers that other tables lead to its own.
const char BASE_MARK = 0;

bool isBase(lua_State* lua, int index)
{
    if (lua_getmetatable(lua, index) == 0)
        return false;
    lua_rawgetp(lua, -1, &BASE_MARK);
    const bool marked = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 2);
    return marked;
}

/// Marks the table on top of the stack: from now on its own chain is final.
void markBase(lua_State* lua)
{
    if (lua_getmetatable(lua, -1) == 0) {
        lua_newtable(lua);
        lua_pushvalue(lua, -1);
        lua_setmetatable(lua, -3);
    }
    lua_pushboolean(lua, 1);
    lua_rawsetp(lua, -2, &BASE_MARK);
    lua_pop(lua, 1);
}

/// Pushes what the metatable at 2 holds under `name`, past any metatable of its own.
int pushEvent(lua_State* lua, const char* name)
{
    lua_pushstring(lua, name);
    return lua_rawget(lua, 2);
}

void refuseUnavailable(lua_State* lua)
{
    for (const char* name : REFUSED) {
        if (pushEvent(lua, name) != LUA_TNIL)
            luaL_error(lua, "setmetatable: %s is not available to strategies", name);
        lua_pop(lua, 1);
    }
    const int call = pushEvent(lua, "__call");
    if (call != LUA_TNIL && call != LUA_TFUNCTION)
        luaL_error(lua, "setmetatable: __call must be a function, not a %s", typeName(lua, -1));
    lua_pop(lua, 1);
}

/// Checks where `name` of the metatable at 2 leads from the table at 1.
void checkChain(lua_State* lua, const char* name, bool hasBaseMark)
{
    const int type = pushEvent(lua, name);
    if (type == LUA_TNIL || type == LUA_TFUNCTION || type == LUA_TUSERDATA) {
        lua_pop(lua, 1);
        return;
    }
    if (type != LUA_TTABLE)
        luaL_error(lua, "setmetatable: %s must be a table or a function, not a %s", name, typeName(lua, -1));
    if (lua_rawequal(lua, 1, -1) != 0)
        luaL_error(lua, "setmetatable: %s leads back to the table itself", name);
    if (hasBaseMark)
        luaL_error(lua, "setmetatable: other tables lead to this one already; give it its %s first", name);
    const int place = lua_gettop(lua) + 1;
    lua_pushvalue(lua, -1);
    for (int length = 2; lua_type(lua, place) == LUA_TTABLE && lua_getmetatable(lua, place) != 0; ++length) {
        if (length > MAX_CHAIN)
            luaL_error(lua, "setmetatable: the chain of %s is longer than %d tables", name, MAX_CHAIN);
        lua_pushstring(lua, name);
        lua_rawget(lua, -2);
        lua_replace(lua, place);
        lua_settop(lua, place);
    }
    lua_settop(lua, place - 1);
    markBase(lua);
    lua_pop(lua, 1);
}

/// setmetatable(t, nil or events): takes what `events` holds now.
int setMetatable(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    const int type = lua_type(lua, 2);
    luaL_argexpected(lua, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL)
        return luaL_error(lua, "cannot change a protected metatable");
    lua_settop(lua, 2);
    LuaState::of(lua).charge(static_cast<std::int64_t>(COPIED.size()));
    const bool hasBaseMark = isBase(lua, 1);
    lua_createtable(lua, 0, 4);
    if (type == LUA_TTABLE) {
        refuseUnavailable(lua);
        for (const char* name : CHAINED)
            checkChain(lua, name, hasBaseMark);
        for (const char* name : COPIED) {
            lua_pushstring(lua, name);
            pushEvent(lua, name);
            lua_rawset(lua, 3);
        }
    }
    lua_pushboolean(lua, hasBaseMark ? 1 : 0);
    lua_rawsetp(lua, 3, &BASE_MARK);
    lua_setmetatable(lua, 1);
    lua_settop(lua, 1);
    return 1;
}

} // namespace

void openMetatables(lua_State* lua)
{
    lua_pushcfunction(lua, setMetatable);
    lua_setglobal(lua, "setmetatable");
}

} // namespace core::strategy
