// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barwalk.h"

#include "core/execution/reach.h"
#include "core/execution/trailing.h"

#include <algorithm>
#include <limits>

namespace core::execution {

namespace {

/// What a bar's volume allows one account to trade; negative when it does not limit.
std::int64_t volumeLimit(const market::Instrument& instrument, const market::Candle& bar,
                         std::int64_t participation)
{
    if (participation == 0 || instrument.volumeUnit != market::VolumeUnit::Stated)
        return -1;
    const auto lots = decimalFloor(bar.volume * toDouble(participation, 8), instrument.lotDecimals);
    return lots ? *lots : -1;
}

bool hasTrailingStop(const Book& book)
{
    return std::any_of(book.working.begin(), book.working.end(),
                       [](const Order& order) { return order.type == OrderType::TrailingStop; });
}

} // namespace

BarWalk::BarWalk(const BarBatch& batch, const BarDetail& detail, const MatchingRules& rules, Book& book,
                 std::vector<MatchEvent>& events, TradeListener* listener)
    : Settlement({batch.instruments, batch.marks, batch.correlation}, rules, book, events), m_batch(batch),
      m_detail(detail), m_opens(batch.present), m_ends(batch.present), m_candles(batch.bars),
      m_paths(batch.bars.size()), m_capacity(batch.bars.size(), -1),
      m_tradeLeft(batch.bars.size()), m_known(batch.bars.size()), m_listener(listener), m_trails(hasTrailingStop(book))
{}

void BarWalk::layPaths(bool mirrored)
{
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        if (!m_batch.present[i]) {
            m_paths[i] = {m_marks[i], m_marks[i], m_marks[i], m_marks[i]};
            continue;
        }
        const std::int64_t held = m_book.account.positions()[i].quantity.lots();
        const bool lowFirst = lowComesFirst(m_batch.bars[i], m_rules.worstCase ? held : 0);
        m_paths[i] = barPath(m_batch.bars[i], lowFirst != mirrored);
    }
}

void BarWalk::limitVolume()
{
    for (std::size_t i = 0; i < m_capacity.size(); ++i) {
        if (m_batch.present[i])
            m_capacity[i] =
                volumeLimit(m_batch.instruments[i], m_batch.bars[i], m_rules.participation);
    }
}

void BarWalk::run(bool mirrored)
{
    limitVolume();
    if (m_detail.bySymbol.empty()) {
        layPaths(mirrored);
        walkPaths();
        return;
    }
    const BarBatch bar = m_batch;
    Stretches stretches(bar, m_detail, m_rules.worstCase, mirrored,
                        m_listener ? Stretches::AtTrades::Stop : Stretches::AtTrades::GoOn);
    while (isRunning() && stretches.next(m_book.account)) {
        if (!stretches.opensWithTrade())
            tellTrades(stretches);
        walkStretch(stretches);
        if (m_listener && stretches.opensWithTrade())
            gatherTrades(stretches);
    }
}

void BarWalk::gatherTrades(const Stretches& stretches)
{
    for (SymbolIndex i = 0; i < m_paths.size(); ++i) {
        if (const market::Trade& trade = stretches.trade(i); !trade.size.isZero())
            m_untold.push_back({i, trade});
    }
}

/// Their time is over: nothing more happens at it.
void BarWalk::tellTrades(const Stretches& stretches)
{
    if (m_untold.empty())
        return;
    for (SymbolIndex i = 0; i < m_known.size(); ++i)
        m_known[i] = stretches.known(i);
    std::stable_sort(m_untold.begin(), m_untold.end(),
                     [](const SymbolTrade& a, const SymbolTrade& b) { return a.symbol < b.symbol; });
    const std::uint64_t before = m_book.lastOrder;
    m_listener->onTrades({m_untold.front().trade.time, m_untold, m_known});
    m_untold.clear();
    for (const Order& order : m_book.working) {
        if (order.id.value > before && m_detail.of(order.symbol) != Detail::Trades)
            m_waiting.push_back(order.id);
    }
    m_trails = hasTrailingStop(m_book);
}

/// What is sent inside a candle meets what comes after it.
bool BarWalk::isWaiting(const Order& order) const
{
    return std::find(m_waiting.begin(), m_waiting.end(), order.id) != m_waiting.end();
}

/// Along a path that could not be tried the other way round.
bool BarWalk::isGuess(SymbolIndex symbol) const
{
    const bool atOpen = m_opens[symbol] && m_now.leg == 0 && m_now.numerator == 0;
    return m_listener && m_detail.of(symbol) != Detail::Trades && !atOpen;
}

