// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/matcher.h"
#include "randommarket.h"

#include <QTest>

#include <algorithm>

using namespace core;
using namespace core::execution;
using namespace fixture;
using portfolio::EntryKind;
using portfolio::LedgerEntry;

namespace {

/// What the ledger's lines alone say.
struct Sums {
    explicit Sums(std::size_t symbols) : lots(symbols) {}
    void add(const LedgerEntry& entry)
    {
        cash += entry.cash.count();
        lots[entry.symbol] += entry.quantity.lots();
    }
    Int128 cash = 0;
    std::vector<Int128> lots;
};

/// One account in the market, with every promise about it checked after every event.
class Trader
{
public:
    explicit Trader(const Market& market)
        : m_market(market), book(portfolio::Account(market.settings, market.instruments.size())),
          m_sums(market.instruments.size())
    {
        book.account.deposit(market.cash, market.time, ledger);
        m_sums.add(ledger.front());
    }

    void order(Dice& dice)
    {
        const Order order = randomOrder(dice, m_market, OrderId{++book.lastOrder});
        if (book.halt == Halt::None)
            book.working.push_back(order);
    }

    void cancelOne(Dice& dice)
    {
        if (!book.working.empty())
            book.working.erase(book.working.begin() +
                               dice.between(0, static_cast<std::int64_t>(book.working.size()) - 1));
    }

    void match()
    {
        layPaths();
        m_orders = book.working;
        m_traded.assign(m_market.instruments.size(), 0);
        m_lastTime = m_market.time;
        m_called = false;
        m_blocked = book.risk.blockingFills().has_value();
        const Halt before = book.halt;
        events.clear();
        matchBatch(m_market.batch(), m_market.rules, book, events);
        for (std::size_t i = 0; i < events.size();)
            i = follow(i);
        RC_ASSERT(before == Halt::None || events.empty());
        RC_ASSERT(m_called == (before != book.halt));
        checkBooks();
    }

    /// At the closes, after the market moved on.
    void checkAtCloses() const
    {
        const auto margin = portfolio::marginOf(book.account, m_market.instruments, m_market.marks);
        RC_ASSERT(margin.equity >= 0);
        RC_ASSERT(!margin.isCalled(book.account.settings()));
        Int128 profit = book.account.realisedProfit().count();
        for (std::size_t i = 0; i < m_market.instruments.size(); ++i) {
            const portfolio::Position& held = book.account.positions()[i];
            const Int128 value =
                portfolio::positionValue(m_market.instruments[i], m_market.marks[i], held.quantity);
            const Int128 cost = held.cost.count();
            profit += value - (held.quantity.lots() < 0 ? -cost : cost) - held.entryFees.count();
        }
        RC_ASSERT(profit - book.account.borrowInterest().count() ==
                  margin.equity - book.account.deposits().count() - book.account.badDebt().count());
    }

