// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jobtablemodel.h"
#include "ui/models/jobwords.h"

#include <QSignalSpy>
#include <QtTest>

#include <limits>

using namespace core::history;
using ui::Token;
using ui::models::JobTableModel;
using ui::models::Shape;
namespace words = ui::models::words;

namespace {

core::Timestamp time(const char* text)
{
    return *core::parseTimestamp(text);
}

Job job(JobId id, JobState state, JobKind kind = JobKind::Trades)
{
    Job result;
    result.id = id;
    result.state = state;
    result.request.kind = kind;
    result.request.symbol = *core::Symbol::parse("BTC/USD");
    result.request.range.from = time("2022-01-01");
    return result;
}

JobListPtr list(std::initializer_list<Job> jobs)
{
    return std::make_shared<const JobList>(jobs);
}

QString text(const JobTableModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestJobTableModel : public QObject
{
    Q_OBJECT

private slots:
    void listsJobsInTheOrderInWhichTheyWereAskedFor()
    {
        JobTableModel model;
        model.setJobs(list({job(7, JobState::Queued), job(3, JobState::Running)}));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.rowOf(3), 0);
        QCOMPARE(model.openCount(), 2);
        QVERIFY(!model.hasFinished());
    }

    void progressChangesRowsInPlace()
    {
        JobTableModel model;
        model.setJobs(list({job(1, JobState::Running), job(2, JobState::Queued)}));
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        Job running = job(1, JobState::Running);
        running.progress = {0.42, 12'345, 900.0, 75.0, {}, {}};
        model.setJobs(list({running, job(2, JobState::Queued)}));
        QCOMPARE(inserted.count() + removed.count(), 0);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(text(model, 0, JobTableModel::Amount), QStringLiteral("12\u2009345"));
        QCOMPARE(text(model, 0, JobTableModel::Left), QStringLiteral("1 min 15 s"));
        QCOMPARE(model.index(0, 0).data(JobTableModel::SHARE_ROLE).toDouble(), 0.42);
    }

    void statesAreWordsAndShapes_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("shape");
        QTest::newRow("offered") << int(JobState::Offered) << QStringLiteral("unfinished") << int(Shape::Ring);
        QTest::newRow("running") << int(JobState::Running) << QStringLiteral("running") << int(Shape::Triangle);
        QTest::newRow("paused") << int(JobState::Paused) << QStringLiteral("paused") << int(Shape::Square);
        QTest::newRow("done") << int(JobState::Done) << QStringLiteral("done") << int(Shape::Dot);
        QTest::newRow("failed") << int(JobState::Failed) << QStringLiteral("failed") << int(Shape::Cross);
    }
    void statesAreWordsAndShapes()
    {
        QFETCH(int, state);
        Job one = job(1, static_cast<JobState>(state));
        QTEST(words::jobState(one), "word");
        QTEST(int(words::jobShape(one)), "shape");
    }

    void aJobThatWaitsSaysWhy()
    {
        Job one = job(1, JobState::Running);
        one.progress.trouble = "the server answered with status 429";
        QCOMPARE(words::jobState(one), QStringLiteral("trying again"));
        QVERIFY(words::jobToken(one) == Token::Warn);
        QVERIFY(words::jobStory(one).contains(QStringLiteral("429")));
    }

    void aFailureSaysWhatHappenedAndWhatToDo()
    {
        Job one = job(1, JobState::Failed);
        one.error = core::Error{core::ErrorCode::Io, "The disk is full", "Free some space"};
        QCOMPARE(words::jobStory(one), QStringLiteral("The disk is full. Free some space"));
    }

    void titlesNameWhatIsDone_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("title");
        QTest::newRow("trades") << int(JobKind::Trades) << QStringLiteral("Download trades of BTC/USD since 2022-01-01");
        QTest::newRow("candles") << int(JobKind::Candles) << QStringLiteral("Download the last 720 candles of BTC/USD at 1m");
        QTest::newRow("gaps") << int(JobKind::FillGaps) << QStringLiteral("Fill the gaps of BTC/USD");
        QTest::newRow("delete") << int(JobKind::Delete) << QStringLiteral("Delete BTC/USD since 2022-01-01");
        QTest::newRow("import") << int(JobKind::Import) << QStringLiteral("Import BTC/USD from a.csv");
    }
    void titlesNameWhatIsDone()
    {
        QFETCH(int, kind);
        Job one = job(1, JobState::Queued, static_cast<JobKind>(kind));
        one.request.file = "/data/a.csv";
        QTEST(words::jobTitle(one.request), "title");
    }

    void aVerificationSaysWhatIsWrong()
    {
        VerifyReport report;
        report.check.candles = 100;
        QVERIFY(words::jobReport(JobReport(report)).contains(QStringLiteral("All is well")));
        report.check.found = 2;
        report.check.findings = {{Finding::Kind::Rollup, *core::market::Timeframe::parse("1h"), time("2022-01-03")}};
        report.gaps.count = 3;
        report.gaps.missing = 70;
        const QString story = words::jobReport(JobReport(report));
        QVERIFY2(story.contains(QStringLiteral("the 1h candle of 2022-01-03 00:00:00")), qPrintable(story));
        QVERIFY2(story.contains(QStringLiteral("3 gaps: 70")), qPrintable(story));
    }

    void aDownloadSaysWhatWaitsForTheServer()
    {
        DownloadReport report;
        report.trades.spooled = 12'345;
        report.candles.spooled = 3;
        const QString story = words::jobReport(JobReport(report));
        QVERIFY2(story.contains(QStringLiteral("12\u2009345 trades are on this disk until the server is back.")), qPrintable(story));
        QVERIFY2(story.contains(QStringLiteral("3 candles are on this disk until the server is back.")), qPrintable(story));
        QVERIFY2(!story.contains(QStringLiteral("nothing")), qPrintable(story));
    }

    void onlyAJobThatNeverRanChangedNothing()
    {
        Job one = job(1, JobState::Cancelled);
        QCOMPARE(words::jobStory(one), QStringLiteral("Nothing was changed."));
        one.hasRun = true;
        QCOMPARE(words::jobStory(one), QStringLiteral("What is committed is kept."));
    }

    void wordsDurations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << 0.0 << QString();
        QTest::newRow("for ever") << std::numeric_limits<double>::infinity() << QString();
        QTest::newRow("seconds") << 12.0 << QStringLiteral("12 s");
        QTest::newRow("rounded up") << 59.2 << QStringLiteral("1 min");
        QTest::newRow("minutes") << 200.0 << QStringLiteral("3 min 20 s");
        QTest::newRow("hours") << 3600.0 * 5 + 600 << QStringLiteral("5 h 10 min");
        QTest::newRow("days") << 86'400.0 * 3 + 5 << QStringLiteral("3 d");
    }
    void wordsDurations()
    {
        QFETCH(double, seconds);
        QTEST(words::duration(seconds), "words");
    }
};

QTEST_MAIN(TestJobTableModel)
#include "tst_jobtablemodel.moc"
