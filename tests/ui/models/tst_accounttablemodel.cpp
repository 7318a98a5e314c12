// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/models/accounttablemodel.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <limits>

using namespace ui::models;
using core::engine::AccountState;

class TestAccountTableModel : public QObject
{
    Q_OBJECT

private slots:
    void showsAccountsAndTheirTotal()
    {
        AccountTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(samples::session()));
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(text(model, 0, AccountTableModel::Return), QStringLiteral("+0.62 %"));
        QCOMPARE(text(model, 0, AccountTableModel::MarginLevel), QStringLiteral("71.7 %"));
        QCOMPARE(text(model, 1, AccountTableModel::MarginLevel), QStringLiteral("flat"));
        QCOMPARE(text(model, 4, AccountTableModel::Strategy), QStringLiteral("Total"));
        QCOMPARE(text(model, 4, AccountTableModel::Equity), QStringLiteral("354 560.00"));
        QVERIFY(model.index(4, 0).data(PinnedRole).toBool());
    }

    void showsInterestAndWhatAmbiguousFillsPutAtStake()
    {
        auto session = samples::session();
        session.accounts[0].borrowInterest = samples::money("12.345");
        session.accounts[0].ambiguousFills = 3;
        session.accounts[0].ambiguousStake = samples::money("40.5");
        AccountTableModel model;
        model.setSnapshot(samples::share(session));
        QCOMPARE(text(model, 0, AccountTableModel::Interest), QStringLiteral("12.34"));
        QCOMPARE(text(model, 0, AccountTableModel::Ambiguous), QStringLiteral("3"));
        QCOMPARE(model.index(0, AccountTableModel::Ambiguous).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("At stake: 40.50"));
        QCOMPARE(text(model, 1, AccountTableModel::Ambiguous), QStringLiteral("0"));
    }

    void saysStatesInWordShapeAndColour_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("shape");
        QTest::newRow("running") << int(AccountState::Running) << QStringLiteral("running")
                                 << int(Shape::Dot);
        QTest::newRow("suspended") << int(AccountState::Suspended)
                                   << QStringLiteral("suspended · why") << int(Shape::Square);
        QTest::newRow("liquidated") << int(AccountState::Liquidated)
                                    << QStringLiteral("liquidated · why") << int(Shape::Cross);
    }
    void saysStatesInWordShapeAndColour()
    {
        QFETCH(int, state);
        QFETCH(QString, word);
        QFETCH(int, shape);
        auto session = samples::session();
        session.accounts[0].state = static_cast<AccountState>(state);
        session.accounts[0].stateReason = state == int(AccountState::Running) ? "" : "why";
        AccountTableModel model;
        model.setSnapshot(samples::share(session));
        const auto cell = model.index(0, AccountTableModel::State).data(CellRole).value<Cell>();
        QCOMPARE(cell.text, word);
        QCOMPARE(int(cell.shape), shape);
    }

    void saysWhatTheUserDid()
    {
        auto session = samples::session();
        auto& account = session.accounts[0];
        account.epoch = 2;
        account.lastAction = {core::portfolio::UserAction::Kind::Resume, samples::time("2022-01-19T05:42:00Z"), {}};
        AccountTableModel model;
        model.setSnapshot(samples::share(session));
        const auto stateOf = [&] { return model.index(0, AccountTableModel::State).data(CellRole).value<Cell>(); };
        QCOMPARE(stateOf().text, QStringLiteral("running · epoch 2 · resumed 2022-01-19 05:42:00"));
        account.state = AccountState::Halted;
        account.stateReason = "by the user";
        account.lastAction = {core::portfolio::UserAction::Kind::Halt, samples::time("2022-01-19T05:42:00Z"), {}};
        account.epoch = 1;
        model.setSnapshot(samples::share(session));
        QCOMPARE(stateOf().text, QStringLiteral("halted · by the user"));
        QVERIFY(stateOf().shape == Shape::Square);
    }

    void returnsAreNetOfAReset()
    {
        auto session = samples::session();
        auto& account = session.accounts[0];
        auto report = std::make_shared<core::analytics::Report>();
        report->equity.totalReturn = -0.125;
        account.performance = report;
        AccountTableModel model;
        model.setSnapshot(samples::share(session));
        QCOMPARE(text(model, 0, AccountTableModel::Return), QStringLiteral("+0.62 %"));
        account.epoch = 2;
        model.setSnapshot(samples::share(session));
        QCOMPARE(text(model, 0, AccountTableModel::Return), QStringLiteral("−12.50 %"));
    }

    void namesTheLimitsThatAreExceeded()
    {
        auto session = samples::session();
        auto& account = session.accounts[0];
        account.state = AccountState::Blocked;
        account.stateReason = "daily_loss 0.0612 beyond 0.05";
        account.breaches = {{core::portfolio::RiskLimit::DailyLoss, session.time, 0.0612, 0.05},
                            {core::portfolio::RiskLimit::Exposure, session.time, 1.75, 1.5}};
        AccountTableModel model;
        model.setSnapshot(samples::share(session));
        const auto index = model.index(0, AccountTableModel::State);
        const auto cell = index.data(CellRole).value<Cell>();
        QCOMPARE(cell.text, QStringLiteral("entries blocked: daily loss, exposure"));
        QVERIFY(cell.shape == Shape::Square);
        const QString why = index.data(Qt::ToolTipRole).toString();
        QVERIFY2(why.contains(QStringLiteral("6.12")) && why.contains(QStringLiteral("5.00")),
                 qPrintable(why));
        QVERIFY(why.contains(QStringLiteral("1.75")));
        QVERIFY(!why.contains(QStringLiteral("daily_loss")));
        account.state = AccountState::Flattening;
        account.breaches.clear();
        model.setSnapshot(samples::share(session));
        QCOMPARE(index.data(CellRole).value<Cell>().text, QStringLiteral("closing positions"));
    }

    void keepsTheTotalLastHoweverSorted()
    {
        AccountTableModel model;
        model.setSnapshot(samples::share(samples::session()));
        PinnedSortProxy sorted;
        sorted.setSourceModel(&model);
        for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            sorted.sort(AccountTableModel::Equity, order);
            QCOMPARE(sorted.index(4, 0).data().toString(), QStringLiteral("Total"));
        }
        QCOMPARE(sorted.index(0, 0).data().toString(), QStringLiteral("sma_cross"));
    }

    void warnsBeforeTheCall()
    {
        QVERIFY(marginToken(0.24, 0.25) == ui::Token::Bad);
        QVERIFY(marginToken(0.25, 0.25) == ui::Token::Warn);
        QVERIFY(marginToken(0.38, 0.25) == ui::Token::Warn);
        QVERIFY(marginToken(0.50, 0.25) == ui::Token::Ok);
        QVERIFY(marginToken(std::numeric_limits<double>::infinity(), 0.25) == ui::Token::Faint);
    }

private:
    static QString text(const QAbstractItemModel& model, int row, int column)
    {
        return model.index(row, column)
            .data()
            .toString()
            .replace(QChar(u'\u2009'), QLatin1Char(' '));
    }
};

QTEST_MAIN(TestAccountTableModel)
#include "tst_accounttablemodel.moc"
