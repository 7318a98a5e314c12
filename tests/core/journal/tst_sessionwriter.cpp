// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/sessionwriter.h"

#include "journalfixture.h"

#include "core/base/sha256.h"
#include "tests/filesizelimit.h"

#include <QTest>

#include <atomic>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

using namespace core;
using namespace core::journal;
using namespace journaltest;

namespace {

/// Keeps what the writer reported.
class Troubles
{
public:
    TroubleCallback callback()
    {
        return [this](const WriterTrouble& trouble) {
            const std::lock_guard lock(m_mutex);
            m_all.push_back(trouble);
        };
    }
    std::vector<WriterTrouble> all()
    {
        const std::lock_guard lock(m_mutex);
        return m_all;
    }

private:
    std::mutex m_mutex;
    std::vector<WriterTrouble> m_all;
};

WriterLimits quickLimits()
{
    WriterLimits limits;
    limits.retryEvery = std::chrono::milliseconds(5);
    limits.buffered = 4096;
    return limits;
}

} // namespace

class TestSessionWriter : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    int m_next = 0;

    std::filesystem::path freshFolder()
    {
        return std::filesystem::path(m_dir.path().toStdString()) / std::to_string(m_next++);
    }

    std::filesystem::path straightSession(int steps)
    {
        const auto folder = freshFolder();
        auto writer = SessionWriter::open(planFor(folder));
        emitSteps(**writer, 0, steps);
        const auto done = (*writer)->finish();
        if (!done)
            qFatal("the straight session failed");
        return folder;
    }