    /// Puts the account under limits of any kind.
    void limit(Dice dice)
    {
        portfolio::RiskLimits limits;
        limits.exposure = dice.oneOf<std::int64_t>({1, 1'000, 5'000, 10'000, 13'333, 50'000});
        limits.dailyLoss = dice.oneOf<std::int64_t>({0, 1'000'000, 5'000'000, 30'000'000});
        limits.drawdown = dice.oneOf<std::int64_t>({0, 0, 20'000'000, 70'000'000});
        book.risk = portfolio::RiskWatch(limits);
        const auto margin = portfolio::marginOf(book.account, m_market.instruments, m_market.marks);
        book.risk.start({book.account, margin, m_market.time, {}});
    }
    /// What the account's limits say at the closes; the days are short ones.
    void judge()
    {
        std::vector<portfolio::RiskChange> changes;
        const auto margin = portfolio::marginOf(book.account, m_market.instruments, m_market.marks);
        const portfolio::RiskMoment moment{book.account, margin, m_market.time, {}};
        book.risk.judgeClose(moment, changes);
        if (m_market.time.time_since_epoch() / BAR % 5 == 0)
            book.risk.startDay(moment, changes);
    }

    /// Books the ledger's lines anew.
    [[nodiscard]] portfolio::Account rebuilt() const
    {
        portfolio::Account account(m_market.settings, m_market.instruments.size());
        std::vector<LedgerEntry> entries;
        for (std::size_t i = 0; i < ledger.size(); ++i) {
            const LedgerEntry& entry = ledger[i];
            if (entry.kind == EntryKind::Deposit)
                account.deposit(entry.cash, entry.time, entries);
            else if (entry.kind == EntryKind::BadDebt)
                account.writeOff(entry.time, entry.correlation, entries);
            else if (entry.kind == EntryKind::BorrowInterest)
                account.chargeInterest(-entry.cash, entry.time, entry.correlation, entries);
            if (entry.kind != EntryKind::Trade)
                continue;
            portfolio::TradePart part{entry.symbol, entry.quantity, {}, {}, {}, {}, entry.time, entry.correlation};
            part.notional = entry.cash < Money() ? -entry.cash : entry.cash;
            for (; i + 1 < ledger.size() && isCharge(ledger[i + 1]); ++i)
                chargeOf(part, ledger[i + 1].kind) = -ledger[i + 1].cash;
            account.trade(part, entries);
        }
        RC_ASSERT(entries.size() == ledger.size());
        return account;
    }

private:
    static bool isCharge(const LedgerEntry& entry)
    {
        return entry.kind == EntryKind::Fee || entry.kind == EntryKind::OpeningFee ||
               entry.kind == EntryKind::LiquidationFee;
    }

    static Money& chargeOf(portfolio::TradePart& part, EntryKind kind)
    {
        if (kind == EntryKind::Fee)
            return part.fee;
        return kind == EntryKind::OpeningFee ? part.openingFee : part.liquidationFee;
    }

    void layPaths()
    {
        m_paths.resize(m_market.bars.size());
        for (std::size_t i = 0; i < m_paths.size(); ++i) {
            m_paths[i].fill(m_market.marks[i]);
            if (!m_market.present[i])
                continue;
            const std::int64_t held = book.account.positions()[i].quantity.lots();
            const bool adverse = m_market.rules.worstCase && held != 0;
            m_paths[i] = barPath(m_market.bars[i], adverse ? held > 0 : lowIsNearer(m_market.bars[i]));
        }
    }

    [[nodiscard]] std::vector<Price> closes() const
    {
        std::vector<Price> marks;
        for (const BarPath& each : m_paths)
            marks.push_back(each[3]);
        return marks;
    }

    /// All marks of the moment at which a fill happened.
    [[nodiscard]] std::vector<Price> marksOf(const Fill& fill) const
    {
        PathPoint point;
        const Nanoseconds passed = fill.time - m_market.time;
        if (m_market.rules.worstCase && passed == BAR && fill.leg == BracketLeg::StopLoss)
            return closes(); // stopped out at a price that the path had passed before
        point.leg = static_cast<int>(std::min<std::int64_t>(passed / (BAR / 3), 2));
        const BarPath& path = m_paths[fill.symbol];
        const auto leg = static_cast<std::size_t>(point.leg);
        if (passed.count() > 0 && path[leg] != path[leg + 1]) {
            point.numerator = std::abs(fill.referencePrice.ticks() - path[leg].ticks());
            point.denominator = std::abs(path[leg + 1].ticks() - path[leg].ticks());
        }
        std::vector<Price> marks;
        for (const BarPath& each : m_paths)
            marks.push_back(point.priceOn(each));
        return marks;
    }

    /// Follows the event at `index` and what belongs to it; returns the index after it.
    std::size_t follow(std::size_t index)
    {
        const MatchEvent& event = events[index];
        if (const auto* fill = std::get_if<Fill>(&event))
            return followFill(*fill, index);
        if (const auto* call = std::get_if<MarginCall>(&event)) {
            RC_ASSERT(!m_called);
            RC_ASSERT(m_market.bars.size() > 1 || call->equity < call->maintenance);
            m_called = true;
        } else if (const auto* entry = std::get_if<LedgerEntry>(&event)) {
            // Lines of fills are taken with their fills.
            RC_ASSERT(entry->kind == EntryKind::BadDebt || entry->kind == EntryKind::BorrowInterest);
            RC_ASSERT(entry->kind == EntryKind::BadDebt || entry->cash < Money());
            take(*entry);
            RC_ASSERT(entry->kind != EntryKind::BadDebt || m_sums.cash == 0);
        } else if (const auto* end = std::get_if<Liquidated>(&event)) {
            // RC_ASSERT evaluates both sides of an "or".
            const bool isLast = index + 1 == events.size() || std::holds_alternative<Ambiguity>(events[index + 1]);
            RC_ASSERT(m_called && isLast);
            const auto* debt = std::get_if<LedgerEntry>(&events[index - 1]);
            const bool booked = debt && debt->kind == EntryKind::BadDebt;
            RC_ASSERT(end->badDebt == (booked ? debt->cash : Money()));
        } else if (const auto* step = std::get_if<OrderStep>(&event)) {
            RC_ASSERT(step->order.filled <= step->order.size);
            remember(step->order);
            RC_ASSERT(!m_called || step->order.status == OrderStatus::Cancelled);
        } else if (const auto* cut = std::get_if<MarginCut>(&event)) {
            RC_ASSERT(cut->granted < cut->asked);
        } else if (const auto* change = std::get_if<portfolio::RiskChange>(&event)) {
            RC_ASSERT(change->begins && !m_called);
            m_blocked = true;
        } else if (const auto* ambiguity = std::get_if<Ambiguity>(&event)) {
            RC_ASSERT(ambiguity->time == m_market.time + BAR);
        }
        return index + 1;
    }

    /// Legs of brackets come to life inside a batch.
    void remember(const Order& order)
    {
        const bool known = std::any_of(m_orders.begin(), m_orders.end(),
                                       [&](const Order& each) { return each.id == order.id; });
        RC_ASSERT(known || order.leg != BracketLeg::None);
        if (!known)
            m_orders.push_back(order);
    }

    void take(const LedgerEntry& entry)
    {
        m_sums.add(entry);
        ledger.push_back(entry);
    }

    std::size_t followFill(const Fill& fill, std::size_t index)
    {
        const Int128 held = m_sums.lots[fill.symbol];
        Money cash;
        Quantity quantity;
        int trades = 0;
        for (++index; index < events.size(); ++index) {
            const auto* entry = std::get_if<LedgerEntry>(&events[index]);
            if (!entry || !(entry->kind == EntryKind::Trade || isCharge(*entry)))
                break;
            RC_ASSERT(entry->time == fill.time && entry->symbol == fill.symbol);
            trades += entry->kind == EntryKind::Trade ? 1 : 0;
            cash += entry->cash;
            quantity += entry->quantity;
            take(*entry);
        }
        const bool bought = fill.quantity.lots() > 0;
        const Money charges = fill.fee + fill.openingFee + fill.liquidationFee;
        RC_ASSERT(quantity == fill.quantity);
        RC_ASSERT(cash == (bought ? -fill.notional : fill.notional) - charges);
        RC_ASSERT(m_sums.cash == fill.cashAfter.count());
        RC_ASSERT(m_sums.lots[fill.symbol] == fill.positionAfter.lots());
        RC_ASSERT(fill.time >= m_lastTime && fill.time <= m_market.time + BAR);
        m_lastTime = fill.time;
        RC_ASSERT(fill.stake == Money() || fill.ambiguous);
        const bool turned = held != 0 && fill.positionAfter.lots() != 0 &&
                            (held > 0) != (fill.positionAfter.lots() > 0);
        RC_ASSERT(trades == (turned ? 2 : 1));
        const bool opened = held == 0 || turned || (held > 0) == bought;
        if (m_called)
            checkLiquidation(fill, held);
        else
            checkOrdinary(fill, opened, index);
        return index;
    }

    void checkLiquidation(const Fill& fill, Int128 held)
    {
        RC_ASSERT(fill.rule == FillRule::Liquidation);
        RC_ASSERT(fill.positionAfter.isZero());
        const Int128 value = portfolio::positionValue(m_market.instruments[fill.symbol], fill.referencePrice,
                                                      Quantity(static_cast<std::int64_t>(held)));
        const Int128 exposure = value < 0 ? -value : value;
        RC_ASSERT(m_lastClosed == 0 || exposure <= m_lastClosed);
        m_lastClosed = exposure;
    }

    void checkOrdinary(const Fill& fill, bool opened, std::size_t next)
    {
        RC_ASSERT(fill.rule != FillRule::Liquidation);
        RC_ASSERT(m_market.present[fill.symbol]);
        const auto order = std::find_if(m_orders.begin(), m_orders.end(),
                                        [&](const Order& each) { return each.id == fill.order; });
        RC_ASSERT(order != m_orders.end());
        const bool bought = fill.quantity.lots() > 0;
        RC_ASSERT(bought == isBuying(order->side));
        RC_ASSERT(!opened || !(order->reduceOnly || isReduceOnly(order->side)));
        RC_ASSERT(!order->limit || (bought ? fill.price <= *order->limit : fill.price >= *order->limit));
        m_traded[fill.symbol] += fill.quantity.magnitude().lots();
        const market::Instrument& instrument = m_market.instruments[fill.symbol];
        if (m_market.rules.participation > 0 && instrument.volumeUnit == market::VolumeUnit::Stated) {
            const double share = m_market.bars[fill.symbol].volume * toDouble(m_market.rules.participation, 8);
            RC_ASSERT(instrument.toDouble(Quantity(m_traded[fill.symbol])) <= share * (1.0 + 1e-12));
        }
        const portfolio::Margin margin = marginFromLedger(marksOf(fill));
        if (opened) {
            RC_ASSERT(margin.initial(m_market.settings) <= margin.equity);
            RC_ASSERT(margin.exposure() <= book.risk.exposureLimit(margin.equity));
            RC_ASSERT(!m_blocked);
        }
        if (margin.isCalled(m_market.settings)) {
            // The order's own step, and a cut, come between.
            while (next < events.size() && (std::holds_alternative<OrderStep>(events[next]) ||
                                            std::holds_alternative<MarginCut>(events[next])))
                ++next;
            RC_ASSERT(next < events.size() && std::holds_alternative<MarginCall>(events[next]));
        }
    }

    [[nodiscard]] portfolio::Margin marginFromLedger(const std::vector<Price>& marks) const
    {
        portfolio::Margin margin;
        margin.equity = m_sums.cash;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const Quantity held(static_cast<std::int64_t>(m_sums.lots[i]));
            const Int128 value = portfolio::positionValue(m_market.instruments[i], marks[i], held);
            margin.equity += value;
            (value < 0 ? margin.shortExposure : margin.longExposure) += value < 0 ? -value : value;
        }
        return margin;
    }

    void checkBooks() const
    {
        RC_ASSERT(m_sums.cash == book.account.cash().count());
        for (std::size_t i = 0; i < m_sums.lots.size(); ++i)
            RC_ASSERT(m_sums.lots[i] == book.account.positions()[i].quantity.lots());
        for (const Order& order : book.working)
            checkWorking(order);
        if (book.halt == Halt::None)
            return;
        RC_ASSERT(book.account.isFlat());
        RC_ASSERT(book.working.empty());
        RC_ASSERT(book.account.cash() >= Money());
    }

    void checkWorking(const Order& order) const
    {
        RC_ASSERT(order.isWorking() && order.remaining().lots() > 0);
        RC_ASSERT(order.tif != TimeInForce::ImmediateOrCancel || !m_market.present[order.symbol]);
        RC_ASSERT(order.tif != TimeInForce::GoodTillDate || order.expires > m_market.time + BAR);
        if (order.leg == BracketLeg::None)
            return;
        const Quantity held = book.account.position(order.symbol).quantity;
        RC_ASSERT(order.remaining() <= (isBuying(order.side) ? -held : held));
    }

    const Market& m_market;

public:
    Book book;
    std::vector<MatchEvent> events;
    std::vector<LedgerEntry> ledger;

private:
    Sums m_sums;
    std::vector<BarPath> m_paths;
    std::vector<Order> m_orders; ///< Working when the batch began.
    std::vector<std::int64_t> m_traded;
    Timestamp m_lastTime;
    Int128 m_lastClosed = 0;
    bool m_called = false;
    bool m_blocked = false; ///< By a limit that has been exceeded.
};

void requireSame(const portfolio::Account& a, const portfolio::Account& b)
{
    RC_ASSERT(a.cash() == b.cash());
    RC_ASSERT(a.realisedProfit() == b.realisedProfit());
    RC_ASSERT(a.fees() == b.fees());
    RC_ASSERT(a.borrowInterest() == b.borrowInterest());
    RC_ASSERT(a.badDebt() == b.badDebt());
    RC_ASSERT(a.deposits() == b.deposits());
    RC_ASSERT(a.isFlat() == b.isFlat());
    for (std::size_t i = 0; i < a.positions().size(); ++i) {
        const portfolio::Position& left = a.positions()[i];
        const portfolio::Position& right = b.positions()[i];
        RC_ASSERT(left.quantity == right.quantity);
        RC_ASSERT(left.cost == right.cost);
        RC_ASSERT(left.entryFees == right.entryFees);
        RC_ASSERT(left.quantity.isZero() || left.opened == right.opened);
    }
}

void act(Trader& trader, Dice& dice)
{
    const auto orders = dice.between(0, 3);
    for (std::int64_t i = 0; i < orders; ++i)
        trader.order(dice);
    if (dice.chance(15))
        trader.cancelOne(dice);
}

/// What sequences reached, so that no property is true for want of trying.
struct Reached {
    int fills = 0;
    int cuts = 0;
    int calls = 0;
    int debts = 0;
    int ambiguous = 0;
    int outOfRange = 0;
    int legs = 0;
    int expired = 0;
    int trailed = 0;
    int interest = 0;
    int exposed = 0;
    int lost = 0;

