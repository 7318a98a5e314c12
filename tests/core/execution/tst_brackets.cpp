// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "matchdesk.h"

#include <QTest>

using namespace core;
using namespace core::execution;
using fixture::Desk;

namespace {

/// An entry with its pair.
Order& entry(Desk& desk, Side side, std::int64_t lots, std::int64_t stopLoss, std::int64_t takeProfit)
{
    Order& order = desk.place(side, OrderType::Market, lots);
    if (stopLoss > 0)
        order.stopLoss = Price(stopLoss);
    if (takeProfit > 0)
        order.takeProfit = Price(takeProfit);
    return order;
}

/// The working leg of that kind; nullptr when there is none.
const Order* leg(const Desk& desk, BracketLeg kind)
{
    for (const Order& order : desk.book.working) {
        if (order.leg == kind)
            return &order;
    }
    return nullptr;
}

} // namespace

/// The pair that protects what an entry opened, from its fill on.
class TestBrackets : public QObject
{
    Q_OBJECT

private slots:
    void thePairComesToLifeWithTheFill();
    void oneCancelsTheOther();
    void thePairOfAShortLiesTheOtherWay();
    void anEntryThatFillsInPartsGrowsItsPair();
    void aPartialExitShrinksThePair();
    void aPartialFillOfOneHalfShrinksTheOther();
    void closingThePositionCancelsThePair();
    void onlyWhatWasOpenedIsProtected();
    void turningThePositionEndsTheOldPair();
    void anEntryInsideTheBarMeetsItsStopOnTheRestOfThePath();
    void anEntryThatGapsBeyondItsStopIsStoppedAtOnce();
    void anEntryThatGapsBeyondItsTargetTakesIt();
    void theWorstCaseStopsOutWhateverThePathSays();
    void theWorstCaseTakesNoTargetInTheEntrysBar();
    void aMarginCallCancelsThePair();
    void aCutEntryIsProtectedAsFarAsItFilled();
};

void TestBrackets::thePairComesToLifeWithTheFill()
{
    Desk desk;
    const OrderId id = entry(desk, Side::Buy, 1000, 240, 270).id;
    desk.flatBar(250);
    const Order* stop = leg(desk, BracketLeg::StopLoss);
    const Order* target = leg(desk, BracketLeg::TakeProfit);
    QVERIFY(stop && target);
    QVERIFY(stop->type == OrderType::Stop && *stop->stop == Price(240) && stop->side == Side::Sell);
    QVERIFY(target->type == OrderType::Limit && *target->limit == Price(270));
    QVERIFY(stop->parent == id && target->parent == id);
    QCOMPARE(stop->size.lots(), 1000);
    QVERIFY(id < stop->id && stop->id < target->id);
    // Each has its step, and they come after the fill.
    QCOMPARE(desk.happened<OrderStep>().size(), 3U);
    QVERIFY(std::holds_alternative<Fill>(desk.events.front()));
}

void TestBrackets::oneCancelsTheOther()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.flatBar(250);
    const OrderId stop = leg(desk, BracketLeg::StopLoss)->id;
    desk.bar(250, 275, 249, 274);
    QCOMPARE(desk.fills().size(), 1U);
    QCOMPARE(desk.fills()[0].price.ticks(), 270);
    QVERIFY(desk.fills()[0].leg == BracketLeg::TakeProfit);
    QVERIFY(desk.last(stop).status == OrderStatus::Cancelled);
    QVERIFY(desk.last(stop).reason == Reason::OneCancelsOther);
    QVERIFY(desk.book.account.isFlat() && desk.book.working.empty());
}

void TestBrackets::thePairOfAShortLiesTheOtherWay()
{
    Desk desk;
    entry(desk, Side::Short, 1000, 260, 230);
    desk.flatBar(250);
    QVERIFY(leg(desk, BracketLeg::StopLoss)->side == Side::Cover);
    desk.bar(250, 262, 249, 261);
    QCOMPARE(desk.fills().at(0).price.ticks(), 260);
    QVERIFY(desk.book.account.isFlat() && desk.book.working.empty());
}

