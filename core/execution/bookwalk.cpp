// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/bookwalk.h"

#include "core/execution/reach.h"
#include "core/execution/trailing.h"

#include <algorithm>
#include <limits>

namespace core::execution {

namespace {

constexpr Quantity UNLIMITED(std::numeric_limits<std::int64_t>::max());

/// The first of `levels` that are no worse than the limit.
std::span<const market::BookLevel> within(std::span<const market::BookLevel> levels, bool buying, Price limit)
{
    const auto end = std::find_if(levels.begin(), levels.end(), [&](const market::BookLevel& level) {
        return buying ? level.price > limit : level.price < limit;
    });
    return levels.first(static_cast<std::size_t>(end - levels.begin()));
}

} // namespace

BookWalk::BookWalk(const BookEvent& event, const BookRules& rules, Book& book,
                   std::vector<MatchEvent>& events)
    : Settlement({event.instruments, event.marks, event.correlation}, rules.matching, book, events),
      m_event(event), m_bookRules(rules), m_isFresh(event.markets.size()),
      m_printLeft(event.trade ? event.trade->size : Quantity())
{
    m_book.taken.resize(event.markets.size());
    for (std::size_t i = 0; i < event.markets.size(); ++i) {
        const std::uint64_t version = event.markets[i].book ? event.markets[i].book->version() : 0;
        if (m_book.taken[i].version != version)
            m_book.taken[i] = {version, {}, {}};
    }
}

void BookWalk::run()
{
    settleBorrowing();
    expireOrders(m_book, m_event.time, m_events);
    layMarks();
    if (m_event.trade)
        pullTrailingStops();
    callIfNeeded();
    if (m_book.halt == Halt::Liquidating)
        goOnClosing();
    else
        meetOrders();
}

void BookWalk::layMarks()
{
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        const Mark mark = markOf(m_event.markets[i], m_bookRules, m_event.time, m_event.marks[i]);
        m_marks[i] = mark.price;
        m_isFresh[i] = mark.isFresh;
    }
}

void BookWalk::pullTrailingStops()
{
    for (Order& order : m_book.working) {
        if (order.symbol == m_event.symbol && order.type == OrderType::TrailingStop && !order.triggered)
            pullAlong(order, m_event.trade->price);
    }
}

bool BookWalk::canFill(SymbolIndex symbol) const
{
    return isUsable(m_event.markets[symbol], m_bookRules, m_event.time);
}

bool BookWalk::marksAreFresh() const
{
    const auto& positions = m_book.account.positions();
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (!m_isFresh[i] && !positions[i].quantity.isZero())
            return false;
    }
    return true;
}

void BookWalk::callIfNeeded()
{
    if (!isRunning())
        return;
    if (!isCalled()) {
        m_book.callWaits = false;
        return;
    }
    if (marksAreFresh()) {
        call();
        m_book.callWaits = false;
        m_book.halt = Halt::Liquidating;
    } else if (!std::exchange(m_book.callWaits, true)) {
        const auto margin = portfolio::marginOf(m_book.account, m_instruments, m_marks);
        m_events.emplace_back(MarginCallWaiting{
            time(), portfolio::saturate(margin.equity),
            portfolio::saturate(margin.maintenance(m_book.account.settings())), m_correlation});
    }
}

/// Closes what the books allow; the rest waits for the next event.
void BookWalk::goOnClosing()
{
    for (const SymbolIndex symbol : largestFirst()) {
        if (!canFill(symbol))
            continue;
        const Quantity held = m_book.account.position(symbol).quantity;
        const bool buying = held.lots() < 0;
        const Deal deal = walkOf(symbol, buying, {});
        const Quantity size = std::min(held.magnitude(), deal.offer.size());
        if (size.isZero())
            continue;
        close(symbol, size, deal);
        takenOf(symbol, buying) += size;
    }
    if (m_book.account.isFlat())
        endLiquidation();
}

std::size_t BookWalk::placeOf(OrderId id) const
{
    const std::size_t after = placeAfter(id);
    return after > 0 && m_book.working[after - 1].id == id ? after - 1 : m_book.working.size();
}

void BookWalk::meetOrders()
{
    const auto& working = m_book.working;
    // By id, since a fill may change the orders around it. Legs that come to life are at the end.
    for (std::size_t i = 0; i < working.size() && isRunning();) {
        const OrderId id = working[i].id;
        if (working[i].symbol == m_event.symbol) {
            const std::size_t before = m_events.size();
            meet(i);
            if (m_events.size() != before)
                callIfNeeded();
            if (isRunning())
                cancelRest(id);
        }
        i = placeAfter(id);
    }
    if (m_book.halt == Halt::Liquidating)
        goOnClosing();
}

