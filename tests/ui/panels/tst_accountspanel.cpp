// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/panels/accountspanel.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/infocard.h"
#include "ui/panels/performancetable.h"
#include "ui/theme.h"

#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

using core::engine::AccountState;
using core::engine::ClosedOrder;
using core::execution::OrderStatus;
using ui::panels::AccountsPanel;
using ui::panels::InfoCard;

namespace {

core::engine::EngineSnapshot withFills(std::uint64_t count)
{
    auto snapshot = samples::session();
    std::vector<core::engine::FillRecord> fills;
    for (std::uint64_t n = 1; n <= count; ++n)
        fills.push_back(samples::fill(n));
    snapshot.fills = samples::logOf(fills);
    return snapshot;
}

} // namespace

class TestAccountsPanel : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<AccountsPanel> m_panel;

    [[nodiscard]] InfoCard& card(const char* which) const
    {
        for (auto* one : m_panel->findChildren<InfoCard*>())
            if ((one->objectName() == QLatin1StringView("alarm")) == (which[0] == 'a'))
                return *one;
        qFatal("no card");
    }

private slots:
    void init()
    {
        m_panel = std::make_unique<AccountsPanel>();
        m_panel->resize(1000, 320);
        m_panel->show();
    }

    void saysWhatToDoWithoutASession()
    {
        QVERIFY(!m_panel->showsBody());
        QSignalSpy replay(m_panel.get(), &AccountsPanel::newReplayRequested);
        for (auto* button : m_panel->findChildren<QPushButton*>())
            if (button->isVisible())
                button->click();
        QCOMPARE(replay.count(), 1);
        m_panel->setSnapshot(samples::share(samples::session()));
        QVERIFY(m_panel->showsBody());
        m_panel->setSnapshot({});
        QVERIFY(!m_panel->showsBody());
    }

    void showsEveryFigureOfAPositionInASmallWindow()
    {
        m_panel->resize(800, 220);
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setTab(AccountsPanel::Positions);
        const auto& table = m_panel->table(AccountsPanel::Positions);
        QCOMPARE(table.horizontalScrollBar()->maximum(), 0);
        for (int row = 0; row < table.model()->rowCount(); ++row)
            for (int column = 0; column < table.model()->columnCount(); ++column)
                QVERIFY(table.sizeHintForIndex(table.model()->index(row, column)).width() <=
                        table.columnWidth(column));
    }

    void keepsColumnsStillWhileFiguresShrink()
    {
        m_panel->resize(800, 220);
        auto session = samples::session();
        m_panel->setSnapshot(samples::share(session));
        const auto& table = m_panel->table(AccountsPanel::Positions);
        const int before = table.columnWidth(6);
        for (auto& account : session.accounts)
            for (auto& position : account.positions)
                position.profit = core::Money();
        m_panel->setSnapshot(samples::share(session));
        QCOMPARE(table.columnWidth(6), before);
    }

    void explainsTheSelectedFill()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setTab(AccountsPanel::Fills);
        QVERIFY(!card("explanation").isVisible());
        m_panel->table(AccountsPanel::Fills).selectRow(0);
        QVERIFY(card("explanation").isVisible());
        QVERIFY(card("explanation").title().startsWith(QStringLiteral("Why at")));
        QSignalSpy chart(m_panel.get(), &AccountsPanel::showOnChartRequested);
        card("explanation").findChild<QPushButton*>(QStringLiteral("chart"))->click();
        QCOMPARE(chart.count(), 1);
    }

    void offersToFollowTheEventOfAFillAndAnOrder()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        QSignalSpy follow(m_panel.get(), &AccountsPanel::followEventRequested);
        auto* link = card("explanation").findChild<QPushButton*>(QStringLiteral("event"));
        m_panel->setTab(AccountsPanel::Orders);
        m_panel->table(AccountsPanel::Orders).selectRow(0);
        QCOMPARE(link->text(), QStringLiteral("Follow event 7ed6"));
        link->click();
        QCOMPARE(follow.count(), 1);
        QCOMPARE(follow.front().at(1).toString(), QStringLiteral("mean_reversion"));
        m_panel->setTab(AccountsPanel::Fills);
        m_panel->table(AccountsPanel::Fills).selectRow(0);
        QCOMPARE(link->text(), QStringLiteral("Follow event 7f06"));
        m_panel->setTab(AccountsPanel::Positions);
        m_panel->table(AccountsPanel::Positions).selectRow(0);
        QVERIFY(card("explanation").isVisible());
        QVERIFY(!link->isVisible());
    }

    void followsASelectedOrderWhenItCloses()
    {
        auto session = samples::session();
        m_panel->setSnapshot(samples::share(session));
        m_panel->setTab(AccountsPanel::Orders);
        m_panel->table(AccountsPanel::Orders).selectRow(0);
        QCOMPARE(card("explanation").title(), QStringLiteral("Why did order 214 not fill?"));
        session.accounts[2].workingOrders.clear();
        session.closedOrders = samples::logOf(
            std::vector<ClosedOrder>{session.closedOrders.at(0),
                                     session.closedOrders.at(1),
                                     {2, samples::order(214, OrderStatus::Filled), session.time},
                                     {2, samples::order(213, OrderStatus::Filled), session.time}});
        m_panel->setSnapshot(samples::share(session));
        QCOMPARE(m_panel->table(AccountsPanel::Orders).selectedRow(), 1);
        QCOMPARE(card("explanation").title(), QStringLiteral("What became of order 214?"));
    }

    void explainsTheFigureOfThePerformanceTheKeyboardIsOn()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setTab(AccountsPanel::Performance);
        auto& table = m_panel->performance();
        QVERIFY(table.isVisible());
        QVERIFY(!card("explanation").isVisible());
        table.setFocus();
        table.setCurrentIndex(table.model()->index(1, 0));
        QVERIFY(card("explanation").isVisible());
        QCOMPARE(card("explanation").title(), QStringLiteral("Profit of breakout: –"));
        QTest::keyClick(&table, Qt::Key_Down);
        QVERIFY(card("explanation").title().startsWith(QStringLiteral("Total return of")));
        QVERIFY(!card("explanation").findChild<QPushButton*>(QStringLiteral("chart"))->isVisible());
        card("explanation").findChild<QPushButton*>(QStringLiteral("close"))->click();
        QVERIFY(!card("explanation").isVisible());
    }

    void keepsTheRowsInSightWhenFillsComeIn()
    {
        m_panel->setSnapshot(samples::share(withFills(200)));
        m_panel->setTab(AccountsPanel::Fills);
        auto& table = m_panel->table(AccountsPanel::Fills);
        table.verticalScrollBar()->setValue(50 * ui::ROW_HEIGHT);
        table.selectRow(55);
        const int before = table.rowViewportPosition(table.selectedRow());
        m_panel->setSnapshot(samples::share(withFills(230)));
        QCOMPARE(table.selectedRow(), 85);
        QCOMPARE(table.rowViewportPosition(table.selectedRow()), before);
    }

    void staysWithTheNewestAtTheTop()
    {
        m_panel->setSnapshot(samples::share(withFills(200)));
        m_panel->setTab(AccountsPanel::Fills);
        m_panel->setSnapshot(samples::share(withFills(230)));
        QCOMPARE(m_panel->table(AccountsPanel::Fills).verticalScrollBar()->value(), 0);
    }

    void doesNotLetAMarginCallBeMissed()
    {
        auto session = samples::session();
        session.accounts[1].state = AccountState::Running;
        m_panel->setSnapshot(samples::share(session));
        QVERIFY(!card("alarm").isVisible());
        session.accounts[0].state = AccountState::Liquidated;
        session.accounts[0].stateReason = "equity fell below the maintenance margin";
        session.accounts[1].state = AccountState::Suspended;
        session.accounts[1].stateReason = "100 orders in a row were rejected";
        m_panel->setSnapshot(samples::share(session));
        QVERIFY(card("alarm").isVisible());
        QVERIFY(card("alarm").title().startsWith(QStringLiteral("Margin call: breakout")));
        QVERIFY(card("alarm").text().contains(QStringLiteral("grid_rsi is suspended")));
    }

    void actsOnTheSelectedAccount()
    {
        using Kind = core::portfolio::UserAction::Kind;
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setTab(AccountsPanel::Accounts);
        QVERIFY(!m_panel->actionOf(Kind::Reset).isEnabled());
        m_panel->table(AccountsPanel::Accounts).selectRow(3);
        QVERIFY(card("explanation").isVisible());
        QCOMPARE(card("explanation").title(), QStringLiteral("sma_cross: running"));
        QSignalSpy wanted(m_panel.get(), &AccountsPanel::actRequested);
        card("explanation").findChild<QPushButton*>(QStringLiteral("reset"))->click();
        m_panel->actionOf(Kind::Halt).trigger();
        QCOMPARE(wanted.count(), 2);
        QVERIFY(wanted[0][0].value<Kind>() == Kind::Reset);
        QVERIFY(wanted[1][0].value<Kind>() == Kind::Halt);
        QCOMPARE(wanted[1][1].value<core::AccountIndex>(), core::AccountIndex(3));
    }

    void offersToFollowWhatTheUserDid()
    {
        auto session = samples::session();
        session.accounts[3].lastAction = {core::portfolio::UserAction::Kind::Reset, session.time,
                                          core::portfolio::actionEvent(2)};
        m_panel->setSnapshot(samples::share(session));
        m_panel->setTab(AccountsPanel::Accounts);
        m_panel->table(AccountsPanel::Accounts).selectRow(3);
        QSignalSpy follow(m_panel.get(), &AccountsPanel::followEventRequested);
        auto* link = card("explanation").findChild<QPushButton*>(QStringLiteral("event"));
        QCOMPARE(link->text(), QStringLiteral("Follow event a000000002"));
        link->click();
        QVERIFY(follow.front().front().value<core::CorrelationId>() == core::portfolio::actionEvent(2));
        QCOMPARE(follow.front().at(1).toString(), QStringLiteral("sma_cross"));
    }

    void saysWhyAnActIsNotPossible()
    {
        using Kind = core::portfolio::UserAction::Kind;
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setTab(AccountsPanel::Accounts);
        QCOMPARE(m_panel->actionOf(Kind::Halt).toolTip(), QStringLiteral("Select an account in the Accounts tab first"));
        m_panel->table(AccountsPanel::Accounts).selectRow(3);
        auto* resume = card("explanation").findChild<QPushButton*>(QStringLiteral("resume"));
        QVERIFY(!resume->isEnabled());
        QVERIFY(resume->toolTip().startsWith(QStringLiteral("sma_cross is running")));
        m_panel->table(AccountsPanel::Accounts).selectRow(1);
        QVERIFY(resume->isEnabled());
        auto session = samples::session();
        session.accounts[1].canResume = false;
        m_panel->setSnapshot(samples::share(session));
        QVERIFY(!resume->isEnabled());
        QVERIFY(resume->toolTip().contains(QStringLiteral("stopped for good")));
    }

    void theOnlyAccountNeedsNoSelection()
    {
        using Kind = core::portfolio::UserAction::Kind;
        auto session = samples::session();
        session.accounts.resize(1);
        m_panel->setSnapshot(samples::share(session));
        QVERIFY(m_panel->actionOf(Kind::Halt).isEnabled());
        QVERIFY(m_panel->actionOf(Kind::SetLeverage).isEnabled());
        m_panel->setSnapshot({});
        QVERIFY(!m_panel->actionOf(Kind::Halt).isEnabled());
    }

    void theTotalIsNoAccountToActOn()
    {
        using Kind = core::portfolio::UserAction::Kind;
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setTab(AccountsPanel::Accounts);
        m_panel->table(AccountsPanel::Accounts).selectRow(4);
        QVERIFY(!m_panel->actionOf(Kind::Reset).isEnabled());
        QVERIFY(!card("explanation").isVisible());
    }

    void saysWhichLimitBlocksAnAccount()
    {
        auto session = samples::session();
        session.accounts[1].state = AccountState::Blocked;
        session.accounts[1].breaches = {
            {core::portfolio::RiskLimit::DailyLoss, session.time, 0.0612, 0.05}};
        m_panel->setSnapshot(samples::share(session));
        QVERIFY(card("alarm").isVisible());
        const QString said = card("alarm").title();
        QVERIFY2(said.startsWith(QStringLiteral("grid_rsi, entries blocked: daily loss 6.12")),
                 qPrintable(said));
        QVERIFY2(said.contains(QStringLiteral("limit 5.00")), qPrintable(said));
    }
};

QTEST_MAIN(TestAccountsPanel)
#include "tst_accountspanel.moc"
