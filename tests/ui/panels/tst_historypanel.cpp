// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gaptablemodel.h"
#include "ui/models/historytablemodel.h"
#include "ui/models/jobtablemodel.h"
#include "ui/panels/coveragestrip.h"
#include "ui/panels/coverageview.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/jobsview.h"
#include "ui/theme.h"

#include <QAction>
#include <QImage>
#include <QPainter>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace core::history;
using ui::panels::CoverageView;
using ui::panels::HistoryPanel;
using ui::panels::JobsView;

namespace {

core::Timestamp minute(int count)
{
    return *core::parseTimestamp("2022-01-01") + std::chrono::minutes(count);
}

core::Symbol symbol(const char* text = "BTC/USD")
{
    return *core::Symbol::parse(text);
}

Coverage coverage(const char* name, int candles)
{
    Coverage result;
    result.instrument.symbol = symbol(name);
    result.oldest = minute(0);
    result.newest = minute(candles - 1);
    result.candles = candles;
    return result;
}

CoverageStrip strip(std::initializer_list<StripRun> runs)
{
    CoverageStrip result;
    result.runs = runs;
    result.range = {result.runs.front().range.from, result.runs.back().range.to};
    return result;
}

/// One of each kind, a hundred minutes long.
CoverageStrip everyKind()
{
    return strip({{{minute(0), minute(100)}, StripKind::Imported, 0},
                  {{minute(100), minute(200)}, StripKind::FromTrades, 0},
                  {{minute(200), minute(300)}, StripKind::Partly, 30},
                  {{minute(300), minute(400)}, StripKind::Gap, 100},
                  {{minute(400), minute(500)}, StripKind::Empty, 0}});
}

} // namespace

class TestHistoryPanel : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<HistoryPanel> m_panel;

    [[nodiscard]] QAction* action(const char* name) const { return m_panel->findChild<QAction*>(QString::fromLatin1(name)); }

