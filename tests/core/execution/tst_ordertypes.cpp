// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "matchdesk.h"

#include <QTest>

using namespace core;
using namespace core::execution;
using fixture::Desk;

namespace {

Order& stopLimit(Desk& desk, Side side, std::int64_t lots, std::int64_t stop, std::int64_t limit)
{
    Order& order = desk.place(side, OrderType::StopLimit, lots);
    order.stop = Price(stop);
    order.limit = Price(limit);
    return order;
}

Order& trailing(Desk& desk, Side side, std::int64_t lots, std::int64_t stop, std::int64_t distance)
{
    Order& order = desk.place(side, OrderType::TrailingStop, lots);
    order.stop = Price(stop);
    order.trail = Price(distance);
    return order;
}

/// A long of ten.
void goLong(Desk& desk)
{
    desk.order(Side::Buy, OrderType::Market, 1000);
    desk.flatBar(250);
}

} // namespace

/// Where each type of order fills on a bar's path, how long it works and what it pays.
class TestOrderTypes : public QObject
{
    Q_OBJECT

private slots:
    void aStopLimitFillsAtItsTriggerWhenItsLimitAllows();
    void aStopLimitMeetsOnlyTheRestOfThePath();
    void aStopLimitGappedBeyondBothRests();
    void aStopLimitGappedBetweenBothFillsAtTheOpen();
    void aTriggeredStopLimitSaysSo();
    void aTrailingStopFollowsThePriceAndKeepsItsPlace();
    void aTrailingStopOfAShortFollowsDown();
    void aTrailingStopPaysForAGap();
    void aTrailingStopMovedAndHitInOneBarIsAmbiguous();
    void aTrailingFractionCountsFromThePriceItTrails();
    void anImmediateOrderIsCancelledWhenItsFirstPriceDoesNotDo();
    void anImmediateOrderKeepsWhatItsFirstPriceFilled();
    void anImmediateOrderWaitsForItsSymbol();
    void aDatedOrderWorksUntilItsDate();
    void aDatedOrderDoesNotFillLaterInsideABar();
    void aDatedOrderExpiresInAGap();
    void aReduceOnlyOrderNeverTurnsThePosition();
    void aLimitThatWaitedPaysTheMakersRate();
    void aLimitMarketableAtFirstPaysTheTakersRateToItsEnd();
    void stopsAndMarketOrdersPayTheTakersRate();
    void touchIsEnoughWhenTheOptionSaysSo();
};

void TestOrderTypes::aStopLimitFillsAtItsTriggerWhenItsLimitAllows()
{
    Desk desk;
    stopLimit(desk, Side::Buy, 1000, 255, 258);
    desk.bar(250, 254, 249, 252);
    QVERIFY(desk.fills().empty());
    desk.bar(252, 260, 251, 259);
    const auto fills = desk.fills();
    QCOMPARE(fills.size(), 1U);
    QCOMPARE(fills[0].price.ticks(), 255);
    QVERIFY(fills[0].rule == FillRule::LimitBetter);
    QVERIFY(fills[0].liquidity == Liquidity::Taker);
}

void TestOrderTypes::aStopLimitMeetsOnlyTheRestOfThePath()
{
    // The bar trades below the limit only before the stop is reached.
    Desk desk;
    const OrderId id = stopLimit(desk, Side::Buy, 1000, 255, 252).id;
    desk.bar(254, 256, 251, 255);
    QVERIFY(desk.fills().empty() == true || desk.fills()[0].price.ticks() == 252);
    Desk low;
    const OrderId early = stopLimit(low, Side::Buy, 1000, 255, 252).id;
    low.bar(252, 256, 250, 256); // low first: 250 comes before the stop
    QVERIFY(low.fills().empty());
    QVERIFY(low.working(early)->triggered);
    low.bar(256, 257, 251, 253);
    QCOMPARE(low.fills().at(0).price.ticks(), 252);
    QVERIFY(low.fills().at(0).rule == FillRule::Limit);
    QVERIFY(low.fills().at(0).liquidity == Liquidity::Maker);
    // High first: the fall after the stop reaches the limit in the same bar.
    QVERIFY(desk.working(id) == nullptr);
}

void TestOrderTypes::aStopLimitGappedBeyondBothRests()
{
    Desk desk;
    const OrderId id = stopLimit(desk, Side::Buy, 1000, 255, 257).id;
    desk.bar(262, 264, 260, 261);
    QVERIFY(desk.fills().empty());
    QVERIFY(desk.working(id)->triggered);
    desk.bar(261, 262, 256, 258);
    QCOMPARE(desk.fills().at(0).price.ticks(), 257);
}

void TestOrderTypes::aStopLimitGappedBetweenBothFillsAtTheOpen()
{
    Desk desk;
    stopLimit(desk, Side::Short, 1000, 245, 240);
    desk.bar(243, 244, 230, 235);
    QCOMPARE(desk.fills().at(0).price.ticks(), 243);
    QVERIFY(desk.fills().at(0).rule == FillRule::LimitBetter);
}

