// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/catalog.h"
#include "core/trust/secretkey.h"
#include "tests/core/strategy/fakecontext.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace core::strategy;
using namespace trusttest;
using trust::State;

namespace {

const Timestamp NOW = fromMicroseconds(1'700'000'000'000'000);

std::string script(const std::string& name, const std::string& message)
{
    return "strategy={name='" + name + "'} function on_start(ctx) ctx:log('" + message + "') end";
}

} // namespace

/// Strategies that run because somebody signed them.
class TestSignedStrategies : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    const trust::SecretKey m_key = trust::SecretKey::generate();
    const std::string m_first = script("alpha", "first");
    std::filesystem::path root() const { return m_folder->path().toStdString(); }
    std::filesystem::path file() const { return root() / "a" / "s.lua"; }
    Catalog catalog() const { return Catalog({root() / "a", root() / "b"}, root() / "trust"); }
    trust::TrustedKeys keys() const { return *trust::TrustedKeys::open(root() / "trust"); }
    void trustKey() const
    {
        QVERIFY(keys().trust({m_key.publicKey(), "Grace", "", NOW, "ada", {}}).ok());
    }
    void writeSigned(const std::string& source) const
    {
        writeText(file(), source);
        writeText(trust::signatureFileOf(file()), signatureText(m_key, source));
    }
    std::string_view state() const { return trust::name(catalog().find("alpha")->state); }
    static std::string runs(const RunnableStrategy& runnable)
    {
        auto strategy = runnable.factory({}, 1);
        FakeContext context;
        (*strategy)->onStart(context);
        return context.logs.empty() ? context.reason() : context.logs.back();
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void runsWhatATrustedKeySigned();
    void runsTheBytesThatWereSigned();
    void stopsAtBytesThatWereNotSigned();
    void stopsWhenTheSignerIsRevoked();
    void stopsWhenTheStrategyIsRevoked();
    void revokesUnderAFileNameThatIsNoText();
    void runsNoUpdateOfARevokedName();
    void signsNothingThatChangedSinceItWasLookedAt();
    void listsNoSignatureFiles();
    void keepsInvalidFilesInvalid();
    void failsWholeOnACorruptListOfKeys();
};

void TestSignedStrategies::runsWhatATrustedKeySigned()
{
    writeSigned(m_first);
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Refused);
    trustKey();
    const auto entry = catalog().find("alpha");
    QVERIFY(entry->state == State::Signed && entry->reason.empty() && !entry->approval);
    QCOMPARE(entry->signature.signer, std::string("Grace"));
    QCOMPARE(runs(*catalog().load("alpha")), std::string("first"));
    QCOMPARE(trust::name(catalog().inspect(file())->state), trust::name(State::Signed));
}

void TestSignedStrategies::signsNothingThatChangedSinceItWasLookedAt()
{
    writeText(file(), m_first);
    const Sha256Digest seen = catalog().inspect(file())->sha256;
    writeText(file(), script("alpha", "evil"));
    QCOMPARE(catalog().sign(file(), m_key, NOW, {}, seen).error().code, ErrorCode::Refused);
    QVERIFY(!std::filesystem::exists(trust::signatureFileOf(file())));
    writeText(file(), m_first);
    QVERIFY(catalog().sign(file(), m_key, NOW, {}, seen).ok());
}

void TestSignedStrategies::runsTheBytesThatWereSigned()
{
    trustKey();
    writeSigned(m_first);
    const auto loaded = catalog().load("alpha");
    writeText(file(), script("alpha", "evil"));
    QCOMPARE(runs(*loaded), std::string("first"));
    QCOMPARE(loaded->sha256.hex(), Sha256::of(m_first).hex());
}

void TestSignedStrategies::stopsAtBytesThatWereNotSigned()
{
    trustKey();
    writeSigned(m_first);
    writeText(file(), script("alpha", "evil"));
    QCOMPARE(state(), trust::name(State::Unknown));
    const auto loaded = catalog().load("alpha");
    QVERIFY(loaded.error().what.find("not of these bytes") != std::string::npos);
}

void TestSignedStrategies::stopsWhenTheSignerIsRevoked()
{
    trustKey();
    writeSigned(m_first);
    QVERIFY(keys().revoke(m_key.publicKey().id, NOW, "ann").ok());
    QCOMPARE(state(), trust::name(State::Revoked));
    QVERIFY(catalog().load("alpha").error().what.find("its signer Grace") != std::string::npos);
    // Read and approved all the same, it runs.
    QVERIFY(catalog().approve(file(), "", "ada", NOW + std::chrono::hours(1)).ok());
    QCOMPARE(state(), trust::name(State::Approved));
}

void TestSignedStrategies::stopsWhenTheStrategyIsRevoked()
{
    trustKey();
    writeSigned(m_first);
    QVERIFY(catalog().revoke("alpha", NOW, "ada").ok());
    QCOMPARE(state(), trust::name(State::Revoked));
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Refused);
    QCOMPARE(catalog().find("alpha")->approval->user, std::string("ada"));
    QVERIFY(catalog().revoke("alpha", NOW).error().code == ErrorCode::NotFound);
}

void TestSignedStrategies::revokesUnderAFileNameThatIsNoText()
{
    trustKey();
    const auto odd = root() / "a" / "odd\xFF.lua";
    writeText(odd, m_first);
    writeText(trust::signatureFileOf(odd), signatureText(m_key, m_first));
    QCOMPARE(state(), trust::name(State::Signed));
    QVERIFY(catalog().revoke("alpha", NOW, "\xFF").ok());
    QCOMPARE(state(), trust::name(State::Revoked));
}

void TestSignedStrategies::runsNoUpdateOfARevokedName()
{
    trustKey();
    writeSigned(m_first);
    QVERIFY(catalog().revoke("alpha", NOW).ok());
    writeSigned(script("alpha", "update"));
    QCOMPARE(state(), trust::name(State::Revoked));
}

void TestSignedStrategies::listsNoSignatureFiles()
{
    trustKey();
    writeSigned(m_first);
    writeText(root() / "b" / "lonely.lua.minisig", signatureText(m_key, "x"));
    QCOMPARE(catalog().scan()->size(), std::size_t(1));
}

void TestSignedStrategies::keepsInvalidFilesInvalid()
{
    trustKey();
    writeSigned("strategy = {");
    QCOMPARE(trust::name(catalog().inspect(file())->state), trust::name(State::Invalid));
}

void TestSignedStrategies::failsWholeOnACorruptListOfKeys()
{
    trustKey();
    writeSigned(m_first);
    writeText(root() / "trust" / "trustedkeys.json", "damaged");
    QVERIFY(catalog().scan().error().code == ErrorCode::Corrupt);
    QVERIFY(catalog().load("alpha").error().code == ErrorCode::Corrupt);
}

QTEST_GUILESS_MAIN(TestSignedStrategies)
#include "tst_signedstrategies.moc"
