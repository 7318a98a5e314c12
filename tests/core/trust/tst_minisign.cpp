// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/keypair.h"
#include "tests/core/trust/trustsamples.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace core::trust;
using namespace trusttest;

/// Keys and signatures go both ways between this code and Debian's minisign.
class TestMinisign : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    /// Runs minisign in the test's folder; true when it succeeded.
    bool minisign(const QStringList& arguments, const QByteArray& input = {}) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start(QStringLiteral("minisign"), arguments);
        process.write(input);
        process.closeWriteChannel();
        return process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit &&
               process.exitCode() == 0;
    }
    static QStringList words(const char* line)
    {
        return QString::fromUtf8(line).split(QLatin1Char(' '));
    }

private slots:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("minisign")).isEmpty())
            QSKIP("minisign is not installed");
        writeText(path("s.lua"), "strategy = {name='s'}\n");
    }

    void verifiesWhatMinisignSigned();
    void signsWhatMinisignVerifies();
    void readsMinisignsEncryptedKey();
};

void TestMinisign::verifiesWhatMinisignSigned()
{
    QVERIFY(minisign(words("-G -W -p w.pub -s w.key")));
    const auto key = PublicKey::readFile(path("w.pub"));
    QVERIFY(key.ok());
    for (const char* line : {"-S -W -s w.key -m s.lua", "-S -W -l -s w.key -m s.lua",
                             "-S -W -s w.key -m s.lua -c mine -t released"}) {
        QVERIFY2(minisign(words(line)), line);
        const auto signature = Signature::parse(contents(path("s.lua.minisig")));
        QVERIFY2(signature.ok() && signature->verify(*key, contents(path("s.lua"))).ok(), line);
    }
}

void TestMinisign::signsWhatMinisignVerifies()
{
    const SecretKey key = SecretKey::generate();
    writeText(path("ours.pub"), key.publicKey().fileText());
    writeText(path("ours.sig"), signatureText(key, contents(path("s.lua"))));
    QVERIFY(minisign(words("-V -H -p ours.pub -x ours.sig -m s.lua")));
    QVERIFY(minisign({QStringLiteral("-V"), QStringLiteral("-P"),
                      QString::fromStdString(key.publicKey().text()), QStringLiteral("-x"),
                      QStringLiteral("ours.sig"), QStringLiteral("-m"), QStringLiteral("s.lua")}));
    writeText(path("other.lua"), "other");
    QVERIFY(!minisign(words("-V -p ours.pub -x ours.sig -m other.lua")));
    // Our encrypted key signs there.
    writeText(path("ours.key"), *key.encrypt(passphrase(), QUICK));
    QVERIFY(minisign(words("-S -s ours.key -m s.lua -x theirs.sig"), "correct horse\n"));
    QVERIFY(Signature::parse(contents(path("theirs.sig")))
                ->verify(key.publicKey(), contents(path("s.lua")))
                .ok());
}

void TestMinisign::readsMinisignsEncryptedKey()
{
    // The one key of the real strength: a gigabyte of memory, seconds to make and to read.
    QVERIFY(minisign(words("-G -p e.pub -s e.key"), "pass word\npass word\n"));
    const auto encrypted = EncryptedKey::readFile(path("e.key"));
    QVERIFY(encrypted.ok());
    QCOMPARE(encrypted->limits().operations, SENSITIVE_SCRYPT.operations);
    const auto key = encrypted->decrypt(passphrase("pass word"));
    QVERIFY2(key.ok(), key.ok() ? "" : key.error().message().c_str());
    QVERIFY(key->publicKey() == *PublicKey::readFile(path("e.pub")));
    writeText(path("e.sig"), signatureText(*key, contents(path("s.lua"))));
    QVERIFY(minisign(words("-V -p e.pub -x e.sig -m s.lua")));
}

QTEST_GUILESS_MAIN(TestMinisign)
#include "tst_minisign.moc"
