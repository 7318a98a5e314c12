// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luasavedstate.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_set>
#include <vector>

namespace core::strategy {

namespace {

/// A letter says what follows: i and d a number and ';' (doubles by their bits), s a length, ':' and the
/// bytes, { keys and values in turn up to }, T and F nothing. Keys ascend by their bytes.
constexpr std::string_view HEADER = "state1\n";
constexpr const char* TOO_LARGE = "ctx.state is larger than 1 MB";
constexpr int MAX_DEPTH = 32;
constexpr int SLOTS_A_LEVEL = 4;
/// About what takes as long: instructions for a table that is met, bytes that are written in one.
constexpr std::int64_t TABLE_CHARGE = 16;
constexpr std::size_t BYTES_PER_CHARGE = 2;

/// What of a table cannot be kept.
class Unkept : public std::exception
{
public:
    explicit Unkept(std::string what) : m_what(std::move(what)) {}
    [[nodiscard]] const char* what() const noexcept override { return m_what.c_str(); }

private:
    std::string m_what;
};

std::size_t maxLength(lua_State* lua)
{
    return LuaState::of(lua).limits().stringLength;
}

/// What a value is that cannot be kept. The sandbox lets a text grow a few bytes beyond its cap.
std::string kindOf(lua_State* lua, int index)
{
    if (lua_type(lua, index) == LUA_TSTRING)
        return fmt::format("text longer than {} KB", maxLength(lua) >> 10);
    return typeName(lua, index);
}

/// Appends a number, boolean or text that Reader takes; false for anything else.
bool appendScalar(lua_State* lua, int index, std::string& out)
{
    switch (lua_type(lua, index)) {
    case LUA_TBOOLEAN: out += lua_toboolean(lua, index) != 0 ? 'T' : 'F'; return true;
    case LUA_TNUMBER:
        if (lua_isinteger(lua, index) != 0)
            fmt::format_to(std::back_inserter(out), "i{};", lua_tointeger(lua, index));
        else
            fmt::format_to(std::back_inserter(out), "d{:x};",
                           std::bit_cast<std::uint64_t>(lua_tonumber(lua, index)));
        return true;
    case LUA_TSTRING: {
        std::size_t length = 0;
        const char* text = lua_tolstring(lua, index, &length);
        if (length > maxLength(lua))
            return false;
        fmt::format_to(std::back_inserter(out), "s{}:", length);
        out.append(text, length);
        return true;
    }
    default: return false;
    }
}

/// Reads what Writer wrote, and nothing else.
class Reader
{
public:
    Reader(lua_State* lua, std::string_view bytes) : m_lua(lua), m_rest(bytes) {}

    /// Pushes one number, boolean or text; false when there is none.
    bool pushScalar()
    {
        switch (take()) {
        case 'T': lua_pushboolean(m_lua, 1); return true;
        case 'F': lua_pushboolean(m_lua, 0); return true;
        case 'i': return pushInteger();
        case 'd': return pushDouble();
        case 's': return pushText();
        default: return false;
        }
    }
    bool pushTable(int depth)
    {
        if (take() != '{' || depth == MAX_DEPTH)
            return false;
        lua_newtable(m_lua);
        std::string_view before;
        while (!m_rest.starts_with('}')) {
            const std::string_view start = m_rest;
            if (!pushKey())
                return false;
            const std::string_view key = start.substr(0, start.size() - m_rest.size());
            if (!before.empty() && key <= before)
                return false;
            before = key;
            if (!pushValue(depth))
                return false;
            lua_rawset(m_lua, -3);
        }
        take();
        return true;
    }
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

private:
    char take()
    {
        if (m_rest.empty())
            return '\0';
        const char first = m_rest.front();
        m_rest.remove_prefix(1);
        return first;
    }
    /// The number up to `end`, in its only spelling.
    template <typename T> std::optional<T> takeNumber(char end, int base)
    {
        T value{};
        const char* first = m_rest.data();
        const auto [rest, fault] = std::from_chars(first, first + m_rest.size(), value, base);
        if (fault != std::errc() || rest == first + m_rest.size() || *rest != end)
            return std::nullopt;
        const std::string_view spelt(first, static_cast<std::size_t>(rest - first));
        if (spelt != (base == 16 ? fmt::format("{:x}", value) : fmt::format("{}", value)))
            return std::nullopt;
        m_rest.remove_prefix(spelt.size() + 1);
        return value;
    }
    bool pushInteger()
    {
        const auto value = takeNumber<std::int64_t>(';', 10);
        if (value)
            lua_pushinteger(m_lua, *value);
        return value.has_value();
    }
    bool pushDouble()
    {
        const auto bits = takeNumber<std::uint64_t>(';', 16);
        if (bits)
            lua_pushnumber(m_lua, std::bit_cast<double>(*bits));
        return bits.has_value();
    }
    bool pushText()
    {
        const auto length = takeNumber<std::uint64_t>(':', 10);
        if (!length || *length > m_rest.size() || *length > maxLength(m_lua))
            return false;
        lua_pushlstring(m_lua, m_rest.data(), *length);
        m_rest.remove_prefix(*length);
        return true;
    }
    /// Lua turns whole doubles into integers when they are keys, and takes no NaN.
    bool pushKey()
    {
        if (!pushScalar())
            return false;
        const double value = lua_tonumber(m_lua, -1);
        lua_Integer whole = 0;
        if (lua_type(m_lua, -1) != LUA_TNUMBER || lua_isinteger(m_lua, -1) != 0)
            return true;
        const bool isWhole = std::floor(value) == value && lua_numbertointeger(value, &whole) != 0;
        return !std::isnan(value) && !isWhole;
    }
    bool pushValue(int depth)
    {
        return m_rest.starts_with('{') ? pushTable(depth + 1) : pushScalar();
    }

