// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luastate.h"

#include <algorithm>
#include <array>

/// Functions in this file may raise by longjmp: they hold nothing with a destructor. They look at the
/// tables themselves, past any metatable.
namespace core::strategy {

namespace {

lua_Integer checkLength(lua_State* lua, int index)
{
    luaL_checktype(lua, index, LUA_TTABLE);
    return static_cast<lua_Integer>(lua_rawlen(lua, index));
}

void charge(lua_State* lua, lua_Integer units)
{
    LuaState::of(lua).charge(std::max<lua_Integer>(units, 0) + 1);
}

/// a + b where b is not negative, at most the largest integer.
lua_Integer sumUpTo(lua_Integer a, lua_Integer b)
{
    lua_Integer sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? LUA_MAXINTEGER : sum;
}

/// The number of elements in first … last, at most the largest integer.
lua_Integer spanOf(lua_Integer first, lua_Integer last)
{
    lua_Integer difference = 0;
    if (first > last)
        return 0;
    if (__builtin_sub_overflow(last, first, &difference))
        return LUA_MAXINTEGER;
    return sumUpTo(difference, 1);
}

/// Moves count elements inside one table or from one to another, in the order that overlaps need.
void moveElements(lua_State* lua, int from, lua_Integer first, int to, lua_Integer target,
                  lua_Integer count)
{
    const bool upwards = from == to && target > first;
    for (lua_Integer i = 0; i < count; ++i) {
        const lua_Integer offset = upwards ? count - 1 - i : i;
        charge(lua, 1);
        lua_rawgeti(lua, from, first + offset);
        lua_rawseti(lua, to, target + offset);
    }
}

/// table.insert(t, [position,] value)
int insert(lua_State* lua)
{
    const lua_Integer length = checkLength(lua, 1);
    const int count = lua_gettop(lua);
    if (count != 2 && count != 3)
        return luaL_error(lua, "table.insert: wrong number of arguments");
    const lua_Integer position = count == 2 ? length + 1 : luaL_checkinteger(lua, 2);
    luaL_argcheck(lua, position >= 1 && position <= length + 1, 2, "position out of bounds");
    moveElements(lua, 1, position, 1, position + 1, length + 1 - position);
    charge(lua, 1);
    lua_pushvalue(lua, count);
    lua_rawseti(lua, 1, position);
    return 0;
}

/// table.remove(t [, position])
int removeElement(lua_State* lua)
{
    const lua_Integer length = checkLength(lua, 1);
    const lua_Integer position = luaL_optinteger(lua, 2, length);
    if (lua_gettop(lua) >= 2)
        luaL_argcheck(lua, (position >= 1 && position <= length + 1) || (length == 0 && position == 0),
                      2, "position out of bounds");
    lua_settop(lua, 1);
    lua_rawgeti(lua, 1, position);
    moveElements(lua, 1, position + 1, 1, position, length - position);
    if (length >= position) {
        lua_pushnil(lua);
        lua_rawseti(lua, 1, std::max(position, length));
    }
    return 1;
}

/// table.move(a, first, last, target [, b])
int move(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    const lua_Integer first = luaL_checkinteger(lua, 2);
    const lua_Integer last = luaL_checkinteger(lua, 3);
    const lua_Integer target = luaL_checkinteger(lua, 4);
    const int to = lua_isnoneornil(lua, 5) ? 1 : 5;
    luaL_checktype(lua, to, LUA_TTABLE);
    const lua_Integer count = spanOf(first, last);
    luaL_argcheck(lua, count < LUA_MAXINTEGER, 3, "too many elements to move");
    luaL_argcheck(lua, target <= LUA_MAXINTEGER - count, 4, "destination wrap around");
    moveElements(lua, 1, first, to, target, count);
    lua_pushvalue(lua, to);
    return 1;
}

/// table.unpack(t [, first [, last]])
int unpack(lua_State* lua)
{
    const lua_Integer length = checkLength(lua, 1);
    const lua_Integer first = luaL_optinteger(lua, 2, 1);
    const lua_Integer last = luaL_optinteger(lua, 3, length);
    const lua_Integer count = spanOf(first, last);
    if (count > MAX_VALUES)
        return luaL_error(lua, "table.unpack: at most %d values at once", MAX_VALUES);
    charge(lua, count);
    luaL_checkstack(lua, static_cast<int>(count), "table.unpack");
    for (lua_Integer i = 0; i < count; ++i)
        lua_rawgeti(lua, 1, first + i);
    return static_cast<int>(count);
}

/// table.concat(t [, separator [, first [, last]]])
int concat(lua_State* lua)
{
    const lua_Integer length = checkLength(lua, 1);
    std::size_t gap = 0;
    const char* separator = luaL_optlstring(lua, 2, "", &gap);
    const lua_Integer first = luaL_optinteger(lua, 3, 1);
    const lua_Integer last = luaL_optinteger(lua, 4, length);
    const lua_Integer count = spanOf(first, last);
    const std::size_t limit = LuaState::of(lua).limits().stringLength;
    LuaState::of(lua).reserve(limit * 4);
    luaL_Buffer buffer;
    luaL_buffinit(lua, &buffer);
    for (lua_Integer i = 0; i < count; ++i) {
        lua_rawgeti(lua, 1, first + i);
        if (lua_type(lua, -1) != LUA_TSTRING && lua_type(lua, -1) != LUA_TNUMBER)
            return luaL_error(lua, "table.concat: element %I is a %s", first + i, typeName(lua, -1));
        charge(lua, 1 + static_cast<lua_Integer>((lua_rawlen(lua, -1) + gap) / 64));
        luaL_addvalue(&buffer);
        if (i + 1 < count)
            luaL_addlstring(&buffer, separator, gap);
        if (luaL_bufflen(&buffer) > limit)
            return luaL_error(lua, "table.concat: the result is longer than %d bytes",
                              static_cast<int>(limit));
    }
    luaL_pushresult(&buffer);
    return 1;
}

/// True when the value at `a` comes before the one at `b`, by the function at index 2 if there is one.
bool before(lua_State* lua, int a, int b)
{
    if (lua_isnil(lua, 2))
        return lua_compare(lua, a, b, LUA_OPLT) != 0;
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, a);
    lua_pushvalue(lua, b);
    lua_call(lua, 2, 1);
    const bool result = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 1);
    return result;
}

