// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stored trades: what is kept, in which order, and which of two sources counts.
#include "historyfixture.h"

#include <QtTest>

#include <map>
#include <rapidcheck.h>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

Trade trade(const char* when, std::int64_t price, std::int64_t size, std::uint64_t id = 0)
{
    return {time(when), Price(price), Quantity(size), TakerSide::Buy, id};
}

TradeColumns columnsOf(std::initializer_list<Trade> trades)
{
    TradeColumns columns;
    for (const Trade& one : trades)
        columns.push(one);
    return columns;
}

std::unique_ptr<HistoryStore> openWithInstrument(const Folder& folder)
{
    auto store = folder.open();
    if (!store->putInstrument(instrument()))
        qFatal("the instrument is not taken");
    return store;
}

/// Keeps trades by the documented rules: numbered ones by their id, the others by their place, and these not
/// in a second that has numbered ones.
struct Model
{
    using Key = std::pair<Timestamp, std::uint64_t>;
    std::map<Key, Trade> numbered;
    std::map<Key, Trade> counted;

    static Timestamp secondOf(Timestamp time) { return std::chrono::floor<std::chrono::seconds>(time); }

    void write(const TradeColumns& trades)
    {
        std::uint64_t place = 0;
        for (std::size_t i = 0; i < trades.count(); ++i) {
            const Trade one = trades.at(i);
            place = i > 0 && trades.time[i - 1] == one.time ? place + 1 : 1;
            if (one.id != 0)
                numbered[{one.time, one.id}] = one;
            else
                counted[{one.time, place}] = one;
        }
        std::erase_if(counted, [&](const auto& entry) {
            const auto first = numbered.lower_bound({secondOf(entry.first.first), 0});
            return first != numbered.end() && secondOf(first->first.first) == secondOf(entry.first.first);
        });
    }

    [[nodiscard]] TradeColumns all() const
    {
        std::map<Key, Trade> merged = counted;
        merged.insert(numbered.begin(), numbered.end());
        TradeColumns columns;
        for (const auto& [key, one] : merged)
            columns.push(one);
        return columns;
    }
};

TradeColumns drawTrades()
{
    const bool numbered = *rc::gen::arbitrary<bool>();
    const auto count = *rc::gen::inRange(1, 40);
    auto micros = *rc::gen::inRange<std::int64_t>(0, 20'000'000);
    TradeColumns trades;
    for (int i = 0; i < count; ++i) {
        micros += *rc::gen::element<std::int64_t>(0, 0, 1, 400'000, 1'000'000, 3'000'000);
        const std::uint64_t id = numbered ? static_cast<std::uint64_t>(micros / 7 * 100 + i) + 1 : 0;
        trades.push({time("2022-01-03") + std::chrono::microseconds(micros),
                     Price(*rc::gen::inRange<std::int64_t>(1, 4)), Quantity(*rc::gen::inRange<std::int64_t>(1, 4)),
                     *rc::gen::element(TakerSide::Unknown, TakerSide::Buy, TakerSide::Sell), id});
    }
    return trades;
}

void checkEqual(HistoryStore& store, const Model& model)
{
    const auto stored = store.trades(symbol(), {});
    RC_ASSERT(stored.ok());
    const TradeColumns expected = model.all();
    RC_ASSERT(*stored == expected);
    const auto extent = store.tradeExtent(symbol());
    RC_ASSERT(extent.ok());
    RC_ASSERT(extent->has_value());
    RC_ASSERT((*extent)->trades == static_cast<std::int64_t>(expected.count()));
    RC_ASSERT((*extent)->oldest == expected.time.front());
    RC_ASSERT((*extent)->newest == expected.time.back());
}

} // namespace

