// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/models/whatif.h"

#include <QtTest>

#include <cmath>

using namespace ui::models;

class TestWhatIf : public QObject
{
    Q_OBJECT

private:
    /// Equity 60, longs 100, shorts 100: from the worked examples of accounts and margin.
    static core::engine::AccountSnapshot hedged()
    {
        auto account = samples::account("hedged");
        account.equity = samples::money("60");
        account.longExposure = samples::money("100");
        account.shortExposure = samples::money("100");
        return account;
    }

private slots:
    void leavesAHedgedEquityAlone()
    {
        const auto moved = whatIf(hedged(), 100);
        QCOMPARE(moved.equity.count(), samples::money("60").count());
        QCOMPARE(moved.exposure.count(), samples::money("220").count());
        QVERIFY(!moved.called);
        QVERIFY(std::abs(moved.marginLevel - 60.0 / 220.0) < 1e-12);
    }

    void closesTheLargestExposureFirst()
    {
        auto session = samples::session();
        const auto& account = session.accounts[2];
        // 2.1 BTC are worth more than 12 ETH, until there are thirty times as many.
        QVERIFY(closingOrder(session, account) == (std::vector<core::SymbolIndex>{0, 1}));
        session.accounts[2].positions[1].quantity = core::Quantity(-3'600'000);
        QVERIFY(closingOrder(session, account) == (std::vector<core::SymbolIndex>{1, 0}));
        QVERIFY(closingOrder(session, session.accounts[1]).empty());
    }

    void followsALongExactly()
    {
        // 1.5 times long from par, no fees: equity 100, exposure 150, called at −55.56 %.
        auto account = samples::account("long");
        account.equity = samples::money("100");
        account.longExposure = samples::money("150");
        const auto before = whatIf(account, -555);
        QCOMPARE(before.equity.count(), samples::money("16.75").count());
        QCOMPARE(before.exposure.count(), samples::money("66.75").count());
        QVERIFY(!before.called);
        QVERIFY(whatIf(account, -556).called);
    }

    void followsAShortExactly()
    {
        // Twice short from par: equity 100, exposure 200, called at +20 % exactly, not before.
        auto account = samples::account("short");
        account.equity = samples::money("100");
        account.shortExposure = samples::money("200");
        QCOMPARE(whatIf(account, 200).equity.count(), samples::money("60").count());
        QVERIFY(!whatIf(account, 200).called);
        QVERIFY(whatIf(account, 201).called);
    }

    void knowsNoCallWhenFlat()
    {
        const auto moved = whatIf(samples::account("flat"), -500);
        QVERIFY(std::isinf(moved.marginLevel));
        QVERIFY(!moved.called);
        QCOMPARE(moved.equity.count(), samples::money("100000").count());
    }

    void namesWhoIsCalledFirst()
    {
        const auto session = samples::session();
        const auto first = firstCall(session);
        QVERIFY(first.has_value());
        QCOMPARE(QString::fromStdString(session.accounts[first->account].strategy),
                 QStringLiteral("mean_reversion"));
        QCOMPARE(first->move, -0.173);
        QVERIFY(first->aloneMove.has_value());
        QCOMPARE(*first->aloneMove, -0.251);
        const auto up = firstCall(session, false);
        QVERIFY(up.has_value());
        QCOMPARE(QString::fromStdString(session.accounts[up->account].strategy),
                 QStringLiteral("breakout"));
        QVERIFY(!up->aloneMove.has_value());
    }

    void findsNobodyAmongFlatAccounts()
    {
        core::engine::EngineSnapshot snapshot;
        snapshot.accounts = {samples::account("a")};
        QVERIFY(!firstCall(snapshot).has_value());
    }
};

QTEST_MAIN(TestWhatIf)
#include "tst_whatif.moc"