/// Merges the runs [first, middle) and [middle, end) of table `from` into table `to`.
void merge(lua_State* lua, int from, int to, lua_Integer first, lua_Integer middle, lua_Integer end)
{
    lua_Integer left = first;
    lua_Integer right = middle;
    for (lua_Integer out = first; out < end; ++out) {
        charge(lua, 4);
        bool takeRight = left == middle;
        if (left < middle && right < end) {
            lua_rawgeti(lua, from, right);
            lua_rawgeti(lua, from, left);
            takeRight = before(lua, lua_gettop(lua) - 1, lua_gettop(lua));
            lua_pop(lua, 2);
        }
        lua_rawgeti(lua, from, takeRight ? right++ : left++);
        lua_rawseti(lua, to, out);
    }
}

/// table.sort(t [, before]): a merge sort, so that equal elements keep their order and the result is
/// the same in every process, also under an inconsistent comparison.
int sort(lua_State* lua)
{
    const lua_Integer length = checkLength(lua, 1);
    if (!lua_isnoneornil(lua, 2))
        luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_settop(lua, 2);
    lua_createtable(lua, static_cast<int>(std::min<lua_Integer>(length, 1 << 20)), 0);
    int from = 1;
    int to = 3;
    for (lua_Integer width = 1; width < length; width *= 2) {
        for (lua_Integer first = 1; first <= length; first += 2 * width)
            merge(lua, from, to, first, std::min(first + width, length + 1),
                  std::min(first + 2 * width, length + 1));
        std::swap(from, to);
    }
    if (from != 1)
        moveElements(lua, from, 1, 1, 1, length);
    return 0;
}

} // namespace

void openTableFunctions(lua_State* lua)
{
    lua_getglobal(lua, LUA_TABLIBNAME);
    constexpr std::array<luaL_Reg, 7> FUNCTIONS = {{{"insert", insert},
                                                    {"remove", removeElement},
                                                    {"move", move},
                                                    {"unpack", unpack},
                                                    {"concat", concat},
                                                    {"sort", sort},
                                                    {nullptr, nullptr}}};
    luaL_setfuncs(lua, FUNCTIONS.data(), 0);
    lua_pop(lua, 1);
}

} // namespace core::strategy
