// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "awaystore.h"
#include "historyfixture.h"

#include "core/history/historywriter.h"
#include "core/history/joblane.h"
#include "tests/filesizelimit.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;
using namespace std::chrono_literals;

namespace {

using Phase = WriterState::Phase;

const Timestamp DAY = time("2024-01-01");
constexpr Nanoseconds PATIENCE = 60s;
const std::atomic<bool> NEVER = false;

/// Three candles of the hour with that number; what they say depends on `seed`.
WriteJob job(int hour, int seed = 1, int priceDecimals = 2)
{
    WriteJob made{instrument(priceDecimals), {}};
    made.batch.candles = series(DAY + std::chrono::hours(hour), ONE_MINUTE, 3, seed);
    return made;
}

} // namespace

/// The writer before a history that goes away, refuses and comes back.
class TestHistoryWriter : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<Folder> m_folder;
    std::shared_ptr<Trouble> m_trouble;
    std::unique_ptr<HistoryWriter> m_writer;

    static WriterSettings impatient()
    {
        WriterSettings settings;
        settings.firstRetry = 1ms;
        settings.longestRetry = 4ms;
        return settings;
    }
    void open(WriterSettings settings = impatient())
    {
        auto opened = HistoryWriter::open(m_folder->history(), m_folder->path("spool") / "one", settings,
                                          AwayStore::opener(m_folder->history(), m_trouble));
        if (!opened)
            qFatal("%s", opened.error().message().c_str());
        m_writer = std::move(*opened);
    }
    /// As open(), with the spool opened on the writer's thread.
    void start(WriterSettings settings = impatient())
    {
        m_writer = HistoryWriter::start(m_folder->history(), m_folder->path("spool") / "one", settings,
                                        AwayStore::opener(m_folder->history(), m_trouble));
    }
    Result<Kept> keep(WriteJob wanted) { return m_writer->submit(std::move(wanted)).get(); }
    [[nodiscard]] bool becomes(Phase phase) const
    {
        return m_writer->waitUntil([&](const WriterState& state) { return state.phase == phase; }, PATIENCE);
    }
    [[nodiscard]] bool drained() const
    {
        return m_writer->waitUntil(
            [](const WriterState& state) { return state.spool.batches == 0 && state.phase == Phase::Connected; }, PATIENCE);
    }
    /// The candles stored, by a reader of its own.
    [[nodiscard]] CandleColumns stored() const
    {
        auto store = m_folder->open();
        auto candles = store->candles(symbol(), ONE_MINUTE, {});
        return candles ? *candles : CandleColumns();
    }
    static CandleColumns hours(std::initializer_list<WriteJob> jobs)
    {
        CandleColumns all;
        for (const WriteJob& one : jobs) {
            for (std::size_t i = 0; i < one.batch.candles.size(); ++i)
                all.push(one.batch.candles.at(i));
        }
        return all;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        m_trouble = std::make_shared<Trouble>();
    }
    void cleanup()
    {
        m_writer.reset();
        m_folder.reset();
    }

    void writesToTheDatabaseWhileItIsThere()
    {
        open();
        const auto kept = keep(job(0));
        VERIFY_OK(kept);
        QCOMPARE(kept->count->candles.inserted, 3);
        QCOMPARE(m_writer->state().phase, Phase::Connected);
        QVERIFY(stored() == job(0).batch.candles);
    }

    void keepsBatchesWhileTheDatabaseIsAway()
    {
        m_trouble->away = true;
        open();
        const auto kept = keep(job(0));
        VERIFY_OK(kept);
        QVERIFY(!kept->count);
        const WriterState state = m_writer->state();
        QCOMPARE(state.phase, Phase::Spooling);
        QCOMPARE(state.spool.batches, 1);
        QCOMPARE(state.spool.rows, 3);
        QVERIFY(state.spool.since.has_value());
        QCOMPARE(state.reason.what, std::string("The server went away"));
    }

    void writesThemInOrderOnceItIsBack()
    {
        m_trouble->away = true;
        open();
        for (int seed = 1; seed <= 5; ++seed)
            QVERIFY(keep(job(0, seed)).ok());
        m_trouble->away = false;
        QVERIFY(drained());
        QVERIFY(stored() == job(0, 5).batch.candles);
        QCOMPARE(m_trouble->committed, 5);
    }

    void aLossInTheMiddleLosesNothing()
    {
        open();
        QVERIFY(keep(job(0)).ok());
        m_trouble->away = true;
        QVERIFY(keep(job(1)).ok());
        m_trouble->away = false;
        QVERIFY(drained());
        QVERIFY(stored() == hours({job(0), job(1)}));
    }

    void newerBatchesComeAfterThoseThatWait()
    {
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0, 1)).ok());
        m_trouble->away = false;
        // Whether the first is written by then or not.
        QVERIFY(keep(job(0, 2)).ok());
        QVERIFY(drained());
        QVERIFY(stored() == job(0, 2).batch.candles);
    }

    void theNextStartWritesWhatTheLastOneLeft()
    {
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0)).ok());
        m_writer.reset();
        m_trouble->away = false;
        open();
        QVERIFY(drained());
        QVERIFY(stored() == job(0).batch.candles);
    }

    void whatIsQueuedAtTheEndIsKept()
    {
        m_trouble->away = true;
        open();
        std::vector<std::future<Result<Kept>>> answers;
        for (int hour = 0; hour < 50; ++hour)
            answers.push_back(m_writer->submit(job(hour)));
        m_writer.reset();
        for (auto& answer : answers)
            QVERIFY(answer.get().ok());
        QCOMPARE(Spool::lookInto(m_folder->path("spool") / "one", m_folder->history()).batches, 50);
    }

    void aBatchWrittenTwiceChangesNothing()
    {
        open();
        QVERIFY(keep(job(0)).ok());
        const auto again = keep(job(0));
        VERIFY_OK(again);
        QCOMPARE(again->count->candles.unchanged, 3);
    }

    void whatIsWrongWithABatchIsTheAnswer()
    {
        open();
        WriteJob wrong = job(0);
        wrong.batch.candles.volume[0] = 1e30;
        const auto refused = keep(wrong);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(keep(job(1)).ok());
        QCOMPARE(m_writer->state().spool.batches, 0);
    }

    void aRefusedBatchInTheSpoolDoesNotHoldUpTheOthers()
    {
        m_trouble->away = true;
        open();
        WriteJob wrong = job(1);
        wrong.batch.candles.volume[0] = 1e30;
        for (const WriteJob& one : {job(0), wrong, job(2)})
            QVERIFY(keep(one).ok());
        m_trouble->away = false;
        QVERIFY(drained());
        QVERIFY(stored() == hours({job(0), job(2)}));
        const WriterState state = m_writer->state();
        QCOMPARE(state.findings.size(), 1U);
        QVERIFY2(state.findings[0].find("absurdly large") != std::string::npos, state.findings[0].c_str());
    }

    void aBusyDatabaseIsTriedAgain()
    {
        std::atomic<int> refusals = 3;
        m_trouble->refuse = [&](const HistoryBatch&) -> std::optional<Error> {
            if (refusals-- > 0)
                return Error{ErrorCode::Busy, "Another program is writing", ""};
            return {};
        };
        open();
        QVERIFY(keep(job(0)).ok());
        QVERIFY(drained());
        QVERIFY(stored() == job(0).batch.candles);
    }

    void aFullSpoolIsSaid()
    {
        m_trouble->away = true;
        WriterSettings settings = impatient();
        settings.spool.bytes = 2'000;
        open(settings);
        int kept = 0;
        Result<Kept> answer = keep(job(kept));
        for (; answer; answer = keep(job(kept)))
            QVERIFY(++kept < 20);
        QCOMPARE(answer.error().code, ErrorCode::Busy);
        QVERIFY2(answer.error().what.find("full") != std::string::npos, answer.error().what.c_str());
        QVERIFY2(answer.error().what.find("went away") != std::string::npos, answer.error().what.c_str());
        QCOMPARE(m_writer->state().spool.batches, kept);
        m_trouble->away = false;
        QVERIFY(drained());
        QCOMPARE(stored().size(), static_cast<std::size_t>(3 * kept));
    }

    void aFullDiskIsSaidAndNothingAcknowledgedIsLost()
    {
        m_trouble->away = true;
        open();
        int kept = 0;
        {
            const FileSizeLimit full(2'000);
            Result<Kept> answer = keep(job(kept));
            for (; answer; answer = keep(job(kept)))
                QVERIFY(++kept < 20);
            QCOMPARE(answer.error().code, ErrorCode::Io);
            QVERIFY(becomes(Phase::Failing));
        }
        m_trouble->away = false;
        QVERIFY(drained());
        QCOMPARE(stored().size(), static_cast<std::size_t>(3 * kept));
    }

    void isConnectedAgainAlsoWhereNothingWaits()
    {
        m_trouble->away = true;
        WriterSettings settings = impatient();
        settings.spool.bytes = 10;
        open(settings);
        QVERIFY(!keep(job(0)).ok());
        QVERIFY(becomes(Phase::Failing));
        m_trouble->away = false;
        QVERIFY(becomes(Phase::Connected));
    }

    void theQueueIsBounded()
    {
        WriterSettings settings = impatient();
        settings.queueRows = 10;
        open(settings);
        int mostAhead = 0;
        for (int hour = 0; hour < 200; ++hour) {
            static_cast<void>(m_writer->submit(job(hour)));
            mostAhead = std::max(mostAhead, hour + 1 - m_trouble->committed);
        }
        m_writer.reset();
        // One that is being written, and of four rows each no more than three that wait for it.
        QVERIFY2(mostAhead <= 4, qPrintable(QString::number(mostAhead)));
        QCOMPARE(stored().size(), 600U);
    }

    void waitingBatchesAreCountedInTheDecimalsOfTheDay()
    {
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0, 1, 2)).ok());
        {
            auto other = m_folder->open();
            QVERIFY(other->putInstrument(instrument(4)).ok());
        }
        m_trouble->away = false;
        QVERIFY(drained());
        QCOMPARE(stored().open[0].ticks(), job(0).batch.candles.open[0].ticks() * 100);
    }

    void moreDecimalsOfAnotherProgramAreTakenUp()
    {
        open();
        QVERIFY(keep(job(0)).ok());
        {
            auto other = m_folder->open();
            QVERIFY(other->putInstrument(instrument(4)).ok());
        }
        const auto kept = keep(job(1));
        VERIFY_OK(kept);
        QVERIFY(kept->count.has_value());
        QCOMPARE(stored().open[3].ticks(), job(1).batch.candles.open[0].ticks() * 100);
    }

    void anInstrumentThatAnotherProgramDeletedIsPutAgain()
    {
        open();
        QVERIFY(keep(job(0)).ok());
        const auto remove = [&] { return m_folder->open()->remove(symbol(), {}, 1'000); };
        const auto removed = remove();
        VERIFY_OK(removed);
        QVERIFY(removed->isDone);
        const auto kept = keep(job(1));
        VERIFY_OK(kept);
        QVERIFY(kept->count.has_value());
        QVERIFY(stored() == job(1).batch.candles);
        QCOMPARE(m_writer->state().spool.batches, 0);
    }

    void aSpoolInUseKeepsEverythingOutUntilItIsFree()
    {
        const auto spool = m_folder->path("spool") / "one";
        std::optional<Spool> other;
        {
            auto opened = Spool::open(spool, m_folder->history());
            VERIFY_OK(opened);
            other.emplace(std::move(*opened));
        }
        SpoolRecord waiting;
        waiting.instrument = instrument();
        waiting.batch = job(0, 1).batch;
        VERIFY_OK(other->append(waiting));
        start();
        const auto settled = m_writer->settle(NEVER);
        QVERIFY(!settled.ok());
        QCOMPARE(settled.error().code, ErrorCode::Busy);
        QVERIFY(becomes(Phase::Barred));
        const auto refused = keep(job(0, 2));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Busy);
        QCOMPARE(m_trouble->committed, 0);
        other.reset();
        VERIFY_OK(m_writer->settle(NEVER));
        QVERIFY(stored() == job(0, 1).batch.candles);
        QVERIFY(keep(job(0, 2)).ok());
        QVERIFY(stored() == job(0, 2).batch.candles);
    }

    void aSpoolThatIsFreeAgainIsOpenedUnasked()
    {
        auto other = Spool::open(m_folder->path("spool") / "one", m_folder->history());
        VERIFY_OK(other);
        start();
        QVERIFY(becomes(Phase::Barred));
        {
            const Spool ends = std::move(*other);
        }
        QVERIFY(becomes(Phase::Idle));
        QVERIFY(keep(job(0)).ok());
    }

    void aNewerVersionsSpoolLetsNothingPass()
    {
        const auto spool = m_folder->path("spool") / "one";
        std::filesystem::create_directories(spool);
        QFile file(QString::fromStdString((spool / "00000001.spool").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray("QDSPOOL\n\x02\0\0\0", 12));
        file.close();
        start();
        JobLane lane(m_folder->history(), m_folder->path(""), m_writer.get(), {});
        std::vector<Result<JobReport>> ended;
        connect(&lane, &JobLane::ended, this, [&](JobId, const Result<JobReport>& result) { ended.push_back(result); });
        JobRequest request;
        request.symbol = symbol();
        for (const JobKind kind : {JobKind::Delete, JobKind::Import, JobKind::Trades, JobKind::Candles, JobKind::FillGaps}) {
            request.kind = kind;
            lane.run(1, request, std::make_shared<std::atomic<bool>>(false));
            QVERIFY(!ended.back().ok());
            QCOMPARE(ended.back().error().code, ErrorCode::Unsupported);
        }
    }

    void whatIsQueuedBeforeTheSpoolIsOpenIsKept()
    {
        start();
        auto answer = m_writer->submit(job(0));
        m_writer.reset();
        const auto kept = answer.get();
        VERIFY_OK(kept);
    }

    void aSecondProgramFindsTheSpoolInUse()
    {
        open();
        const auto second = HistoryWriter::open(m_folder->history(), m_folder->path("spool") / "one");
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::Busy);
    }

    void settlingWritesWhatWaits()
    {
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0)).ok());
        m_trouble->away = false;
        const auto settled = m_writer->settle(NEVER);
        VERIFY_OK(settled);
        QVERIFY(stored() == job(0).batch.candles);
    }

    void settlingSaysWhyItCannot()
    {
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0)).ok());
        const auto settled = m_writer->settle(NEVER);
        QVERIFY(!settled.ok());
        QCOMPARE(settled.error().code, ErrorCode::Io);
        QVERIFY2(settled.error().what.find("The server went away") != std::string::npos, settled.error().what.c_str());
    }

    void settlingFailsAsTheDatabaseDoes()
    {
        m_trouble->refuse = [](const HistoryBatch&) { return Error{ErrorCode::Busy, "Another program is writing", ""}; };
        open();
        QVERIFY(keep(job(0)).ok());
        const auto settled = m_writer->settle(NEVER);
        QVERIFY(!settled.ok());
        QCOMPARE(settled.error().code, ErrorCode::Busy);
    }

    void settlingWaitsForWhatWasSubmittedBefore()
    {
        std::promise<void> release;
        std::shared_future<void> gate = release.get_future().share();
        std::atomic<bool> isWriting = false;
        m_trouble->refuse = [&, gate](const HistoryBatch&) -> std::optional<Error> {
            isWriting = true;
            gate.wait();
            return {};
        };
        open();
        auto first = m_writer->submit(job(0));
        auto second = m_writer->submit(job(1));
        QTRY_VERIFY_WITH_TIMEOUT(isWriting.load(), 60'000);
        // One that is no longer wanted looks once, and finds both under way.
        const std::atomic<bool> cancel = true;
        const auto early = m_writer->settle(cancel);
        release.set_value();
        QVERIFY(!early.ok());
        QCOMPARE(early.error().code, ErrorCode::Cancelled);
        VERIFY_OK(m_writer->settle(NEVER));
        QVERIFY(second.wait_for(0s) == std::future_status::ready);
        QVERIFY(first.get().ok() && second.get().ok());
    }

    void whatTheDatabaseFailsAtWaitsInTheSpool_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("an error of its own") << static_cast<int>(ErrorCode::Internal);
        QTest::newRow("damage") << static_cast<int>(ErrorCode::Corrupt);
        QTest::newRow("no such thing") << static_cast<int>(ErrorCode::NotFound);
        QTest::newRow("no permission") << static_cast<int>(ErrorCode::Refused);
    }
    void whatTheDatabaseFailsAtWaitsInTheSpool()
    {
        QFETCH(int, code);
        std::atomic<int> refusals = 3;
        m_trouble->refuse = [&](const HistoryBatch&) -> std::optional<Error> {
            if (refusals-- > 0)
                return Error{static_cast<ErrorCode>(code), "It cannot be", ""};
            return {};
        };
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0)).ok());
        QVERIFY(keep(job(1)).ok());
        m_trouble->away = false;
        QVERIFY(drained());
        QVERIFY(stored() == hours({job(0), job(1)}));
        QVERIFY(m_writer->state().findings.empty());
    }

    void anAttemptThatBeganBeforeSaysNothingOfTheOneAskedFor()
    {
        m_trouble->away = true;
        open();
        QVERIFY(keep(job(0)).ok());
        m_writer.reset();
        m_trouble->away = false;
        std::promise<void> release;
        std::shared_future<void> gate = release.get_future().share();
        std::atomic<int> attempts = 0;
        const auto opener = AwayStore::opener(m_folder->history(), m_trouble);
        auto opened = HistoryWriter::open(m_folder->history(), m_folder->path("spool") / "one", WriterSettings(),
                                          [&, opener, gate]() -> Result<std::unique_ptr<HistoryStore>> {
                                              if (attempts++ > 0)
                                                  return opener();
                                              gate.wait();
                                              return Error{ErrorCode::Io, "The server is not up yet", ""};
                                          });
        VERIFY_OK(opened);
        QTRY_COMPARE_WITH_TIMEOUT(attempts.load(), 1, 60'000);
        (*opened)->tryNow();
        release.set_value();
        bool waits = true;
        QVERIFY((*opened)->waitUntil(
            [&](const WriterState& state) {
                waits = state.spool.batches > 0;
                return !waits || state.phase != Phase::Draining;
            },
            PATIENCE));
        QVERIFY(!waits);
    }

    void anImportComesAfterWhatWaits()
    {
        m_trouble->away = true;
        open();
        WriteJob older = job(0);
        older.batch.candles = series(DAY, ONE_MINUTE, 3, 1);
        QVERIFY(keep(older).ok());
        const QString file = QString::fromStdString(
            m_folder->write("minutes.csv", "1704067200,5,5,5,5,1,1\n1704067260,6,6,6,6,1,1\n1704067320,7,7,7,7,1,1\n")
                .string());
        JobRequest request;
        request.kind = JobKind::Import;
        request.symbol = request.options.symbol = symbol();
        request.file = file.toStdString();
        JobLane lane(m_folder->history(), m_folder->path(""), m_writer.get(), {});
        std::vector<Result<JobReport>> ended;
        connect(&lane, &JobLane::ended, this, [&](JobId, const Result<JobReport>& result) { ended.push_back(result); });
        const auto run = [&] { lane.run(1, request, std::make_shared<std::atomic<bool>>(false)); };
        run();
        QCOMPARE(ended.size(), 1U);
        QVERIFY(!ended[0].ok());
        QVERIFY2(ended[0].error().what.find("wait in the spool") != std::string::npos, ended[0].error().what.c_str());
        m_trouble->away = false;
        run();
        VERIFY_OK(ended[1]);
        QCOMPARE(stored().close[2].ticks(), 700);
    }

    void tellsOncePerLook()
    {
        m_trouble->away = true;
        open();
        int told = 0;
        QObject here;
        connect(m_writer.get(), &HistoryWriter::stateChanged, &here, [&] { ++told; });
        static_cast<void>(m_writer->state());
        for (int hour = 0; hour < 5; ++hour)
            QVERIFY(keep(job(hour)).ok());
        QTRY_COMPARE(told, 1);
        static_cast<void>(m_writer->state());
        m_trouble->away = false;
        QTRY_COMPARE_WITH_TIMEOUT(told, 2, 60'000);
    }
};

QTEST_GUILESS_MAIN(TestHistoryWriter)
#include "tst_historywriter.moc"
