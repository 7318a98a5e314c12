// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"
#include "tests/filesizelimit.h"

#include "core/history/spool.h"

#include <QtTest>
#include <rapidcheck.h>

#include <sys/stat.h>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

namespace fs = std::filesystem;

const Timestamp DAY = time("2024-01-01");
const DatabaseUrl URL = *DatabaseUrl::parse("postgresql://anna@127.0.0.1/markets");
constexpr std::int64_t TINY = 1; // A segment for each record.

/// A batch with something in every field, all of it by the number.
SpoolRecord record(int number, int trades = 5)
{
    SpoolRecord made;
    made.spooledAt = DAY + std::chrono::seconds(number);
    made.instrument = instrument();
    made.instrument.minimumLots = 5'000;
    made.instrument.minimumCost = Money(50'000'000);
    for (int i = 0; i < trades; ++i)
        made.batch.trades.push({DAY + std::chrono::minutes(number) + std::chrono::seconds(i), Price(4'200'000 + i),
                                Quantity(1 + i), i % 2 == 0 ? TakerSide::Buy : TakerSide::Sell,
                                static_cast<std::uint64_t>(100 * number + i + 1)});
    made.batch.candles = series(DAY + std::chrono::hours(number), ONE_MINUTE, 3, number + 1);
    made.batch.minutes = TimeRange{DAY + std::chrono::minutes(number), DAY + std::chrono::minutes(number + 1)};
    made.batch.verified = VerifiedRange{number % 2 == 0 ? std::optional(ONE_MINUTE) : std::nullopt, *made.batch.minutes};
    made.batch.sync = SyncStatus{"trades", DAY, made.batch.minutes->to, std::to_string(number)};
    return made;
}

bool isSame(const SpoolRecord& a, const SpoolRecord& b)
{
    return encode(a) == encode(b);
}

QByteArray bytesOf(const fs::path& file)
{
    QFile in(QString::fromStdString(file.string()));
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

void overwrite(const fs::path& file, const QByteArray& bytes)
{
    QFile out(QString::fromStdString(file.string()));
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
        qFatal("cannot write %s", file.c_str());
}

/// Turns a bit of the byte around; returns what the file holds then.
QByteArray damage(const fs::path& file, std::int64_t at)
{
    QByteArray bytes = bytesOf(file);
    char& byte = bytes.data()[at];
    byte = static_cast<char>(byte ^ 0x10);
    overwrite(file, bytes);
    return bytes;
}

} // namespace

