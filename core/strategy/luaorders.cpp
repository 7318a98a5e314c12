// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luaorderrequest.h"

#include <fmt/format.h>

namespace core::strategy {

namespace {

using execution::Order;
using execution::OrderRequest;
using execution::Side;

constexpr std::array<const char*, 9> POSITION_FIELDS = {
    "size", "average_price", "cost", "profit", "opened", "mae", "mfe", "symbol", "flat"};
constexpr std::array<const char*, 22> ORDER_FIELDS = {
    "id",      "status",    "filled",      "remaining", "size",           "symbol", "side",    "type",
    "limit",   "stop",      "reduce_only", "reason",    "working",        "trail",  "trail_fraction",
    "tif",     "expires",   "stop_loss",   "take_profit", "triggered",    "parent", "leg"};

void pushView(lua_State* lua, std::string_view text)
{
    lua_pushlstring(lua, text.data(), text.size());
}

/// position.field: read from the account when asked for, so a kept handle is never out of date.
int positionIndex(lua_State* lua, LuaHost& host)
{
    const SymbolIndex symbol = host.handle<PositionHandle>(1).symbol;
    const PositionView view = host.context().position(symbol);
    switch (host.positionFields.find(lua, 2)) {
    case 0: lua_pushnumber(lua, view.size); return 1;
    case 1: lua_pushnumber(lua, view.averagePrice); return 1;
    case 2: lua_pushnumber(lua, view.averagePrice * std::abs(view.size)); return 1;
    case 3: lua_pushnumber(lua, view.profit); return 1;
    case 4:
        if (view.quantity.isZero())
            lua_pushnil(lua);
        else
            lua_pushinteger(lua, toMicroseconds(view.opened));
        return 1;
    case 5: lua_pushnumber(lua, view.mae); return 1;
    case 6: lua_pushnumber(lua, view.mfe); return 1;
    case 7: host.pushSymbol(symbol); return 1;
    case 8: lua_pushboolean(lua, view.quantity.isZero()); return 1;
    default: return host.pushMethod(Tag::Position, 2, POSITION_FIELDS);
    }
}

void pushOptionalPrice(lua_State* lua, const LuaHost& host, const Order& order,
                       const std::optional<Price>& price)
{
    if (price)
        lua_pushnumber(lua, host.price(order.symbol, *price));
    else
        lua_pushnil(lua);
}

void pushTrail(lua_State* lua, const LuaHost& host, const Order& order)
{
    const bool has = order.trail > Price();
    pushOptionalPrice(lua, host, order, has ? std::optional(order.trail) : std::nullopt);
}

void pushFraction(lua_State* lua, std::int64_t fraction)
{
    if (fraction > 0)
        lua_pushnumber(lua, toDouble(fraction, 8));
    else
        lua_pushnil(lua);
}

void pushExpiry(lua_State* lua, const Order& order)
{
    if (order.tif == execution::TimeInForce::GoodTillDate)
        lua_pushinteger(lua, toMicroseconds(order.expires));
    else
        lua_pushnil(lua);
}

void pushLeg(lua_State* lua, const Order& order)
{
    if (order.leg == execution::BracketLeg::None)
        lua_pushnil(lua);
    else
        pushView(lua, execution::name(order.leg));
}

const Order& knownOrder(const LuaHost& host, OrderId id)
{
    const Order* order = host.context().order(id);
    if (order == nullptr)
        throw ScriptError("the order is not known any more");
    return *order;
}

int orderIndex(lua_State* lua, LuaHost& host)
{
    const Order& order = host.shownOrder(host.handle<OrderHandle>(1).id);
    const market::Instrument& instrument = host.context().instruments()[order.symbol];
    switch (host.orderFields.find(lua, 2)) {
    case 0: lua_pushinteger(lua, static_cast<lua_Integer>(order.id.value)); return 1;
    case 1: pushView(lua, execution::name(order.status)); return 1;
    case 2: lua_pushnumber(lua, instrument.toDouble(order.filled)); return 1;
    case 3: lua_pushnumber(lua, instrument.toDouble(order.remaining())); return 1;
    case 4: lua_pushnumber(lua, instrument.toDouble(order.size)); return 1;
    case 5: host.pushSymbol(order.symbol); return 1;
    case 6: pushView(lua, execution::name(order.side)); return 1;
    case 7: pushView(lua, execution::name(order.type)); return 1;
    case 8: pushOptionalPrice(lua, host, order, order.limit); return 1;
    case 9: pushOptionalPrice(lua, host, order, order.stop); return 1;
    case 10: lua_pushboolean(lua, order.reducesOnly()); return 1;
    case 11: pushView(lua, execution::name(order.reason)); return 1;
    case 12: lua_pushboolean(lua, order.isWorking()); return 1;
    case 13: pushTrail(lua, host, order); return 1;
    case 14: pushFraction(lua, order.trailFraction); return 1;
    case 15: pushView(lua, execution::name(order.tif)); return 1;
    case 16: pushExpiry(lua, order); return 1;
    case 17: pushOptionalPrice(lua, host, order, order.stopLoss); return 1;
    case 18: pushOptionalPrice(lua, host, order, order.takeProfit); return 1;
    case 19: lua_pushboolean(lua, order.triggered); return 1;
    case 20: host.pushOrder(order.parent); return 1;
    case 21: pushLeg(lua, order); return 1;
    default: return host.pushMethod(Tag::Order, 2, ORDER_FIELDS);
    }
}

/// Two handles of one order are equal.
int orderEqual(lua_State* lua, LuaHost& host)
{
    lua_pushboolean(lua, host.handle<OrderHandle>(1).id == host.handle<OrderHandle>(2).id);
    return 1;
}

/// nil and the reason: an order that was refused is no error of the script.
int pushRefusal(lua_State* lua, const Error& error)
{
    lua_pushnil(lua);
    lua_pushstring(lua, error.message().c_str());
    return 2;
}

int pushOutcome(lua_State* lua, LuaHost& host, const Result<OrderId>& outcome)
{
    if (!outcome)
        return pushRefusal(lua, outcome.error());
    host.pushOrder(*outcome);
    return 1;
}

/// ctx:buy{…} and its three siblings.
int submit(lua_State* lua, LuaHost& host, Side side)
{
    host.handle<ContextHandle>(1);
    const TableReader table(lua, 2, fmt::format("ctx:{}", execution::name(side)));
    const OrderRequest request = readOrderRequest(table, host, side);
    host.chargeGuarded(100);
    return pushOutcome(lua, host, host.context().submit(request));
}

template <Side Which> int submitSide(lua_State* lua, LuaHost& host)
{
    return submit(lua, host, Which);
}

/// ctx:close([symbol]): brings the position to nothing.
int closePosition(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    return pushOutcome(lua, host, host.context().target(host.symbolAt(2), 0.0));
}

/// ctx:target([symbol,] size)
int target(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const bool alone = lua_type(lua, 2) == LUA_TNUMBER && lua_isnoneornil(lua, 3);
    const SymbolIndex symbol = alone ? host.onlySymbol() : host.symbolAt(2);
    const int sizeIndex = alone ? 2 : 3;
    if (lua_type(lua, sizeIndex) != LUA_TNUMBER)
        throw ScriptError(fmt::format("ctx:target: size must be a number, not a {}",
                                      typeName(lua, sizeIndex)));
    return pushOutcome(lua, host, host.context().target(symbol, lua_tonumber(lua, sizeIndex)));
}

/// ctx:replace(order, {limit = …})
int replace(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const OrderId id = host.handle<OrderHandle>(2).id;
    const TableReader table(lua, 3, "ctx:replace");
    const OrderRequest request = readReplacement(table, host, knownOrder(host, id));
    host.chargeGuarded(100);
    return pushOutcome(lua, host, host.context().replace(id, request));
}

/// ctx:cancel(order): true, or nil and the reason.
int cancel(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const auto outcome = host.context().cancel(host.handle<OrderHandle>(2).id);
    if (!outcome)
        return pushRefusal(lua, outcome.error());
    lua_pushboolean(lua, 1);
    return 1;
}

/// ctx:orders([symbol]): the working orders, oldest first.
int orders(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    std::optional<SymbolIndex> symbol;
    if (!lua_isnoneornil(lua, 2))
        symbol = host.symbolAt(2);
    const auto working = host.context().workingOrders();
    host.chargeGuarded(static_cast<std::int64_t>(working.size()));
    lua_newtable(lua);
    lua_Integer count = 0;
    for (const Order& order : working) {
        if (symbol && order.symbol != *symbol)
            continue;
        host.pushOrder(order.id);
        lua_rawseti(lua, -2, ++count);
    }
    return 1;
}

/// ctx:position([symbol])
int position(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const SymbolIndex symbol = host.symbolAt(2);
    int& reference = host.positionReferences[symbol];
    if (reference == LUA_NOREF) {
        host.push(PositionHandle{Tag::Position, symbol});
        reference = luaL_ref(lua, LUA_REGISTRYINDEX);
    }
    lua_rawgeti(lua, LUA_REGISTRYINDEX, reference);
    return 1;
}

constexpr std::array<luaL_Reg, 10> ORDER_METHODS = {
    {{"buy", guarded<LuaHost, submitSide<Side::Buy>>},
     {"sell", guarded<LuaHost, submitSide<Side::Sell>>},
     {"short", guarded<LuaHost, submitSide<Side::Short>>},
     {"cover", guarded<LuaHost, submitSide<Side::Cover>>},
     {"close", guarded<LuaHost, closePosition>},
     {"target", guarded<LuaHost, target>},
     {"replace", guarded<LuaHost, replace>},
     {"cancel", guarded<LuaHost, cancel>},
     {"orders", guarded<LuaHost, orders>},
     {"position", guarded<LuaHost, position>}}};

} // namespace

const execution::Order& LuaHost::shownOrder(OrderId id) const
{
    if (m_step != nullptr && m_step->id == id)
        return *m_step;
    return knownOrder(*this, id);
}

void LuaHost::pushOrder(OrderId id)
{
    if (id.isNone())
        lua_pushnil(lua());
    else
        push(OrderHandle{Tag::Order, id});
}

void LuaHost::pushFill(const execution::Fill& fill)
{
    const market::Instrument& instrument = context().instruments()[fill.symbol];
    lua_newtable(lua());
    const auto set = [this](const char* field) { lua_setfield(lua(), -2, field); };
    const auto number = [&](const char* field, double value) {
        lua_pushnumber(lua(), value);
        set(field);
    };
    lua_pushinteger(lua(), static_cast<lua_Integer>(fill.id.value));
    set("id");
    pushOrder(fill.order);
    set("order");
    pushSymbol(fill.symbol);
    set("symbol");
    pushView(lua(), execution::name(fill.side));
    set("side");
    pushView(lua(), execution::name(fill.rule));
    set("rule");
    lua_pushinteger(lua(), toMicroseconds(fill.time));
    set("time");
    number("size", instrument.toDouble(fill.quantity));
    number("price", price(fill.symbol, fill.price));
    number("fee", (fill.fee + fill.openingFee).toDouble());
    number("slippage", fill.slippage.toDouble());
    number("profit", fill.realisedProfit.toDouble());
    number("position", instrument.toDouble(fill.positionAfter));
}

void defineAccount(LuaHost& host)
{
    host.intern(host.positionFields, POSITION_FIELDS);
    host.intern(host.orderFields, ORDER_FIELDS);
    host.defineHandle(Tag::Position, "position", guarded<LuaHost, positionIndex>, {});
    host.defineHandle(Tag::Order, "order", guarded<LuaHost, orderIndex>, {});
    host.push(OrderHandle());
    lua_getmetatable(host.lua(), -1);
    lua_pushcfunction(host.lua(), (guarded<LuaHost, orderEqual>));
    lua_setfield(host.lua(), -2, "__eq");
    lua_settop(host.lua(), 0);
}

std::span<const luaL_Reg> orderMethods()
{
    return ORDER_METHODS;
}

} // namespace core::strategy
