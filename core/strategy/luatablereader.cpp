// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luatablereader.h"

#include "core/trust/utf8.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace core::strategy {

namespace {

std::string_view rawText(lua_State* lua, int index)
{
    std::size_t length = 0;
    const char* text = lua_tolstring(lua, index, &length);
    return {text, length};
}

/// What a key looks like in a message. Never converts the key in place, which would confuse lua_next.
std::string keyText(lua_State* lua, int index)
{
    if (lua_type(lua, index) == LUA_TSTRING)
        return trust::cleanUtf8(rawText(lua, index).substr(0, 60));
    if (lua_type(lua, index) != LUA_TNUMBER)
        return typeName(lua, index);
    return lua_isinteger(lua, index) != 0 ? fmt::format("[{}]", lua_tointeger(lua, index))
                                          : fmt::format("[{}]", lua_tonumber(lua, index));
}

} // namespace

TableReader::TableReader(lua_State* lua, int index, std::string subject)
    : m_lua(lua), m_index(lua_absindex(lua, index)), m_subject(std::move(subject))
{
    if (lua_type(lua, m_index) != LUA_TTABLE)
        fail(fmt::format("takes a table, not {}", typeName(lua, m_index)));
}

void TableReader::allowOnly(std::span<const char* const> known, int positions) const
{
    std::optional<std::string> stranger;
    LuaState::of(m_lua).chargeGuarded(LuaState::of(m_lua).blockCharge());
    for (lua_pushnil(m_lua); lua_next(m_lua, m_index) != 0; lua_pop(m_lua, 1)) {
        const bool named = lua_type(m_lua, -2) == LUA_TSTRING &&
                           std::ranges::find(known, rawText(m_lua, -2)) != known.end();
        const bool placed = lua_isinteger(m_lua, -2) != 0 && lua_tointeger(m_lua, -2) >= 1 &&
                            lua_tointeger(m_lua, -2) <= positions;
        if (named || placed)
            continue;
        // The table's own order differs between runs; messages must not.
        std::string key = keyText(m_lua, -2);
        if (!stranger || key < *stranger)
            stranger = std::move(key);
    }
    if (stranger)
        fail(fmt::format("has no field \"{}\" (it has: {})", *stranger, fmt::join(known, ", ")));
}

bool TableReader::has(const char* field) const
{
    const int type = push(field);
    lua_pop(m_lua, 1);
    return type != LUA_TNIL;
}

int TableReader::push(const char* field) const
{
    lua_pushstring(m_lua, field);
    return lua_rawget(m_lua, m_index);
}

std::optional<double> TableReader::number(const char* field) const
{
    const int type = push(field);
    const double value = type == LUA_TNUMBER ? lua_tonumber(m_lua, -1) : 0.0;
    const std::string kind = typeName(m_lua, -1);
    lua_pop(m_lua, 1);
    if (type == LUA_TNIL)
        return std::nullopt;
    if (type != LUA_TNUMBER)
        fail(fmt::format("{} must be a number, not a {}", field, kind));
    return value;
}

std::optional<std::int64_t> TableReader::integer(const char* field) const
{
    const auto value = number(field);
    if (!value)
        return std::nullopt;
    push(field);
    int exact = 0;
    const lua_Integer integer = lua_tointegerx(m_lua, -1, &exact);
    lua_pop(m_lua, 1);
    if (exact == 0)
        fail(fmt::format("{} must be a whole number, not {}", field, *value));
    return integer;
}

std::optional<bool> TableReader::boolean(const char* field) const
{
    const int type = push(field);
    const bool value = lua_toboolean(m_lua, -1) != 0;
    const std::string kind = typeName(m_lua, -1);
    lua_pop(m_lua, 1);
    if (type == LUA_TNIL)
        return std::nullopt;
    if (type != LUA_TBOOLEAN)
        fail(fmt::format("{} must be true or false, not a {}", field, kind));
    return value;
}

std::optional<std::string> TableReader::text(const char* field, std::size_t longest) const
{
    const int type = push(field);
    const std::string value(type == LUA_TSTRING ? rawText(m_lua, -1) : std::string_view());
    const std::string kind = typeName(m_lua, -1);
    lua_pop(m_lua, 1);
    if (type == LUA_TNIL)
        return std::nullopt;
    if (type != LUA_TSTRING)
        fail(fmt::format("{} must be a string, not a {}", field, kind));
    if (value.size() > longest)
        fail(fmt::format("{} is longer than {} bytes", field, longest));
    if (!trust::isUtf8(value))
        fail(fmt::format("{} is not valid UTF-8", field));
    return value;
}

std::optional<std::vector<std::string>> TableReader::texts(const char* field) const
{
    if (push(field) == LUA_TNIL) {
        lua_pop(m_lua, 1);
        return std::nullopt;
    }
    const TableReader list(m_lua, -1, m_subject + " " + field);
    constexpr int MOST = 1000;
    const auto length = std::min<lua_Unsigned>(lua_rawlen(m_lua, -1), MOST);
    list.allowOnly({}, static_cast<int>(length));
    std::vector<std::string> texts;
    for (lua_Unsigned i = 1; i <= length; ++i) {
        if (lua_rawgeti(m_lua, -1, static_cast<lua_Integer>(i)) != LUA_TSTRING)
            list.fail("must be a list of strings");
        texts.push_back(cleanText(m_lua, -1, 256));
        lua_pop(m_lua, 1);
    }
    lua_pop(m_lua, 1);
    return texts;
}

std::vector<double> TableReader::numbers(int most) const
{
    std::vector<double> values;
    for (int i = 1; i <= most; ++i) {
        const int type = lua_rawgeti(m_lua, m_index, i);
        const double value = lua_tonumber(m_lua, -1);
        const std::string kind = typeName(m_lua, -1);
        lua_pop(m_lua, 1);
        if (type == LUA_TNIL)
            break;
        if (type != LUA_TNUMBER)
            fail(fmt::format("value {} must be a number, not a {}", i, kind));
        values.push_back(value);
    }
    return values;
}

void TableReader::fail(std::string_view what) const
{
    throw ScriptError(fmt::format("{} {}", m_subject, what));
}

std::string cleanText(lua_State* lua, int index, std::size_t longest)
{
    return trust::cleanUtf8(rawText(lua, index).substr(0, longest));
}

} // namespace core::strategy