/// Of an immediate-or-cancel order that has had its book.
void BookWalk::cancelRest(OrderId id)
{
    const std::size_t place = placeOf(id);
    if (place < m_book.working.size() && canFill(m_event.symbol) &&
        m_book.working[place].tif == TimeInForce::ImmediateOrCancel)
        finish(place, OrderStatus::Cancelled, Reason::NotFilledAtOnce);
}

void BookWalk::meet(std::size_t index)
{
    const Order& order = m_book.working[index];
    // What comes to life with this event did not lie in the book before it.
    const bool rested = !order.awaitsStop() && !isNew(order);
    if (order.awaitsStop() && !trigger(index))
        return;
    if (!canFill(order.symbol))
        return;
    if (order.isAtLimit())
        meetAtLimit(index, rested);
    else
        fillFromBook(index, walkOf(order.symbol, isBuying(order.side), {}));
}

/// Stops go by trades.
bool BookWalk::trigger(std::size_t index)
{
    Order& order = m_book.working[index];
    if (!m_event.trade || !reaches(order, m_event.trade->price))
        return false;
    order.triggered = true;
    m_events.emplace_back(OrderStep{order, time()});
    return true;
}

void BookWalk::meetAtLimit(std::size_t index, bool rested)
{
    Order& order = m_book.working[index];
    const OrderId id = order.id;
    const bool buying = isBuying(order.side);
    const market::OrderBook& visible = *m_event.markets[order.symbol].book;
    const bool crosses = buying ? visible.bestAsk() <= *order.limit : visible.bestBid() >= *order.limit;
    if (order.liquidity == Liquidity::Undecided)
        order.liquidity = crosses ? Liquidity::Taker : Liquidity::Maker;
    if (crosses) {
        Deal deal = walkOf(order.symbol, buying, order.limit);
        // Who waited is met at the own price, whatever the other offers.
        if (order.liquidity == Liquidity::Maker)
            deal = restingDeal(order, deal.offer.size(), Detail::Book);
        fillFromBook(index, deal);
    }
    if (const std::size_t place = placeOf(id); rested && place < m_book.working.size())
        meetPrint(place);
}

/// A trade through the limit would have taken it along.
void BookWalk::meetPrint(std::size_t index)
{
    const Order& order = m_book.working[index];
    if (!m_event.trade || m_printLeft.isZero())
        return;
    const Price price = m_event.trade->price;
    const bool through = isBuying(order.side) ? price < *order.limit : price > *order.limit;
    if (through || (m_rules.touch && price == *order.limit))
        m_printLeft -= fill(index, restingDeal(order, m_printLeft, Detail::Trades));
}

void BookWalk::fillFromBook(std::size_t index, Deal deal)
{
    const Order& order = m_book.working[index];
    const SymbolIndex symbol = order.symbol;
    const bool buying = isBuying(order.side);
    const Quantity total = fill(index, deal);
    takenOf(symbol, buying) += total;
}

Quantity& BookWalk::takenOf(SymbolIndex symbol, bool buying)
{
    BookTaken& taken = m_book.taken[symbol];
    return buying ? taken.asks : taken.bids;
}

Deal BookWalk::walkOf(SymbolIndex symbol, bool buying, std::optional<Price> limit) const
{
    const market::OrderBook& visible = *m_event.markets[symbol].book;
    const auto side = buying ? visible.asks() : visible.bids();
    const BookTaken& taken = m_book.taken[symbol];
    Deal deal(Offer(limit ? within(side, buying, *limit) : side, buying ? taken.asks : taken.bids),
              visible.mid());
    deal.rule = FillRule::BookWalk;
    deal.detail = Detail::Book;
    deal.opens = mayOpen(symbol);
    deal.unslipped = side.front().price;
    deal.twiceToReference = visible.spread();
    deal.most = UNLIMITED;
    return deal;
}

Deal BookWalk::restingDeal(const Order& order, Quantity most, Detail detail) const
{
    Deal deal(Offer(*order.limit), *order.limit);
    deal.rule = FillRule::Limit;
    deal.detail = detail;
    deal.opens = mayOpen(order.symbol);
    deal.liquidity = order.liquidity;
    deal.most = most;
    return deal;
}

} // namespace core::execution
