// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/systemjournal.h"
#include "core/journal/verify.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

using namespace core;
using namespace core::journal;
namespace fs = std::filesystem;

namespace {

/// Keeps the end in memory.
class MemorySeal final : public JournalSeal
{
public:
    Result<std::optional<JournalEnd>> read() const override
    {
        if (isDamaged)
            return Error{ErrorCode::Corrupt, "the seal is broken", ""};
        return end;
    }
    Result<void> write(const JournalEnd& to) const override
    {
        if (isFull)
            return Error{ErrorCode::Io, "no space", ""};
        end = to;
        isDamaged = false;
        return {};
    }
    mutable std::optional<JournalEnd> end;
    mutable bool isDamaged = false;
    bool isFull = false;
};

} // namespace

/// What a chain cannot tell: that lines are gone from its end.
class TestJournalSeal : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<MemorySeal> m_seal;
    fs::path file() const { return fs::path(m_folder->path().toStdString()) / "journal" / "system.jsonl"; }
    void append(const std::string& what) const
    {
        RecordBatch batch;
        batch.add(Stream::system(), Level::Info, "acted", Timestamp(), {}).text("what", what);
        QVERIFY(SystemJournal(file(), m_seal).append(batch).ok());
    }
    std::vector<std::string> lines() const
    {
        std::vector<std::string> all;
        std::ifstream stream(file());
        for (std::string line; std::getline(stream, line);)
            all.push_back(line);
        return all;
    }
    /// Leaves the first `count` lines.
    void cut(std::size_t count) const
    {
        const auto all = lines();
        std::ofstream stream(file());
        for (std::size_t i = 0; i < count; ++i)
            stream << all[i] << '\n';
    }
    std::string events() const
    {
        std::string all;
        for (const std::string& line : lines())
            all += (all.empty() ? "" : " ") + nlohmann::json::parse(line)["event"].get<std::string>();
        return all;
    }
    /// The first fault that verifying finds: "line 2 …".
    std::string fault() const
    {
        const auto report = verifySystemJournal(file(), m_seal.get());
        if (!report || report->good())
            return report ? "none" : report.error().message();
        return "line " + std::to_string(report->faults[0].line) + " " + report->faults[0].what;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_seal = std::make_shared<MemorySeal>();
        for (const char* what : {"first", "second", "third"})
            append(what);
    }

    void followsEveryAct()
    {
        QCOMPARE(m_seal->end->seq, 3);
        QCOMPARE(fault(), std::string("none"));
    }
    void missesLinesAtTheEnd()
    {
        cut(1);
        QCOMPARE(fault(), std::string("line 2 is missing at the end, and so are those after it: there were 3"));
    }
    void missesAllLines()
    {
        cut(0);
        QCOMPARE(fault(), std::string("line 1 is missing at the end, and so are those after it: there were 3"));
    }
    void tellsOfMissingLinesWithTheNextAct()
    {
        cut(1);
        append("fourth");
        append("fifth");
        QCOMPARE(events(), std::string("acted lines_missing acted acted"));
        const auto line = nlohmann::json::parse(lines()[1]);
        QCOMPARE(line["sealed"].get<int>(), 3);
        QCOMPARE(line["found"].get<int>(), 1);
        QCOMPARE(fault(), std::string("none"));
    }
    void tellsOfAFileThatWasMovedAway()
    {
        fs::remove(file());
        append("fourth");
        QCOMPARE(events(), std::string("lines_missing acted"));
    }
    void findsAnotherLineInThePlaceOfTheLast()
    {
        cut(2);
        const JournalEnd sealed = *m_seal->end;
        m_seal->end.reset();
        append("forged");
        m_seal->end = sealed;
        QCOMPARE(fault(), std::string("line 3 is another one than was written: it and those after it were made anew"));
        append("fourth");
        QCOMPARE(events(), std::string("acted acted acted lines_missing acted"));
    }
    void goesOnBehindASealThatStayedBehind()
    {
        m_seal->isFull = true;
        append("fourth");
        m_seal->isFull = false;
        QCOMPARE(fault(), std::string("none"));
        append("fifth");
        QCOMPARE(events(), std::string("acted acted acted acted acted"));
        QCOMPARE(m_seal->end->seq, 5);
    }
    void tellsOfASealThatWasChanged()
    {
        m_seal->isDamaged = true;
        QCOMPARE(fault(), std::string("line 3 cannot be told to be the last: the seal is broken"));
        append("fourth");
        QCOMPARE(events(), std::string("acted acted acted seal_refused acted"));
        QCOMPARE(fault(), std::string("none"));
    }
    void aJournalThatNeverHadASealGetsOne()
    {
        m_seal->end.reset();
        QCOMPARE(fault(), std::string("none"));
        append("fourth");
        QCOMPARE(events(), std::string("acted acted acted acted"));
        QCOMPARE(m_seal->end->seq, 4);
    }
};

QTEST_GUILESS_MAIN(TestJournalSeal)
#include "tst_journalseal.moc"
