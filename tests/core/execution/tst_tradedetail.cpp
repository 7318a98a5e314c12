// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "finebars.h"

#include <QTest>

using namespace fixture;

namespace {

/// A trade so many milliseconds after its bar's open.
struct Print {
    int milliseconds = 0;
    std::int64_t price = 0;
    std::int64_t size = 1'000;
};

market::TradeColumns tradesOf(Timestamp open, const std::vector<Print>& prints)
{
    market::TradeColumns trades;
    for (const Print& print : prints)
        trades.push({open + std::chrono::milliseconds(print.milliseconds), Price(print.price), Quantity(print.size),
                     market::TakerSide::Unknown, 0});
    return trades;
}

market::Candle sumOf(Timestamp open, const market::TradeColumns& trades)
{
    const auto [low, high] = std::minmax_element(trades.price.begin(), trades.price.end());
    return {open, trades.price.front(), *high, *low, trades.price.back(), 0.0, static_cast<std::int32_t>(trades.count())};
}

/// A desk whose minutes are known trade by trade.
class TradeDesk : public Desk
{
public:
    void trades(const std::vector<Print>& prints)
    {
        tradesUnder(sumOf(time, tradesOf(time, prints)), prints);
    }
    /// A bar of its own, whatever its trades say.
    void tradesUnder(const market::Candle& bar, const std::vector<Print>& prints)
    {
        const auto columns = tradesOf(time, prints);
        finer.trades = &columns;
        this->bar(bar.open.ticks(), bar.high.ticks(), bar.low.ticks(), bar.close.ticks(), volume);
        finer.trades = nullptr;
    }

    double volume = 0.0;
};

/// Ten XRP from 2.50, stopped out at 2.40 and content with 2.60.
TradeDesk bracketed()
{
    TradeDesk desk;
    Order& entry = desk.place(Side::Buy, OrderType::Market, 1'000);
    entry.stopLoss = Price(240);
    entry.takeProfit = Price(260);
    desk.trades({{0, 250}});
    return desk;
}

Timestamp after(Timestamp open, int milliseconds)
{
    return open + std::chrono::milliseconds(milliseconds);
}

} // namespace

/// Trades say what happened inside a bar, one after the other.
class TestTradeDetail : public QObject
{
    Q_OBJECT

private slots:
    void tradesDecideBetweenStopAndTarget_data()
    {
        QTest::addColumn<bool>("fallsFirst");
        QTest::addColumn<qint64>("price");
        QTest::newRow("stopped out") << true << qint64(240);
        QTest::newRow("target") << false << qint64(260);
    }

    void tradesDecideBetweenStopAndTarget()
    {
        QFETCH(bool, fallsFirst);
        QFETCH(qint64, price);
        TradeDesk desk = bracketed();
        if (fallsFirst)
            desk.trades({{0, 250}, {100, 240}, {200, 265}, {300, 250}});
        else
            desk.trades({{0, 250}, {100, 265}, {200, 240}, {300, 250}});
        QCOMPARE(desk.fills().size(), 1U);
        const Fill fill = desk.fills().front();
        QCOMPARE(fill.price.ticks(), price);
        QVERIFY(fill.detail == Detail::Trades);
        QVERIFY(!fill.ambiguous);
        QVERIFY(desk.happened<Ambiguity>().empty());
    }

    void aMarketOrderTakesTheFirstTradeAtItsTime()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Market, 1'000);
        const Timestamp open = desk.time;
        desk.trades({{17, 255}, {20, 250}});
        QCOMPARE(desk.fills().front().price.ticks(), 255);
        QVERIFY(desk.fills().front().time == after(open, 17));
    }

    void aStopPaysWhatWasTraded()
    {
        TradeDesk desk = bracketed();
        const Timestamp open = desk.time;
        desk.trades({{0, 250}, {1'000, 231}, {2'000, 250}});
        const Fill fill = desk.fills().front();
        QVERIFY(fill.rule == FillRule::StopGap);
        QCOMPARE(fill.price.ticks(), 231);
        QVERIFY(fill.time == after(open, 1'000));
    }

    void aRestingLimitGetsItsOwnPrice()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Limit, 1'000, Price(240));
        desk.trades({{0, 250}, {500, 231}, {600, 250}});
        const Fill fill = desk.fills().front();
        QVERIFY(fill.rule == FillRule::Limit);
        QCOMPARE(fill.price.ticks(), 240);
        QVERIFY(fill.liquidity == Liquidity::Maker);
    }

    void aMarketableLimitGetsTheBetterPrice()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Limit, 1'000, Price(260));
        desk.trades({{0, 250}});
        QVERIFY(desk.fills().front().rule == FillRule::LimitBetter);
        QCOMPARE(desk.fills().front().price.ticks(), 250);
        QVERIFY(desk.fills().front().liquidity == Liquidity::Taker);
    }

