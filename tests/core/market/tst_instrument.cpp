// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/instrument.h"

#include <QTest>

#include <limits>

#include <rapidcheck.h>

using namespace core;
using namespace core::market;

namespace {

Instrument instrument(int priceDecimals, int lotDecimals)
{
    Instrument result;
    result.priceDecimals = priceDecimals;
    result.lotDecimals = lotDecimals;
    return result;
}

} // namespace

class TestInstrument : public QObject
{
    Q_OBJECT
private slots:
    void notionalIsPriceTimesSize_data();
    void notionalIsPriceTimesSize();
    void notionalRoundsOnceHalfEven();
    void notionalKeepsItsSign();
    void notionalReportsOverflow();
    void writesOnItsGrids();
};

void TestInstrument::notionalIsPriceTimesSize_data()
{
    QTest::addColumn<int>("priceDecimals");
    QTest::addColumn<int>("lotDecimals");
    QTest::addColumn<qlonglong>("ticks");
    QTest::addColumn<qlonglong>("lots");
    QTest::addColumn<QString>("money");
    QTest::newRow("one bitcoin") << 2 << 8 << 4631950LL << 100000000LL << QStringLiteral("46319.50000000");
    QTest::newRow("a satoshi") << 1 << 8 << 463195LL << 1LL << QStringLiteral("0.00046320"); // .463195, half: even
    QTest::newRow("whole lots") << 0 << 0 << 7LL << 6LL << QStringLiteral("42.00000000");
    QTest::newRow("the finest grids") << 12 << 12 << 1000000000000LL << 2500000000000LL
                                      << QStringLiteral("2.50000000");
    QTest::newRow("sold") << 2 << 2 << 150LL << -200LL << QStringLiteral("-3.00000000");
}

void TestInstrument::notionalIsPriceTimesSize()
{
    QFETCH(int, priceDecimals);
    QFETCH(int, lotDecimals);
    QFETCH(qlonglong, ticks);
    QFETCH(qlonglong, lots);
    QFETCH(QString, money);
    const Money found = notional(instrument(priceDecimals, lotDecimals), Price(ticks), Quantity(lots));
    QCOMPARE(QString::fromStdString(found.toString()), money);
}

void TestInstrument::notionalRoundsOnceHalfEven()
{
    const Instrument cents = instrument(2, 8); // One tick·lot is 1e-10: a hundredth of a money unit.
    QCOMPARE(notional(cents, Price(50), Quantity(1)).count(), std::int64_t(0));
    QCOMPARE(notional(cents, Price(51), Quantity(1)).count(), std::int64_t(1));
    QCOMPARE(notional(cents, Price(150), Quantity(1)).count(), std::int64_t(2));
    QCOMPARE(notional(cents, Price(250), Quantity(1)).count(), std::int64_t(2));
}

void TestInstrument::notionalKeepsItsSign()
{
    QVERIFY(rc::check("buying and selling the same are opposite amounts", [] {
        const Instrument grid = instrument(*rc::gen::inRange(0, 7), *rc::gen::inRange(0, 9));
        const Price price(*rc::gen::inRange<std::int64_t>(1, 10'000));
        const Quantity size(*rc::gen::inRange<std::int64_t>(1, 1'000'000));
        RC_ASSERT(bool(notional(grid, price, size) == -notional(grid, price, -size)));
    }));
}

void TestInstrument::notionalReportsOverflow()
{
    constexpr std::int64_t LARGEST = std::numeric_limits<std::int64_t>::max();
    for (const int decimals : {0, 2, 4, 8}) {
        const auto money = checkedNotional(instrument(decimals, decimals), Price(LARGEST), Quantity(LARGEST));
        QCOMPARE(money.error().code, ErrorCode::Overflow);
    }
    QVERIFY(!checkedNotional(instrument(0, 0), Price(92'233'720'369), Quantity(1)).ok());
    QVERIFY(checkedNotional(instrument(0, 0), Price(92'233'720'368), Quantity(1)).ok());
}

void TestInstrument::writesOnItsGrids()
{
    const Instrument grid = instrument(1, 4);
    QCOMPARE(grid.format(Price(463195)), std::string("46319.5"));
    QCOMPARE(grid.format(Quantity(-25)), std::string("-0.0025"));
    QCOMPARE(grid.toDouble(Price(1)), 0.1);
    QCOMPARE(grid.toDouble(Quantity(12345)), 1.2345);
}

QTEST_GUILESS_MAIN(TestInstrument)
#include "tst_instrument.moc"
