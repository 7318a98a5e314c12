// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bigint.h"
#include "randommarket.h"

#include <QTest>

using namespace fixture;
using portfolio::EntryKind;
using portfolio::LedgerEntry;

namespace {

const BigInt UNIT = BigInt::powerOfTen(8);
/// Interest in units of 1e-8 of a count, times the microseconds of a year.
const BigInt YEAR = BigInt(365LL * 24 * 3600) * BigInt(1'000'000);

/// A ledger of its own, in whole numbers of any length, kept from prices and sizes alone.
class SlowLedger
{
public:
    explicit SlowLedger(const Market& market) : cash(market.cash.count()), m_market(market)
    {
        positions.resize(market.instruments.size());
    }

    struct Position {
        BigInt quantity;
        BigInt cost;
        BigInt entryFees;
    };

    /// price · size as money, rounded half-even.
    [[nodiscard]] BigInt worth(std::size_t symbol, Price price, const BigInt& lots) const
    {
        const market::Instrument& instrument = m_market.instruments[symbol];
        return (BigInt(price.ticks()) * lots * UNIT)
            .roundedBy(BigInt::powerOfTen(instrument.priceDecimals + instrument.lotDecimals));
    }

    /// Walks to `time`, hour by hour, with what is owed standing still. Of the hour that `time` is itself
    /// the interest is booked only when its turn has come.
    void walkTo(Timestamp time, std::span<const Price> marks, bool hasCome = true)
    {
        if (!m_started)
            m_now = time;
        m_started = true;
        if (m_unbooked && (m_now < time || hasCome))
            bookInterest();
        while (m_now < time) {
            const Timestamp hour = std::chrono::floor<std::chrono::hours>(m_now) + std::chrono::hours(1);
            const Timestamp next = std::min(hour, time);
            m_pending = m_pending + owedWeight(marks) * BigInt(toMicroseconds(next) - toMicroseconds(m_now));
            m_now = next;
            m_unbooked = next == hour;
            if (m_unbooked && (next < time || hasCome))
                bookInterest();
        }
    }
    void bookInterest()
    {
        const BigInt whole = m_pending.dividedBy(UNIT * YEAR);
        m_pending = m_pending - whole * UNIT * YEAR;
        m_unbooked = false;
        cash = cash - whole;
        interest = interest + whole;
    }

    /// Books a fill in one or two parts; returns the profit realised.
    BigInt take(const Fill& fill, const BigInt& liquidationRate)
    {
        const BigInt held = positions[fill.symbol].quantity;
        const bool buys = fill.quantity.lots() > 0;
        BigInt left = BigInt(fill.quantity.lots()).magnitude();
        BigInt profit;
        if (!held.isZero() && held.isNegative() == buys) {
            const BigInt closing = held.magnitude() < left ? held.magnitude() : left;
            profit = close(fill, closing, liquidationRate);
            left = left - closing;
        }
        if (!left.isZero())
            open(fill, left);
        realised = realised + profit;
        return profit;
    }

    BigInt cash;
    BigInt realised;
    BigInt interest;
    BigInt fees;
    std::vector<Position> positions;

private:
    [[nodiscard]] BigInt owedWeight(std::span<const Price> marks) const
    {
        const portfolio::BorrowTerms& terms = m_market.rules.costs.borrow;
        BigInt weight = (cash.isNegative() ? -cash : BigInt()) * BigInt(terms.cashRate);
        for (std::size_t i = 0; i < positions.size(); ++i) {
            if (positions[i].quantity.isNegative())
                weight = weight + worth(i, marks[i], -positions[i].quantity) * BigInt(terms.shortRate);
        }
        return weight;
    }

    [[nodiscard]] BigInt feeOf(const Fill& fill, const BigInt& notional) const
    {
        const Costs& costs = m_market.rules.costs;
        return share(notional, fill.liquidity == Liquidity::Maker ? costs.maker : costs.taker);
    }
    static BigInt share(const BigInt& amount, std::int64_t rate) { return (amount * BigInt(rate)).roundedBy(UNIT); }

    void open(const Fill& fill, const BigInt& lots)
    {
        Position& position = positions[fill.symbol];
        const bool buys = fill.quantity.lots() > 0;
        const BigInt notional = worth(fill.symbol, fill.price, lots);
        const BigInt fee = feeOf(fill, notional);
        const BigInt after = cash - notional - fee;
        const BigInt owed = cash.isNegative() ? -cash : BigInt();
        const BigInt borrowed = buys ? (after.isNegative() ? -after - owed : BigInt()) : notional;
        const BigInt opening = share(borrowed, m_market.rules.costs.borrow.openingFee);
        position.quantity = position.quantity + (buys ? lots : -lots);
        position.cost = position.cost + notional;
        position.entryFees = position.entryFees + fee + opening;
        cash = cash + (buys ? -notional : notional) - fee - opening;
        fees = fees + fee + opening;
    }

