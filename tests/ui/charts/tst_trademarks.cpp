// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/charts/trademarks.h"

#include <QtTest>

using ui::charts::TradeMarks;

namespace {

/// Two accounts that each buy and sell once, in turns.
core::engine::EngineSnapshot twoAccounts()
{
    auto snapshot = samples::session();
    snapshot.fills = samples::logOf(std::vector{samples::fill(1, 0), samples::fill(3, 1),
                                                samples::fill(4, 0), samples::fill(6, 1)});
    return snapshot;
}

} // namespace

class TestTradeMarks : public QObject
{
    Q_OBJECT

private slots:
    void marksTheFillsOfAllAccounts()
    {
        TradeMarks marks;
        marks.update(twoAccounts(), 0);
        QCOMPARE(marks.marks().size(), std::size_t(4));
        QCOMPARE(marks.lines().size(), std::size_t(2));
    }

    void marksTheFillsOfOneAccount()
    {
        TradeMarks marks;
        marks.setAccount(1);
        marks.update(twoAccounts(), 0);
        QCOMPARE(marks.marks().size(), std::size_t(2));
        QCOMPARE(marks.marks().front().account, core::AccountIndex(1));
        QCOMPARE(marks.lines().size(), std::size_t(1));
        QCOMPARE(marks.lines().front().to, samples::fill(6).fill.time);
    }

    void startsOverForAnotherAccount()
    {
        TradeMarks marks;
        marks.update(twoAccounts(), 0);
        marks.setAccount(0);
        marks.update(twoAccounts(), 0);
        QCOMPARE(marks.marks().size(), std::size_t(2));
        QCOMPARE(marks.marks().back().account, core::AccountIndex(0));
        marks.setAccount({});
        marks.update(twoAccounts(), 0);
        QCOMPARE(marks.marks().size(), std::size_t(4));
    }

    void leavesOtherSymbolsOut()
    {
        TradeMarks marks;
        marks.update(twoAccounts(), 1);
        QVERIFY(marks.marks().empty());
    }

    void takesOnlyWhatIsNew()
    {
        auto snapshot = twoAccounts();
        TradeMarks marks;
        marks.update(snapshot, 0);
        snapshot.fills =
            samples::logOf(std::vector{samples::fill(1, 0), samples::fill(3, 1),
                                       samples::fill(4, 0), samples::fill(6, 1), samples::fill(7, 0)});
        marks.update(snapshot, 0);
        QCOMPARE(marks.marks().size(), std::size_t(5));
    }
};

QTEST_GUILESS_MAIN(TestTradeMarks)
#include "tst_trademarks.moc"
