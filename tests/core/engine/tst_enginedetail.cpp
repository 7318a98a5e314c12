// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "enginefixture.h"
#include "replayworkspace.h"

#include "core/engine/replaysession.h"
#include "core/market/candlebuilder.h"

#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace core::engine;
using namespace fixture;

namespace {

constexpr market::Timeframe FIVE_MINUTES = market::Timeframe::minutes(5);

/// Enters with a bracket at its first bar.
Script bracketBuyer()
{
    Script script;
    script.bar = [entered = false](Context& context, const Bar&) mutable {
        if (std::exchange(entered, true))
            return;
        auto request = marketOrder(execution::Side::Buy, 1);
        request.stopLoss = 95.0;
        request.takeProfit = 105.0;
        (void)context.submit(request);
    };
    return script;
}

/// Bars of five minutes over minutes that reach the target before the stop, with the bar's low nearer.
Session fiveMinuteBars(bool resolved)
{
    std::vector<market::Candle> minutes = {flat(0, 10'000), flat(5, 10'000), flat(10, 10'000),
                                           candle(11, 10'000, 10'600, 10'000, 10'500),
                                           candle(13, 10'500, 10'500, 9'450, 9'900)};
    market::CandleColumns fine;
    for (const market::Candle& each : minutes)
        fine.push(each);
    const auto bars = market::aggregate(fine, market::ONE_MINUTE, FIVE_MINUTES);
    std::vector<market::Candle> coarse;
    for (std::size_t i = 0; i < bars.size(); ++i)
        coarse.push_back(bars.at(i));
    Session session;
    session.setup.base = FIVE_MINUTES;
    session.symbol("BTC/USD", coarse);
    if (resolved)
        session.setup.symbols[0].finer = std::make_shared<const market::CandleColumns>(std::move(fine));
    session.account("buyer", bracketBuyer()).timeframe = FIVE_MINUTES;
    return session;
}

} // namespace

/// Finer candles are part of a session, of its digest and of what it says.
class TestEngineDetail : public QObject
{
    Q_OBJECT

private slots:
    void fillsSayWhatResolvedThem();
    void candlesThatDoNotAddUpAreSaidOnce();
    void aReplayTakesTheFinestCandlesOfEachSymbol();
    void tradesDecideAndAreSaid();
    void tradesThatDoNotAddUpAreSaidOnce();
    void aReplayTakesTheTradesOfItsRange();
    void candlesAreTheMostWhereTheRequestSaysSo();
    void pathAloneIsASessionOfItsOwn();
    void theDataSaysWhereBarsAreMissing();
};

void TestEngineDetail::fillsSayWhatResolvedThem()
{
    Session resolved = fiveMinuteBars(true);
    const Output output = resolved.play();
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["price"], std::string("105.00"));
    QCOMPARE(fills[1]["detail"], std::string("candles"));
    QVERIFY(fills[1].time > minute(11) && fills[1].time < minute(12));
    QCOMPARE(resolved.desk().ambiguousFills(), 0);
    QCOMPARE(output.of("finer_candles").size(), 1U);

    Session onPath = fiveMinuteBars(false);
    const Output plain = onPath.play();
    QCOMPARE(plain.of("fill")[1]["price"], std::string("95.00"));
    QCOMPARE(plain.of("fill")[1]["detail"], std::string("candle_path"));
    QCOMPARE(onPath.desk().ambiguousFills(), 1);
    QVERIFY(plain.of("finer_candles").empty());
}

void TestEngineDetail::candlesThatDoNotAddUpAreSaidOnce()
{
    Session session = fiveMinuteBars(true);
    auto finer = *session.setup.symbols[0].finer;
    for (Price& close : finer.close)
        close = Price(1);
    session.setup.symbols[0].finer = std::make_shared<const market::CandleColumns>(std::move(finer));
    const Output output = session.play();
    const auto said = output.of("detail_refused");
    QCOMPARE(said.size(), 1U);
    QCOMPARE(said[0].stream, journal::Stream::system().code());
    QCOMPARE(said[0]["symbol"], std::string("BTC/USD"));
    QCOMPARE(output.of("fill")[1]["detail"], std::string("candle_path"));
}

