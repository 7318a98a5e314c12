// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/matcher.h"

#include "core/execution/barwalk.h"

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
bool isReachable(const BarBatch& batch, const Order& order)
{
    if (!batch.present[order.symbol])
        return false;
    if (order.type == OrderType::Market || order.triggered)
        return true;
    const market::Candle& bar = batch.bars[order.symbol];
    if (order.type == OrderType::Stop)
        return isBuying(order.side) ? bar.high >= *order.stop : bar.low <= *order.stop;
    return isBuying(order.side) ? bar.low < *order.limit : bar.high > *order.limit;
}

/// Equal in everything that trading means; the time follows from the path and differs by nature.
bool sameFill(const Fill& a, const Fill& b)
{
    return a.order == b.order && a.symbol == b.symbol && a.quantity == b.quantity &&
           a.price == b.price && a.rule == b.rule;
}

void flagAmbiguous(std::vector<MatchEvent>& events, std::size_t first,
                   const std::vector<MatchEvent>& mirrored)
{
    for (std::size_t i = first; i < events.size(); ++i) {
        auto* fill = std::get_if<Fill>(&events[i]);
        if (!fill)
            continue;
        fill->ambiguous = std::none_of(mirrored.begin(), mirrored.end(), [&](const MatchEvent& other) {
            const auto* twin = std::get_if<Fill>(&other);
            return twin && sameFill(*fill, *twin);
        });
    }
}

} // namespace

void matchBatch(const BarBatch& batch, const MatchingRules& rules, Book& book,
                std::vector<MatchEvent>& events)
{
    if (book.halt != Halt::None)
        return;
    const bool touched = std::any_of(book.working.begin(), book.working.end(),
                                     [&](const Order& order) { return isReachable(batch, order); });
    if (!touched && safeEverywhere(batch, book.account))
        return;
    const Book opening = book;
    const std::size_t first = events.size();
    BarWalk walk(batch, rules, book, events);
    walk.run(false);
    if (!walk.reachedInside())
        return;
    Book other = opening;
    std::vector<MatchEvent> mirrored;
    BarWalk(batch, rules, other, mirrored).run(true);
    flagAmbiguous(events, first, mirrored);
}

} // namespace core::execution
