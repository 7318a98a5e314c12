// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barwalk.h"

#include <algorithm>
#include <cmath>

namespace core::execution {

namespace {

constexpr std::int64_t RATE_UNIT = 100'000'000;
/// The largest single fill: 10^10 quote units, far inside the ledger's range.
constexpr std::int64_t MAX_NOTIONAL = 1'000'000'000'000'000'000;

bool reducesOnly(const Order& order)
{
    return order.reduceOnly || isReduceOnly(order.side);
}

bool isAtMarket(const Order& order)
{
    return order.type == OrderType::Market || order.triggered;
}

/// What a bar's volume allows one account to trade; negative when it does not limit.
std::int64_t volumeLimit(const market::Instrument& instrument, const market::Candle& bar,
                         std::int64_t participation)
{
    if (participation == 0 || instrument.volumeUnit != market::VolumeUnit::Stated)
        return -1;
    const auto lots = decimalFloor(bar.volume * toDouble(participation, 8), instrument.lotDecimals);
    return lots ? *lots : -1;
}

} // namespace

BarWalk::BarWalk(const BarBatch& batch, const MatchingRules& rules, Book& book,
                 std::vector<MatchEvent>& events)
    : m_batch(batch), m_rules(rules), m_book(book), m_events(events), m_paths(batch.bars.size()),
      m_marks(batch.marks.begin(), batch.marks.end()), m_capacity(batch.bars.size(), -1)
{}

void BarWalk::layPaths(bool mirrored)
{
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        if (!m_batch.present[i]) {
            m_paths[i] = {m_marks[i], m_marks[i], m_marks[i], m_marks[i]};
            continue;
        }
        const std::int64_t held = m_book.account.positions()[i].quantity.lots();
        const bool adverse = m_rules.worstCase && held != 0;
        const bool lowFirst = adverse ? held > 0 : lowIsNearer(m_batch.bars[i]);
        m_paths[i] = barPath(m_batch.bars[i], lowFirst != mirrored);
        m_capacity[i] = volumeLimit(m_batch.instruments[i], m_batch.bars[i], m_rules.participation);
    }
}

void BarWalk::run(bool mirrored)
{
    layPaths(mirrored);
    moveTo({0, 0, 1});
    if (isCalled()) {
        liquidate();
        return;
    }
    fillAtOpen();
    for (int leg = 0; leg < 3 && m_book.halt == Halt::None; ++leg)
        walkLeg(leg);
}

void BarWalk::moveTo(PathPoint point)
{
    m_now = point;
    for (std::size_t i = 0; i < m_marks.size(); ++i)
        m_marks[i] = point.priceOn(m_paths[i]);
}

std::vector<Price> BarWalk::marksAt(PathPoint point) const
{
    std::vector<Price> marks(m_paths.size());
    for (std::size_t i = 0; i < marks.size(); ++i)
        marks[i] = point.priceOn(m_paths[i]);
    return marks;
}

bool BarWalk::isCalled() const
{
    return portfolio::marginOf(m_book.account, m_batch.instruments, m_marks)
        .isCalled(m_book.account.settings());
}

void BarWalk::fillAtOpen()
{
    for (std::size_t i = 0; i < m_book.working.size() && m_book.halt == Halt::None;) {
        const Order& order = m_book.working[i];
        const Price open = m_paths[order.symbol][0];
        std::optional<FillRule> rule;
        if (!m_batch.present[order.symbol]) {
            // Nothing happens to an order before the next event of its symbol.
        } else if (isAtMarket(order)) {
            rule = FillRule::MarketOpen;
        } else if (order.type == OrderType::Stop) {
            const bool beyond = isBuying(order.side) ? open > *order.stop : open < *order.stop;
            if (beyond || open == *order.stop)
                rule = beyond ? FillRule::StopGap : FillRule::Stop;
        } else if (isBuying(order.side) ? open < *order.limit : open > *order.limit) {
            rule = FillRule::LimitBetter;
        }
        const bool removed = rule && fill(i, open, *rule);
        if (rule && m_book.halt == Halt::None && isCalled())
            liquidate();
        i += removed ? 0 : 1;
    }
}

