// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luastate.h"

#include <array>
#include <cstdio>
#include <cstring>

/// Functions in this file may raise by longjmp: they hold nothing with a destructor.
namespace core::strategy {

namespace {

constexpr std::size_t MAX_FORMAT_ITEM = 24;
constexpr std::size_t MAX_NUMBER_TEXT = 512;

std::size_t maxLength(lua_State* lua)
{
    return LuaState::of(lua).limits().stringLength;
}

void chargeBytes(lua_State* lua, std::size_t bytes)
{
    LuaState::of(lua).charge(1 + static_cast<std::int64_t>(bytes / 64));
}

/// string.rep(s, n [, separator])
int repeat(lua_State* lua)
{
    std::size_t length = 0;
    std::size_t gap = 0;
    const char* text = luaL_checklstring(lua, 1, &length);
    const lua_Integer count = luaL_checkinteger(lua, 2);
    const char* separator = luaL_optlstring(lua, 3, "", &gap);
    if (count <= 0 || length + gap == 0) {
        lua_pushliteral(lua, "");
        return 1;
    }
    // Both lengths are capped: what passes the division cannot overflow.
    const bool isHuge = static_cast<std::uint64_t>(count) > maxLength(lua) / (length + gap) + 1;
    const std::size_t total = isHuge ? SIZE_MAX : static_cast<std::size_t>(count) * (length + gap) - gap;
    if (total > maxLength(lua))
        return luaL_error(lua, "string.rep: the result is longer than %d bytes",
                          static_cast<int>(maxLength(lua)));
    chargeBytes(lua, total);
    LuaState::of(lua).reserve(total * 2);
    luaL_Buffer buffer;
    char* out = luaL_buffinitsize(lua, &buffer, total);
    for (lua_Integer i = 0; i < count; ++i) {
        std::memcpy(out, text, length);
        out += length;
        if (i + 1 < count) {
            std::memcpy(out, separator, gap);
            out += gap;
        }
    }
    luaL_pushresultsize(&buffer, total);
    return 1;
}

/// One "%…" of a format: its text with room for a length modifier, and its letter.
struct Item {
    std::array<char, MAX_FORMAT_ITEM + 4> text;
    char letter;
    const char* end;
};

/// Reads the item after the '%' at `text`: up to five flags, a width and a precision of two digits.
Item readItem(lua_State* lua, const char* text)
{
    const char* c = text + 1;
    c += std::strspn(c, "-+ #0");
    const char* flags = c;
    const auto digits = [&c] {
        for (int i = 0; i < 2 && *c >= '0' && *c <= '9'; ++i)
            ++c;
    };
    digits();
    if (*c == '.') {
        ++c;
        digits();
    }
    Item item = {};
    const auto length = static_cast<std::size_t>(c - text);
    if (flags - text > 6 || length > MAX_FORMAT_ITEM || *c == '\0' ||
        std::strchr("cdiouxXaAeEfFgGs", *c) == nullptr)
        luaL_error(lua, "string.format: '%%%c' is not available, or malformed", *c == '\0' ? '?' : *c);
    std::memcpy(item.text.data(), text, length);
    item.letter = *c;
    item.end = c + 1;
    return item;
}

/// Completes the item's text with a length modifier and its letter.
const char* finish(Item& item, const char* modifier)
{
    char* end = item.text.data() + std::strlen(item.text.data());
    while (*modifier != '\0')
        *end++ = *modifier++;
    *end++ = item.letter;
    *end = '\0';
    return item.text.data();
}

void addString(lua_State* lua, luaL_Buffer& buffer, Item& item, int argument)
{
    // The buffer may keep a block on top of the stack: the text is found by its own index.
    std::size_t length = 0;
    const char* text = lua_tolstring(lua, argument, &length);
    if (text == nullptr)
        luaL_error(lua, "string.format: argument %d has no text", argument);
    chargeBytes(lua, length);
    if (item.text[1] == '\0') {
        luaL_addlstring(&buffer, text, length);
        return;
    }
    luaL_argcheck(lua, length == std::strlen(text), argument, "string contains zeros");
    char* out = luaL_prepbuffsize(&buffer, length + MAX_NUMBER_TEXT);
    const int written = std::snprintf(out, length + MAX_NUMBER_TEXT, finish(item, ""), text);
    luaL_addsize(&buffer, static_cast<std::size_t>(written));
}

void addNumber(lua_State* lua, luaL_Buffer& buffer, Item& item, int argument)
{
    char* out = luaL_prepbuffsize(&buffer, MAX_NUMBER_TEXT);
    int written = 0;
    if (std::strchr("diouxXc", item.letter) != nullptr) {
        const lua_Integer value = luaL_checkinteger(lua, argument);
        if (item.letter == 'c')
            written = std::snprintf(out, MAX_NUMBER_TEXT, finish(item, ""), static_cast<int>(value));
        else
            written = std::snprintf(out, MAX_NUMBER_TEXT, finish(item, "ll"), value);
    } else {
        lua_Number value = luaL_checknumber(lua, argument);
        // The sign of "not a number" differs between machines.
        value = value != value ? __builtin_nan("") : value;
        written = std::snprintf(out, MAX_NUMBER_TEXT, finish(item, ""), value);
    }
    luaL_addsize(&buffer, static_cast<std::size_t>(written));
}

/// True when the `number`-th item of the format is a "%s". Zeros are characters like any other.
bool needsText(lua_State* lua, const char* format, std::size_t length, int number)
{
    for (const char* c = format; c < format + length;) {
        if (*c != '%') {
            ++c;
        } else if (c[1] == '%') {
            c += 2;
        } else {
            const Item item = readItem(lua, c);
            if (number-- == 0)
                return item.letter == 's';
            c = item.end;
        }
    }
    return false;
}

/// Replaces every argument that a "%s" takes by its text, before the buffer owns the stack's top.
void prepareTexts(lua_State* lua, const char* format, std::size_t length, int top)
{
    for (int argument = 2; argument <= top; ++argument) {
        chargeBytes(lua, length * 4);
        if (!needsText(lua, format, length, argument - 2))
            continue;
        pushText(lua, argument);
        lua_replace(lua, argument);
    }
}

/// string.format without %q and %p; %s never shows an address.
int format(lua_State* lua)
{
    const int top = lua_gettop(lua);
    std::size_t length = 0;
    const char* text = luaL_checklstring(lua, 1, &length);
    prepareTexts(lua, text, length, top);
    LuaState::of(lua).reserve(maxLength(lua) * 4);
    luaL_Buffer buffer;
    luaL_buffinit(lua, &buffer);
    int argument = 1;
    for (const char* c = text; c < text + length;) {
        chargeBytes(lua, 0);
        if (*c != '%') {
            luaL_addchar(&buffer, *c++);
        } else if (c[1] == '%') {
            luaL_addchar(&buffer, '%');
            c += 2;
        } else {
            Item item = readItem(lua, c);
            luaL_argcheck(lua, ++argument <= top, argument, "no value");
            if (item.letter == 's')
                addString(lua, buffer, item, argument);
            else
                addNumber(lua, buffer, item, argument);
            c = item.end;
        }
    }
    luaL_pushresult(&buffer);
    return 1;
}

} // namespace

void openStringFunctions(lua_State* lua)
{
    lua_getglobal(lua, LUA_STRLIBNAME);
    constexpr std::array<luaL_Reg, 3> FUNCTIONS = {
        {{"rep", repeat}, {"format", format}, {nullptr, nullptr}}};
    luaL_setfuncs(lua, FUNCTIONS.data(), 0);
    lua_pop(lua, 1);
}

} // namespace core::strategy
