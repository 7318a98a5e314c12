// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventwords.h"
#include "randommarket.h"

#include <QTest>

using namespace fixture;

namespace {

constexpr int MINUTES = 5;

/// Two books with the same orders: one matched by the minute, the other by bars of five minutes that
/// their minutes resolve.
class Twins
{
public:
    explicit Twins(const Market& market)
        : m_market(market), m_byMinute(portfolio::Account(market.settings, market.instruments.size())),
          m_byBar(m_byMinute)
    {
        // The bar's volume is not that of its minutes, and interest accrues at the marks before a batch.
        m_market.rules.participation = 0;
        m_market.rules.costs.borrow = {};
        std::vector<portfolio::LedgerEntry> entries;
        m_byMinute.account.deposit(market.cash, market.time, entries);
        m_byBar.account.deposit(market.cash, market.time, entries);
    }

    void step(Dice& dice)
    {
        addOrders(dice);
        const Timestamp open = m_market.time;
        const std::vector<Price> marks = m_market.marks;
        const std::size_t count = m_market.instruments.size();
        std::vector<market::CandleColumns> fine(count);
        std::vector<MatchEvent> byMinute;
        for (int i = 0; i < MINUTES; ++i) {
            m_market.nextBars(dice);
            for (std::size_t symbol = 0; symbol < count; ++symbol) {
                if (m_market.present[symbol])
                    fine[symbol].push(m_market.bars[symbol]);
            }
            matchBatch(m_market.batch(), m_market.rules, m_byMinute, byMinute);
            m_market.close();
        }
        std::vector<MatchEvent> byBar;
        matchBar(open, marks, fine, byBar);
        fills += std::count_if(byBar.begin(), byBar.end(),
                               [](const MatchEvent& event) { return std::holds_alternative<Fill>(event); });
        RC_ASSERT(wordsOf(byBar) == wordsOf(byMinute));
        RC_ASSERT(m_byBar.working == m_byMinute.working);
    }

    std::int64_t fills = 0;

private:
    void addOrders(Dice& dice)
    {
        if (m_byMinute.halt != Halt::None)
            return;
        for (std::int64_t i = dice.between(0, 3); i > 0; --i) {
            const Order order = randomOrder(dice, m_market, OrderId{++m_byMinute.lastOrder});
            m_byBar.lastOrder = m_byMinute.lastOrder;
            if (order.stop && *order.stop <= Price())
                continue;
            m_byMinute.working.push_back(order);
            m_byBar.working.push_back(order);
        }
    }

    void matchBar(Timestamp open, const std::vector<Price>& marks,
                  const std::vector<market::CandleColumns>& fine, std::vector<MatchEvent>& events)
    {
        std::vector<market::Candle> bars(fine.size());
        std::vector<std::uint8_t> present(fine.size());
        std::vector<FinerData> finer;
        for (std::size_t i = 0; i < fine.size(); ++i) {
            finer.push_back({&fine[i], BAR});
            present[i] = !fine[i].empty();
            if (!present[i])
                continue;
            bars[i] = fine[i].at(0);
            bars[i].high = *std::max_element(fine[i].high.begin(), fine[i].high.end());
            bars[i].low = *std::min_element(fine[i].low.begin(), fine[i].low.end());
            bars[i].close = fine[i].close.back();
        }
        matchBatch({open, BAR * MINUTES, m_market.instruments, bars, present, marks, CorrelationId{7}, finer},
                   m_market.rules, m_byBar, events);
    }

    Market m_market;
    Book m_byMinute;
    Book m_byBar;
};

} // namespace

/// A bar resolved by its minutes is what its minutes are.
class TestDetailProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(3'000); }
    void aResolvedBarFillsAsItsMinutesDo();
};

void TestDetailProperties::aResolvedBarFillsAsItsMinutesDo()
{
    std::int64_t fills = 0;
    QVERIFY(rc::check("a resolved bar fills as its minutes do", [&] {
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

QTEST_APPLESS_MAIN(TestDetailProperties)
#include "tst_detailproperties.moc"