void BarWalk::walkStretch(const Stretches& stretches)
{
    m_batch = stretches.batch();
    m_opens = stretches.opens();
    m_ends = stretches.ends();
    m_candles = stretches.candles();
    m_paths = stretches.paths();
    for (SymbolIndex i = 0; i < m_tradeLeft.size(); ++i)
        m_tradeLeft[i] = stretches.trade(i).size;
    forgetCandlesBefore();
    expireOrders(m_book, m_batch.openTime, m_events);
    // The worst case has yet to ask whether the candle of a new leg reached it.
    const bool asksLater = m_rules.worstCase && !m_newLegs.empty();
    if (asksLater || mayMatter(m_batch, m_rules, m_book)) {
        walkPaths();
        return;
    }
    for (Order& order : m_book.working) {
        if (!isWaiting(order) && passBy(m_batch, m_opens, order))
            m_pulled.push_back(order.id);
    }
}

/// Drops what is only remembered for as long as a symbol's candle lasts.
void BarWalk::forgetCandlesBefore()
{
    const auto isOver = [this](OrderId id) {
        const std::size_t after = placeAfter(id);
        return after == 0 || m_book.working[after - 1].id != id ||
               m_opens[m_book.working[after - 1].symbol];
    };
    std::erase_if(m_newLegs, isOver);
    std::erase_if(m_pulled, isOver);
    std::erase_if(m_waiting, isOver);
    m_legsMet = m_newLegs.size();
}

void BarWalk::walkPaths()
{
    moveTo({0, 0, 1});
    if (isCalled()) {
        liquidate();
        return;
    }
    fillAtOpen();
    if (isRunning() && m_book.working.empty() && !mayMatter(m_batch, m_rules, m_book)) {
        // Nothing is left that the rest of the way could reach.
        moveTo({2, 1, 1});
        return;
    }
    for (int leg = 0; leg < 3 && isRunning(); ++leg)
        walkLeg(leg);
    if (m_rules.worstCase && isRunning())
        stopOutAtWorst();
}

void BarWalk::moveTo(PathPoint point)
{
    m_now = point;
    for (std::size_t i = 0; i < m_marks.size(); ++i)
        m_marks[i] = point.priceOn(m_paths[i]);
    if (m_trails)
        pullTrailingStops();
}

void BarWalk::pullTrailingStops()
{
    const bool inside = m_now.leg > 0 || m_now.numerator > 0;
    for (Order& order : m_book.working) {
        const bool trails = order.type == OrderType::TrailingStop && !order.triggered;
        if (trails && !isWaiting(order) && m_batch.present[order.symbol] && pullAlong(order, m_marks[order.symbol]) && inside)
            m_pulled.push_back(order.id);
    }
}

void BarWalk::callIfNeeded()
{
    if (isRunning() && isCalled())
        liquidate();
}

Quantity BarWalk::capacity(SymbolIndex symbol) const
{
    return m_capacity[symbol] < 0 ? Quantity(std::numeric_limits<std::int64_t>::max())
                                  : Quantity(m_capacity[symbol]);
}

/// A limit waits in the book, so it gets what is traded through it; a market order finds what is there.
Quantity BarWalk::mostFor(const Order& order) const
{
    const bool byTrades = m_detail.of(order.symbol) == Detail::Trades;
    return byTrades && order.isAtLimit() ? std::min(capacity(order.symbol), m_tradeLeft[order.symbol])
                                         : capacity(order.symbol);
}

void BarWalk::takeVolume(SymbolIndex symbol, Quantity quantity)
{
    if (m_capacity[symbol] >= 0)
        m_capacity[symbol] -= quantity.lots();
    m_tradeLeft[symbol] = std::max(m_tradeLeft[symbol] - quantity, Quantity());
}

void BarWalk::fill(std::size_t index, Price reference, FillRule rule)
{
    const Order& order = m_book.working[index];
    const SymbolIndex symbol = order.symbol;
    const bool slips = rule != FillRule::Limit && rule != FillRule::LimitBetter;
    const bool buying = isBuying(order.side);
    Deal deal(Offer(slips ? slipped(reference, buying, m_rules.costs.slippage) : reference), reference);
    deal.rule = rule;
    deal.detail = m_detail.of(symbol);
    const bool guesses = isGuess(symbol);
    deal.ambiguous = guesses || std::find(m_pulled.begin(), m_pulled.end(), order.id) != m_pulled.end();
    deal.liquidity = order.isAtLimit() ? order.liquidity : Liquidity::Taker;
    deal.most = mostFor(order);
    const Quantity filled = Settlement::fill(index, deal);
    m_guessed += guesses && !filled.isZero() ? 1 : 0;
    takeVolume(symbol, filled);
}

void BarWalk::liquidate()
{
    call();
    for (const SymbolIndex symbol : largestFirst()) {
        const Quantity held = m_book.account.position(symbol).quantity;
        const Price mark = m_marks[symbol];
        Deal deal(Offer(slipped(mark, held.lots() < 0, m_rules.costs.slippage)), mark);
        deal.detail = m_detail.of(symbol);
        deal.ambiguous = isGuess(symbol);
        m_guessed += deal.ambiguous ? 1 : 0;
        close(symbol, held.magnitude(), deal);
    }
    endLiquidation();
}