void TestBrackets::anEntryThatFillsInPartsGrowsItsPair()
{
    Desk desk;
    desk.rules.participation = 10'000'000;
    desk.instrument().volumeUnit = market::VolumeUnit::Stated;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.bar(250, 250, 250, 250, 40.0);
    const OrderId stop = leg(desk, BracketLeg::StopLoss)->id;
    QCOMPARE(desk.working(stop)->size.lots(), 400);
    desk.bar(250, 250, 250, 250, 1e6);
    QCOMPARE(desk.working(stop)->size.lots(), 1000);
    QCOMPARE(leg(desk, BracketLeg::TakeProfit)->size.lots(), 1000);
    QCOMPARE(desk.book.working.size(), 2U);
}

void TestBrackets::aPartialExitShrinksThePair()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.flatBar(250);
    desk.order(Side::Sell, OrderType::Market, 300);
    desk.flatBar(252);
    QCOMPARE(leg(desk, BracketLeg::StopLoss)->remaining().lots(), 700);
    QCOMPARE(leg(desk, BracketLeg::TakeProfit)->remaining().lots(), 700);
    desk.bar(252, 253, 235, 236);
    QCOMPARE(desk.fills().at(0).quantity.lots(), -700);
    QVERIFY(desk.book.account.isFlat());
}

void TestBrackets::aPartialFillOfOneHalfShrinksTheOther()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.flatBar(250);
    desk.rules.participation = 10'000'000;
    desk.instrument().volumeUnit = market::VolumeUnit::Stated;
    // The target fills in part before the same bar reaches the stop.
    desk.bar(266, 275, 235, 236, 40.0);
    QCOMPARE(desk.fills().size(), 1U);
    QCOMPARE(desk.fills()[0].quantity.lots(), -400);
    QCOMPARE(leg(desk, BracketLeg::StopLoss)->remaining().lots(), 600);
    desk.bar(236, 237, 236, 237, 1e6);
    QCOMPARE(desk.fills().at(0).quantity.lots(), -600);
    QVERIFY(desk.book.account.isFlat() && desk.book.working.empty());
}

void TestBrackets::closingThePositionCancelsThePair()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.flatBar(250);
    const OrderId stop = leg(desk, BracketLeg::StopLoss)->id;
    desk.order(Side::Sell, OrderType::Market, 1000);
    desk.flatBar(250);
    QVERIFY(desk.last(stop).reason == Reason::PositionClosed);
    QVERIFY(desk.book.working.empty());
}

void TestBrackets::onlyWhatWasOpenedIsProtected()
{
    Desk desk;
    desk.order(Side::Short, OrderType::Market, 400);
    desk.flatBar(250);
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.flatBar(250);
    QCOMPARE(desk.held(), 600);
    QCOMPARE(leg(desk, BracketLeg::StopLoss)->size.lots(), 600);
    // What only reduces brings no pair at all.
    Desk other;
    other.order(Side::Short, OrderType::Market, 1000);
    other.flatBar(250);
    entry(other, Side::Buy, 400, 240, 270);
    other.flatBar(250);
    QVERIFY(other.book.working.empty());
}

void TestBrackets::turningThePositionEndsTheOldPair()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.flatBar(250);
    const OrderId old = leg(desk, BracketLeg::StopLoss)->id;
    entry(desk, Side::Short, 1500, 260, 230);
    desk.flatBar(250);
    QCOMPARE(desk.held(), -500);
    QVERIFY(desk.working(old) == nullptr);
    QCOMPARE(desk.book.working.size(), 2U);
    QVERIFY(leg(desk, BracketLeg::StopLoss)->side == Side::Cover);
    QCOMPARE(leg(desk, BracketLeg::StopLoss)->size.lots(), 500);
}

