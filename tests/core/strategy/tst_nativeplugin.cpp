// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativeplugin.h"

#include "core/strategy/catalog.h"
#include "core/trust/secretkey.h"
#include "core/trust/securefile.h"
#include "tests/core/strategy/fakecontext.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <rapidcheck.h>

#include <cstring>
#include <functional>

#include <elf.h>
#include <link.h>

using namespace core;
using namespace core::strategy;
using trust::State;
namespace fs = std::filesystem;

namespace {

const Timestamp NOW = fromMicroseconds(1'700'000'000'000'000);

fs::path built(const std::string& name)
{
    return fs::path(PROBES) / (name + ".so");
}

std::string bytesOf(const std::string& name)
{
    return *trust::readRegularFile(built(name), trust::MAX_PLUGIN_BYTES);
}

/// A copy that asks for another library of a name as long.
std::string renamed(std::string bytes, const std::string& from, const std::string& to)
{
    const std::size_t at = bytes.find(std::string(1, '\0') + from + std::string(1, '\0'));
    return at == std::string::npos || from.size() != to.size() ? "" : bytes.replace(at + 1, from.size(), to);
}

/// Calls `change` with every segment's header.
std::string withSegments(std::string bytes, const std::function<void(ElfW(Phdr)&)>& change)
{
    ElfW(Ehdr) header;
    std::memcpy(&header, bytes.data(), sizeof header);
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        ElfW(Phdr) segment;
        char* const place = bytes.data() + header.e_phoff + i * sizeof segment;
        std::memcpy(&segment, place, sizeof segment);
        change(segment);
        std::memcpy(place, &segment, sizeof segment);
    }
    return bytes;
}

/// A copy whose dynamic section's first entry with the tag `from` has the tag `to`.
std::string retagged(std::string bytes, std::int64_t from, std::int64_t to)
{
    std::size_t at = 0;
    withSegments(bytes, [&at](const ElfW(Phdr)& segment) {
        if (segment.p_type == PT_DYNAMIC)
            at = segment.p_offset;
    });
    ElfW(Dyn) entry;
    do {
        std::memcpy(&entry, bytes.data() + at, sizeof entry);
        at += sizeof entry;
    } while (entry.d_tag != from && entry.d_tag != DT_NULL);
    entry.d_tag = to;
    std::memcpy(bytes.data() + at - sizeof entry, &entry, sizeof entry);
    return bytes;
}

std::string refusal(const std::string& bytes)
{
    const auto metadata = readNativeMetadata("x.so", bytes);
    return metadata ? std::string("none") : metadata.error().message();
}

} // namespace

/// Plugins: what is read of them, when their code runs, and which of them may.
class TestNativePlugin : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path root() const { return m_folder->path().toStdString(); }
    fs::path file() const { return root() / "a" / "probe.so"; }
    fs::path mark() const { return root() / "loaded"; }
    Catalog catalog() const { return Catalog({root() / "a"}, root() / "trust"); }
    /// As editors and linkers do it: under a name of its own, then renamed over the old one.
    void put(const std::string& name) const
    {
        fs::create_directories(file().parent_path());
        fs::copy_file(built(name), root() / "fresh");
        fs::rename(root() / "fresh", file());
    }
    void approve() const
    {
        const auto entry = catalog().approve(file(), "note", "ada", NOW);
        QVERIFY2(entry.ok(), entry.ok() ? "" : entry.error().message().c_str());
    }
    static std::string runs(const RunnableStrategy& runnable)
    {
        const auto parameters = resolveParameters(runnable.metadata, {});
        auto strategy = runnable.factory(*parameters, 1);
        FakeContext context;
        (*strategy)->onStart(context);
        return context.logs.empty() ? context.reason() : context.logs.back();
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("QUARTERDECK_PROBE", mark().string().c_str());
    }

    void readsWhatItDeclares();
    void readsItWithoutRunningIt();
    void refusesOtherVersionsOfTheInterface_data();
    void refusesOtherVersionsOfTheInterface();
    void refusesWhatIsNoPlugin();
    void refusesWhatWouldLoadOtherFiles_data();
    void refusesWhatWouldLoadOtherFiles();
    void saysWhichLibraryIsTheReason();
    void refusesWhatCouldBeMappedInTwoWays();
    void survivesDamagedFiles();
    void listsItBesideScripts();
    void runsOnlyWhatIsApproved();
    void saysThatItChanged();
    void runsTheBytesThatWereApprovedBesideOthers();
    void stopsRunningWhatWasRevoked();
    void runsWhatATrustedKeySigned();
    void keepsNoBytesWithTheApproval();
    void followsNoLink();
    void refusesTooLargeFiles();
    void saysThatASymbolIsMissing();
    void leavesNoCopyBehind();
};

void TestNativePlugin::readsWhatItDeclares()
{
    const auto metadata = readNativeMetadata("x.so", bytesOf("probe"));
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().message().c_str());
    QCOMPARE(metadata->name, std::string("probe"));
    QCOMPARE(metadata->version, std::string("1.2"));
    QCOMPARE(metadata->symbols.at(0).text(), std::string("BTC/USD"));
    QCOMPARE(metadata->parameters.at(0).choices.size(), std::size_t(4));
}

