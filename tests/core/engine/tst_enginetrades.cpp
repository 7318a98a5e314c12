// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "monkey.h"

#include "core/market/tradecandles.h"

#include <QTest>

#include <fmt/format.h>

using namespace fixture;
using core::strategy::MarketTrade;

namespace {

constexpr Nanoseconds SECOND = std::chrono::seconds(1);

struct Print {
    int second; ///< After the start.
    std::int64_t price;
    std::int64_t lots = 100;
};

market::TradeColumns tradesOf(const std::vector<Print>& prints)
{
    market::TradeColumns trades;
    for (const Print& print : prints)
        trades.push({START + SECOND * print.second, Price(print.price), Quantity(print.lots),
                     market::TakerSide::Buy, trades.count() + 1});
    return trades;
}

/// A symbol whose minutes are what the trades make.
void addTraded(Session& session, const std::string& name, market::TradeColumns trades)
{
    const auto minutes = market::candlesOf(trades, 2);
    std::vector<market::Candle> candles;
    for (std::size_t i = 0; i < minutes.size(); ++i)
        candles.push_back(minutes.at(i));
    const std::uint32_t symbol = session.symbol(name, candles);
    session.setup.symbols[symbol].trades = std::make_shared<const market::TradeColumns>(std::move(trades));
}

/// BTC/USD of these trades and one account that hears them.
Session traded(const std::vector<Print>& prints, Script script)
{
    Session session;
    addTraded(session, "BTC/USD", tradesOf(prints));
    session.account("listener", std::move(script)).hearsTrades = true;
    return session;
}

std::string secondOf(Timestamp time)
{
    return fmt::format("{}", (time - START) / SECOND);
}

/// Does what is written for a trade, by its number.
Script actingAtTrades(std::map<std::uint64_t, std::function<void(Context&)>> acts)
{
    Script script;
    script.trade = [acts = std::move(acts)](Context& context, const MarketTrade& heard) {
        if (const auto found = acts.find(heard.trade.id); found != acts.end())
            found->second(context);
    };
    return script;
}

/// Prices in seconds that wander, often several at one second.
market::TradeColumns wanderingTrades(Dice& dice, int count, std::int64_t furthest = 40)
{
    market::TradeColumns trades;
    Timestamp time = START;
    std::int64_t price = 1'000;
    for (int i = 0; i < count; ++i) {
        time += SECOND * (dice.chance(30) ? 0 : dice.between(1, furthest));
        price = std::max<std::int64_t>(10, price + dice.between(-25, 25));
        trades.push({time, Price(price), Quantity(dice.between(1, 300)), market::TakerSide::Sell,
                     static_cast<std::uint64_t>(i + 1)});
    }
    return trades;
}

} // namespace

/// Trades as events of their own, told to strategies that want them.
class TestEngineTrades : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { tryEachProperty(200); }
    void everyTradeIsToldBeforeTheBarItIsPartOf();
    void anOrderSentAtATradeMeetsTheNextOne();
    void tradesOfOneTimeAreOneEvent();
    void aCancelledOrderDoesNotMeetTheNextTrade();
    void aTrailingStopSentAtATradeFollowsTheNext();
    void aBracketSentAtATradeEndsInsideTheBar();
    void theAccountStandsAtTheTrade();
    void fillsAreToldBeforeTheTradesAfterThem();
    void whatIsFilledInsideABarIsMeasured();
    void tradesWaitForTheWarmUp();
    void nobodyElseHearsTrades();
    void aFailureInsideABarSuspendsThere();
    void aLiquidatedAccountHearsOfNoMoreTrades();
    void candlesOfAnotherSymbolTellNothingAhead();
    void aCandleThatHasNotClosedIsKnownByItsOpenAlone();
    void whatIsSentInsideACandleWaitsForTheNext();
    void aFillAlongAPathIsAGuess();
    void aFillAtTheOpenOfACandleIsNone();
    void aPositionClosedAlongAPathIsAGuess();
    void tradesThatDoNotAddUpAreNotTold();
    void missingTradesAreSaid();
    void barsWithoutTradesAreCounted();
    void whoOnlyListensTradesAsBefore();
    void equalSessionsGiveEqualBytes();
};

