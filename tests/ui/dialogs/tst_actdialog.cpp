// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/dialogs/leveragedialog.h"

#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using core::engine::AccountState;
using core::portfolio::UserAction;
using Kind = UserAction::Kind;
using ui::dialogs::ActDialog;
using ui::dialogs::LeverageDialog;

namespace {

constexpr core::AccountIndex MEAN_REVERSION = 2;
constexpr core::AccountIndex GRID = 1;
constexpr core::AccountIndex SMA = 3;

using samples::session;

UserAction act(Kind kind, core::AccountIndex account)
{
    return {kind, account, 0, 0, 0};
}

} // namespace

class TestActDialog : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatAResetDoes()
    {
        const ActDialog dialog(samples::share(session()), act(Kind::Reset, MEAN_REVERSION));
        const QStringList lines = dialog.text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 6);
        QCOMPARE(lines[0], QStringLiteral("One working order is cancelled."));
        QCOMPARE(lines[1], QStringLiteral("The long of 2.1 BTC closes at its mark, 46 768.5, without costs."));
        QCOMPARE(lines[2], QStringLiteral("The long of 12 ETH closes at its mark, 3 688.40, without costs."));
        QCOMPARE(lines[3], QStringLiteral("What is left, 54 200.00 USD, is withdrawn."));
        QCOMPARE(lines[4], QStringLiteral("100 000.00 USD are deposited: that is the cash then."));
        QVERIFY(lines[5].startsWith(QStringLiteral("Epoch 2 of the account begins.")));
        QVERIFY(dialog.warning().isEmpty());
    }

    void enterDoesNotReset()
    {
        ActDialog dialog(samples::share(session()), act(Kind::Reset, MEAN_REVERSION));
        QSignalSpy confirmed(&dialog, &ActDialog::confirmed);
        dialog.show();
        QTest::keyClick(&dialog, Qt::Key_Return);
        QCOMPARE(confirmed.count(), 0);
        QVERIFY(!dialog.isVisible());
    }

    void confirmingTellsTheAct()
    {
        ActDialog dialog(samples::share(session()), act(Kind::Reset, MEAN_REVERSION));
        QSignalSpy confirmed(&dialog, &ActDialog::confirmed);
        dialog.show();
        dialog.confirmButton().click();
        QCOMPARE(confirmed.count(), 1);
        QVERIFY(confirmed[0][0].value<UserAction>() == act(Kind::Reset, MEAN_REVERSION));
    }

    void warnsOfLaterActs()
    {
        auto snapshot = session();
        snapshot.laterActions = 3;
        const ActDialog dialog(samples::share(snapshot), act(Kind::Halt, SMA));
        QCOMPARE(dialog.warning(), QStringLiteral("3 acts that come later in this replay are dropped."));
        QVERIFY(dialog.confirmButton().isEnabled());
    }

    void followsTheAccountAndSaysWhyItCannotBe()
    {
        auto snapshot = session();
        ActDialog dialog(samples::share(snapshot), act(Kind::Halt, SMA));
        QVERIFY(dialog.confirmButton().isEnabled());
        snapshot.accounts[SMA].state = AccountState::Halted;
        dialog.setSnapshot(samples::share(snapshot));
        QVERIFY(!dialog.confirmButton().isEnabled());
        QVERIFY(dialog.warning().startsWith(QStringLiteral("sma_cross is halted already")));
    }

    void closesWhenTheAccountIsGone()
    {
        ActDialog dialog(samples::share(session()), act(Kind::Halt, SMA));
        dialog.show();
        dialog.setSnapshot({});
        QVERIFY(!dialog.isVisible());
    }

    void showsWhatOtherLeveragesBind()
    {
        LeverageDialog dialog(samples::share(session()), SMA);
        QVERIFY(!dialog.confirmButton().isEnabled());
        dialog.setLeverages(2.0, 2.0);
        // 135,628.65 long of 101,840 equity: / 1.5 and / 2, and what each leaves.
        QCOMPARE(dialog.figure(0, false), QStringLiteral("90 419.10"));
        QCOMPARE(dialog.figure(0, true), QStringLiteral("67 814.32"));
        QCOMPARE(dialog.figure(1, false), QStringLiteral("11 420.90"));
        QCOMPARE(dialog.figure(1, true), QStringLiteral("34 025.68"));
        QCOMPARE(dialog.figure(2, false), QStringLiteral("17 131.35"));
        QCOMPARE(dialog.figure(2, true), QStringLiteral("68 051.35"));
        QCOMPARE(dialog.figure(4, false), dialog.figure(4, true));
        QCOMPARE(dialog.figure(5, true), QStringLiteral("unchanged"));
        QVERIFY(dialog.warning().isEmpty());
        QVERIFY(dialog.confirmButton().isEnabled());
    }

    void tellsTheLeveragesExactly()
    {
        auto snapshot = session();
        snapshot.accounts[SMA].longLeverage = 1.2345;
        LeverageDialog dialog(samples::share(snapshot), SMA);
        QSignalSpy confirmed(&dialog, &ActDialog::confirmed);
        dialog.setLeverages(1.2345, 3.3);
        dialog.confirmButton().click();
        const auto action = confirmed[0][0].value<UserAction>();
        QCOMPARE(action.longLeverage, std::int64_t(12'345));
        QCOMPARE(action.shortLeverage, std::int64_t(33'000));
        QVERIFY(action.kind == Kind::SetLeverage && action.account == SMA);
    }

    void saysWhenEntriesWouldBeRefused()
    {
        LeverageDialog dialog(samples::share(session()), SMA);
        dialog.setLeverages(1.0, 1.0);
        QVERIFY(dialog.warning().startsWith(QStringLiteral("Entries are refused until")));
        QVERIFY(dialog.confirmButton().isEnabled());
    }

    void saysWhenFullUseBringsAMarginCall()
    {
        LeverageDialog dialog(samples::share(session()), GRID);
        dialog.setLeverages(4.0, 4.0);
        QVERIFY(dialog.warning().isEmpty());
        dialog.setLeverages(4.01, 4.0);
        QVERIFY(dialog.warning().startsWith(QStringLiteral("Above 4.00 ×")));
    }

    void keepsTheUsersLeveragesWhileSnapshotsCome()
    {
        auto snapshot = session();
        LeverageDialog dialog(samples::share(snapshot), SMA);
        dialog.setLeverages(2.0, 2.0);
        snapshot.accounts[SMA].equity += samples::money("1000");
        dialog.setSnapshot(samples::share(snapshot));
        QCOMPARE(dialog.findChildren<QDoubleSpinBox*>().front()->value(), 2.0);
        QCOMPARE(dialog.figure(1, true), QStringLiteral("35 025.68"));
    }
};

QTEST_MAIN(TestActDialog)
#include "tst_actdialog.moc"
