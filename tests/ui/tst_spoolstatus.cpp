// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/runtime.h"
#include "core/history/historywriter.h"
#include "tests/core/history/historyfixture.h"
#include "ui/mainwindow.h"
#include "ui/spoolstatus.h"
#include "ui/statusline.h"

#include <QTemporaryDir>
#include <QTest>

using namespace core::history;
using namespace fixture;
using Phase = WriterState::Phase;

namespace {

constexpr int PATIENCE = 60'000;

WriterState state(Phase phase, std::int64_t batches)
{
    WriterState made;
    made.phase = phase;
    made.spool.batches = batches;
    if (batches > 0)
        made.spool.since = fixture::time("2024-01-01 12:03:00");
    made.reason = {core::ErrorCode::Io, "The server cannot be reached", "Check that it runs."};
    return made;
}

} // namespace

/// What the status bar says of batches that wait for a server.
class TestSpoolStatus : public QObject
{
    Q_OBJECT

private slots:
    void saysNothingWhileNothingWaits()
    {
        QVERIFY(ui::spoolNotice(state(Phase::Idle, 0)).text.isEmpty());
        QVERIFY(ui::spoolNotice(state(Phase::Connected, 0)).text.isEmpty());
    }

    void saysHowMuchWaitsAndWhy()
    {
        const ui::SpoolNotice notice = ui::spoolNotice(state(Phase::Spooling, 3));
        QCOMPARE(notice.token, ui::Token::Warn);
        QVERIFY(notice.text.contains(QStringLiteral("away")) && notice.text.contains(QLatin1Char('3')));
        QVERIFY(notice.toolTip.contains(QStringLiteral("2024-01-01 12:03:00")));
        QVERIFY(notice.toolTip.contains(QStringLiteral("The server cannot be reached. Check that it runs.")));
    }

    void saysWhatIsLeftWhileItDrains()
    {
        const ui::SpoolNotice notice = ui::spoolNotice(state(Phase::Draining, 3));
        QCOMPARE(notice.token, ui::Token::Accent);
        QVERIFY(notice.text.contains(QLatin1Char('3')));
    }

    void saysThatNothingCanBeStored()
    {
        const ui::SpoolNotice notice = ui::spoolNotice(state(Phase::Failing, 0));
        QCOMPARE(notice.token, ui::Token::Bad);
        QVERIFY(notice.toolTip.contains(QStringLiteral("The server cannot be reached")));
    }

    void saysWhyThereIsNoSpool()
    {
        QVERIFY(ui::spoolNotice(state(Phase::Opening, 0)).text.isEmpty());
        const ui::SpoolNotice notice = ui::spoolNotice(state(Phase::Barred, 0));
        QCOMPARE(notice.token, ui::Token::Bad);
        QVERIFY(!notice.text.isEmpty());
        QVERIFY(notice.toolTip.contains(QStringLiteral("The server cannot be reached")));
    }

    void theWindowTakesTheSpoolUpOnceItIsFree()
    {
        const auto url = *core::history::DatabaseUrl::parse("postgresql://anna@127.0.0.1:1/markets");
        QTemporaryDir folder;
        std::optional<Spool> other;
        {
            auto opened = Spool::open(Spool::folderOf(folder.path().toStdString(), url), url);
            VERIFY_OK(opened);
            other.emplace(std::move(*opened));
        }
        app::Runtime runtime(*core::Workspace::open(folder.path().toStdString(), core::Workspace::Access::Write), {},
                             app::Runtime::Replays::Kept, url);
        ui::MainWindow window(runtime.services());
        window.show();
        const auto* line = window.findChild<ui::StatusLine*>(QStringLiteral("spoolStatus"));
        QTRY_VERIFY_WITH_TIMEOUT(line->isVisible() && line->toolTip().contains(QStringLiteral("in use")), PATIENCE);
        other.reset();
        QTRY_VERIFY_WITH_TIMEOUT(!line->isVisible(), PATIENCE);
    }

    void keepsSayingWhatWasSetAside()
    {
        WriterState quiet = state(Phase::Connected, 0);
        quiet.findings = {"A batch was kept as /home/anna/batch.refused"};
        const ui::SpoolNotice notice = ui::spoolNotice(quiet);
        QCOMPARE(notice.token, ui::Token::Warn);
        QCOMPARE(notice.toolTip, QStringLiteral("A batch was kept as /home/anna/batch.refused"));
    }

    void theWindowWritesWhatAnEarlierStartLeftOnceTheServerIsBack()
    {
        QString whyNot;
        PostgresServer* server = PostgresServer::shared(whyNot);
        QVERIFY2(server, qPrintable(whyNot));
        QTemporaryDir folder;
        {
            auto spool = Spool::open(Spool::folderOf(folder.path().toStdString(), server->url()), server->url());
            VERIFY_OK(spool);
            SpoolRecord record;
            record.instrument = fixture::instrument();
            record.batch.candles = series(fixture::time("2024-01-01"), core::market::ONE_MINUTE, 100);
            QVERIFY(spool->append(record).ok());
        }
        server->stop();
        app::Runtime runtime(*core::Workspace::open(folder.path().toStdString(), core::Workspace::Access::Write), {},
                             app::Runtime::Replays::Kept, server->url());
        ui::MainWindow window(runtime.services());
        window.show();
        const auto* line = window.findChild<ui::StatusLine*>(QStringLiteral("spoolStatus"));
        QTRY_VERIFY_WITH_TIMEOUT(line->isVisible() && line->text().contains(QStringLiteral("away")), PATIENCE);
        QVERIFY(server->restart());
        QTRY_VERIFY_WITH_TIMEOUT(!line->isVisible(), PATIENCE);
        QTRY_COMPARE_WITH_TIMEOUT(window.coverage().size(), 1U, PATIENCE);
        QCOMPARE(window.coverage().front().candles, 100);
    }

    void aFileHasNoSpool()
    {
        QTemporaryDir folder;
        app::Runtime runtime(*core::Workspace::open(folder.path().toStdString(), core::Workspace::Access::Write), {});
        ui::MainWindow window(runtime.services());
        window.show();
        QVERIFY(!window.findChild<ui::StatusLine*>(QStringLiteral("spoolStatus"))->isVisible());
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("spool"))));
    }
};

QTEST_MAIN(TestSpoolStatus)
#include "tst_spoolstatus.moc"
