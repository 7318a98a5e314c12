// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/money.h"

#include <QTest>

#include <limits>
#include <type_traits>

#include <rapidcheck.h>

using namespace core;

namespace {

constexpr std::int64_t LARGEST = std::numeric_limits<std::int64_t>::max();

template <typename A, typename B>
concept Adds = requires(A a, B b) { a + b; };

} // namespace

// What must not compile: money, prices and sizes never mix with each other or with plain numbers.
static_assert(!std::is_convertible_v<std::int64_t, Money> && !std::is_convertible_v<double, Money>);
static_assert(!std::is_convertible_v<std::int64_t, Price> && !std::is_convertible_v<std::int64_t, Quantity>);
static_assert(Adds<Money, Money> && Adds<Quantity, Quantity>);
static_assert(!Adds<Money, Quantity> && !Adds<Money, Price> && !Adds<Money, double> && !Adds<Price, Price>);

class TestMoney : public QObject
{
    Q_OBJECT
private slots:
    void readsAndWritesEightDecimals();
    void refusesWhatItCannotHold();
    void checkedAddReportsOverflow();
    void sumsExactlyInAnyOrder();
    void quantitiesHaveASignAndAMagnitude();
};

void TestMoney::readsAndWritesEightDecimals()
{
    QCOMPARE(Money::parse("10000")->count(), std::int64_t(1'000'000'000'000));
    QCOMPARE(Money::parse("-0.00000001")->count(), std::int64_t(-1));
    QCOMPARE(Money::parse("10000")->toString(), std::string("10000.00000000"));
    QCOMPARE((-Money(1)).toString(), std::string("-0.00000001"));
    QCOMPARE(Money(150'000'000).toDouble(), 1.5);
}

void TestMoney::refusesWhatItCannotHold()
{
    QCOMPARE(Money::parse("0.000000001").error().code, ErrorCode::InvalidInput);
    QCOMPARE(Money::parse("ten").error().code, ErrorCode::InvalidInput);
    QCOMPARE(Money::parse("92233720369").error().code, ErrorCode::Overflow);
    QCOMPARE(Money::fromCount(Int128(LARGEST) + 1).error().code, ErrorCode::Overflow);
    QCOMPARE(Money::fromCount(LARGEST)->count(), LARGEST);
}

void TestMoney::checkedAddReportsOverflow()
{
    QCOMPARE(checkedAdd(Money(LARGEST), Money(1)).error().code, ErrorCode::Overflow);
    QCOMPARE(checkedAdd(Money(-LARGEST), Money(-2)).error().code, ErrorCode::Overflow);
    QCOMPARE(checkedAdd(Money(LARGEST), Money(-1))->count(), LARGEST - 1);
}

void TestMoney::sumsExactlyInAnyOrder()
{
    QVERIFY(rc::check("a sum does not depend on its order", [](std::vector<std::int32_t> counts) {
        Money forwards;
        for (const std::int32_t count : counts)
            forwards += Money(count);
        Money backwards;
        for (auto it = counts.rbegin(); it != counts.rend(); ++it)
            backwards = backwards + Money(*it);
        RC_ASSERT(forwards == backwards);
        for (const std::int32_t count : counts)
            forwards -= Money(count);
        RC_ASSERT(forwards == Money());
    }));
}

void TestMoney::quantitiesHaveASignAndAMagnitude()
{
    const Quantity sold(-7);
    QCOMPARE(sold.magnitude().lots(), std::int64_t(7));
    QCOMPARE((-sold).lots(), std::int64_t(7));
    QVERIFY((sold + Quantity(7)).isZero());
    QCOMPARE((sold - Quantity(3)).lots(), std::int64_t(-10));
    QVERIFY(sold < Quantity());
}

QTEST_GUILESS_MAIN(TestMoney)
#include "tst_money.moc"
