// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/decimal.h"

#include <QTest>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <rapidcheck.h>

using namespace core;

class TestDecimal : public QObject
{
    Q_OBJECT
private slots:
    void readsExactly_data();
    void readsExactly();
    void refuses_data();
    void refuses();
    void writesWhatItReads();
    void countsDecimals_data();
    void countsDecimals();
    void roundsDoubles_data();
    void roundsDoubles();
    void roundsDoublesLikeTheirShortestText();
    void refusesDoublesWithoutCount();
    void dividesHalfEven_data();
    void dividesHalfEven();
    void divisionsKeepTheirPromise();
    void formatsDoublesToReadBack();
};

void TestDecimal::readsExactly_data()
{
    QTest::addColumn<int>("decimals");
    QTest::addColumn<qlonglong>("count");
    QTest::newRow("46319.50") << 2 << 4631950LL;
    QTest::newRow("46319.5") << 2 << 4631950LL;
    QTest::newRow("-0.1") << 8 << -10000000LL;
    QTest::newRow("+7") << 0 << 7LL;
    QTest::newRow("1e-8") << 8 << 1LL;
    QTest::newRow("1.5E+3") << 0 << 1500LL;
    QTest::newRow(".5") << 1 << 5LL;
    QTest::newRow("5.") << 1 << 50LL;
    QTest::newRow("1.250000") << 2 << 125LL;
    QTest::newRow("000.00") << 2 << 0LL;
    QTest::newRow("-0") << 3 << 0LL;
    QTest::newRow("9223372036854775807") << 0 << std::numeric_limits<qlonglong>::max();
    QTest::newRow("92233720368.54775807") << 8 << std::numeric_limits<qlonglong>::max();
    QTest::newRow("-9223372036854775808") << 0 << std::numeric_limits<qlonglong>::min();
    QTest::newRow("-92233720368.54775808") << 8 << std::numeric_limits<qlonglong>::min();
    QTest::newRow("0e-400") << 8 << 0LL;
}

void TestDecimal::readsExactly()
{
    QFETCH(int, decimals);
    QFETCH(qlonglong, count);
    const auto read = parseDecimal(QTest::currentDataTag(), decimals);
    QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
    QCOMPARE(static_cast<qlonglong>(*read), count);
}

void TestDecimal::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<int>("code");
    const auto row = [](const char* text, int decimals, ErrorCode code) {
        QTest::newRow(text) << QString::fromUtf8(text) << decimals << static_cast<int>(code);
    };
    for (const char* text : {"", "-", ".", "1.2.3", "1,5", " 1", "1 ", "0x1", "nan", "inf", "1e", "1e+", "e5",
                             "--1", "1e999", "1-", "1e+-5", "1e++5", "1e-2147483648", "1e2147483647",
                             "1e-99999999999"})
        row(text, 8, ErrorCode::InvalidInput);
    row("0.001", 2, ErrorCode::InvalidInput);
    row("1e-9", 8, ErrorCode::InvalidInput);
    row("9223372036854775808", 0, ErrorCode::Overflow);
    row("92233720368.54775808", 8, ErrorCode::Overflow);
    row("-9223372036854775809", 0, ErrorCode::Overflow);
    row("-1e19", 0, ErrorCode::Overflow);
    row("1e30", 8, ErrorCode::Overflow);
}

void TestDecimal::refuses()
{
    QFETCH(QString, text);
    QFETCH(int, decimals);
    QFETCH(int, code);
    const auto read = parseDecimal(text.toStdString(), decimals);
    QVERIFY(!read.ok());
    QCOMPARE(static_cast<int>(read.error().code), code);
}

void TestDecimal::writesWhatItReads()
{
    QVERIFY(rc::check("parseDecimal(formatDecimal(x)) is x", [] {
        const auto count = *rc::gen::arbitrary<std::int64_t>();
        const std::int64_t shown = *rc::gen::arbitrary<bool>() ? count : count % 1000;
        const int decimals = *rc::gen::inRange(0, MAX_DECIMALS + 1);
        RC_ASSERT(*parseDecimal(formatDecimal(shown, decimals), decimals) == shown);
    }));
    const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    QCOMPARE(*parseDecimal(formatDecimal(lowest, 8), 8), lowest);
    QCOMPARE(formatDecimal(-5, 2), std::string("-0.05"));
    QCOMPARE(formatDecimal(lowest, 0), std::string("-9223372036854775808"));
}

void TestDecimal::countsDecimals_data()
{
    QTest::addColumn<int>("expected");
    QTest::newRow("1.250") << 2;
    QTest::newRow("100") << 0;
    QTest::newRow("0.000") << 0;
    QTest::newRow("1e-8") << 8;
    QTest::newRow("43613.875") << 3;
}

void TestDecimal::countsDecimals()
{
    QFETCH(int, expected);
    QCOMPARE(*decimalsOf(QTest::currentDataTag()), expected);
}

