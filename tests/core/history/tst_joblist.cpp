// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/joblist.h"
#include "core/history/venuesettings.h"

#include <QtTest>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace core;
using namespace core::history;
using namespace fixture;

namespace {

Job importJob()
{
    Job job;
    job.request.kind = JobKind::Import;
    job.request.symbol = symbol();
    job.request.file = "/data/Kraken \"one\"\n.zip";
    ImportOptions& options = job.request.options;
    options.symbol = symbol();
    options.timeframe = timeframe("5m");
    options.columns = "time,open,high,low,close,-";
    options.volume = VolumeColumn::Contracts;
    options.priceDecimals = 3;
    options.lotDecimals = 0;
    options.member = "XBTUSD.csv";
    options.timeFormat = TimeFormat::Microseconds;
    options.stamp = Stamp::Close;
    return job;
}

Job deleteJob()
{
    Job job;
    job.request.kind = JobKind::Delete;
    job.request.symbol = symbol();
    job.request.range = {time("2022-01-01"), time("2022-02-01")};
    return job;
}

/// As the list would be written with this job.
QByteArray listOf(const char* job)
{
    const nlohmann::json list = {{"version", 1}, {"jobs", nlohmann::json::array({nlohmann::json::parse(job)})}};
    return QByteArray::fromStdString(list.dump(1));
}

Job tradesJob()
{
    Job job;
    job.request.kind = JobKind::Trades;
    job.request.symbol = symbol("ETH/EUR");
    job.request.range.from = time("2017-01-01");
    return job;
}

} // namespace

/// The list of unfinished jobs that lies in the workspace, and the settings of venues beside it.
class TestJobList : public QObject
{
    Q_OBJECT
private slots:
    void readsWhatItWrote()
    {
        const auto list = readJobList(writeJobList({importJob(), tradesJob()}));
        VERIFY_OK(list);
        QCOMPARE(list->size(), 2U);
        const JobRequest& import = list->front().request;
        const JobRequest wanted = importJob().request;
        QVERIFY(list->front().state == JobState::Offered);
        QCOMPARE(import.file, wanted.file);
        QVERIFY(import.options.timeframe == wanted.options.timeframe);
        QVERIFY(import.options.columns == wanted.options.columns);
        QVERIFY(import.options.volume == wanted.options.volume);
        QVERIFY(import.options.priceDecimals == wanted.options.priceDecimals);
        QVERIFY(import.options.lotDecimals == wanted.options.lotDecimals);
        QCOMPARE(import.options.member, wanted.options.member);
        QVERIFY(import.options.timeFormat == wanted.options.timeFormat);
        QVERIFY(import.options.stamp == wanted.options.stamp);
        const JobRequest& trades = list->back().request;
        QVERIFY(trades.kind == JobKind::Trades && trades.symbol == symbol("ETH/EUR"));
        QVERIFY(trades.range.from == time("2017-01-01") && trades.range.to == Timestamp::max());
    }

    void readsWhatItWouldHaveWritten()
    {
        VERIFY_OK(readJobList(listOf("{\"kind\":\"verify\",\"symbol\":\"BTC/USD\"}").toStdString()));
    }

    void keepsOnlyWhatIsNotOver()
    {
        JobList jobs = {importJob(), tradesJob(), tradesJob(), tradesJob()};
        jobs[0].state = JobState::Done;
        jobs[1].state = JobState::Paused;
        jobs[2].state = JobState::Failed;
        jobs[3].state = JobState::Running;
        QCOMPARE(readJobList(writeJobList(jobs))->size(), 2U);
    }

    void refusesWhatItWouldNotHaveWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto list = &listOf;
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("jobs");
        QTest::newRow("another version") << QByteArray("{\"version\":2,\"jobs\":[]}");
        QTest::newRow("no list") << QByteArray("{\"version\":1,\"jobs\":{}}");
        QTest::newRow("no object") << list("7");
        QTest::newRow("another kind") << list("{\"kind\":\"format\",\"symbol\":\"BTC/USD\"}");
        QTest::newRow("no symbol") << list("{\"kind\":\"verify\"}");
        QTest::newRow("a symbol that is none") << list("{\"kind\":\"verify\",\"symbol\":\"BTCUSD\"}");
        QTest::newRow("trades since ever") << list("{\"kind\":\"trades\",\"symbol\":\"BTC/USD\"}");
        QTest::newRow("a range backwards")
            << list("{\"kind\":\"delete\",\"symbol\":\"BTC/USD\",\"from\":\"2022-01-02\",\"to\":\"2022-01-01\"}");
        QTest::newRow("a time that is none") << list("{\"kind\":\"delete\",\"symbol\":\"BTC/USD\",\"from\":\"soon\"}");
        QTest::newRow("a number for a time") << list("{\"kind\":\"delete\",\"symbol\":\"BTC/USD\",\"from\":7}");
        QTest::newRow("a limit of another name")
            << list("{\"kind\":\"delete\",\"symbol\":\"BTC/USD\",\"frim\":\"2022-01-01T00:00:00Z\"}");
        QTest::newRow("a limit twice")
            << list("{\"from\":\"2022-01-01T00:00:00Z\",\"kind\":\"delete\",\"symbol\":\"BTC/USD\"}")
                   .replace("\"from\"", "\"from\": \"2022-01-02T00:00:00Z\",\n   \"from\"");
        QTest::newRow("an import without a file") << list("{\"kind\":\"import\",\"symbol\":\"BTC/USD\",\"options\":{\"venue\":\"kraken\"}}");
        QTest::newRow("a file with a zero byte")
            << list("{\"kind\":\"import\",\"symbol\":\"BTC/USD\",\"file\":\"a\\u0000b\",\"options\":{\"venue\":\"kraken\"}}");
        QTest::newRow("absurd decimals")
            << list("{\"kind\":\"import\",\"symbol\":\"BTC/USD\",\"file\":\"a\",\"options\":{\"venue\":\"kraken\",\"lot_decimals\":99}}");
        QTest::newRow("nested without end") << QByteArray(100'000, '[');
    }
    void refusesWhatItWouldNotHaveWritten()
    {
        QFETCH(QByteArray, text);
        const auto list = readJobList(text.toStdString());
        QVERIFY(!list.ok());
        QVERIFY(list.error().code == ErrorCode::Corrupt);
    }

    void refusesALongerList()
    {
        QVERIFY(readJobList(writeJobList(JobList(MAX_KEPT_JOBS, tradesJob()))).ok());
        QVERIFY(!readJobList(writeJobList(JobList(MAX_KEPT_JOBS + 1, tradesJob()))).ok());
    }

    void aLimitedDeletionIsLimitedWhateverByteIsDamaged()
    {
        const std::string text = writeJobList({deleteJob()});
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string damaged = text;
                damaged[at] = static_cast<char>(byte);
                const auto list = readJobList(damaged);
                if (!list)
                    continue;
                QVERIFY(writeJobList(*list) == damaged);
                for (const Job& job : *list) {
                    QVERIFY2(job.request.range.from != Timestamp::min(), damaged.c_str());
                    QVERIFY2(job.request.range.to != Timestamp::max(), damaged.c_str());
                }
            }
        }
    }

    void survivesDamage()
    {
        QVERIFY(rc::check("damaged lists", [] {
            std::string text = writeJobList({importJob(), deleteJob(), tradesJob()});
            for (int i = *rc::gen::inRange(1, 5); i > 0; --i)
                text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
            const auto list = readJobList(text);
            if (list)
                RC_ASSERT(writeJobList(*list) == text);
        }));
    }

    void asksKrakenUnlessTheWorkspaceSaysOtherwise()
    {
        const Folder folder;
        const auto workspace = folder.path("");
        QCOMPARE(venueAccess(workspace)->endpoint, std::string(KRAKEN_ENDPOINT));
        VERIFY_OK(setVenueEndpoint(workspace, "http://127.0.0.1:8080/"));
        QCOMPARE(venueAccess(workspace)->endpoint, std::string("http://127.0.0.1:8080"));
        VERIFY_OK(setVenueEndpoint(workspace, ""));
        QCOMPARE(venueAccess(workspace)->endpoint, std::string(KRAKEN_ENDPOINT));
    }

    void asksOtherMachinesByHttpsOnly()
    {
        const Folder folder;
        QVERIFY(!setVenueEndpoint(folder.path(""), "http://example.com").ok());
        folder.write("venues.ini", "[kraken]\nendpoint=http://example.com\n");
        const auto access = venueAccess(folder.path(""));
        QVERIFY(!access.ok());
        QVERIFY(QByteArray::fromStdString(access.error().what).contains("venues.ini"));
    }

    void refusesSpacingsThatCannotBeMeant_data()
    {
        QTest::addColumn<QByteArray>("spacing");
        QTest::newRow("a word") << QByteArray("often");
        QTest::newRow("negative") << QByteArray("-1");
        QTest::newRow("for ever") << QByteArray("1e9");
        QTest::newRow("no number") << QByteArray("nan");
    }
    void refusesSpacingsThatCannotBeMeant()
    {
        QFETCH(QByteArray, spacing);
        const Folder folder;
        folder.write("venues.ini", "[kraken]\nspacing=" + spacing + "\n");
        QVERIFY(!venueAccess(folder.path("")).ok());
    }

    void keepsTheDistanceThatTheWorkspaceWants()
    {
        const Folder folder;
        folder.write("venues.ini", "[kraken]\nspacing=0.5\n");
        QVERIFY(venueAccess(folder.path(""))->spacing == std::chrono::milliseconds(500));
    }
};

QTEST_GUILESS_MAIN(TestJobList)
#include "tst_joblist.moc"
