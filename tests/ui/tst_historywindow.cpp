// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The history's panel through the real window, with a double of Kraken on this machine.
#include "app/gui/runtime.h"
#include "tests/core/history/historyfixture.h"
#include "tests/exchange/krakendouble.h"
#include "tests/filesizelimit.h"
#include "ui/charts/candlechart.h"
#include "ui/charts/candlesource.h"
#include "ui/dialogs/deletedialog.h"
#include "ui/dialogs/downloaddialog.h"
#include "ui/dialogs/replaysetupdialog.h"
#include "ui/mainwindow.h"
#include "ui/models/gaptablemodel.h"
#include "ui/models/historytablemodel.h"
#include "ui/models/jobtablemodel.h"
#include "ui/panels/coverageview.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/jobsview.h"
#include "ui/panels/marketpanel.h"

#include <QAction>
#include <QComboBox>
#include <QDateEdit>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>
#include <QtTest>

using core::history::JobState;
using core::market::ONE_MINUTE;
using fixture::symbol;
using fixture::time;

namespace {

constexpr int PATIENCE = 30'000;

/// A workspace that asks the double, and a window on it.
struct Session
{
    explicit Session(const fixture::Folder& place) : folder(place) { open(); }
    ~Session() { close(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void open()
    {
        auto workspace = core::Workspace::open(folder.path(""), core::Workspace::Access::Write);
        if (!workspace)
            qFatal("%s", workspace.error().message().c_str());
        runtime = std::make_unique<app::Runtime>(
            std::move(*workspace), std::vector<std::filesystem::path>{QUARTERDECK_SOURCE_DIR "/strategies"});
        window = std::make_unique<ui::MainWindow>(runtime->services());
        window->resize(1600, 900);
        window->show();
        panel().show();
        panel().raise();
    }
    void close()
    {
        window.reset();
        runtime.reset();
    }
    [[nodiscard]] ui::panels::HistoryPanel& panel() const { return window->history(); }
    [[nodiscard]] const core::history::Job* lastJob() const
    {
        const auto& model = panel().jobs().model();
        return model.jobAt(model.rowCount() - 1);
    }
    [[nodiscard]] bool lastIs(JobState state) const
    {
        const auto* job = lastJob();
        return job && job->state == state && !job->isStopping;
    }
    void act(const char* name) const { panel().findChild<QAction*>(QString::fromLatin1(name))->trigger(); }
    void press(const char* name) const
    {
        auto* button = panel().findChild<QPushButton*>(QString::fromLatin1(name));
        QVERIFY2(button->isEnabled(), name);
        button->click();
    }
    template <typename Dialog> [[nodiscard]] Dialog* dialog() const
    {
        for (auto* one : window->findChildren<Dialog*>())
            if (one->isVisible())
                return one;
        return nullptr;
    }
    /// Downloads the trades of the double's first days through the dialog.
    void download(const QDate& since = QDate(2024, 1, 1)) const
    {
        act("download");
        auto* asked = dialog<ui::dialogs::DownloadDialog>();
        QVERIFY(asked);
        asked->findChild<QLineEdit*>(QStringLiteral("symbols"))->setText(QStringLiteral("btc/usd"));
        asked->findChild<QDateEdit*>(QStringLiteral("since"))->setDate(since);
        auto* confirm = asked->findChild<QPushButton*>(QStringLiteral("confirm"));
        QVERIFY(confirm->isEnabled());
        confirm->click();
    }
    /// The last of so many jobs is in that state.
    [[nodiscard]] bool jobsAre(int count, JobState state) const
    {
        return panel().jobs().model().rowCount() == count && lastIs(state);
    }
    [[nodiscard]] QString story() const { return panel().jobs().findChild<QLabel*>(QStringLiteral("story"))->text(); }
    [[nodiscard]] std::int64_t candles() const
    {
        const auto* coverage = panel().model().coverageAt(panel().model().rowOf(symbol()));
        return coverage ? coverage->candles : 0;
    }

    const fixture::Folder& folder;
    std::unique_ptr<app::Runtime> runtime;
    std::unique_ptr<ui::MainWindow> window;
};

struct Place
{
    explicit Place(FakeKraken fake = FakeKraken(3000)) : server(std::move(fake))
    {
        folder.write("venues.ini", "[kraken]\nspacing=0\nendpoint=" + server.endpoint().toUtf8() + "\n");
    }
    fixture::Folder folder;
    KrakenDouble server;
};

#define TRY_JOBS(session, count, state) QTRY_VERIFY_WITH_TIMEOUT((session).jobsAre(count, JobState::state), PATIENCE)
#define TRY_LAST(session, state) QTRY_VERIFY_WITH_TIMEOUT((session).lastIs(JobState::state), PATIENCE)

} // namespace

class TestHistoryWindow : public QObject
{
    Q_OBJECT

private slots:
    void anEmptyHistorySaysWhatToDo()
    {
        const Place place;
        const Session session(place.folder);
        QTRY_VERIFY(session.window->historyKnown());
        QVERIFY(session.panel().showsBody());
        QVERIFY(session.panel().findChild<QAction*>(QStringLiteral("download"))->isEnabled());
        QVERIFY(!session.panel().findChild<QAction*>(QStringLiteral("verify"))->isEnabled());
    }