void TestOrderTypes::aTriggeredStopLimitSaysSo()
{
    Desk desk;
    const OrderId id = stopLimit(desk, Side::Buy, 1000, 255, 250).id;
    desk.bar(252, 256, 251, 256);
    const Order step = desk.last(id);
    QVERIFY(step.triggered);
    QVERIFY(step.status == OrderStatus::Accepted);
}

void TestOrderTypes::aTrailingStopFollowsThePriceAndKeepsItsPlace()
{
    Desk desk;
    goLong(desk);
    const OrderId id = trailing(desk, Side::Sell, 1000, 240, 10).id;
    desk.bar(250, 270, 250, 268); // nothing below 260 after the high
    QVERIFY(desk.fills().empty());
    QCOMPARE(desk.working(id)->stop->ticks(), 260);
    desk.bar(268, 269, 262, 263);
    QVERIFY(desk.fills().empty());
    QCOMPARE(desk.working(id)->stop->ticks(), 260);
    desk.bar(263, 264, 255, 256);
    QCOMPARE(desk.fills().at(0).price.ticks(), 260);
    QVERIFY(desk.fills().at(0).rule == FillRule::Stop);
    QVERIFY(!desk.fills().at(0).ambiguous);
}

void TestOrderTypes::aTrailingStopOfAShortFollowsDown()
{
    Desk desk;
    desk.order(Side::Short, OrderType::Market, 1000);
    desk.flatBar(250);
    const OrderId id = trailing(desk, Side::Cover, 1000, 260, 10).id;
    desk.bar(250, 251, 230, 232);
    QCOMPARE(desk.working(id)->stop->ticks(), 240);
    desk.bar(232, 245, 232, 244);
    QCOMPARE(desk.fills().at(0).price.ticks(), 240);
    QVERIFY(desk.book.account.isFlat());
}

void TestOrderTypes::aTrailingStopPaysForAGap()
{
    Desk desk;
    goLong(desk);
    trailing(desk, Side::Sell, 1000, 245, 5);
    desk.bar(230, 235, 228, 233);
    QCOMPARE(desk.fills().at(0).price.ticks(), 230);
    QVERIFY(desk.fills().at(0).rule == FillRule::StopGap);
}

void TestOrderTypes::aTrailingStopMovedAndHitInOneBarIsAmbiguous()
{
    Desk desk;
    goLong(desk);
    trailing(desk, Side::Sell, 1000, 240, 10);
    desk.bar(250, 265, 246, 248); // low first: up to 265 pulls the stop to 255, the close is below
    QCOMPARE(desk.fills().at(0).price.ticks(), 255);
    QVERIFY(desk.fills().at(0).ambiguous);
    QCOMPARE(desk.happened<Ambiguity>().size(), 1U);
}

void TestOrderTypes::aTrailingFractionCountsFromThePriceItTrails()
{
    Desk desk;
    goLong(desk);
    Order& order = desk.place(Side::Sell, OrderType::TrailingStop, 1000);
    const OrderId id = order.id;
    order.stop = Price(245);
    order.trailFraction = 2'000'000; // 2 %
    desk.bar(250, 300, 250, 299);
    QCOMPARE(desk.working(id)->stop->ticks(), 294);
}

void TestOrderTypes::anImmediateOrderIsCancelledWhenItsFirstPriceDoesNotDo()
{
    Desk desk;
    Order& order = desk.place(Side::Buy, OrderType::Limit, 1000);
    const OrderId id = order.id;
    order.limit = Price(245);
    order.tif = TimeInForce::ImmediateOrCancel;
    desk.bar(250, 251, 240, 250);
    QVERIFY(desk.fills().empty());
    QVERIFY(desk.last(id).status == OrderStatus::Cancelled);
    QVERIFY(desk.last(id).reason == Reason::NotFilledAtOnce);
}

void TestOrderTypes::anImmediateOrderKeepsWhatItsFirstPriceFilled()
{
    Desk desk;
    desk.rules.participation = 10'000'000;
    desk.instrument().volumeUnit = market::VolumeUnit::Stated;
    Order& order = desk.place(Side::Buy, OrderType::Market, 1000);
    const OrderId id = order.id;
    order.tif = TimeInForce::ImmediateOrCancel;
    desk.bar(250, 251, 240, 250, 40.0);
    QCOMPARE(desk.fills().at(0).quantity.lots(), 400);
    QVERIFY(desk.last(id).status == OrderStatus::Cancelled);
    QVERIFY(desk.last(id).reason == Reason::NotFilledAtOnce);
    QCOMPARE(desk.last(id).filled.lots(), 400);
}

void TestOrderTypes::anImmediateOrderWaitsForItsSymbol()
{
    Desk desk;
    desk.place(Side::Buy, OrderType::Market, 1000).tif = TimeInForce::ImmediateOrCancel;
    const market::Candle none{};
    const std::uint8_t absent = 0;
    const BarBatch batch{desk.time, desk.length, std::span(&desk.instrument(), 1), std::span(&none, 1),
                         std::span(&absent, 1), std::span(&desk.mark, 1), CorrelationId{1}};
    matchBatch(batch, desk.rules, desk.book, desk.events);
    QCOMPARE(desk.book.working.size(), 1U);
    desk.flatBar(250);
    QCOMPARE(desk.fills().size(), 1U);
}