void TestBrackets::anEntryInsideTheBarMeetsItsStopOnTheRestOfThePath()
{
    Desk desk;
    Order& order = desk.place(Side::Buy, OrderType::Stop, 1000);
    order.stop = Price(255);
    order.stopLoss = Price(247);
    // High first: in at 255, then down through the stop.
    desk.bar(252, 256, 240, 250);
    QCOMPARE(desk.fills().size(), 2U);
    QCOMPARE(desk.fills()[1].price.ticks(), 247);
    QVERIFY(desk.fills()[1].time > desk.fills()[0].time);
    // Low first: it was down there before it was in.
    Desk later;
    Order& second = later.place(Side::Buy, OrderType::Stop, 1000);
    second.stop = Price(260);
    second.stopLoss = Price(247);
    later.bar(250, 262, 246, 258);
    QCOMPARE(later.fills().size(), 1U);
    QVERIFY(leg(later, BracketLeg::StopLoss) != nullptr);
}

void TestBrackets::anEntryThatGapsBeyondItsStopIsStoppedAtOnce()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.bar(235, 236, 230, 234);
    QCOMPARE(desk.fills().size(), 2U);
    QCOMPARE(desk.fills()[1].price.ticks(), 235);
    QVERIFY(desk.fills()[1].rule == FillRule::StopGap);
    QVERIFY(desk.book.account.isFlat() && desk.book.working.empty());
}

void TestBrackets::anEntryThatGapsBeyondItsTargetTakesIt()
{
    Desk desk;
    entry(desk, Side::Buy, 1000, 240, 270);
    desk.bar(275, 276, 272, 274);
    QCOMPARE(desk.fills().size(), 2U);
    QCOMPARE(desk.fills()[1].price.ticks(), 275);
    QVERIFY(desk.fills()[1].rule == FillRule::LimitBetter);
}

void TestBrackets::theWorstCaseStopsOutWhateverThePathSays()
{
    Desk desk;
    desk.rules.worstCase = true;
    Order& order = desk.place(Side::Buy, OrderType::Stop, 1000);
    order.stop = Price(260);
    order.stopLoss = Price(247);
    desk.bar(250, 262, 246, 258);
    QCOMPARE(desk.fills().size(), 2U);
    QCOMPARE(desk.fills()[1].price.ticks(), 247);
    QVERIFY(desk.book.account.isFlat());
    // A bar that does not reach it leaves it working.
    Desk calm;
    calm.rules.worstCase = true;
    entry(calm, Side::Buy, 1000, 240, 0);
    calm.bar(250, 262, 246, 258);
    QCOMPARE(calm.fills().size(), 1U);
}

void TestBrackets::theWorstCaseTakesNoTargetInTheEntrysBar()
{
    Desk desk;
    desk.rules.worstCase = true;
    entry(desk, Side::Buy, 1000, 0, 270);
    desk.bar(250, 280, 249, 275);
    QCOMPARE(desk.fills().size(), 1U);
    desk.flatBar(275);
    QCOMPARE(desk.fills().at(0).price.ticks(), 275);
    QVERIFY(desk.fills()[0].rule == FillRule::LimitBetter);
}

void TestBrackets::aMarginCallCancelsThePair()
{
    Desk desk(0);
    Order& order = desk.place(Side::Buy, OrderType::Market, 6000);
    order.stopLoss = Price(100);
    desk.flatBar(250);
    const OrderId stop = leg(desk, BracketLeg::StopLoss)->id;
    desk.bar(105, 106, 104, 105);
    QVERIFY(desk.book.halt == Halt::Liquidated);
    QVERIFY(desk.last(stop).reason == Reason::Liquidating);
}

void TestBrackets::aCutEntryIsProtectedAsFarAsItFilled()
{
    Desk desk;
    entry(desk, Side::Buy, 6000, 240, 0);
    desk.flatBar(250);
    QCOMPARE(desk.held(), 5991);
    QCOMPARE(leg(desk, BracketLeg::StopLoss)->size.lots(), 5991);
}

QTEST_APPLESS_MAIN(TestBrackets)
#include "tst_brackets.moc"
