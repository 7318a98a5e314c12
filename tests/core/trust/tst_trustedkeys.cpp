// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/secretkey.h"
#include "core/trust/trustedkeys.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace core::trust;
using namespace trusttest;

namespace {

const Timestamp NOON = fromMicroseconds(1'700'000'000'000'000);

TrustedKey entry(const PublicKey& key, const std::string& name)
{
    return {key, name, "met in person", NOON, "ada", {}};
}

} // namespace

/// The keys that a workspace trusts.
class TestTrustedKeys : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_parent;
    std::filesystem::path folder() const
    {
        return std::filesystem::path(m_parent->path().toStdString()) / "trust";
    }
    TrustedKeys opened() const { return *TrustedKeys::open(folder()); }
    ErrorCode fault(TrustedKey key) const
    {
        const auto trusted = opened().trust(std::move(key));
        return trusted.ok() ? ErrorCode::Internal : trusted.error().code;
    }
    const PublicKey m_key = SecretKey::generate().publicKey();

private slots:
    void init() { m_parent = std::make_unique<QTemporaryDir>(); }

    void remembersEverythingOfAKey();
    void trustsAKeyOnce();
    void refusesABorrowedId();
    void refusesANameThatIsTaken();
    void neverTrustsARevokedKeyAgain();
    void freesTheNameOfARevokedKey();
    void revokesOnlyWhatIsTrusted();
    void refusesTextsThatCannotBeShown();
    void refusesAnEditedListWhole();
    void refusesAListFromBeforeTheRevocation();
    void restoresTheLastGoodCopy();
};

void TestTrustedKeys::remembersEverythingOfAKey()
{
    QVERIFY(opened().all().empty());
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    const TrustedKeys again = opened();
    const TrustedKey* found = again.find(m_key.id);
    QVERIFY(found != nullptr && found->key == m_key);
    QCOMPARE(found->name, std::string("Grace"));
    QCOMPARE(found->note, std::string("met in person"));
    QCOMPARE(found->user, std::string("ada"));
    QVERIFY(found->added == NOON && !found->revoked);
    QVERIFY(again.find(SecretKey::generate().publicKey().id) == nullptr);
}

void TestTrustedKeys::trustsAKeyOnce()
{
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    QCOMPARE(fault(entry(m_key, "Grace")), ErrorCode::AlreadyExists);
    QCOMPARE(opened().all().size(), std::size_t(1));
}

void TestTrustedKeys::refusesABorrowedId()
{
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    PublicKey borrowed = SecretKey::generate().publicKey();
    borrowed.id = m_key.id;
    QCOMPARE(fault(entry(borrowed, "Mallory")), ErrorCode::AlreadyExists);
    // Nor does the same point under another ID become a second key.
    PublicKey renamed = m_key;
    renamed.id = SecretKey::generate().publicKey().id;
    QCOMPARE(fault(entry(renamed, "Grace's other")), ErrorCode::AlreadyExists);
}

void TestTrustedKeys::refusesANameThatIsTaken()
{
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    QCOMPARE(fault(entry(SecretKey::generate().publicKey(), "Grace")), ErrorCode::AlreadyExists);
}

void TestTrustedKeys::neverTrustsARevokedKeyAgain()
{
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    QVERIFY(opened().revoke(m_key.id, NOON + std::chrono::hours(1), "ann").ok());
    QVERIFY(*opened().find(m_key.id)->revoked == NOON + std::chrono::hours(1));
    QCOMPARE(fault(entry(m_key, "Grace again")), ErrorCode::Refused);
    PublicKey renamed = m_key;
    renamed.id = SecretKey::generate().publicKey().id;
    QCOMPARE(fault(entry(renamed, "Grace's other")), ErrorCode::Refused);
}

void TestTrustedKeys::freesTheNameOfARevokedKey()
{
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    QVERIFY(opened().revoke(m_key.id, NOON, "ann").ok());
    QVERIFY(opened().trust(entry(SecretKey::generate().publicKey(), "Grace")).ok());
}

void TestTrustedKeys::revokesOnlyWhatIsTrusted()
{
    QCOMPARE(opened().revoke(m_key.id, NOON, "ann").error().code, ErrorCode::NotFound);
    QVERIFY(!std::filesystem::exists(folder()));
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    QVERIFY(opened().revoke(m_key.id, NOON, "ann").ok());
    QCOMPARE(opened().revoke(m_key.id, NOON, "ann").error().code, ErrorCode::NotFound);
}

void TestTrustedKeys::refusesTextsThatCannotBeShown()
{
    TrustedKey noted = entry(m_key, "Grace");
    noted.note = "\x1B[2K";
    QCOMPARE(fault(noted), ErrorCode::InvalidInput);
    for (const std::string& name : {std::string(), std::string("a\nb"), std::string("\xFF"),
                                    std::string(TrustedKeys::MAX_NAME + 1, 'x')})
        QCOMPARE(fault(entry(m_key, name)), ErrorCode::InvalidInput);
    QVERIFY(opened().all().empty());
}

void TestTrustedKeys::refusesAnEditedListWhole()
{
    const auto file = folder() / "trustedkeys.json";
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    writeText(file, edited(contents(file), m_key.text(), SecretKey::generate().publicKey().text()));
    const auto refused = TrustedKeys::open(folder());
    QCOMPARE(refused.error().code, ErrorCode::Corrupt);
    QVERIFY(refused.error().what.find("no key counts as trusted") != std::string::npos);
}

void TestTrustedKeys::refusesAListFromBeforeTheRevocation()
{
    const auto file = folder() / "trustedkeys.json";
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    const std::string before = contents(file);
    QVERIFY(opened().revoke(m_key.id, NOON, "ann").ok());
    writeText(file, before);
    QCOMPARE(TrustedKeys::open(folder()).error().code, ErrorCode::Corrupt);
}

void TestTrustedKeys::restoresTheLastGoodCopy()
{
    QVERIFY(opened().trust(entry(m_key, "Grace")).ok());
    writeText(folder() / "trustedkeys.json", "damaged");
    QVERIFY(TrustedKeys::restore(folder()).ok());
    QVERIFY(opened().find(m_key.id) != nullptr);
}

QTEST_GUILESS_MAIN(TestTrustedKeys)
#include "tst_trustedkeys.moc"