void BarWalk::fillAtOpen()
{
    const auto& working = m_book.working;
    // By id, since a fill may change the orders around it. Legs that come to life are at the end.
    for (std::size_t i = 0; i < working.size() && isRunning();) {
        const OrderId id = working[i].id;
        // Nothing happens to an order before the next event of its symbol.
        if (m_opens[working[i].symbol] && !waitsForTheWorst(working[i])) {
            const std::size_t before = m_events.size();
            meet(i);
            if (m_events.size() != before)
                callIfNeeded();
        }
        i = placeAfter(id);
        if (i > 0 && working[i - 1].id == id && isPastItsOnlyEvent(working[i - 1]))
            finish(--i, OrderStatus::Cancelled, Reason::NotFilledAtOnce);
    }
    m_legsMet = m_newLegs.size();
}

/// Lets an order meet the present price: at the open, or where it comes to life inside a bar.
void BarWalk::meet(std::size_t index)
{
    const Order& order = m_book.working[index];
    const Price price = m_marks[order.symbol];
    if (order.awaitsStop()) {
        if (reaches(order, price))
            trigger(index, price, price == *order.stop ? FillRule::Stop : FillRule::StopGap);
    } else if (order.isAtLimit()) {
        meetAtLimit(index, price);
    } else {
        fill(index, price, FillRule::MarketOpen);
    }
}

void BarWalk::meetAtLimit(std::size_t index, Price price)
{
    Order& order = m_book.working[index];
    const bool better = isBuying(order.side) ? price < *order.limit : price > *order.limit;
    const bool fills = better || (m_rules.touch && price == *order.limit);
    // A trade beyond a limit that waited took it on its way, at its price.
    const bool waited = order.liquidity == Liquidity::Maker && m_detail.of(order.symbol) == Detail::Trades;
    if (order.liquidity == Liquidity::Undecided)
        order.liquidity = fills ? Liquidity::Taker : Liquidity::Maker;
    const bool takesBetter = better && !waited;
    if (fills)
        fill(index, takesBetter ? price : *order.limit, takesBetter ? FillRule::LimitBetter : FillRule::Limit);
}

void BarWalk::trigger(std::size_t index, Price price, FillRule rule)
{
    Order& order = m_book.working[index];
    order.triggered = true;
    if (order.type != OrderType::StopLimit) {
        fill(index, price, rule);
        return;
    }
    m_events.emplace_back(OrderStep{order, time()});
    meetAtLimit(index, price);
}

void BarWalk::reach(const Trigger& next)
{
    const Order& order = m_book.working[next.order];
    if (order.awaitsStop())
        trigger(next.order, *order.stop, FillRule::Stop);
    else
        fill(next.order, *order.limit, FillRule::Limit);
}

void BarWalk::walkLeg(int leg)
{
    moveTo({leg, 0, 1});
    while (isRunning()) {
        const auto call = callPoint(leg);
        const auto next = nextTrigger(leg);
        if (!call && !next)
            break;
        m_reachedInside = true;
        if (call && (!next || !next->at.before(*call))) {
            moveTo(*call);
            liquidate();
            return;
        }
        moveTo(next->at);
        reach(*next);
        callIfNeeded();
        meetNewLegs();
    }
    if (isRunning())
        moveTo({leg, 1, 1});
}

void BarWalk::meetNewLegs()
{
    while (isRunning() && m_legsMet < m_newLegs.size()) {
        const OrderId id = m_newLegs[m_legsMet++];
        const std::size_t after = placeAfter(id);
        if (after == 0 || m_book.working[after - 1].id != id || waitsForTheWorst(m_book.working[after - 1]))
            continue;
        meet(after - 1);
        callIfNeeded();
    }
}

/// Of an entry that filled in this bar the worst case has the stop-loss reached if the bar reaches it at
/// all, on the way already walked or not.
void BarWalk::stopOutAtWorst()
{
    for (std::size_t i = 0; i < m_newLegs.size() && isRunning(); ++i) {
        const std::size_t after = placeAfter(m_newLegs[i]);
        if (after == 0 || m_book.working[after - 1].id != m_newLegs[i])
            continue;
        const Order& order = m_book.working[after - 1];
        const market::Candle& bar = m_candles[order.symbol];
        if (!m_ends[order.symbol] || !order.awaitsStop() ||
            !reaches(order, isBuying(order.side) ? bar.high : bar.low))
            continue;
        m_reachedInside = true;
        trigger(after - 1, *order.stop, FillRule::Stop);
        callIfNeeded();
    }
}

} // namespace core::execution
