// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axislayout.h"
#include "ui/charts/chartmapping.h"

#include <QTest>
#include <rapidcheck.h>

#include <cmath>

using namespace ui::charts;
using namespace std::chrono;

namespace {

constexpr double DIGIT = 7.0;
constexpr double LABEL_HEIGHT = 15.0;

double widthOf(const QString& text)
{
    return DIGIT * static_cast<double>(text.size());
}

ChartMapping mapping(double width, double height, core::Timestamp from, core::Nanoseconds span)
{
    ChartMapping map;
    map.plot = QRectF(8.0, 8.0, width, height);
    map.volume = map.plot;
    map.priceBottom = map.plot.bottom() - height * 0.2;
    map.from = from;
    map.to = from + span;
    return map;
}

core::Timestamp at(const char* text)
{
    return *core::parseTimestamp(text);
}

} // namespace

class TestAxisLayout : public QObject
{
    Q_OBJECT

private slots:
    void choosesRoundSteps_data()
    {
        QTest::addColumn<double>("range");
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("step");
        QTest::newRow("thousand by ten") << 1000.0 << 10 << 100.0;
        QTest::newRow("up to the next two") << 1001.0 << 10 << 200.0;
        QTest::newRow("five") << 4.0 << 10 << 0.5;
        QTest::newRow("tiny") << 0.00031 << 4 << 0.0001;
    }
    void choosesRoundSteps()
    {
        QFETCH(double, range);
        QFETCH(int, count);
        QFETCH(double, step);
        QVERIFY(std::abs(roundStep(range, count) / step - 1.0) < 1e-9);
    }

    void labelsPricesWithTheDecimalsOfTheirStep()
    {
        QCOMPARE(stepDecimals(200.0), 0);
        QCOMPARE(stepDecimals(0.5), 1);
        QCOMPARE(stepDecimals(0.02), 2);
        QCOMPARE(stepDecimals(1e-8), 8);
    }

    void timeLabelsNeitherOverlapNorLeaveThePlot()
    {
        const auto holds = [] {
            const double width = *rc::gen::inRange(40, 4000);
            const auto from =
                core::Timestamp(seconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000)));
            const double exponent =
                *rc::gen::inRange(307, 1214) / 100.0; // 20 minutes to 40 years, in s.
            const auto span =
                seconds(static_cast<std::int64_t>(std::pow(10.0, std::min(exponent, 9.1))));
            const ChartMapping map = mapping(width, 400.0, from, span);
            const auto ticks = timeTicks(map, widthOf);
            double previous = map.plot.left() - 1.0;
            for (const TimeTick& tick : ticks) {
                RC_ASSERT(tick.left >= map.plot.left());
                RC_ASSERT(tick.right <= map.plot.right());
                RC_ASSERT(tick.left > previous);
                RC_ASSERT(!tick.label.isEmpty());
                previous = tick.right;
            }
        };
        QVERIFY(rc::check("labels stand clear of each other", holds));
    }

    void priceLabelsNeitherOverlapNorLeaveThePriceArea()
    {
        const auto holds = [] {
            ChartMapping map =
                mapping(800.0, *rc::gen::inRange(20, 2000), at("2022-01-19"), hours(5));
            map.low = *rc::gen::inRange(1, 1'000'000) / 100.0;
            map.high = map.low + *rc::gen::inRange(1, 10'000'000) / 1000.0;
            const auto ticks = priceTicks(map, LABEL_HEIGHT);
            for (std::size_t i = 0; i < ticks.size(); ++i) {
                RC_ASSERT(ticks[i].y - LABEL_HEIGHT / 2 >= map.plot.top());
                RC_ASSERT(ticks[i].y + LABEL_HEIGHT / 2 <= map.priceBottom);
                if (i > 0)
                    RC_ASSERT(ticks[i - 1].y - ticks[i].y >= LABEL_HEIGHT);
            }
        };
        QVERIFY(rc::check("price labels stand clear of each other", holds));
    }

    void fillsTheAxisWithLabels()
    {
        const ChartMapping map = mapping(1000.0, 400.0, at("2022-01-19 01:13"), hours(15));
        const auto ticks = timeTicks(map, widthOf);
        QVERIFY(ticks.size() >= 6);
        for (const TimeTick& tick : ticks)
            QCOMPARE(floor<hours>(tick.time), tick.time);
    }

    void labelsSomeWeeksInANarrowPlot()
    {
        const ChartMapping map = mapping(230.0, 400.0, at("2022-01-01"), hours(19 * 24));
        QVERIFY(!timeTicks(map, widthOf).empty());
    }

    void namesTheDayAtMidnight()
    {
        const ChartMapping map = mapping(1000.0, 400.0, at("2022-01-18 14:00"), hours(20));
        const auto ticks = timeTicks(map, widthOf);
        const auto midnight = std::find_if(ticks.begin(), ticks.end(), [](const TimeTick& tick) {
            return tick.time == at("2022-01-19");
        });
        QVERIFY(midnight != ticks.end());
        QCOMPARE(midnight->label, QStringLiteral("19 Jan"));
        QVERIFY(midnight->boundary);
    }

    void beginsMonthsAndYearsOnTheirFirstDay()
    {
        const ChartMapping map = mapping(1000.0, 400.0, at("2019-05-07"), days(4 * 365));
        QStringList years;
        for (const TimeTick& tick : timeTicks(map, widthOf)) {
            const year_month_day day{floor<days>(tick.time)};
            QCOMPARE(unsigned(day.day()), 1U);
            if (tick.boundary && tick.label.size() == 4 && tick.label.at(0).isDigit())
                years.append(tick.label);
        }
        QCOMPARE(years, QStringList({QStringLiteral("2020"), QStringLiteral("2021"),
                                     QStringLiteral("2022"), QStringLiteral("2023")}));
    }

    void givesNoLabelsWhereThereIsNoRoom()
    {
        QVERIFY(timeTicks(mapping(20.0, 400.0, at("2022-01-19"), hours(5)), widthOf).empty());
        ChartMapping flat = mapping(400.0, 400.0, at("2022-01-19"), hours(5));
        flat.high = flat.low;
        QVERIFY(priceTicks(flat, LABEL_HEIGHT).empty());
    }
};

QTEST_GUILESS_MAIN(TestAxisLayout)
#include "tst_axislayout.moc"
