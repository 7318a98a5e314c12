// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvals.h"
#include "core/trust/securefile.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include <sys/stat.h>

using namespace core;
using namespace core::trust;
using namespace std::chrono_literals;

namespace {

const Timestamp NOON = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1)) + 12h;

Approval approvalOf(const std::string& name, const std::string& source)
{
    return {name, "/strategies/" + name + ".lua", Sha256::of(source), NOON, "ada", "looks fine", source,
            false};
}

std::string contents(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

mode_t modeOf(const std::filesystem::path& file)
{
    struct stat status = {};
    ::stat(file.c_str(), &status);
    return status.st_mode & 0777;
}

} // namespace

/// The whitelist: what it says, and that nobody else can write it.
class TestApprovals : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_parent;
    std::filesystem::path folder() const
    {
        return std::filesystem::path(m_parent->path().toStdString()) / "trust";
    }
    std::filesystem::path file() const { return folder() / "approvals.json"; }
    void write(const std::string& text) const { std::ofstream(file(), std::ios::binary) << text; }
    Approvals opened() const { return *Approvals::open(folder()); }
    void approve(const std::string& name, const std::string& source) const
    {
        QVERIFY(opened().approve(approvalOf(name, source)).ok());
    }

private slots:
    void init() { m_parent = std::make_unique<QTemporaryDir>(); }

    void startsEmptyAndLeavesNothingBehind();
    void remembersEverythingOfAnApproval();
    void keepsItsFilesPrivate();
    void tellsTheStatesApart();
    void revokesUntilApprovedAgain();
    void revokedBytesStaySoUnderAnotherName();
    void keepsOneSourceAStrategy();
    void refusesAnEditedFileWhole_data();
    void refusesAnEditedFileWhole();
    void refusesAFileOfAnotherWorkspace();
    void refusesAFileWithoutItsKey();
    void neverOverwritesACorruptFile();
    void startsAnewWhenTheFolderIsMovedAway();
    void reportsAFolderThatCannotBeWritten();
    void refusesTextThatIsNotUtf8();
    void takesNoNoteThatIsTooLong();
    void keepsWhoRevokedAndNotTheApproversNote();
    void losesNoneOfConcurrentApprovals();
    void waitsForAnotherWriter();
};

void TestApprovals::startsEmptyAndLeavesNothingBehind()
{
    Approvals approvals = opened();
    QVERIFY(approvals.all().empty());
    QCOMPARE(approvals.stateOf("sma", Sha256::of("x")), State::Unknown);
    QCOMPARE(approvals.revoke("sma", NOON, "bob").error().code, ErrorCode::NotFound);
    QVERIFY(!std::filesystem::exists(folder()));
}

void TestApprovals::remembersEverythingOfAnApproval()
{
    approve("sma", "-- “quoted”\n\tx = \"\\\"\"\n");
    const Approvals again = opened();
    const Approval* found = again.find("sma");
    QVERIFY(found != nullptr);
    QCOMPARE(found->source, std::string("-- “quoted”\n\tx = \"\\\"\"\n"));
    QCOMPARE(found->sha256.hex(), Sha256::of(found->source).hex());
    QCOMPARE(found->time.time_since_epoch().count(), NOON.time_since_epoch().count());
    QCOMPARE(found->user, std::string("ada"));
    QCOMPARE(found->note, std::string("looks fine"));
    QCOMPARE(found->file.string(), std::string("/strategies/sma.lua"));
    QVERIFY(!found->revoked);
}

void TestApprovals::keepsItsFilesPrivate()
{
    approve("sma", "x");
    QCOMPARE(modeOf(folder()), mode_t(0700));
    QCOMPARE(modeOf(folder() / "workspace.key"), mode_t(0600));
    QCOMPARE(modeOf(file()), mode_t(0600));
}

void TestApprovals::tellsTheStatesApart()
{
    approve("sma", "one");
    QCOMPARE(opened().stateOf("sma", Sha256::of("one")), State::Approved);
    QCOMPARE(opened().stateOf("sma", Sha256::of("two")), State::Changed);
    QCOMPARE(opened().stateOf("other", Sha256::of("one")), State::Unknown);
    approve("sma", "two");
    // Only the newest approved bytes count, or an old version could be slipped back in.
    QCOMPARE(opened().stateOf("sma", Sha256::of("one")), State::Changed);
    QCOMPARE(opened().stateOf("sma", Sha256::of("two")), State::Approved);
}

