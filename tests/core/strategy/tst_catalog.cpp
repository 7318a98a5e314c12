// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/catalog.h"
#include "tests/core/strategy/fakecontext.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace core;
using namespace core::strategy;
using trust::State;

namespace {

const Timestamp NOW = fromMicroseconds(1'700'000'000'000'000);

std::string script(const std::string& name, const std::string& message = "first")
{
    return "strategy={name='" + name + "'} function on_start(ctx) ctx:log('" + message + "') end";
}

} // namespace

/// Files, the whitelist, and which of them may run.
class TestCatalog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path root() const { return m_folder->path().toStdString(); }
    std::filesystem::path write(const std::string& name, const std::string& text) const
    {
        const auto file = root() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    Catalog catalog() const { return Catalog({root() / "a", root() / "b"}, root() / "trust"); }
    void approve(const std::filesystem::path& file) const
    {
        const auto entry = catalog().approve(file, "note", "ada", NOW);
        QVERIFY2(entry.ok(), entry.ok() ? "" : entry.error().message().c_str());
    }
    /// What the loaded strategy logs in on_start.
    static std::string runs(const RunnableStrategy& runnable)
    {
        auto strategy = runnable.factory({}, 1);
        FakeContext context;
        (*strategy)->onStart(context);
        return context.logs.empty() ? context.reason() : context.logs.back();
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void listsEveryFileByName();
    void runsOnlyWhatIsApproved();
    void saysThatAFileChanged();
    void refusesWhatChangedSinceItWasShown();
    void runsTheBytesThatWereChecked();
    void stopsRunningWhatWasRevoked();
    void refusesTwoFilesOfOneName();
    void ignoresCopiesOfOneFile();
    void prefersTheFileThatWasApproved();
    void listsApprovedFilesElsewhere();
    void saysThatAnApprovedFileIsGone();
    void explainsWhatCannotBeRead();
    void approvesNothingInvalid();
    void failsWholeOnACorruptWhitelist();
    void namesWhatThereIs();
    void tellsTheJournalWhatItLoadsAndRefuses();
    void runsUnknownScriptsAloneWhereUnsignedOnesAreAllowed_data();
    void runsUnknownScriptsAloneWhereUnsignedOnesAreAllowed();
    void marksUnsignedScriptsInTheJournal();
    void runsNothingThatCannotBeTold();
};

void TestCatalog::listsEveryFileByName()
{
    write("a/z.lua", script("alpha"));
    write("b/y.lua", script("zulu"));
    write("b/notes.txt", "no strategy");
    write("b/sub/x.lua", script("hidden"));
    const auto entries = catalog().scan();
    QVERIFY(entries.ok());
    QCOMPARE(entries->size(), std::size_t(2));
    QCOMPARE(entries->at(0).name, std::string("alpha"));
    QCOMPARE(entries->at(1).name, std::string("zulu"));
    QVERIFY(entries->at(0).state == State::Unknown);
    QVERIFY(!entries->at(0).reason.empty());
    QCOMPARE(entries->at(0).sha256.hex(), Sha256::of(script("alpha")).hex());
}

void TestCatalog::runsOnlyWhatIsApproved()
{
    const auto file = write("a/s.lua", script("alpha"));
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Refused);
    approve(file);
    const auto loaded = catalog().load("alpha");
    QVERIFY(loaded.ok());
    QCOMPARE(runs(*loaded), std::string("first"));
    const auto entry = catalog().find("alpha");
    QVERIFY(entry->state == State::Approved && entry->reason.empty());
    QCOMPARE(entry->approval->note, std::string("note"));
}

void TestCatalog::saysThatAFileChanged()
{
    approve(write("a/s.lua", script("alpha")));
    write("a/s.lua", script("alpha", "second"));
    const auto entry = catalog().find("alpha");
    QVERIFY(entry->state == State::Changed);
    // The diff needs both.
    QCOMPARE(entry->approval->source, script("alpha"));
    QCOMPARE(entry->source, script("alpha", "second"));
    const auto loaded = catalog().load("alpha");
    QVERIFY(loaded.error().code == ErrorCode::Refused);
    QVERIFY(loaded.error().what.find("not the one that was approved") != std::string::npos);
    approve(root() / "a/s.lua");
    QCOMPARE(runs(*catalog().load("alpha")), std::string("second"));
}

void TestCatalog::refusesWhatChangedSinceItWasShown()
{
    const auto file = write("a/s.lua", script("alpha"));
    const auto shown = catalog().inspect(file);
    write("a/s.lua", script("alpha", "evil"));
    const auto approved = catalog().approve(file, "", "ada", NOW, shown->sha256);
    QVERIFY(approved.error().code == ErrorCode::Refused);
    QVERIFY(catalog().find("alpha")->state == State::Unknown);
}

void TestCatalog::runsTheBytesThatWereChecked()
{
    const auto file = write("a/s.lua", script("alpha"));
    approve(file);
    const auto loaded = catalog().load("alpha");
    // Whatever happens to the file now, every instance is made of the approved bytes.
    write("a/s.lua", script("alpha", "evil"));
    QCOMPARE(runs(*loaded), std::string("first"));
    std::filesystem::remove(file);
    QCOMPARE(runs(*loaded), std::string("first"));
    QCOMPARE(loaded->sha256.hex(), Sha256::of(script("alpha")).hex());
}

void TestCatalog::stopsRunningWhatWasRevoked()
{
    approve(write("a/s.lua", script("alpha")));
    QVERIFY(catalog().revoke("alpha", NOW).ok());
    QVERIFY(catalog().find("alpha")->state == State::Revoked);
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Refused);
    QVERIFY(catalog().revoke("nobody", NOW).error().code == ErrorCode::NotFound);
}

