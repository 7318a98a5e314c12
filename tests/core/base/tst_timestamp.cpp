// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/timestamp.h"

#include <QTest>

#include <rapidcheck.h>

using namespace core;

class TestTimestamp : public QObject
{
    Q_OBJECT
private slots:
    void reads_data();
    void reads();
    void dropsPartsOfASecond();
    void refuses_data();
    void refuses();
    void writesWhatItReads();
    void floorsToMicroseconds();
    void readsTheMachinesClock();
};

void TestTimestamp::reads_data()
{
    QTest::addColumn<QString>("shown");
    const auto row = [](const char* text, const char* shown) { QTest::newRow(text) << QString::fromUtf8(shown); };
    row("2022-01-19", "2022-01-19T00:00:00Z");
    row("2022/01/19", "2022-01-19T00:00:00Z");
    row("2022-01-19 05:42", "2022-01-19T05:42:00Z");
    row("2022-01-19T05:42:30", "2022-01-19T05:42:30Z");
    row("2022-01-19T05:42:30.123", "2022-01-19T05:42:30.123Z");
    row("2022-01-19t05:42:30.123456789z", "2022-01-19T05:42:30.123456789Z");
    row("2022-01-19T05:42:00+02:00", "2022-01-19T03:42:00Z");
    row("2022-01-19T05:42:00-0530", "2022-01-19T11:12:00Z");
    row("2020-02-29", "2020-02-29T00:00:00Z");
    row("1970-01-01", "1970-01-01T00:00:00Z");
    row("2200-12-31T23:59:59Z", "2200-12-31T23:59:59Z");
}

void TestTimestamp::reads()
{
    QFETCH(QString, shown);
    const auto time = parseTimestamp(QTest::currentDataTag());
    QVERIFY2(time.ok(), time ? "" : time.error().message().c_str());
    QCOMPARE(QString::fromStdString(formatTimestampShort(*time)), shown);
}

void TestTimestamp::dropsPartsOfASecond()
{
    const auto time = parseTimestamp("2022-01-19T05:42:30.999999999Z");
    QCOMPARE(formatTimestampSeconds(*time), std::string("2022-01-19T05:42:30Z"));
}

void TestTimestamp::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"", "2022", "2022-1-19", "2022-13-01", "2021-02-29", "2022-01-32", "1969-12-31", "2201-01-01",
          "2022-01-19T", "2022-01-19T24:00", "2022-01-19T05:60", "2022-01-19T05:42:60", "2022-01-19T05:42:00.",
          "2022-01-19T05:42:00.1234567890", "2022-01-19T05:42:00+25:00", "2022-01-19T05:42:00Zx",
          "2022-01-19x", " 2022-01-19", "19.01.2022", "1642570920"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestTimestamp::refuses()
{
    QFETCH(QString, text);
    const auto time = parseTimestamp(text.toStdString());
    QVERIFY(!time.ok());
    QCOMPARE(time.error().code, ErrorCode::InvalidInput);
}

void TestTimestamp::writesWhatItReads()
{
    QCOMPARE(formatTimestamp(Timestamp(Nanoseconds(1))), std::string("1970-01-01T00:00:00.000000001Z"));
    QVERIFY(rc::check("both formats read back as the same moment", [] {
        const Timestamp time(Nanoseconds(*rc::gen::inRange<std::int64_t>(0, 7'000'000'000'000'000'000)));
        RC_ASSERT(*parseTimestamp(formatTimestamp(time)) == time);
        RC_ASSERT(*parseTimestamp(formatTimestampShort(time)) == time);
    }));
}

void TestTimestamp::floorsToMicroseconds()
{
    QCOMPARE(toMicroseconds(Timestamp(Nanoseconds(1'999))), std::int64_t(1));
    QCOMPARE(toMicroseconds(Timestamp(Nanoseconds(-1))), std::int64_t(-1));
    QCOMPARE(toMicroseconds(fromMicroseconds(1'642'570'920'000'000)), std::int64_t(1'642'570'920'000'000));
}

void TestTimestamp::readsTheMachinesClock()
{
    const SystemClock clock;
    const Timestamp first = clock.now();
    QVERIFY(first > *parseTimestamp("2024-01-01"));
    QVERIFY(clock.now() - first < std::chrono::hours(1));
}

QTEST_GUILESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
