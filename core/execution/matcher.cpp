// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/matcher.h"

#include "core/execution/barwalk.h"
#include "core/execution/reach.h"

#include <algorithm>

namespace core::execution {

namespace {

/// The marks before the batch hold until it ends, whatever happens in between.
void settleHolding(const BarBatch& batch, const MatchingRules& rules, Book& book, Timestamp until,
                   portfolio::Due due, std::vector<MatchEvent>& events)
{
    std::vector<portfolio::LedgerEntry> entries;
    portfolio::settleHolding(book.account, book.borrowing, book.fundedTo,
                             {rules.costs.borrow, batch.funding, batch.instruments, batch.marks, batch.correlation},
                             until, due, entries);
    for (const portfolio::LedgerEntry& entry : entries)
        events.emplace_back(entry);
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
void walkBothWays(const BarBatch& batch, const BarDetail& detail, const MatchingRules& rules, Book& book,
                  std::vector<MatchEvent>& events)
{
    const Book opening = book;
    const std::size_t first = events.size();
    BarWalk walk(batch, detail, rules, book, events);
    walk.run(false);
    if (!walk.reachedInside())
        return;
    Book other = opening;
    std::vector<MatchEvent> mirrored;
    BarWalk(batch, detail, rules, other, mirrored).run(true);
    flagAmbiguous(batch, book, events, first, other, mirrored);
}

/// The bars themselves: orders, and the margin along the way.
void matchBars(const BarBatch& batch, const MatchingRules& rules, Book& book, std::vector<MatchEvent>& events)
{
    if (book.working.empty()) {
        if (mayMatter(batch, rules, book))
            walkBothWays(batch, detailOf(batch, book, events), rules, book, events);
        return;
    }
    expireOrders(book, batch.openTime, events);
    if (mayMatter(batch, rules, book)) {
        walkBothWays(batch, detailOf(batch, book, events), rules, book, events);
    } else {
        for (Order& order : book.working)
            passBy(batch, batch.present, order);
    }
    expireOrders(book, batch.openTime + batch.length, events);
}

/// The same, telling of the trades on the way. Then it is walked once: the listener may act.
void matchAlongTrades(const BarBatch& batch, const MatchingRules& rules, Book& book, std::vector<MatchEvent>& events,
                      TradeListener& listener)
{
    expireOrders(book, batch.openTime, events);
    const BarDetail detail = detailOf(batch, book, events, Wanted::All);
    const Timestamp end = batch.openTime + batch.length;
    if (detail.hasTrades) {
        BarWalk walk(batch, detail, rules, book, events, &listener);
        walk.run(false);
        if (walk.guessed() > 0)
            events.emplace_back(Ambiguity{end, walk.guessed(), {}, batch.correlation});
    } else {
        walkBothWays(batch, detail, rules, book, events);
    }
    expireOrders(book, end, events);
}

} // namespace

void matchBatch(const BarBatch& batch, const MatchingRules& rules, Book& book,
                std::vector<MatchEvent>& events, TradeListener* listener)
{
    if (book.halt != Halt::None)
        return;
    const bool isDue = !rules.costs.borrow.isFree() || !batch.funding.empty();
    if (isDue)
        settleHolding(batch, rules, book, batch.openTime, portfolio::Due::AtTheEnd, events);
    if (listener)
        matchAlongTrades(batch, rules, book, events, *listener);
    else
        matchBars(batch, rules, book, events);
    if (isDue && book.halt == Halt::None)
        settleHolding(batch, rules, book, batch.openTime + batch.length, portfolio::Due::BeforeTheEnd, events);
}

} // namespace core::execution