void TestEngineTrades::everyTradeIsToldBeforeTheBarItIsPartOf()
{
    auto heard = std::make_shared<std::string>();
    Script script;
    script.trade = [heard](Context& context, const MarketTrade& trade) {
        QCOMPARE(context.time(), trade.trade.time);
        *heard += fmt::format("{}@{} ", trade.trade.price.ticks(), secondOf(context.time()));
    };
    script.bar = [heard](Context& context, const Bar&) { *heard += "bar@" + secondOf(context.time()) + " "; };
    Session session = traded({{0, 1'000}, {20, 1'010}, {59, 990}, {60, 1'005}, {150, 1'020}}, std::move(script));
    (void)session.play();
    QCOMPARE(*heard, std::string("1000@0 1010@20 990@59 bar@60 1005@60 bar@120 1020@150 bar@180 "));
}

void TestEngineTrades::anOrderSentAtATradeMeetsTheNextOne()
{
    Session session = traded({{0, 1'000}, {20, 1'010}, {40, 1'030}, {50, 990}},
                             actingAtTrades({{2, submits(marketOrder(Side::Buy, 1))}}));
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 1U);
    QCOMPARE(fills[0]["price"], std::string("10.30"));
    QCOMPARE(secondOf(fills[0].time), std::string("40"));
    QCOMPARE(fills[0]["decision_time"], formatTimestamp(START + SECOND * 20));
    QCOMPARE(fills[0]["detail"], std::string("trades"));
}

void TestEngineTrades::tradesOfOneTimeAreOneEvent()
{
    Session session = traded({{0, 1'000}, {20, 1'010}, {20, 1'020}, {20, 1'030}, {40, 1'050}},
                             actingAtTrades({{2, submits(marketOrder(Side::Buy, 1))}}));
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 1U);
    QCOMPARE(fills[0]["price"], std::string("10.50"));
}

void TestEngineTrades::aCancelledOrderDoesNotMeetTheNextTrade()
{
    Session session = traded({{0, 1'000}, {20, 1'010}, {40, 900}},
                             actingAtTrades({{1, submits(limitOrder(Side::Buy, 1, 9.50))},
                                             {2, [](Context& context) {
                                                  QVERIFY(context.cancel(context.workingOrders()[0].id).ok());
                                              }}}));
    QVERIFY(session.play().of("fill").empty());
}

void TestEngineTrades::aTrailingStopSentAtATradeFollowsTheNext()
{
    auto trailing = marketOrder(Side::Sell, 1);
    trailing.type = OrderType::TrailingStop;
    trailing.trail = 0.20;
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 1'000}, {30, 1'050}, {40, 1'025}, {50, 900}},
                             actingAtTrades({{1, submits(marketOrder(Side::Buy, 1))}, {3, submits(trailing)}}));
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["price"], std::string("10.25"));
}

void TestEngineTrades::aBracketSentAtATradeEndsInsideTheBar()
{
    auto entry = marketOrder(Side::Buy, 1);
    entry.stopLoss = 9.50;
    entry.takeProfit = 10.50;
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 1'060}, {30, 940}}, actingAtTrades({{1, submits(entry)}}));
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["price"], std::string("10.50"));
    QCOMPARE(secondOf(fills[1].time), std::string("20"));
}

void TestEngineTrades::theAccountStandsAtTheTrade()
{
    auto stands = std::make_shared<std::string>();
    Script script;
    script.trade = [stands](Context& context, const MarketTrade& heard) {
        if (heard.trade.id == 1)
            (void)context.submit(marketOrder(Side::Buy, 1));
        *stands += fmt::format("{}:{} ", context.position(0).size, context.equity().toDouble());
    };
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 1'100}, {30, 900}}, std::move(script));
    (void)session.play();
    QCOMPARE(*stands, std::string("0:1000 1:1000 1:1001 1:999 "));
}

