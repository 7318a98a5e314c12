// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/systemjournal.h"
#include "core/journal/reader.h"
#include "core/journal/verify.h"
#include "tests/filesizelimit.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <thread>

#include <sys/stat.h>

using namespace core;
using namespace core::journal;
namespace fs = std::filesystem;

namespace {

const Timestamp NOON = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1)) + std::chrono::hours(12);

RecordBatch act(const std::string& what)
{
    RecordBatch batch;
    batch.add(Stream::system(), Level::Info, "acted", NOON, {}).text("what", what);
    return batch;
}

} // namespace

/// One file that several programs append to.
class TestSystemJournal : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path file() const { return fs::path(m_folder->path().toStdString()) / "journal" / "system.jsonl"; }
    SystemJournal journal() const { return SystemJournal(file()); }
    void append(const std::string& what) const
    {
        const auto done = journal().append(act(what));
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message().c_str());
    }
    std::string text() const
    {
        std::ostringstream all;
        all << std::ifstream(file()).rdbuf();
        return all.str();
    }
    std::vector<nlohmann::json> lines() const
    {
        std::vector<nlohmann::json> all;
        std::istringstream stream(text());
        for (std::string line; std::getline(stream, line);)
            all.push_back(nlohmann::json::parse(line));
        return all;
    }
    void rewrite(const std::string& from, const std::string& to) const
    {
        std::string changed = text();
        const auto at = changed.find(from);
        QVERIFY(at != std::string::npos);
        std::ofstream(file()) << changed.replace(at, from.size(), to);
    }
    /// The first fault that verifying finds: "line 2 …".
    std::string fault() const
    {
        const auto report = verifySystemJournal(file());
        if (!report || report->good())
            return report ? "none" : report.error().message();
        return "line " + std::to_string(report->faults[0].line) + " " + report->faults[0].what;
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void writesWholeChainedLines()
    {
        append("first");
        append("second");
        const auto all = lines();
        QCOMPARE(all.size(), std::size_t(2));
        QCOMPARE(all[1]["ts"].get<std::string>(), std::string("2024-05-01T12:00:00.000000000Z"));
        QCOMPARE(all[1]["seq"].get<int>(), 2);
        QCOMPARE(all[1]["session"].get<std::string>(), std::string("workspace"));
        QCOMPARE(all[1]["stream"].get<std::string>(), std::string("system"));
        QCOMPARE(all[1]["what"].get<std::string>(), std::string("second"));
        QVERIFY(all[0]["correlation"] != all[1]["correlation"]);
        QCOMPARE(fault(), std::string("none"));
    }
    void belongsToItsOwnerAlone()
    {
        append("first");
        struct stat status = {};
        QCOMPARE(::stat(file().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0600U);
    }
    void keepsTheLinesOfOneActTogether()
    {
        RecordBatch batch = act("first");
        batch.add(Stream::system(), Level::Info, "acted", NOON, {}).text("what", "second");
        QVERIFY(journal().append(batch).ok());
        const auto all = lines();
        QCOMPARE(all.size(), std::size_t(2));
        QVERIFY(all[0]["correlation"] == all[1]["correlation"]);
        QCOMPARE(fault(), std::string("none"));
    }
    void takesLinesFromSeveralWritersAtOnce()
    {
        constexpr int WRITERS = 4;
        constexpr int LINES = 25;
        {
            std::vector<std::jthread> writers;
            for (int writer = 0; writer < WRITERS; ++writer)
                writers.emplace_back([this] {
                    for (int i = 0; i < LINES; ++i)
                        append("line");
                });
        }
        QCOMPARE(lines().size(), std::size_t(WRITERS * LINES));
        QCOMPARE(fault(), std::string("none"));
    }
    void addsNothingThatIsKnown()
    {
        append("first");
        const auto done = journal().append(
            act("again"), [](std::string_view tail) { return tail.find("first") != std::string_view::npos; });
        QVERIFY(done.ok());
        QCOMPARE(lines().size(), std::size_t(1));
    }
    void cutsATornLineAndSaysSo()
    {
        append("first");
        std::ofstream(file(), std::ios::app) << "{\"ts\":\"20";
        append("second");
        const auto all = lines();
        QCOMPARE(all.size(), std::size_t(3));
        QCOMPARE(all[1]["event"].get<std::string>(), std::string("torn_line_cut"));
        QCOMPARE(all[1]["kept"].get<std::string>(), std::string("system.jsonl.torn"));
        QVERIFY(fs::exists(file().string() + ".torn"));
        QCOMPARE(fault(), std::string("none"));
    }
    void isAsItWasWhenTheDiskIsFull()
    {
        append("first");
        const std::string before = text();
        {
            const FileSizeLimit limit(before.size() + 20);
            const auto done = journal().append(act("second"));
            QVERIFY(!done.ok() && done.error().code == ErrorCode::Io);
        }
        QCOMPARE(text(), before);
        append("second");
        QCOMPARE(fault(), std::string("none"));
    }
    void refusesToGoOnBehindAnotherEnd()
    {
        append("first");
        std::ofstream(file(), std::ios::app) << "not a line\n";
        const std::string before = text();
        const auto done = journal().append(act("second"));
        QVERIFY(!done.ok() && done.error().code == ErrorCode::Corrupt);
        QVERIFY(done.error().message().find("move it away") != std::string::npos);
        QCOMPARE(text(), before);
    }
    void goesOnBehindALineLongerThanTheEndItReads()
    {
        append("first");
        append(std::string(700'000, 'x'));
        append("third");
        QCOMPARE(lines().size(), std::size_t(3));
        QCOMPARE(fault(), std::string("none"));
    }
    void goesOnBehindOneLongLineAlone()
    {
        append(std::string(700'000, 'x'));
        append("second");
        QCOMPARE(fault(), std::string("none"));
    }
    void takesTheLongestLineAndNoLongerOne()
    {
        append("");
        const std::size_t frame = text().size() - 1;
        append(std::string(MAX_LINE_BYTES - frame, 'x'));
        const std::string before = text();
        const auto done = journal().append(act(std::string(MAX_LINE_BYTES - frame + 1, 'x')));
        QVERIFY(!done.ok() && done.error().code == ErrorCode::InvalidInput);
        QVERIFY2(done.error().message().find("may have 1048576") != std::string::npos, done.error().message().c_str());
        QCOMPARE(text(), before);
        append("third");
        QCOMPARE(fault(), std::string("none"));
    }
    void followsNoLink()
    {
        fs::create_directories(file().parent_path());
        const fs::path target = fs::path(m_folder->path().toStdString()) / "elsewhere";
        fs::create_symlink(target, file());
        QVERIFY(!journal().append(act("first")).ok());
        QVERIFY(!fs::exists(target));
    }
    void findsAChangedLine()
    {
        for (const char* what : {"first", "second", "third"})
            append(what);
        rewrite("second", "Second");
        QVERIFY2(fault().starts_with("line 2 does not follow"), fault().c_str());
    }
    void findsADroppedLine()
    {
        for (const char* what : {"first", "second", "third"})
            append(what);
        const std::string all = text();
        const auto end = all.find('\n') + 1;
        rewrite(all.substr(end, all.find('\n', end) + 1 - end), "");
        QVERIFY2(fault().starts_with("line 2 comes after a dropped line"), fault().c_str());
    }
    void saysThatNothingWasDecidedYet()
    {
        QVERIFY(fault().find("there is no") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSystemJournal)
#include "tst_systemjournal.moc"
