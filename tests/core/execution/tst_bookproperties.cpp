// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/bookmatcher.h"
#include "randommarket.h"

#include <QTest>

#include <fmt/format.h>

using namespace fixture;

namespace {

std::vector<market::BookLevel> randomSide(Dice& dice, std::int64_t from, std::int64_t step, std::int64_t largest)
{
    std::vector<market::BookLevel> levels;
    std::int64_t price = from;
    for (std::int64_t i = dice.between(0, 5); i > 0 && price > 0; --i) {
        levels.push_back({Price(price), Quantity(dice.between(1, largest))});
        price += step * dice.between(1, 5);
    }
    return levels;
}

/// Live markets of the random market's symbols, and one account in them.
class Live
{
public:
    explicit Live(const Market& market)
        : m_market(market), m_books(market.instruments.size(), market::OrderBook(5)),
          m_markets(market.instruments.size()), m_lots(market.instruments.size()),
          account(portfolio::Account(market.settings, market.instruments.size()))
    {
        m_rules.matching = market.rules;
        for (std::size_t i = 0; i < m_books.size(); ++i)
            m_markets[i].book = &m_books[i];
        std::vector<portfolio::LedgerEntry> entries;
        account.account.deposit(market.cash, market.time, entries);
        m_cash = market.cash.count();
    }
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    void step(std::uint64_t seed)
    {
        Dice dice(seed);
        m_market.skip(std::chrono::milliseconds(dice.oneOf({1, 500, 3'000, 30'000})));
        addOrders(dice);
        const auto symbol =
            static_cast<SymbolIndex>(dice.between(0, static_cast<std::int64_t>(m_books.size()) - 1));
        std::optional<market::Trade> trade;
        if (dice.chance(40)) {
            trade = randomTrade(dice, symbol);
            m_markets[symbol].lastTrade = trade->price;
            m_markets[symbol].lastTradeTime = trade->time;
        } else {
            changeBook(dice, symbol);
        }
        events.clear();
        const BookEvent event{m_market.time,      symbol,         trade ? &*trade : nullptr,
                              m_market.instruments, m_markets, m_market.marks, CorrelationId{7}};
        matchBook(event, m_rules, account, events);
        check(event);
        for (std::size_t i = 0; i < m_books.size(); ++i)
            m_market.marks[i] = markOf(m_markets[i], m_rules, m_market.time, m_market.marks[i]).price;
        const portfolio::Margin margin =
            portfolio::marginOf(account.account, m_market.instruments, m_market.marks);
        RC_ASSERT(account.halt != Halt::None || account.callWaits || !margin.isCalled(account.account.settings()));
    }