    void theRestOfAMarketableLimitGoesOnAtTheMarket()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Limit, 1'000, Price(260));
        desk.trades({{0, 250, 10}, {1, 251, 2'000}});
        QCOMPARE(desk.fills().size(), 2U);
        QCOMPARE(desk.fills()[1].price.ticks(), 251);
        QCOMPARE(desk.fills()[1].quantity.lots(), 990);
    }

    void aLimitIsNotFilledByATradeAtItsPrice()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Limit, 1'000, Price(240));
        desk.trades({{0, 250}, {1, 240}, {2, 250}});
        QVERIFY(desk.fills().empty());
    }

    void aTouchIsEnoughWhereTheRulesSaySo()
    {
        TradeDesk desk;
        desk.rules.touch = true;
        desk.order(Side::Buy, OrderType::Limit, 1'000, Price(240));
        desk.trades({{0, 250}, {1, 240}, {2, 250}});
        QCOMPARE(desk.fills().front().price.ticks(), 240);
    }

    void aLimitFillsAsFarAsTradesGoThroughIt()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Limit, 1'000, Price(240));
        desk.trades({{0, 250}, {1, 239, 300}, {2, 239, 500}, {3, 250}});
        QCOMPARE(desk.fills().size(), 2U);
        QCOMPARE(desk.fills()[0].quantity.lots(), 300);
        QCOMPARE(desk.fills()[1].quantity.lots(), 500);
    }

    void oneTradeFillsTwoLimitsOnlyOnce()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Limit, 400, Price(240));
        desk.order(Side::Buy, OrderType::Limit, 400, Price(240));
        desk.trades({{0, 250}, {1, 239, 500}, {2, 250}});
        QCOMPARE(desk.fills().size(), 2U);
        QCOMPARE(desk.fills()[0].quantity.lots(), 400);
        QCOMPARE(desk.fills()[1].quantity.lots(), 100);
    }

    void tradesOfOneTimeComeInTheirOrder()
    {
        TradeDesk desk = bracketed();
        desk.trades({{0, 250}, {700, 265}, {700, 235}, {700, 250}});
        QCOMPARE(desk.fills().size(), 1U);
        QCOMPARE(desk.fills().front().price.ticks(), 260);
    }

    void aTrailingStopFollowsEveryTrade()
    {
        TradeDesk desk = bracketed();
        desk.book.working.clear();
        Order& trailing = desk.place(Side::Sell, OrderType::TrailingStop, 1'000);
        trailing.trail = Price(5);
        trailing.stop = Price(245);
        desk.trades({{0, 250}, {1, 258}, {2, 254}, {3, 259}, {4, 253}, {5, 262}});
        QCOMPARE(desk.fills().size(), 1U);
        // Pulled to 254 by 259, and 253 lies beyond it.
        QCOMPARE(desk.fills().front().price.ticks(), 253);
        QVERIFY(!desk.fills().front().ambiguous);
    }

    void theWorstCaseNeedsNoGuessing()
    {
        TradeDesk desk;
        desk.rules.worstCase = true;
        Order& entry = desk.place(Side::Buy, OrderType::Market, 1'000);
        entry.stopLoss = Price(240);
        entry.takeProfit = Price(260);
        desk.trades({{0, 235}, {1, 250}, {2, 265}});
        // Stopped out where it bought, below its stop: what the first trade says.
        QCOMPARE(desk.fills().size(), 2U);
        QCOMPARE(desk.fills()[1].price.ticks(), 235);
        TradeDesk other;
        other.rules.worstCase = true;
        Order& later = other.place(Side::Buy, OrderType::Market, 1'000);
        later.stopLoss = Price(240);
        later.takeProfit = Price(260);
        other.trades({{0, 250}, {1, 265}, {2, 239}});
        QCOMPARE(other.fills()[1].price.ticks(), 260);
    }

    void aCallComesWithTheTradeThatBringsIt()
    {
        TradeDesk desk;
        desk.order(Side::Buy, OrderType::Market, 5'900);
        desk.trades({{0, 250}});
        const Timestamp open = desk.time;
        // Bought 59 XRP: called when 0.75 × 59 × price falls below what is borrowed, at 1.08.
        desk.trades({{0, 250}, {40'000, 107}, {50'000, 200}});
        const auto calls = desk.happened<MarginCall>();
        QCOMPARE(calls.size(), 1U);
        QVERIFY(calls.front().time == after(open, 40'000));
        QCOMPARE(desk.fills().back().price.ticks(), 107);
        QVERIFY(desk.fills().back().detail == Detail::Trades);
    }

    void participationIsOfTheWholeBar()
    {
        TradeDesk desk;
        desk.instrument().volumeUnit = market::VolumeUnit::Stated;
        desk.rules.participation = 10'000'000;
        desk.volume = 40.0;
        desk.order(Side::Buy, OrderType::Market, 2'000);
        desk.trades({{0, 250}, {1, 250}});
        QCOMPARE(desk.fills().size(), 1U);
        QCOMPARE(desk.fills().front().quantity.lots(), 400);
    }

    void aDatedOrderExpiresBetweenTrades()
    {
        TradeDesk desk;
        Order& dated = desk.place(Side::Buy, OrderType::Limit, 1'000);
        dated.limit = Price(240);
        dated.tif = TimeInForce::GoodTillDate;
        dated.expires = after(desk.time, 300);
        const OrderId id = dated.id;
        desk.trades({{0, 250}, {400, 235}});
        QVERIFY(desk.fills().empty());
        QVERIFY(desk.last(id).status == OrderStatus::Expired);
    }

    void tradesThatDoNotAddUpGiveWayToCandles()
    {
        TradeDesk desk = bracketed();
        const market::Candle bar{desk.time, Price(250), Price(265), Price(238), Price(250), 0.0, 0};
        const auto fine = columnsOf(desk.time, {{0, 250, 265, 238, 250}}, 0.0);
        desk.finer.candles = &fine;
        desk.finer.length = MINUTE;
        desk.tradesUnder(bar, {{0, 250}, {1, 264}, {2, 238}, {3, 250}});
        const auto refused = desk.happened<DetailRefused>();
        QCOMPARE(refused.size(), 1U);
        QVERIFY(refused.front().detail == Detail::Trades);
        QVERIFY(desk.fills().front().detail == Detail::Candles);
    }

    void aBarWithoutTradesIsNoDisagreement()
    {
        TradeDesk desk = bracketed();
        desk.tradesUnder({desk.time, Price(250), Price(250), Price(239), Price(250), 0.0, 0}, {});
        QVERIFY(desk.happened<DetailRefused>().empty());
        QVERIFY(desk.fills().front().detail == Detail::Path);
    }

    void aSymbolWithoutTradesWalksItsPathBeside()
    {
        FinePair pair;
        pair.hold(0, 100);
        pair.hold(1, 100);
        pair.order(0, Side::Sell, OrderType::Stop, 100, 90);
        pair.order(1, Side::Sell, OrderType::Limit, 100, 120);
        const Timestamp open = pair.time;
        const auto trades = tradesOf(open, {{0, 100}, {7'777, 101}, {240'000, 80}});
        // The second rises from 100 to 130 in the last third of its five minutes.
        const market::Candle bar{open, Price(100), Price(130), Price(100), Price(130), 0.0, 0};
        pair.batch({sumOf(open, trades), bar}, {FinerData{nullptr, {}, &trades}, FinerData{}});
        const auto fills = pair.fills();
        QCOMPARE(fills.size(), 2U);
        QCOMPARE(fills[0].symbol, 1U);
        QVERIFY(fills[0].detail == Detail::Path);
        QVERIFY(fills[0].time == open + MINUTE * 5 / 3 + MINUTE * 10 / 9);
        QCOMPARE(fills[1].symbol, 0U);
        QVERIFY(fills[1].time == after(open, 240'000));
    }
};

QTEST_APPLESS_MAIN(TestTradeDetail)
#include "tst_tradedetail.moc"
