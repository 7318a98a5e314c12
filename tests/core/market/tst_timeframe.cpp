// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/timeframe.h"

#include <QTest>

#include <rapidcheck.h>

using namespace core;
using namespace core::market;

class TestTimeframe : public QObject
{
    Q_OBJECT
private slots:
    void readsItsOwnText();
    void refuses_data();
    void refuses();
    void floorsToTheGrid_data();
    void floorsToTheGrid();
    void everyMomentHasOneCandle();
    void knowsWhatIsMadeOfWhat();
};

void TestTimeframe::readsItsOwnText()
{
    for (const Timeframe timeframe : ALL_TIMEFRAMES)
        QVERIFY(*Timeframe::parse(timeframe.text()) == timeframe);
    QCOMPARE(Timeframe::minutes(7).text(), std::string("7m"));
    QVERIFY(std::is_sorted(ALL_TIMEFRAMES.begin(), ALL_TIMEFRAMES.end()));
}

void TestTimeframe::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "1", "m", "2m", "60m", "1M", "1 m", "1w ", "1m1h"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestTimeframe::refuses()
{
    QFETCH(QString, text);
    QCOMPARE(Timeframe::parse(text.toStdString()).error().code, ErrorCode::InvalidInput);
}

void TestTimeframe::floorsToTheGrid_data()
{
    QTest::addColumn<QString>("floor");
    const auto row = [](const char* timeframe, const char* floor) {
        QTest::newRow(timeframe) << QString::fromUtf8(floor);
    };
    row("1m", "2022-01-19T17:42:00Z");
    row("5m", "2022-01-19T17:40:00Z");
    row("15m", "2022-01-19T17:30:00Z");
    row("30m", "2022-01-19T17:30:00Z");
    row("1h", "2022-01-19T17:00:00Z");
    row("4h", "2022-01-19T16:00:00Z");
    row("12h", "2022-01-19T12:00:00Z");
    row("1d", "2022-01-19T00:00:00Z");
    row("1w", "2022-01-17T00:00:00Z"); // A Monday.
}

void TestTimeframe::floorsToTheGrid()
{
    QFETCH(QString, floor);
    const Timestamp time = *parseTimestamp("2022-01-19T17:42:59.999999999Z");
    const Timeframe timeframe = *Timeframe::parse(QTest::currentDataTag());
    QCOMPARE(QString::fromStdString(formatTimestampShort(timeframe.floor(time))), floor);
}

void TestTimeframe::everyMomentHasOneCandle()
{
    QVERIFY(rc::check("floor(t) ≤ t < floor(t) + length, and floors stay where they are", [] {
        const Timestamp time(Nanoseconds(*rc::gen::inRange<std::int64_t>(-7'000'000'000'000'000'000,
                                                                         7'000'000'000'000'000'000)));
        for (const Timeframe timeframe : ALL_TIMEFRAMES) {
            const Timestamp open = timeframe.floor(time);
            RC_ASSERT(bool(open <= time && time < open + timeframe.length()));
            RC_ASSERT(bool(timeframe.floor(open) == open));
        }
        const Timestamp week = ALL_TIMEFRAMES.back().floor(time);
        RC_ASSERT(bool(std::chrono::weekday(std::chrono::floor<std::chrono::days>(week))
                       == std::chrono::Monday));
    }));
}

void TestTimeframe::knowsWhatIsMadeOfWhat()
{
    for (const Timeframe timeframe : ALL_TIMEFRAMES) {
        QVERIFY(timeframe.isMultipleOf(ONE_MINUTE));
        QVERIFY(timeframe.isMultipleOf(timeframe));
        QVERIFY(timeframe == ONE_MINUTE || !ONE_MINUTE.isMultipleOf(timeframe));
    }
    QVERIFY(!Timeframe::minutes(15).isMultipleOf(Timeframe::minutes(10)));
}

QTEST_GUILESS_MAIN(TestTimeframe)
#include "tst_timeframe.moc"