    [[nodiscard]] std::string words() const
    {
        std::string text;
        for (const MatchEvent& event : events) {
            text += fmt::format("{} ", event.index());
            if (const auto* fill = std::get_if<Fill>(&event))
                text += fmt::format("{} {} {} {} ", fill->order.value, fill->quantity.lots(), fill->price.ticks(),
                                    fill->cashAfter.count());
            if (const auto* step = std::get_if<OrderStep>(&event))
                text += fmt::format("{} {} ", step->order.id.value, name(step->order.status));
        }
        return text;
    }

private:
    void addOrders(Dice& dice)
    {
        for (std::int64_t i = dice.between(0, 2); i > 0 && account.halt == Halt::None; --i) {
            const Order order = randomOrder(dice, m_market, OrderId{++account.lastOrder});
            if (!order.stop || *order.stop > Price())
                account.working.push_back(order);
        }
    }
    std::int64_t nearby(Dice& dice, SymbolIndex symbol) const
    {
        const std::int64_t mark = m_market.marks[symbol].ticks();
        return std::clamp(mark + dice.between(-mark / 20, mark / 20), LOWEST_PRICE, HIGHEST_PRICE);
    }
    market::Trade randomTrade(Dice& dice, SymbolIndex symbol)
    {
        return {m_market.time, Price(nearby(dice, symbol)), Quantity(dice.between(1, randomSize(dice, m_market, symbol))),
                market::TakerSide::Unknown, 0};
    }
    void changeBook(Dice& dice, SymbolIndex symbol)
    {
        const std::int64_t middle = nearby(dice, symbol);
        const std::int64_t largest = std::max<std::int64_t>(randomSize(dice, m_market, symbol), 1);
        const std::int64_t half = dice.oneOf<std::int64_t>({0, 1, middle / 1'000 + 1, middle / 50});
        const auto bids = randomSide(dice, middle - half, -1, largest);
        const auto asks = randomSide(dice, middle + half + 1, 1, largest);
        RC_ASSERT(m_books[symbol].applySnapshot(bids, asks, m_market.time).ok());
        if (dice.chance(10))
            m_books[symbol].distrust();
    }

    void check(const BookEvent& event)
    {
        std::vector<std::array<Int128, 2>> taken(m_books.size());
        Int128 printed = 0;
        for (const MatchEvent& each : events) {
            if (const auto* entry = std::get_if<portfolio::LedgerEntry>(&each)) {
                m_cash += entry->cash.count();
                m_lots[entry->symbol] += entry->quantity.lots();
            }
            const auto* fill = std::get_if<Fill>(&each);
            if (!fill)
                continue;
            ++fills;
            RC_ASSERT(isUsable(m_markets[fill->symbol], m_rules, event.time));
            const bool buying = fill->quantity.lots() > 0;
            if (fill->detail == Detail::Trades) {
                printed += fill->quantity.magnitude().lots();
                RC_ASSERT((buying ? fill->price >= event.trade->price : fill->price <= event.trade->price));
                continue;
            }
            const market::OrderBook& visible = m_books[fill->symbol];
            RC_ASSERT((buying ? fill->price >= visible.bestAsk() : fill->price <= visible.bestBid()));
            taken[fill->symbol][buying ? 1 : 0] += fill->quantity.magnitude().lots();
        }
        RC_ASSERT(printed <= (event.trade ? event.trade->size.lots() : 0));
        for (std::size_t i = 0; i < m_books.size(); ++i) {
            RC_ASSERT(taken[i][0] <= sizeOf(m_books[i].bids()) && taken[i][1] <= sizeOf(m_books[i].asks()));
            RC_ASSERT(m_lots[i] == account.account.positions()[i].quantity.lots());
        }
        RC_ASSERT(m_cash == account.account.cash().count());
        if (account.halt == Halt::Liquidated)
            RC_ASSERT(account.account.isFlat() && account.account.cash() >= Money());
    }
    static Int128 sizeOf(std::span<const market::BookLevel> levels)
    {
        Int128 size = 0;
        for (const market::BookLevel& level : levels)
            size += level.size.lots();
        return size;
    }

    Market m_market;
    BookRules m_rules;
    std::vector<market::OrderBook> m_books;
    std::vector<SymbolMarket> m_markets;
    Int128 m_cash = 0;
    std::vector<Int128> m_lots;

public:
    Book account;
    std::vector<MatchEvent> events;
    int fills = 0;
};

} // namespace

/// What holds in any live market.
class TestBookProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(3'000); }
    void fillsAreVisibleAndTheBooksBalance();
    void theSameEventsMakeTheSameFills();
};

void TestBookProperties::fillsAreVisibleAndTheBooksBalance()
{
    int fills = 0;
    int calls = 0;
    QVERIFY(rc::check("fills are visible and the books balance", [&] {
        Live live{Market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)))};
        for (const std::uint64_t seed : drawSeeds(40)) {
            live.step(seed);
            calls += static_cast<int>(std::count_if(
                live.events.begin(), live.events.end(),
                [](const MatchEvent& event) { return std::holds_alternative<MarginCall>(event); }));
        }
        fills += live.fills;
    }));
    qInfo("%d fills, %d calls", fills, calls);
    QVERIFY(fills > 1'000 && calls > 50);
}

void TestBookProperties::theSameEventsMakeTheSameFills()
{
    QVERIFY(rc::check("the same events make the same fills", [&] {
        const Market market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)));
        Live one(market);
        Live other(market);
        for (const std::uint64_t seed : drawSeeds(20)) {
            one.step(seed);
            other.step(seed);
            RC_ASSERT(one.words() == other.words());
        }
    }));
}

QTEST_APPLESS_MAIN(TestBookProperties)
#include "tst_bookproperties.moc"