void TestOrderTypes::aDatedOrderWorksUntilItsDate()
{
    Desk desk;
    Order& order = desk.place(Side::Buy, OrderType::Limit, 1000);
    const OrderId id = order.id;
    order.limit = Price(240);
    order.tif = TimeInForce::GoodTillDate;
    order.expires = desk.time + std::chrono::minutes(2);
    const Timestamp expires = order.expires;
    desk.flatBar(250);
    QVERIFY(desk.working(id) != nullptr);
    desk.flatBar(250);
    const auto steps = desk.happened<OrderStep>();
    QCOMPARE(steps.size(), 1U);
    QVERIFY(steps[0].order.status == OrderStatus::Expired);
    QVERIFY(steps[0].order.reason == Reason::DateReached);
    QVERIFY(steps[0].time == expires);
    QVERIFY(desk.book.working.empty());
}

void TestOrderTypes::aDatedOrderDoesNotFillLaterInsideABar()
{
    const auto fillsOf = [](std::chrono::seconds good) {
        Desk desk;
        Order& order = desk.place(Side::Buy, OrderType::Limit, 1000);
        order.limit = Price(240);
        order.tif = TimeInForce::GoodTillDate;
        order.expires = desk.time + good;
        desk.bar(250, 251, 230, 250); // high first: 240 is reached half way through the second leg
        return desk.fills().size();
    };
    QCOMPARE(fillsOf(std::chrono::seconds(25)), 0U);
    QCOMPARE(fillsOf(std::chrono::seconds(35)), 1U);
}

void TestOrderTypes::aDatedOrderExpiresInAGap()
{
    Desk desk;
    Order& order = desk.place(Side::Buy, OrderType::Market, 1000);
    order.tif = TimeInForce::GoodTillDate;
    order.expires = desk.time + std::chrono::minutes(5);
    desk.time += std::chrono::hours(1);
    desk.flatBar(250);
    QVERIFY(desk.fills().empty());
    QVERIFY(desk.happened<OrderStep>().at(0).order.status == OrderStatus::Expired);
}

void TestOrderTypes::aReduceOnlyOrderNeverTurnsThePosition()
{
    Desk desk;
    goLong(desk);
    desk.place(Side::Short, OrderType::Market, 3000).reduceOnly = true;
    desk.flatBar(250);
    QCOMPARE(desk.fills().at(0).quantity.lots(), -1000);
    QVERIFY(desk.book.account.isFlat());
    QVERIFY(desk.book.working.empty());
}

void TestOrderTypes::aLimitThatWaitedPaysTheMakersRate()
{
    Desk desk;
    desk.rules.costs.maker = 50'000;
    desk.order(Side::Buy, OrderType::Limit, 1000, Price(240));
    desk.bar(250, 252, 245, 250);
    desk.bar(235, 236, 230, 235); // better than the limit, and yet it waited
    QVERIFY(desk.fills().at(0).rule == FillRule::LimitBetter);
    QCOMPARE(desk.fills().at(0).fee.count(), 1'175'000); // 0.05 % of 23.50
}

void TestOrderTypes::aLimitMarketableAtFirstPaysTheTakersRateToItsEnd()
{
    Desk desk;
    desk.rules.costs.maker = 50'000;
    desk.rules.participation = 10'000'000;
    desk.instrument().volumeUnit = market::VolumeUnit::Stated;
    desk.order(Side::Buy, OrderType::Limit, 1000, Price(260));
    desk.bar(250, 252, 245, 250, 40.0);
    QCOMPARE(desk.fills().at(0).fee.count(), 1'000'000); // 0.1 % of 10.00
    desk.bar(262, 263, 255, 262, 1e6);
    QCOMPARE(desk.fills().at(0).fee.count(), 1'560'000); // 0.1 % of 15.60
}

void TestOrderTypes::stopsAndMarketOrdersPayTheTakersRate()
{
    Desk desk;
    desk.rules.costs.maker = 0;
    goLong(desk);
    QCOMPARE(desk.fills().at(0).fee.count(), 2'500'000);
    desk.order(Side::Sell, OrderType::Stop, 1000, Price(240));
    desk.bar(250, 251, 240, 241);
    QCOMPARE(desk.fills().at(0).fee.count(), 2'400'000);
}

void TestOrderTypes::touchIsEnoughWhenTheOptionSaysSo()
{
    Desk desk;
    desk.rules.touch = true;
    desk.order(Side::Buy, OrderType::Limit, 1000, Price(240));
    desk.bar(250, 255, 240, 250);
    QCOMPARE(desk.fills().at(0).price.ticks(), 240);
    desk.order(Side::Buy, OrderType::Limit, 1000, Price(230));
    desk.bar(230, 235, 230, 235);
    QCOMPARE(desk.fills().at(0).price.ticks(), 230);
}

QTEST_APPLESS_MAIN(TestOrderTypes)
#include "tst_ordertypes.moc"