void TestDecimal::roundsDoubles_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<qlonglong>("floor");
    QTest::addColumn<qlonglong>("nearest");
    QTest::newRow("0.29 is not 0.28999") << 0.29 << 2 << 29LL << 29LL;
    QTest::newRow("1.005 ties away") << 1.005 << 2 << 100LL << 101LL;
    QTest::newRow("negative") << -1.005 << 2 << -100LL << -101LL;
    QTest::newRow("below half") << 0.0049 << 2 << 0LL << 0LL;
    QTest::newRow("far below half") << 0.05 << 0 << 0LL << 0LL;
    QTest::newRow("a tiny number") << 9e-300 << 8 << 0LL << 0LL;
    QTest::newRow("half") << 0.5 << 0 << 0LL << 1LL;
    QTest::newRow("carries") << 9.999 << 2 << 999LL << 1000LL;
    QTest::newRow("whole") << 1e15 << 2 << 100000000000000000LL << 100000000000000000LL;
    QTest::newRow("zero") << 0.0 << 8 << 0LL << 0LL;
}

void TestDecimal::roundsDoubles()
{
    QFETCH(double, value);
    QFETCH(int, decimals);
    QFETCH(qlonglong, floor);
    QFETCH(qlonglong, nearest);
    QCOMPARE(static_cast<qlonglong>(*decimalFloor(value, decimals)), floor);
    QCOMPARE(static_cast<qlonglong>(*decimalNearest(value, decimals)), nearest);
}

/// Cutting the digits off the text, as one would by hand, whichever way the value came about.
void TestDecimal::roundsDoublesLikeTheirShortestText()
{
    const bool good = rc::check("a double is cut like its shortest text", [] {
        const auto count = *rc::gen::inRange<std::int64_t>(-2'000'000'000'000'000, 2'000'000'000'000'000);
        const int written = *rc::gen::inRange(0, MAX_DECIMALS + 1);
        const int decimals = *rc::gen::inRange(0, MAX_DECIMALS + 1);
        const double value = static_cast<double>(count) / static_cast<double>(powerOfTen(written)) *
                             *rc::gen::element(1.0, 1.0 + 1e-15, 1.0 / 3.0);
        std::array<char, 64> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                       std::chars_format::fixed).ptr;
        std::string text(buffer.data(), end);
        if (const auto point = text.find('.'); point != std::string::npos)
            text.resize(std::min(text.size(), point + 1 + static_cast<std::size_t>(decimals)));
        const auto cut = parseDecimal(text.back() == '.' ? text.substr(0, text.size() - 1) : text, decimals);
        const auto floor = decimalFloor(value, decimals);
        RC_ASSERT(cut.ok() == floor.ok());
        if (cut.ok())
            RC_ASSERT(*cut == *floor);
    });
    QVERIFY(good);
}

void TestDecimal::refusesDoublesWithoutCount()
{
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e300, -1e19}) {
        QVERIFY(!decimalFloor(value, 2).ok());
        QVERIFY(!decimalNearest(value, 2).ok());
    }
}

void TestDecimal::dividesHalfEven_data()
{
    QTest::addColumn<qlonglong>("dividend");
    QTest::addColumn<qlonglong>("divisor");
    QTest::addColumn<qlonglong>("expected");
    QTest::newRow("tie to even below") << 5LL << 2LL << 2LL;
    QTest::newRow("tie to even above") << 7LL << 2LL << 4LL;
    QTest::newRow("negative tie below") << -5LL << 2LL << -2LL;
    QTest::newRow("negative tie above") << -7LL << 2LL << -4LL;
    QTest::newRow("up") << 8LL << 3LL << 3LL;
    QTest::newRow("down") << 7LL << 3LL << 2LL;
    QTest::newRow("negative") << -8LL << 3LL << -3LL;
    QTest::newRow("none") << 0LL << 9LL << 0LL;
}

void TestDecimal::dividesHalfEven()
{
    QFETCH(qlonglong, dividend);
    QFETCH(qlonglong, divisor);
    QFETCH(qlonglong, expected);
    QCOMPARE(static_cast<qlonglong>(divideHalfEven(dividend, divisor)), expected);
    // The same fraction, too long for 64 bits.
    const Int128 large = Int128(1) << 70;
    QCOMPARE(static_cast<qlonglong>(divideHalfEven(dividend * large, divisor * large)), expected);
}

void TestDecimal::divisionsKeepTheirPromise()
{
    QVERIFY(rc::check("floor and half-even lie where they should", [] {
        const Int128 high = *rc::gen::arbitrary<std::int64_t>();
        const Int128 dividend = high * *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
        const Int128 divisor = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000'000'000);
        const Int128 floor = divideFloor(dividend, divisor);
        RC_ASSERT(bool(floor * divisor <= dividend && dividend < (floor + 1) * divisor));
        const Int128 rest = 2 * (dividend - divideHalfEven(dividend, divisor) * divisor);
        RC_ASSERT(bool(-divisor <= rest && rest <= divisor));
        RC_ASSERT(bool(divideHalfEven(-dividend, divisor) == -divideHalfEven(dividend, divisor)));
    }));
}

void TestDecimal::formatsDoublesToReadBack()
{
    QCOMPARE(formatDouble(0.1), std::string("0.1"));
    QCOMPARE(formatDouble(std::nan("")), std::string("nan"));
    QCOMPARE(formatDouble(-HUGE_VAL), std::string("-inf"));
    QVERIFY(rc::check("the text reads back as the same double", [](double value) {
        RC_PRE(std::isfinite(value));
        RC_ASSERT(std::strtod(formatDouble(value).c_str(), nullptr) == value);
    }));
}

QTEST_GUILESS_MAIN(TestDecimal)
#include "tst_decimal.moc"