    void count(const std::vector<MatchEvent>& events)
    {
        for (const MatchEvent& event : events) {
            const auto* fill = std::get_if<Fill>(&event);
            const auto* end = std::get_if<Liquidated>(&event);
            const auto* step = std::get_if<OrderStep>(&event);
            fills += fill ? 1 : 0;
            ambiguous += fill && fill->ambiguous ? 1 : 0;
            legs += fill && fill->leg != BracketLeg::None ? 1 : 0;
            expired += step && step->order.status == OrderStatus::Expired ? 1 : 0;
            trailed += step && step->order.type == OrderType::TrailingStop &&
                               step->order.status == OrderStatus::Filled
                           ? 1
                           : 0;
            const auto* entry = std::get_if<LedgerEntry>(&event);
            interest += entry && entry->kind == EntryKind::BorrowInterest ? 1 : 0;
            const auto* cut = std::get_if<MarginCut>(&event);
            cuts += cut ? 1 : 0;
            exposed += cut && cut->reason == Reason::ExposureLimit ? 1 : 0;
            lost += std::holds_alternative<portfolio::RiskChange>(event) ? 1 : 0;
            calls += std::holds_alternative<MarginCall>(event) ? 1 : 0;
            debts += end && end->badDebt > Money() ? 1 : 0;
            outOfRange += step && step->order.reason == Reason::OutOfRange ? 1 : 0;
        }
    }
};

} // namespace

/// The promises of the margin rules, under any orders, prices and gaps.
class TestMarginProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(5'000); }
    void keepsEveryPromiseAfterEveryEvent();
    void accountsAreIsolated();
    void callsAtTheFirstTickBelowMaintenance();
    void limitsHoldWhateverIsOrdered();
};

void TestMarginProperties::keepsEveryPromiseAfterEveryEvent()
{
    Reached reached;
    const bool held = rc::check("an account keeps every promise", [&] {
        Market market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        Trader trader(market);
        for (const std::uint64_t seed : drawSeeds(30)) {
            Dice dice(seed);
            act(trader, dice);
            if (dice.chance(15))
                market.skip(std::chrono::minutes(dice.between(1, 3'000)));
            market.nextBars(dice);
            trader.match();
            reached.count(trader.events);
            market.close();
            trader.checkAtCloses();
        }
        requireSame(trader.rebuilt(), trader.book.account);
    });
    QVERIFY(held);
    qInfo("%d fills, %d cuts, %d calls, %d bad debts, %d ambiguous, %d out of range", reached.fills,
          reached.cuts, reached.calls, reached.debts, reached.ambiguous, reached.outOfRange);
    QVERIFY(reached.fills > 1'000 && reached.cuts > 100 && reached.calls > 100);
    QVERIFY(reached.debts > 10 && reached.ambiguous > 10 && reached.outOfRange > 10);
    qInfo("%d fills of brackets, %d expired, %d trailing stops, %d bookings of interest", reached.legs,
          reached.expired, reached.trailed, reached.interest);
    QVERIFY(reached.legs > 100 && reached.expired > 100 && reached.trailed > 100 && reached.interest > 100);
}

void TestMarginProperties::limitsHoldWhateverIsOrdered()
{
    Reached reached;
    const bool held = rc::check("nothing opens beyond a limit", [&] {
        Market market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        Trader trader(market);
        trader.limit(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        for (const std::uint64_t seed : drawSeeds(30)) {
            Dice dice(seed);
            act(trader, dice);
            market.nextBars(dice);
            trader.match();
            reached.count(trader.events);
            market.close();
            trader.checkAtCloses();
            trader.judge();
        }
        requireSame(trader.rebuilt(), trader.book.account);
    });
    QVERIFY(held);
    qInfo("%d fills, %d cut to the exposure, %d losses beyond a limit inside a bar", reached.fills,
          reached.exposed, reached.lost);
    QVERIFY(reached.fills > 1'000 && reached.exposed > 1'000 && reached.lost > 100);
}

void TestMarginProperties::accountsAreIsolated()
{
    QVERIFY(rc::check("two accounts end equal whatever a third one does", [] {
        Market market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        Trader first(market);
        Trader second(market);
        Trader third(market);
        for (const std::uint64_t seed : drawSeeds(20)) {
            Dice dice(seed);
            Dice same = dice;
            act(first, dice);
            act(second, same);
            act(third, dice);
            market.nextBars(dice);
            first.match();
            third.match();
            second.match();
            market.close();
            RC_ASSERT(first.events.size() == second.events.size());
        }
        requireSame(first.book.account, second.book.account);
        RC_ASSERT(first.book.working.size() == second.book.working.size());
        RC_ASSERT(first.book.halt == second.book.halt);
    }));
}

/// Walks the path tick by tick.
static std::optional<Price> firstCalledTick(const portfolio::Account& account,
                                            const market::Instrument& instrument, const BarPath& path)
{
    const auto called = [&](std::int64_t ticks) {
        const Price mark(ticks);
        return portfolio::marginOf(account, std::span(&instrument, 1), std::span(&mark, 1))
            .isCalled(account.settings());
    };
    std::int64_t at = path[0].ticks();
    if (called(at))
        return Price(at);
    for (const Price corner : path) {
        while (at != corner.ticks()) {
            at += at < corner.ticks() ? 1 : -1;
            if (called(at))
                return Price(at);
        }
    }
    return std::nullopt;
}

void TestMarginProperties::callsAtTheFirstTickBelowMaintenance()
{
    int calls = 0;
    QVERIFY(rc::check("the call comes at the first tick of the path where E < M", [&] {
        Dice dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000'000));
        Market market(dice);
        market.instruments.resize(1);
        market.bars.resize(1);
        market.present.assign(1, 1);
        market.marks.assign(1, Price(dice.between(500, 1'500)));
        market.rules.participation = 0;
        Trader trader(market);
        Dice orders(dice.next());
        trader.order(orders);
        const Price mark = market.marks[0];
        market.bars[0] = {market.time, mark, mark, mark, mark, 0.0, 0};
        trader.match();
        market.close();
        RC_PRE(!trader.book.account.isFlat());
        trader.book.working.clear();
        const auto [low, high] = std::minmax({dice.between(100, 3'000), dice.between(100, 3'000)});
        market.bars[0] = {market.time, Price(dice.between(low, high)), Price(high), Price(low),
                          Price(dice.between(low, high)), 0.0, 0};
        const bool isLong = trader.book.account.position(0).quantity.lots() > 0;
        const bool lowFirst = market.rules.worstCase ? isLong : lowIsNearer(market.bars[0]);
        const auto expected = firstCalledTick(trader.book.account, market.instruments[0],
                                              barPath(market.bars[0], lowFirst));
        trader.match();
        RC_ASSERT(expected.has_value() == (trader.book.halt == Halt::Liquidated));
        if (!expected)
            return;
        ++calls;
        for (const MatchEvent& event : trader.events) {
            if (const auto* fill = std::get_if<Fill>(&event))
                RC_ASSERT(fill->referencePrice == *expected);
        }
    }));
    QVERIFY(calls > 500);
}

QTEST_APPLESS_MAIN(TestMarginProperties)
#include "tst_marginproperties.moc"
