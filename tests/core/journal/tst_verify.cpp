// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/verify.h"

#include "journalfixture.h"

#include "core/journal/chain.h"
#include "core/journal/reader.h"

#include <QTest>

using namespace core;
using namespace core::journal;
using namespace journaltest;

class TestVerify : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    int m_next = 0;

    std::filesystem::path session(int steps, const std::string& summary = {})
    {
        const auto folder =
            std::filesystem::path(m_dir.path().toStdString()) / std::to_string(m_next++);
        auto writer = SessionWriter::open(planFor(folder));
        emitSteps(**writer, 0, steps);
        const std::string text =
            summary.empty() ? "{\"fingerprint\":\"" + (*writer)->fingerprint() + "\"}" : summary;
        const auto done = (*writer)->finish(text);
        if (!done)
            qFatal("the session failed");
        return folder;
    }

    static const JournalFault* faultOf(const VerifyReport& report, const std::string& file)
    {
        for (const JournalFault& fault : report.faults) {
            if (fault.file == file)
                return &fault;
        }
        return nullptr;
    }

private slots:
    void acceptsWhatTheWriterWrote()
    {
        const auto folder = session(50);
        const auto report = verifyJournal(folder);
        QVERIFY(report.ok());
        QVERIFY2(report->good(), report->good() ? "" : report->faults[0].what.c_str());
        QCOMPARE(report->files.size(), std::size_t(5));
        QCOMPARE(report->fingerprint, Sha256::of(readFile(folder / "trades.jsonl")).hex());
    }

    void acceptsASessionWithoutLines() { QVERIFY(verifyJournal(session(0))->good()); }

    void namesTheFirstBadTradeLine_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<qint64>("line");
        QTest::newRow("changed digit") << QStringLiteral("change") << qint64(11);
        QTest::newRow("changed, chain too") << QStringLiteral("rechain") << qint64(12);
        QTest::newRow("dropped") << QStringLiteral("drop") << qint64(11);
        QTest::newRow("added") << QStringLiteral("add") << qint64(12);
        QTest::newRow("reordered") << QStringLiteral("swap") << qint64(11);
        QTest::newRow("no JSON") << QStringLiteral("garbage") << qint64(11);
        QTest::newRow("blank line") << QStringLiteral("blank") << qint64(11);
        QTest::newRow("space added") << QStringLiteral("space") << qint64(11);
    }

    void namesTheFirstBadTradeLine()
    {
        QFETCH(QString, what);
        QFETCH(qint64, line);
        const auto folder = session(20);
        auto lines = linesOf(folder / "trades.jsonl");
        if (what == QLatin1String("change") || what == QLatin1String("rechain")) {
            const std::size_t at = lines[10].find("BTC/USD");
            lines[10].replace(at, 3, "ETH");
        }
        if (what == QLatin1String("rechain")) {
            const auto parts = splitChained(lines[10]);
            const auto before = splitChained(lines[9]);
            Sha256Digest previous;
            for (std::size_t i = 0; i < 32; ++i)
                previous.bytes[i] = static_cast<std::uint8_t>(
                    std::stoi(std::string(before->chain.substr(i * 2, 2)), nullptr, 16));
            std::string body = parts->body;
            appendChain(body, nextChain(previous, parts->body));
            lines[10] = body;
        }
        if (what == QLatin1String("drop"))
            lines.erase(lines.begin() + 10);
        if (what == QLatin1String("add"))
            lines.insert(lines.begin() + 11, lines[10]);
        if (what == QLatin1String("swap"))
            std::swap(lines[10], lines[11]);
        if (what == QLatin1String("garbage"))
            lines[10] = std::string("\xff\x00{", 3);
        if (what == QLatin1String("blank"))
            lines.insert(lines.begin() + 10, "");
        if (what == QLatin1String("space"))
            lines[10].insert(1, " ");
        writeFile(folder / "trades.jsonl", joined(lines));
        const auto report = verifyJournal(folder);
        QVERIFY(report.ok());
        const JournalFault* fault = faultOf(*report, "trades.jsonl");
        QVERIFY(fault != nullptr);
        QCOMPARE(qint64(fault->line), line);
        QVERIFY(!fault->torn);
    }

    void tellsAKilledSessionFromAChangedOne_data()
    {
        QTest::addColumn<bool>("ended");
        QTest::newRow("the session never ended") << false;
        QTest::newRow("it had ended") << true;
    }

    void tellsAKilledSessionFromAChangedOne()
    {
        QFETCH(bool, ended);
        const auto folder = session(20);
        std::filesystem::remove(folder / "session.json");
        if (ended)
            writeFile(folder / "session.json", "{}");
        auto lines = linesOf(folder / "all.jsonl");
        lines.resize(lines.size() - 3);
        writeFile(folder / "all.jsonl", joined(lines));
        const auto report = verifyJournal(folder);
        const JournalFault* fault = faultOf(*report, "all.jsonl");
        QVERIFY(fault != nullptr);
        QCOMPARE(fault->cutOff, !ended);
        QCOMPARE(fault->line, std::int64_t(lines.size()) + 1);
    }

    void findsChangesInStreamsWithoutAChain()
    {
        const auto folder = session(20);
        auto lines = linesOf(folder / "strategy-beta.jsonl");
        lines[3].replace(lines[3].find("fast over"), 4, "slow");
        writeFile(folder / "strategy-beta.jsonl", joined(lines));
        const auto report = verifyJournal(folder);
        const JournalFault* fault = faultOf(*report, "all.jsonl");
        QVERIFY(fault != nullptr);
        QVERIFY(fault->what.find("line 4 of strategy-beta.jsonl") != std::string::npos);
    }

    void findsLinesDroppedAtTheEnd()
    {
        const auto folder = session(20);
        for (const char* name : {"trades.jsonl", "all.jsonl"}) {
            auto lines = linesOf(folder / name);
            lines.resize(lines.size() - 2);
            writeFile(folder / name, joined(lines));
        }
        const auto report = verifyJournal(folder);
        QVERIFY(!report->good());
        QVERIFY(faultOf(*report, "session.json") != nullptr);
    }

    void findsLinesDroppedAtTheEndOfASessionThatWasLeft()
    {
        const auto whole = verifyJournal(session(20));
        const auto folder = session(20, "{\"head\":\"" + whole->head + "\"}");
        QVERIFY(verifyJournal(folder)->good());
        for (const char* name : {"trades.jsonl", "all.jsonl"}) {
            auto lines = linesOf(folder / name);
            lines.resize(lines.size() - 2);
            writeFile(folder / name, joined(lines));
        }
        QVERIFY(faultOf(*verifyJournal(folder), "session.json") != nullptr);
    }

    void findsMissingFiles()
    {
        const auto folder = session(5);
        std::filesystem::remove(folder / "trades.jsonl");
        QVERIFY(faultOf(*verifyJournal(folder), "trades.jsonl") != nullptr);
    }

    void failsOnAFolderThatIsNoSession()
    {
        const auto report =
            verifyJournal(std::filesystem::path(m_dir.path().toStdString()) / "nothing");
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::NotFound);
    }

    void canBeCancelled()
    {
        const auto folder = session(2000);
        const auto report = verifyJournal(folder, [](double) { return false; });
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
    }

    void cutsTornLinesOffAndKeepsThem()
    {
        const auto folder = session(20, "{}");
        const std::string trades = readFile(folder / "trades.jsonl");
        const std::string all = readFile(folder / "all.jsonl");
        const std::string equity = readFile(folder / "equity-alpha.bin");
        const std::string torn = "{\"ts\":\"2022-01";
        writeFile(folder / "trades.jsonl", trades + torn);
        writeFile(folder / "all.jsonl", all + torn);
        writeFile(folder / "equity-alpha.bin", equity + "torn");
        const auto report = verifyJournal(folder);
        QCOMPARE(report->faults.size(), std::size_t(2));
        QVERIFY(report->faults[0].torn && report->faults[1].torn);

        const auto pieces = recoverTorn(folder);
        QVERIFY(pieces.ok());
        QCOMPARE(pieces->size(), std::size_t(3));
        QCOMPARE(readFile(folder / "trades.jsonl"), trades);
        QCOMPARE(readFile(folder / "trades.jsonl.torn"), torn);
        QCOMPARE(readFile(folder / "equity-alpha.bin"), equity);
        QVERIFY(verifyJournal(folder)->good());
        QCOMPARE(recoverTorn(folder)->size(), std::size_t(0));

        writeFile(folder / "trades.jsonl", trades + "again");
        QCOMPARE((*recoverTorn(folder))[0].kept, std::string("trades.jsonl.torn-2"));
        QCOMPARE(readFile(folder / "trades.jsonl.torn"), torn);
    }

    void readsOneCorrelation()
    {
        const auto folder = session(20);
        int count = 0;
        const auto done =
            readLines(folder / "all.jsonl", "1a2b3c4d-000005", [&](std::string_view line) {
                ++count;
                return line.find("\"correlation\":\"1a2b3c4d-000005\"") != std::string_view::npos;
            });
        QVERIFY(done.ok());
        QCOMPARE(count, 5);
    }

    void readsLinesLongerThanItsLimit()
    {
        const auto file = std::filesystem::path(m_dir.path().toStdString()) / "long.jsonl";
        std::string text(MAX_LINE_BYTES + 10, 'x');
        text += "\nshort\n\ntorn";
        writeFile(file, text);
        auto reader = LineReader::open(file);
        QVERIFY(reader->next());
        QVERIFY(reader->tooLong());
        QCOMPARE(reader->line().size(), MAX_LINE_BYTES);
        QVERIFY(reader->next());
        QCOMPARE(std::string(reader->line()), std::string("short"));
        QVERIFY(!reader->tooLong());
        const std::int64_t offset = reader->offset();
        QVERIFY(reader->next());
        QVERIFY(reader->line().empty());
        QVERIFY(reader->next());
        QVERIFY(!reader->ended());
        QCOMPARE(reader->number(), 4);
        QVERIFY(!reader->next());
        reader->seek(offset);
        QVERIFY(reader->next());
        QCOMPARE(std::string(reader->line()), std::string("short"));
    }
};

QTEST_APPLESS_MAIN(TestVerify)
#include "tst_verify.moc"