    void whatIsDownloadedIsInThePanelAndOnTheChart()
    {
        const Place place;
        const Session session(place.folder);
        session.download();
        TRY_LAST(session, Done);
        QTRY_VERIFY_WITH_TIMEOUT(session.candles() > 300, PATIENCE);
        QTRY_VERIFY_WITH_TIMEOUT(session.panel().isSettled(), PATIENCE);
        QCOMPARE(session.panel().model().surveyAt(0)->trades->trades, 3000);
        QVERIFY2(session.story().contains(QStringLiteral("trades new")), qPrintable(session.story()));
        QVERIFY(session.window->market().symbol() == symbol());
        QVERIFY(!session.window->coverage().empty());
        const auto& runs = session.panel().model().surveyAt(0)->strip.runs;
        QVERIFY(runs.front().kind == core::history::StripKind::FromTrades);
    }

    void anotherInstrumentLeavesTheChartAlone()
    {
        const Place place;
        const Session session(place.folder);
        session.download();
        TRY_LAST(session, Done);
        QTRY_VERIFY_WITH_TIMEOUT(session.candles() > 300 && session.panel().isSettled(), PATIENCE);
        auto& source = session.window->market().chart().source();
        QTRY_VERIFY(!source.isLoading());
        QSignalSpy asked(&source, &ui::charts::CandleSource::candlesRequested);
        core::history::JobRequest import;
        import.kind = core::history::JobKind::Import;
        import.symbol = symbol("ETH/USD");
        import.options.symbol = import.symbol;
        import.file = place.folder.write("e.csv", "time,open,high,low,close,volume\n1641168000,1,1,1,1,1\n1641168060,1,1,1,1,1\n").string();
        session.window->submitJob(import);
        TRY_JOBS(session, 2, Done);
        QTRY_COMPARE_WITH_TIMEOUT(session.panel().model().rowCount(), 2, PATIENCE);
        QCOMPARE(asked.count(), 0);
        QVERIFY(session.window->market().symbol() == symbol());
    }

    void aDownloadIsPausedResumedAndCancelled()
    {
        Place place;
        place.server.setPatience(3);
        const Session session(place.folder);
        session.download();
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        session.press("pauseJob");
        TRY_LAST(session, Paused);
        QTRY_VERIFY_WITH_TIMEOUT(session.candles() > 0, PATIENCE);
        const auto kept = session.candles();
        place.server.setPatience(1);
        session.press("resumeJob");
        QTRY_VERIFY_WITH_TIMEOUT(session.lastIs(JobState::Running) && place.server.asked().size() > 3, PATIENCE);
        session.press("cancelJob");
        TRY_LAST(session, Cancelled);
        QVERIFY(session.candles() >= kept);
        session.press("clearJobs");
        QTRY_COMPARE(session.panel().jobs().model().rowCount(), 0);
    }