std::optional<PathPoint> BarWalk::triggerOf(const Order& order, int leg) const
{
    if (!m_batch.present[order.symbol] || isAtMarket(order))
        return std::nullopt;
    const BarPath& path = m_paths[order.symbol];
    const std::int64_t from = path[static_cast<std::size_t>(leg)].ticks();
    const std::int64_t to = path[static_cast<std::size_t>(leg) + 1].ticks();
    const bool rising = to > from;
    const bool buying = isBuying(order.side);
    // A stop waits for the price to come against it. A limit fills at its own price, once the leg
    // goes on to trade through it by a tick.
    const bool isStop = order.type == OrderType::Stop;
    if (from == to || rising != (isStop == buying))
        return std::nullopt;
    const std::int64_t level = isStop ? order.stop->ticks() : order.limit->ticks();
    const std::int64_t beyond = isStop ? 0 : 1;
    const std::int64_t walked = rising ? level - from : from - level;
    const std::int64_t whole = rising ? to - from : from - to;
    if (walked < 0 || walked + beyond > whole)
        return std::nullopt;
    const PathPoint point{leg, walked, whole};
    if (point.before(m_now))
        return std::nullopt;
    return point;
}

std::optional<BarWalk::Trigger> BarWalk::nextTrigger(int leg) const
{
    std::optional<Trigger> next;
    for (std::size_t i = 0; i < m_book.working.size(); ++i) {
        const Order& order = m_book.working[i];
        if (capacity(order.symbol).isZero() && order.type == OrderType::Limit)
            continue;
        const auto point = triggerOf(order, leg);
        if (point && (!next || point->before(next->at)))
            next = Trigger{i, *point};
    }
    return next;
}

std::optional<PathPoint> BarWalk::callPoint(int leg) const
{
    const portfolio::Account& account = m_book.account;
    if (account.isFlat())
        return std::nullopt;
    const PathPoint end{leg, 1, 1};
    const auto endMarks = marksAt(end);
    Int128 before =
        portfolio::marginOf(account, m_batch.instruments, m_marks).excess(account.settings());
    Int128 after =
        portfolio::marginOf(account, m_batch.instruments, endMarks).excess(account.settings());
    if (after >= 0)
        return std::nullopt;
    // E − M is linear on the leg; the symbol that moves most ticks gives the finest grid for it.
    std::size_t guide = m_paths.size();
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        const std::int64_t distance = std::abs(endMarks[i].ticks() - m_marks[i].ticks());
        if (!account.positions()[i].quantity.isZero() && distance > steps) {
            steps = distance;
            guide = i;
        }
    }
    if (guide == m_paths.size())
        return end;
    while (before > (Int128(1) << 62) || -after > (Int128(1) << 62)) {
        before /= 2;
        after /= 2;
    }
    const auto crossing = static_cast<std::int64_t>(divideFloor(before * steps, before - after));
    const std::int64_t first = std::min(std::max<std::int64_t>(crossing, 0) + 1, steps);
    const BarPath& path = m_paths[guide];
    const std::int64_t legFrom = path[static_cast<std::size_t>(leg)].ticks();
    const std::int64_t done = std::abs(m_marks[guide].ticks() - legFrom);
    return PathPoint{leg, done + first, std::abs(endMarks[guide].ticks() - legFrom)};
}

void BarWalk::walkLeg(int leg)
{
    moveTo({leg, 0, 1});
    while (m_book.halt == Halt::None) {
        const auto call = callPoint(leg);
        const auto trigger = nextTrigger(leg);
        if (!call && !trigger)
            break;
        m_reachedInside = true;
        if (call && (!trigger || !trigger->at.before(*call))) {
            moveTo(*call);
            liquidate();
            return;
        }
        moveTo(trigger->at);
        Order& order = m_book.working[trigger->order];
        const bool isStop = order.type == OrderType::Stop;
        order.triggered = isStop;
        fill(trigger->order, isStop ? *order.stop : *order.limit,
             isStop ? FillRule::Stop : FillRule::Limit);
        if (isCalled())
            liquidate();
    }
    if (m_book.halt == Halt::None)
        moveTo({leg, 1, 1});
}

Quantity BarWalk::capacity(SymbolIndex symbol) const
{
    return m_capacity[symbol] < 0 ? Quantity(std::numeric_limits<std::int64_t>::max())
                                  : Quantity(m_capacity[symbol]);
}