void TestCatalog::refusesTwoFilesOfOneName()
{
    write("a/s.lua", script("alpha"));
    write("b/s.lua", script("alpha", "other"));
    const auto entries = catalog().scan();
    QCOMPARE(entries->size(), std::size_t(2));
    QVERIFY(entries->at(0).state == State::Unknown);
    QVERIFY(entries->at(1).state == State::Invalid);
    QVERIFY(entries->at(1).reason.find("is taken by") != std::string::npos);
    QCOMPARE(catalog().find("alpha")->source, script("alpha"));
}

void TestCatalog::ignoresCopiesOfOneFile()
{
    approve(write("a/s.lua", script("alpha")));
    write("b/s.lua", script("alpha"));
    QCOMPARE(catalog().scan()->size(), std::size_t(1));
}

void TestCatalog::prefersTheFileThatWasApproved()
{
    write("a/s.lua", script("alpha", "not this"));
    approve(write("elsewhere/mine.lua", script("alpha", "mine")));
    QCOMPARE(runs(*catalog().load("alpha")), std::string("mine"));
}

void TestCatalog::listsApprovedFilesElsewhere()
{
    approve(write("elsewhere/s.lua", script("alpha")));
    const auto entries = catalog().scan();
    QCOMPARE(entries->size(), std::size_t(1));
    QVERIFY(entries->at(0).state == State::Approved);
    QVERIFY(catalog().load("alpha").ok());
}

void TestCatalog::saysThatAnApprovedFileIsGone()
{
    const auto file = write("elsewhere/other.lua", script("alpha"));
    approve(file);
    std::filesystem::remove(file);
    const auto entry = catalog().find("alpha");
    QVERIFY(entry.ok() && entry->state == State::Invalid);
    QVERIFY(entry->reason.find("does not exist") != std::string::npos);
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Refused);
}

void TestCatalog::explainsWhatCannotBeRead()
{
    write("a/broken.lua", "strategy = {");
    write("a/binary.lua", std::string("\x1bLua\0", 5));
    std::filesystem::create_symlink(write("b/real.lua", script("real")), root() / "a" / "link.lua");
    const auto entries = catalog().scan();
    QCOMPARE(entries->size(), std::size_t(4));
    for (const char* name : {"broken", "binary", "link"}) {
        const auto entry = catalog().find(name);
        QVERIFY2(entry.ok() && entry->state == State::Invalid && !entry->reason.empty(), name);
    }
    QVERIFY(catalog().find("broken")->reason.starts_with("broken.lua:1:"));
    QVERIFY(catalog().find("link")->source.empty());
}