namespace {

/// The bars of fiveMinuteBars() with trades that reach the stop first.
Session tradedBars()
{
    Session session = fiveMinuteBars(true);
    market::TradeColumns trades;
    const auto trade = [&trades](double minutes, std::int64_t price) {
        const auto after = std::chrono::milliseconds(static_cast<std::int64_t>(minutes * 60'000));
        trades.push({START + after, Price(price), Quantity(100), market::TakerSide::Buy, trades.count() + 1});
    };
    trade(10.0, 10'000);
    trade(10.5, 9'450);
    trade(11.5, 10'600);
    trade(14.5, 9'900);
    session.setup.symbols[0].trades = std::make_shared<const market::TradeColumns>(std::move(trades));
    return session;
}

} // namespace

void TestEngineDetail::tradesDecideAndAreSaid()
{
    Session session = tradedBars();
    const Output output = session.play();
    const auto fills = output.of("fill");
    QCOMPARE(fills.size(), 2U);
    QCOMPARE(fills[1]["detail"], std::string("trades"));
    QCOMPARE(fills[1]["price"], std::string("94.50"));
    QVERIFY(fills[1].time == minute(10) + std::chrono::seconds(30));
    QCOMPARE(output.of("stored_trades").size(), 1U);
    QCOMPARE(output.of("stored_trades")[0]["symbol"], std::string("BTC/USD"));
}

void TestEngineDetail::tradesThatDoNotAddUpAreSaidOnce()
{
    Session session = tradedBars();
    auto trades = *session.setup.symbols[0].trades;
    trades.price.back() = Price(9'901);
    session.setup.symbols[0].trades = std::make_shared<const market::TradeColumns>(std::move(trades));
    const Output output = session.play();
    const auto said = output.of("detail_refused");
    QCOMPARE(said.size(), 1U);
    QCOMPARE(said[0]["detail"], std::string("trades"));
    QCOMPARE(output.of("fill")[1]["detail"], std::string("candles"));
}

namespace {

/// A workspace with minutes of BTC and ETH, and five-minute bars of XRP alone.
ReplayRequest mixedRequest(const ReplayWorkspace& workspace)
{
    workspace.fill(600);
    auto store = history::openHistory(workspace.places().history);
    market::Instrument instrument;
    instrument.symbol = *Symbol::parse("XRP/USD");
    if (!(*store)->putInstrument(instrument))
        qFatal("no instrument");
    market::CandleColumns bars;
    for (int i = 0; i < 120; ++i)
        bars.push(flat(i * 5, 5'000));
    if (!(*store)->write(instrument.symbol, FIVE_MINUTES, bars))
        qFatal("no candles");
    ReplayRequest request;
    request.strategies = {{"ladder", {}}};
    request.timeframe = FIVE_MINUTES;
    request.symbols = {*Symbol::parse("BTC/USD"), instrument.symbol};
    return request;
}

} // namespace

void TestEngineDetail::aReplayTakesTheFinestCandlesOfEachSymbol()
{
    QTemporaryDir folder;
    const ReplayWorkspace workspace(folder.path().toStdString());
    ReplayRequest request = mixedRequest(workspace);
    request.range.from = START + MINUTE * 20;
    request.range.to = START + MINUTE * 60;
    const auto setup = prepareReplay(request, workspace.places());
    QVERIFY2(setup.ok(), setup.ok() ? "" : setup.error().message().c_str());
    QVERIFY((*setup)->base == FIVE_MINUTES);
    const SymbolData& btc = (*setup)->symbols[0];
    QVERIFY(btc.finer);
    QVERIFY(btc.finerTimeframe == market::ONE_MINUTE);
    QCOMPARE(btc.finer->size(), 40U);
    QVERIFY(btc.finer->openTime.front() == START + MINUTE * 20);
    QVERIFY(!(*setup)->symbols[1].finer);
}

/// A trade a minute of BTC/USD, in the first ten minutes.
static void writeTrades(const ReplayWorkspace& workspace)
{
    auto store = history::openHistory(workspace.places().history);
    market::TradeColumns trades;
    for (int i = 0; i < 10; ++i)
        trades.push({START + MINUTE * i, Price(4'000'000), Quantity(1), market::TakerSide::Buy,
                     static_cast<std::uint64_t>(i + 1)});
    if (!(*store)->writeTrades(*Symbol::parse("BTC/USD"), trades))
        qFatal("no trades");
}

void TestEngineDetail::aReplayTakesTheTradesOfItsRange()
{
    QTemporaryDir folder;
    const ReplayWorkspace workspace(folder.path().toStdString());
    ReplayRequest request = mixedRequest(workspace);
    writeTrades(workspace);
    request.range.from = START + MINUTE * 5;
    request.range.to = START + MINUTE * 60;
    const auto setup = prepareReplay(request, workspace.places());
    QVERIFY2(setup.ok(), setup.ok() ? "" : setup.error().message().c_str());
    const SymbolData& btc = (*setup)->symbols[0];
    QVERIFY(btc.trades);
    QCOMPARE(btc.trades->count(), 5U);
    QVERIFY(btc.trades->time.front() == START + MINUTE * 5);
    QVERIFY(!(*setup)->symbols[1].trades);
}

void TestEngineDetail::candlesAreTheMostWhereTheRequestSaysSo()
{
    QTemporaryDir folder;
    const ReplayWorkspace workspace(folder.path().toStdString());
    ReplayRequest request = mixedRequest(workspace);
    request.detail = execution::Detail::Candles;
    const auto before = prepareReplay(request, workspace.places());
    writeTrades(workspace);
    const auto after = prepareReplay(request, workspace.places());
    QVERIFY(!(*after)->symbols[0].trades);
    QVERIFY((*after)->symbols[0].finer);
    QCOMPARE((*after)->digest, (*before)->digest);
    request.detail = execution::Detail::Trades;
    const auto traded = prepareReplay(request, workspace.places());
    QVERIFY((*traded)->candleDigest != (*after)->candleDigest);
}

void TestEngineDetail::pathAloneIsASessionOfItsOwn()
{
    QTemporaryDir folder;
    const ReplayWorkspace workspace(folder.path().toStdString());
    ReplayRequest request = mixedRequest(workspace);
    const auto finest = prepareReplay(request, workspace.places());
    request.detail = execution::Detail::Path;
    const auto path = prepareReplay(request, workspace.places());
    QVERIFY(!(*path)->symbols[0].finer);
    QVERIFY((*path)->candleDigest != (*finest)->candleDigest);
    QVERIFY((*path)->digest != (*finest)->digest);
}

void TestEngineDetail::theDataSaysWhereBarsAreMissing()
{
    Session session;
    session.symbol("BTC/USD", {flat(0, 1'000), flat(1, 1'000), flat(4, 1'000), flat(5, 1'000), flat(7, 1'000)});
    session.setup.from = minute(1);
    const auto data = coverageOf(session.setup);
    QCOMPARE(data.size(), 1U);
    QVERIFY(data[0].from == minute(1) && data[0].to == minute(8));
    QCOMPARE(data[0].candles, 4);
    QCOMPARE(data[0].missing, 3);
    QCOMPARE(data[0].gaps.size(), 2U);
    QVERIFY(data[0].gaps[0].from == minute(2) && data[0].gaps[0].to == minute(4));
}

QTEST_APPLESS_MAIN(TestEngineDetail)
#include "tst_enginedetail.moc"