void TestEngineTrades::fillsAreToldBeforeTheTradesAfterThem()
{
    auto told = std::make_shared<std::string>();
    Script script = actingAtTrades({{1, submits(marketOrder(Side::Buy, 1))}});
    script.trade = [told, act = script.trade](Context& context, const MarketTrade& heard) {
        *told += fmt::format("trade{} ", heard.trade.id);
        act(context, heard);
    };
    script.fill = [told](Context& context, const execution::Fill&) { *told += "fill@" + secondOf(context.time()) + " "; };
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 1'100}}, std::move(script));
    (void)session.play();
    QCOMPARE(*told, std::string("trade1 fill@10 trade2 trade3 "));
}

void TestEngineTrades::whatIsFilledInsideABarIsMeasured()
{
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 1'100}, {30, 1'100}, {70, 1'100}, {130, 1'100}},
                             actingAtTrades({{1, submits(marketOrder(Side::Buy, 1))},
                                             {3, submits(marketOrder(Side::Sell, 1))}}));
    (void)session.play();
    const auto snapshot = session.engine->snapshot();
    QCOMPARE(snapshot.accounts[0].fills, 2);
    QCOMPARE(snapshot.accounts[0].performance->trades.roundTrips.size(), 1U);
    QCOMPARE(snapshot.accounts[0].performance->trades.turnover.toString(), std::string("21.00000000"));
}

void TestEngineTrades::tradesWaitForTheWarmUp()
{
    auto first = std::make_shared<std::string>();
    Script script;
    script.trade = [first](Context& context, const MarketTrade&) {
        if (first->empty())
            *first = secondOf(context.time());
    };
    Session session = traded({{0, 1'000}, {61, 1'000}, {121, 1'000}, {181, 1'000}}, std::move(script));
    session.setup.accounts[0].warmup = 2;
    (void)session.play();
    QCOMPARE(*first, std::string("121"));
}

void TestEngineTrades::nobodyElseHearsTrades()
{
    Script script;
    script.trade = [](Context&, const MarketTrade&) { QFAIL("it did not ask for trades"); };
    Session session = traded({{0, 1'000}, {10, 1'000}}, std::move(script));
    session.setup.accounts[0].hearsTrades = false;
    (void)session.play();
}

void TestEngineTrades::aFailureInsideABarSuspendsThere()
{
    auto heard = std::make_shared<int>();
    Script script;
    script.trade = [heard](Context& context, const MarketTrade& trade) {
        ++*heard;
        if (trade.trade.id == 1)
            (void)context.submit(limitOrder(Side::Buy, 1, 9.00));
        if (trade.trade.id == 2)
            throw std::runtime_error("it broke");
    };
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 800}, {80, 800}}, std::move(script));
    const Output output = session.play();
    QCOMPARE(*heard, 2);
    QVERIFY(output.of("fill").empty());
    const auto suspended = output.of("strategy_suspended");
    QCOMPARE(suspended.size(), 1U);
    QCOMPARE(secondOf(suspended[0].time), std::string("10"));
}

void TestEngineTrades::aLiquidatedAccountHearsOfNoMoreTrades()
{
    auto heard = std::make_shared<int>();
    Script script;
    script.trade = [heard](Context& context, const MarketTrade& trade) {
        ++*heard;
        if (trade.trade.id == 1)
            (void)context.submit(marketOrder(Side::Buy, 120));
    };
    Session session = traded({{0, 1'000}, {10, 1'000}, {20, 100}, {30, 100}, {70, 100}}, std::move(script));
    const Output output = session.play();
    QCOMPARE(output.of("margin_call").size(), 1U);
    QCOMPARE(*heard, 2);
}

