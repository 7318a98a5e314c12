// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timeline.h"

#include <QSignalSpy>
#include <QTest>

using namespace std::chrono;
using ui::charts::Timeline;

namespace {

const core::Timestamp BEGIN = *core::parseTimestamp("2022-01-01");
const core::Timestamp END = *core::parseTimestamp("2022-02-01");

core::engine::SnapshotPtr snapshotAt(core::Timestamp time)
{
    auto snapshot = std::make_shared<core::engine::EngineSnapshot>();
    snapshot->time = time;
    return snapshot;
}

core::Timestamp lastTime(const QSignalSpy& spy)
{
    return spy.last().at(0).value<core::Timestamp>();
}

} // namespace

class TestTimeline : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_line = std::make_unique<Timeline>();
        m_line->resize(616, 52);
        m_line->setRange(BEGIN, END);
        m_line->setSnapshot(snapshotAt(BEGIN));
        m_line->show();
        m_seeks = std::make_unique<QSignalSpy>(m_line.get(), &Timeline::seekRequested);
    }

    void asksForTheTimeUnderThePress()
    {
        QTest::mouseClick(m_line.get(), Qt::LeftButton, {}, QPoint(308, 22));
        QVERIFY(!m_seeks->isEmpty());
        QVERIFY(abs(lastTime(*m_seeks) - (BEGIN + (END - BEGIN) / 2)) < hours(3));
    }

    void sendsFewSeeksForADragAndTheLastPlaceForSure()
    {
        QTest::mousePress(m_line.get(), Qt::LeftButton, {}, QPoint(100, 22));
        for (int x = 100; x <= 500; ++x)
            QTest::mouseMove(m_line.get(), QPoint(x, 22), -1);
        QTest::mouseRelease(m_line.get(), Qt::LeftButton, {}, QPoint(500, 22));
        QVERIFY(m_seeks->size() < 100);
        QVERIFY(std::abs(m_line->xOf(lastTime(*m_seeks)) - 500.0) < 1.0);
    }

    void seeksBackwardsToo()
    {
        m_line->setSnapshot(snapshotAt(END));
        QTest::keyClick(m_line.get(), Qt::Key_PageUp);
        QVERIFY(lastTime(*m_seeks) < END);
        QTest::keyClick(m_line.get(), Qt::Key_Home);
        QCOMPARE(lastTime(*m_seeks), BEGIN);
    }

    void staysWhereTheUserPutItUntilTheReplayArrives()
    {
        QTest::mouseClick(m_line.get(), Qt::LeftButton, {}, QPoint(308, 22));
        const core::Timestamp wanted = m_line->handleTime();
        m_line->setSnapshot(snapshotAt(BEGIN + hours(24)));
        QCOMPARE(m_line->handleTime(), wanted);
        m_line->endSeek();
        QCOMPARE(m_line->handleTime(), BEGIN + hours(24));
    }

    void neverLeavesTheReplay()
    {
        QTest::keyClick(m_line.get(), Qt::Key_Left);
        QCOMPARE(lastTime(*m_seeks), BEGIN);
        QTest::keyClick(m_line.get(), Qt::Key_End);
        QCOMPARE(lastTime(*m_seeks), END);
    }

    void asksForNothingWithoutAReplay()
    {
        m_line->setSnapshot({});
        QTest::mouseClick(m_line.get(), Qt::LeftButton, {}, QPoint(308, 22));
        QVERIFY(m_seeks->isEmpty());
    }

private:
    std::unique_ptr<Timeline> m_line;
    std::unique_ptr<QSignalSpy> m_seeks;
};

QTEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