void TestNativePlugin::readsItWithoutRunningIt()
{
    put("probe");
    QVERIFY(catalog().scan().ok());
    approve();
    QVERIFY(!fs::exists(mark()));
}

void TestNativePlugin::refusesOtherVersionsOfTheInterface_data()
{
    QTest::addColumn<QString>("plugin");
    QTest::addColumn<QString>("message");
    QTest::newRow("as compiled") << "probe_compiled"
                                 << "x.so: it was built for version 0 of the interface of strategies, and this "
                                    "program has version 1. Build it anew against this program's headers.";
    QTest::newRow("as stated") << "probe_stated"
                               << "x.so: it was built for version 2 of the interface of strategies, and this "
                                  "program has version 1. Build it anew against this program's headers.";
    QTest::newRow("another kind") << "probe_foreign"
                                  << "x.so: it is a plugin of another kind (org.example.Filter/1)";
    QTest::newRow("no declaration") << "probe_undeclared"
                                    << "x.so: its metadata has no object called \"strategy\"";
}

void TestNativePlugin::refusesOtherVersionsOfTheInterface()
{
    QFETCH(QString, plugin);
    QFETCH(QString, message);
    QCOMPARE(refusal(bytesOf(plugin.toStdString())), message.toStdString());
}

void TestNativePlugin::refusesWhatIsNoPlugin()
{
    const std::string reason = "x.so: it is no plugin that can be read on this system";
    QCOMPARE(refusal(""), reason);
    QCOMPARE(refusal("strategy = { name = 'alpha' }"), reason);
    QCOMPARE(refusal(bytesOf("probe").substr(0, 4096)), reason);
}

void TestNativePlugin::refusesWhatWouldLoadOtherFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const std::string& bytes, const char* message) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(message);
    };
    const std::string whole = bytesOf("probe");
    row("another library", renamed(whole, "libgcc_s.so.1", "libevil.so.12"),
        "x.so: it loads the library libevil.so.12.");
    row("a path", renamed(whole, "libgcc_s.so.1", "/tmp/e/evi.so"), "x.so: it loads the library /tmp/e/evi.so.");
    row("another version", renamed(whole, "libQt6Core.so.6", "libQt6Core.so.7"),
        "x.so: it loads the library libQt6Core.so.7.");
    row("a filtered library", retagged(whole, DT_NEEDED, DT_FILTER), "x.so: it loads the library ");
    row("an auxiliary library", retagged(whole, DT_NEEDED, DT_AUXILIARY), "x.so: it loads the library ");
    row("an RPATH", retagged(whole, DT_NEEDED, DT_RPATH), "x.so: it has libraries looked for in ");
    row("a RUNPATH", retagged(whole, DT_NEEDED, DT_RUNPATH), "x.so: it has libraries looked for in ");
}

void TestNativePlugin::refusesWhatWouldLoadOtherFiles()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    QVERIFY(!bytes.isEmpty());
    const std::string reason = refusal(bytes.toStdString());
    QVERIFY2(reason.starts_with(message.toStdString()), reason.c_str());
}

void TestNativePlugin::saysWhichLibraryIsTheReason()
{
    put("probe");
    trusttest::writeText(file(), renamed(bytesOf("probe"), "libgcc_s.so.1", "libevil.so.12"));
    const auto entry = catalog().inspect(file());
    QVERIFY(entry->state == State::Invalid);
    QVERIFY2(entry->reason.find("libevil.so.12") != std::string::npos, entry->reason.c_str());
    QVERIFY(!catalog().approve(file(), "note", "ada", NOW).ok());
}

void TestNativePlugin::refusesWhatCouldBeMappedInTwoWays()
{
    const std::string reason = "x.so: it is no plugin that can be read on this system";
    const std::string whole = bytesOf("probe");
    QCOMPARE(refusal(retagged(whole, DT_STRTAB, DT_DEBUG)), reason);
    QCOMPARE(refusal(retagged(whole, DT_SYMTAB, DT_STRTAB)), reason);
    QCOMPARE(refusal(withSegments(whole, [](ElfW(Phdr)& segment) {
                 if (segment.p_type == PT_GNU_STACK)
                     segment.p_type = PT_DYNAMIC;
             })),
             reason);
    QCOMPARE(refusal(withSegments(whole, [](ElfW(Phdr)& segment) {
                 if (segment.p_type == PT_LOAD)
                     segment.p_vaddr = segment.p_offset % 4096;
             })),
             reason);
    QCOMPARE(refusal(withSegments(whole, [](ElfW(Phdr)& segment) {
                 if (segment.p_type == PT_DYNAMIC)
                     segment.p_vaddr = ~std::uint64_t(0) - 8;
             })),
             reason);
}