    lua_State* m_lua;
    std::string_view m_rest;
};

/// Walks through a table and appends it to a buffer. Sorted, it takes its time, and what it says is the
/// same for equal tables.
class Writer
{
public:
    Writer(lua_State* lua, std::string& out, bool sorted) : m_lua(lua), m_out(out), m_sorted(sorted) {}

    /// Throws Unkept.
    void write(int index)
    {
        lua_checkstack(m_lua, (MAX_DEPTH + 2) * SLOTS_A_LEVEL);
        appendTable(lua_absindex(m_lua, index), "ctx.state", 0);
    }
    [[nodiscard]] std::size_t tables() const { return m_tables.size(); }

private:
    void appendTable(int index, const std::string& path, int depth)
    {
        // Before all else: it is also what makes a table endlessly deep or large. A table takes time to walk
        // through even when nothing is left in it.
        if (!m_tables.insert(lua_topointer(m_lua, index)).second)
            throw Unkept("ctx.state holds one table in two places, or inside of itself");
        if (depth == MAX_DEPTH)
            throw Unkept(fmt::format("ctx.state holds tables nested more than {} deep", MAX_DEPTH));
        if (lua_getmetatable(m_lua, index) != 0) {
            lua_pop(m_lua, 1);
            throw Unkept(path + " has a metatable");
        }
        m_out += '{';
        if (m_sorted)
            appendSorted(index, path, depth);
        else
            appendAsTheyCome(index, depth);
        m_out += '}';
        checkSize();
    }
    void appendAsTheyCome(int index, int depth)
    {
        for (lua_pushnil(m_lua); lua_next(m_lua, index) != 0; lua_pop(m_lua, 1)) {
            countKey();
            if (!appendScalar(m_lua, lua_gettop(m_lua) - 1, m_out))
                throw Unkept("");
            appendValue({}, depth);
        }
    }
    void appendSorted(int index, const std::string& path, int depth)
    {
        for (const std::string& key : sortedKeys(index, path)) {
            Reader(m_lua, key).pushScalar();
            std::string inner = path + keyText();
            lua_rawget(m_lua, index);
            m_out += key;
            appendValue(inner, depth);
            lua_pop(m_lua, 1);
        }
    }
    /// No more of them are held than may be kept.
    std::vector<std::string> sortedKeys(int index, const std::string& path) const
    {
        std::vector<std::string> keys;
        std::string fault;
        std::size_t size = m_out.size();
        for (lua_pushnil(m_lua); lua_next(m_lua, index) != 0; lua_pop(m_lua, 1)) {
            countKey();
            std::string key;
            const bool isPlain = appendScalar(m_lua, lua_gettop(m_lua) - 1, key);
            size += key.size();
            if (isPlain && size <= MAX_STATE_BYTES)
                keys.push_back(std::move(key));
            if (isPlain)
                continue;
            if (const std::string kind = kindOf(m_lua, -2); fault.empty() || kind < fault)
                fault = kind;
        }
        if (size > MAX_STATE_BYTES)
            throw Unkept(TOO_LARGE);
        if (!fault.empty())
            throw Unkept(fmt::format("{} has a {} as a key", path, fault));
        std::ranges::sort(keys);
        return keys;
    }
    /// The value on top of the stack.
    void appendValue(const std::string& path, int depth)
    {
        if (lua_type(m_lua, -1) == LUA_TTABLE)
            appendTable(lua_gettop(m_lua), path, depth + 1);
        else if (!appendScalar(m_lua, lua_gettop(m_lua), m_out))
            throw Unkept(fmt::format("{} is a {}; it can hold numbers, texts, booleans and tables of these",
                                     path, kindOf(m_lua, -1)));
        checkSize();
    }
    /// How the key on top of the stack is written after a table.
    std::string keyText() const
    {
        if (lua_type(m_lua, -1) == LUA_TSTRING)
            return "." + std::string(lua_tostring(m_lua, -1)).substr(0, 40);
        if (lua_type(m_lua, -1) == LUA_TBOOLEAN)
            return lua_toboolean(m_lua, -1) != 0 ? "[true]" : "[false]";
        return lua_isinteger(m_lua, -1) != 0 ? fmt::format("[{}]", lua_tointeger(m_lua, -1))
                                             : fmt::format("[{}]", lua_tonumber(m_lua, -1));
    }
    /// Keys can be chosen so that finding each one's successor takes as long as the table is large.
    void countKey() const
    {
        constexpr int KEYS_A_LOOK = 64;
        if (++m_keys % KEYS_A_LOOK != 0)
            return;
        try {
            LuaState::of(m_lua).watchWork(false);
        } catch (const ScriptError& slow) {
            throw Unkept(std::string("to read ctx.state ") + slow.what());
        }
    }
    void checkSize() const
    {
        if (m_out.size() > MAX_STATE_BYTES)
            throw Unkept(TOO_LARGE);
    }

