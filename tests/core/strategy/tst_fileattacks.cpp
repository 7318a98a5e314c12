// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/catalog.h"
#include "tests/core/strategy/fakecontext.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sys/stat.h>

using namespace core;
using namespace core::strategy;
namespace fs = std::filesystem;

namespace {

const Timestamp NOW = fromMicroseconds(1'700'000'000'000'000);
const std::string TEXT = "strategy={name='alpha'} function on_start(ctx) ctx:log('approved') end";

void write(const fs::path& file, const std::string& text)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

} // namespace

/// What somebody who can write into the strategies folder may put in the place of an approved file, or
/// beside it: the approved bytes run, or nothing does.
class TestFileAttacks : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path root() const { return m_folder->path().toStdString(); }
    fs::path file() const { return root() / "strategies" / "a.lua"; }
    Catalog catalog() const { return Catalog({root() / "strategies"}, root() / "trust"); }
    /// What runs under the approved name, or why nothing does.
    std::string outcome() const
    {
        const auto runnable = catalog().load("alpha");
        if (!runnable)
            return runnable.error().message();
        FakeContext context;
        (*runnable->factory({}, 1))->onStart(context);
        return context.logs.empty() ? context.reason() : context.logs.back();
    }

private slots:
    void init();
    void runsNothingInThePlaceOfAnApprovedFile_data();
    void runsNothingInThePlaceOfAnApprovedFile();
    void runsTheApprovedFileWhateverLiesBesideIt_data();
    void runsTheApprovedFileWhateverLiesBesideIt();
    void runsWhatWasHashedWhenTheFileIsSwappedAfterwards();
};

void TestFileAttacks::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    write(file(), TEXT);
    QVERIFY(catalog().approve(file(), "", "ada", NOW).ok());
    QCOMPARE(outcome(), std::string("approved"));
}

void TestFileAttacks::runsNothingInThePlaceOfAnApprovedFile_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"symbolic link to the same bytes", "symbolic link to a device", "directory", "pipe",
                             "one byte more", "nothing in it", "over-size", "not UTF-8", "bytecode"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestFileAttacks::runsNothingInThePlaceOfAnApprovedFile()
{
    QFETCH(QString, kind);
    fs::remove(file());
    if (kind == QStringLiteral("symbolic link to the same bytes")) {
        write(root() / "elsewhere.lua", TEXT);
        fs::create_symlink(root() / "elsewhere.lua", file());
    } else if (kind == QStringLiteral("symbolic link to a device")) {
        fs::create_symlink("/dev/zero", file());
    } else if (kind == QStringLiteral("directory")) {
        write(file() / "init.lua", TEXT);
    } else if (kind == QStringLiteral("pipe")) {
        QCOMPARE(::mkfifo(file().c_str(), 0600), 0);
    } else if (kind == QStringLiteral("one byte more")) {
        write(file(), TEXT + " ");
    } else if (kind == QStringLiteral("nothing in it")) {
        write(file(), "");
    } else if (kind == QStringLiteral("over-size")) {
        write(file(), TEXT + std::string(1U << 20, ' '));
    } else if (kind == QStringLiteral("not UTF-8")) {
        write(file(), TEXT + " -- \xff");
    } else {
        write(file(), "\x1bLua\x54" + TEXT);
    }
    const std::string why = outcome();
    QVERIFY2(why != "approved" && !why.empty(), why.c_str());
    // Looking at all of them must not trip over one.
    QVERIFY(catalog().scan().ok());
}

void TestFileAttacks::runsTheApprovedFileWhateverLiesBesideIt_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"a/a.lua", "b/a.lua", "A.lua", "0.lua", "a.lua.bak", "init.lua", "a/init.lua"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestFileAttacks::runsTheApprovedFileWhateverLiesBesideIt()
{
    QFETCH(QString, name);
    write(file().parent_path() / name.toStdString(),
          "strategy={name='alpha'} function on_start(ctx) ctx:log('planted') end");
    QCOMPARE(outcome(), std::string("approved"));
}

void TestFileAttacks::runsWhatWasHashedWhenTheFileIsSwappedAfterwards()
{
    const auto runnable = catalog().load("alpha");
    write(file(), "strategy={name='alpha'} function on_start(ctx) ctx:log('planted') end");
    FakeContext context;
    (*runnable->factory({}, 1))->onStart(context);
    QCOMPARE(context.logs, std::vector<std::string>{"approved"});
}

QTEST_GUILESS_MAIN(TestFileAttacks)
#include "tst_fileattacks.moc"