class TestHistoryTrades : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("RC_PARAMS"))
            qputenv("RC_PARAMS", "max_success=100 max_size=60");
    }

    void readsBackWhatWasWritten()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto trades = columnsOf({trade("2022-01-03T00:00:00.000001Z", 100, 5, 7),
                                       trade("2022-01-03T00:00:00.000001Z", 101, 6, 9),
                                       trade("2022-01-03T00:00:02Z", 99, 1, 3)});
        VERIFY_OK(store->writeTrades(symbol(), trades));
        const auto stored = store->trades(symbol(), {});
        VERIFY_OK(stored);
        QVERIFY(*stored == trades);
    }

    void agreesWithTheModelWhateverIsWritten()
    {
        QVERIFY(rc::check("trades", [] {
            const Folder folder;
            auto store = openWithInstrument(folder);
            Model model;
            for (int writes = *rc::gen::inRange(1, 6); writes > 0; --writes) {
                const TradeColumns trades = drawTrades();
                RC_ASSERT(store->writeTrades(symbol(), trades).ok());
                model.write(trades);
            }
            checkEqual(*store, model);
        }));
    }

    void writingTwiceChangesNothing()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto trades = columnsOf({trade("2022-01-03T00:00:00Z", 100, 5), trade("2022-01-03T00:00:00Z", 100, 5),
                                       trade("2022-01-03T00:00:09Z", 99, 1)});
        const auto first = store->writeTrades(symbol(), trades);
        const auto again = store->writeTrades(symbol(), trades);
        VERIFY_OK(first);
        VERIFY_OK(again);
        QCOMPARE(first->inserted, 3);
        QCOMPARE(again->inserted, 0);
        QCOMPARE(again->unchanged, 3);
    }

    void countsACorrection()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        VERIFY_OK(store->writeTrades(symbol(), columnsOf({trade("2022-01-03", 100, 5, 7)})));
        const auto corrected = store->writeTrades(symbol(), columnsOf({trade("2022-01-03", 100, 6, 7)}));
        VERIFY_OK(corrected);
        QCOMPARE(corrected->changed, 1);
    }

    void numberedTradesReplaceTheOthersInTheirOwnSecondsOnly()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto told = columnsOf({trade("2022-01-03T00:00:00Z", 100, 5), trade("2022-01-03T00:00:01Z", 101, 5),
                                     trade("2022-01-03T00:00:02Z", 102, 5)});
        VERIFY_OK(store->writeTrades(symbol(), told));
        const auto ends = columnsOf({trade("2022-01-03T00:00:00.5Z", 100, 5, 1), trade("2022-01-03T00:00:02.5Z", 102, 5, 3)});
        VERIFY_OK(store->writeTrades(symbol(), ends));
        const auto stored = store->trades(symbol(), {});
        VERIFY_OK(stored);
        QVERIFY(*stored == columnsOf({ends.at(0), told.at(1), ends.at(1)}));
    }

    void refusesTicksOfFormerDecimals()
    {
        // It takes two programs, which is tried on every database that lets in two.
        if (server() && !server()->takesSeveralConnections())
            return;
        const Folder folder;
        auto store = openWithInstrument(folder);
        {
            auto other = folder.open();
            VERIFY_OK(other->putInstrument(instrument(4)));
        }
        CandleColumns candles;
        candles.push(candle(time("2022-01-03"), 1));
        QCOMPARE(store->write(symbol(), ONE_MINUTE, candles).error().code, ErrorCode::Busy);
        QCOMPARE(store->writeTrades(symbol(), columnsOf({trade("2022-01-03", 1, 1)})).error().code, ErrorCode::Busy);
        HistoryBatch batch;
        batch.candles = candles;
        QCOMPARE(store->commit(symbol(), batch).error().code, ErrorCode::Busy);
        // Told anew it goes on.
        VERIFY_OK(store->putInstrument(instrument()));
        VERIFY_OK(store->write(symbol(), ONE_MINUTE, candles));
    }

    void limitCountsFromTheOldest()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        VERIFY_OK(store->writeTrades(symbol(), columnsOf({trade("2022-01-03", 1, 1, 1), trade("2022-01-04", 2, 1, 2),
                                                          trade("2022-01-05", 3, 1, 3)})));
        const auto stored = store->trades(symbol(), {time("2022-01-04"), Timestamp::max()}, 1);
        VERIFY_OK(stored);
        QVERIFY(*stored == columnsOf({trade("2022-01-04", 2, 1, 2)}));
    }

    void rangeIsHalfOpen()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        VERIFY_OK(store->writeTrades(symbol(), columnsOf({trade("2022-01-03", 1, 1, 1), trade("2022-01-04", 2, 1, 2)})));
        const auto stored = store->trades(symbol(), {time("2022-01-03"), time("2022-01-04")});
        VERIFY_OK(stored);
        QVERIFY(*stored == columnsOf({trade("2022-01-03", 1, 1, 1)}));
    }

    void readsMoreThanOnePage()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        TradeColumns many;
        for (int i = 0; i < 70'000; ++i)
            many.push({time("2022-01-03") + std::chrono::microseconds(i / 3), Price(100 + i % 7), Quantity(1 + i % 5),
                       TakerSide::Sell, static_cast<std::uint64_t>(i + 1)});
        VERIFY_OK(store->writeTrades(symbol(), many));
        const auto stored = store->trades(symbol(), {});
        VERIFY_OK(stored);
        QVERIFY(*stored == many);
    }

    void moreDecimalsRescale()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        VERIFY_OK(store->writeTrades(symbol(), columnsOf({trade("2022-01-03", 123, 5, 1)})));
        Instrument finer = instrument(4);
        finer.lotDecimals = 9;
        VERIFY_OK(store->putInstrument(finer));
        const auto stored = store->trades(symbol(), {});
        VERIFY_OK(stored);
        QVERIFY(*stored == columnsOf({trade("2022-01-03", 12300, 50, 1)}));
    }

    void rescaleThatOverflowsChangesNothing()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto trades = columnsOf({trade("2022-01-03", 123, INT64_MAX / 2, 1)});
        VERIFY_OK(store->writeTrades(symbol(), trades));
        Instrument finer = instrument();
        finer.lotDecimals = 9;
        const auto refused = store->putInstrument(finer);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Overflow);
        const auto stored = store->trades(symbol(), {});
        VERIFY_OK(stored);
        QVERIFY(*stored == trades);
    }

    void refusesWhatIsNoTrade_data()
    {
        QTest::addColumn<QList<qint64>>("trades"); // Second, price, size, id of each.
        QTest::newRow("price zero") << QList<qint64>{0, 0, 1, 1};
        QTest::newRow("size zero") << QList<qint64>{0, 1, 0, 1};
        QTest::newRow("backwards") << QList<qint64>{1, 1, 1, 1, 0, 1, 1, 2};
        QTest::newRow("an id twice") << QList<qint64>{1, 1, 1, 5, 1, 1, 1, 5};
        QTest::newRow("an id missing") << QList<qint64>{1, 1, 1, 5, 2, 1, 1, 0};
        QTest::newRow("an id too large") << QList<qint64>{1, 1, 1, -1};
    }

    void refusesWhatIsNoTrade()
    {
        QFETCH(QList<qint64>, trades);
        const Folder folder;
        auto store = openWithInstrument(folder);
        TradeColumns columns;
        for (qsizetype i = 0; i < trades.size(); i += 4)
            columns.push({time("2022-01-03") + std::chrono::seconds(trades[i]), Price(trades[i + 1]),
                          Quantity(trades[i + 2]), TakerSide::Unknown, static_cast<std::uint64_t>(trades[i + 3])});
        const auto refused = store->writeTrades(symbol(), columns);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(!store->tradeExtent(symbol())->has_value());
    }

    void refusesTradesOfAnUnknownInstrument()
    {
        const Folder folder;
        const auto refused = folder.open()->writeTrades(symbol(), columnsOf({trade("2022-01-03", 1, 1)}));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::NotFound);
    }

    void keepsTheSmallestCostOfAnOrder()
    {
        const Folder folder;
        auto store = folder.open();
        Instrument asks = instrument();
        asks.minimumCost = Money(50'000'000);
        VERIFY_OK(store->putInstrument(asks));
        const auto kept = store->putInstrument(instrument());
        VERIFY_OK(kept);
        QCOMPARE(kept->minimumCost.count(), 50'000'000);
    }
};

QTEST_GUILESS_MAIN(TestHistoryTrades)
#include "tst_historytrades.moc"
