// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/secretkey.h"
#include "core/trust/verdict.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace core;
using namespace core::trust;
using namespace trusttest;

namespace {

const Timestamp NOON = fromMicroseconds(1'700'000'000'000'000);
const Timestamp LATER = NOON + std::chrono::hours(1);
const Timestamp LATEST = NOON + std::chrono::hours(2);

const std::string SOURCE = "the bytes";
const std::string OTHER = "other bytes";

} // namespace

/// Decisions about bytes, names and signers: which of them counts.
class TestVerdict : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_parent;
    const SecretKey m_key = SecretKey::generate();
    std::filesystem::path root() const { return m_parent->path().toStdString(); }
    std::filesystem::path folder() const { return root() / "trust"; }
    std::filesystem::path file() const { return root() / "s.lua"; }

    void approve(const std::string& source, Timestamp time) const
    {
        Approvals approvals = *Approvals::open(folder());
        QVERIFY(approvals.approve({"s", file(), Sha256::of(source), time, "ada", "", source, false})
                    .ok());
    }
    void revoke(Timestamp time, const std::optional<Approval>& present = {}) const
    {
        QVERIFY(Approvals::open(folder())->revoke("s", time, "ada", present).ok());
    }
    void trustKey() const
    {
        QVERIFY(TrustedKeys::open(folder())
                    ->trust({m_key.publicKey(), "Grace", "", NOON, "ada", {}})
                    .ok());
    }
    void revokeKey(Timestamp time) const
    {
        QVERIFY(TrustedKeys::open(folder())->revoke(m_key.publicKey().id, time, "ann").ok());
    }
    void sign(const SecretKey& key, const std::string& source) const
    {
        writeText(signatureFileOf(file()), signatureText(key, source));
    }
    SignatureCheck check(const std::string& source = SOURCE) const
    {
        return checkSignature(file(), source, *TrustedKeys::open(folder()));
    }
    Verdict verdict() const
    {
        return judge(*Approvals::open(folder()), "s", Sha256::of(SOURCE), check());
    }

private slots:
    void init() { m_parent = std::make_unique<QTemporaryDir>(); }

    void weighsDecisionsAndSignatures_data();
    void weighsDecisionsAndSignatures();
    void saysWhoSigned();
    void saysWhenItWasRevoked();
    void saysWhoseSignatureWasRevoked();
    void saysWhyASignatureDoesNotCount_data();
    void saysWhyASignatureDoesNotCount();
    void followsNoLinkToASignature();
    void waitsForNoPipe();
};

void TestVerdict::weighsDecisionsAndSignatures_data()
{
    using Steps = std::function<void(TestVerdict&)>;
    QTest::addColumn<Steps>("steps");
    QTest::addColumn<State>("state");
    const auto row = [](const char* name, State state, const Steps& steps) {
        QTest::newRow(name) << steps << state;
    };
    using T = TestVerdict;
    row("nothing", State::Unknown, [](T&) {});
    row("approved", State::Approved, [](T& t) { t.approve(SOURCE, NOON); });
    row("approved otherwise", State::Changed, [](T& t) { t.approve(OTHER, NOON); });
    row("revoked", State::Revoked, [](T& t) { t.approve(SOURCE, NOON), t.revoke(LATER); });
    row("signed by a stranger", State::Unknown, [](T& t) { t.sign(t.m_key, SOURCE); });
    row("signed", State::Signed, [](T& t) { t.trustKey(), t.sign(t.m_key, SOURCE); });
    row("signed and approved", State::Approved,
        [](T& t) { t.trustKey(), t.sign(t.m_key, SOURCE), t.approve(SOURCE, NOON); });
    row("signed update of what was approved", State::Signed,
        [](T& t) { t.trustKey(), t.sign(t.m_key, SOURCE), t.approve(OTHER, NOON); });
    row("signature of other bytes", State::Unknown,
        [](T& t) { t.trustKey(), t.sign(t.m_key, OTHER); });
    row("signature of other bytes, approved otherwise", State::Changed,
        [](T& t) { t.trustKey(), t.sign(t.m_key, OTHER), t.approve(OTHER, NOON); });
    row("forged under a trusted ID", State::Unknown, [](T& t) {
        t.trustKey();
        Signature forged = *SecretKey::generate().sign(SOURCE, "c");
        forged.keyId = t.m_key.publicKey().id;
        writeText(signatureFileOf(t.file()), forged.fileText());
    });
    row("malformed signature beside approved bytes", State::Approved, [](T& t) {
        t.approve(SOURCE, NOON);
        writeText(signatureFileOf(t.file()), "nonsense");
    });
    row("signer revoked", State::Revoked,
        [](T& t) { t.trustKey(), t.sign(t.m_key, SOURCE), t.revokeKey(LATER); });
    row("signer revoked after the approval", State::Revoked, [](T& t) {
        t.trustKey(), t.sign(t.m_key, SOURCE), t.approve(SOURCE, NOON), t.revokeKey(LATER);
    });
    row("approved after the signer was revoked", State::Approved, [](T& t) {
        t.trustKey(), t.sign(t.m_key, SOURCE), t.revokeKey(LATER), t.approve(SOURCE, LATEST);
    });
    row("revoked signer of other bytes", State::Unknown,
        [](T& t) { t.trustKey(), t.sign(t.m_key, OTHER), t.revokeKey(LATER); });
    row("signed, the approval revoked", State::Revoked, [](T& t) {
        t.trustKey(), t.sign(t.m_key, SOURCE), t.approve(SOURCE, NOON), t.revoke(LATER);
    });
    row("signed, the name revoked with other bytes", State::Revoked, [](T& t) {
        t.trustKey(), t.sign(t.m_key, SOURCE), t.approve(OTHER, NOON), t.revoke(LATER);
    });
    row("signed, the hash revoked without an approval", State::Revoked, [](T& t) {
        t.trustKey(), t.sign(t.m_key, SOURCE);
        t.revoke(LATER,
                 Approval{"s", t.file(), Sha256::of(SOURCE), LATER, "ada", "", SOURCE, true});
    });
    row("signed, the hash revoked before other bytes were approved", State::Revoked, [](T& t) {
        t.trustKey(), t.sign(t.m_key, SOURCE), t.approve(SOURCE, NOON), t.revoke(LATER);
        t.approve(OTHER, LATEST);
    });
    row("revoked and approved again", State::Approved,
        [](T& t) { t.approve(SOURCE, NOON), t.revoke(LATER), t.approve(SOURCE, LATEST); });
}

