// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The real window continues what it had when it was closed or killed. Started with --child it is
// the window that is killed.
#include "tests/ui/replaywindow.h"
#include "ui/charts/timeline.h"
#include "ui/panels/replaypanel.h"

#include <QApplication>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <csignal>
#include <cstdio>

#include <sys/prctl.h>

namespace {

using fixture::PATIENCE;
using fixture::Window;
constexpr int CANDLES = 1500;

/// What a trader compares: where the replay stands and what each account holds.
QByteArray describe(const core::engine::EngineSnapshot& snapshot)
{
    std::string text =
        core::formatTimestamp(snapshot.time) + " bars " + std::to_string(snapshot.barsDone);
    for (const auto& account : snapshot.accounts) {
        text += " | " + account.strategy + ' ' + account.cash.toString() + ' ' +
                account.equity.toString() + ' ' + std::to_string(account.fills) +
                ' ' + std::string(name(account.state)) + " epoch " + std::to_string(account.epoch);
        for (const auto& position : account.positions)
            text += " p" + std::to_string(position.quantity.lots());
        for (const auto& order : account.workingOrders)
            text += " o" + std::to_string(order.id.value) + ':' +
                    std::to_string(order.remaining().lots()) + '@' +
                    std::to_string(order.limit ? order.limit->ticks() : 0) + '/' +
                    std::to_string(order.stop ? order.stop->ticks() : 0);
    }
    return QByteArray::fromStdString(text);
}

/// Plays past half of the bars, pauses, acts on the accounts and says where it stands, until it is killed.
int playUntilKilled(const QString& folder)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const Window window(folder);
    ui::MainWindow& main = *window.window;
    bool paused = false;
    QObject::connect(&main, &ui::MainWindow::coverageChanged, &main, [&main] {
        main.replay().setSpeed(3'600.0);
        main.startReplay(fixture::ReplayWorkspace::request());
    });
    QObject::connect(&main, &ui::MainWindow::replayLoaded, &main,
                     [&main] { emit main.replay().playRequested(); });
    QObject::connect(&main, &ui::MainWindow::snapshotShown, &main,
                     [&](const core::engine::SnapshotPtr& snapshot) {
                         if (!snapshot || snapshot->barsDone < 300)
                             return;
                         using core::portfolio::UserAction;
                         if (!paused) {
                             emit main.replay().pauseRequested();
                             emit main.actConfirmed({UserAction::Kind::Reset, 1, 0, 0, 0});
                             main.requestAct(UserAction::Kind::Halt, 0);
                         }
                         paused = true;
                         if (snapshot->accounts[0].state != core::engine::AccountState::Halted)
                             return;
                         std::printf("%s\n", describe(*snapshot).constData());
                         std::fflush(stdout);
                     });
    return QApplication::exec();
}

} // namespace

class TestRestore : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();

    void continuesAfterAKill();
    void continuesWhatWasClosed();
    void playsOnWithoutTheMessage();
    void saysWhyAChangedStrategyCannotGoOnAndStartsAnew();
    void unloadedReplayStaysAway();

private:
    QTemporaryDir m_folder;
    std::unique_ptr<fixture::ReplayWorkspace> m_workspace;
    std::unique_ptr<Window> m_window;
    QByteArray m_last;
};

void TestRestore::initTestCase()
{
    m_workspace = std::make_unique<fixture::ReplayWorkspace>(m_folder.path().toStdString());
    m_workspace->fill(CANDLES);
}

void TestRestore::cleanup()
{
    m_window.reset();
}