/// What waits on disk for a database that is away.
class TestSpool : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_home;
    fs::path m_folder;

    [[nodiscard]] Spool open(SpoolLimits limits = {}) const
    {
        auto spool = Spool::open(m_folder, URL, limits);
        if (!spool)
            qFatal("%s", spool.error().message().c_str());
        return std::move(*spool);
    }
    void fill(int count, SpoolLimits limits = {}) const
    {
        Spool spool = open(limits);
        for (int i = 0; i < count; ++i)
            QVERIFY(spool.append(record(i)).ok());
    }
    /// The files whose names have the part, by name.
    [[nodiscard]] std::vector<fs::path> files(const char* part) const
    {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(m_folder)) {
            if (entry.path().filename().string().find(part) != std::string::npos)
                found.push_back(entry.path());
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    /// The numbers of the records, in their order.
    static std::vector<int> drain(Spool& spool)
    {
        std::vector<int> numbers;
        while (!spool.isEmpty()) {
            const auto next = spool.front();
            if (!next)
                qFatal("%s", next.error().message().c_str());
            const int number = std::stoi(next->batch.sync->cursor);
            if (!isSame(*next, record(number)))
                qFatal("record %d came back as another", number);
            numbers.push_back(number);
            if (!spool.pop())
                qFatal("cannot strike off");
        }
        return numbers;
    }

private slots:
    void init()
    {
        m_folder = fs::path(m_home.path().toStdString()) / QTest::currentTestFunction() / "spool" / "one";
        fs::create_directories(m_folder.parent_path().parent_path());
    }

    void everyBatchReadsAsItWasWritten()
    {
        const bool holds = rc::check("decode gives what encode was given", [] {
            SpoolRecord made;
            const auto times = rc::gen::inRange<std::int64_t>(-8'000'000'000'000'000'000, 8'000'000'000'000'000'000);
            made.spooledAt = Timestamp(Nanoseconds(*times));
            made.instrument = instrument(*rc::gen::inRange(0, 13));
            made.instrument.lotDecimals = *rc::gen::inRange(0, 13);
            made.instrument.venue = *rc::gen::arbitrary<std::string>();
            made.instrument.kind = *rc::gen::element(InstrumentKind::Spot, InstrumentKind::Perpetual);
            const int trades = *rc::gen::inRange(0, 20);
            for (int i = 0; i < trades; ++i)
                made.batch.trades.push({Timestamp(Nanoseconds(*times)),
                                        Price(*rc::gen::arbitrary<std::int64_t>()),
                                        Quantity(*rc::gen::arbitrary<std::int64_t>()),
                                        *rc::gen::element(TakerSide::Unknown, TakerSide::Buy, TakerSide::Sell),
                                        *rc::gen::arbitrary<std::uint64_t>()});
            made.batch.candles = series(DAY, ONE_MINUTE, *rc::gen::inRange(0, 20));
            made.batch.timeframe = *rc::gen::elementOf(ALL_TIMEFRAMES);
            if (*rc::gen::arbitrary<bool>())
                made.batch.minutes = TimeRange{DAY, DAY + std::chrono::hours(1)};
            if (*rc::gen::arbitrary<bool>())
                made.batch.verified = VerifiedRange{timeframe("1h"), {DAY, DAY + std::chrono::hours(1)}};
            if (*rc::gen::arbitrary<bool>())
                made.batch.sync = SyncStatus{"trades", DAY, DAY, *rc::gen::arbitrary<std::string>()};
            const auto read = decode(encode(made));
            RC_ASSERT(read.ok());
            RC_ASSERT(read->batch.trades == made.batch.trades);
            RC_ASSERT(read->batch.candles == made.batch.candles);
            RC_ASSERT(read->batch.sync == made.batch.sync);
            RC_ASSERT(read->instrument.venue == made.instrument.venue);
            RC_ASSERT(isSame(*read, made));
        });
        QVERIFY(holds);
    }

    void bytesThatAreNoRecordAreRefused()
    {
        const bool holds = rc::check("decode believes no bytes that encode does not make", [] {
            std::string bytes = encode(record(*rc::gen::inRange(0, 9)));
            const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
            if (*rc::gen::arbitrary<bool>())
                bytes.resize(at);
            else
                bytes[at] = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
            if (const auto read = decode(bytes))
                RC_ASSERT(encode(*read) == bytes);
        });
        QVERIFY(holds);
    }

    void whatDecodeTakesTheStoreJudges()
    {
        const Folder folder;
        const auto store = folder.open();
        const bool holds = rc::check("a record of any numbers is written or refused", [&] {
            std::string bytes = encode(record(*rc::gen::inRange(0, 9)));
            const int changes = *rc::gen::inRange(1, 6);
            for (int i = 0; i < changes; ++i)
                bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
                    static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
            const auto read = decode(bytes);
            if (!read || !store->putInstrument(read->instrument))
                return;
            const auto written = store->commit(read->instrument.symbol, read->batch);
            if (!written)
                RC_ASSERT(!written.error().what.empty());
        });
        QVERIFY(holds);
    }

    void aBatchIsCountedInMoreDecimals()
    {
        HistoryBatch batch = record(1).batch;
        Instrument finer = instrument(4);
        finer.lotDecimals = 9;
        QVERIFY(rescale(batch, instrument(2), finer).ok());
        QCOMPARE(batch.trades.price[0], Price(420'000'000));
        QCOMPARE(batch.trades.size[1], Quantity(20));
        QCOMPARE(batch.candles.high[0].ticks(), record(1).batch.candles.high[0].ticks() * 100);
        QCOMPARE(batch.candles.volume[0], record(1).batch.candles.volume[0]);
    }

    void decimalsThatDoNotFitAreRefused()
    {
        HistoryBatch batch = record(1).batch;
        batch.trades.price[0] = Price(INT64_MAX / 10);
        const auto refused = rescale(batch, instrument(2), instrument(4));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Overflow);
    }

    void aTimeThatNoCalculationTakesIsRefusedAtOnce()
    {
        Spool spool = open();
        SpoolRecord wrong = record(0);
        wrong.batch.trades.time[4] = Timestamp::max();
        const auto refused = spool.append(wrong);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(spool.isEmpty());
    }

    void givesBatchesBackInOrder()
    {
        Spool spool = open();
        for (int i = 0; i < 20; ++i)
            QVERIFY(spool.append(record(i)).ok());
        QCOMPARE(spool.size().batches, 20);
        QCOMPARE(spool.size().rows, 20 * 8);
        QVERIFY(spool.size().since == DAY);
        const std::vector<int> order = drain(spool);
        QCOMPARE(order.size(), 20U);
        QVERIFY(std::is_sorted(order.begin(), order.end()));
        QCOMPARE(spool.size(), SpoolSize());
    }

    void isThereAfterTheProgramEnded()
    {
        fill(12, {256 << 20, 2'000});
        QVERIFY(files(".spool").size() > 2);
        Spool spool = open();
        QCOMPARE(drain(spool).size(), 12U);
    }

    void filesThatWereStruckOffAreDeleted()
    {
        fill(3, {256 << 20, TINY});
        Spool spool = open();
        QVERIFY(spool.pop().ok());
        QCOMPARE(files(".spool").size(), 2U);
        drain(spool);
        QVERIFY(files(".spool").empty());
    }

    void newBatchesComeAfterThoseOfAnEarlierStart()
    {
        fill(2);
        Spool spool = open();
        QVERIFY(spool.append(record(2)).ok());
        QVERIFY(drain(spool) == (std::vector{0, 1, 2}));
    }

    void filesAreForTheirOwnerOnly()
    {
        fill(1);
        struct stat status
        {};
        QCOMPARE(::stat(files(".spool").front().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0600U);
        QCOMPARE(::stat(m_folder.c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0700U);
    }

    void anotherProgramFindsItInUse()
    {
        const Spool spool = open();
        const auto second = Spool::open(m_folder, URL);
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::Busy);
    }

    void whatWaitsCanBeSeenWithoutTheLock()
    {
        Spool spool = open();
        QVERIFY(spool.append(record(0)).ok());
        QCOMPARE(Spool::lookInto(m_folder, URL), spool.size());
    }

    void eachDatabaseHasItsOwn()
    {
        const fs::path home = "/home/anna/quarterdeck";
        QVERIFY(Spool::folderOf(home, URL) != Spool::folderOf(home, *DatabaseUrl::parse("postgresql://127.0.0.1/other")));
    }

    void isFullAtItsLimit()
    {
        Spool spool = open({5'000, 4 << 20});
        int kept = 0;
        Result<void> done = spool.append(record(kept));
        for (; done; done = spool.append(record(kept)))
            QVERIFY(++kept < 20);
        QCOMPARE(done.error().code, ErrorCode::Busy);
        QVERIFY(done.error().what.find("full") != std::string::npos);
        QVERIFY(spool.size().bytes <= 5'000);
        QCOMPARE(drain(spool).size(), static_cast<std::size_t>(kept));
        QVERIFY(spool.append(record(0)).ok());
    }

    void aTornEndIsCut_data()
    {
        QTest::addColumn<int>("kept");
        // Of the last record's 40 bytes of head and its payload.
        for (const int kept : {1, 7, 8, 39, 40, 41, 300})
            QTest::addRow("%d bytes of it", kept) << kept;
    }
    void aTornEndIsCut()
    {
        QFETCH(int, kept);
        m_folder = m_folder.parent_path() / std::to_string(kept);
        fill(3);
        const fs::path file = files(".spool").front();
        const auto last = SpoolSegment::scan(file, URL.text())->entries.back();
        fs::resize_file(file, static_cast<std::uintmax_t>(last.offset - 40 + kept));
        {
            Spool spool = open();
            QVERIFY(spool.findings().empty());
            QVERIFY(spool.append(record(3)).ok());
        }
        // Behind what grew since, a torn end would be taken for damage.
        Spool spool = open();
        QVERIFY(spool.findings().empty());
        QVERIFY(drain(spool) == (std::vector{0, 1, 3}));
    }

    void anEndThatWasNeverFilledIsCut()
    {
        fill(2);
        overwrite(files(".spool").front(), bytesOf(files(".spool").front()) + QByteArray(4'096, '\0'));
        Spool spool = open();
        QVERIFY(spool.findings().empty());
        QCOMPARE(drain(spool).size(), 2U);
    }

    void aFileThatWasJustBegunIsDropped()
    {
        fill(1);
        overwrite(m_folder / "00000002.spool", bytesOf(files(".spool").front()).first(5));
        Spool spool = open();
        QVERIFY(spool.findings().empty());
        QCOMPARE(drain(spool).size(), 1U);
        QVERIFY(!fs::exists(m_folder / "00000002.spool"));
    }

    void aDamagedBatchIsSetAsideAndTheOthersGoOn_data()
    {
        QTest::addColumn<int>("damaged");
        for (const int damaged : {0, 1, 2})
            QTest::addRow("batch %d of 3", damaged) << damaged;
    }
    void aDamagedBatchIsSetAsideAndTheOthersGoOn()
    {
        QFETCH(int, damaged);
        m_folder = m_folder.parent_path() / std::to_string(damaged);
        fill(3);
        const fs::path file = files(".spool").front();
        const auto entries = SpoolSegment::scan(file, URL.text())->entries;
        const QByteArray bytes = damage(file, entries[static_cast<std::size_t>(damaged)].offset + 100);
        Spool spool = open();
        QCOMPARE(spool.findings().size(), 1U);
        const std::vector<fs::path> kept = files("corrupt-");
        QCOMPARE(kept.size(), 1U);
        QVERIFY(spool.findings().front().find(kept.front().string()) != std::string::npos);
        QCOMPARE(bytesOf(kept.front()), bytes);
        std::vector<int> good{0, 1, 2};
        good.erase(good.begin() + damaged);
        QVERIFY(drain(spool) == good);
    }

    void damageIsToldOfOnce()
    {
        fill(3);
        const fs::path file = files(".spool").front();
        damage(file, bytesOf(file).size() - 50);
        QCOMPARE(open().findings().size(), 1U);
        QVERIFY(open().findings().empty());
    }

    void aDamagedLengthLosesNothingBeforeIt()
    {
        fill(3);
        const fs::path file = files(".spool").front();
        damage(file, SpoolSegment::scan(file, URL.text())->entries[1].offset - 40);
        Spool spool = open();
        QCOMPARE(spool.findings().size(), 1U);
        QVERIFY(drain(spool) == (std::vector{0}));
    }

    void aFileOfAnotherDatabaseIsSetAside()
    {
        fill(2);
        auto spool = Spool::open(m_folder, *DatabaseUrl::parse("postgresql://127.0.0.1/other"));
        VERIFY_OK(spool);
        QVERIFY(spool->isEmpty());
        QCOMPARE(files("corrupt-").size(), 1U);
    }

    void aNewerVersionsFileIsRefusedUntouched()
    {
        fill(1);
        const fs::path file = files(".spool").front();
        QByteArray bytes = bytesOf(file);
        bytes[8] = static_cast<char>(SPOOL_VERSION + 1);
        overwrite(file, bytes);
        const auto refused = Spool::open(m_folder, URL);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QCOMPARE(bytesOf(file), bytes);
    }

    void linksAndFoldersAreNoSegments()
    {
        fill(1);
        fs::create_symlink("/dev/zero", m_folder / "00000002.spool");
        fs::create_directory(m_folder / "00000003.spool");
        Spool spool = open();
        QCOMPARE(drain(spool).size(), 1U);
    }

    void aRefusedBatchIsKeptBesideTheOthers()
    {
        fill(2);
        Spool spool = open();
        QVERIFY(spool.setAside({ErrorCode::InvalidInput, "the volume is absurdly large", ""}).ok());
        QVERIFY(drain(spool) == (std::vector{1}));
        const std::vector<fs::path> kept = files("refused-");
        QCOMPARE(kept.size(), 1U);
        const auto scan = SpoolSegment::scan(kept.front(), URL.text());
        VERIFY_OK(scan);
        QVERIFY(isSame(*SpoolSegment::read(kept.front(), scan->entries.front()), record(0)));
        QVERIFY(spool.findings().front().find("absurdly large") != std::string::npos);
    }

    void aFullDiskKeepsWhatIsThereAndTakesMoreLater()
    {
        Spool spool = open();
        int kept = 0;
        {
            FileSizeLimit full(5'000);
            Result<void> done;
            while ((done = spool.append(record(kept))))
                QVERIFY(++kept < 20);
            QCOMPARE(done.error().code, ErrorCode::Io);
            QVERIFY(done.error().what.find("File too large") != std::string::npos);
        }
        QVERIFY(spool.append(record(kept)).ok());
        QCOMPARE(drain(spool).size(), static_cast<std::size_t>(kept) + 1);
    }

    void aFullDiskGetsNoFilesWithoutBatches()
    {
        fill(1);
        Spool spool = open({256 << 20, TINY});
        const SpoolSize before = spool.size();
        {
            const FileSizeLimit full(200); // A header fits, a batch does not.
            QVERIFY(!spool.append(record(1)).ok());
            QVERIFY(!spool.append(record(1)).ok());
            QVERIFY(!spool.setAside({ErrorCode::InvalidInput, "the volume is absurdly large", ""}).ok());
        }
        QCOMPARE(files(".spool").size(), 1U);
        QVERIFY(files("refused-").empty());
        QCOMPARE(spool.size(), before);
        QVERIFY(spool.append(record(1)).ok());
        QVERIFY(drain(spool) == (std::vector{0, 1}));
    }
};

QTEST_GUILESS_MAIN(TestSpool)
#include "tst_spool.moc"