private slots:
    void numbersEachStreamAndKeepsAllInOrder()
    {
        const auto folder = straightSession(20);
        const auto all = linesOf(folder / "all.jsonl");
        QCOMPARE(all.size(), std::size_t(1 + 20 * 5));
        std::map<std::string, std::vector<std::string>> byStream;
        for (const std::string& line : all) {
            const auto json = nlohmann::json::parse(line);
            auto& lines = byStream[json["stream"]];
            lines.push_back(line);
            QCOMPARE(json["seq"].get<std::size_t>(), lines.size());
            QCOMPARE(json["session"].get<std::string>(), std::string("replay-1a2b3c4d5e6f"));
        }
        QCOMPARE(byStream.size(), std::size_t(4));
        for (const auto& [stream, lines] : byStream)
            QCOMPARE(readFile(folder / (stream + ".jsonl")), joined(lines));
    }

    /// The definition of the chain, worked out again with the JSON text alone.
    void chainsTradesAsDocumented()
    {
        const auto folder = straightSession(20);
        std::string previous(32, '\0');
        const auto lines = linesOf(folder / "trades.jsonl");
        QCOMPARE(lines.size(), std::size_t(80));
        for (const std::string& line : lines) {
            const std::size_t at = line.rfind(",\"chain\":\"");
            QVERIFY(at != std::string::npos);
            const std::string body = line.substr(0, at) + "}";
            const Sha256Digest digest = Sha256::of(previous + body);
            QCOMPARE(nlohmann::json::parse(line)["chain"].get<std::string>(), digest.hex());
            previous.assign(digest.bytes.begin(), digest.bytes.end());
        }
    }

    void fingerprintIsTheHashOfTheTradesFile()
    {
        const auto folder = freshFolder();
        auto writer = SessionWriter::open(planFor(folder));
        QVERIFY(writer.ok());
        QCOMPARE((*writer)->fingerprint(), Sha256::of("").hex());
        emitSteps(**writer, 0, 30);
        const std::string fingerprint = (*writer)->fingerprint();
        QCOMPARE(fingerprint, Sha256::of(readFile(folder / "trades.jsonl")).hex());
        QCOMPARE((*writer)->lines(), 151);
        QCOMPARE((*writer)->tradeLines(), 120);
        QVERIFY((*writer)->finish("{\"fingerprint\":\"x\"}").ok());
        QCOMPARE(readFile(folder / "session.json"), std::string("{\"fingerprint\":\"x\"}"));
    }

    void headIsTheChainOfTheLastTrade()
    {
        const auto folder = freshFolder();
        auto writer = SessionWriter::open(planFor(folder));
        QVERIFY(writer.ok());
        QCOMPARE((*writer)->head(), std::string(64, '0'));
        emitSteps(**writer, 0, 30);
        const std::string head = (*writer)->head();
        QCOMPARE(head, nlohmann::json::parse(linesOf(folder / "trades.jsonl").back())["chain"].get<std::string>());
    }

    void restartsGiveTheSameBytesAsAStraightRun()
    {
        const auto straight = straightSession(100);
        const auto folder = freshFolder();
        auto writer = SessionWriter::open(planFor(folder));
        QVERIFY(writer.ok());
        emitSteps(**writer, 0, 60);
        (*writer)->restart(); // sought back to 20
        emitSteps(**writer, 0, 20, 3);
        (*writer)->restart(); // and again while it still repeats
        emitSteps(**writer, 0, 80, 11);
        (*writer)->restart();
        (*writer)->restart();
        emitSteps(**writer, 0, 100, 1);
        QVERIFY((*writer)->finish().ok());
        QVERIFY(contents(folder) == contents(straight));
    }

    void reportsARepetitionThatDiffers()
    {
        Troubles troubles;
        auto writer = SessionWriter::open(planFor(freshFolder()), troubles.callback());
        emitSteps(**writer, 0, 10);
        (*writer)->restart();
        emitSteps(**writer, 5, 15);
        const auto done = (*writer)->finish();
        QVERIFY(!done.ok());
        QCOMPARE(done.error().code, ErrorCode::Internal);
        QCOMPARE(troubles.all().size(), std::size_t(1));
    }

    void engineWaitsForASlowDisk()
    {
        const auto folder = freshFolder();
        WriterLimits limits = quickLimits();
        limits.queued = 50;
        auto writer = SessionWriter::open(planFor(folder), {}, limits);
        FileSizeLimit full(8192);
        std::atomic<int> done = 0;
        std::thread engine([&] {
            for (int step = 0; step < 400; ++step) {
                emitSteps(**writer, step, step + 1);
                done = step + 1;
            }
        });
        QTRY_VERIFY((*writer)->inTrouble());
        // The queue holds fewer records than this: the engine must be waiting.
        QVERIFY(done < 200);
        full.lift();
        engine.join();
        QCOMPARE(done.load(), 400);
        QVERIFY((*writer)->finish().ok());
        QCOMPARE((*writer)->lines(), 1 + 400 * 5);
    }

    void fullDiskLosesNothingWhenItRecovers()
    {
        const auto straight = straightSession(200);
        const auto folder = freshFolder();
        Troubles troubles;
        auto writer = SessionWriter::open(planFor(folder), troubles.callback(), quickLimits());
        {
            FileSizeLimit full(20'000);
            std::thread engine([&] { emitSteps(**writer, 0, 200); });
            QTRY_VERIFY((*writer)->inTrouble());
            full.lift();
            engine.join();
        }
        QVERIFY((*writer)->finish().ok());
        QVERIFY(contents(folder) == contents(straight));
        const auto reports = troubles.all();
        QVERIFY(reports.size() >= 2);
        QCOMPARE(reports.front().stage, WriterTrouble::Stage::Waiting);
        QCOMPARE(reports.front().error.code, ErrorCode::Io);
        QCOMPARE(reports.back().stage, WriterTrouble::Stage::Recovered);
        QVERIFY(!(*writer)->failed());
    }

    void givesUpWithWholeLinesWhenTheDiskStaysFull()
    {
        const auto folder = freshFolder();
        Troubles troubles;
        WriterLimits limits = quickLimits();
        limits.retryFor = std::chrono::milliseconds(50);
        limits.queued = 20;
        FileSizeLimit full(20'000);
        auto writer = SessionWriter::open(planFor(folder), troubles.callback(), limits);
        emitSteps(**writer, 0, 500); // returns, since a writer that gave up makes nobody wait
        const auto done = (*writer)->finish();
        QVERIFY(!done.ok());
        QCOMPARE(done.error().code, ErrorCode::Io);
        QVERIFY((*writer)->failed());
        QCOMPARE(troubles.all().back().stage, WriterTrouble::Stage::Failed);
        for (const char* name : {"all.jsonl", "trades.jsonl"}) {
            const std::string text = readFile(folder / name);
            QVERIFY(text.size() > 15'000 && text.size() <= 20'000);
            QCOMPARE(text.back(), '\n');
        }
    }

    void finishesTwiceWithOneResult()
    {
        const auto folder = freshFolder();
        auto writer = SessionWriter::open(planFor(folder));
        emitSteps(**writer, 0, 3);
        QVERIFY((*writer)->finish().ok());
        const auto before = contents(folder);
        QVERIFY((*writer)->finish().ok());
        emitSteps(**writer, 3, 6); // too late: forgotten, and nobody waits
        QVERIFY((*writer)->flush().ok());
        QVERIFY(contents(folder) == before);
    }

    void refusesAFolderThatHoldsAJournal()
    {
        const auto folder = straightSession(2);
        const auto before = contents(folder);
        const auto second = SessionWriter::open(planFor(folder));
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::AlreadyExists);
        QVERIFY(contents(folder) == before);
    }

    void refusesNamesThatAreNoFileNames()
    {
        for (const std::vector<std::string>& names :
             {std::vector<std::string>{"../x"}, {""}, {"a", "a"}, {"a/b"}}) {
            SessionPlan plan = planFor(freshFolder());
            plan.strategies = names;
            QVERIFY(!SessionWriter::open(plan).ok());
        }
    }
};

QTEST_GUILESS_MAIN(TestSessionWriter)
#include "tst_sessionwriter.moc"