    BigInt close(const Fill& fill, const BigInt& lots, const BigInt& liquidationRate)
    {
        Position& position = positions[fill.symbol];
        const BigInt whole = position.quantity.magnitude();
        const bool buys = fill.quantity.lots() > 0;
        const BigInt notional = worth(fill.symbol, fill.price, lots);
        const BigInt fee = feeOf(fill, notional) + (notional * liquidationRate).roundedBy(UNIT);
        const BigInt cost = (position.cost * lots).roundedBy(whole);
        const BigInt entryFees = (position.entryFees * lots).roundedBy(whole);
        position.quantity = position.quantity + (buys ? lots : -lots);
        position.cost = position.cost - cost;
        position.entryFees = position.entryFees - entryFees;
        cash = cash + (buys ? -notional : notional) - fee;
        fees = fees + fee;
        return (buys ? cost - notional : notional - cost) - entryFees - fee;
    }

    const Market& m_market;
    BigInt m_pending;
    Timestamp m_now;
    bool m_started = false;
    bool m_unbooked = false;
};

/// The margin rule in whole numbers: I ≤ E, both sides times the leverages.
bool carries(const SlowLedger& ledger, const Market& market, std::span<const Price> marks)
{
    BigInt equity = ledger.cash;
    BigInt longs;
    BigInt shorts;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const BigInt value = ledger.worth(i, marks[i], ledger.positions[i].quantity);
        equity = equity + value;
        (value.isNegative() ? shorts : longs) = (value.isNegative() ? shorts : longs) + value.magnitude();
    }
    const BigInt longLeverage(market.settings.longLeverage);
    const BigInt shortLeverage(market.settings.shortLeverage);
    // Each margin is rounded up to a count, as the account does.
    const auto margin = [](const BigInt& exposure, const BigInt& leverage) {
        return -(-(exposure * BigInt(10'000))).dividedBy(leverage);
    };
    return margin(longs, longLeverage) + margin(shorts, shortLeverage) <= equity;
}

/// An account, its matcher and the slow ledger beside it.
class Pair
{
public:
    explicit Pair(Market& market)
        : m_market(market), m_book(portfolio::Account(market.settings, market.instruments.size())), m_slow(market)
    {
        std::vector<LedgerEntry> entries;
        m_book.account.deposit(market.cash, market.time, entries);
    }

    void step(Dice& dice)
    {
        const auto orders = m_book.halt == Halt::None ? dice.between(0, 2) : 0;
        for (std::int64_t i = 0; i < orders; ++i)
            m_book.working.push_back(randomOrder(dice, m_market, OrderId{++m_book.lastOrder}));
        if (dice.chance(20))
            m_market.skip(std::chrono::minutes(dice.between(1, 500)));
        m_market.nextBars(dice);
        const bool wasRunning = m_book.halt == Halt::None;
        m_events.clear();
        matchBatch(m_market.batch(), m_market.rules, m_book, m_events);
        if (wasRunning)
            m_slow.walkTo(m_market.time, m_market.marks);
        for (std::size_t i = 0; i < m_events.size(); ++i)
            follow(i);
        if (m_book.halt == Halt::None)
            m_slow.walkTo(m_market.time + BAR, m_market.marks, false);
        compare();
        m_market.close();
    }

    int cuts = 0;
    int fills = 0;
    int interests = 0;

private:
    void follow(std::size_t index)
    {
        if (const auto* fill = std::get_if<Fill>(&m_events[index])) {
            ++fills;
            m_slow.walkTo(fill->time, m_market.marks);
            const SlowLedger before = m_slow;
            const bool ends = fill->rule == FillRule::Liquidation;
            const BigInt profit = m_slow.take(*fill, BigInt(ends ? m_market.rules.costs.liquidationFee : 0));
            RC_ASSERT(m_slow.cash.text() == std::to_string(fill->cashAfter.count()));
            RC_ASSERT(profit.text() == std::to_string(fill->realisedProfit.count()));
            if (fill->time == m_market.time && !ends)
                checkCut(*fill, before);
        } else if (const auto* entry = std::get_if<LedgerEntry>(&m_events[index])) {
            interests += entry->kind == EntryKind::BorrowInterest ? 1 : 0;
        } else if (const auto* end = std::get_if<Liquidated>(&m_events[index])) {
            m_slow.walkTo(end->time, m_market.marks);
            m_slow.bookInterest();
            RC_ASSERT(m_slow.cash.isNegative() == (end->badDebt > Money()));
            if (m_slow.cash.isNegative())
                m_slow.cash = BigInt();
        }
    }

    /// A lot, or as many as it takes to be worth more than what rounding to counts may hide.
    [[nodiscard]] std::int64_t lotsWorthRounding(const Fill& fill) const
    {
        const market::Instrument& instrument = m_market.instruments[fill.symbol];
        const double lot = instrument.toDouble(fill.price) * toDouble(1, instrument.lotDecimals) * 1e8;
        return 1 + static_cast<std::int64_t>(10.0 / lot);
    }

    /// Of a fill at the open: the account carries it, and of one that was cut no lot more.
    void checkCut(const Fill& fill, const SlowLedger& before)
    {
        const bool opened = fill.positionAfter.lots() != 0 && (fill.positionAfter.lots() > 0) == isBuying(fill.side);
        if (!opened || fill.order.isNone())
            return;
        std::vector<Price> marks = m_market.marks;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (m_market.present[i])
                marks[i] = m_market.bars[i].open;
        }
        RC_ASSERT(carries(m_slow, m_market, marks));
        const bool cut = std::any_of(m_events.begin(), m_events.end(), [&](const MatchEvent& event) {
            const auto* found = std::get_if<MarginCut>(&event);
            return found && found->order == fill.order && found->time == fill.time;
        });
        if (!cut)
            return;
        ++cuts;
        SlowLedger more = before;
        Fill larger = fill;
        const Quantity lots(lotsWorthRounding(fill));
        larger.quantity += isBuying(fill.side) ? lots : -lots;
        more.take(larger, BigInt());
        RC_ASSERT(!carries(more, m_market, marks));
    }

    void compare() const
    {
        const portfolio::Account& account = m_book.account;
        RC_ASSERT(m_slow.cash.text() == std::to_string(account.cash().count()));
        RC_ASSERT(m_slow.realised.text() == std::to_string(account.realisedProfit().count()));
        RC_ASSERT(m_slow.fees.text() == std::to_string(account.fees().count()));
        RC_ASSERT(m_slow.interest.text() == std::to_string(account.borrowInterest().count()));
        for (SymbolIndex i = 0; i < m_market.instruments.size(); ++i) {
            const portfolio::Position& held = account.position(i);
            RC_ASSERT(m_slow.positions[i].quantity.text() == std::to_string(held.quantity.lots()));
            RC_ASSERT(m_slow.positions[i].cost.text() == std::to_string(held.cost.count()));
            RC_ASSERT(m_slow.positions[i].entryFees.text() == std::to_string(held.entryFees.count()));
        }
    }

    Market& m_market;
    Book m_book;
    SlowLedger m_slow;
    std::vector<MatchEvent> m_events;
};

} // namespace

/// The account against a second ledger, written as plainly as can be, in numbers of any length.
class TestSlowLedger : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(4'000); }
    void computesAsAtSchool();
    void agreesWithTheAccountToTheLastDigit();
};

void TestSlowLedger::computesAsAtSchool()
{
    const BigInt large("123456789012345678901234567890");
    QCOMPARE((large * large).text(), std::string("15241578753238836750495351562536198787501905199875019052100"));
    QCOMPARE((large - large).text(), std::string("0"));
    QCOMPARE((BigInt(5) - BigInt(12)).text(), std::string("-7"));
    QCOMPARE(BigInt(-7).dividedBy(BigInt(2)).text(), std::string("-4"));
    QCOMPARE(BigInt(5).roundedBy(BigInt(2)).text(), std::string("2"));
    QCOMPARE(BigInt(7).roundedBy(BigInt(2)).text(), std::string("4"));
    QCOMPARE(BigInt(-5).roundedBy(BigInt(2)).text(), std::string("-2"));
    QCOMPARE((large * BigInt(7) + BigInt(3)).dividedBy(BigInt(7)).text(), large.text());
}

void TestSlowLedger::agreesWithTheAccountToTheLastDigit()
{
    int cuts = 0;
    int fills = 0;
    int interests = 0;
    QVERIFY(rc::check("the account and the slow ledger agree", [&] {
        Market market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        // Rollovers have a test of their own.
        market.rules.costs.borrow.rollover = 0;
        Pair pair(market);
        for (const std::uint64_t seed : drawSeeds(15)) {
            Dice dice(seed);
            pair.step(dice);
        }
        cuts += pair.cuts;
        fills += pair.fills;
        interests += pair.interests;
    }));
    qInfo("%d fills, %d cuts, %d bookings of interest", fills, cuts, interests);
    QVERIFY(fills > 1'000 && cuts > 100 && interests > 100);
}

QTEST_APPLESS_MAIN(TestSlowLedger)
#include "tst_slowledger.moc"
