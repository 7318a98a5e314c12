// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "monkey.h"

#include <QTest>

using namespace core;
using namespace fixture;
using portfolio::UserAction;

namespace {

constexpr int BARS = 40;

/// Anything a user can ask for, sensible or not, in order.
std::vector<UserAction> anyActions(Dice& dice)
{
    std::vector<UserAction> actions;
    std::uint64_t place = 0;
    for (std::int64_t i = dice.between(1, 8); i > 0; --i) {
        place += static_cast<std::uint64_t>(dice.between(0, 12));
        UserAction action{static_cast<UserAction::Kind>(dice.between(0, 3)),
                          static_cast<AccountIndex>(dice.between(0, 2)), 0, 0, place}; // there are two
        if (action.kind == UserAction::Kind::SetLeverage) {
            action.longLeverage = dice.oneOf({10'000LL, 12'345LL, 30'000LL, 9'999LL, -1LL, 10'000'001LL});
            action.shortLeverage = dice.oneOf({10'000LL, 25'000LL, 40'000LL});
        }
        actions.push_back(action);
    }
    return actions;
}

void prepare(Session& session, Dice& dice)
{
    session.setup.rules.costs = {100'000, 260'000, 50'000, 500'000, {}};
    if (dice.chance(50))
        session.setup.rules.costs.borrow = {20'000'000, 20'000'000, 20'000, 20'000};
    session.symbol("BTC/USD", wander(dice, BARS));
    session.symbol("ETH/USD", wander(dice, BARS));
    session.account("first", monkey(dice.next()));
    session.account("second", monkey(dice.next()));
    if (dice.chance(50)) {
        portfolio::RiskRequest request;
        request.drawdown = 0.1;
        request.dailyLoss = 0.2;
        request.onBreach = dice.chance(50) ? portfolio::OnBreach::Flatten : portfolio::OnBreach::Block;
        session.setup.accounts[0].risk = *portfolio::RiskLimits::make(request);
    }
}

/// Cash and positions are the sums of the ledger alone, resets included.
void checkLedger(const Output& output, const engine::Desk& desk)
{
    Money cash;
    std::map<std::string, std::int64_t> lots;
    for (const Line& line : output.of("ledger", desk.setup().name)) {
        cash += *Money::parse(line["cash"]);
        if (!line["quantity"].empty())
            lots[line["symbol"]] += *parseDecimal(line["quantity"], 2);
    }
    RC_ASSERT(cash == desk.cash());
    for (SymbolIndex i = 0; i < desk.instruments().size(); ++i)
        RC_ASSERT(lots[desk.instruments()[i].symbol.text()] == desk.book().account.position(i).quantity.lots());
}

void checkPerformance(const engine::AccountSnapshot& account)
{
    const analytics::Report& report = *account.performance;
    const analytics::TradeSums& sums = report.trades.sums;
    RC_ASSERT(sums.closedProfit + sums.openProfit + sums.outside == account.equity - account.startCash);
    RC_ASSERT(report.equity.deposits == account.startCash);
    RC_ASSERT(report.equity.profit == account.equity - account.startCash);
    RC_ASSERT(account.equity >= Money());
}

} // namespace

/// Whatever a user does to the accounts, the books balance and the same comes out again.
class TestActionProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(1'000); }
    void theBooksBalanceAfterAnyActs();
    void theSameActsGiveTheSameBytes();
    void whatIsRefusedLeavesNoTrace();
    void whatIsAllowedIsDone();
};

void TestActionProperties::theBooksBalanceAfterAnyActs()
{
    std::map<std::string, int> lines;
    QVERIFY(rc::check("the books balance", [&] {
        Dice dice(*rc::gen::arbitrary<std::uint64_t>());
        Session session;
        prepare(session, dice);
        const Output output = session.play(anyActions(dice));
        const engine::EngineSnapshot snapshot = session.engine->snapshot();
        for (AccountIndex i = 0; i < 2; ++i) {
            checkLedger(output, session.desk(i));
            checkPerformance(snapshot.accounts[i]);
        }
        for (const Line& line : output.lines)
            ++lines[line.event + (line.event == "ledger" ? line["kind"] : std::string())];
    }));
    for (const char* event : {"account_halted", "account_resumed", "account_reset", "leverage_changed", "ledgerreset",
                              "ledgerwithdrawal", "liquidated"})
        QVERIFY2(lines[event] > 0, event);
}

void TestActionProperties::theSameActsGiveTheSameBytes()
{
    QVERIFY(rc::check("the same acts give the same bytes", [] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto play = [seed] {
            Dice dice(seed);
            Session session;
            prepare(session, dice);
            return session.play(anyActions(dice)).text;
        };
        RC_ASSERT(play() == play());
    }));
}

void TestActionProperties::whatIsRefusedLeavesNoTrace()
{
    QVERIFY(rc::check("what is refused leaves no trace", [] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto play = [seed](bool absurd) {
            Dice dice(seed);
            Session session;
            prepare(session, dice);
            std::vector<UserAction> actions = anyActions(dice);
            if (absurd)
                for (std::size_t i = actions.size(); i-- > 0;)
                    actions.insert(actions.begin() + static_cast<std::ptrdiff_t>(i),
                                   {UserAction::Kind::SetLeverage, 0, 1, 1, actions[i].batches});
            return session.play(actions).text;
        };
        RC_ASSERT(play(true) == play(false));
    }));
}

void TestActionProperties::whatIsAllowedIsDone()
{
    QVERIFY(rc::check("what is allowed is done", [] {
        Dice dice(*rc::gen::arbitrary<std::uint64_t>());
        Session session;
        prepare(session, dice);
        const std::vector<UserAction> actions = anyActions(dice);
        Output output;
        session.begin(output);
        for (const UserAction& action : actions) {
            while (session.engine->batches() < action.batches && session.engine->step()) {
            }
            const bool allowed = session.engine->check(action).ok();
            RC_ASSERT(session.engine->apply(action).ok() == allowed);
            if (!allowed)
                continue;
            const engine::AccountSnapshot after = session.engine->snapshot().accounts[action.account];
            if (action.kind == UserAction::Kind::Halt)
                RC_ASSERT(after.state == engine::AccountState::Halted);
            if (action.kind == UserAction::Kind::Resume)
                RC_ASSERT(after.state != engine::AccountState::Halted &&
                          after.state != engine::AccountState::Suspended &&
                          after.state != engine::AccountState::Liquidated);
            if (action.kind == UserAction::Kind::Reset)
                RC_ASSERT(after.cash == session.setup.cash && after.positions.empty());
            if (action.kind == UserAction::Kind::SetLeverage)
                RC_ASSERT(after.longLeverage == toDouble(action.longLeverage, 4));
        }
    }));
}

QTEST_GUILESS_MAIN(TestActionProperties)
#include "tst_actionproperties.moc"
