// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Moving a history into another one: from a file into whatever the test runs on.
#include "movefixture.h"

#include "core/history/historycheck.h"
#include "core/history/moveends.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

void compareAll(HistoryDatabase& source, HistoryDatabase& destination)
{
    QVERIFY(destination.trades(symbol(), {}).value() == source.trades(symbol(), {}).value());
    QVERIFY(destination.fundingRates(symbol(), {}).value() == source.fundingRates(symbol(), {}).value());
    for (const Timeframe step : ALL_TIMEFRAMES) {
        QVERIFY(destination.candles(symbol(), step, {}).value() == source.candles(symbol(), step, {}).value());
        QVERIFY(destination.writtenCandles(symbol(), step, {}).value() == source.writtenCandles(symbol(), step, {}).value());
    }
    const auto here = source.holdings().value();
    const auto there = destination.holdings().value();
    QCOMPARE(there.size(), here.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
        QCOMPARE(there[i].instrument.symbol, here[i].instrument.symbol);
        QCOMPARE(there[i].instrument.venue, here[i].instrument.venue);
        QCOMPARE(there[i].instrument.priceDecimals, here[i].instrument.priceDecimals);
        QCOMPARE(there[i].instrument.minimumLots, here[i].instrument.minimumLots);
        QCOMPARE(there[i].instrument.minimumCost, here[i].instrument.minimumCost);
        QVERIFY(there[i].instrument.volumeUnit == here[i].instrument.volumeUnit);
        QVERIFY(there[i].instrument.kind == here[i].instrument.kind);
        QVERIFY(there[i].sync == here[i].sync);
        QCOMPARE(there[i].written.size(), here[i].written.size());
    }
}

/// One after the other, with room between them.
std::vector<TimeRange> anyRanges()
{
    std::vector<TimeRange> ranges;
    Timestamp time = MONDAY;
    for (const int length : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 6))) {
        const Timestamp from = time + std::chrono::minutes(length);
        time = from + std::chrono::minutes(1 + length % 3);
        ranges.push_back({from, time});
    }
    return ranges;
}

} // namespace

class TestHistoryMove : public QObject
{
    Q_OBJECT

private slots:
    void movesEveryTable()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        const MoveReport report = moved(*source.store, *destination);
        QVERIFY(report.isComplete());
        compareAll(*source.store, *destination);
        QCOMPARE(report.sent, std::int64_t(3'000 + 45 + 400 + 2));
    }

    void checksEveryTableAndEveryRollup()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        const MoveReport report = moved(*source.store, *destination);
        QStringList tables;
        for (const TableCheck& check : report.checks) {
            QVERIFY2(check.isSame(), check.table.c_str());
            QCOMPARE(check.destinationRows, check.sourceRows);
            tables.append(QString::fromStdString(check.table));
        }
        QCOMPARE(tables.join(QStringLiteral(", ")),
                 QStringLiteral("1m candles, 1d candles, trades, funding rates, 5m rollup, 15m rollup, 30m rollup, 1h "
                                "rollup, 4h rollup, 12h rollup, 1d rollup, 1w rollup, verified ranges, downloads, instrument, "
                                "instrument"));
    }