    lua_State* m_lua;
    std::string& m_out;
    bool m_sorted;
    mutable int m_keys = 0;
    std::unordered_set<const void*> m_tables; ///< All that were met.
};

Error unkept(const Unkept& fault)
{
    return {ErrorCode::StrategyFailed, fault.what(), ""};
}

} // namespace

Result<std::string> writePlain(lua_State* lua, int index)
{
    const int top = lua_gettop(lua);
    LuaState::of(lua).watchWork(true);
    std::string bytes(HEADER);
    try {
        Writer(lua, bytes, true).write(index);
        return bytes;
    } catch (const Unkept& fault) {
        lua_settop(lua, top);
        return unkept(fault);
    }
}

Result<void> checkPlain(lua_State* lua, int index, std::string& buffer)
{
    const int top = lua_gettop(lua);
    LuaState::of(lua).watchWork(true);
    buffer = HEADER;
    try {
        Writer writer(lua, buffer, false);
        writer.write(index);
        LuaState& state = LuaState::of(lua);
        state.chargeNextCall(state.walkCharge(writer.tables()) +
                             static_cast<std::int64_t>(writer.tables()) * TABLE_CHARGE +
                             static_cast<std::int64_t>(buffer.size() / BYTES_PER_CHARGE));
        return {};
    } catch (const Unkept&) {
        lua_settop(lua, top);
    }
    // Found in whatever order the table has: the reason must not depend on it.
    const auto written = writePlain(lua, index);
    return written ? Result<void>() : written.error();
}

Result<void> readPlain(lua_State* lua, std::string_view bytes)
{
    const int top = lua_gettop(lua);
    lua_checkstack(lua, (MAX_DEPTH + 2) * SLOTS_A_LEVEL);
    if (bytes.size() <= MAX_STATE_BYTES && bytes.starts_with(HEADER)) {
        Reader reader(lua, bytes.substr(HEADER.size()));
        if (reader.pushTable(0) && reader.atEnd())
            return {};
    }
    lua_settop(lua, top);
    return Error{ErrorCode::Corrupt, "the kept state of the strategy is damaged", ""};
}

} // namespace core::strategy
