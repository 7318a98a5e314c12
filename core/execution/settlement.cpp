// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/settlement.h"

#include <algorithm>
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

Settlement::Settlement(const Setting& setting, const MatchingRules& rules, Book& book,
                       std::vector<MatchEvent>& events)
    : m_instruments(setting.instruments), m_marksBefore(setting.marks), m_correlation(setting.correlation),
      m_rules(rules), m_book(book), m_events(events), m_marks(setting.marks.begin(), setting.marks.end())
{}

bool Settlement::isCalled() const
{
    return portfolio::marginOf(m_book.account, m_instruments, m_marks).isCalled(m_book.account.settings());
}

std::size_t Settlement::placeAfter(OrderId id) const
{
    const auto& working = m_book.working;
    return static_cast<std::size_t>(
        std::upper_bound(working.begin(), working.end(), id,
                         [](OrderId sought, const Order& order) { return sought < order.id; }) -
        working.begin());
}

/// Of a product already known to fit.
Money Settlement::moneyOf(SymbolIndex symbol, Int128 tickLots) const
{
    const auto money = market::moneyFromTickLots(m_instruments[symbol], tickLots);
    require(money.ok(), "what a fill costs fits the ledger");
    return *money;
}

/// True when no sum that the fill changes can leave the ledger's range.
bool Settlement::fitsLedger(const Fill& fill, const Offer& offer, Quantity wanted) const
{
    // The slippage is booked too, and of a sale it may be most of the price.
    const Price price = std::max({offer.best(), offer.worst(wanted), fill.referencePrice});
    const auto notional = market::checkedNotional(m_instruments[fill.symbol], price, wanted);
    if (!notional || notional->count() > MAX_NOTIONAL)
        return false;
    const portfolio::Account& account = m_book.account;
    const portfolio::Position& held = account.position(fill.symbol);
    return magnitude(account.cash().count()) + notional->count() <= MAX_BALANCE &&
           static_cast<Int128>(held.cost.count()) + notional->count() <= MAX_BALANCE &&
           magnitude(held.quantity.lots()) + wanted.lots() <= MAX_LOTS;
}

void Settlement::settleBorrowing()
{
    if (m_rules.costs.borrow.isFree())
        return;
    portfolio::settleBorrowing(m_book.account, m_book.borrowing, m_rules.costs.borrow, m_instruments,
                               m_marksBefore, time(), portfolio::Due::AtTheEnd, m_correlation,
                               m_entries);
    emitEntries();
}

void Settlement::emitEntries()
{
    for (const portfolio::LedgerEntry& entry : m_entries)
        m_events.emplace_back(entry);
    m_entries.clear();
}

void Settlement::book(Fill& fill, Deal& deal, Quantity signedSize, bool opens)
{
    const Quantity size = signedSize.magnitude();
    const Int128 cost = deal.offer.cost(size);
    deal.offer.take(size);
    portfolio::TradePart part;
    part.symbol = fill.symbol;
    part.quantity = signedSize;
    part.notional = moneyOf(fill.symbol, cost);
    part.fee = chargeOf(part.notional, feeRate(fill.liquidity));
    if (opens && m_rules.costs.borrow.openingFee > 0)
        part.openingFee = chargeOf(portfolio::newlyBorrowed(m_book.account.cash(), isBuying(fill.side),
                                                            part.notional, part.fee),
                                   m_rules.costs.borrow.openingFee);
    part.time = fill.time;
    part.correlation = fill.correlation;
    fill.realisedProfit += m_book.account.trade(part, m_entries);
    m_book.borrowing.noteCash(m_book.account.cash(), fill.time);
    deal.paid += cost;
    fill.quantity += signedSize;
    fill.notional += part.notional;
    fill.fee += part.fee;
    fill.openingFee += part.openingFee;
    const Int128 unslipped = static_cast<Int128>(deal.unslipped.ticks()) * size.lots();
    fill.slippage += moneyOf(fill.symbol, magnitude(cost - unslipped));
    fill.spread += moneyOf(fill.symbol, divideHalfEven(deal.twiceToReference * size.lots(), 2));
    fill.positionAfter = m_book.account.position(fill.symbol).quantity;
    fill.cashAfter = m_book.account.cash();
}

Fill Settlement::draftFill(const Order& order, const Deal& deal) const
{
    Fill fill;
    fill.order = order.id;
    fill.parent = order.parent;
    fill.leg = order.leg;
    fill.symbol = order.symbol;
    fill.side = order.side;
    fill.rule = deal.rule;
    fill.detail = deal.detail;
    fill.ambiguous = deal.ambiguous;
    fill.liquidity = deal.liquidity;
    fill.referencePrice = deal.reference;
    fill.decisionTime = order.decisionTime;
    fill.time = time();
    fill.correlation = order.correlation;
    return fill;
}

Quantity Settlement::fill(std::size_t index, Deal deal)
{
    settleBorrowing();
    Order& order = m_book.working[index];
    const bool buying = isBuying(order.side);
    const Quantity held = m_book.account.position(order.symbol).quantity;
    const bool opposite = !held.isZero() && (held.lots() > 0) != buying;
    const Quantity reducible = opposite ? held.magnitude() : Quantity();
    if (order.reducesOnly() && reducible.isZero()) {
        finish(index, OrderStatus::Cancelled, Reason::NothingToReduce);
        return {};
    }
    Quantity wanted = std::min({order.remaining(), deal.most, deal.offer.size()});
    if (order.reducesOnly() || !deal.opens)
        wanted = std::min(wanted, reducible);
    if (wanted.isZero())
        return {};
    Fill fill = draftFill(order, deal);
    if (!fitsLedger(fill, deal.offer, wanted)) {
        finish(index, OrderStatus::Cancelled, Reason::OutOfRange);
        return {};
    }

    const auto directed = [buying](Quantity size) { return buying ? size : -size; };
    const Quantity reducing = std::min(wanted, reducible);
    if (!reducing.isZero())
        book(fill, deal, directed(reducing), false);
    const Quantity opening = wanted - reducing;
    const Grant granted = opening.isZero() ? Grant{} : grant(fill, deal.offer, opening);
    if (!granted.size.isZero())
        book(fill, deal, directed(granted.size), true);
    const Quantity total = reducing + granted.size;
    if (!total.isZero()) {
        fill.price = averagePrice(deal.paid, total, buying);
        m_events.emplace_back(fill);
    }
    emitEntries();
    order.filled += total;
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
    return total;
}

void Settlement::finish(std::size_t index, OrderStatus status, Reason reason)
{
    Order& order = m_book.working[index];
    order.status = status;
    order.reason = reason;
    m_events.emplace_back(OrderStep{order, time()});
    if (!order.isWorking())
        m_book.working.erase(m_book.working.begin() + static_cast<std::ptrdiff_t>(index));
}

} // namespace core::execution