    void aDownloadThatTheEndOfTheProgramStoppedIsOfferedAndGoesOn()
    {
        Place place;
        place.server.setPatience(3);
        Session session(place.folder);
        session.download();
        QTRY_VERIFY_WITH_TIMEOUT(place.server.isWaitedFor(), PATIENCE);
        session.close();
        place.server.setPatience(1000);
        session.open();
        TRY_LAST(session, Offered);
        QVERIFY2(session.story().contains(QStringLiteral("resume")), qPrintable(session.story()));
        session.press("resumeJob");
        TRY_LAST(session, Done);
        QTRY_VERIFY_WITH_TIMEOUT(session.candles() > 300, PATIENCE);
        QCOMPARE((*place.folder.open()->tradeExtent(symbol()))->trades, 3000);
    }

    void gapsAreListedAndFilled()
    {
        const Place place;
        const Session session(place.folder);
        session.download();
        TRY_LAST(session, Done);
        const auto whole = place.folder.open()->coverage(symbol())->candles;
        QVERIFY(place.folder.open()->remove(symbol(), {time("2024-01-01 01:00"), time("2024-01-01 02:00")}, 10'000).ok());
        session.act("verify");
        TRY_JOBS(session, 2, Done);
        QVERIFY2(session.story().contains(QStringLiteral("missing in one gap: 60")), qPrintable(session.story()));
        session.act("fillGaps");
        TRY_JOBS(session, 3, Done);
        QTRY_COMPARE_WITH_TIMEOUT(session.candles(), whole, PATIENCE);
        QTRY_VERIFY_WITH_TIMEOUT(session.panel().isSettled(), PATIENCE);
        QCOMPARE(session.panel().gaps().rowCount(), 0);
    }

    void deletingAsksAndSaysHowMuch()
    {
        const Place place;
        const Session session(place.folder);
        session.download();
        TRY_LAST(session, Done);
        QTRY_VERIFY_WITH_TIMEOUT(session.candles() > 300 && session.panel().isSettled(), PATIENCE);
        const auto before = session.candles();
        session.act("delete");
        auto* dialog = session.dialog<ui::dialogs::DeleteDialog>();
        QVERIFY(dialog);
        const auto* story = dialog->findChild<QLabel*>(QStringLiteral("story"));
        QVERIFY2(story->text().contains(QStringLiteral("3\u2009000 trades")), qPrintable(story->text()));
        dialog->findChild<QRadioButton*>(QStringLiteral("part"))->setChecked(true);
        dialog->findChild<QDateTimeEdit*>(QStringLiteral("from"))->setDateTime(QDateTime(QDate(2024, 1, 1), QTime(1, 0), Qt::UTC));
        dialog->findChild<QDateTimeEdit*>(QStringLiteral("to"))->setDateTime(QDateTime(QDate(2024, 1, 1), QTime(2, 0), Qt::UTC));
        QTRY_VERIFY2(story->text().contains(QStringLiteral("60 candles")), qPrintable(story->text()));
        QCOMPARE(session.candles(), before);
        dialog->findChild<QPushButton*>(QStringLiteral("confirm"))->click();
        TRY_JOBS(session, 2, Done);
        QTRY_COMPARE_WITH_TIMEOUT(session.candles(), before - 60, PATIENCE);
        QTRY_VERIFY_WITH_TIMEOUT(session.panel().gaps().rowCount() == 1, PATIENCE);
    }

    void failuresAreSaidInWords_data()
    {
        QTest::addColumn<int>("trick");
        QTest::addColumn<QString>("words");
        QTest::newRow("a server that refuses") << int(Trick::Refused) << QStringLiteral("status 403");
    }
    void failuresAreSaidInWords()
    {
        QFETCH(int, trick);
        QFETCH(QString, words);
        Place place;
        place.server.misbehaveAlways(static_cast<Trick>(trick));
        const Session session(place.folder);
        session.download();
        TRY_LAST(session, Failed);
        QVERIFY2(session.story().contains(words), qPrintable(session.story()));
        QVERIFY(session.panel().findChild<QPushButton*>(QStringLiteral("resumeJob"))->isEnabled());
    }

    void whyItWaitsIsSaid_data()
    {
        QTest::addColumn<int>("trick");
        QTest::addColumn<QString>("words");
        QTest::newRow("too many requests") << int(Trick::TooMany) << QStringLiteral("status 429");
        QTest::newRow("the host is down") << int(Trick::NoAnswer) << QStringLiteral("Waiting to try again");
    }
    void whyItWaitsIsSaid()
    {
        QFETCH(int, trick);
        QFETCH(QString, words);
        Place place;
        place.server.misbehaveAlways(static_cast<Trick>(trick));
        const Session session(place.folder);
        session.download();
        QTRY_VERIFY2_WITH_TIMEOUT(session.story().contains(words), qPrintable(session.story()), PATIENCE);
        session.press("cancelJob");
        TRY_LAST(session, Cancelled);
    }

    void aFullDiskIsSaidAndTheJobGoesOnOnceThereIsRoom()
    {
        const Place place;
        const Session session(place.folder);
        session.download(QDate(2024, 1, 1));
        TRY_LAST(session, Done);
        FileSizeLimit full(static_cast<rlim_t>(std::filesystem::file_size(place.folder.file())));
        session.act("delete");
        session.dialog<ui::dialogs::DeleteDialog>()->findChild<QPushButton*>(QStringLiteral("confirm"))->click();
        TRY_JOBS(session, 2, Failed);
        QVERIFY2(session.story().contains(QStringLiteral("disk")), qPrintable(session.story()));
        full.lift();
        session.press("resumeJob");
        TRY_LAST(session, Done);
        QTRY_COMPARE_WITH_TIMEOUT(session.panel().model().rowCount(), 0, PATIENCE);
    }

    void showsAGapOnTheChartAndReplaysFromIt()
    {
        const Place place;
        const Session session(place.folder);
        session.download();
        TRY_LAST(session, Done);
        QTRY_VERIFY_WITH_TIMEOUT(session.candles() > 300 && session.panel().isSettled(), PATIENCE);
        const core::Timestamp from = time("2024-01-01 01:00");
        session.panel().view().showRange({from, time("2024-01-01 03:00")});
        session.act("showOnChart");
        QVERIFY(session.window->market().isVisible());
        const auto span = session.window->market().chart().state().span;
        QVERIFY(span.from < from && from < span.to);
        session.act("replayFromHere");
        auto* dialog = session.dialog<ui::dialogs::ReplaySetupDialog>();
        QVERIFY(dialog);
        const auto edits = dialog->findChildren<QDateTimeEdit*>();
        QVERIFY(std::any_of(edits.begin(), edits.end(), [](const QDateTimeEdit* edit) {
            return edit->dateTime() == QDateTime(QDate(2024, 1, 1), QTime(1, 0), Qt::UTC);
        }));
    }

    void aReadOnlyWindowOffersNoJobs()
    {
        const Place place;
        const auto holder = core::Workspace::open(place.folder.path(""), core::Workspace::Access::Write);
        QVERIFY(holder.ok());
        app::Runtime runtime(*core::Workspace::open(place.folder.path(""), core::Workspace::Access::ReadIfBusy),
                             {QUARTERDECK_SOURCE_DIR "/strategies"});
        ui::MainWindow window(runtime.services());
        window.show();
        QTRY_VERIFY(window.historyKnown());
        QVERIFY(!window.history().findChild<QAction*>(QStringLiteral("download"))->isEnabled());
    }
};

QTEST_MAIN(TestHistoryWindow)
#include "tst_historywindow.moc"
