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
    void pathAloneIsASessionOfItsOwn();
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

void TestEngineDetail::pathAloneIsASessionOfItsOwn()
{
    QTemporaryDir folder;
    const ReplayWorkspace workspace(folder.path().toStdString());
    ReplayRequest request = mixedRequest(workspace);
    const auto finest = prepareReplay(request, workspace.places());
    request.usesFinerCandles = false;
    const auto path = prepareReplay(request, workspace.places());
    QVERIFY(!(*path)->symbols[0].finer);
    QVERIFY((*path)->candleDigest != (*finest)->candleDigest);
    QVERIFY((*path)->digest != (*finest)->digest);
}

QTEST_APPLESS_MAIN(TestEngineDetail)
#include "tst_enginedetail.moc"
