// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luajson.h"

#include "core/strategy/luametadata.h"

#include <QJsonArray>
#include <QJsonObject>

#include <fmt/format.h>

#include <cmath>

namespace core::strategy {

namespace {

/// The deepest declaration there is: strategy, parameters, one of them, its choices.
constexpr int MAX_DEPTH = 8;
/// Many times what the limits of a declaration let through.
constexpr int MAX_VALUES_OF_DECLARATION = 20'000;
/// Beyond it a double tells no whole number from the next.
constexpr double EXACT = 9007199254740992.0;

/// Builds the Lua value of a JSON one. A state that runs nothing grants every allocation.
class Builder
{
public:
    explicit Builder(lua_State* lua) : m_lua(lua) {}

    /// Pushes the value; false when it is too deep or too much, with nothing worth using on the stack.
    [[nodiscard]] bool push(const QJsonValue& value, int depth = 0)
    {
        if (depth > MAX_DEPTH || ++m_count > MAX_VALUES_OF_DECLARATION)
            return false;
        lua_checkstack(m_lua, LUA_MINSTACK);
        switch (value.type()) {
        case QJsonValue::Bool: lua_pushboolean(m_lua, value.toBool()); return true;
        case QJsonValue::Double: pushNumber(value.toDouble()); return true;
        case QJsonValue::String: pushText(value.toString()); return true;
        case QJsonValue::Array: return pushArray(value.toArray(), depth);
        case QJsonValue::Object: return pushObject(value.toObject(), depth);
        case QJsonValue::Null:
        case QJsonValue::Undefined: break;
        }
        lua_pushnil(m_lua);
        return true;
    }

private:
    void pushNumber(double number)
    {
        if (number == std::floor(number) && std::abs(number) <= EXACT)
            lua_pushinteger(m_lua, static_cast<lua_Integer>(number));
        else
            lua_pushnumber(m_lua, number);
    }
    void pushText(const QString& text)
    {
        const QByteArray bytes = text.toUtf8();
        lua_pushlstring(m_lua, bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }
    [[nodiscard]] bool pushArray(const QJsonArray& array, int depth)
    {
        lua_newtable(m_lua);
        lua_Integer index = 0;
        for (const QJsonValue& value : array) {
            if (!push(value, depth + 1))
                return false;
            lua_rawseti(m_lua, -2, ++index);
        }
        return true;
    }
    [[nodiscard]] bool pushObject(const QJsonObject& object, int depth)
    {
        lua_newtable(m_lua);
        for (auto member = object.begin(); member != object.end(); ++member) {
            pushText(member.key());
            if (!push(member.value(), depth + 1))
                return false;
            lua_rawset(m_lua, -3);
        }
        return true;
    }

    lua_State* m_lua;
    int m_count = 0;
};

} // namespace

Result<Metadata> readJsonDeclaration(std::string_view fileName, const QJsonValue& declaration)
{
    LuaState state(std::string(fileName), {}, 0);
    lua_State* lua = state.lua();
    lua_pushglobaltable(lua);
    lua_pushliteral(lua, "strategy");
    if (!Builder(lua).push(declaration))
        return Error{ErrorCode::StrategyFailed,
                     fmt::format("{}: its declaration is too long", fileName), ""};
    lua_rawset(lua, -3);
    lua_settop(lua, 0);
    return readDeclaration(state, fileName);
}

} // namespace core::strategy
