// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "randommarket.h"

#include <QTest>

using namespace fixture;
using portfolio::LedgerEntry;

namespace {

constexpr std::int64_t HIGHEST = std::numeric_limits<std::int64_t>::max();

/// A market whose prices are anything that a candle can hold, and an account that may borrow all it likes.
Market wildMarket(Dice dice)
{
    Market market(dice);
    market.lowest = 1;
    market.highest = dice.oneOf<std::int64_t>({1'000'000, 1'000'000'000'000'000, HIGHEST});
    for (Price& mark : market.marks)
        mark = Price(dice.chance(50) ? dice.between(1, 1'000) : dice.between(1, market.highest));
    market.cash = Money(dice.oneOf<std::int64_t>({1, 100'000'000, 1'000'000'000'000'000'000}));
    market.settings.longLeverage = dice.oneOf<std::int64_t>({10'000, 15'000, 10'000'000});
    market.settings.shortLeverage = dice.oneOf<std::int64_t>({10'000, 20'000, 10'000'000});
    market.settings.maintenance = dice.oneOf<std::int64_t>({1, 25'000'000, 99'999'999});
    market.rules.costs.taker = dice.oneOf<std::int64_t>({0, 260'000, 99'999'999});
    market.rules.costs.slippage = dice.oneOf<std::int64_t>({0, 50'000, 99'999'999});
    market.rules.costs.liquidationFee = dice.oneOf<std::int64_t>({0, 99'999'999});
    return market;
}

/// The books of one account in such a market.
class Survivor
{
public:
    explicit Survivor(const Market& market)
        : m_market(market), book(portfolio::Account(market.settings, market.instruments.size())),
          m_lots(market.instruments.size())
    {
        std::vector<LedgerEntry> entries;
        book.account.deposit(market.cash, market.time, entries);
        m_cash = market.cash.count();
    }

    void step(Dice& dice)
    {
        for (std::int64_t i = dice.between(0, 3); i > 0 && book.halt == Halt::None; --i) {
            Order order = randomOrder(dice, m_market, OrderId{++book.lastOrder});
            if (dice.chance(30))
                order.size = Quantity(dice.between(1, HIGHEST));
            if (!order.stop || *order.stop > Price())
                book.working.push_back(order);
        }
        events.clear();
        matchBatch(m_market.batch(), m_market.rules, book, events);
        for (const MatchEvent& event : events) {
            if (const auto* entry = std::get_if<LedgerEntry>(&event)) {
                m_cash += entry->cash.count();
                m_lots[entry->symbol] += entry->quantity.lots();
            }
        }
    }

    void check() const
    {
        RC_ASSERT(m_cash == book.account.cash().count());
        for (std::size_t i = 0; i < m_lots.size(); ++i)
            RC_ASSERT(m_lots[i] == book.account.positions()[i].quantity.lots());
        if (book.halt == Halt::None)
            return;
        RC_ASSERT(book.account.isFlat() && book.working.empty() && book.account.cash() >= Money());
    }

private:
    const Market& m_market;

public:
    Book book;
    std::vector<MatchEvent> events;

private:
    Int128 m_cash = 0;
    std::vector<Int128> m_lots;
};

} // namespace

/// No price, size, leverage or rate takes the ledger out of its range or its balance.
class TestExtremes : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(5'000); }
    void theBooksBalanceAtAnyPrice();
    void aShortIsClosedAtAPriceThatNoLedgerHolds();
};

void TestExtremes::theBooksBalanceAtAnyPrice()
{
    int fills = 0;
    int calls = 0;
    QVERIFY(rc::check("the books balance at any price", [&] {
        Market market = wildMarket(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        Survivor survivor(market);
        for (const std::uint64_t seed : drawSeeds(25)) {
            Dice dice(seed);
            market.nextBars(dice);
            survivor.step(dice);
            survivor.check();
            market.close();
            for (const MatchEvent& event : survivor.events) {
                fills += std::holds_alternative<Fill>(event) ? 1 : 0;
                calls += std::holds_alternative<MarginCall>(event) ? 1 : 0;
            }
        }
    }));
    qInfo("%d fills, %d calls", fills, calls);
    QVERIFY(fills > 1'000 && calls > 100);
}

void TestExtremes::aShortIsClosedAtAPriceThatNoLedgerHolds()
{
    market::Instrument instrument;
    instrument.priceDecimals = 0;
    instrument.lotDecimals = 0;
    Book book{portfolio::Account({}, 1)};
    std::vector<LedgerEntry> entries;
    book.account.deposit(Money(100'000'000'000), {}, entries);
    Order order;
    order.id = OrderId{1};
    order.side = Side::Short;
    order.status = OrderStatus::Accepted;
    order.size = Quantity(1'000);
    book.working.push_back(order);
    MatchingRules rules;
    std::vector<MatchEvent> events;
    Price mark(1);
    const auto bar = [&](std::int64_t price) {
        const market::Candle candle{{}, Price(price), Price(price), Price(price), Price(price), 0.0, 0};
        const std::uint8_t present = 1;
        events.clear();
        matchBatch({{}, BAR, std::span(&instrument, 1), std::span(&candle, 1), std::span(&present, 1),
                    std::span(&mark, 1), CorrelationId{1}},
                   rules, book, events);
        mark = Price(price);
    };
    bar(1);
    QVERIFY(!book.account.isFlat());
    bar(HIGHEST);
    QVERIFY(book.halt == Halt::Liquidated);
    QVERIFY(book.account.isFlat());
    QCOMPARE(book.account.cash().count(), 0);
    // The debt is as large as can be said, and it is said.
    QVERIFY(book.account.badDebt() > Money(500'000'000'000'000'000));
}

QTEST_APPLESS_MAIN(TestExtremes)
#include "tst_extremes.moc"
