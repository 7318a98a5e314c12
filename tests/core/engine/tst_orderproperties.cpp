// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "monkey.h"

#include <QTest>

using namespace core;
using namespace fixture;

namespace {

/// The journal alone must add up: cash by ledger lines, positions by fills, and a whole life of each order.
void checkJournal(const Output& output, const engine::Desk& desk)
{
    Money cash;
    for (const Line& line : output.of("ledger"))
        cash += *Money::parse(line["cash"]);
    RC_ASSERT(cash == desk.cash());
    std::map<std::string, std::int64_t> held;
    for (const Line& line : output.of("fill")) {
        std::int64_t& lots = held[line["symbol"]];
        lots += *parseDecimal(line["quantity"], 2);
        RC_ASSERT(line["position_after"] == formatDecimal(lots, 2));
    }
    std::map<std::string, std::string> lives;
    for (const Line& line : output.of("order"))
        lives[line["order_id"]] += line["status"] + " ";
    for (const auto& [id, life] : lives) {
        RC_ASSERT(life.starts_with("submitted accepted ") || life.starts_with("submitted rejected ") ||
                  life.starts_with("accepted "));
        RC_ASSERT(life.ends_with("rejected ") || life.ends_with("filled ") || life.ends_with("cancelled ") ||
                  life.ends_with("expired "));
    }
}

} // namespace

/// Whatever a strategy asks for, the session goes on, the books balance and the same comes out again.
class TestOrderProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(1'500); }
    void anyRequestIsAcceptedOrRefusedAndTheJournalAddsUp();
    void theSameSetupGivesTheSameBytes();
};

static void prepare(Session& session, std::uint64_t seed)
{
    Dice dice(seed);
    session.setup.rules.costs = {100'000, 260'000, 50'000, 500'000, {}};
    session.setup.rules.worstCase = dice.chance(30);
    session.setup.rules.participation = dice.chance(50) ? 10 : 0;
    if (dice.chance(30))
        session.setup.rules.costs.borrow = {20'000'000, 20'000'000, 20'000, 20'000};
    session.symbol("BTC/USD", wander(dice, 40));
    session.symbol("ETH/USD", wander(dice, 40));
    session.account("monkey", monkey(dice.next()));
}

void TestOrderProperties::anyRequestIsAcceptedOrRefusedAndTheJournalAddsUp()
{
    std::size_t fills = 0;
    std::map<std::string, int> reasons;
    QVERIFY(rc::check("the journal adds up", [&] {
        Session session;
        prepare(session, *rc::gen::arbitrary<std::uint64_t>());
        const Output output = session.play();
        checkJournal(output, session.desk());
        fills += output.of("fill").size();
        for (const Line& line : output.of("order"))
            ++reasons[line["reason"]];
    }));
    for (const char* reason : {"not_finite", "not_positive", "out_of_range", "below_minimum", "wrong_side_stop",
                               "wrong_side_target", "missing_price", "unexpected_price", "unknown_symbol",
                               "nothing_to_reduce", "bracket_on_exit", "expiry_passed", "wrong_time_in_force",
                               "one_cancels_other", "position_closed", "date_reached", "not_filled_at_once",
                               "insufficient_margin", "replaced"})
        QVERIFY2(reasons[reason] > 0, reason);
    qInfo("%zu fills", fills);
}

void TestOrderProperties::theSameSetupGivesTheSameBytes()
{
    QVERIFY(rc::check("the same setup gives the same bytes", [] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        Session first;
        Session second;
        prepare(first, seed);
        prepare(second, seed);
        RC_ASSERT(first.play().text == second.play().text);
    }));
}

QTEST_GUILESS_MAIN(TestOrderProperties)
#include "tst_orderproperties.moc"
