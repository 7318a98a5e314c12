// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventwords.h"
#include "randommarket.h"

#include <QTest>

using namespace fixture;

namespace {

/// Takes the market price as it comes: what trades of one bar do to it, flat bars of no length must do too.
bool isByTheMarket(const Order& order)
{
    return !order.limit && !order.takeProfit && order.tif != TimeInForce::GoodTillDate;
}

/// Two books with the same orders: one matched by bars that their trades resolve, the other by a flat bar for
/// each trade.
class Twins
{
public:
    explicit Twins(const Market& market)
        : m_market(market), m_byTrade(portfolio::Account(market.settings, market.instruments.size())),
          m_byBar(m_byTrade)
    {
        // The bar's volume is not that of its trades, and interest accrues at the marks before a batch.
        m_market.rules.participation = 0;
        m_market.rules.costs.borrow = {};
        std::vector<portfolio::LedgerEntry> entries;
        m_byTrade.account.deposit(market.cash, market.time, entries);
        m_byBar.account.deposit(market.cash, market.time, entries);
    }

    void step(Dice& dice)
    {
        addOrders(dice);
        const std::vector<Price> marks = m_market.marks;
        std::vector<MatchEvent> byTrade;
        const auto trades = matchTrades(dice, byTrade);
        std::vector<MatchEvent> byBar;
        matchBar(marks, trades, byBar);
        fills += std::count_if(byBar.begin(), byBar.end(),
                               [](const MatchEvent& event) { return std::holds_alternative<Fill>(event); });
        RC_ASSERT(wordsOf(byBar) == wordsOf(byTrade));
        RC_ASSERT(m_byBar.working == m_byTrade.working);
        m_market.time += BAR;
    }

    std::int64_t fills = 0;

private:
    void addOrders(Dice& dice)
    {
        if (m_byTrade.halt != Halt::None)
            return;
        for (std::int64_t i = dice.between(0, 3); i > 0; --i) {
            const Order order = randomOrder(dice, m_market, OrderId{++m_byTrade.lastOrder});
            m_byBar.lastOrder = m_byTrade.lastOrder;
            if (!isByTheMarket(order) || (order.stop && *order.stop <= Price()))
                continue;
            m_byTrade.working.push_back(order);
            m_byBar.working.push_back(order);
        }
    }

    /// Some moments of the bar, at each of which some symbols trade, now and then at the very same time.
    std::vector<market::TradeColumns> matchTrades(Dice& dice, std::vector<MatchEvent>& events)
    {
        const std::size_t count = m_market.instruments.size();
        std::vector<market::TradeColumns> trades(count);
        Timestamp time = m_market.time;
        for (std::int64_t moments = dice.between(1, 8); moments > 0; --moments) {
            m_market.nextBars(dice);
            for (std::size_t i = 0; i < count; ++i) {
                const Price price = m_market.bars[i].open;
                m_market.bars[i] = {time, price, price, price, price, 0.0, 1};
                if (m_market.present[i])
                    trades[i].push({time, price, Quantity(dice.between(1, 100)), market::TakerSide::Unknown, 0});
            }
            // What happens at one time to several symbols is one event only if it is one of each.
            BarBatch batch = m_market.batch();
            batch.openTime = time;
            batch.length = {};
            matchBatch(batch, m_market.rules, m_byTrade, events);
            for (std::size_t i = 0; i < count; ++i) {
                if (m_market.present[i])
                    m_market.marks[i] = m_market.bars[i].close;
            }
            time += dice.chance(20) && count == 1 ? Nanoseconds(0) : std::chrono::milliseconds(dice.between(1, 7'000));
        }
        return trades;
    }

    void matchBar(const std::vector<Price>& marks, const std::vector<market::TradeColumns>& trades,
                  std::vector<MatchEvent>& events)
    {
        std::vector<market::Candle> bars(trades.size());
        std::vector<std::uint8_t> present(trades.size());
        std::vector<FinerData> finer;
        for (std::size_t i = 0; i < trades.size(); ++i) {
            finer.push_back({nullptr, {}, &trades[i]});
            present[i] = !trades[i].empty();
            if (!present[i])
                continue;
            const auto [low, high] = std::minmax_element(trades[i].price.begin(), trades[i].price.end());
            bars[i] = {m_market.time, trades[i].price.front(), *high, *low, trades[i].price.back(), 0.0, 0};
        }
        matchBatch({m_market.time, BAR, m_market.instruments, bars, present, marks, CorrelationId{7}, finer},
                   m_market.rules, m_byBar, events);
    }

    Market m_market;
    Book m_byTrade;
    Book m_byBar;
};

} // namespace

/// A bar resolved by its trades is what its trades are.
class TestTradeProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(3'000); }
    void aResolvedBarFillsAsItsTradesDo()
    {
        std::int64_t fills = 0;
        QVERIFY(rc::check("a resolved bar fills as its trades do", [&] {
            Twins twins{Market(Dice(*rc::gen::inRange<std::uint64_t>(0, 1'000'000)))};
            for (const std::uint64_t seed : drawSeeds(12)) {
                Dice dice(seed);
                twins.step(dice);
            }
            fills += twins.fills;
        }));
        qInfo("%lld fills", static_cast<long long>(fills));
        QVERIFY(fills > 1'000);
    }
};

QTEST_APPLESS_MAIN(TestTradeProperties)
#include "tst_tradeproperties.moc"
