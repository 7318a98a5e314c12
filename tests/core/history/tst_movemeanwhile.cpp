// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "movefixture.h"

using namespace fixture;

/// What others do to either history while one is moved, and what is said of it.
class TestMoveMeanwhile : public QObject
{
    Q_OBJECT

private slots:
    void whatIsVerifiedMeanwhileIsNotSaidWithoutItsRows()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        VERIFY_OK(source.store->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 100)));
        const Folder folder;
        const auto destination = folder.open();
        const Timestamp later = MONDAY + std::chrono::hours(5);
        HistoryBatch meanwhile;
        meanwhile.candles = series(later, ONE_MINUTE, 10);
        meanwhile.verified = VerifiedRange{ONE_MINUTE, {later, later + std::chrono::minutes(10)}};
        const auto told = [&](const MoveProgress& progress) {
            if (progress.stage == MoveStage::Sending)
                VERIFY_OK(source.store->commit(symbol(), meanwhile));
        };
        const auto report = moveHistory(*source.store, *destination, {}, told, NEVER);
        VERIFY_OK(report);
        QVERIFY(!report->isComplete());
        QVERIFY(destination->verified(symbol(), ONE_MINUTE)->empty());
        QVERIFY(moved(*source.store, *destination).isComplete());
        QCOMPARE(destination->verified(symbol(), ONE_MINUTE)->size(), std::size_t(1));
        QCOMPARE(destination->coverage(symbol())->candles, std::int64_t(110));
    }

    void whatIsDeletedMeanwhileIsNotSaidToBeThere()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        VERIFY_OK(source.store->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 100)));
        HistoryBatch said;
        said.verified = VerifiedRange{ONE_MINUTE, {MONDAY, MONDAY + std::chrono::minutes(100)}};
        said.sync = SyncStatus{"trades", MONDAY, MONDAY + std::chrono::minutes(100), "there"};
        VERIFY_OK(source.store->commit(symbol(), said));
        const Folder folder;
        const auto destination = folder.open();
        MoveOptions options;
        options.pageRows = 10;
        const TimeRange half{MONDAY + std::chrono::minutes(50), MONDAY + std::chrono::minutes(100)};
        const auto remove = [&](const MoveProgress& progress) {
            if (progress.stage == MoveStage::Sending && source.store->coverage(symbol())->candles == 100)
                QVERIFY(source.store->remove(symbol(), half, 1'000)->isDone);
        };
        QVERIFY(moveHistory(*source.store, *destination, options, remove, NEVER).ok());
        QVERIFY(destination->verified(symbol(), ONE_MINUTE)->empty());
        QVERIFY(!destination->syncStatus(symbol(), "trades")->has_value());
        QVERIFY(moved(*source.store, *destination).isComplete());
        QCOMPARE(destination->verified(symbol(), ONE_MINUTE)->front().to, half.from);
    }

    void decimalsRaisedMeanwhileEndTheMove_data()
    {
        QTest::addColumn<bool>("here");
        QTest::newRow("here") << true;
        QTest::newRow("there") << false;
    }
    void decimalsRaisedMeanwhileEndTheMove()
    {
        QFETCH(bool, here);
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        VERIFY_OK(source.store->write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 100)));
        const Folder folder;
        const auto destination = folder.open();
        MoveOptions options;
        options.pageRows = 10;
        const auto raise = [&](const MoveProgress& progress) {
            HistoryDatabase& store = here ? *source.store : *destination;
            if ((progress.stage == MoveStage::Sending) == here)
                VERIFY_OK(store.putInstrument(instrument(4)));
        };
        const auto ended = moveHistory(*source.store, *destination, options, raise, NEVER);
        QVERIFY(!ended.ok());
        QCOMPARE(ended.error().code, ErrorCode::Busy);
        QVERIFY2(ended.error().remedy.starts_with("Move again"), ended.error().remedy.c_str());
        VERIFY_OK(source.store->putInstrument(instrument(4)));
        QVERIFY(moved(*source.store, *destination, options).isComplete());
        QVERIFY(destination->candles(symbol(), ONE_MINUTE, {}).value() == source.store->candles(symbol(), ONE_MINUTE, {}).value());
    }

    void neverSaysThatNothingWasChangedOnceRowsWereMoved()
    {
        const Source source;
        fill(*source.store);
        const Folder folder;
        const auto destination = folder.open();
        Instrument other = instrument();
        other.symbol = symbol("ETH/EUR");
        other.venue = "elsewhere";
        const auto told = [&](const MoveProgress& progress) {
            if (progress.stage == MoveStage::Sending)
                VERIFY_OK(destination->putInstrument(other));
        };
        const auto ended = moveHistory(*source.store, *destination, {}, told, NEVER);
        QVERIFY(!ended.ok());
        QVERIFY2(ended.error().what.ends_with("rows were moved and are kept"), ended.error().what.c_str());
        QVERIFY2(ended.error().remedy.find("Nothing was changed") == std::string::npos, ended.error().remedy.c_str());
        QVERIFY2(ended.error().remedy.starts_with("Import"), ended.error().remedy.c_str());
    }

    void stopsBetweenVerifiedRanges()
    {
        const Source source;
        VERIFY_OK(source.store->putInstrument(instrument()));
        for (int i = 0; i < 3; ++i) {
            HistoryBatch batch;
            const Timestamp from = MONDAY + std::chrono::hours(2 * i);
            batch.verified = VerifiedRange{ONE_MINUTE, {from, from + std::chrono::hours(1)}};
            VERIFY_OK(source.store->commit(symbol(), batch));
        }
        const Folder folder;
        const auto destination = folder.open();
        std::atomic<bool> cancel = false;
        const auto told = [&](const MoveProgress& progress) { cancel = progress.stage == MoveStage::Sending; };
        const auto stopped = moveHistory(*source.store, *destination, {}, told, cancel);
        VERIFY_OK(stopped);
        QVERIFY(stopped->cancelled);
        QCOMPARE(destination->verified(symbol(), ONE_MINUTE)->size(), std::size_t(1));
        QVERIFY(moved(*source.store, *destination).isComplete());
        QCOMPARE(destination->verified(symbol(), ONE_MINUTE)->size(), std::size_t(3));
    }
};

QTEST_GUILESS_MAIN(TestMoveMeanwhile)
#include "tst_movemeanwhile.moc"