namespace {

/// BTC/USD by trades at 0, 30 and 50 s; ETH/USD has nothing but a minute that falls from 50.00 to 40.00 in its
/// middle third.
Session oneByTrades(Script script)
{
    Session session;
    addTraded(session, "BTC/USD", tradesOf({{0, 1'000}, {30, 1'000}, {50, 1'000}, {70, 1'000}}));
    session.symbol("ETH/USD", {candle(0, 5'000, 5'000, 4'000, 5'000), flat(1, 5'000)});
    session.account("listener", std::move(script)).hearsTrades = true;
    return session;
}

} // namespace

void TestEngineTrades::candlesOfAnotherSymbolTellNothingAhead()
{
    Script script;
    script.start = submits(limitOrder(Side::Buy, 1, 41.00, 1));
    script.fill = [](Context& context, const execution::Fill& fill) { QVERIFY(fill.time <= context.time()); };
    Session session = oneByTrades(std::move(script));
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 1U);
    QVERIFY(fills[0].time > START + SECOND * 30 && fills[0].time < START + SECOND * 50);
}

void TestEngineTrades::aCandleThatHasNotClosedIsKnownByItsOpenAlone()
{
    auto profits = std::make_shared<std::string>();
    Script script;
    script.start = submits(marketOrder(Side::Buy, 1, 1));
    script.trade = [profits](Context& context, const MarketTrade&) {
        *profits += fmt::format("{} ", context.position(1).profit);
    };
    Session session = oneByTrades(std::move(script));
    (void)session.play();
    QCOMPARE(*profits, std::string("0 0 0 0 "));
}

void TestEngineTrades::whatIsSentInsideACandleWaitsForTheNext()
{
    Session session;
    addTraded(session, "BTC/USD", tradesOf({{0, 1'000}, {10, 1'000}, {50, 1'000}, {70, 1'000}}));
    session.symbol("ETH/USD", {candle(0, 5'000, 5'000, 4'000, 5'000), candle(1, 5'000, 5'000, 4'000, 5'000)});
    session.setup.rules.costs.maker = 100'000;
    session.setup.rules.costs.taker = 900'000;
    session.account("listener", actingAtTrades({{2, submits(limitOrder(Side::Buy, 1, 41.00, 1))}})).hearsTrades = true;
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 1U);
    QVERIFY(fills[0].time > minute(1));
    QCOMPARE(fills[0]["liquidity"], std::string("maker"));
    QCOMPARE(fills[0]["fee"], std::string("0.04100000"));
}

void TestEngineTrades::aFillAtTheOpenOfACandleIsNone()
{
    Script script;
    script.start = [](Context& context) {
        (void)context.submit(limitOrder(Side::Buy, 1, 45.00, 1));
        (void)context.submit(marketOrder(Side::Buy, 1, 1));
    };
    Session session = oneByTrades(std::move(script));
    const auto fills = session.play().of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[0]["rule"], std::string("market_open"));
    QCOMPARE(fills[0]["ambiguous"], std::string("0"));
    QCOMPARE(fills[1]["ambiguous"], std::string("1"));
}

