// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/matcher.h"

#include "core/execution/barwalk.h"
#include "core/execution/trailing.h"

#include <algorithm>

namespace core::execution {

namespace {

/// True when the worst corner of every bar at once would still leave E ≥ M: then no point of any path
/// can bring a call.
bool safeEverywhere(const BarBatch& batch, const portfolio::Account& account)
{
    if (account.isFlat())
        return true;
    portfolio::Margin worst;
    worst.equity = account.cash().count();
    for (std::size_t i = 0; i < batch.bars.size(); ++i) {
        const Quantity held = account.positions()[i].quantity;
        if (held.isZero())
            continue;
        Price mark = batch.marks[i];
        if (batch.present[i])
            mark = held.lots() > 0 ? batch.bars[i].low : batch.bars[i].high;
        worst.add(portfolio::positionValue(batch.instruments[i], mark, held));
    }
    return !worst.isCalled(account.settings());
}

/// True when the order may be touched by this bar, at the open or inside.
bool isReachable(const BarBatch& batch, const MatchingRules& rules, const Order& order)
{
    if (!batch.present[order.symbol])
        return false;
    if (order.isAtMarket() || order.tif == TimeInForce::ImmediateOrCancel)
        return true;
    const market::Candle& bar = batch.bars[order.symbol];
    const bool buying = isBuying(order.side);
    if (order.awaitsStop()) {
        Price stop = *order.stop;
        if (order.type == OrderType::TrailingStop)
            stop = buying ? std::min(stop, trailedStop(order, bar.low))
                          : std::max(stop, trailedStop(order, bar.high));
        return buying ? bar.high >= stop : bar.low <= stop;
    }
    if (rules.touch && (buying ? bar.low : bar.high) == *order.limit)
        return true;
    return buying ? bar.low < *order.limit : bar.high > *order.limit;
}

/// What a bar means for the orders that it does not reach.
void passBy(const BarBatch& batch, Order& order)
{
    if (!batch.present[order.symbol])
        return;
    const market::Candle& bar = batch.bars[order.symbol];
    if (order.type == OrderType::TrailingStop)
        pullAlong(order, isBuying(order.side) ? bar.low : bar.high);
    else if (order.isAtLimit() && order.liquidity == Liquidity::Undecided)
        order.liquidity = Liquidity::Maker;
}

/// The marks before the batch hold until it ends, whatever happens in between.
void settleBorrowing(const BarBatch& batch, const MatchingRules& rules, Book& book, Timestamp until,
                     portfolio::Due due, std::vector<MatchEvent>& events)
{
    std::vector<portfolio::LedgerEntry> entries;
    portfolio::settleBorrowing(book.account, book.borrowing, rules.costs.borrow, batch.instruments,
                               batch.marks, until, due, batch.correlation, entries);
    for (const portfolio::LedgerEntry& entry : entries)
        events.emplace_back(entry);
}

/// Ends the orders that were good until `now` or earlier.
void expireOrders(Book& book, Timestamp now, std::vector<MatchEvent>& events)
{
    for (std::size_t i = 0; i < book.working.size();) {
        Order& order = book.working[i];
        if (order.tif != TimeInForce::GoodTillDate || order.expires > now) {
            ++i;
            continue;
        }
        order.status = OrderStatus::Expired;
        order.reason = Reason::DateReached;
        events.emplace_back(OrderStep{order, order.expires});
        book.working.erase(book.working.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

/// Equal in everything that trading means; the time follows from the path and differs by nature, and so
/// may the ids of legs that came to life in another order.
bool sameFill(const Fill& a, const Fill& b)
{
    const bool sameOrder = a.leg == BracketLeg::None ? a.order == b.order : a.parent == b.parent;
    return sameOrder && a.leg == b.leg && a.symbol == b.symbol && a.quantity == b.quantity &&
           a.price == b.price && a.rule == b.rule;
}

bool hasTwin(const Fill& fill, std::span<const MatchEvent> others)
{
    return std::any_of(others.begin(), others.end(), [&](const MatchEvent& other) {
        const auto* twin = std::get_if<Fill>(&other);
        return twin && sameFill(fill, *twin);
    });
}

/// The fills of `events` that have no twin among `others`.
std::int64_t countLonely(std::span<const MatchEvent> events, std::span<const MatchEvent> others)
{
    return std::count_if(events.begin(), events.end(), [&](const MatchEvent& event) {
        const auto* fill = std::get_if<Fill>(&event);
        return fill && !hasTwin(*fill, others);
    });
}

Int128 closingEquity(const BarBatch& batch, const Book& book)
{
    Int128 equity = book.account.cash().count();
    for (std::size_t i = 0; i < batch.bars.size(); ++i)
        equity += portfolio::positionValue(batch.instruments[i],
                                           batch.present[i] ? batch.bars[i].close : batch.marks[i],
                                           book.account.positions()[i].quantity);
    return equity;
}

/// Flags the fills from `first` on that the other walk has not, and says what was at stake.
void flagAmbiguous(const BarBatch& batch, const Book& book, std::vector<MatchEvent>& events,
                   std::size_t first, const Book& otherBook, std::span<const MatchEvent> otherEvents)
{
    Ambiguity ambiguity{batch.openTime + batch.length, 0, {}, batch.correlation};
    ambiguity.stake = portfolio::saturate(closingEquity(batch, book) - closingEquity(batch, otherBook));
    for (std::size_t i = first; i < events.size(); ++i) {
        auto* fill = std::get_if<Fill>(&events[i]);
        if (!fill)
            continue;
        fill->ambiguous = fill->ambiguous || !hasTwin(*fill, otherEvents);
        if (fill->ambiguous && ++ambiguity.fills == 1)
            fill->stake = ambiguity.stake;
    }
    const std::span<const MatchEvent> ours(events.data() + first, events.size() - first);
    if (ambiguity.fills > 0 || countLonely(otherEvents, ours) > 0)
        events.emplace_back(ambiguity);
}

/// Walks the batch, and once more the other way round when the order of the extremes mattered.
void walkBothWays(const BarBatch& batch, const MatchingRules& rules, Book& book,
                  std::vector<MatchEvent>& events)
{
    const Book opening = book;
    const std::size_t first = events.size();
    BarWalk walk(batch, rules, book, events);
    walk.run(false);
    if (!walk.reachedInside())
        return;
    Book other = opening;
    std::vector<MatchEvent> mirrored;
    BarWalk(batch, rules, other, mirrored).run(true);
    flagAmbiguous(batch, book, events, first, other, mirrored);
}

/// The bars themselves: orders, and the margin along the way.
void matchBars(const BarBatch& batch, const MatchingRules& rules, Book& book, std::vector<MatchEvent>& events)
{
    if (book.working.empty()) {
        if (!safeEverywhere(batch, book.account))
            walkBothWays(batch, rules, book, events);
        return;
    }
    expireOrders(book, batch.openTime, events);
    const bool touched =
        std::any_of(book.working.begin(), book.working.end(),
                    [&](const Order& order) { return isReachable(batch, rules, order); });
    if (touched || !safeEverywhere(batch, book.account)) {
        walkBothWays(batch, rules, book, events);
    } else {
        for (Order& order : book.working)
            passBy(batch, order);
    }
    expireOrders(book, batch.openTime + batch.length, events);
}

} // namespace

void matchBatch(const BarBatch& batch, const MatchingRules& rules, Book& book,
                std::vector<MatchEvent>& events)
{
    if (book.halt != Halt::None)
        return;
    const bool isFree = rules.costs.borrow.isFree();
    if (!isFree)
        settleBorrowing(batch, rules, book, batch.openTime, portfolio::Due::AtTheEnd, events);
    matchBars(batch, rules, book, events);
    if (!isFree && book.halt == Halt::None)
        settleBorrowing(batch, rules, book, batch.openTime + batch.length, portfolio::Due::BeforeTheEnd,
                        events);
}

} // namespace core::execution
