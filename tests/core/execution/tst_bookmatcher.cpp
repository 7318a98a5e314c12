// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "bookdesk.h"

using namespace fixture;

namespace {

const BookSide BIDS = {{249, 1'000}, {248, 1'000}, {245, 5'000}};
const BookSide ASKS = {{251, 1'000}, {252, 1'000}, {255, 5'000}};

} // namespace

/// Orders against a live book: 2.49 bid, 2.51 asked, unless a test says otherwise.
class TestBookMatcher : public QObject
{
    Q_OBJECT

private slots:
    void aBuyerPaysTheLevelsOneByOne();
    void aSellersAverageIsRoundedDown();
    void whatIsNotVisibleWaitsForTheNextUpdate();
    void twoOrdersDoNotTakeTheSameLevel();
    void accountsDoNotCompete();
    void aReversalClosesWithTheBestLevels();
    void whatIsGrantedIsWhatTheLevelsCost();
    void aMarketableLimitTakesUpToItsPrice();
    void aRestingLimitNeedsATradeThroughIt();
    void aTouchIsEnoughWhereTheRulesSaySo();
    void aTradeFillsNoMoreThanItsSize();
    void aCrossedLimitFillsAtItsOwnPrice();
    void stopsGoByTradesAlone();
    void aTriggeredStopLimitIsALimit();
    void aTrailingStopFollowsTrades();
    void immediateOrCancelTakesOneBook();
    void immediateOrCancelWaitsForABook();
    void aDatedOrderExpires();
    void nothingFillsWithoutASoundBook_data();
    void nothingFillsWithoutASoundBook();
    void aBracketComesToLifeWithItsEntry();
    void theMarkIsTheMidOfATightBook();
    void aWideBookIsMarkedByTheLastTrade();
    void anOldMarkOpensNothingAndReduces();
    void aCallWaitsForAFreshMark();
    void aLiquidationGoesOnUntilFlat();
    void aLiquidatedAccountTradesNoMore();
    void interestComesBeforeTheFills();
};

void TestBookMatcher::aBuyerPaysTheLevelsOneByOne()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 2'500);
    desk.book(BIDS, ASKS);
    const Fill fill = desk.onlyFill();
    // 10 at 2.51, 10 at 2.52 and 5 at 2.55: 2.522 on average.
    QCOMPARE(fill.notional, *Money::parse("63.05"));
    QCOMPARE(fill.price.ticks(), 253);
    QCOMPARE(fill.quantity.lots(), 2'500);
    QCOMPARE(fill.referencePrice.ticks(), 250);
    QCOMPARE(fill.spread, *Money::parse("0.25"));
    QCOMPARE(fill.slippage, *Money::parse("0.30"));
    QCOMPARE(fill.fee, *Money::parse("0.06305"));
    QCOMPARE(fill.cashAfter, *Money::parse("36.88695"));
    QVERIFY(fill.rule == FillRule::BookWalk);
    QVERIFY(fill.detail == Detail::Book);
    QVERIFY(fill.liquidity == Liquidity::Taker);
}

void TestBookMatcher::aSellersAverageIsRoundedDown()
{
    BookDesk desk;
    desk.place(Side::Short, OrderType::Market, 2'500);
    desk.book(BIDS, ASKS);
    const Fill fill = desk.onlyFill();
    // 10 at 2.49, 10 at 2.48 and 5 at 2.45: 2.478 on average.
    QCOMPARE(fill.notional, *Money::parse("61.95"));
    QCOMPARE(fill.price.ticks(), 247);
    QCOMPARE(fill.spread, *Money::parse("0.25"));
    QCOMPARE(fill.slippage, *Money::parse("0.30"));
}

void TestBookMatcher::whatIsNotVisibleWaitsForTheNextUpdate()
{
    BookDesk desk;
    const OrderId id = desk.place(Side::Buy, OrderType::Market, 2'500).id;
    desk.book(BIDS, {{251, 1'500}});
    QCOMPARE(desk.onlyFill().quantity.lots(), 1'500);
    QVERIFY(desk.working(id)->status == OrderStatus::PartlyFilled);
    // A trade changes nothing about what is visible.
    desk.print(251, 100);
    QVERIFY(desk.events.empty());
    desk.book(BIDS, {{252, 5'000}});
    QCOMPARE(desk.onlyFill().quantity.lots(), 1'000);
    QCOMPARE(desk.onlyFill().price.ticks(), 252);
    QVERIFY(!desk.working(id));
}

void TestBookMatcher::twoOrdersDoNotTakeTheSameLevel()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.book(BIDS, ASKS);
    QCOMPARE(desk.fills().size(), 2U);
    QCOMPARE(desk.fills()[0].price.ticks(), 251);
    QCOMPARE(desk.fills()[1].price.ticks(), 252);
    QCOMPARE(desk.fills()[1].slippage, *Money::parse("0.10"));
}

void TestBookMatcher::accountsDoNotCompete()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 1'000);
    Book other = desk.account;
    desk.book(BIDS, ASKS);
    std::vector<MatchEvent> events;
    const std::array<Price, 2> marks = {};
    matchBook({desk.time, 0, nullptr, desk.instruments, desk.markets, marks, CorrelationId{1}}, desk.rules,
              other, events);
    QCOMPARE(other.account.cash(), desk.account.account.cash());
    QCOMPARE(other.account.position(0).quantity.lots(), 1'000);
}

void TestBookMatcher::aReversalClosesWithTheBestLevels()
{
    BookDesk desk;
    desk.place(Side::Short, OrderType::Market, 1'000);
    desk.book(BIDS, ASKS);
    desk.place(Side::Buy, OrderType::Market, 2'000);
    desk.book(BIDS, ASKS);
    const Fill fill = desk.onlyFill();
    QCOMPARE(fill.notional, *Money::parse("50.30"));
    QCOMPARE(fill.price.ticks(), 252);
    // Closed at 2.51 what was sold at 2.49, with fees of 0.0249 and 0.0251.
    QCOMPARE(fill.realisedProfit, *Money::parse("-0.25"));
    QCOMPARE(desk.account.account.position(0).cost, *Money::parse("25.20"));
    QCOMPARE(desk.held(), 1'000);
}

void TestBookMatcher::whatIsGrantedIsWhatTheLevelsCost()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 7'000);
    desk.book(BIDS, ASKS);
    const Fill fill = desk.onlyFill();
    const auto cuts = desk.happened<MarginCut>();
    QCOMPARE(cuts.size(), 1U);
    QCOMPARE(cuts.front().granted.lots(), fill.quantity.lots());
    const portfolio::Margin margin = desk.margin();
    QVERIFY(margin.initial(desk.account.account.settings()) <= margin.equity);
    // One lot more costs its third level, and would take I beyond E.
    const Money lot = *Money::parse("0.0255");
    const Int128 mark = 2'500'000;
    const Int128 equity = margin.equity + mark - lot.count() - lot.count() / 1'000;
    portfolio::Margin after = margin;
    after.equity = equity;
    after.longExposure += mark;
    QVERIFY(after.initial(desk.account.account.settings()) > equity);
}

void TestBookMatcher::aMarketableLimitTakesUpToItsPrice()
{
    BookDesk desk;
    const OrderId id = desk.limit(Side::Buy, 2'500, 252);
    desk.book(BIDS, ASKS);
    const Fill fill = desk.onlyFill();
    QCOMPARE(fill.quantity.lots(), 2'000);
    QVERIFY(fill.rule == FillRule::BookWalk);
    QVERIFY(fill.liquidity == Liquidity::Taker);
    QCOMPARE(desk.working(id)->remaining().lots(), 500);
}

void TestBookMatcher::aRestingLimitNeedsATradeThroughIt()
{
    BookDesk desk;
    desk.rules.matching.costs.maker = 50'000;
    desk.limit(Side::Buy, 1'000, 250);
    desk.book(BIDS, ASKS);
    desk.print(250, 5'000);
    QVERIFY(desk.fills().empty());
    desk.print(249, 5'000);
    const Fill fill = desk.onlyFill();
    QCOMPARE(fill.price.ticks(), 250);
    QCOMPARE(fill.notional, *Money::parse("25"));
    QCOMPARE(fill.fee, *Money::parse("0.0125"));
    QCOMPARE(fill.slippage + fill.spread, Money());
    QVERIFY(fill.rule == FillRule::Limit);
    QVERIFY(fill.detail == Detail::Trades);
    QVERIFY(fill.liquidity == Liquidity::Maker);
}

void TestBookMatcher::aTouchIsEnoughWhereTheRulesSaySo()
{
    BookDesk desk;
    desk.rules.matching.touch = true;
    desk.limit(Side::Short, 1'000, 250);
    desk.book(BIDS, ASKS);
    desk.print(250, 5'000);
    QCOMPARE(desk.onlyFill().price.ticks(), 250);
}

void TestBookMatcher::aTradeFillsNoMoreThanItsSize()
{
    BookDesk desk;
    desk.limit(Side::Buy, 1'000, 250);
    desk.limit(Side::Buy, 1'000, 250);
    desk.book(BIDS, ASKS);
    desk.print(249, 1'200);
    QCOMPARE(desk.fills().size(), 2U);
    QCOMPARE(desk.fills()[0].quantity.lots(), 1'000);
    QCOMPARE(desk.fills()[1].quantity.lots(), 200);
}

void TestBookMatcher::aCrossedLimitFillsAtItsOwnPrice()
{
    BookDesk desk;
    desk.limit(Side::Buy, 1'000, 250);
    desk.book(BIDS, ASKS);
    QVERIFY(desk.fills().empty());
    desk.book({{248, 100}}, {{249, 300}, {250, 400}, {251, 5'000}});
    const Fill fill = desk.onlyFill();
    QCOMPARE(fill.price.ticks(), 250);
    QCOMPARE(fill.quantity.lots(), 700);
    QVERIFY(fill.detail == Detail::Book);
    QVERIFY(fill.liquidity == Liquidity::Maker);
}

void TestBookMatcher::stopsGoByTradesAlone()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.book(BIDS, ASKS);
    desk.place(Side::Sell, OrderType::Stop, 1'000).stop = Price(240);
    desk.book({{230, 5'000}}, {{231, 5'000}});
    QVERIFY(desk.fills().empty());
    desk.print(241, 100);
    QVERIFY(desk.fills().empty());
    desk.print(240, 100);
    QCOMPARE(desk.onlyFill().price.ticks(), 230);
    QVERIFY(desk.onlyFill().rule == FillRule::BookWalk);
    QCOMPARE(desk.held(), 0);
}

void TestBookMatcher::aTriggeredStopLimitIsALimit()
{
    BookDesk desk;
    Order& order = desk.place(Side::Buy, OrderType::StopLimit, 1'000);
    order.stop = Price(255);
    order.limit = Price(256);
    const OrderId id = order.id;
    desk.book({{255, 5'000}}, {{257, 5'000}});
    desk.print(255, 100);
    QVERIFY(desk.fills().empty());
    QVERIFY(desk.working(id)->triggered);
    desk.book({{254, 5'000}}, {{256, 5'000}});
    QCOMPARE(desk.onlyFill().price.ticks(), 256);
}

void TestBookMatcher::aTrailingStopFollowsTrades()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.book(BIDS, ASKS);
    Order& order = desk.place(Side::Sell, OrderType::TrailingStop, 1'000);
    order.trail = Price(10);
    order.stop = Price(240);
    desk.print(258, 100);
    desk.print(249, 100);
    QVERIFY(desk.fills().empty());
    desk.print(248, 100);
    QCOMPARE(desk.onlyFill().price.ticks(), 249);
}

void TestBookMatcher::immediateOrCancelTakesOneBook()
{
    BookDesk desk;
    Order& order = desk.place(Side::Buy, OrderType::Market, 2'500);
    order.tif = TimeInForce::ImmediateOrCancel;
    const OrderId id = order.id;
    desk.book(BIDS, {{251, 1'500}});
    QCOMPARE(desk.onlyFill().quantity.lots(), 1'500);
    QVERIFY(!desk.working(id));
    const Order last = desk.happened<OrderStep>().back().order;
    QVERIFY(last.status == OrderStatus::Cancelled);
    QVERIFY(last.reason == Reason::NotFilledAtOnce);
}

void TestBookMatcher::immediateOrCancelWaitsForABook()
{
    BookDesk desk;
    Order& order = desk.place(Side::Buy, OrderType::Market, 1'000);
    order.tif = TimeInForce::ImmediateOrCancel;
    desk.print(250, 100);
    QCOMPARE(desk.account.working.size(), 1U);
    desk.book(BIDS, ASKS);
    QCOMPARE(desk.onlyFill().quantity.lots(), 1'000);
}

void TestBookMatcher::aDatedOrderExpires()
{
    BookDesk desk;
    Order& order = desk.place(Side::Buy, OrderType::Market, 1'000);
    order.tif = TimeInForce::GoodTillDate;
    order.expires = desk.time + std::chrono::milliseconds(900);
    desk.book(BIDS, ASKS);
    QVERIFY(desk.fills().empty());
    QVERIFY(desk.happened<OrderStep>().back().order.status == OrderStatus::Expired);
}

void TestBookMatcher::nothingFillsWithoutASoundBook_data()
{
    QTest::addColumn<QString>("flaw");
    for (const char* flaw : {"doubted", "crossed", "stale", "no snapshot"})
        QTest::newRow(flaw) << QString::fromLatin1(flaw);
}

void TestBookMatcher::nothingFillsWithoutASoundBook()
{
    QFETCH(QString, flaw);
    BookDesk desk;
    if (flaw != QLatin1String("no snapshot"))
        desk.book(BIDS, ASKS);
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.limit(Side::Buy, 1'000, 252);
    if (flaw == QLatin1String("doubted"))
        desk.books[0].distrust();
    if (flaw == QLatin1String("stale"))
        desk.time += desk.rules.bookAge;
    if (flaw == QLatin1String("crossed"))
        desk.book({{252, 1'000}}, {{251, 1'000}});
    // Not even through a limit.
    desk.print(245, 5'000);
    QVERIFY(desk.events.empty());
    QCOMPARE(desk.account.working.size(), 2U);
    desk.book(BIDS, ASKS);
    QCOMPARE(desk.fills().size(), 2U);
}

void TestBookMatcher::aBracketComesToLifeWithItsEntry()
{
    BookDesk desk;
    Order& entry = desk.place(Side::Buy, OrderType::Market, 1'500);
    entry.stopLoss = Price(240);
    entry.takeProfit = Price(260);
    desk.book(BIDS, {{251, 1'000}});
    QCOMPARE(desk.account.working.size(), 3U);
    QCOMPARE(desk.account.working[1].size.lots(), 1'000);
    desk.book(BIDS, {{251, 1'000}});
    QCOMPARE(desk.account.working[0].remaining().lots(), 1'500);
    // A trade through the target takes half of it; the stop shrinks with it.
    desk.print(261, 500);
    QCOMPARE(desk.onlyFill().leg, BracketLeg::TakeProfit);
    QCOMPARE(desk.held(), 1'000);
    QCOMPARE(desk.account.working[0].remaining().lots(), 1'000);
    desk.print(240, 10);
    QVERIFY(desk.onlyFill().leg == BracketLeg::StopLoss);
    QCOMPARE(desk.held(), 0);
    QVERIFY(desk.account.working.empty());
}

void TestBookMatcher::theMarkIsTheMidOfATightBook()
{
    BookDesk desk;
    desk.print(200, 1);
    desk.book({{199, 1}}, {{201, 1}});
    QCOMPARE(desk.marks[0].ticks(), 200);
    desk.book({{1'990, 1}}, {{2'010, 1}});
    QCOMPARE(desk.marks[0].ticks(), 2'000);
}

void TestBookMatcher::aWideBookIsMarkedByTheLastTrade()
{
    BookDesk desk;
    desk.print(2'003, 1);
    desk.book({{1'989, 1}}, {{2'010, 1}});
    QCOMPARE(desk.marks[0].ticks(), 2'003);
    const SymbolMarket& market = desk.markets[0];
    QVERIFY(markOf(market, desk.rules, desk.time, desk.marks[0]).isFresh);
    const Timestamp later = desk.time + desk.rules.tradeAge;
    const Mark old = markOf(market, desk.rules, later, Price(2'001));
    QVERIFY(!old.isFresh);
    QCOMPARE(old.price.ticks(), 2'001);
}

void TestBookMatcher::anOldMarkOpensNothingAndReduces()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 500, 1);
    desk.book(BIDS, ASKS, 1);
    desk.place(Side::Short, OrderType::Market, 500);
    desk.book(BIDS, ASKS);
    // The second symbol falls silent.
    desk.time += desk.rules.bookAge;
    const OrderId id = desk.place(Side::Buy, OrderType::Market, 800).id;
    desk.book(BIDS, ASKS);
    QCOMPARE(desk.onlyFill().quantity.lots(), 500);
    QCOMPARE(desk.working(id)->remaining().lots(), 300);
    desk.book(BIDS, ASKS, 1);
    desk.book(BIDS, ASKS);
    QCOMPARE(desk.onlyFill().quantity.lots(), 300);
}

void TestBookMatcher::aCallWaitsForAFreshMark()
{
    BookDesk desk;
    desk.place(Side::Buy, OrderType::Market, 500, 1);
    desk.book({{250, 9'000}}, {{251, 9'000}}, 1);
    desk.place(Side::Buy, OrderType::Market, 5'000);
    desk.book({{250, 9'000}}, {{251, 9'000}});
    // The first symbol falls; what the second is worth by now is not known.
    desk.time += desk.rules.bookAge;
    desk.print(1, 1);
    QCOMPARE(desk.happened<MarginCallWaiting>().size(), 1U);
    QVERIFY(desk.happened<MarginCall>().empty());
    desk.print(1, 1);
    QVERIFY(desk.events.empty());
    desk.book({{250, 9'000}}, {{251, 9'000}}, 1);
    QCOMPARE(desk.happened<MarginCall>().size(), 1U);
    // Positions are closed as their books come.
    QCOMPARE(desk.onlyFill().symbol, 1U);
    desk.book({{1, 9'000}}, {{2, 9'000}});
    QCOMPARE(desk.onlyFill().symbol, 0U);
    QCOMPARE(desk.happened<Liquidated>().size(), 1U);
}

void TestBookMatcher::aLiquidationGoesOnUntilFlat()
{
    BookDesk desk;
    desk.rules.matching.costs.liquidationFee = 500'000;
    desk.place(Side::Buy, OrderType::Market, 5'800);
    desk.book({{250, 9'000}}, {{251, 9'000}});
    desk.limit(Side::Buy, 100, 50);
    desk.book({{100, 2'000}}, {{101, 9'000}});
    QCOMPARE(desk.happened<MarginCall>().size(), 1U);
    QCOMPARE(desk.onlyFill().quantity.lots(), -2'000);
    QVERIFY(desk.onlyFill().rule == FillRule::Liquidation);
    QCOMPARE(desk.onlyFill().liquidationFee, *Money::parse("0.10"));
    QVERIFY(desk.account.halt == Halt::Liquidating);
    QVERIFY(desk.account.working.empty());
    desk.print(100, 10);
    QVERIFY(desk.fills().empty());
    // Dearer again: a close goes to zero all the same.
    desk.book({{300, 9'000}}, {{301, 9'000}});
    QCOMPARE(desk.onlyFill().quantity.lots(), -3'800);
    QCOMPARE(desk.onlyFill().price.ticks(), 300);
    QVERIFY(desk.account.halt == Halt::Liquidated);
    QCOMPARE(desk.happened<Liquidated>().front().badDebt, Money());
}

void TestBookMatcher::aLiquidatedAccountTradesNoMore()
{
    BookDesk desk;
    desk.account.halt = Halt::Liquidated;
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.book(BIDS, ASKS);
    QVERIFY(desk.events.empty());
}

void TestBookMatcher::interestComesBeforeTheFills()
{
    BookDesk desk;
    desk.rules.matching.costs.borrow.cashRate = 100'000'000;
    desk.place(Side::Buy, OrderType::Market, 5'000);
    desk.book({{250, 9'000}}, {{251, 9'000}});
    desk.place(Side::Sell, OrderType::Market, 5'000);
    desk.time += std::chrono::hours(1);
    desk.book({{250, 9'000}}, {{251, 9'000}});
    const auto* first = std::get_if<portfolio::LedgerEntry>(&desk.events.front());
    QVERIFY(first && first->kind == portfolio::EntryKind::BorrowInterest);
    QVERIFY(first->cash < Money());
}

QTEST_APPLESS_MAIN(TestBookMatcher)
#include "tst_bookmatcher.moc"
