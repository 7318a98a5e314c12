// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "matchdesk.h"

#include <QtTest>

using namespace core;
using namespace core::execution;
using fixture::Desk;

namespace {

constexpr std::int64_t CENT = 1;

QString text(Money money)
{
    return QString::fromStdString(money.toString());
}

} // namespace

/// The worked examples of the margin rules, to the last digit, and the price rules of the bar path.
class TestWorkedExamples : public QObject
{
    Q_OBJECT

private slots:
    void cutsAnEntryToWhatTheAccountCarries();
    void keepsALongAboveItsMaintenance();
    void refusesMoreWhenTheAccountIsFull();
    void grantsRestingEntriesInTheOrderTheyAreReached();
    void cutsAShortAndKnowsItsLiquidationPrice();
    void callsAnUnleveragedLossExactlyWhereTheRatioSays_data();
    void callsAnUnleveragedLossExactlyWhereTheRatioSays();
    void paysForAGapThroughAStop();
    void needsATradeThroughALimit();
    void flagsFillsThatDependOnTheOrderOfTheExtremes();
    void closesExactlyToZeroInUnevenParts();
};

void TestWorkedExamples::cutsAnEntryToWhatTheAccountCarries()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Market, 60 * 100 * CENT);
    desk.flatBar(250);
    const auto fills = desk.happened<Fill>();
    QCOMPARE(fills.size(), 1U);
    QCOMPARE(fills[0].quantity.lots(), 5991);
    QCOMPARE(text(fills[0].fee), QStringLiteral("0.14977500"));
    QCOMPARE(text(desk.book.account.cash()), QStringLiteral("-49.92477500"));
    QCOMPARE(desk.happened<MarginCut>().size(), 1U);
}

void TestWorkedExamples::keepsALongAboveItsMaintenance()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Market, 6000);
    desk.flatBar(250);
    desk.flatBar(150);
    const portfolio::Margin margin = desk.margin();
    QCOMPARE(text(portfolio::saturate(margin.equity)), QStringLiteral("39.94022500"));
    QCOMPARE(text(portfolio::saturate(margin.exposure())), QStringLiteral("89.86500000"));
    QVERIFY(std::abs(margin.level() - 0.444446) < 1e-5);
    QVERIFY(desk.happened<MarginCall>().empty());
    QVERIFY(std::abs(desk.liquidationPrice() - 49.924775 / (0.75 * 59.91)) < 1e-12);
}

void TestWorkedExamples::refusesMoreWhenTheAccountIsFull()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Market, 6000);
    desk.flatBar(250);
    desk.order(Side::Buy, OrderType::Market, 4000);
    desk.flatBar(250);
    QVERIFY(desk.happened<Fill>().empty());
    const auto steps = desk.happened<OrderStep>();
    QCOMPARE(steps.size(), 1U);
    QVERIFY(steps[0].order.reason == Reason::InsufficientMargin);
    QVERIFY(desk.book.working.empty());
}

void TestWorkedExamples::grantsRestingEntriesInTheOrderTheyAreReached()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Limit, 4166, Price(240));
    desk.order(Side::Buy, OrderType::Limit, 4347, Price(230));
    desk.bar(250, 250, 220, 230);
    const auto fills = desk.happened<Fill>();
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[0].quantity.lots(), 4166);
    QCOMPARE(fills[1].quantity.lots(), 2074);
    QVERIFY(desk.book.working.empty());
}

void TestWorkedExamples::cutsAShortAndKnowsItsLiquidationPrice()
{
    Desk desk;
    desk.order(Side::Short, OrderType::Market, 8000);
    desk.flatBar(250);
    QCOMPARE(desk.happened<Fill>().at(0).quantity.lots(), -7984);
    QCOMPARE(text(desk.happened<Fill>().at(0).fee), QStringLiteral("0.19960000"));
    QCOMPARE(text(desk.book.account.cash()), QStringLiteral("299.40040000"));
    QVERIFY(std::abs(desk.liquidationPrice() - 299.4004 / (1.25 * 79.84)) < 1e-12);
}

