// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/desk.h"

#include <algorithm>
#include <cmath>

namespace core::engine {

using execution::Order;
using execution::OrderRequest;
using execution::OrderType;
using execution::Reason;

namespace {

Error isForced()
{
    return {ErrorCode::Refused, "the order closes a position that the account may not keep", ""};
}

} // namespace

Result<Series*> Desk::series(SymbolIndex symbol, market::Timeframe timeframe)
{
    if (symbol >= m_series.size())
        return Error{ErrorCode::InvalidInput, "the strategy does not trade that symbol", ""};
    const market::Timeframe base = m_session.setup.base;
    if (!timeframe.isMultipleOf(base))
        return Error{ErrorCode::InvalidInput,
                     "candles of " + timeframe.text() + " cannot be made from the session's " +
                         base.text() + " candles",
                     "Ask for a timeframe that is a multiple of " + base.text() + "."};
    for (const auto& known : m_series[symbol]) {
        if (known->timeframe() == timeframe)
            return known.get();
    }
    const SymbolData& data = m_session.setup.symbols[m_setup.symbols[symbol]];
    auto added = std::make_unique<Series>(data.instrument, *data.candles, base, timeframe);
    // Catch up with the candles that the strategy's own series has taken.
    const std::size_t taken = m_series[symbol].empty() ? 0 : m_series[symbol].front()->taken();
    for (std::size_t i = 0; i < taken; ++i)
        (void)added->advance(data.candles->at(i));
    return m_series[symbol].emplace_back(std::move(added)).get();
}

Result<const market::CandleColumns*> Desk::candles(SymbolIndex symbol, market::Timeframe timeframe)
{
    auto found = series(symbol, timeframe);
    if (!found)
        return found.error();
    return (*found)->candles();
}

std::optional<market::Candle> Desk::forming(SymbolIndex symbol, market::Timeframe timeframe)
{
    auto found = series(symbol, timeframe);
    return found ? (*found)->forming() : std::nullopt;
}

Result<const indicators::Indicator*> Desk::indicator(SymbolIndex symbol, market::Timeframe timeframe,
                                                     const indicators::Spec& spec)
{
    auto found = series(symbol, timeframe);
    if (!found)
        return found.error();
    return (*found)->indicator(spec);
}

Money Desk::equity() const
{
    return portfolio::saturate(margin().equity);
}

strategy::PositionView Desk::position(SymbolIndex symbol) const
{
    const portfolio::Position& held = m_book.account.position(symbol);
    strategy::PositionView view;
    if (held.quantity.isZero())
        return view;
    view.quantity = held.quantity;
    view.size = m_instruments[symbol].toDouble(held.quantity);
    view.averagePrice = held.cost.toDouble() / std::abs(view.size);
    view.profit = openProfit(symbol).toDouble();
    view.opened = held.opened;
    view.mae = m_excursions[symbol].worst.toDouble();
    view.mfe = m_excursions[symbol].best.toDouble();
    return view;
}

std::size_t Desk::placeOf(OrderId id) const
{
    // Nearly always the newest order is meant.
    if (m_orders.empty() || m_orders.back().id < id)
        return m_orders.size();
    if (m_orders.back().id == id)
        return m_orders.size() - 1;
    const auto place = std::lower_bound(m_orders.begin(), m_orders.end(), id,
                                        [](const Order& order, OrderId sought) { return order.id < sought; });
    return static_cast<std::size_t>(place - m_orders.begin());
}

const Order* Desk::order(OrderId id) const
{
    const std::size_t place = placeOf(id);
    return place < m_orders.size() && m_orders[place].id == id ? &m_orders[place] : nullptr;
}

Quantity Desk::pendingAtMarket(SymbolIndex symbol) const
{
    Quantity pending;
    for (const Order& order : m_book.working) {
        if (order.symbol == symbol && order.type == OrderType::Market)
            pending += execution::isBuying(order.side) ? order.remaining() : -order.remaining();
    }
    return pending;
}

Result<OrderId> Desk::submit(const OrderRequest& request)
{
    Order order;
    const Reason reason = draft(request, order);
    return submitLots(order, reason);
}

Result<void> Desk::cancel(OrderId id)
{
    for (std::size_t i = 0; i < m_book.working.size(); ++i) {
        if (m_book.working[i].id == id) {
            if (m_book.working[i].forced)
                return isForced();
            cancelWorking(i, Reason::Requested);
            return {};
        }
    }
    return Error{ErrorCode::NotFound, "the order is not working any more", ""};
}

Result<OrderId> Desk::replace(OrderId id, const OrderRequest& request)
{
    const auto found = std::find_if(m_book.working.begin(), m_book.working.end(),
                                    [id](const Order& order) { return order.id == id; });
    if (found == m_book.working.end())
        return Error{ErrorCode::NotFound, "the order is not working any more", ""};
    if (found->forced)
        return isForced();
    // The old one goes only where the new one may come.
    if (sentNow() >= MAX_SENT_AT_ONCE)
        return refused(Reason::TooManyOrders);
    const Order old = *found;
    cancelWorking(static_cast<std::size_t>(found - m_book.working.begin()), Reason::Replaced);
    Order order;
    const Reason reason = draft(request, order);
    // A moved stop-loss or take-profit stays half of its pair.
    const bool staysLeg = old.leg == execution::BracketLeg::StopLoss ? order.isStop()
                                                                    : order.type == OrderType::Limit;
    if (staysLeg && order.symbol == old.symbol && order.side == old.side) {
        order.leg = old.leg;
        order.parent = old.parent;
    }
    return submitLots(order, reason, Sent::Replacement);
}

Result<OrderId> Desk::target(SymbolIndex symbol, double size)
{
    Order order;
    order.symbol = symbol;
    if (symbol >= m_instruments.size())
        return submitLots(Order{}, Reason::UnknownSymbol);
    if (!isOwnCurrency(symbol))
        return submitLots(order, Reason::WrongCurrency);
    const auto wanted = decimalFloor(size, m_instruments[symbol].lotDecimals);
    if (!wanted)
        return submitLots(order, std::isfinite(size) ? Reason::OutOfRange : Reason::NotFinite);
    const Quantity expected = m_book.account.position(symbol).quantity + pendingAtMarket(symbol);
    const Int128 change = static_cast<Int128>(*wanted) - expected.lots();
    if (change == 0)
        return OrderId{};
    if (!fitsInt64(change) || change == std::numeric_limits<std::int64_t>::min())
        return submitLots(order, Reason::OutOfRange);
    const bool buying = change > 0;
    order.size = Quantity(static_cast<std::int64_t>(change)).magnitude();
    // Towards zero without crossing it, the order may only ever reduce.
    const bool reduces = buying ? expected.lots() < 0 && *wanted <= 0 : expected.lots() > 0 && *wanted >= 0;
    if (buying)
        order.side = reduces ? execution::Side::Cover : execution::Side::Buy;
    else
        order.side = reduces ? execution::Side::Sell : execution::Side::Short;
    const bool tooSmall = order.size.lots() < m_instruments[symbol].minimumLots;
    return submitLots(order, tooSmall ? Reason::BelowMinimum : Reason::None);
}

void Desk::every(Nanoseconds interval, std::function<void()> callback)
{
    if (interval <= Nanoseconds(0))
        return;
    m_timers.push_back(
        {interval, m_session.time.time_since_epoch().count() / interval.count(), std::move(callback)});
}

} // namespace core::engine
