// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace ui;

namespace {

/// Thin spaces and minus signs written as people type them.
QString plain(QString text)
{
    return text.replace(QChar(format::THIN_SPACE), QLatin1Char('_'))
        .replace(QChar(format::MINUS), QLatin1Char('-'));
}

} // namespace

class TestFormat : public QObject
{
    Q_OBJECT

private slots:
    void groupsThousandsAndKeepsEveryDigit()
    {
        QCOMPARE(plain(format::decimal(123456789, 2)), QStringLiteral("1_234_567.89"));
        QCOMPARE(plain(format::decimal(-100000, 2)), QStringLiteral("-1_000.00"));
        QCOMPARE(plain(format::decimal(999, 0)), QStringLiteral("999"));
        QCOMPARE(plain(format::decimal(std::numeric_limits<std::int64_t>::min(), 8)),
                 QStringLiteral("-92_233_720_368.54775808"));
    }

    void roundsMoneyHalfEven()
    {
        QCOMPARE(plain(format::money(core::Money(9028842165000))), QStringLiteral("90_288.42"));
        QCOMPARE(plain(format::money(core::Money(500000))), QStringLiteral("0.00"));
        QCOMPARE(plain(format::money(core::Money(1500000))), QStringLiteral("0.02"));
        QCOMPARE(plain(format::money(core::Money(-193140000000), 2)), QStringLiteral("-1_931.40"));
    }

    void neverWritesMinusZero()
    {
        QCOMPARE(plain(format::number(-0.001, 2)), QStringLiteral("0.00"));
        QCOMPARE(plain(format::percent(-0.000001)), QStringLiteral("0.00_%"));
        QCOMPARE(plain(format::percent(0.0)), QStringLiteral("0.00_%"));
    }

    void signsProfitsAndLosses()
    {
        QCOMPARE(plain(format::percent(0.0184)), QStringLiteral("+1.84_%"));
        QCOMPARE(plain(format::percent(-0.251, 1)), QStringLiteral("-25.1_%"));
    }

    void showsWhatIsNoNumber()
    {
        QCOMPARE(format::number(std::nan(""), 2), QString(QChar(format::NONE)));
        QCOMPARE(format::percent(std::numeric_limits<double>::infinity(), 2, format::Sign::Minus),
                 QStringLiteral("\u221E"));
    }

    void sizesHaveTheirUnit_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("few") << qint64(820) << QStringLiteral("820 B");
        QTest::newRow("k") << qint64(4'096) << QStringLiteral("4.1 kB");
        QTest::newRow("M") << qint64(3'200'000) << QStringLiteral("3.2 MB");
        QTest::newRow("T") << qint64(1'500'000'000'000) << QStringLiteral("1.5 TB");
    }
    void sizesHaveTheirUnit()
    {
        QFETCH(qint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(ui::format::bytes(bytes).replace(QChar(ui::format::THIN_SPACE), QLatin1Char(' ')), text);
    }

    void writesTimesInUtc()
    {
        const core::Timestamp time = *core::parseTimestamp("2022-01-19T05:42:00Z");
        QCOMPARE(format::time(time), QStringLiteral("05:42"));
        QCOMPARE(format::dayTime(time), QStringLiteral("19 Jan 05:42"));
        QCOMPARE(format::date(time), QStringLiteral("19 Jan 2022"));
        QCOMPARE(format::fromDateTime(format::toDateTime(time)), time);
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
