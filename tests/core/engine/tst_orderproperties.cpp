// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"
#include "tests/core/execution/dice.h"

#include <QTest>

#include <limits>

using namespace core;
using namespace fixture;
using execution::OrderRequest;
using execution::OrderSize;
using execution::OrderType;
using execution::Side;
using execution::TimeInForce;

namespace {

/// A number as a confused strategy writes it, or one near `price`.
double anyNumber(Dice& dice, double price)
{
    constexpr double INFINITE = std::numeric_limits<double>::infinity();
    if (dice.chance(75))
        return price * (1.0 + static_cast<double>(dice.between(-100, 100)) / 1000.0);
    return dice.oneOf({std::numeric_limits<double>::quiet_NaN(), INFINITE, -INFINITE, 0.0, -0.0, -1.0,
                       1e-300, 1e300, 9.3e18, 9.2e18, -9.3e18, 1e-9,
                       std::numeric_limits<double>::denorm_min()});
}

std::optional<double> maybe(Dice& dice, int percent, double price)
{
    return dice.chance(percent) ? std::optional(anyNumber(dice, price)) : std::nullopt;
}

/// Anything at all, sometimes sensible.
OrderRequest anyRequest(Dice& dice, const Context& context, double price)
{
    OrderRequest request;
    request.symbol = static_cast<SymbolIndex>(dice.between(0, 2)); // there are two
    request.side = dice.oneOf({Side::Buy, Side::Short, Side::Sell, Side::Cover});
    request.type = dice.oneOf({OrderType::Market, OrderType::Limit, OrderType::Stop, OrderType::StopLimit,
                               OrderType::TrailingStop});
    request.size.unit = dice.oneOf({OrderSize::Unit::Base, OrderSize::Unit::Quote,
                                    OrderSize::Unit::EquityFraction, OrderSize::Unit::Risk});
    const bool isFraction =
        request.size.unit == OrderSize::Unit::EquityFraction || request.size.unit == OrderSize::Unit::Risk;
    request.size.value = anyNumber(dice, isFraction ? 0.5 : 50.0);
    const bool limits = request.type == OrderType::Limit || request.type == OrderType::StopLimit;
    const bool stops = request.type == OrderType::Stop || request.type == OrderType::StopLimit;
    const bool trails = request.type == OrderType::TrailingStop;
    request.limit = maybe(dice, limits ? 95 : 2, price);
    request.stop = maybe(dice, stops ? 95 : 2, price);
    request.trail = maybe(dice, trails ? 50 : 2, price / 20);
    if (trails && !request.trail)
        request.trailFraction = anyNumber(dice, 0.05);
    request.reduceOnly = dice.chance(10);
    request.stopLoss = maybe(dice, 30, price);
    request.takeProfit = maybe(dice, 30, price);
    request.tif = dice.oneOf({TimeInForce::GoodTillCancelled, TimeInForce::GoodTillCancelled,
                              TimeInForce::ImmediateOrCancel, TimeInForce::GoodTillDate});
    if (request.tif == TimeInForce::GoodTillDate || dice.chance(2))
        request.expires = context.time() + MINUTE * dice.between(-2, 5);
    return request;
}

/// Does anything a strategy can do, at every bar; which follows from the seed alone.
Script monkey(std::uint64_t seed)
{
    Script script;
    script.bar = [dice = Dice(seed)](Context& context, const Bar& bar) mutable {
        const double price = context.instruments()[bar.symbol].toDouble(bar.candle.close);
        for (std::int64_t i = dice.between(0, 2); i > 0; --i) {
            const OrderRequest request = anyRequest(dice, context, price);
            const auto working = context.workingOrders();
            if (working.empty() || dice.chance(80)) {
                (void)context.submit(request);
                continue;
            }
            const auto chosen = static_cast<std::size_t>(
                dice.between(0, static_cast<std::int64_t>(working.size()) - 1));
            const OrderId id = working[chosen].id;
            if (dice.chance(50))
                (void)context.replace(id, request);
            else
                (void)context.cancel(id).ok();
        }
        if (dice.chance(5))
            (void)context.target(static_cast<SymbolIndex>(dice.between(0, 2)), anyNumber(dice, 10.0));
    };
    return script;
}

std::vector<market::Candle> wander(Dice& dice, int bars)
{
    std::vector<market::Candle> candles;
    std::int64_t price = 1'000;
    for (int i = 0; i < bars; ++i) {
        if (dice.chance(10))
            continue;
        const std::int64_t open = std::max<std::int64_t>(10, price + dice.between(-20, 20));
        price = std::max<std::int64_t>(10, open + dice.between(-60, 60));
        const std::int64_t high = std::max(open, price) + dice.between(0, 40);
        const std::int64_t low = std::max<std::int64_t>(1, std::min(open, price) - dice.between(0, 40));
        candles.push_back(candle(i, open, high, low, price));
    }
    return candles;
}

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
