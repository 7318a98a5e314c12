// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luaruntime.h"

namespace core::strategy {

namespace {

enum BarField : std::size_t { Close, Open, High, Low, Volume, Time, SymbolName, TimeframeName };
constexpr std::array<const char*, 8> BAR_FIELDS = {"close",  "open", "high",   "low",
                                                   "volume", "time", "symbol", "timeframe"};

enum TradeField : std::size_t { TradePrice, TradeSize, TradeSide, TradeTime, TradeSymbol, TradeId };
constexpr std::array<const char*, 6> TRADE_FIELDS = {"price", "size", "side", "time", "symbol", "id"};

/// In the order of Column.
constexpr std::array<const char*, 6> CANDLE_FIELDS = {"time", "open", "high", "low", "close", "volume"};

int pushPrice(lua_State* lua, const LuaHost& host, Price price)
{
    lua_pushnumber(lua, host.price(host.bar.symbol, price));
    return 1;
}

/// bar.field: read from the host's bar when asked for.
int barIndex(lua_State* lua, LuaHost& host)
{
    const market::Candle& candle = host.bar.candle;
    const std::size_t field = host.barFields.find(lua, 2);
    // A bar kept from an earlier session's state has no symbol behind it.
    if (host.bar.symbol >= host.symbolCount())
        throw ScriptError("bar can be used from the first on_bar on");
    switch (field) {
    case Close: return pushPrice(lua, host, candle.close);
    case Open: return pushPrice(lua, host, candle.open);
    case High: return pushPrice(lua, host, candle.high);
    case Low: return pushPrice(lua, host, candle.low);
    case Volume: lua_pushnumber(lua, candle.volume); return 1;
    case Time: lua_pushinteger(lua, toMicroseconds(candle.openTime)); return 1;
    case SymbolName: host.pushSymbol(host.bar.symbol); return 1;
    case TimeframeName: lua_pushstring(lua, host.bar.timeframe.text().c_str()); return 1;
    default: return host.pushMethod(Tag::Bar, 2, BAR_FIELDS);
    }
}

void pushSide(lua_State* lua, market::TakerSide side)
{
    switch (side) {
    case market::TakerSide::Buy: lua_pushliteral(lua, "buy"); break;
    case market::TakerSide::Sell: lua_pushliteral(lua, "sell"); break;
    case market::TakerSide::Unknown: lua_pushnil(lua); break;
    }
}

/// trade.field: read from the host's trade when asked for.
int tradeIndex(lua_State* lua, LuaHost& host)
{
    const auto& [symbol, trade] = host.trade;
    // A trade kept from an earlier session's state has no symbol behind it.
    if (symbol >= host.symbolCount())
        throw ScriptError("trade can be used from the first on_trade on");
    switch (host.tradeFields.find(lua, 2)) {
    case TradePrice: lua_pushnumber(lua, host.price(symbol, trade.price)); return 1;
    case TradeSize:
        lua_pushnumber(lua, host.context().instruments()[symbol].toDouble(trade.size));
        return 1;
    case TradeSide: pushSide(lua, trade.taker); return 1;
    case TradeTime: lua_pushinteger(lua, toMicroseconds(trade.time)); return 1;
    case TradeSymbol: host.pushSymbol(symbol); return 1;
    case TradeId: lua_pushinteger(lua, static_cast<lua_Integer>(trade.id)); return 1;
    default: return host.pushMethod(Tag::Trade, 2, TRADE_FIELDS);
    }
}

/// One value of a column; index counts from the view's first candle.
void pushColumnValue(lua_State* lua, const LuaHost& host, const CandlesHandle& candles, Column column,
                     std::size_t index)
{
    const market::CandleColumns& columns = *candles.columns;
    const std::size_t at = candles.first + index;
    switch (column) {
    case Column::Time: lua_pushinteger(lua, toMicroseconds(columns.openTime[at])); break;
    case Column::Open: lua_pushnumber(lua, host.price(candles.symbol, columns.open[at])); break;
    case Column::High: lua_pushnumber(lua, host.price(candles.symbol, columns.high[at])); break;
    case Column::Low: lua_pushnumber(lua, host.price(candles.symbol, columns.low[at])); break;
    case Column::Close: lua_pushnumber(lua, host.price(candles.symbol, columns.close[at])); break;
    case Column::Volume: lua_pushnumber(lua, columns.volume[at]); break;
    }
}

/// The zero-based position that the key at 2 asks for; false when it is outside 1 … count.
bool readPosition(lua_State* lua, std::size_t count, std::size_t& position)
{
    int exact = 0;
    const lua_Integer index = lua_tointegerx(lua, 2, &exact);
    if (exact == 0 || lua_type(lua, 2) != LUA_TNUMBER)
        throw ScriptError("candles are counted by whole numbers: 1 is the oldest, #candles the newest");
    if (index < 1 || static_cast<std::uint64_t>(index) > count)
        return false;
    position = static_cast<std::size_t>(index) - 1;
    return true;
}

/// candles[i] is a table, candles.close a column.
int candlesIndex(lua_State* lua, LuaHost& host)
{
    const auto& candles = host.handle<CandlesHandle>(1);
    const std::size_t field = host.candleFields.find(lua, 2);
    if (field < CANDLE_FIELDS.size()) {
        host.push(ColumnHandle{Tag::Column, static_cast<Column>(field), candles});
        return 1;
    }
    if (lua_type(lua, 2) == LUA_TSTRING)
        return host.pushMethod(Tag::Candles, 2, CANDLE_FIELDS);
    std::size_t position = 0;
    if (!readPosition(lua, candles.count, position))
        lua_pushnil(lua);
    else
        host.pushCandle(candles.symbol, candles.columns->at(candles.first + position));
    return 1;
}

int candlesLength(lua_State* lua, LuaHost& host)
{
    lua_pushinteger(lua, static_cast<lua_Integer>(host.handle<CandlesHandle>(1).count));
    return 1;
}

int columnIndex(lua_State* lua, LuaHost& host)
{
    const auto& column = host.handle<ColumnHandle>(1);
    std::size_t position = 0;
    if (!readPosition(lua, column.candles.count, position))
        lua_pushnil(lua);
    else
        pushColumnValue(lua, host, column.candles, column.column, position);
    return 1;
}

int columnLength(lua_State* lua, LuaHost& host)
{
    lua_pushinteger(lua, static_cast<lua_Integer>(host.handle<ColumnHandle>(1).candles.count));
    return 1;
}

/// Symbol and timeframe of a request; both may be left out.
SymbolIndex readSymbol(const LuaHost& host, const TableReader& table)
{
    const auto name = table.text("symbol", 64);
    return name ? host.symbolNamed(*name) : host.onlySymbol();
}

market::Timeframe readTimeframe(const LuaHost& host, const TableReader& table)
{
    const auto text = table.text("timeframe", 16);
    if (!text)
        return host.context().timeframe();
    const auto timeframe = market::Timeframe::parse(*text);
    if (!timeframe)
        throw ScriptError(timeframe.error().message());
    return *timeframe;
}

/// ctx:candles{n = 20, symbol =, timeframe =}
int contextCandles(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const TableReader table(lua, 2, "ctx:candles");
    constexpr std::array FIELDS = {"n", "symbol", "timeframe"};
    table.allowOnly(FIELDS);
    const std::int64_t wanted = table.integer("n").value_or(-1);
    if (wanted < 1)
        table.fail("needs n, the number of candles, of at least 1");
    const SymbolIndex symbol = readSymbol(host, table);
    const auto columns = host.context().candles(symbol, readTimeframe(host, table));
    if (!columns)
        throw ScriptError(columns.error().message());
    const std::size_t size = (*columns)->size();
    const std::size_t count = std::min(size, static_cast<std::size_t>(wanted));
    host.push(CandlesHandle{Tag::Candles, symbol, *columns, size - count, count});
    return 1;
}

/// A forming candle's fields; it is no candle, so that the two are not taken for each other.
int formingIndex(lua_State* lua, LuaHost& host)
{
    const auto& forming = host.handle<FormingHandle>(1);
    const market::Candle& candle = forming.candle;
    const auto pushAt = [&](Price value) { lua_pushnumber(lua, host.price(forming.symbol, value)); };
    const std::size_t field = host.candleFields.find(lua, 2);
    if (field == CANDLE_FIELDS.size())
        return host.pushMethod(Tag::Forming, 2, CANDLE_FIELDS);
    switch (static_cast<Column>(field)) {
    case Column::Time: lua_pushinteger(lua, toMicroseconds(candle.openTime)); break;
    case Column::Open: pushAt(candle.open); break;
    case Column::High: pushAt(candle.high); break;
    case Column::Low: pushAt(candle.low); break;
    case Column::Close: pushAt(candle.close); break;
    case Column::Volume: lua_pushnumber(lua, candle.volume); break;
    }
    return 1;
}

/// ctx:forming{timeframe = "1h", symbol =}: the candle that has begun and not ended, or nil.
int contextForming(lua_State* lua, LuaHost& host)
{
    host.handle<ContextHandle>(1);
    const TableReader table(lua, 2, "ctx:forming");
    constexpr std::array FIELDS = {"symbol", "timeframe"};
    table.allowOnly(FIELDS);
    const SymbolIndex symbol = readSymbol(host, table);
    const auto candle = host.context().forming(symbol, readTimeframe(host, table));
    if (candle)
        host.push(FormingHandle{Tag::Forming, symbol, *candle});
    else
        lua_pushnil(lua);
    return 1;
}

void addLength(LuaHost& host, const auto& sample, lua_CFunction function)
{
    host.push(sample);
    lua_getmetatable(host.lua(), -1);
    lua_pushcfunction(host.lua(), function);
    lua_setfield(host.lua(), -2, "__len");
    lua_settop(host.lua(), 0);
}

constexpr std::array<luaL_Reg, 2> MARKET_METHODS = {
    {{"candles", guarded<LuaHost, contextCandles>}, {"forming", guarded<LuaHost, contextForming>}}};

} // namespace

void LuaHost::pushCandle(SymbolIndex symbol, const market::Candle& candle)
{
    lua_createtable(lua(), 0, static_cast<int>(CANDLE_FIELDS.size()));
    const auto set = [this](const char* field) { lua_setfield(lua(), -2, field); };
    lua_pushinteger(lua(), toMicroseconds(candle.openTime));
    set("time");
    lua_pushnumber(lua(), price(symbol, candle.open));
    set("open");
    lua_pushnumber(lua(), price(symbol, candle.high));
    set("high");
    lua_pushnumber(lua(), price(symbol, candle.low));
    set("low");
    lua_pushnumber(lua(), price(symbol, candle.close));
    set("close");
    lua_pushnumber(lua(), candle.volume);
    set("volume");
}

void defineBar(LuaHost& host)
{
    host.intern(host.barFields, BAR_FIELDS);
    host.defineHandle(Tag::Bar, "bar", guarded<LuaHost, barIndex>, {});
}

void defineTrade(LuaHost& host)
{
    host.intern(host.tradeFields, TRADE_FIELDS);
    host.defineHandle(Tag::Trade, "trade", guarded<LuaHost, tradeIndex>, {});
}

void defineCandles(LuaHost& host)
{
    host.intern(host.candleFields, CANDLE_FIELDS);
    host.defineHandle(Tag::Candles, "candles", guarded<LuaHost, candlesIndex>, {});
    host.defineHandle(Tag::Column, "column", guarded<LuaHost, columnIndex>, {});
    host.defineHandle(Tag::Forming, "forming candle", guarded<LuaHost, formingIndex>, {});
    addLength(host, CandlesHandle(), guarded<LuaHost, candlesLength>);
    addLength(host, ColumnHandle(), guarded<LuaHost, columnLength>);
}

std::span<const luaL_Reg> marketMethods()
{
    return MARKET_METHODS;
}

} // namespace core::strategy