    void movingAgainSendsNothing()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        const std::int64_t sent = moved(*source.store, *destination).sent;
        const MoveReport again = moved(*source.store, *destination);
        QCOMPARE(again.sent, std::int64_t(0));
        QCOMPARE(again.present, sent);
        QVERIFY(again.isComplete());
    }

    void goesOnWhereItWasStopped()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        MoveOptions options;
        options.pageRows = 100;
        std::atomic<bool> cancel = false;
        const auto told = [&](const MoveProgress& progress) { cancel = progress.stage == MoveStage::Sending; };
        const auto stopped = moveHistory(*source.store, *destination, options, told, cancel);
        VERIFY_OK(stopped);
        QVERIFY(stopped->cancelled);
        QVERIFY(!stopped->isComplete());
        QCOMPARE(stopped->sent, std::int64_t(100));
        const MoveReport rest = moved(*source.store, *destination, options);
        QCOMPARE(rest.present, std::int64_t(100));
        QCOMPARE(rest.sent, std::int64_t(3'447 - 100));
        compareAll(*source.store, *destination);
    }

    void neverCutsASecondInTwo()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        TradeColumns trades;
        for (int i = 0; i < 60; ++i)
            trades.push({MONDAY + std::chrono::seconds(i / 25), Price(100 + i), Quantity(1), TakerSide::Buy, 0});
        writeTrades(*source.store, trades);
        const Folder folder;
        const auto destination = folder.open();
        MoveOptions options;
        options.pageRows = 4;
        QVERIFY(moved(*source.store, *destination, options).isComplete());
        QVERIFY(destination->trades(symbol(), {}).value() == trades);
    }

    void keepsWhatTheDestinationHasBeside()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        VERIFY_OK(source.store->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 100)));
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(instrument()));
        VERIFY_OK(destination->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 150)));
        const MoveReport report = moved(*source.store, *destination);
        QVERIFY(report.isComplete());
        QCOMPARE(report.sent, std::int64_t(0));
        QCOMPARE(report.checks.front().difference.additional, std::int64_t(50));
        QVERIFY(!report.checks.front().isSame());
        QVERIFY(destination->candles(symbol(), ONE_MINUTE, {}).value() == series(MONDAY, ONE_MINUTE, 150));
    }

    void refusesToReplaceOtherCandles()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        Instrument same = source.store->holdings()->front().instrument;
        VERIFY_OK(destination->putInstrument(same));
        const CandleColumns others = series(MONDAY + std::chrono::hours(1), ONE_MINUTE, 20, 5);
        VERIFY_OK(destination->write(symbol(), ONE_MINUTE, others));
        const auto refused = moveHistory(*source.store, *destination, {}, {}, NEVER);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::AlreadyExists);
        QVERIFY2(refused.error().what.find("BTC/USD 1m candles at 20 times from 2022-01-03T01:00:00Z") != std::string::npos,
                 refused.error().what.c_str());
        QVERIFY(destination->candles(symbol(), ONE_MINUTE, {}).value() == others);
        QCOMPARE(destination->holdings()->size(), std::size_t(1));
    }

    void replacesOtherCandlesWhereThatIsWanted()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(source.store->holdings()->front().instrument));
        VERIFY_OK(destination->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 20, 5)));
        MoveOptions options;
        options.otherRows = OtherRows::Replace;
        QVERIFY(moved(*source.store, *destination, options).isComplete());
        compareAll(*source.store, *destination);
    }

    void saysWhichTradesTheDestinationKnowsBetter()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        TradeColumns counted;
        counted.push({MONDAY, Price(100), Quantity(1), TakerSide::Buy, 0});
        writeTrades(*source.store, counted);
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(instrument()));
        TradeColumns numbered;
        numbered.push({MONDAY + std::chrono::milliseconds(5), Price(100), Quantity(1), TakerSide::Buy, 77});
        writeTrades(*destination, numbered);
        QCOMPARE(moveHistory(*source.store, *destination, {}, {}, NEVER).error().code, ErrorCode::AlreadyExists);
        MoveOptions options;
        options.otherRows = OtherRows::Replace;
        const MoveReport report = moved(*source.store, *destination, options);
        QVERIFY(!report.isComplete());
        QCOMPARE(report.checks.front().table, std::string("trades"));
        QCOMPARE(report.checks.front().difference.missing, std::int64_t(1));
        QVERIFY(destination->trades(symbol(), {}).value() == numbered);
    }

    void refusesAnInstrumentOfAnotherVenue()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(instrument()));
        const auto refused = moveHistory(*source.store, *destination, {}, {}, NEVER);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::AlreadyExists);
        QVERIFY(refused.error().what.find("kraken") != std::string::npos);
    }

    void moreDecimalsOnEitherSideAreTheSameRows_data()
    {
        QTest::addColumn<int>("here");
        QTest::addColumn<int>("there");
        QTest::newRow("there") << 2 << 4;
        QTest::newRow("here") << 4 << 2;
    }
    void moreDecimalsOnEitherSideAreTheSameRows()
    {
        QFETCH(int, here);
        QFETCH(int, there);
        const auto write = [](HistoryDatabase& store, int decimals, int count) {
            Instrument instrument = fixture::instrument(2);
            VERIFY_OK(store.putInstrument(instrument));
            VERIFY_OK(store.write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, count)));
            TradeColumns trades;
            trades.push({MONDAY, Price(100), Quantity(3), TakerSide::Sell, 9});
            VERIFY_OK(store.writeTrades(symbol(), trades));
            instrument.priceDecimals = decimals;
            instrument.lotDecimals = 6 + decimals;
            VERIFY_OK(store.putInstrument(instrument));
        };
        const Source source;
        write(*source.store, here, 50);
        const Folder folder;
        const auto destination = folder.open();
        write(*destination, there, 30);
        const MoveReport report = moved(*source.store, *destination);
        QVERIFY(report.isComplete());
        QCOMPARE(report.sent, std::int64_t(20));
        QCOMPARE(destination->holdings()->front().instrument.priceDecimals, 4);
        for (const TableCheck& check : report.checks)
            QVERIFY2(check.isSame() || check.table == "instrument", check.table.c_str());
    }

    void aDownloadThatCameFurtherThereStays()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(instrument()));
        HistoryBatch batch;
        batch.sync = SyncStatus{"trades", MONDAY, MONDAY + std::chrono::hours(1), "one"};
        VERIFY_OK(source.store->commit(symbol(), batch));
        batch.sync = SyncStatus{"trades", MONDAY, MONDAY + std::chrono::hours(2), "two"};
        VERIFY_OK(destination->commit(symbol(), batch));
        QVERIFY(moved(*source.store, *destination).isComplete());
        QCOMPARE(destination->syncStatus(symbol(), "trades").value()->cursor, std::string("two"));
    }

    void theCheckNamesWhatIsMissingAndOther()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        VERIFY_OK(source.store->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 100)));
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(instrument()));
        CandleColumns damaged;
        for (int i = 0; i < 100; ++i) {
            if (i != 40 && i != 41)
                damaged.push(candle(MONDAY + i * ONE_MINUTE.length(), i == 60 ? 7 : 1 + i));
        }
        VERIFY_OK(destination->write(symbol(), ONE_MINUTE, damaged));
        HistoryCheck check(*source.store, *destination, 32, [](const RowTable&, std::size_t) { return Result<void>(); });
        const auto done = check.add(planMove(*source.store, *destination)->front());
        VERIFY_OK(done);
        const auto tables = check.take();
        QCOMPARE(tables.size(), std::size_t(2)); // The other is the instrument: no rollups of other candles.
        const RowDifference& difference = tables.front().difference;
        QCOMPARE(difference.missing, std::int64_t(2));
        QCOMPARE(difference.different, std::int64_t(1));
        QCOMPARE(difference.ranges.size(), std::size_t(2));
        QCOMPARE(difference.ranges[0].from, MONDAY + std::chrono::minutes(40));
        QCOMPARE(difference.ranges[1].from, MONDAY + std::chrono::minutes(60));
    }

    void theCheckNamesAnInstrumentThatSaysLess_data()
    {
        QTest::addColumn<int>("decimals");
        QTest::addColumn<bool>("perpetual");
        QTest::addColumn<int>("different");
        QTest::newRow("decimals") << 2 << true << 1;
        QTest::newRow("kind") << 4 << false << 1;
        QTest::newRow("nothing") << 4 << true << 0;
    }
    void theCheckNamesAnInstrumentThatSaysLess()
    {
        QFETCH(int, decimals);
        QFETCH(bool, perpetual);
        QFETCH(int, different);
        const Source source;
        Instrument here = instrument(4);
        here.kind = InstrumentKind::Perpetual;
        VERIFY_OK(source.store->putInstrument(here));
        const Folder folder;
        const auto destination = folder.open();
        Instrument there = instrument(decimals);
        there.kind = perpetual ? InstrumentKind::Perpetual : InstrumentKind::Spot;
        VERIFY_OK(destination->putInstrument(there));
        HistoryCheck check(*source.store, *destination, 32, [](const RowTable&, std::size_t) { return Result<void>(); });
        QVERIFY(check.add(planMove(*source.store, *destination)->front()).ok());
        const auto tables = check.take();
        QCOMPARE(tables.back().table, std::string("instrument"));
        QCOMPARE(tables.back().difference.different, std::int64_t(different));
    }

    void anotherKindIsRefusedUnlessItIsMerged()
    {
        const Source source;
        Instrument perpetual = instrument();
        perpetual.kind = InstrumentKind::Perpetual;
        VERIFY_OK(source.store->putInstrument(perpetual));
        const Folder folder;
        const auto destination = folder.open();
        VERIFY_OK(destination->putInstrument(instrument()));
        const auto refused = moveHistory(*source.store, *destination, {}, {}, NEVER);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::AlreadyExists);
        QVERIFY2(refused.error().what.find("a perpetual here") != std::string::npos, refused.error().what.c_str());
        QVERIFY(destination->holdings()->front().instrument.kind == InstrumentKind::Spot);
        MoveOptions options;
        options.otherRows = OtherRows::Replace;
        QVERIFY(moved(*source.store, *destination, options).isComplete());
        QVERIFY(destination->holdings()->front().instrument.kind == InstrumentKind::Perpetual);
    }

    void findsTheRangesThatLieInNoOther()
    {
        QVERIFY(rc::check("as by looking at every pair", [] {
            const std::vector<TimeRange> ranges = anyRanges();
            const std::vector<TimeRange> others = anyRanges();
            std::vector<Timestamp> expected;
            for (const TimeRange& range : ranges) {
                const bool within = std::ranges::any_of(
                    others, [&](const TimeRange& one) { return one.from <= range.from && range.to <= one.to; });
                if (!within)
                    expected.push_back(range.from);
            }
            std::vector<Timestamp> found;
            for (const TimeRange& range : notWithin(ranges, others))
                found.push_back(range.from);
            RC_ASSERT(found == expected);
        }));
    }

    void movesAnyCandlesInPagesOfAnySize()
    {
        QVERIFY(rc::check("what is read afterwards is what was there", [] {
            const Source source;
            RC_ASSERT(source.store->putInstrument(instrument()).ok());
            const int writes = *rc::gen::inRange(1, 4);
            for (int i = 0; i < writes; ++i) {
                const Timeframe step = *rc::gen::elementOf(std::vector{ONE_MINUTE, timeframe("15m"), timeframe("1d")});
                const int first = *rc::gen::inRange(0, 300);
                const int count = *rc::gen::inRange(1, 400);
                RC_ASSERT(source.store->write(symbol(), step, series(MONDAY + first * step.length(), step, count)).ok());
            }
            MoveOptions options;
            options.pageRows = *rc::gen::inRange<std::size_t>(1, 900);
            const Folder folder;
            const auto destination = folder.open();
            const auto report = moveHistory(*source.store, *destination, options, {}, NEVER);
            RC_ASSERT(report.ok());
            RC_ASSERT(report->isComplete());
            for (const TableCheck& check : report->checks)
                RC_ASSERT(check.isSame());
        }));
    }

    void refusesToMoveAHistoryOntoItself()
    {
        const Folder folder;
        folder.open().reset();
        const auto refused = openMoveEnds(folder.history(), folder.history());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    }

    void leavesAFileOfSomethingElseAlone()
    {
        const Folder folder;
        const Source source;
        const QByteArray picture = QByteArray("\x89PNG\r\n").repeated(2'000);
        const auto file = folder.write("holiday.png", picture);
        const auto refused = openMoveEnds(std::filesystem::path(source.directory.filePath(QStringLiteral("here.sqlite")).toStdString()), file);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QCOMPARE(QDir(folder.directory.path()).entryList(QDir::Files).filter(QStringLiteral("holiday")),
                 QStringList(QStringLiteral("holiday.png")));
        QFile kept(QString::fromStdString(file.string()));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), picture);
    }

    void leavesWhatIsNoPlainFileAlone()
    {
        const Source source;
        const auto refused = openMoveEnds(std::filesystem::path(source.directory.filePath(QStringLiteral("here.sqlite")).toStdString()),
                                          std::filesystem::path("/dev/zero"));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
    }

    void leavesTheSourceAsItIs()
    {
        Source source;
        fill(*source.store);
        source.store.reset();
        const QString path = source.directory.filePath(QStringLiteral("here.sqlite"));
        const auto bytes = [&] {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray before = bytes();
        const Folder folder;
        auto ends = openMoveEnds(std::filesystem::path(path.toStdString()), folder.history());
        VERIFY_OK(ends);
        QVERIFY(moved(*ends->source, *ends->destination).isComplete());
        ends->source.reset();
        QCOMPARE(bytes(), before);
    }
};

QTEST_GUILESS_MAIN(TestHistoryMove)
#include "tst_historymove.moc"