void TestApprovals::revokesUntilApprovedAgain()
{
    approve("sma", "one");
    QVERIFY(opened().revoke("sma", NOON + 1h, "bob").ok());
    QCOMPARE(opened().stateOf("sma", Sha256::of("one")), State::Revoked);
    QCOMPARE(opened().stateOf("sma", Sha256::of("edited")), State::Revoked);
    QCOMPARE(opened().revoke("sma", NOON + 2h, "bob").error().code, ErrorCode::NotFound);
    approve("sma", "two");
    QCOMPARE(opened().stateOf("sma", Sha256::of("two")), State::Approved);
    QCOMPARE(opened().stateOf("sma", Sha256::of("one")), State::Revoked);
    approve("sma", "one");
    QCOMPARE(opened().stateOf("sma", Sha256::of("one")), State::Approved);
}

void TestApprovals::takesNoNoteThatIsTooLong()
{
    const auto noted = [this](std::size_t length) {
        return opened().approve({"sma", "/strategies/sma.lua", Sha256::of("x"), NOON, "ada",
                                 std::string(length, '\x01'), "x", false});
    };
    const auto done = noted(MAX_APPROVAL_NOTE + 1);
    QVERIFY(!done.ok());
    QCOMPARE(done.error().message(), std::string("the note has 4097 bytes, and may have 4096; nothing was approved"));
    QVERIFY(opened().all().empty());
    QVERIFY(noted(MAX_APPROVAL_NOTE).ok());
    QVERIFY(opened().revoke("sma", NOON + 1h, "bob").ok());
}

void TestApprovals::keepsWhoRevokedAndNotTheApproversNote()
{
    approve("sma", "one");
    QVERIFY(opened().revoke("sma", NOON + 1h, "bob").ok());
    const Approvals approvals = opened();
    QCOMPARE(approvals.find("sma")->user, std::string("bob"));
    QCOMPARE(approvals.find("sma")->note, std::string());
    QCOMPARE(approvals.all().at(0).user, std::string("ada"));
    QCOMPARE(approvals.all().at(0).note, std::string("looks fine"));
}

void TestApprovals::revokedBytesStaySoUnderAnotherName()
{
    approve("sma", "one");
    QVERIFY(opened().revoke("sma", NOON + 1h, "bob").ok());
    QCOMPARE(opened().stateOf("other", Sha256::of("one")), State::Revoked);
    QCOMPARE(opened().stateOf("other", Sha256::of("two")), State::Unknown);
}

void TestApprovals::keepsOneSourceAStrategy()
{
    approve("sma", "one");
    approve("sma", "two");
    const Approvals approvals = opened();
    QCOMPARE(approvals.all().size(), std::size_t(2));
    QCOMPARE(approvals.all()[0].source, std::string());
    QCOMPARE(approvals.find("sma")->source, std::string("two"));
}