void TestWorkedExamples::callsAnUnleveragedLossExactlyWhereTheRatioSays_data()
{
    QTest::addColumn<bool>("isLong");
    QTest::addColumn<int>("safe");
    QTest::addColumn<int>("called");
    // 100 at price 1000: a 1.5× long falls to 444.44…, a 2× short rises to 1200.
    QTest::newRow("1.5x long at -55.56 %") << true << 445 << 444;
    QTest::newRow("2x short at +20.00 %") << false << 1200 << 1201;
}

void TestWorkedExamples::callsAnUnleveragedLossExactlyWhereTheRatioSays()
{
    QFETCH(bool, isLong);
    QFETCH(int, safe);
    QFETCH(int, called);
    Desk desk(0);
    desk.mark = Price(1000);
    desk.order(isLong ? Side::Buy : Side::Short, OrderType::Market, isLong ? 1500 : 2000);
    desk.flatBar(1000);
    QCOMPARE(desk.happened<Fill>().size(), 1U);
    desk.flatBar(safe);
    QVERIFY(desk.happened<MarginCall>().empty());
    // The call comes at the first tick beyond, wherever the bar goes later.
    const int far = isLong ? 300 : 1400;
    desk.bar(safe, std::max(safe, far), std::min(safe, far), far);
    QCOMPARE(desk.happened<MarginCall>().size(), 1U);
    QCOMPARE(desk.happened<Fill>().at(0).referencePrice.ticks(), called);
    QVERIFY(desk.book.account.isFlat());
    QVERIFY(desk.book.halt == Halt::Liquidated);
}

void TestWorkedExamples::paysForAGapThroughAStop()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Market, 1000);
    desk.flatBar(250);
    desk.order(Side::Sell, OrderType::Stop, 1000, Price(240));
    desk.bar(230, 235, 225, 230);
    const auto fills = desk.happened<Fill>();
    QCOMPARE(fills.size(), 1U);
    QVERIFY(fills[0].rule == FillRule::StopGap);
    QCOMPARE(fills[0].price.ticks(), 230);
}

void TestWorkedExamples::needsATradeThroughALimit()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Limit, 1000, Price(240));
    desk.bar(250, 255, 240, 250);
    QVERIFY(desk.happened<Fill>().empty());
    desk.bar(250, 255, 239, 250);
    QCOMPARE(desk.happened<Fill>().at(0).price.ticks(), 240);
    QVERIFY(desk.happened<Fill>().at(0).rule == FillRule::Limit);
}

void TestWorkedExamples::flagsFillsThatDependOnTheOrderOfTheExtremes()
{
    Desk desk;
    desk.order(Side::Buy, OrderType::Market, 1000);
    desk.flatBar(250);
    desk.order(Side::Sell, OrderType::Stop, 1000, Price(240));
    desk.order(Side::Sell, OrderType::Limit, 1000, Price(260));
    desk.bar(250, 270, 235, 250);
    const auto fills = desk.happened<Fill>();
    QCOMPARE(fills.size(), 1U);
    QCOMPARE(fills[0].price.ticks(), 240);
    QVERIFY(fills[0].ambiguous);
}

void TestWorkedExamples::closesExactlyToZeroInUnevenParts()
{
    Desk desk;
    const Money before = desk.book.account.cash();
    desk.order(Side::Buy, OrderType::Market, 1000);
    desk.flatBar(251);
    for (const std::int64_t lots : {333, 334, 333}) {
        desk.order(Side::Sell, OrderType::Market, lots);
        desk.flatBar(257);
    }
    const portfolio::Position& position = desk.book.account.position(0);
    QVERIFY(desk.book.account.isFlat());
    QCOMPARE(position.cost.count(), 0);
    QCOMPARE(position.entryFees.count(), 0);
    QCOMPARE(desk.book.account.realisedProfit().count(), (desk.book.account.cash() - before).count());
}

QTEST_APPLESS_MAIN(TestWorkedExamples)
#include "tst_workedexamples.moc"