Quantity BarWalk::grantable(const Order& order, Price price, Quantity wanted) const
{
    const portfolio::Account& account = m_book.account;
    const market::Instrument& instrument = m_batch.instruments[order.symbol];
    const portfolio::AccountSettings& settings = account.settings();
    const bool buying = isBuying(order.side);
    const Price mark = m_marks[order.symbol];
    const auto before = portfolio::marginOf(account, m_batch.instruments, m_marks);
    const double leverage =
        toDouble(buying ? settings.longLeverage : settings.shortLeverage, 4);
    const double m = instrument.toDouble(mark);
    const double p = instrument.toDouble(price);
    const double unit = m / leverage + std::abs(p - m) + toDouble(m_rules.costs.fee, 8) * p;
    const double perLot = unit * toDouble(1, instrument.lotDecimals) * 1e8;
    const double room = static_cast<double>(before.equity - before.initial(settings));
    const double estimate = std::floor(room / perLot) + 1.0;
    if (estimate < 1.0)
        return {};
    auto lots = estimate < static_cast<double>(wanted.lots()) ? static_cast<std::int64_t>(estimate)
                                                              : wanted.lots();
    const Quantity held = account.position(order.symbol).quantity;
    while (lots > 0) {
        const Quantity opened = buying ? Quantity(lots) : -Quantity(lots);
        const auto notional = market::checkedNotional(instrument, price, Quantity(lots));
        if (!notional)
            return {};
        const Int128 value = portfolio::positionValue(instrument, mark, held + opened) -
                             portfolio::positionValue(instrument, mark, held);
        portfolio::Margin after = before;
        after.equity += value + (buying ? -notional->count() : notional->count()) -
                        chargeOf(*notional, m_rules.costs.fee).count();
        (buying ? after.longExposure : after.shortExposure) += buying ? value : -value;
        const Int128 lacking = after.initial(settings) - after.equity;
        if (lacking <= 0)
            break;
        lots -= std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(lacking) / perLot));
    }
    return lots >= instrument.minimumLots ? Quantity(lots) : Quantity();
}

void BarWalk::book(Fill& fill, Quantity signedSize, std::int64_t liquidationRate)
{
    const market::Instrument& instrument = m_batch.instruments[fill.symbol];
    portfolio::TradePart part;
    part.symbol = fill.symbol;
    part.quantity = signedSize;
    part.notional = market::notional(instrument, fill.price, signedSize.magnitude());
    part.fee = chargeOf(part.notional, m_rules.costs.fee);
    part.liquidationFee = chargeOf(part.notional, liquidationRate);
    part.time = fill.time;
    part.correlation = fill.correlation;
    fill.realisedProfit += m_book.account.trade(part, m_entries);
    fill.quantity += signedSize;
    fill.notional += part.notional;
    fill.fee += part.fee;
    fill.liquidationFee += part.liquidationFee;
    const Price distance(std::abs(fill.price.ticks() - fill.referencePrice.ticks()));
    fill.slippage += market::notional(instrument, distance, signedSize.magnitude());
    fill.positionAfter = m_book.account.position(fill.symbol).quantity;
    fill.cashAfter = m_book.account.cash();
}

