// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The user acts on accounts through the real window.
#include "tests/ui/replaywindow.h"
#include "ui/dialogs/leveragedialog.h"
#include "ui/panels/replaypanel.h"

#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using core::engine::AccountState;
using core::portfolio::UserAction;
using Kind = UserAction::Kind;
using fixture::PATIENCE;
using fixture::Window;
using ui::dialogs::ActDialog;

class TestActs : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void aResetAsksAndThenIsDone();
    void aHaltIsDoneAtOnce();
    void otherLeveragesAreShownAndDone();
    void anEarlierActAsksAndMovesTheJournal();
    void whatIsRefusedIsSaid();

private:
    [[nodiscard]] const core::engine::EngineSnapshot& shown() const { return *m_window->window->snapshot(); }
    [[nodiscard]] ActDialog* dialog() const;
    void playTo(std::int64_t bars) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Window> m_window;
};

void TestActs::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    fixture::ReplayWorkspace(m_folder->path().toStdString()).fill(300);
    m_window = std::make_unique<Window>(m_folder->path());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->isReady(), PATIENCE);
    m_window->window->startReplay(fixture::ReplayWorkspace::request());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->window->snapshot() != nullptr, PATIENCE);
    playTo(100);
}

ActDialog* TestActs::dialog() const
{
    for (auto* candidate : m_window->window->findChildren<ActDialog*>())
        if (candidate->isVisible())
            return candidate;
    return nullptr;
}

void TestActs::playTo(std::int64_t bars) const
{
    const core::Timestamp time = shown().begin + std::chrono::minutes(bars);
    emit m_window->window->replay().seekRequested(time);
    QTRY_VERIFY_WITH_TIMEOUT(shown().time == time, PATIENCE);
}

void TestActs::aResetAsksAndThenIsDone()
{
    m_window->window->requestAct(Kind::Reset, 0);
    QVERIFY(dialog());
    QCOMPARE(shown().accounts[0].epoch, 1);
    dialog()->confirmButton().click();
    QTRY_COMPARE_WITH_TIMEOUT(shown().accounts[0].epoch, 2, PATIENCE);
    QCOMPARE(shown().accounts[0].cash, shown().accounts[0].openingCash);
    QVERIFY(!dialog());
}

void TestActs::aHaltIsDoneAtOnce()
{
    m_window->window->requestAct(Kind::Halt, 1);
    QVERIFY(!dialog());
    QTRY_COMPARE_WITH_TIMEOUT(shown().accounts[1].state, AccountState::Halted, PATIENCE);
}

void TestActs::otherLeveragesAreShownAndDone()
{
    m_window->window->requestAct(Kind::SetLeverage, 2);
    auto* asks = qobject_cast<ui::dialogs::LeverageDialog*>(dialog());
    QVERIFY(asks);
    asks->setLeverages(2.5, 1.25);
    asks->confirmButton().click();
    QTRY_COMPARE_WITH_TIMEOUT(shown().accounts[2].longLeverage, 2.5, PATIENCE);
    QCOMPARE(shown().accounts[2].shortLeverage, 1.25);
}

void TestActs::anEarlierActAsksAndMovesTheJournal()
{
    m_window->window->requestAct(Kind::Halt, 1);
    QTRY_COMPARE_WITH_TIMEOUT(shown().accounts[1].state, AccountState::Halted, PATIENCE);
    playTo(50);
    const auto before = m_window->window->sessionFolder();
    m_window->window->requestAct(Kind::Halt, 0);
    QVERIFY(dialog());
    QVERIFY(dialog()->warning().startsWith(QStringLiteral("One act that comes later")));
    dialog()->confirmButton().click();
    QTRY_COMPARE_WITH_TIMEOUT(shown().accounts[0].state, AccountState::Halted, PATIENCE);
    QVERIFY(m_window->window->sessionFolder() != before);
    playTo(150);
    QVERIFY(shown().accounts[1].state != AccountState::Halted);
}

void TestActs::whatIsRefusedIsSaid()
{
    emit m_window->window->actConfirmed({Kind::Resume, 0, 0, 0, 0});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->box(), PATIENCE);
    QVERIFY(m_window->box()->text().contains(QStringLiteral("is running")));
    QCOMPARE(m_window->box()->informativeText(), QStringLiteral("There is nothing to resume."));
}

QTEST_MAIN(TestActs)
#include "tst_acts.moc"
