// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barwalk.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace core::execution {

namespace {

/// The largest single fill: 10^10 quote units, far inside the ledger's range.
constexpr std::int64_t MAX_NOTIONAL = 1'000'000'000'000'000'000;
/// Cash on either side of zero, and the cost of a position, stay within twice that.
constexpr Int128 MAX_BALANCE = 2 * static_cast<Int128>(MAX_NOTIONAL);
constexpr Int128 MAX_LOTS = std::numeric_limits<std::int64_t>::max() / 2;

Int128 magnitude(Int128 value)
{
    return value < 0 ? -value : value;
}

} // namespace

Quantity BarWalk::capacity(SymbolIndex symbol) const
{
    return m_capacity[symbol] < 0 ? Quantity(std::numeric_limits<std::int64_t>::max())
                                  : Quantity(m_capacity[symbol]);
}

/// True when no sum that the fill changes can leave the ledger's range.
bool BarWalk::fitsLedger(const Fill& fill, Quantity wanted) const
{
    // The slippage is booked too, and of a sale it may be most of the price.
    const Price price = std::max(fill.price, fill.referencePrice);
    const auto notional = market::checkedNotional(m_batch.instruments[fill.symbol], price, wanted);
    if (!notional || notional->count() > MAX_NOTIONAL)
        return false;
    const portfolio::Account& account = m_book.account;
    const portfolio::Position& held = account.position(fill.symbol);
    return magnitude(account.cash().count()) + notional->count() <= MAX_BALANCE &&
           static_cast<Int128>(held.cost.count()) + notional->count() <= MAX_BALANCE &&
           magnitude(held.quantity.lots()) + wanted.lots() <= MAX_LOTS;
}

void BarWalk::settleBorrowing()
{
    if (m_rules.costs.borrow.isFree())
        return;
    portfolio::settleBorrowing(m_book.account, m_book.borrowing, m_rules.costs.borrow, m_batch.instruments,
                               m_batch.marks, time(), portfolio::Due::AtTheEnd, m_batch.correlation,
                               m_entries);
    emitEntries();
}

void BarWalk::emitEntries()
{
    for (const portfolio::LedgerEntry& entry : m_entries)
        m_events.emplace_back(entry);
    m_entries.clear();
}

void BarWalk::book(Fill& fill, Quantity signedSize, bool opens)
{
    const market::Instrument& instrument = m_batch.instruments[fill.symbol];
    portfolio::TradePart part;
    part.symbol = fill.symbol;
    part.quantity = signedSize;
    part.notional = market::notional(instrument, fill.price, signedSize.magnitude());
    part.fee = chargeOf(part.notional, feeRate(fill.liquidity));
    if (opens && m_rules.costs.borrow.openingFee > 0)
        part.openingFee = chargeOf(portfolio::newlyBorrowed(m_book.account.cash(), isBuying(fill.side),
                                                            part.notional, part.fee),
                                   m_rules.costs.borrow.openingFee);
    part.time = fill.time;
    part.correlation = fill.correlation;
    fill.realisedProfit += m_book.account.trade(part, m_entries);
    m_book.borrowing.noteCash(m_book.account.cash(), fill.time);
    fill.quantity += signedSize;
    fill.notional += part.notional;
    fill.fee += part.fee;
    fill.openingFee += part.openingFee;
    const Price distance(std::abs(fill.price.ticks() - fill.referencePrice.ticks()));
    fill.slippage += market::notional(instrument, distance, signedSize.magnitude());
    fill.positionAfter = m_book.account.position(fill.symbol).quantity;
    fill.cashAfter = m_book.account.cash();
}

Fill BarWalk::draftFill(const Order& order, Price reference, FillRule rule) const
{
    Fill fill;
    fill.order = order.id;
    fill.parent = order.parent;
    fill.leg = order.leg;
    fill.symbol = order.symbol;
    fill.side = order.side;
    fill.rule = rule;
    fill.detail = m_detail.of(order.symbol);
    fill.liquidity = order.isAtLimit() ? order.liquidity : Liquidity::Taker;
    fill.referencePrice = reference;
    const bool slips = rule != FillRule::Limit && rule != FillRule::LimitBetter;
    fill.price = slips ? slipped(reference, isBuying(order.side), m_rules.costs.slippage) : reference;
    fill.decisionTime = order.decisionTime;
    fill.time = time();
    fill.correlation = order.correlation;
    fill.ambiguous = std::find(m_pulled.begin(), m_pulled.end(), order.id) != m_pulled.end();
    return fill;
}

void BarWalk::fill(std::size_t index, Price reference, FillRule rule)
{
    settleBorrowing();
    Order& order = m_book.working[index];
    const bool buying = isBuying(order.side);
    const Quantity held = m_book.account.position(order.symbol).quantity;
    const bool opposite = !held.isZero() && (held.lots() > 0) != buying;
    const Quantity reducible = opposite ? held.magnitude() : Quantity();
    if (order.reducesOnly() && reducible.isZero())
        return finish(index, OrderStatus::Cancelled, Reason::NothingToReduce);
    Quantity wanted = std::min(order.remaining(), capacity(order.symbol));
    if (order.reducesOnly())
        wanted = std::min(wanted, reducible);
    if (wanted.isZero())
        return;
    Fill fill = draftFill(order, reference, rule);
    if (!fitsLedger(fill, wanted))
        return finish(index, OrderStatus::Cancelled, Reason::OutOfRange);

    const auto directed = [buying](Quantity size) { return buying ? size : -size; };
    const Quantity reducing = std::min(wanted, reducible);
    if (!reducing.isZero())
        book(fill, directed(reducing), false);
    const Quantity opening = wanted - reducing;
    const Grant granted = opening.isZero() ? Grant{} : grant(fill, opening);
    if (!granted.size.isZero())
        book(fill, directed(granted.size), true);
    const Quantity total = reducing + granted.size;
    if (!total.isZero())
        m_events.emplace_back(fill);
    emitEntries();
    order.filled += total;
    if (m_capacity[order.symbol] >= 0)
        m_capacity[order.symbol] -= total.lots();
    const Order done = order;
    if (granted.size < opening) {
        m_events.emplace_back(
            MarginCut{order.id, opening, granted.size, time(), order.correlation, granted.reason});
        finish(index, OrderStatus::Cancelled, granted.reason);
    } else {
        const bool whole = order.remaining().isZero() || (order.reducesOnly() && total == reducible);
        finish(index, whole ? OrderStatus::Filled : OrderStatus::PartlyFilled, Reason::None);
    }
    if (!total.isZero())
        followFill(done, total, granted.size);
}

void BarWalk::finish(std::size_t index, OrderStatus status, Reason reason)
{
    Order& order = m_book.working[index];
    order.status = status;
    order.reason = reason;
    m_events.emplace_back(OrderStep{order, time()});
    if (!order.isWorking())
        m_book.working.erase(m_book.working.begin() + static_cast<std::ptrdiff_t>(index));
}

} // namespace core::execution
