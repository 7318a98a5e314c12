// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvals.h"
#include "core/trust/utf8.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace core;
using namespace core::trust;

/// What counts as a strategy's bytes.
class TestStrategyFile : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    std::filesystem::path write(const char* name, const std::string& bytes) const
    {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

private slots:
    void hashesWhatItReads();
    void refusesWhatIsNoRegularFile();
    void refusesSymbolicLinks();
    void readsUpToOneMegabyte();
    void refusesBytesThatAreNoText_data();
    void refusesBytesThatAreNoText();
    void saysThatAFileIsAbsent();
    void replacesMalformedBytes();
};

void TestStrategyFile::hashesWhatItReads()
{
    const auto read = readStrategyFile(write("a.lua", "abc"));
    QVERIFY(read.ok());
    QCOMPARE(read->bytes, std::string("abc"));
    // FIPS 180-4's own example.
    QCOMPARE(read->sha256.hex(),
             std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void TestStrategyFile::refusesWhatIsNoRegularFile()
{
    QCOMPARE(readStrategyFile(m_folder.path().toStdString()).error().code, ErrorCode::Refused);
    QCOMPARE(::mkfifo(path("pipe.lua").c_str(), 0600), 0);
    // Nobody writes to the pipe: waiting for it would be forever.
    QCOMPARE(readStrategyFile(path("pipe.lua")).error().code, ErrorCode::Refused);
    QCOMPARE(readStrategyFile("/dev/zero").error().code, ErrorCode::Refused);
}

void TestStrategyFile::refusesSymbolicLinks()
{
    const auto target = write("real.lua", "return");
    QCOMPARE(::symlink(target.c_str(), path("link.lua").c_str()), 0);
    const auto read = readStrategyFile(path("link.lua"));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, ErrorCode::Refused);
    QVERIFY(read.error().what.find("symbolic link") != std::string::npos);
}

void TestStrategyFile::readsUpToOneMegabyte()
{
    QVERIFY(readStrategyFile(write("full.lua", std::string(MAX_SCRIPT_BYTES, ' '))).ok());
    const auto over = readStrategyFile(write("over.lua", std::string(MAX_SCRIPT_BYTES + 1, ' ')));
    QCOMPARE(over.error().code, ErrorCode::Refused);
}

void TestStrategyFile::refusesBytesThatAreNoText_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("zero byte") << QByteArray("x = 1\0y", 7);
    QTest::newRow("latin 1") << QByteArray("-- caf\xE9");
    QTest::newRow("cut short") << QByteArray("-- \xE2\x82");
    QTest::newRow("longer than needed") << QByteArray("-- \xC0\xAF");
    QTest::newRow("surrogate") << QByteArray("-- \xED\xA0\x80");
    QTest::newRow("beyond Unicode") << QByteArray("-- \xF4\x90\x80\x80");
    QTest::newRow("bytecode") << QByteArray("\x1bLua\x54\x00\x19\x93", 8);
}

void TestStrategyFile::refusesBytesThatAreNoText()
{
    QFETCH(QByteArray, bytes);
    const auto read = readStrategyFile(write("bytes.lua", bytes.toStdString()));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, ErrorCode::Refused);
}

void TestStrategyFile::saysThatAFileIsAbsent()
{
    QCOMPARE(readStrategyFile(path("nowhere.lua")).error().code, ErrorCode::NotFound);
}

void TestStrategyFile::replacesMalformedBytes()
{
    QCOMPARE(cleanUtf8("a\xFFz"), std::string("a\xEF\xBF\xBDz"));
    QCOMPARE(cleanUtf8("caf\xC3\xA9 \xF0\x9F\x98\x80"), std::string("caf\xC3\xA9 \xF0\x9F\x98\x80"));
    QVERIFY(isUtf8(cleanUtf8("\xE2\x82\xF4\xC0\xED\xA0")));
}

QTEST_GUILESS_MAIN(TestStrategyFile)
#include "tst_strategyfile.moc"