void TestEngineTrades::aPositionClosedAlongAPathIsAGuess()
{
    Session session;
    addTraded(session, "BTC/USD", tradesOf({{0, 1'000}, {30, 1'000}, {70, 1'000}}));
    session.symbol("ETH/USD", {candle(0, 5'000, 5'000, 1'000, 5'000), flat(1, 5'000)});
    Script script;
    script.start = submits(marketOrder(Side::Buy, 28, 1));
    session.account("listener", std::move(script)).hearsTrades = true;
    const Output output = session.play();
    QCOMPARE(output.of("margin_call").size(), 1U);
    QCOMPARE(session.desk().ambiguousFills(), 1);
}

void TestEngineTrades::aFillAlongAPathIsAGuess()
{
    Script script;
    script.start = submits(limitOrder(Side::Buy, 1, 45.00, 1));
    Session session = oneByTrades(std::move(script));
    const Output output = session.play();
    QCOMPARE(output.of("fill")[0]["ambiguous"], std::string("1"));
    QCOMPARE(session.desk().ambiguousFills(), 1);
    QVERIFY(session.desk().ambiguousStake() == Money());
}

void TestEngineTrades::tradesThatDoNotAddUpAreNotTold()
{
    auto heard = std::make_shared<int>();
    Script script;
    script.trade = [heard](Context&, const MarketTrade&) { ++*heard; };
    Session session = traded({{0, 1'000}, {10, 1'000}, {70, 1'000}}, std::move(script));
    auto candles = *session.setup.symbols[0].candles;
    candles.high[0] = Price(1'001);
    session.setup.symbols[0].candles = std::make_shared<const market::CandleColumns>(std::move(candles));
    QCOMPARE(session.play().of("detail_refused").size(), 1U);
    QCOMPARE(*heard, 1);
}

void TestEngineTrades::missingTradesAreSaid()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000)});
    session.account("listener", {}).hearsTrades = true;
    const auto said = session.play().of("trades_missing");
    QCOMPARE(said.size(), 1U);
    QCOMPARE(said[0]["symbol"], std::string("BTC/USD"));
}

void TestEngineTrades::barsWithoutTradesAreCounted()
{
    Session session = traded({{0, 1'000}, {70, 1'000}, {130, 1'000}, {190, 1'000}}, {});
    session.setup.symbols[0].trades =
        std::make_shared<const market::TradeColumns>(tradesOf({{0, 1'000}, {130, 1'000}}));
    const auto said = session.play().of("trades_missing");
    QCOMPARE(said.size(), 1U);
    QCOMPARE(said[0]["bars"], std::string("2"));
    QCOMPARE(said[0]["from"], formatTimestamp(minute(1)));
    QCOMPARE(said[0]["to"], formatTimestamp(minute(4)));
}

/// The walk is another one, cut at every trade: what it comes to is not.
void TestEngineTrades::whoOnlyListensTradesAsBefore()
{
    QVERIFY(rc::check("who only listens trades as before", [] {
        const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
        const auto play = [seed](bool hears) {
            Dice dice(seed);
            Session session;
            session.setup.rules.worstCase = dice.chance(30);
            session.setup.rules.costs = {100'000, 200'000, 50'000, 0, {1'000'000'000, 1'000'000'000, 20'000, 20'000}};
            session.setup.rules.participation = dice.chance(50) ? 10'000'000 : 0;
            // Minutes of many trades, or hours, in which interest falls due.
            const auto furthest = dice.oneOf<std::int64_t>({40, 400});
            addTraded(session, "BTC/USD", wanderingTrades(dice, 120, furthest));
            addTraded(session, "ETH/USD", wanderingTrades(dice, 120, furthest));
            session.account("monkey", monkey(seed)).hearsTrades = hears;
            return session.play().text;
        };
        RC_ASSERT(play(true) == play(false));
    }));
}

void TestEngineTrades::equalSessionsGiveEqualBytes()
{
    const auto play = [] {
        Dice dice(11);
        Session session;
        addTraded(session, "BTC/USD", wanderingTrades(dice, 400));
        addTraded(session, "ETH/USD", wanderingTrades(dice, 400));
        Script script;
        script.trade = [dice = Dice(12)](Context& context, const MarketTrade& heard) mutable {
            const double price = context.instruments()[heard.symbol].toDouble(heard.trade.price);
            if (dice.chance(20))
                (void)context.submit(anyRequest(dice, context, price));
        };
        session.account("monkey", std::move(script)).hearsTrades = true;
        return session.play().text;
    };
    const std::string first = play();
    QVERIFY(first.find("\"fill\"") != std::string::npos);
    QVERIFY(first == play());
}

QTEST_APPLESS_MAIN(TestEngineTrades)
#include "tst_enginetrades.moc"