void TestApprovals::refusesAnEditedFileWhole_data()
{
    using Edit = std::function<std::string(std::string)>;
    QTest::addColumn<Edit>("edit");
    const auto replace = [](const char* from, const char* to) -> Edit {
        return [from, to](std::string text) {
            const auto at = text.find(from);
            return at == std::string::npos ? std::string("not found")
                                           : text.replace(at, std::strlen(from), to);
        };
    };
    QTest::newRow("another name") << replace("\"sma\"", "\"evil\"");
    QTest::newRow("another note") << replace("looks fine", "looks good");
    QTest::newRow("not revoked") << replace("\"revoked\": true", "\"revoked\": false");
    QTest::newRow("one more blank") << replace("{", "{ ");
    QTest::newRow("another format") << replace("\"format\": 2", "\"format\": 3");
    QTest::newRow("unnumbered") << replace("\"format\": 2", "\"format\": 1");
    QTest::newRow("another number") << replace("\"sequence\": 3", "\"sequence\": 4");
    QTest::newRow("no signature") << replace("\"signature\"", "\"sign\"");
    QTest::newRow("a doubled field") << replace("\"user\": \"ada\"", "\"user\":\"eve\",\"user\": \"ada\"");
    QTest::newRow("a byte added") << Edit([](std::string text) { return text + " "; });
    QTest::newRow("truncated") << Edit([](std::string text) { return text.substr(0, text.size() / 2); });
    QTest::newRow("last byte lost") << Edit([](std::string text) { return text.substr(0, text.size() - 1); });
    QTest::newRow("emptied") << Edit([](const std::string&) { return std::string(); });
    QTest::newRow("only a list") << Edit([](const std::string&) { return std::string("{\"approvals\":[]}\n"); });
    QTest::newRow("not JSON") << Edit([](const std::string&) { return std::string("\xFF\x00", 2); });
    QTest::newRow("nested deeply") << Edit([](const std::string&) { return std::string(100'000, '['); });
}

void TestApprovals::refusesAnEditedFileWhole()
{
    QFETCH(std::function<std::string(std::string)>, edit);
    approve("other", "stays");
    approve("sma", "one");
    QVERIFY(opened().revoke("sma", NOON, "bob").ok());
    const std::string before = contents(file());
    QVERIFY(Approvals::open(folder()).ok());
    const std::string after = edit(before);
    QVERIFY(after != before && after != "not found");
    write(after);
    const auto refused = Approvals::open(folder());
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().code, ErrorCode::Corrupt);
    QVERIFY(refused.error().what.find(file().string()) != std::string::npos);
    QVERIFY(refused.error().remedy.find("strategies restore") != std::string::npos);
}

void TestApprovals::refusesAFileOfAnotherWorkspace()
{
    approve("sma", "one");
    const QTemporaryDir other;
    const auto elsewhere = std::filesystem::path(other.path().toStdString()) / "trust";
    QVERIFY((*Approvals::open(elsewhere)).approve(approvalOf("evil", "bad")).ok());
    std::filesystem::copy_file(elsewhere / "approvals.json", file(),
                               std::filesystem::copy_options::overwrite_existing);
    QCOMPARE(Approvals::open(folder()).error().code, ErrorCode::Corrupt);
}

void TestApprovals::refusesAFileWithoutItsKey()
{
    approve("sma", "one");
    std::filesystem::remove(folder() / "workspace.key");
    QCOMPARE(Approvals::open(folder()).error().code, ErrorCode::Corrupt);
    std::ofstream(folder() / "workspace.key") << "no key";
    QCOMPARE(Approvals::open(folder()).error().code, ErrorCode::Corrupt);
}

void TestApprovals::neverOverwritesACorruptFile()
{
    approve("sma", "one");
    Approvals before = opened();
    write("damaged");
    QCOMPARE(before.approve(approvalOf("new", "two")).error().code, ErrorCode::Corrupt);
    QCOMPARE(before.revoke("sma", NOON, "bob").error().code, ErrorCode::Corrupt);
    QCOMPARE(contents(file()), std::string("damaged"));
}

void TestApprovals::startsAnewWhenTheFolderIsMovedAway()
{
    approve("sma", "one");
    write("damaged");
    std::filesystem::rename(folder(), folder().string() + ".damaged");
    QVERIFY(opened().all().empty());
    approve("sma", "one");
    QCOMPARE(opened().stateOf("sma", Sha256::of("one")), State::Approved);
}

void TestApprovals::reportsAFolderThatCannotBeWritten()
{
    // A file where the folder should be stops root as well.
    std::ofstream(folder()) << "in the way";
    const auto approved = Approvals::open(folder());
    if (approved.ok()) {
        Approvals approvals = *approved;
        QCOMPARE(approvals.approve(approvalOf("sma", "one")).error().code, ErrorCode::Io);
    } else {
        QCOMPARE(approved.error().code, ErrorCode::Io);
    }
}

void TestApprovals::refusesTextThatIsNotUtf8()
{
    Approval approval = approvalOf("sma", "one");
    approval.note = "\xFF";
    QCOMPARE(opened().approve(approval).error().code, ErrorCode::InvalidInput);
    QVERIFY(opened().all().empty());
}

void TestApprovals::losesNoneOfConcurrentApprovals()
{
    constexpr int WRITERS = 4;
    constexpr int EACH = 3;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < WRITERS; ++writer) {
        threads.emplace_back([this, writer] {
            for (int i = 0; i < EACH; ++i) {
                const auto name = "s" + std::to_string(writer) + "_" + std::to_string(i);
                if (auto approvals = Approvals::open(folder()))
                    (void)approvals->approve(approvalOf(name, name)).ok();
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(opened().all().size(), std::size_t(WRITERS * EACH));
}

void TestApprovals::waitsForAnotherWriter()
{
    approve("sma", "one");
    auto lock = std::make_unique<Result<Descriptor>>(lockFolder(folder()));
    QVERIFY(lock->ok());
    std::atomic<bool> done = false;
    std::thread writer([&] {
        Approvals approvals = opened();
        (void)approvals.approve(approvalOf("two", "two")).ok();
        done = true;
    });
    // The writer cannot get in while the lock is held, however often it looks.
    QVERIFY(!done);
    lock.reset();
    writer.join();
    QVERIFY(opened().find("two") != nullptr);
}

QTEST_GUILESS_MAIN(TestApprovals)
#include "tst_approvals.moc"
