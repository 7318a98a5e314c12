// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/desk.h"

#include "core/execution/trailing.h"

#include <cmath>

namespace core::engine {

using execution::Order;
using execution::OrderRequest;
using execution::OrderSize;
using execution::OrderType;
using execution::Reason;
using execution::TimeInForce;

namespace {

/// The price in ticks, to the nearest one.
Reason readPrice(const market::Instrument& instrument, double value, std::optional<Price>& price)
{
    if (!std::isfinite(value))
        return Reason::NotFinite;
    const auto ticks = decimalNearest(value, instrument.priceDecimals);
    if (!ticks)
        return Reason::OutOfRange;
    if (*ticks <= 0)
        return Reason::NotPositive;
    price = Price(*ticks);
    return Reason::None;
}

Reason readOptionalPrice(const market::Instrument& instrument, const std::optional<double>& value,
                         std::optional<Price>& price)
{
    return value ? readPrice(instrument, *value, price) : Reason::None;
}

/// Says whether the request has the prices of its type and no other.
Reason checkPresence(const OrderRequest& request)
{
    const bool needsLimit = request.type == OrderType::Limit || request.type == OrderType::StopLimit;
    const bool needsStop = request.type == OrderType::Stop || request.type == OrderType::StopLimit;
    const bool needsTrail = request.type == OrderType::TrailingStop;
    const bool hasTrail = request.trail || request.trailFraction;
    if ((needsLimit && !request.limit) || (needsStop && !request.stop) || (needsTrail && !hasTrail))
        return Reason::MissingPrice;
    const bool unexpected = needsLimit != request.limit.has_value() || needsStop != request.stop.has_value() ||
                            needsTrail != hasTrail || (request.trail && request.trailFraction);
    return unexpected ? Reason::UnexpectedPrice : Reason::None;
}

Reason readFraction(double value, std::int64_t& fraction)
{
    if (!std::isfinite(value))
        return Reason::NotFinite;
    if (value <= 0.0)
        return Reason::NotPositive;
    if (value >= 1.0)
        return Reason::OutOfRange;
    fraction = *decimalNearest(value, 8);
    return fraction > 0 ? Reason::None : Reason::NotPositive;
}

/// The price at which the order would enter, as far as one knows: its limit, its stop, or the mark.
std::optional<Price> entryPrice(const Order& order, const std::optional<Price>& mark)
{
    if (order.limit)
        return order.limit;
    return order.stop ? order.stop : mark;
}

} // namespace

std::optional<Price> Desk::markOf(SymbolIndex symbol) const
{
    return m_hasMark[symbol] ? std::optional(m_marks[symbol]) : std::nullopt;
}

Reason Desk::draftSize(const OrderRequest& request, Order& order) const
{
    const double value = request.size.value;
    if (!std::isfinite(value))
        return Reason::NotFinite;
    if (value <= 0.0)
        return Reason::NotPositive;
    if (request.size.unit == OrderSize::Unit::Risk)
        return draftRisk(value, order);
    const market::Instrument& instrument = m_instruments[request.symbol];
    double base = value;
    if (request.size.unit != OrderSize::Unit::Base) {
        if (!m_hasMark[request.symbol])
            return Reason::MissingPrice;
        const bool fraction = request.size.unit == OrderSize::Unit::EquityFraction;
        const double quote = fraction ? value * equity().toDouble() : value;
        base = quote / instrument.toDouble(m_marks[request.symbol]);
    }
    const auto lots = decimalFloor(base, instrument.lotDecimals);
    if (!lots)
        return Reason::OutOfRange;
    order.size = Quantity(*lots);
    return *lots < instrument.minimumLots ? Reason::BelowMinimum : Reason::None;
}

/// lots = equity · fraction / |entry − stop-loss|, in integers, rounded down.
Reason Desk::draftRisk(double fraction, Order& order) const
{
    const market::Instrument& instrument = m_instruments[order.symbol];
    const auto entry = entryPrice(order, markOf(order.symbol));
    if (!order.stopLoss || !entry)
        return Reason::MissingPrice;
    const auto rate = decimalNearest(fraction, 8);
    if (!rate)
        return Reason::OutOfRange;
    const Int128 atRisk = divideFloor(static_cast<Int128>(equity().count()) * *rate, portfolio::RATIO_UNIT);
    if (!fitsInt64(atRisk))
        return Reason::OutOfRange;
    const Int128 distance = std::abs(entry->ticks() - order.stopLoss->ticks());
    const int shift = instrument.priceDecimals + instrument.lotDecimals - MONEY_DECIMALS;
    const Int128 lots = shift >= 0 ? divideFloor(atRisk * powerOfTen(shift), distance)
                                   : divideFloor(atRisk, distance * powerOfTen(-shift));
    if (!fitsInt64(lots))
        return Reason::OutOfRange;
    order.size = Quantity(static_cast<std::int64_t>(lots));
    return lots < instrument.minimumLots ? Reason::BelowMinimum : Reason::None;
}

/// What only reduces always may: nothing must be left that is too small to be closed.
bool Desk::costsTooLittle(const Order& order) const
{
    const market::Instrument& instrument = m_instruments[order.symbol];
    const auto price = entryPrice(order, markOf(order.symbol));
    if (instrument.minimumCost == Money() || order.reducesOnly() || !price)
        return false;
    const auto cost = market::checkedNotional(instrument, *price, order.size);
    return cost.ok() && *cost < instrument.minimumCost;
}

Reason Desk::draftTrail(const OrderRequest& request, Order& order) const
{
    if (!m_hasMark[request.symbol])
        return Reason::MissingPrice;
    Reason reason = Reason::None;
    if (request.trail) {
        std::optional<Price> distance;
        reason = readPrice(m_instruments[request.symbol], *request.trail, distance);
        order.trail = distance.value_or(Price());
    } else {
        reason = readFraction(*request.trailFraction, order.trailFraction);
    }
    if (reason != Reason::None)
        return reason;
    const Price stop = execution::trailedStop(order, m_marks[request.symbol]);
    if (stop <= Price())
        return Reason::OutOfRange;
    order.stop = stop;
    return Reason::None;
}

Reason Desk::draftPrices(const OrderRequest& request, Order& order) const
{
    if (const Reason reason = checkPresence(request); reason != Reason::None)
        return reason;
    if (request.type == OrderType::TrailingStop)
        return draftTrail(request, order);
    const market::Instrument& instrument = m_instruments[request.symbol];
    Reason reason = readOptionalPrice(instrument, request.limit, order.limit);
    if (reason == Reason::None)
        reason = readOptionalPrice(instrument, request.stop, order.stop);
    if (reason != Reason::None || !order.stop || !m_hasMark[request.symbol])
        return reason;
    const Price mark = m_marks[request.symbol];
    const bool wrong = execution::isBuying(request.side) ? *order.stop <= mark : *order.stop >= mark;
    return wrong ? Reason::WrongSideStop : Reason::None;
}

Reason Desk::draftBracket(const OrderRequest& request, Order& order) const
{
    if (!request.stopLoss && !request.takeProfit)
        return Reason::None;
    if (order.reducesOnly())
        return Reason::BracketOnExit;
    const market::Instrument& instrument = m_instruments[request.symbol];
    Reason reason = readOptionalPrice(instrument, request.stopLoss, order.stopLoss);
    if (reason == Reason::None)
        reason = readOptionalPrice(instrument, request.takeProfit, order.takeProfit);
    if (reason != Reason::None)
        return reason;
    const bool buying = execution::isBuying(request.side);
    const auto isBetter = [buying](Price a, Price b) { return buying ? a > b : a < b; };
    const auto entry = entryPrice(order, markOf(request.symbol));
    if (order.stopLoss && entry && !isBetter(*entry, *order.stopLoss))
        return Reason::WrongSideStop;
    const bool paired = order.stopLoss && order.takeProfit && !isBetter(*order.takeProfit, *order.stopLoss);
    if (paired || (order.takeProfit && entry && !isBetter(*order.takeProfit, *entry)))
        return Reason::WrongSideTarget;
    return Reason::None;
}

Reason Desk::draftLife(const OrderRequest& request, Order& order) const
{
    order.tif = request.tif;
    if (request.tif == TimeInForce::ImmediateOrCancel && order.isStop())
        return Reason::WrongTimeInForce;
    if (request.tif != TimeInForce::GoodTillDate)
        return request.expires ? Reason::UnexpectedExpiry : Reason::None;
    if (!request.expires)
        return Reason::MissingExpiry;
    order.expires = *request.expires;
    return order.expires > m_session.time ? Reason::None : Reason::ExpiryPassed;
}

Reason Desk::draft(const OrderRequest& request, Order& order) const
{
    order.side = request.side;
    order.type = request.type;
    order.reduceOnly = request.reduceOnly;
    if (request.symbol >= m_instruments.size())
        return Reason::UnknownSymbol;
    order.symbol = request.symbol;
    if (!isOwnCurrency(order.symbol))
        return Reason::WrongCurrency;
    // A risked size comes from the prices; of any other the size is judged first.
    const bool risks = request.size.unit == OrderSize::Unit::Risk;
    Reason reason = risks ? Reason::None : draftSize(request, order);
    if (reason == Reason::None)
        reason = draftPrices(request, order);
    if (reason == Reason::None)
        reason = draftBracket(request, order);
    if (reason == Reason::None && risks)
        reason = draftSize(request, order);
    if (reason == Reason::None)
        reason = draftLife(request, order);
    if (reason != Reason::None || !order.reducesOnly())
        return reason;
    const std::int64_t held =
        (m_book.account.position(order.symbol).quantity + pendingAtMarket(order.symbol)).lots();
    const bool reducible = held != 0 && (held > 0) != execution::isBuying(request.side);
    return reducible ? Reason::None : Reason::NothingToReduce;
}

bool Desk::isOwnCurrency(SymbolIndex symbol) const
{
    const std::string& currency = m_session.setup.currency;
    return currency.empty() || m_instruments[symbol].symbol.quote() == currency;
}

} // namespace core::engine
