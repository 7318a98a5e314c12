// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"
#include "tests/exchange/fakehttp.h"

#include "core/history/downloader.h"
#include "core/market/tradecandles.h"

#include <QtTest>

#include <fstream>
#include <sstream>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

const Timestamp DAY = time("2024-01-01");

std::string recorded(const char* name)
{
    std::ifstream in(std::filesystem::path(QUARTERDECK_SHARED_DATA) / "kraken" / name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

/// Downloads against the double, without a network and without waiting.
class TestDownloader : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<Folder> m_folder;
    std::unique_ptr<HistoryStore> m_store;
    FakePace m_pace;
    std::atomic<bool> m_cancel = false;

    Result<DownloadReport> download(FakeKraken& exchange, TimeRange range = {DAY, DAY + std::chrono::hours(24)},
                                    const DownloadTold& told = {})
    {
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        return downloadTrades(*m_store, kraken, symbol(), range, told, m_cancel);
    }
    /// Every trade of the double once, and the candles that they make.
    void compareWith(const FakeKraken& exchange)
    {
        TradeColumns expected;
        for (const Trade& trade : exchange.trades())
            expected.push(trade);
        const auto stored = m_store->trades(symbol(), {});
        VERIFY_OK(stored);
        QCOMPARE(stored->count(), expected.count());
        QVERIFY(*stored == expected);
        QVERIFY(*m_store->candles(symbol(), ONE_MINUTE, {}) == candlesOf(expected, 8));
    }
    void verifyWhole()
    {
        const auto verified = m_store->verified(symbol(), std::nullopt);
        VERIFY_OK(verified);
        QCOMPARE(verified->size(), 1U);
        QVERIFY(verified->front().from == DAY && verified->front().to == DAY + std::chrono::hours(24));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        m_store = m_folder->open();
        m_pace = FakePace();
        m_cancel = false;
    }
    void cleanup() { m_store.reset(); }

    void downloadsEveryTradeOnce()
    {
        FakeKraken exchange(5000);
        const auto report = download(exchange);
        VERIFY_OK(report);
        QCOMPARE(report->trades.inserted, 5000);
        QCOMPARE(report->failures, 0);
        compareWith(exchange);
        verifyWhole();
    }

    void knowsDecimalsAndMinimumsOfThePair()
    {
        FakeKraken exchange(10);
        VERIFY_OK(download(exchange));
        const auto instrument = m_store->coverage(symbol())->instrument;
        QCOMPARE(instrument.priceDecimals, 1);
        QCOMPARE(instrument.minimumLots, 5000);
        QCOMPARE(instrument.minimumCost, Money(50'000'000));
        QVERIFY(instrument.volumeUnit == VolumeUnit::Stated);
    }

    void keepsItsDistance()
    {
        FakeKraken exchange(3000);
        VERIFY_OK(download(exchange));
        QVERIFY(!m_pace.pauses.empty());
        for (const Nanoseconds pause : m_pace.pauses)
            QCOMPARE(pause, Nanoseconds(std::chrono::seconds(1)));
    }

    void getsOverTrouble_data()
    {
        QTest::addColumn<int>("trick");
        QTest::newRow("429") << static_cast<int>(Trick::TooMany);
        QTest::newRow("500") << static_cast<int>(Trick::ServerError);
        QTest::newRow("rate limit") << static_cast<int>(Trick::RateLimit);
        QTest::newRow("cut") << static_cast<int>(Trick::Cut);
        QTest::newRow("no json") << static_cast<int>(Trick::NoJson);
        QTest::newRow("wrong form") << static_cast<int>(Trick::WrongForm);
        QTest::newRow("stuck") << static_cast<int>(Trick::Stuck);
        QTest::newRow("cursor ahead") << static_cast<int>(Trick::Ahead);
        QTest::newRow("no network") << static_cast<int>(Trick::NoAnswer);
    }
    void getsOverTrouble()
    {
        QFETCH(int, trick);
        FakeKraken exchange(3000);
        exchange.misbehave({Trick::None, static_cast<Trick>(trick), static_cast<Trick>(trick)});
        const auto report = download(exchange);
        VERIFY_OK(report);
        QCOMPARE(report->failures, 2);
        compareWith(exchange);
        verifyWhole();
    }

    void repeatedTradesAreStoredOnce()
    {
        FakeKraken exchange(3000);
        exchange.misbehave({Trick::None, Trick::Repeated, Trick::Repeated});
        VERIFY_OK(download(exchange));
        compareWith(exchange);
    }

    void waitsAsLongAsTheServerAsks()
    {
        FakeKraken exchange(10);
        exchange.misbehave({Trick::TooMany});
        VERIFY_OK(download(exchange));
        QVERIFY(std::find(m_pace.pauses.begin(), m_pace.pauses.end(), Nanoseconds(std::chrono::seconds(7))) !=
                m_pace.pauses.end());
    }

    void waitsLongerEachTime()
    {
        FakeKraken exchange(10);
        exchange.misbehaveAlways(Trick::ServerError);
        const auto report = download(exchange);
        QVERIFY(!report.ok());
        QVERIFY2(report.error().what.find("status 500") != std::string::npos, report.error().what.c_str());
        // One after the pair, then one before each attempt but the first, each 2^n less up to its half.
        QCOMPARE(m_pace.pauses.size(), 8U);
        for (std::size_t i = 1; i < m_pace.pauses.size(); ++i) {
            const Nanoseconds whole = std::min(std::chrono::seconds(60), std::chrono::seconds(1 << (i - 1)));
            QVERIFY(m_pace.pauses[i] <= std::max<Nanoseconds>(whole, std::chrono::seconds(1)));
            QVERIFY(m_pace.pauses[i] >= whole / 2);
        }
    }

    void tellsOfTroubleBeforeItWaits()
    {
        FakeKraken exchange(10);
        exchange.misbehave({Trick::ServerError});
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        std::string told;
        kraken.setTroubleTold([&](const Error& why, Nanoseconds) { told = why.what; });
        VERIFY_OK(downloadTrades(*m_store, kraken, symbol(), {DAY, DAY + std::chrono::hours(1)}, {}, m_cancel));
        QCOMPARE(told, std::string("the server answered with status 500"));
    }

    void theSameSeedWaitsTheSame()
    {
        std::vector<std::vector<Nanoseconds>> waits;
        for (int i = 0; i < 2; ++i) {
            m_pace = FakePace();
            FakeKraken exchange(10);
            exchange.misbehaveAlways(Trick::Cut);
            QVERIFY(!download(exchange).ok());
            waits.push_back(m_pace.pauses);
        }
        QVERIFY(waits[0] == waits[1]);
    }

    void aStuckCursorEnds()
    {
        FakeKraken exchange(3000);
        exchange.misbehaveAlways(Trick::Stuck);
        const auto report = download(exchange);
        QVERIFY(!report.ok() && report.error().code == ErrorCode::Corrupt);
        QCOMPARE(exchange.asked().size(), 9U);
    }

    void aRefusalIsNotTriedAgain()
    {
        FakeKraken exchange(10);
        exchange.misbehaveAlways(Trick::Refused);
        QVERIFY(!download(exchange).ok());
        QCOMPARE(exchange.asked().size(), 2U);
    }

    void anUnknownPairIsSaid()
    {
        FakeKraken exchange(10);
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const auto report =
            downloadTrades(*m_store, kraken, symbol("FOO/USD"), {DAY, DAY + std::chrono::hours(1)}, {}, m_cancel);
        QVERIFY(!report.ok() && report.error().code == ErrorCode::NotFound);
        QVERIFY(m_store->coverage()->empty());
    }

    void goesOnAfterEveryStop()
    {
        // Stopped after one request more each time, it ends with every trade once.
        FakeKraken exchange(5000, std::chrono::seconds(11));
        for (int stops = 0;; ++stops) {
            QVERIFY(stops < 40);
            m_cancel = false;
            FakeHttp http(exchange);
            int left = 3;
            http.afterEach = [&] { m_cancel = --left == 0; };
            KrakenRest kraken(http, m_pace, {});
            const auto report = downloadTrades(*m_store, kraken, symbol(), {DAY, DAY + std::chrono::hours(24)}, {}, m_cancel);
            VERIFY_OK(report);
            if (!report->cancelled)
                break;
        }
        compareWith(exchange);
        verifyWhole();
    }

    void asksForNothingThatIsVerified()
    {
        FakeKraken exchange(3000);
        VERIFY_OK(download(exchange));
        const auto before = exchange.asked().size();
        const auto report = download(exchange);
        VERIFY_OK(report);
        QCOMPARE(exchange.asked().size(), before);
        QCOMPARE(report->requests, 0);
    }

    void keepsTheCursorWithTheRows()
    {
        FakeKraken exchange(3000);
        VERIFY_OK(download(exchange, {DAY, DAY + std::chrono::hours(3)}));
        const auto status = m_store->syncStatus(symbol(), TRADES_SYNC);
        VERIFY_OK(status);
        QVERIFY(*status && (*status)->oldest == DAY && (*status)->newest == DAY + std::chrono::hours(3));
        QVERIFY(m_store->tradeExtent(symbol())->value().newest < DAY + std::chrono::hours(3));
    }

    void keepsPricesFinerThanThePair()
    {
        FakeKraken exchange;
        exchange.record("/0/public/Trades?pair=XBTUSD&since=170406719",
                        R"({"error":[],"result":{"XXBTZUSD":[["42000.12345","0.00000001",1704067200.5,"b","l","",1]],)"
                        R"("last":"1704067200500000000"}})");
        VERIFY_OK(download(exchange, {DAY, DAY + std::chrono::minutes(1)}));
        QCOMPARE(m_store->coverage(symbol())->instrument.priceDecimals, 5);
        QCOMPARE(m_store->trades(symbol(), {})->price[0], Price(4'200'012'345));
    }

    void countsTradesThatCannotBe()
    {
        FakeKraken exchange;
        exchange.record("/0/public/Trades?pair=XBTUSD&since=170406719",
                        R"({"error":[],"result":{"XXBTZUSD":[["42000.1","0.00000000",1704067200.5,"b","l","",1],)"
                        R"(["-1","1",1704067200.6,"b","l","",2],["42000.1","1",1704067200.7,"b","l","",3]],)"
                        R"("last":"1704067200700000000"}})");
        const auto report = download(exchange, {DAY, DAY + std::chrono::minutes(1)});
        VERIFY_OK(report);
        QCOMPARE(report->rejected, 2);
        QCOMPARE(report->trades.inserted, 1);
        QCOMPARE(report->firstRejection, std::string("the volume is zero or negative"));
    }

    void minutesWithoutTradesAreVerifiedAndNoGap()
    {
        FakeKraken exchange(50, std::chrono::minutes(3));
        VERIFY_OK(download(exchange));
        const auto gaps = m_store->gaps(symbol(), 10);
        VERIFY_OK(gaps);
        QCOMPARE(gaps->missing, 0);
        QCOMPARE(gaps->verifiedEmpty, 98);
    }

    void fillsGaps()
    {
        FakeKraken exchange(8000, std::chrono::seconds(10));
        VERIFY_OK(download(exchange, {DAY, DAY + std::chrono::hours(1)}));
        VERIFY_OK(download(exchange, {DAY + std::chrono::hours(20), DAY + std::chrono::hours(24)}));
        QCOMPARE(m_store->gaps(symbol(), 10)->missing, 19 * 60);
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const auto report = fillGaps(*m_store, kraken, symbol(), {}, m_cancel);
        VERIFY_OK(report);
        QCOMPARE(m_store->gaps(symbol(), 10)->missing, 0);
        compareWith(exchange);
    }

    void aPageFillsSeveralGaps()
    {
        FakeKraken exchange(600, std::chrono::seconds(10));
        CandleColumns few;
        for (const int minute : {0, 3, 9, 20, 50})
            few.push(candle(DAY + std::chrono::minutes(minute), minute));
        VERIFY_OK(m_store->putInstrument(instrument()));
        VERIFY_OK(m_store->write(symbol(), ONE_MINUTE, few));
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        VERIFY_OK(fillGaps(*m_store, kraken, symbol(), {}, m_cancel));
        QCOMPARE(m_store->gaps(symbol(), 10)->missing, 0);
        QCOMPARE(exchange.asked().size(), 2U);
    }

    void aClockThatRunsAheadVerifiesNothingThatIsToCome()
    {
        FakeKraken exchange(3000);
        const Timestamp real = DAY + std::chrono::hours(6);
        exchange.setClock(real);
        m_pace.time = real + std::chrono::minutes(10);
        const auto report = download(exchange);
        VERIFY_OK(report);
        // The minute of which the server has not seen the end yet is open.
        QVERIFY(report->reached == real - std::chrono::minutes(1) && report->range.to == report->reached);
        const auto verified = m_store->verified(symbol(), std::nullopt);
        QCOMPARE(verified->size(), 1U);
        QVERIFY(verified->front().to == report->reached);
    }

    void withoutTheServersClockOnlyWhatTradesCloseIsVerified()
    {
        FakeKraken exchange(3000);
        exchange.setClock(std::nullopt);
        const auto report = download(exchange);
        VERIFY_OK(report);
        QVERIFY(report->reached == ONE_MINUTE.floor(exchange.trades().back().time));
        QVERIFY(m_store->verified(symbol(), std::nullopt)->front().to == report->reached);
    }

    void theServersClockClosesTheLastCandle()
    {
        FakeKraken exchange(8000, std::chrono::seconds(10));
        const Timestamp running = ONE_MINUTE.floor(exchange.trades().back().time);
        exchange.setClock(running + std::chrono::seconds(30));
        m_pace.time = running - std::chrono::minutes(10);
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const auto report = downloadCandles(*m_store, kraken, symbol(), ONE_MINUTE, m_cancel);
        VERIFY_OK(report);
        QCOMPARE(report->rejected, 0);
        QVERIFY(report->reached == running);
    }

    void tradesOfOneTimeAreKeptOverThePagesEnd()
    {
        FakeKraken exchange(5000);
        exchange.tie(997, 6);
        exchange.tie(1998, 2);
        const auto report = download(exchange);
        VERIFY_OK(report);
        QCOMPARE(report->unverified, 0);
        compareWith(exchange);
        verifyWhole();
    }

    void aPageOfOneTimeOnlyStillAdvances()
    {
        FakeKraken exchange(40);
        exchange.setPageSize(10);
        exchange.tie(10, 10);
        VERIFY_OK(download(exchange));
        compareWith(exchange);
        verifyWhole();
    }

    void aFullPageOfKnownTradesIsNotTheEnd()
    {
        FakeKraken exchange(40);
        exchange.setPageSize(10);
        exchange.tie(0, 10);
        VERIFY_OK(download(exchange, {DAY - std::chrono::hours(1), DAY + std::chrono::hours(24)}));
        compareWith(exchange);
    }

    void moreTradesOfOneTimeThanAPageHoldsAreNotVerified()
    {
        FakeKraken exchange(100);
        exchange.setPageSize(10);
        exchange.tie(20, 15);
        const auto report = download(exchange);
        VERIFY_OK(report);
        QVERIFY(report->unverified > 0);
        QCOMPARE(m_store->verified(symbol(), std::nullopt)->size(), 2U);
    }

    void asksAgainWhereTradesAreLeftOut()
    {
        FakeKraken exchange(3000);
        exchange.misbehave({Trick::None, Trick::Skipping});
        const auto report = download(exchange);
        VERIFY_OK(report);
        QCOMPARE(report->unverified, 0);
        compareWith(exchange);
        verifyWhole();
    }

    void minutesWithLeftOutTradesAreStoredButNotVerified()
    {
        FakeKraken exchange(3000);
        exchange.skipNumbers(1000, 3);
        const auto report = download(exchange);
        VERIFY_OK(report);
        compareWith(exchange);
        const Timestamp before = ONE_MINUTE.floor(exchange.trades()[999].time);
        const Timestamp after = ONE_MINUTE.floor(exchange.trades()[1000].time) + ONE_MINUTE.length();
        const auto verified = m_store->verified(symbol(), std::nullopt);
        QCOMPARE(verified->size(), 2U);
        QVERIFY((*verified)[0].to == before && (*verified)[1].from == after);
        QCOMPARE(report->unverified, (after - before) / ONE_MINUTE.length());
    }

    void refusesAPerpetual_data()
    {
        QTest::addColumn<bool>("hasCandles");
        QTest::newRow("with candles") << true;
        QTest::newRow("with funding rates only") << false;
    }
    void refusesAPerpetual()
    {
        QFETCH(bool, hasCandles);
        Instrument perpetual = instrument();
        perpetual.kind = InstrumentKind::Perpetual;
        VERIFY_OK(m_store->putInstrument(perpetual));
        if (hasCandles)
            VERIFY_OK(m_store->write(symbol(), ONE_MINUTE, series(DAY, ONE_MINUTE, 5)));
        FakeKraken exchange(8000, std::chrono::seconds(10));
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const auto trades = download(exchange);
        QVERIFY(!trades.ok() && trades.error().code == ErrorCode::Refused);
        const auto candles = downloadCandles(*m_store, kraken, symbol(), ONE_MINUTE, m_cancel);
        QVERIFY(!candles.ok() && candles.error().code == ErrorCode::Refused);
        QVERIFY(m_store->trades(symbol(), {})->empty());
    }

    void aGuessedUnitOfStoredCandlesStaysGuessed()
    {
        VERIFY_OK(m_store->putInstrument(instrument()));
        VERIFY_OK(m_store->write(symbol(), ONE_MINUTE, series(DAY - std::chrono::hours(1), ONE_MINUTE, 5)));
        FakeKraken exchange(8000, std::chrono::seconds(10));
        VERIFY_OK(download(exchange));
        QVERIFY(m_store->coverage(symbol())->instrument.volumeUnit == VolumeUnit::Guessed);
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        VERIFY_OK(downloadCandles(*m_store, kraken, symbol(), ONE_MINUTE, m_cancel));
        QVERIFY(m_store->coverage(symbol())->instrument.volumeUnit == VolumeUnit::Guessed);
    }

    void aTradeTooFineForTheOthersIsLeftOut()
    {
        FakeKraken exchange;
        exchange.record("/0/public/Trades?pair=XBTUSD&since=170406719",
                        R"({"error":[],"result":{"XXBTZUSD":[["42000.1","50000000000",1704067200.5,"b","l","",1]],)"
                        R"("last":"1704067200500000000"}})");
        exchange.record("/0/public/Trades?pair=XBTUSD&since=17040672004",
                        R"({"error":[],"result":{"XXBTZUSD":[["42000.1","0.000000000001",1704067200.6,"b","l","",2],)"
                        R"(["42000.2","1",1704067200.7,"b","l","",3]],"last":"1704067200700000000"}})");
        const auto report = download(exchange, {DAY, DAY + std::chrono::minutes(1)});
        VERIFY_OK(report);
        QCOMPARE(report->rejected, 1);
        QCOMPARE(report->trades.inserted, 2);
        QCOMPARE(m_store->coverage(symbol())->instrument.lotDecimals, 8);
        QCOMPARE(m_store->trades(symbol(), {})->size[0], Quantity(5'000'000'000'000'000'000));
    }

    void tradesBeforeTheRangeGiveNoDecimals()
    {
        FakeKraken exchange;
        exchange.record("/0/public/Trades?pair=XBTUSD&since=170406719",
                        R"({"error":[],"result":{"XXBTZUSD":[["42000.12345","1",1704067199.5,"b","l","",1],)"
                        R"(["42000.1","1",1704067200.5,"b","l","",2]],"last":"1704067200500000000"}})");
        const auto report = download(exchange, {DAY, DAY + std::chrono::minutes(1)});
        VERIFY_OK(report);
        QCOMPARE(report->rejected, 0);
        QCOMPARE(m_store->coverage(symbol())->instrument.priceDecimals, 1);
    }

    void aClockSetBackHoldsNothingUp()
    {
        FakeKraken exchange(3000);
        VERIFY_OK(download(exchange, {DAY, DAY + std::chrono::hours(24)},
                           [&](const DownloadProgress&) { m_pace.time -= std::chrono::hours(1); }));
        for (const Nanoseconds pause : m_pace.pauses)
            QCOMPARE(pause, Nanoseconds(std::chrono::seconds(1)));
    }

    void countsItsOwnRequestsOnly()
    {
        FakeKraken exchange(3000);
        exchange.misbehave({Trick::ServerError});
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const TimeRange first{DAY, DAY + std::chrono::minutes(10)};
        const TimeRange second{first.to, first.to + std::chrono::minutes(10)};
        QCOMPARE(downloadTrades(*m_store, kraken, symbol(), first, {}, m_cancel)->failures, 1);
        const auto report = downloadTrades(*m_store, kraken, symbol(), second, {}, m_cancel);
        VERIFY_OK(report);
        QCOMPARE(report->failures, 0);
        QCOMPARE(report->requests, 2);
    }

    void aWarningIsNoFailure()
    {
        FakeKraken exchange(3000);
        exchange.misbehaveAlways(Trick::Warning);
        const auto report = download(exchange);
        VERIFY_OK(report);
        QCOMPARE(report->failures, 0);
        compareWith(exchange);
    }

    void tellsHowFarItIs()
    {
        FakeKraken exchange(5000);
        std::vector<DownloadProgress> told;
        VERIFY_OK(download(exchange, {DAY, DAY + std::chrono::hours(24)},
                           [&](const DownloadProgress& now) { told.push_back(now); }));
        QVERIFY(told.size() >= 5);
        for (std::size_t i = 1; i < told.size(); ++i)
            QVERIFY(told[i].share >= told[i - 1].share);
        QCOMPARE(told.back().share, 1.0);
        QCOMPARE(told.back().trades, 5000);
        QVERIFY(told[1].secondsLeft > 0.0 && told[1].tradesPerSecond > 0.0);
    }

    void refusesARangeOfTheFuture()
    {
        FakeKraken exchange(10);
        QVERIFY(!download(exchange, {m_pace.time + std::chrono::hours(1), m_pace.time + std::chrono::hours(2)}).ok());
        QVERIFY(exchange.asked().empty());
    }

    void downloadsTheLastCandles()
    {
        FakeKraken exchange(8000, std::chrono::seconds(10));
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const auto report = downloadCandles(*m_store, kraken, symbol(), ONE_MINUTE, m_cancel);
        VERIFY_OK(report);
        QCOMPARE(report->candles.inserted, 720);
        // The same as its trades make: 720 minutes before the one that is running.
        TradeColumns trades;
        for (const Trade& trade : exchange.trades())
            trades.push(trade);
        const auto all = candlesOf(trades, 8);
        const auto stored = m_store->candles(symbol(), ONE_MINUTE, {});
        VERIFY_OK(stored);
        QCOMPARE(stored->size(), 720U);
        for (std::size_t i = 0; i < 720; ++i)
            QVERIFY(stored->at(i) == all.at(all.size() - 721 + i));
    }

    void theRecordedTradesMakeTheRecordedCandles()
    {
        const std::string trades = recorded("http_trades.json");
        if (trades.empty())
            QSKIP("the shared data is not here");
        FakeKraken exchange;
        exchange.record("/0/public/AssetPairs", recorded("http_asset_pairs.json"));
        exchange.record("/0/public/OHLC", recorded("http_ohlc.json"));
        exchange.record("/0/public/Trades?pair=XBTUSDT&since=17627954", trades);
        exchange.record("/0/public/Trades", R"({"error":[],"result":{"XBTUSDT":[],"last":"1762820035982277754"}})");
        m_pace.time = time("2025-11-11 00:17:30");
        exchange.setClock(m_pace.time);
        FakeHttp http(exchange);
        KrakenRest kraken(http, m_pace, {});
        const Symbol pair = symbol("BTC/USDT");
        VERIFY_OK(downloadCandles(*m_store, kraken, pair, ONE_MINUTE, m_cancel));
        const auto said = *m_store->candles(pair, ONE_MINUTE, {});
        // From the first whole minute of the trades; its own begins before the recording does.
        const TimeRange both{time("2025-11-10 17:24"), time("2025-11-11 00:13")};
        VERIFY_OK(downloadTrades(*m_store, kraken, pair, both, {}, m_cancel));
        const auto made = candlesOf(*m_store->trades(pair, {both.from + std::chrono::minutes(1), both.to}), 8);
        QCOMPARE(made.size(), 271U);
        for (std::size_t i = 0; i < made.size(); ++i) {
            const auto at = said.lowerBound(made.openTime[i]);
            QVERIFY(at < said.size() && said.at(at) == made.at(i));
        }
    }
};

QTEST_GUILESS_MAIN(TestDownloader)
#include "tst_downloader.moc"
