// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luaorderrequest.h"

#include "core/strategy/replacement.h"

#include <fmt/format.h>

#include <array>

namespace core::strategy {

namespace {

using execution::Order;
using execution::OrderRequest;
using execution::OrderSize;
using execution::OrderType;
using execution::TimeInForce;

constexpr std::array<const char*, 4> SIZE_FIELDS = {"size", "quote", "equity_fraction", "risk"};
constexpr std::array<const char*, 15> FIELDS = {
    "symbol", "size", "quote",       "equity_fraction", "risk",        "type",      "limit",      "stop",
    "trail",  "trail_fraction", "tif", "expires",       "reduce_only", "stop_loss", "take_profit"};
/// A replacement stays with its symbol.
constexpr std::span<const char* const> REPLACEMENT_FIELDS = std::span(FIELDS).subspan(1);

/// The one of size, quote, equity_fraction and risk that is given.
std::optional<OrderSize> readSize(const TableReader& table)
{
    std::optional<OrderSize> size;
    for (std::size_t i = 0; i < SIZE_FIELDS.size(); ++i) {
        const auto value = table.number(SIZE_FIELDS[i]);
        if (value && size)
            table.fail("takes one of size, quote, equity_fraction and risk, not several");
        if (value)
            size = OrderSize{*value, static_cast<OrderSize::Unit>(i)};
    }
    return size;
}

std::optional<OrderType> readType(const TableReader& table)
{
    const auto text = table.text("type", 16);
    if (!text)
        return std::nullopt;
    for (const OrderType type : {OrderType::Market, OrderType::Limit, OrderType::Stop, OrderType::StopLimit,
                                 OrderType::TrailingStop}) {
        if (execution::name(type) == *text)
            return type;
    }
    table.fail(fmt::format("type must be market, limit, stop, stop_limit or trailing_stop, not \"{}\"", *text));
}

std::optional<TimeInForce> readTif(const TableReader& table)
{
    const auto text = table.text("tif", 16);
    if (!text)
        return std::nullopt;
    for (const TimeInForce tif : {TimeInForce::GoodTillCancelled, TimeInForce::ImmediateOrCancel,
                                  TimeInForce::GoodTillDate}) {
        if (execution::name(tif) == *text)
            return tif;
    }
    table.fail(fmt::format("tif must be gtc, ioc or gtd, not \"{}\"", *text));
}

std::optional<Timestamp> readExpiry(const TableReader& table)
{
    constexpr std::int64_t LATEST = std::numeric_limits<std::int64_t>::max() / 1000;
    const auto microseconds = table.integer("expires");
    if (!microseconds)
        return std::nullopt;
    if (*microseconds < 0 || *microseconds > LATEST)
        table.fail("expires must be a time in microseconds since 1970");
    return fromMicroseconds(*microseconds);
}

void readNumber(const TableReader& table, const char* field, std::optional<double>& value)
{
    if (const auto given = table.number(field))
        value = given;
}

/// The fields that a new order and a replacement have in common, over what is there already.
void readFields(const TableReader& table, OrderRequest& request)
{
    readNumber(table, "limit", request.limit);
    readNumber(table, "stop", request.stop);
    // Either says how far; the one that is given replaces the other.
    if (table.has("trail"))
        request.trailFraction.reset();
    if (table.has("trail_fraction"))
        request.trail.reset();
    readNumber(table, "trail", request.trail);
    readNumber(table, "trail_fraction", request.trailFraction);
    const auto expires = readExpiry(table);
    if (const auto tif = readTif(table)) {
        request.tif = *tif;
        request.expires.reset();
    } else if (expires) {
        request.tif = TimeInForce::GoodTillDate;
    }
    if (expires)
        request.expires = expires;
    request.reduceOnly = table.boolean("reduce_only").value_or(request.reduceOnly);
    readNumber(table, "stop_loss", request.stopLoss);
    readNumber(table, "take_profit", request.takeProfit);
}

} // namespace

OrderRequest readOrderRequest(const TableReader& table, const LuaHost& host, execution::Side side)
{
    table.allowOnly(FIELDS);
    const auto symbol = table.text("symbol", 64);
    OrderRequest request;
    request.symbol = symbol ? host.symbolNamed(*symbol) : host.onlySymbol();
    request.side = side;
    request.type = readType(table).value_or(OrderType::Market);
    const auto size = readSize(table);
    if (!size)
        table.fail("needs one of size, quote, equity_fraction and risk");
    request.size = *size;
    readFields(table, request);
    return request;
}

OrderRequest readReplacement(const TableReader& table, const LuaHost& host, const Order& order)
{
    table.allowOnly(REPLACEMENT_FIELDS);
    OrderRequest request = requestLike(host.context().instruments()[order.symbol], order);
    request.size = readSize(table).value_or(request.size);
    request.type = readType(table).value_or(request.type);
    dropForeignPrices(request);
    readFields(table, request);
    return request;
}

} // namespace core::strategy