void TestVerdict::weighsDecisionsAndSignatures()
{
    QFETCH(std::function<void(TestVerdict&)>, steps);
    QFETCH(State, state);
    steps(*this);
    const Verdict found = verdict();
    QCOMPARE(name(found.state), name(state));
    // Whatever does not run says why.
    QCOMPARE(found.reason.empty(), mayRun(state));
}

void TestVerdict::saysWhoSigned()
{
    trustKey();
    sign(m_key, SOURCE);
    const SignatureCheck found = check();
    QVERIFY(found.outcome == SignatureOutcome::Trusted);
    QCOMPARE(found.signer, std::string("Grace"));
    QCOMPARE(found.trustedComment, std::string("timestamp:1\tfile:s.lua"));
    QVERIFY(found.keyId == m_key.publicKey().id);
}

void TestVerdict::saysWhenItWasRevoked()
{
    approve(SOURCE, NOON);
    revoke(LATER);
    QCOMPARE(verdict().reason, std::string("you revoked it on 2023-11-14T23:13:20Z"));
    approve(OTHER, LATEST);
    QCOMPARE(verdict().reason, std::string("you revoked these bytes before you approved others"));
}

void TestVerdict::saysWhoseSignatureWasRevoked()
{
    trustKey();
    sign(m_key, SOURCE);
    revokeKey(LATER);
    QVERIFY(verdict().reason.find("its signer Grace") != std::string::npos);
    QVERIFY(verdict().reason.find("was revoked on 2023-11-14T23:13:20Z") != std::string::npos);
}

void TestVerdict::saysWhyASignatureDoesNotCount_data()
{
    QTest::addColumn<std::string>("signature");
    QTest::addColumn<std::string>("words");
    const std::string good = signatureText(m_key, SOURCE);
    QTest::newRow("a stranger's") << signatureText(SecretKey::generate(), SOURCE)
                                  << std::string("not trusted");
    QTest::newRow("of other bytes")
        << signatureText(m_key, OTHER) << std::string("not of these bytes");
    QTest::newRow("edited comment")
        << edited(good, "timestamp:1", "timestamp:2") << std::string("trusted comment was changed");
    QTest::newRow("truncated") << good.substr(0, good.size() / 2)
                               << std::string("no minisign signature");
    QTest::newRow("with more after it") << good + "x" << std::string("something follows");
    QTest::newRow("too large") << std::string(Signature::MAX_FILE + 1, 'x')
                               << std::string("larger than");
}

void TestVerdict::saysWhyASignatureDoesNotCount()
{
    QFETCH(std::string, signature);
    QFETCH(std::string, words);
    trustKey();
    writeText(signatureFileOf(file()), signature);
    const Verdict found = verdict();
    QCOMPARE(name(found.state), name(State::Unknown));
    QVERIFY2(found.reason.find(words) != std::string::npos, found.reason.c_str());
}

void TestVerdict::followsNoLinkToASignature()
{
    trustKey();
    writeText(root() / "elsewhere.minisig", signatureText(m_key, SOURCE));
    std::filesystem::create_symlink(root() / "elsewhere.minisig", signatureFileOf(file()));
    QVERIFY(check().outcome == SignatureOutcome::Unusable);
    QVERIFY(check().reason.find("symbolic link") != std::string::npos);
}

void TestVerdict::waitsForNoPipe()
{
    trustKey();
    QCOMPARE(::mkfifo(signatureFileOf(file()).c_str(), 0600), 0);
    QVERIFY(check().outcome == SignatureOutcome::Unusable);
}

QTEST_GUILESS_MAIN(TestVerdict)
#include "tst_verdict.moc"