void TestRestore::continuesAfterAKill()
{
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(),
                {QStringLiteral("--child"), m_folder.path()});
    QByteArray shown;
    while (child.waitForReadyRead(PATIENCE)) {
        shown += child.readAllStandardOutput();
        if (shown.count('\n') >= 1)
            break;
    }
    QVERIFY2(shown.count('\n') >= 1, child.readAllStandardError().constData());
    child.kill();
    QVERIFY(child.waitForFinished(PATIENCE));
    shown += child.readAllStandardOutput();
    const QByteArray first = shown.split('\n').first();

    m_window = std::make_unique<Window>(m_folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->banner().isEmpty(), PATIENCE);
    QVERIFY(m_window->banner().contains(QStringLiteral("without closing")));
    QVERIFY(m_window->window->snapshot() != nullptr);
    QVERIFY(!m_window->window->replay().isPlaying());
    // It may have shown more before the signal came; what it showed was kept, so it is never
    // behind.
    const QByteArray restored = describe(*m_window->window->snapshot());
    QVERIFY(restored >= first);
    QCOMPARE(m_window->window->snapshot()->accounts[0].state, core::engine::AccountState::Halted);
    QCOMPARE(m_window->window->snapshot()->accounts[1].epoch, 2);
    // Sought to what was shown, it is the same account.
    const auto time = core::parseTimestamp(first.left(first.indexOf(' ')).toStdString());
    QVERIFY(time.ok());
    emit m_window->window->replay().timeline().seekRequested(*time);
    QTRY_COMPARE_WITH_TIMEOUT(describe(*m_window->window->snapshot()), first, PATIENCE);
    QTRY_VERIFY(m_window->window->replay().timeline().isVisible());
    m_last = first;
}

void TestRestore::continuesWhatWasClosed()
{
    QVERIFY(!m_last.isEmpty());
    m_window = std::make_unique<Window>(m_folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->banner().isEmpty(), PATIENCE);
    QVERIFY(m_window->banner().contains(QStringLiteral("where you left it")));
    QCOMPARE(describe(*m_window->window->snapshot()), m_last);
    // The whole range can be sought, not only what lies ahead.
    const ui::charts::Timeline& line = m_window->window->replay().timeline();
    QVERIFY(line.begin() < m_window->window->snapshot()->time);
    QVERIFY(line.end() > m_window->window->snapshot()->time);
    QVERIFY(!m_window->window->sessionFolder().empty());
}

void TestRestore::playsOnWithoutTheMessage()
{
    m_window = std::make_unique<Window>(m_folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->banner().isEmpty(), PATIENCE);
    QCOMPARE(describe(*m_window->window->snapshot()), m_last);
    m_window->window->replay().setSpeed(3'600.0);
    const std::int64_t before = m_window->window->snapshot()->barsDone;
    auto* play = m_window->window->replay().findChild<QToolButton*>(QStringLiteral("play"));
    QTest::mouseClick(play, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->window->snapshot()->barsDone > before, PATIENCE);
    QTest::mouseClick(play, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->window->replay().isPlaying(), PATIENCE);
    QTRY_VERIFY(m_window->banner().isEmpty());
}

void TestRestore::saysWhyAChangedStrategyCannotGoOnAndStartsAnew()
{
    std::string changed = fixture::FOLLOWER;
    changed.append("-- changed\n");
    m_workspace->writeStrategy("follower", changed);
    m_window = std::make_unique<Window>(m_folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->box(), PATIENCE);
    QVERIFY2(m_window->box()->text().contains(QStringLiteral("follower was changed")),
             qPrintable(m_window->box()->text()));
    QVERIFY(m_window->window->snapshot() == nullptr);
    QSignalSpy loaded(m_window->window.get(), &ui::MainWindow::replayLoaded);
    for (QPushButton* button : m_window->box()->findChildren<QPushButton*>())
        if (button->text().remove(QLatin1Char('&')) == QStringLiteral("Start anew"))
            QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(loaded.wait(PATIENCE));
    QCOMPARE(m_window->window->snapshot()->barsDone, std::int64_t(0));
    QCOMPARE(m_window->window->snapshot()->accounts.size(), std::size_t(3));
}

void TestRestore::unloadedReplayStaysAway()
{
    m_window = std::make_unique<Window>(m_folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->banner().isEmpty(), PATIENCE);
    m_window->window->unloadReplay();
    QTRY_VERIFY(m_window->banner().isEmpty());
    m_window.reset();
    m_window = std::make_unique<Window>(m_folder.path());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->isReady(), PATIENCE);
    // A replay loaded now comes after whatever the window would have restored.
    QSignalSpy loaded(m_window->window.get(), &ui::MainWindow::replayLoaded);
    m_window->window->startReplay(fixture::ReplayWorkspace::request());
    QVERIFY(loaded.wait(PATIENCE));
    QCOMPARE(loaded.size(), 1);
    QVERIFY(m_window->banner().isEmpty());
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc == 3 && qstrcmp(argv[1], "--child") == 0)
        return playUntilKilled(QString::fromLocal8Bit(argv[2]));
    TestRestore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_restore.moc"
