// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "indicatorfixture.h"

#include "core/indicators/moments.h"

#include <QTest>

#include <cmath>
#include <numeric>

#include <rapidcheck.h>

using namespace core;
using namespace core::indicators;

/// Averages that are equal compare equal, and nothing drifts.
class TestExactness : public QObject
{
    Q_OBJECT
private slots:
    void findsEveryEqualPairOfAveragesInTheRealMonth();
    void equalAveragesAreEqualAtAnyTick();
    void equalFractionsGiveEqualDoubles();
    void doesNotDriftOverAMillionCandles();
    void doesNotDriftOverAMillionNumbers();
    void keepsTheDeviationOfSmallMovesAtHighPrices();
    void goesOnInDoublesBeyondWholeNumbers();
};

void TestExactness::findsEveryEqualPairOfAveragesInTheRealMonth()
{
    const auto candles = fixture::realMonth();
    if (candles.empty())
        QSKIP("the shared data is not here");
    const auto fast = fixture::make("sma:10", fixture::MONTH_DECIMALS);
    const auto slow = fixture::make("sma:30", fixture::MONTH_DECIMALS);
    int equal = 0;
    for (std::size_t i = 0; i < candles.size(); ++i) {
        fast->update(candles[i]);
        slow->update(candles[i]);
        if (i < 29)
            continue;
        std::int64_t ten = 0;
        std::int64_t thirty = 0;
        for (std::size_t k = 0; k < 30; ++k) {
            thirty += candles[i - k].close.ticks();
            ten += k < 10 ? candles[i - k].close.ticks() : 0;
        }
        QCOMPARE(fast->value() == slow->value(), 3 * ten == thirty);
        QCOMPARE(fast->value() > slow->value(), 3 * ten > thirty);
        equal += 3 * ten == thirty;
    }
    QCOMPARE(equal, 14);
}

void TestExactness::equalAveragesAreEqualAtAnyTick()
{
    QVERIFY(rc::check("sma:2 of a, b equals sma:6 of any order of a, a, a, b, b, b", [] {
        const auto limit = *rc::gen::element<std::int64_t>(1'000, 10'000'000, 4'000'000'000'000'000'000);
        const auto a = *rc::gen::inRange<std::int64_t>(1, limit);
        const auto b = *rc::gen::inRange<std::int64_t>(1, limit);
        const int decimals = *rc::gen::inRange(0, 13);
        const auto two = fixture::make("sma:2", decimals);
        const auto six = fixture::make("sma:6", decimals);
        const auto middle = fixture::make("sma:6@hl2", decimals);
        for (const std::int64_t ticks : {a, b, b, a, a, b}) {
            const market::Candle candle = fixture::standing(ticks);
            two->update(candle);
            six->update(candle);
            if (limit < 10'000'001)
                middle->update(candle);
        }
        RC_ASSERT(two->value() == six->value());
        if (limit < 10'000'001)
            RC_ASSERT(middle->value() == six->value());
    }));
}

void TestExactness::equalFractionsGiveEqualDoubles()
{
    QVERIFY(rc::check("quotient(k·a, k·b) does not depend on k", [] {
        const Int128 a = *rc::gen::inRange<std::int64_t>(-4'000'000'000'000'000'000, 4'000'000'000'000'000'000);
        const Int128 b = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000'000'000);
        const Int128 k = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
        const double value = quotient(a, b);
        RC_ASSERT(quotient(k * a, k * b) == value);
        const long double exact = static_cast<long double>(a) / static_cast<long double>(b);
        RC_ASSERT(std::abs(value - exact) <= 4e-16L * std::abs(exact));
    }));
}

void TestExactness::doesNotDriftOverAMillionCandles()
{
    const auto average = fixture::make("sma:30");
    const auto bands = fixture::make("bbands:30:2");
    const auto weighted = fixture::make("wma:30");
    for (std::int64_t i = 0; i < 1'200'000; ++i) {
        const market::Candle candle = fixture::standing(1 + (i * 7919) % 5'000'011);
        for (Indicator* indicator : {average.get(), bands.get(), weighted.get()})
            indicator->update(candle);
    }
    // The last thirty candles alone, as a new indicator sees them.
    const auto freshAverage = fixture::make("sma:30");
    const auto freshBands = fixture::make("bbands:30:2");
    const auto freshWeighted = fixture::make("wma:30");
    for (std::int64_t i = 1'199'970; i < 1'200'000; ++i) {
        const market::Candle candle = fixture::standing(1 + (i * 7919) % 5'000'011);
        for (Indicator* indicator : {freshAverage.get(), freshBands.get(), freshWeighted.get()})
            indicator->update(candle);
    }
    QVERIFY(average->value() == freshAverage->value());
    QVERIFY(weighted->value() == freshWeighted->value());
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(bands->value(i) == freshBands->value(i));
    for (int i = 0; i < 30; ++i) {
        average->update(fixture::standing(1));
        bands->update(fixture::standing(1));
    }
    QVERIFY(average->value() == 0.01);
    QVERIFY(bands->value(1) == 0.01 && bands->value(2) == 0.01);
}

void TestExactness::doesNotDriftOverAMillionNumbers()
{
    const auto average = fixture::make("sma:30");
    const auto score = fixture::make("zscore:30");
    const auto weighted = fixture::make("wma:30");
    const auto number = [](int i) { return 0.01 * ((i * 31) % 997) + (i % 50'000 == 0 ? 1e15 : 0.0); };
    for (int i = 1; i <= 1'200'040; ++i) {
        for (Indicator* indicator : {average.get(), score.get(), weighted.get()})
            indicator->push(number(i));
    }
    long double sum = 0;
    long double linear = 0;
    for (int k = 0; k < 30; ++k) {
        sum += number(1'200'040 - k);
        linear += (30 - k) * static_cast<long double>(number(1'200'040 - k));
    }
    QVERIFY(std::abs(average->value() - sum / 30) < 1e-13L * sum);
    QVERIFY(std::abs(weighted->value() - linear / 465) < 1e-13L * linear);
    for (int i = 0; i < 30; ++i)
        score->push(0.01);
    QVERIFY(score->value() == 0.0);
}

void TestExactness::keepsTheDeviationOfSmallMovesAtHighPrices()
{
    const auto deviation = fixture::make("stddev:4", 8);
    const std::int64_t price = 6'900'000'000'000;
    for (const std::int64_t ticks : {price, price + 1, price, price + 1})
        deviation->update(fixture::standing(ticks));
    QCOMPARE(deviation->value(), 0.5e-8);
}

void TestExactness::goesOnInDoublesBeyondWholeNumbers()
{
    constexpr std::int64_t FAR = 9'000'000'000'000'000'000;
    const auto deviation = fixture::make("stddev:4", 12);
    for (const std::int64_t ticks : {std::int64_t(1), std::int64_t(1), FAR, FAR})
        deviation->update(fixture::standing(ticks));
    QCOMPARE(deviation->value(), 4'500'000.0);
    deviation->update(fixture::standing(FAR));
    deviation->update(fixture::standing(FAR));
    QCOMPARE(deviation->value(), 0.0);
}

QTEST_GUILESS_MAIN(TestExactness)
#include "tst_exactness.moc"