void TestNativePlugin::survivesDamagedFiles()
{
    const std::string whole = bytesOf("probe");
    const bool held = rc::check("a plugin with random bytes in it is read or refused", [&] {
        std::string damaged = whole;
        const int count = *rc::gen::inRange(1, 200);
        for (int i = 0; i < count; ++i) {
            // Half of them in the headers, where they do most harm.
            const auto most = *rc::gen::element<std::size_t>(128, damaged.size());
            damaged[*rc::gen::inRange<std::size_t>(0, most)] = *rc::gen::arbitrary<char>();
        }
        damaged.resize(*rc::gen::inRange<std::size_t>(damaged.size() / 2, damaged.size() + 1));
        RC_ASSERT(!refusal(damaged).empty());
    });
    QVERIFY(held);
}

void TestNativePlugin::listsItBesideScripts()
{
    put("probe");
    trusttest::writeText(root() / "a" / "s.lua", "strategy={name='alpha'}");
    const auto entries = catalog().scan();
    QVERIFY(entries.ok());
    QCOMPARE(entries->size(), std::size_t(2));
    QVERIFY(entries->at(0).kind == Kind::Lua && entries->at(0).name == "alpha");
    QVERIFY(entries->at(1).kind == Kind::Native && entries->at(1).name == "probe");
    QVERIFY(entries->at(1).state == State::Unknown && entries->at(1).source.empty());
    QCOMPARE(entries->at(1).sha256.hex(), Sha256::of(bytesOf("probe")).hex());
}

void TestNativePlugin::runsOnlyWhatIsApproved()
{
    put("probe");
    QVERIFY(catalog().load("probe").error().code == ErrorCode::Refused);
    QVERIFY(!fs::exists(mark()));
    approve();
    const auto loaded = catalog().load("probe");
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message().c_str());
    QCOMPARE(runs(*loaded), std::string("first"));
}

void TestNativePlugin::saysThatItChanged()
{
    put("probe");
    approve();
    put("probe_edited");
    QVERIFY(catalog().find("probe")->state == State::Changed);
    QVERIFY(catalog().load("probe").error().code == ErrorCode::Refused);
}

void TestNativePlugin::runsTheBytesThatWereApprovedBesideOthers()
{
    put("probe");
    approve();
    const auto first = catalog().load("probe");
    put("probe_edited");
    approve();
    const auto second = catalog().load("probe");
    QCOMPARE(runs(*second), std::string("second"));
    // What is loaded already stays what it was.
    QCOMPARE(runs(*first), std::string("first"));
}

void TestNativePlugin::stopsRunningWhatWasRevoked()
{
    put("probe");
    approve();
    QVERIFY(catalog().revoke("probe", NOW).ok());
    QVERIFY(catalog().find("probe")->state == State::Revoked);
    QVERIFY(!catalog().load("probe").ok());
}

void TestNativePlugin::runsWhatATrustedKeySigned()
{
    const auto key = trust::SecretKey::generate();
    put("probe");
    const auto entry = catalog().sign(file(), key, NOW);
    QVERIFY2(entry.ok(), entry.ok() ? "" : entry.error().message().c_str());
    QVERIFY(!catalog().load("probe").ok());
    QVERIFY(trust::TrustedKeys::open(root() / "trust")->trust({key.publicKey(), "Grace", "", NOW, "ada", {}}).ok());
    QVERIFY(catalog().find("probe")->state == State::Signed);
    QCOMPARE(runs(*catalog().load("probe")), std::string("first"));
}

void TestNativePlugin::keepsNoBytesWithTheApproval()
{
    put("probe");
    approve();
    QVERIFY(fs::file_size(root() / "trust" / "approvals.json") < 2000);
}

void TestNativePlugin::followsNoLink()
{
    fs::create_directories(file().parent_path());
    fs::create_symlink(built("probe"), file());
    const auto entry = catalog().inspect(file());
    QVERIFY(entry->state == State::Invalid);
    QVERIFY(entry->reason.find("is a symbolic link") != std::string::npos);
}

void TestNativePlugin::refusesTooLargeFiles()
{
    put("probe");
    fs::resize_file(file(), trust::MAX_PLUGIN_BYTES + 1);
    const auto entry = catalog().inspect(file());
    QVERIFY(entry->state == State::Invalid);
    QVERIFY(entry->reason.find("is larger than") != std::string::npos);
}

void TestNativePlugin::saysThatASymbolIsMissing()
{
    put("probe_unlinked");
    approve();
    const auto loaded = catalog().load("probe");
    QVERIFY(!loaded.ok());
    QVERIFY2(loaded.error().what.starts_with("probe: it cannot be loaded: "), loaded.error().what.c_str());
}

void TestNativePlugin::leavesNoCopyBehind()
{
    qputenv("TMPDIR", m_folder->path().toUtf8());
    put("probe_edited");
    approve();
    QVERIFY(catalog().load("probe").ok());
    qunsetenv("TMPDIR");
    for (const auto& entry : fs::directory_iterator(root()))
        QVERIFY(!entry.path().filename().string().starts_with("quarterdeck-plugin-"));
}

QTEST_GUILESS_MAIN(TestNativePlugin)
#include "tst_nativeplugin.moc"
