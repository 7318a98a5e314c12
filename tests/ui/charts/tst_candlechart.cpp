// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/candlebuilder.h"
#include "ui/charts/candlechart.h"
#include "ui/theme.h"

#include <QSignalSpy>
#include <QTest>

using namespace ui::charts;
using namespace core::market;
using namespace std::chrono;

namespace {

const core::Timestamp START = *core::parseTimestamp("2022-01-19");

/// A history in memory that answers at once, or when told to.
class FakeHistory
{
public:
    explicit FakeHistory(int minutesLong)
    {
        for (int i = 0; i < minutesLong; ++i) {
            const core::Price price(100'000 + (i * 7919) % 1000 + i);
            m_minutes.push({START + minutes(i), price, core::Price(price.ticks() + 300),
                            core::Price(price.ticks() - 300),
                            core::Price(price.ticks() + (i % 2 ? 200 : -200)), 10.0, 1});
        }
        coverage.instrument.symbol = *core::Symbol::parse("BTC/USD");
        coverage.oldest = m_minutes.openTime.front();
        coverage.newest = m_minutes.openTime.back();
        coverage.candles = minutesLong;
    }

    std::shared_ptr<const CandleColumns> read(Timeframe timeframe,
                                              const core::history::TimeRange& range) const
    {
        CandleColumns part;
        for (std::size_t i = 0; i < m_minutes.size(); ++i)
            if (m_minutes.openTime[i] >= range.from && m_minutes.openTime[i] < range.to)
                part.push(m_minutes.at(i));
        return std::make_shared<CandleColumns>(
            timeframe == ONE_MINUTE ? part : aggregate(part, ONE_MINUTE, timeframe));
    }

    void answer(CandleChart& chart)
    {
        QObject::connect(
            &chart.source(), &CandleSource::candlesRequested, &chart,
            [this, &chart](quint64 token, const core::Symbol&, Timeframe timeframe,
                           const core::history::TimeRange& range) {
                chart.source().handleCandles(token, read(timeframe, range));
            },
            Qt::QueuedConnection);
    }

    core::history::Coverage coverage;

private:
    CandleColumns m_minutes;
};

core::engine::SnapshotPtr snapshotAt(const FakeHistory& history, core::Timestamp time)
{
    auto snapshot = std::make_shared<core::engine::EngineSnapshot>();
    snapshot->time = time;
    snapshot->symbols.push_back({history.coverage.instrument, {}, time});
    return snapshot;
}

/// Pixels of candle colours at or right of `x`.
int candlePixels(const QImage& image, int fromX, int toX)
{
    int found = 0;
    for (int x = fromX; x < toX; ++x)
        for (int y = 0; y < image.height(); ++y) {
            const QColor pixel = image.pixelColor(x, y);
            if (pixel == ui::theme().up || pixel == ui::theme().down)
                ++found;
        }
    return found;
}

} // namespace

class TestCandleChart : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        ui::themeManager().apply(ui::ThemeChoice::Dark, ui::DirectionColours::GreenUp);
    }

    void showsTheNewestCandlesFirst()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        QVERIFY(chart.state().candles);
        const auto last = chart.readout();
        QVERIFY(last);
        QVERIFY(last->openTime + chart.state().timeframe.length() > history.coverage.newest);
        QVERIFY(candlePixels(chart.grab().toImage(), 0, chart.width()) > 500);
    }

    void paintsNoCandleAfterTheReplaysTime()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        const core::Timestamp now = START + minutes(2003); // In the middle of a five-minute candle.
        chart.setSnapshot(snapshotAt(history, now));
        chart.setSpan({now - hours(6), now + hours(6)});
        settle(chart);
        const int x = static_cast<int>(chart.state().mapping.x(chart.state().timeframe.floor(now) +
                                                               chart.state().timeframe.length()));
        const QImage image = chart.grab().toImage();
        QVERIFY(candlePixels(image, 0, x) > 300);
        QCOMPARE(candlePixels(image, x + 1, static_cast<int>(chart.state().mapping.plot.right())),
                 0);
    }

    void showsTheFormingCandleOfThePastOnly()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        chart.setTimeframe(Timeframe::minutes(60));
        const core::Timestamp now = START + minutes(2003);
        chart.setSnapshot(snapshotAt(history, now));
        settle(chart);
        QTRY_VERIFY(chart.state().forming);
        const auto past = history.read(ONE_MINUTE, {chart.state().timeframe.floor(now), now});
        QCOMPARE(chart.state().forming->close.ticks(), past->close.back().ticks());
        QCOMPARE(chart.readout()->close.ticks(), past->close.back().ticks());
    }

    void followsTheReplayUntilTheUserPansAway()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        chart.setSnapshot(snapshotAt(history, START + minutes(1000)));
        QVERIFY(chart.isFollowing());
        const TimeSpan before = chart.state().span;
        chart.setSnapshot(snapshotAt(history, START + minutes(1100)));
        QCOMPARE((chart.state().span.to - before.to).count(),
                 core::Nanoseconds(minutes(100)).count());
        QTest::keyClick(&chart, Qt::Key_Left);
        QVERIFY(!chart.isFollowing());
        const TimeSpan panned = chart.state().span;
        chart.setSnapshot(snapshotAt(history, START + minutes(1200)));
        QVERIFY(chart.state().span == panned);
        QTest::keyClick(&chart, Qt::Key_End);
        QVERIFY(chart.isFollowing());
    }

    void keepsItsPlaceInAHistoryThatHasGrown()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        QTest::keyClick(&chart, Qt::Key_Left);
        const TimeSpan panned = chart.state().span;
        const FakeHistory grown(9000);
        chart.setCoverage(grown.coverage);
        QVERIFY(chart.state().span == panned);
    }

    void dropsRepliesToRequestsFromBefore()
    {
        FakeHistory history(5000);
        CandleChart chart;
        QSignalSpy requests(&chart.source(), &CandleSource::candlesRequested);
        show(chart, history);
        QVERIFY(!requests.isEmpty());
        const quint64 stale = requests.last().at(0).toULongLong();
        chart.setCoverage(history.coverage);
        QVERIFY(requests.last().at(0).toULongLong() > stale);
        chart.source().handleCandles(stale, history.read(ONE_MINUTE, {}));
        QVERIFY(!chart.state().candles);
        chart.source().handleCandles(requests.last().at(0).toULongLong(),
                                     history.read(ONE_MINUTE, {}));
        QVERIFY(chart.state().candles);
    }

    void asksOnceForOneView()
    {
        FakeHistory history(5000);
        CandleChart chart;
        QSignalSpy requests(&chart.source(), &CandleSource::candlesRequested);
        show(chart, history);
        QCOMPARE(requests.size(), 1);
        chart.pan(-0.01);
        chart.pan(-0.01);
        QCOMPARE(requests.size(), 1);
    }

    void loadsWhatPanningUncovers()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(&chart, Qt::Key_Left);
        settle(chart);
        QVERIFY(!chart.state().visible.empty());
        QTest::keyClick(&chart, Qt::Key_Home);
        settle(chart);
        QTRY_COMPARE(chart.state().candles->openTime.front(), history.coverage.oldest);
    }

    void zoomsByWheelAboutTheCursor()
    {
        FakeHistory history(5000);
        CandleChart chart;
        history.answer(chart);
        show(chart, history);
        chart.setSpan({START + hours(10), START + hours(30)});
        settle(chart);
        const QPointF cursor(200, 150);
        const core::Timestamp under = chart.state().mapping.timeAt(cursor.x());
        QWheelEvent turn(cursor, chart.mapToGlobal(cursor), {}, QPoint(0, 240), Qt::NoButton,
                         Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(chart.viewport(), &turn);
        const auto moved = abs(chart.state().mapping.timeAt(cursor.x()) - under);
        QVERIFY(moved < minutes(2));
        QVERIFY(chart.state().span.to - chart.state().span.from < hours(20));
    }

    void pairsEntriesWithExits()
    {
        FakeHistory history(100);
        auto snapshot = std::make_shared<core::engine::EngineSnapshot>();
        snapshot->symbols.push_back({history.coverage.instrument, {}, START});
        auto fills = std::make_shared<std::vector<core::engine::FillRecord>>();
        const auto add = [&fills](int minute, int lots, int after, int ticks) {
            core::engine::FillRecord record;
            record.fill.quantity = core::Quantity(lots);
            record.fill.positionAfter = core::Quantity(after);
            record.fill.price = core::Price(ticks);
            record.fill.time = START + minutes(minute);
            fills->push_back(record);
        };
        add(1, 5, 5, 1000);   // opens a long
        add(2, 5, 10, 1010);  // adds to it
        add(5, -10, 0, 1200); // closes it in profit
        add(7, -4, -4, 1100); // opens a short
        add(9, 8, 4, 1150);   // turns it, at a loss
        snapshot->fills = core::engine::ChunkedLog<core::engine::FillRecord>({fills});
        TradeMarks marks;
        marks.update(*snapshot, 0);
        QCOMPARE(marks.marks().size(), std::size_t(5));
        QCOMPARE(marks.lines().size(), std::size_t(2));
        QCOMPARE(marks.lines()[0].from, START + minutes(1));
        QCOMPARE(marks.lines()[0].to, START + minutes(5));
        QVERIFY(marks.lines()[0].profit);
        QVERIFY(!marks.lines()[1].profit);
        marks.update(*snapshot, 0);
        QCOMPARE(marks.marks().size(), std::size_t(5));
    }

private:
    static void show(CandleChart& chart, const FakeHistory& history)
    {
        chart.resize(900, 420);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.setCoverage(history.coverage);
        QCoreApplication::processEvents();
    }
    /// Until every request is answered.
    static void settle(CandleChart& chart)
    {
        QTRY_VERIFY(!chart.source().isLoading());
        QCoreApplication::processEvents();
    }
};

QTEST_MAIN(TestCandleChart)
#include "tst_candlechart.moc"