private slots:
    void initTestCase() { ui::themeManager().apply(ui::ThemeChoice::Dark, ui::DirectionColours::GreenUp); }
    void init()
    {
        m_panel = std::make_unique<HistoryPanel>();
        m_panel->resize(1000, 500);
        m_panel->show();
    }

    void everyKindOfStretchIsPaintedInItsOwnForm()
    {
        QImage image(500, 20, QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        ui::panels::paintStrip(painter, QRectF(0, 0, 500, 20), {minute(0), minute(500)}, everyKind());
        painter.end();
        // Without any colour the five are told apart by where they are light.
        QSet<QByteArray> forms;
        for (int kind = 0; kind < 5; ++kind) {
            QByteArray form;
            for (int y = 0; y < 20; ++y) {
                for (int x = kind * 100 + 40; x < kind * 100 + 60; ++x)
                    form += image.pixelColor(x, y).lightness() > 60 ? '#' : '.';
            }
            forms.insert(form);
        }
        QCOMPARE(forms.size(), 5);
    }

    void aGapNarrowerThanAPixelIsSeen()
    {
        QImage whole(100, 10, QImage::Format_RGB32);
        whole.fill(Qt::black);
        QImage gap = whole;
        for (auto* image : {&whole, &gap}) {
            QPainter painter(image);
            ui::panels::paintStrip(painter, QRectF(0, 0, 100, 10), {minute(0), minute(100'000)},
                                   image == &whole
                                       ? strip({{{minute(0), minute(100'000)}, StripKind::Imported, 0}})
                                       : strip({{{minute(0), minute(50'000)}, StripKind::Imported, 0},
                                                {{minute(50'000), minute(50'001)}, StripKind::Gap, 1},
                                                {{minute(50'001), minute(100'000)}, StripKind::Imported, 0}}));
        }
        QVERIFY(whole != gap);
    }

    void namesTheStretchUnderTheMouse()
    {
        const CoverageStrip all = everyKind();
        const auto* run = ui::panels::runAt(350, QRectF(0, 0, 500, 10), {minute(0), minute(500)}, all);
        QVERIFY(run);
        QCOMPARE(ui::panels::runText(*run), QStringLiteral("2022-01-01 05:00:00 to 2022-01-01 06:40:00 UTC: gap, 100 candles missing"));
        QVERIFY(!ui::panels::runAt(550, QRectF(0, 0, 500, 10), {minute(0), minute(500)}, all));
    }

    void zoomsAndMovesWithinWhatIsStored()
    {
        CoverageView view;
        view.resize(500, 50);
        view.show();
        view.setInstrument(coverage("BTC/USD", 1000));
        QVERIFY(view.range().from == minute(0) && view.range().to == minute(1000));
        QTest::keyClick(&view, Qt::Key_Plus);
        QVERIFY(view.range().to - view.range().from < std::chrono::minutes(1000));
        for (int i = 0; i < 50; ++i)
            QTest::keyClick(&view, Qt::Key_Left);
        QVERIFY(view.range().from == minute(0));
        for (int i = 0; i < 50; ++i)
            QTest::keyClick(&view, Qt::Key_Plus);
        QVERIFY(view.range().to - view.range().from == std::chrono::minutes(20));
        QTest::keyClick(&view, Qt::Key_Home);
        QVERIFY(view.range().to == minute(1000));
    }

    void keepsTheRangeInSightWhenTheHistoryGrows()
    {
        CoverageView view;
        view.resize(500, 50);
        view.setInstrument(coverage("BTC/USD", 1000));
        view.showRange({minute(100), minute(200)});
        view.updateInstrument(coverage("BTC/USD", 2000));
        QVERIFY(view.range().from == minute(100) && view.range().to == minute(200));
        view.showRange({minute(0), minute(2000)});
        view.updateInstrument(coverage("BTC/USD", 3000));
        QVERIFY(view.range().to == minute(3000));
    }

    void surveysOneInstrumentAfterTheOther()
    {
        QSignalSpy asked(m_panel.get(), &HistoryPanel::surveyRequested);
        m_panel->setCoverage({coverage("BTC/USD", 100), coverage("ETH/USD", 100)});
        QCOMPARE(asked.count(), 1);
        const quint64 token = asked[0][0].toULongLong();
        m_panel->handleSurvey(token + 1, symbol(), std::make_shared<const Survey>());
        QCOMPARE(asked.count(), 1);
        m_panel->handleSurvey(token, symbol(), std::make_shared<const Survey>());
        QCOMPARE(asked.count(), 2);
    }

    void surveysAgainWhatChangedWhileItWasSurveyed()
    {
        QSignalSpy asked(m_panel.get(), &HistoryPanel::surveyRequested);
        m_panel->setCoverage({coverage("BTC/USD", 100)});
        m_panel->markChanged(symbol());
        m_panel->handleSurvey(asked[0][0].toULongLong(), symbol(), std::make_shared<const Survey>());
        QCOMPARE(asked.count(), 2);
    }

    void dropsTheGapsOfAnInstrumentThatIsNoLongerChosen()
    {
        QSignalSpy asked(m_panel.get(), &HistoryPanel::gapsRequested);
        m_panel->setCoverage({coverage("BTC/USD", 100), coverage("ETH/USD", 100)});
        const quint64 first = asked.back()[0].toULongLong();
        m_panel->choose(symbol("ETH/USD"));
        Gaps gaps;
        gaps.ranges = {{minute(5), minute(9)}};
        gaps.count = 1;
        m_panel->handleGaps(first, symbol(), std::make_shared<const Gaps>(gaps));
        QCOMPARE(m_panel->gaps().rowCount(), 0);
        m_panel->handleGaps(asked.back()[0].toULongLong(), symbol("ETH/USD"), std::make_shared<const Gaps>(gaps));
        QCOMPARE(m_panel->gaps().rowCount(), 1);
    }

    void aChosenGapIsShownAndPointedAt()
    {
        QSignalSpy asked(m_panel.get(), &HistoryPanel::gapsRequested);
        m_panel->setCoverage({coverage("BTC/USD", 1000)});
        Gaps gaps;
        gaps.ranges = {{minute(100), minute(150)}};
        m_panel->handleGaps(asked.back()[0].toULongLong(), symbol(), std::make_shared<const Gaps>(gaps));
        m_panel->findChild<QTableView*>(QStringLiteral("gaps"))->selectRow(0);
        QVERIFY(m_panel->view().range().from == minute(50) && m_panel->view().range().to == minute(200));
        QSignalSpy shown(m_panel.get(), &HistoryPanel::showOnChartRequested);
        action("showOnChart")->trigger();
        QCOMPARE(shown.count(), 1);
        QVERIFY(shown[0][1].value<core::Timestamp>() == minute(100));
    }

    void theChosenGapStaysChosenWhileOthersAreFilled()
    {
        QSignalSpy asked(m_panel.get(), &HistoryPanel::gapsRequested);
        m_panel->setCoverage({coverage("BTC/USD", 1000)});
        auto* table = m_panel->findChild<QTableView*>(QStringLiteral("gaps"));
        const auto answer = [&](std::vector<TimeRange> ranges) {
            m_panel->setCoverage({coverage("BTC/USD", 1000)});
            Gaps gaps;
            gaps.ranges = std::move(ranges);
            m_panel->handleGaps(asked.back()[0].toULongLong(), symbol(), std::make_shared<const Gaps>(gaps));
        };
        answer({{minute(100), minute(150)}, {minute(300), minute(400)}});
        table->selectRow(1);
        m_panel->view().showRange({minute(310), minute(350)});
        QSignalSpy reset(&m_panel->gaps(), &QAbstractItemModel::modelReset);
        answer({{minute(100), minute(150)}, {minute(300), minute(400)}});
        QCOMPARE(reset.count(), 0);
        QVERIFY(m_panel->moment() == minute(300));
        answer({{minute(300), minute(380)}});
        QCOMPARE(reset.count(), 1);
        QVERIFY(m_panel->moment() == minute(300));
        // Nor does what is in sight move.
        QVERIFY(m_panel->view().range().from == minute(310));
        answer({{minute(500), minute(510)}});
        QVERIFY(!table->selectionModel()->hasSelection());
    }

    void aPanelOutOfSightAsksForNothing()
    {
        m_panel->hide();
        QSignalSpy asked(m_panel.get(), &HistoryPanel::surveyRequested);
        m_panel->setCoverage({coverage("BTC/USD", 100)});
        QCOMPARE(asked.count(), 0);
        m_panel->show();
        QCOMPARE(asked.count(), 1);
    }

    void fillsGapsOfSpotMinutesOnly_data()
    {
        QTest::addColumn<bool>("spot");
        QTest::addColumn<bool>("minutes");
        QTest::addColumn<bool>("can");
        QTest::newRow("spot minutes") << true << true << true;
        QTest::newRow("a perpetual") << false << true << false;
        QTest::newRow("hours") << true << false << false;
    }
    void fillsGapsOfSpotMinutesOnly()
    {
        QFETCH(bool, spot);
        QFETCH(bool, minutes);
        Coverage one = coverage("BTC/USD", 100);
        if (!spot)
            one.instrument.kind = core::market::InstrumentKind::Perpetual;
        if (!minutes)
            one.finest = *core::market::Timeframe::parse("1h");
        m_panel->setCoverage({one});
        QTEST(action("fillGaps")->isEnabled(), "can");
        QVERIFY(action("verify")->isEnabled());
    }

    void buttonsFollowTheStateOfTheChosenJob_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("enabled");
        QTest::newRow("running") << int(JobState::Running) << QStringLiteral("pauseJob cancelJob");
        QTest::newRow("paused") << int(JobState::Paused) << QStringLiteral("resumeJob cancelJob");
        QTest::newRow("offered") << int(JobState::Offered) << QStringLiteral("resumeJob cancelJob");
        QTest::newRow("failed") << int(JobState::Failed) << QStringLiteral("resumeJob clearJobs");
        QTest::newRow("done") << int(JobState::Done) << QStringLiteral("clearJobs");
    }
    void buttonsFollowTheStateOfTheChosenJob()
    {
        QFETCH(int, state);
        JobsView view;
        Job job;
        job.id = 1;
        job.state = static_cast<JobState>(state);
        view.setJobs(std::make_shared<const JobList>(JobList{job}));
        QStringList enabled;
        for (const char* name : {"pauseJob", "resumeJob", "cancelJob", "clearJobs"}) {
            if (view.findChild<QPushButton*>(QString::fromLatin1(name))->isEnabled())
                enabled.append(QString::fromLatin1(name));
        }
        QTEST(enabled.join(QLatin1Char(' ')), "enabled");
    }

    void aJobIsChosenOnceItIsInTheList()
    {
        JobsView view;
        Job first;
        first.id = 1;
        Job second;
        second.id = 2;
        second.state = JobState::Paused;
        view.setJobs(std::make_shared<const JobList>(JobList{first}));
        view.select(2);
        view.setJobs(std::make_shared<const JobList>(JobList{first, second}));
        QSignalSpy resumed(&view, &JobsView::resumeRequested);
        view.findChild<QPushButton*>(QStringLiteral("resumeJob"))->click();
        QCOMPARE(resumed.count(), 1);
        QCOMPARE(resumed[0][0].toULongLong(), 2U);
    }
};

QTEST_MAIN(TestHistoryPanel)
#include "tst_historypanel.moc"