void TestCatalog::approvesNothingInvalid()
{
    const auto file = write("a/broken.lua", "error('no')");
    QVERIFY(catalog().approve(file, "", "ada", NOW).error().code == ErrorCode::Refused);
    QVERIFY(catalog().approve(root() / "none.lua", "", "ada", NOW).error().code == ErrorCode::Refused);
    QVERIFY(!std::filesystem::exists(root() / "trust"));
}

void TestCatalog::failsWholeOnACorruptWhitelist()
{
    const auto file = write("a/s.lua", script("alpha"));
    approve(file);
    std::ofstream(root() / "trust" / "approvals.json", std::ios::app) << " ";
    QVERIFY(catalog().scan().error().code == ErrorCode::Corrupt);
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Corrupt);
    QVERIFY(catalog().inspect(file).error().code == ErrorCode::Corrupt);
    QVERIFY(catalog().approve(file, "", "ada", NOW).error().code == ErrorCode::Corrupt);
}

void TestCatalog::namesWhatThereIs()
{
    write("a/s.lua", script("alpha"));
    const auto missing = catalog().load("alhpa");
    QVERIFY(missing.error().code == ErrorCode::NotFound);
    QVERIFY(missing.error().message().find("alpha") != std::string::npos);
}

void TestCatalog::tellsTheJournalWhatItLoadsAndRefuses()
{
    const auto file = write("a/s.lua", script("alpha"));
    QVERIFY(!catalog().load("alpha").ok());
    approve(file);
    QVERIFY(catalog().load("alpha").ok());
    std::string events;
    std::ifstream journal(root() / "journal" / "system.jsonl");
    for (std::string line; std::getline(journal, line);)
        events += nlohmann::json::parse(line)["event"].get<std::string>() + " ";
    QCOMPARE(events, std::string("strategy_refused strategy_approved strategy_loaded "));
}

void TestCatalog::runsUnknownScriptsAloneWhereUnsignedOnesAreAllowed_data()
{
    QTest::addColumn<State>("state");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<bool>("runs");
    QTest::newRow("unknown") << State::Unknown << Kind::Lua << true;
    QTest::newRow("approved") << State::Approved << Kind::Lua << true;
    QTest::newRow("changed") << State::Changed << Kind::Lua << false;
    QTest::newRow("revoked") << State::Revoked << Kind::Lua << false;
    QTest::newRow("invalid") << State::Invalid << Kind::Lua << false;
    QTest::newRow("unknown, native") << State::Unknown << Kind::Native << false;
    QTest::newRow("signed, native") << State::Signed << Kind::Native << true;
}

void TestCatalog::runsUnknownScriptsAloneWhereUnsignedOnesAreAllowed()
{
    QFETCH(State, state);
    QFETCH(Kind, kind);
    QFETCH(bool, runs);
    CatalogEntry entry;
    entry.state = state;
    entry.kind = kind;
    QCOMPARE(mayRun(entry, UnsignedScripts::Allowed), runs);
    QCOMPARE(mayRun(entry, UnsignedScripts::Refused), trust::mayRun(state));
}

void TestCatalog::marksUnsignedScriptsInTheJournal()
{
    write("a/s.lua", script("alpha"));
    const Catalog open({root() / "a"}, root() / "trust", UnsignedScripts::Allowed);
    const auto loaded = open.load("alpha");
    QVERIFY(loaded.ok());
    QCOMPARE(runs(*loaded), std::string("first"));
    std::ifstream journal(root() / "journal" / "system.jsonl");
    const auto line = nlohmann::json::parse(journal);
    QCOMPARE(line["event"].get<std::string>(), std::string("strategy_loaded"));
    QCOMPARE(line["state"].get<std::string>(), std::string("unknown"));
    QVERIFY(line["unsigned"].get<bool>());
}

void TestCatalog::runsNothingThatCannotBeTold()
{
    approve(write("a/s.lua", script("alpha")));
    std::filesystem::remove(root() / "journal" / "system.jsonl");
    std::filesystem::create_directory(root() / "journal" / "system.jsonl");
    const auto loaded = catalog().load("alpha");
    QVERIFY(!loaded.ok());
    QVERIFY(loaded.error().message().find("cannot be written") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestCatalog)
#include "tst_catalog.moc"
