// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "useracts.h"

#include <cmath>

using namespace acts;

/// What a reset of an account by the user does.
class TestAccountReset : public QObject
{
    Q_OBJECT

private slots:
    void aResetClosesAtTheMarksAndBeginsAnew();
    void aResetOfAShortPaysItBack();
    void aResetBooksWhatBorrowingCostFirst();
    void aResetLiftsEverythingThatHeldTheAccount();
    void aResetWatchesTheRiskAnew();
    void aResetForgetsNoBreach();
    void aResetNeedsRoomInTheLedger();
    void returnsAreNetOfAReset();
};

void TestAccountReset::aResetClosesAtTheMarksAndBeginsAnew()
{
    Session session;
    session.setup.rules.costs = {100'000, 100'000, 50'000, 500'000, {}};
    session.symbol("BTC/USD", rising(0, 9));
    session.account("one", bracketAndLimit());
    const Output output = session.play({act(Kind::Reset, 4)});
    // Bought 10 at 10.02 (10.01 and slippage), fee 0.1002; the mark is 10.03.
    const std::vector<std::string> expected{"reset 100.30000000 -10.00", "withdrawal -999.99980000 ",
                                            "deposit 1000.00000000 "};
    QCOMPARE(entriesOf(output, FIRST_ACT), expected);
    QCOMPARE(output.of("fill").size(), std::size_t(1));
    const Line reset = output.of("account_reset").front();
    QCOMPARE(reset["epoch"], std::string("2"));
    QCOMPARE(reset["orders_cancelled"], std::string("3"));
    QCOMPARE(reset["positions_closed"], std::string("1"));
    QCOMPARE(reset["withdrawn"], std::string("999.99980000"));
    QCOMPARE(lastOf(output, "2"), std::string("cancelled account_reset"));
    QCOMPARE(session.desk().epoch(), 2);
    QCOMPARE(session.desk().cash(), money("1000"));
    QVERIFY(session.desk().book().account.isFlat());
    verifySums(output, session.desk());
}

void TestAccountReset::aResetOfAShortPaysItBack()
{
    Session session;
    session.symbol("BTC/USD", rising(0, 9));
    session.account("one", acting({{0, submits(marketOrder(Side::Short, 10.0))}}));
    const Output output = session.play({act(Kind::Reset, 4)});
    const std::vector<std::string> expected{"reset -100.30000000 10.00", "withdrawal -999.80000000 ",
                                            "deposit 1000.00000000 "};
    QCOMPARE(entriesOf(output, FIRST_ACT), expected);
    verifySums(output, session.desk());
}

void TestAccountReset::aResetBooksWhatBorrowingCostFirst()
{
    Session session;
    session.setup.rules.costs.borrow = *portfolio::BorrowTerms::make(10.0, 0.0, 0.0);
    session.symbol("BTC/USD", quiet(40));
    session.account("one", acting({{0, submits(marketOrder(Side::Short, 100.0))}}));
    const Output output = session.play({act(Kind::Reset, 31)});
    // 1,000 short at 10 a year for half an hour: 10,000 / 17,520.
    const auto entries = entriesOf(output, FIRST_ACT);
    QCOMPARE(entries.size(), std::size_t(4));
    QCOMPARE(entries[0], std::string("borrow_interest -0.57077625 "));
    QCOMPARE(entries[2], std::string("withdrawal -999.42922375 "));
    QCOMPARE(session.desk().cash(), money("1000"));
    verifySums(output, session.desk());
}

void TestAccountReset::aResetLiftsEverythingThatHeldTheAccount()
{
    Session session = falling(200);
    const Output output = session.play({act(Kind::Reset, 7)});
    QCOMPARE(session.desk().state(), engine::AccountState::Running);
    QCOMPARE(session.desk().position(0).size, 1.0);
    const std::vector<std::string> expected{"deposit 1000.00000000 "};
    QCOMPARE(entriesOf(output, FIRST_ACT), expected);
    Session halted = falling(900);
    QCOMPARE(stateAfter(halted, {act(Kind::Halt, 3), act(Kind::Reset, 7)}), engine::AccountState::Running);
    QCOMPARE(halted.desk().position(0).size, 1.0);
}

void TestAccountReset::aResetWatchesTheRiskAnew()
{
    Session session = falling(900);
    session.setup.accounts[0].risk = limits(0.05, 0.05);
    const Output output = session.play({act(Kind::Reset, 7)});
    QCOMPARE(session.desk().state(), engine::AccountState::Running);
    QCOMPARE(session.desk().position(0).size, 1.0);
    int ended = 0;
    for (const Line& line : output.of("risk_limit"))
        ended += line["state"] == "ended" && line.correlation == FIRST_ACT ? 1 : 0;
    QCOMPARE(ended, 2);
}

void TestAccountReset::aResetForgetsNoBreach()
{
    Session session = falling(900);
    session.setup.accounts[0].risk = limits(0.05, 0.05);
    (void)session.play({act(Kind::Reset, 7)});
    QCOMPARE(session.desk().book().risk.breaches(), std::int64_t(2));
}

void TestAccountReset::aResetNeedsRoomInTheLedger()
{
    auto candles = quiet(3);
    constexpr std::int64_t HUGE = 1'000'000'000'000'000;
    for (int i = 3; i < 8; ++i)
        candles.push_back(flat(i, HUGE));
    Session session;
    session.symbol("BTC/USD", candles);
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 100.0))}}));
    (void)session.play({act(Kind::Reset, 5)});
    QCOMPARE(session.refusals.size(), std::size_t(1));
    QCOMPARE(session.desk().epoch(), 1);
}

void TestAccountReset::returnsAreNetOfAReset()
{
    // Up by a tenth of 1,000 with all of it, closed; begun again; up by a tenth once more.
    auto candles = quiet(2);
    for (int i = 2; i < 6; ++i)
        candles.push_back(flat(i, 1'100));
    for (int i = 6; i < 12; ++i)
        candles.push_back(flat(i, 1'210));
    Session session;
    session.symbol("BTC/USD", candles);
    session.account("one", acting({{0, submits(marketOrder(Side::Buy, 100.0))},
                                   {4, submits(marketOrder(Side::Buy, 1'000.0 / 11.0))}}));
    (void)session.play({act(Kind::Reset, 4)});
    const auto account = session.engine->snapshot().accounts[0];
    const analytics::Report& report = *account.performance;
    QCOMPARE(report.equity.deposits, money("900")); // 1,000 − 1,100 + 1,000
    QCOMPARE(account.startCash, money("900"));
    QCOMPARE(report.equity.profit, account.equity - money("900"));
    QVERIFY(!report.equity.goneSince);
    QCOMPARE(report.trades.sums.closedProfit, money("100"));
    QCOMPARE(report.trades.sums.closedProfit + report.trades.sums.openProfit, report.equity.profit);
    // The second one held 90.90 units at 11.00: 999.9 of 1,000.
    const double expected = 1.1 * (1.0 + 90.90 * 1.1 / 1'000.0) - 1.0;
    QVERIFY(std::abs(*report.equity.totalReturn - expected) < 1e-12);
    QVERIFY(!report.equity.deepest);
    QCOMPARE(account.maxDrawdown, 0.0);
    QVERIFY(std::abs(account.curve->back().equity / 1'000.0 - 1.0 - expected) < 1e-12);
    QCOMPARE(report.trades.sums.fills, std::int64_t(2));
}

QTEST_APPLESS_MAIN(TestAccountReset)
#include "tst_accountreset.moc"
