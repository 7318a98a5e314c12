// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"
#include "tests/core/execution/dice.h"

#include <QTest>

using namespace core;
using namespace fixture;
using execution::OrderRequest;
using execution::OrderType;
using execution::Side;
using portfolio::OnBreach;

namespace {

/// Orders of every kind, mostly too large.
OrderRequest anyOrder(Dice& dice, double price)
{
    OrderRequest request;
    request.side =
        dice.oneOf({Side::Buy, Side::Short, Side::Buy, Side::Short, Side::Sell, Side::Cover});
    request.type =
        dice.oneOf({OrderType::Market, OrderType::Limit, OrderType::Stop, OrderType::TrailingStop});
    request.size.value = static_cast<double>(dice.between(1, 250));
    const double away = 1.0 + static_cast<double>(dice.between(-50, 50)) / 1000.0;
    if (request.type == OrderType::Limit)
        request.limit = price * away;
    else if (request.type == OrderType::Stop)
        request.stop = price * away;
    else if (request.type == OrderType::TrailingStop)
        request.trailFraction = 0.03;
    if (dice.chance(30))
        request.stopLoss = price * (execution::isBuying(request.side) ? 0.96 : 1.04);
    if (dice.chance(30))
        request.takeProfit = price * (execution::isBuying(request.side) ? 1.04 : 0.96);
    return request;
}

Script gambler(std::uint64_t seed)
{
    Script script;
    script.bar = [dice = Dice(seed)](Context& context, const Bar& bar) mutable {
        const double price = context.instruments()[bar.symbol].toDouble(bar.candle.close);
        for (std::int64_t i = dice.between(0, 3); i > 0; --i)
            (void)context.submit(anyOrder(dice, price));
        const auto working = context.workingOrders();
        if (!working.empty() && dice.chance(30))
            (void)context.cancel(working[0].id).ok();
        if (dice.chance(10))
            (void)context.target(0, static_cast<double>(dice.between(-50, 50)));
    };
    return script;
}

/// One symbol over a few days of few bars, with gaps between them.
std::vector<market::Candle> wander(Dice& dice)
{
    std::vector<market::Candle> candles;
    std::int64_t price = 1'000;
    int index = 24 * 60 - 15;
    for (int i = 0; i < 60; ++i) {
        const std::int64_t open = std::max<std::int64_t>(50, price + dice.between(-20, 20));
        price = std::max<std::int64_t>(50, open + dice.between(-40, 40));
        candles.push_back(candle(index, open, std::max(open, price) + dice.between(0, 20),
                                 std::min(open, price) - dice.between(0, 20), price));
        index += dice.chance(5) ? static_cast<int>(dice.between(60, 5'000)) : 1;
    }
    return candles;
}

portfolio::RiskLimits anyLimits(Dice& dice)
{
    portfolio::RiskLimits limits;
    limits.dailyLoss = dice.oneOf<std::int64_t>({0, 1'000'000, 3'000'000, 10'000'000});
    limits.drawdown = dice.oneOf<std::int64_t>({0, 0, 5'000'000, 20'000'000});
    limits.exposure = dice.oneOf<std::int64_t>({0, 5'000, 10'000, 14'000});
    limits.ordersAMinute = dice.oneOf<std::int64_t>({0, 0, 1, 2});
    limits.onBreach = dice.oneOf({OnBreach::Block, OnBreach::Flatten});
    return limits;
}

void prepare(Session& session, std::uint64_t seed)
{
    Dice dice(seed);
    session.setup.rules.costs = {100'000, 100'000, 0, 500'000, {}};
    session.setup.rules.worstCase = dice.chance(30);
    session.symbol("BTC/USD", wander(dice));
    const portfolio::RiskLimits limits = anyLimits(dice);
    const std::uint64_t orders = dice.next();
    session.account("first", gambler(orders)).risk = limits;
    session.account("other", gambler(orders)).risk = limits;
}

/// Follows one account's journal line by line.
class Follower
{
public:
    explicit Follower(const portfolio::RiskLimits& limits) : m_limits(limits) {}

    void take(const Line& line)
    {
        if (line.event == "risk_limit")
            takeLimit(line);
        else if (line.event == "order")
            takeOrder(line);
        else if (line.event == "fill")
            takeFill(line);
    }

    int breaches = 0;
    int forced = 0;

private:
    void takeLimit(const Line& line)
    {
        const bool begins = line["state"] == "breached";
        RC_ASSERT(m_breached.contains(line["limit"]) != begins);
        RC_ASSERT(!line.correlation.isNone());
        if (begins) {
            m_breached.insert(line["limit"]);
            ++breaches;
        } else {
            m_breached.erase(line["limit"]);
        }
    }

    /// An entry is let in only when nothing blocks it, unless it can reduce.
    void takeOrder(const Line& line)
    {
        forced += line["forced"] == "1" && line["status"] == "submitted" ? 1 : 0;
        const bool reduces =
            line["side"] == "sell" || line["side"] == "cover" || line["reduce_only"] == "1";
        const bool held = m_position != 0;
        if (line["status"] == "accepted" && !reduces && !held && line["leg"].empty())
            RC_ASSERT(!m_breached.contains("daily_loss") && !m_breached.contains("drawdown") &&
                      !m_breached.contains("exposure"));
    }

    void takeFill(const Line& line)
    {
        const std::int64_t before = m_position;
        m_position = *parseDecimal(line["position_after"], 2);
        const bool opened = m_position != 0 && ((before > 0) != (m_position > 0) ||
                                                std::abs(m_position) > std::abs(before));
        if (!opened)
            return;
        RC_ASSERT(!m_breached.contains("daily_loss") && !m_breached.contains("drawdown"));
        if (m_limits.exposure == 0)
            return;
        // Ticks times lots are in 1e-4: 10,000 of them to a unit of money in 1e-8.
        const Int128 value =
            static_cast<Int128>(*parseDecimal(line["reference_price"], 2)) * m_position * 10'000;
        const Int128 equity = Money::parse(line["cash_after"])->count() + value;
        RC_ASSERT((value < 0 ? -value : value) * 10'000 <= equity * m_limits.exposure);
    }

    portfolio::RiskLimits m_limits;
    std::set<std::string> m_breached;
    std::int64_t m_position = 0;
};

} // namespace

/// Whatever is ordered and wherever the price goes, nothing opens beyond a limit.
class TestRiskProperties : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(300); }
    void nothingOpensBeyondALimit();
    void flatteningEndsFlat();
    void equalAccountsStayEqual();
};

void TestRiskProperties::nothingOpensBeyondALimit()
{
    int breaches = 0;
    int forced = 0;
    std::map<std::string, int> reasons;
    QVERIFY(rc::check("nothing opens beyond a limit", [&] {
        Session session;
        prepare(session, *rc::gen::arbitrary<std::uint64_t>());
        const Output output = session.play();
        Follower follower(session.setup.accounts[0].risk);
        for (const Line& line : output.lines) {
            if (line["strategy"] == "first")
                follower.take(line);
            if (line.event == "order")
                ++reasons[line["reason"]];
        }
        breaches += follower.breaches;
        forced += follower.forced;
    }));
    qInfo("%d breaches, %d positions closed for one", breaches, forced);
    QVERIFY(breaches > 1'000 && forced > 300);
    for (const char* reason :
         {"daily_loss_limit", "drawdown_limit", "exposure_limit", "order_rate_limit"})
        QVERIFY2(reasons[reason] > 100, reason);
}

void TestRiskProperties::flatteningEndsFlat()
{
    QVERIFY(rc::check("flattening ends flat", [] {
        Session session;
        prepare(session, *rc::gen::arbitrary<std::uint64_t>());
        engine::TradingEngine engine(session.setup, nullptr, nullptr);
        RC_ASSERT(engine.start().ok());
        const engine::Desk& desk = *engine.desks()[0];
        bool wasFlattening = false;
        while (engine.step()) {
            const bool halted = desk.state() == engine::AccountState::Liquidated;
            // The next event of its one symbol closes it, whatever its bar's volume.
            if (wasFlattening)
                RC_ASSERT(desk.book().account.isFlat());
            wasFlattening = !halted && desk.book().risk.flattening().has_value();
            RC_ASSERT(wasFlattening || halted ||
                      std::none_of(desk.workingOrders().begin(), desk.workingOrders().end(),
                                   [](const execution::Order& order) { return order.forced; }));
        }
    }));
}

void TestRiskProperties::equalAccountsStayEqual()
{
    QVERIFY(rc::check("equal accounts stay equal", [] {
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        Session session;
        prepare(session, seed);
        const Output output = session.play();
        RC_ASSERT(output.points.at(0) == output.points.at(1));
        RC_ASSERT(session.desk(0).book().risk == session.desk(1).book().risk);
        Session joined;
        prepare(joined, seed);
        joined.account("third", gambler(seed));
        const Output more = joined.play();
        RC_ASSERT(output.points.at(0) == more.points.at(0));
        RC_ASSERT(session.desk(0).book().risk == joined.desk(0).book().risk);
        Session again;
        prepare(again, seed);
        RC_ASSERT(again.play().text == output.text);
    }));
}

QTEST_GUILESS_MAIN(TestRiskProperties)
#include "tst_riskproperties.moc"
