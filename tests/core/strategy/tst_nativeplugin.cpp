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
