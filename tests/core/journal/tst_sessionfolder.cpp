// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/sessionfolder.h"

#include "journalfixture.h"

#include <QTest>

#include <sys/stat.h>

using namespace core;
using namespace core::journal;
using namespace journaltest;

class TestSessionFolder : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    std::filesystem::path journal(const char* name) const
    {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

    static std::string makeSession(const std::filesystem::path& journal, Timestamp start)
    {
        const auto folder = createSessionFolder(journal, start, DIGEST);
        if (!folder.ok())
            return "<failed>";
        writeFile(*folder / "all.jsonl", "");
        return folder->filename().string();
    }

private slots:
    void namesAreUniqueSortedAndPrivate()
    {
        const auto place = journal("a");
        const Timestamp start = fromMicroseconds(1'642'570'920'123'456);
        QCOMPARE(makeSession(place, start), std::string("20220119T054200.123Z-1a2b3c4d"));
        QCOMPARE(makeSession(place, start), std::string("20220119T054200.123Z-1a2b3c4d-2"));
        QCOMPARE(makeSession(place, start), std::string("20220119T054200.123Z-1a2b3c4d-3"));
        const std::string later = makeSession(place, start + std::chrono::milliseconds(900));
        QCOMPARE(sessionsIn(place).back(), later);
        QCOMPARE(sessionsIn(place).size(), std::size_t(4));
        struct stat info
        {};
        QCOMPARE(::stat((place / later).c_str(), &info), 0);
        QCOMPARE(int(info.st_mode & 0777), 0700);
    }

    void findsSessionsByNamePartPathAndLast()
    {
        const auto place = journal("b");
        const Timestamp start = fromMicroseconds(1'642'570'920'000'000);
        const std::string first = makeSession(place, start);
        const std::string second = makeSession(place, start + std::chrono::hours(48));
        std::filesystem::create_directories(place / "zz-no-session");
        QCOMPARE(findSession(place, "last")->filename().string(), second);
        QCOMPARE(findSession(place, first)->filename().string(), first);
        QCOMPARE(findSession(place, "20220119")->filename().string(), first);
        QCOMPARE(*findSession(place, (place / first).string()), place / first);
        QCOMPARE(*findSession(place, (place / first).string() + "/"), place / first);
        QCOMPARE(findSession(place, "2022").error().code, ErrorCode::InvalidInput);
        for (const char* absent : {"2023", "", "..", "zz-no-session", "/nowhere/x"})
            QCOMPARE(findSession(place, absent).error().code, ErrorCode::NotFound);
        QCOMPARE(findSession(journal("none"), "last").error().code, ErrorCode::NotFound);
    }

    void saysWhyNoFolderCanBeMade()
    {
        writeFile(journal("file"), "");
        const auto folder = createSessionFolder(journal("file"), Timestamp(), DIGEST);
        QVERIFY(!folder.ok());
        QCOMPARE(folder.error().code, ErrorCode::Io);
    }

    void replayNameComesFromTheDigest()
    {
        QCOMPARE(replaySessionName(DIGEST), std::string("replay-1a2b3c4d5e6f"));
    }
};

QTEST_APPLESS_MAIN(TestSessionFolder)
#include "tst_sessionfolder.moc"