bool BarWalk::fill(std::size_t index, Price reference, FillRule rule)
{
    Order& order = m_book.working[index];
    const bool buying = isBuying(order.side);
    const Quantity held = m_book.account.position(order.symbol).quantity;
    const bool opposite = !held.isZero() && (held.lots() > 0) != buying;
    const Quantity reducible = opposite ? held.magnitude() : Quantity();
    if (reducesOnly(order) && reducible.isZero())
        return finish(index, OrderStatus::Cancelled, Reason::NothingToReduce);
    Quantity wanted = std::min(order.remaining(), capacity(order.symbol));
    if (reducesOnly(order))
        wanted = std::min(wanted, reducible);
    if (wanted.isZero())
        return false;

    Fill fill;
    fill.order = order.id;
    fill.symbol = order.symbol;
    fill.side = order.side;
    fill.rule = rule;
    fill.referencePrice = reference;
    const bool slips = rule != FillRule::Limit && rule != FillRule::LimitBetter;
    fill.price = slips ? slipped(reference, buying, m_rules.costs.slippage) : reference;
    fill.decisionTime = order.decisionTime;
    fill.time = time();
    fill.correlation = order.correlation;
    const auto notional = market::checkedNotional(m_batch.instruments[order.symbol], fill.price, wanted);
    if (!notional || notional->count() > MAX_NOTIONAL)
        return finish(index, OrderStatus::Cancelled, Reason::OutOfRange);

    const auto directed = [buying](Quantity size) { return buying ? size : -size; };
    const Quantity reducing = std::min(wanted, reducible);
    if (!reducing.isZero())
        book(fill, directed(reducing), 0);
    const Quantity opening = wanted - reducing;
    const Quantity granted = opening.isZero() ? opening : grantable(order, fill.price, opening);
    if (!granted.isZero())
        book(fill, directed(granted), 0);
    const Quantity total = reducing + granted;
    if (!total.isZero()) {
        m_events.emplace_back(fill);
        for (const portfolio::LedgerEntry& entry : m_entries)
            m_events.emplace_back(entry);
        m_entries.clear();
    }
    order.filled += total;
    if (m_capacity[order.symbol] >= 0)
        m_capacity[order.symbol] -= total.lots();
    if (granted < opening) {
        m_events.emplace_back(MarginCut{order.id, opening, granted, time(), order.correlation});
        return finish(index, OrderStatus::Cancelled, Reason::InsufficientMargin);
    }
    const bool done = order.remaining().isZero() || (reducesOnly(order) && total == reducible);
    if (!done)
        order.triggered = order.type == OrderType::Stop;
    return finish(index, done ? OrderStatus::Filled : OrderStatus::PartlyFilled, Reason::None);
}

bool BarWalk::finish(std::size_t index, OrderStatus status, Reason reason)
{
    Order& order = m_book.working[index];
    order.status = status;
    order.reason = reason;
    m_events.emplace_back(OrderStep{order, time()});
    if (order.isWorking())
        return false;
    m_book.working.erase(m_book.working.begin() + static_cast<std::ptrdiff_t>(index));
    return true;
}

void BarWalk::closeAtMarket(SymbolIndex symbol)
{
    const Quantity held = m_book.account.position(symbol).quantity;
    Fill fill;
    fill.symbol = symbol;
    fill.side = held.lots() > 0 ? Side::Sell : Side::Cover;
    fill.rule = FillRule::Liquidation;
    fill.referencePrice = m_marks[symbol];
    fill.price = slipped(m_marks[symbol], held.lots() < 0, m_rules.costs.slippage);
    fill.decisionTime = time();
    fill.time = time();
    fill.correlation = m_batch.correlation;
    book(fill, -held, m_rules.costs.liquidationFee);
    m_events.emplace_back(fill);
    for (const portfolio::LedgerEntry& entry : m_entries)
        m_events.emplace_back(entry);
    m_entries.clear();
}

void BarWalk::liquidate()
{
    portfolio::Account& account = m_book.account;
    const auto margin = portfolio::marginOf(account, m_batch.instruments, m_marks);
    m_events.emplace_back(MarginCall{time(), portfolio::saturate(margin.equity),
                                     portfolio::saturate(margin.maintenance(account.settings())),
                                     portfolio::saturate(margin.exposure()), margin.level(),
                                     m_batch.correlation});
    while (!m_book.working.empty())
        finish(0, OrderStatus::Cancelled, Reason::Liquidating);
    std::vector<std::pair<Int128, SymbolIndex>> largestFirst;
    for (SymbolIndex i = 0; i < account.positions().size(); ++i) {
        const Quantity held = account.position(i).quantity;
        if (!held.isZero()) {
            const Int128 value = portfolio::positionValue(m_batch.instruments[i], m_marks[i], held);
            largestFirst.emplace_back(value < 0 ? value : -value, i);
        }
    }
    std::sort(largestFirst.begin(), largestFirst.end());
    for (const auto& [exposure, symbol] : largestFirst)
        closeAtMarket(symbol);
    const Money debt = account.writeOff(time(), m_batch.correlation, m_entries);
    for (const portfolio::LedgerEntry& entry : m_entries)
        m_events.emplace_back(entry);
    m_entries.clear();
    m_book.halt = Halt::Liquidated;
    m_events.emplace_back(Liquidated{time(), debt, m_batch.correlation});
}

} // namespace core::execution
