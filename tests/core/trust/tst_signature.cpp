// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/signature.h"
#include "tests/core/trust/trustsamples.h"

#include <QTest>

#include <rapidcheck.h>
#include <sodium.h>

using namespace core;
using namespace core::trust;
using namespace trusttest;

namespace {

/// A signature that minisign 0.11 made of "hello\n", and its key.
constexpr const char* KEY = "RWRYyf0xuIhc1hJQR5PLM3UIrxOFsje/+aO2n5WUaXOp7o1Ds05SpxMR";
constexpr const char* PREHASHED =
    "untrusted comment: signature from minisign secret key\n"
    "RURYyf0xuIhc1k0L0nhufQdGHqM/"
    "OQHP3j0URDvDWE6Z0W3bsIkcZ9aLKlPM7B9CDsJXOUZT1+f1eeTS6IVV+VbtCUoMjQ1TQQw=\n"
    "trusted comment: hi\n"
    "XpQz7/Th5Vs6napdcwLjJF6kVq75Y2/fl2k/lMWUC0Rm/FZZ5I7T+LDMdUXMOIxSHq/ayQw4WixuuHj3ajIsBg==\n";
constexpr const char* LEGACY =
    "untrusted comment: signature from minisign secret key\n"
    "RWRYyf0xuIhc1sFlyetRtttfSDLHMzEPFdY+SHrndIOH8aCQxeoRTLoRUSxOU/9k63V37cs4b/1FhU47yYLc+KKUfOJYh/"
    "uLTgs=\n"
    "trusted comment: timestamp:1795647368\tfile:f\n"
    "dQJJM6vHRtENmMQSxJGGcPR/WQq5z0mInOvMGSwr9AEphdbomvba9V7bwEsR9KF4f+of2YRzGmlvWGjMEA+lAA==\n";

Result<void> verify(const std::string& signature, std::string_view bytes, const PublicKey& key)
{
    const auto parsed = Signature::parse(signature);
    return parsed ? parsed->verify(key, bytes) : parsed.error();
}

/// A key line whose bytes were changed.
template <typename Edit> std::string keyLine(Edit edit)
{
    std::array<std::uint8_t, 42> record{};
    std::size_t length = 0;
    sodium_base642bin(record.data(), record.size(), KEY, 56, nullptr, &length, nullptr,
                      sodium_base64_VARIANT_ORIGINAL);
    edit(record);
    std::string text(57, '\0');
    sodium_bin2base64(text.data(), text.size(), record.data(), record.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();
    return text;
}

} // namespace

/// Public keys and signatures: what is read, what is refused, and whose signature counts.
class TestSignature : public QObject
{
    Q_OBJECT

private slots:
    void readsAKeyAloneAndFromAFile();
    void refusesWhatIsNoPublicKey_data();
    void refusesWhatIsNoPublicKey();
    void readsKeyIdsAsTheyArePrinted();
    void verifiesBothKinds();
    void readsLinesThatEndAsOnWindows();
    void refusesWhatIsNoSignature_data();
    void refusesWhatIsNoSignature();
    void verifiesWhatItSigned();
    void writesWhatItRead();
    void refusesTheSignatureOfOtherBytes();
    void refusesAKindThatWasSwapped();
    void refusesAnotherKey();
    void refusesAKeyUnderABorrowedId();
    void refusesAnEditedTrustedComment();
    void refusesACommentOfAnotherSignature();
    void signsNoCommentThatCannotBeReadBack();
};

void TestSignature::readsAKeyAloneAndFromAFile()
{
    const auto alone = PublicKey::parse(KEY);
    QVERIFY(alone.ok());
    QCOMPARE(alone->id.hex(), std::string("D65C88B831FDC958"));
    QCOMPARE(alone->text(), std::string(KEY));
    QVERIFY(*PublicKey::parse(alone->fileText()) == *alone);
    QVERIFY(*PublicKey::parse("untrusted comment: Adas key “ä”\r\n" + std::string(KEY) + "\r\n") ==
            *alone);
}

void TestSignature::refusesWhatIsNoPublicKey_data()
{
    QTest::addColumn<std::string>("text");
    const std::string key = KEY;
    const std::string comment = "untrusted comment: c\n";
    QTest::newRow("nothing") << std::string();
    QTest::newRow("truncated") << key.substr(0, 52);
    QTest::newRow("a byte more") << key + "A";
    QTest::newRow("a blank before") << " " + key;
    QTest::newRow("no base64") << "R!" + key.substr(2);
    QTest::newRow("URL's base64") << edited(key, "/", "_");
    QTest::newRow("another line") << key + "\n" + key + "\n";
    QTest::newRow("an empty line after it") << comment + key + "\n\n";
    QTest::newRow("only the comment") << comment;
    QTest::newRow("another comment") << "trusted comment: c\n" + key;
    QTest::newRow("a comment that is not UTF-8") << "untrusted comment: \xFF\n" + key;
    QTest::newRow("a comment that moves the cursor") << "untrusted comment: \x1B[2K\n" + key;
    QTest::newRow("a comment with C1 controls") << "untrusted comment: \xC2\x9B\n" + key;
    QTest::newRow("a comment that is too long")
        << std::string("untrusted comment: ").append(2000, 'x') + "\n" + key;
    QTest::newRow("another kind") << keyLine([](auto& record) { record[1] = 'D'; });
    QTest::newRow("the neutral point") << keyLine([](auto& record) {
        std::fill(record.begin() + 10, record.end(), std::uint8_t(0));
        record[10] = 1;
    });
    QTest::newRow("off the curve") << keyLine([](auto& record) {
        std::fill(record.begin() + 10, record.end(), std::uint8_t(0));
        record[10] = 2;
    });
}

void TestSignature::refusesWhatIsNoPublicKey()
{
    QFETCH(std::string, text);
    const auto key = PublicKey::parse(text);
    QVERIFY(!key.ok());
    QCOMPARE(key.error().code, ErrorCode::InvalidInput);
    QVERIFY(key.error().what.starts_with("this is no minisign public key: "));
}

void TestSignature::readsKeyIdsAsTheyArePrinted()
{
    const KeyId id = PublicKey::parse(KEY)->id;
    QVERIFY(*KeyId::parse("D65C88B831FDC958") == id);
    QVERIFY(*KeyId::parse("d65c88b831fdc958") == id);
    // minisign prints no leading zeros.
    QCOMPARE(KeyId::parse("1F")->hex(), std::string("000000000000001F"));
    for (const char* wrong : {"", "D65C88B831FDC9581", "-1", "0x12", "12 ", "G"})
        QVERIFY2(!KeyId::parse(wrong).ok(), wrong);
}

void TestSignature::verifiesBothKinds()
{
    const PublicKey key = *PublicKey::parse(KEY);
    QVERIFY(verify(PREHASHED, "hello\n", key).ok());
    QVERIFY(verify(LEGACY, "hello\n", key).ok());
    QVERIFY(Signature::parse(PREHASHED)->prehashed);
    QVERIFY(!Signature::parse(LEGACY)->prehashed);
    QCOMPARE(Signature::parse(PREHASHED)->trustedComment, std::string("hi"));
}

void TestSignature::readsLinesThatEndAsOnWindows()
{
    std::string text = PREHASHED;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
        text.insert(at, "\r");
    QVERIFY(verify(text, "hello\n", *PublicKey::parse(KEY)).ok());
}

void TestSignature::refusesWhatIsNoSignature_data()
{
    QTest::addColumn<std::string>("text");
    const std::string good = PREHASHED;
    QTest::newRow("nothing") << std::string();
    QTest::newRow("a key") << std::string(KEY);
    QTest::newRow("three lines") << good.substr(0, good.find("XpQz"));
    QTest::newRow("truncated") << good.substr(0, good.size() - 4);
    QTest::newRow("a line after it") << good + "x";
    QTest::newRow("an empty line after it") << good + "\n";
    QTest::newRow("another signature after it") << good + good;
    QTest::newRow("a null byte after it") << good + std::string(1, '\0');
    QTest::newRow("another kind") << edited(good, "RURYyf0x", "RVRYyf0x");
    QTest::newRow("no base64") << edited(good, "RURYyf0x", "RU*Yyf0x");
    QTest::newRow("no padding") << edited(good, "TQQw=", "TQQw");
    QTest::newRow("a second spelling") << edited(good, "TQQw=", "TQQx=");
    QTest::newRow("a short second signature") << edited(good, "XpQz", "");
    QTest::newRow("no comment") << edited(good, "untrusted comment: ", "comment: ");
    QTest::newRow("no trusted comment")
        << edited(good, "\ntrusted comment: ", "\nuntrusted comment: ");
    QTest::newRow("a comment that is not UTF-8") << edited(good, "hi", "\xC0\xAF");
    QTest::newRow("a comment that moves the cursor") << edited(good, "hi", "\x1B[1A");
    QTest::newRow("a comment with a null byte") << edited(good, "hi", std::string_view("\0", 1));
    QTest::newRow("a comment that is too long") << edited(good, "hi", std::string(9000, 'x'));
    QTest::newRow("too large") << std::string(Signature::MAX_FILE + 1, '\n');
}

void TestSignature::refusesWhatIsNoSignature()
{
    QFETCH(std::string, text);
    const auto signature = Signature::parse(text);
    QVERIFY(!signature.ok());
    QCOMPARE(signature.error().code, ErrorCode::InvalidInput);
    QVERIFY(signature.error().what.starts_with("this is no minisign signature: "));
}

void TestSignature::verifiesWhatItSigned()
{
    const SecretKey key = SecretKey::generate();
    QVERIFY(rc::check([&key](const std::string& bytes) {
        RC_ASSERT(verify(signatureText(key, bytes), bytes, key.publicKey()).ok());
        RC_ASSERT(!verify(signatureText(key, bytes), bytes + 'x', key.publicKey()).ok());
    }));
}

void TestSignature::writesWhatItRead()
{
    QCOMPARE(Signature::parse(PREHASHED)->fileText(), std::string(PREHASHED));
    QCOMPARE(Signature::parse(LEGACY)->fileText(), std::string(LEGACY));
}

void TestSignature::refusesTheSignatureOfOtherBytes()
{
    const auto refused = verify(PREHASHED, "hello", *PublicKey::parse(KEY));
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QVERIFY(refused.error().what.find("not of these bytes") != std::string::npos);
}

void TestSignature::refusesAKindThatWasSwapped()
{
    const PublicKey key = *PublicKey::parse(KEY);
    QVERIFY(!verify(edited(LEGACY, "RWRY", "RURY"), "hello\n", key).ok());
    // The hash that was signed is no file that was signed.
    std::array<char, 64> hash{};
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       reinterpret_cast<const unsigned char*>("hello\n"), 6, nullptr, 0);
    const std::string_view hashed(hash.data(), hash.size());
    QVERIFY(!verify(PREHASHED, hashed, key).ok());
}

void TestSignature::refusesAnotherKey()
{
    const SecretKey key = SecretKey::generate();
    const auto refused = verify(signatureText(key, "x"), "x", SecretKey::generate().publicKey());
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QVERIFY(refused.error().what.find(key.publicKey().id.hex()) != std::string::npos);
}

void TestSignature::refusesAKeyUnderABorrowedId()
{
    const PublicKey trusted = SecretKey::generate().publicKey();
    Signature forged = *SecretKey::generate().sign("x", "c");
    forged.keyId = trusted.id;
    QCOMPARE(forged.verify(trusted, "x").error().code, ErrorCode::Refused);
}

void TestSignature::refusesAnEditedTrustedComment()
{
    const auto refused = verify(edited(PREHASHED, "hi", "ho"), "hello\n", *PublicKey::parse(KEY));
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QVERIFY(refused.error().what.find("trusted comment was changed") != std::string::npos);
    // The other comment is anybody's.
    QVERIFY(verify(edited(PREHASHED, "signature from", "from"), "hello\n", *PublicKey::parse(KEY))
                .ok());
}

void TestSignature::refusesACommentOfAnotherSignature()
{
    const SecretKey key = SecretKey::generate();
    Signature spliced = *key.sign("x", "one");
    const Signature other = *key.sign("y", "two");
    spliced.trustedComment = other.trustedComment;
    spliced.ofComment = other.ofComment;
    QCOMPARE(spliced.verify(key.publicKey(), "x").error().code, ErrorCode::Refused);
}

void TestSignature::signsNoCommentThatCannotBeReadBack()
{
    const SecretKey key = SecretKey::generate();
    for (const std::string& comment :
         {std::string("a\nb"), std::string("\xFF"), std::string(9000, 'x')})
        QCOMPARE(key.sign("x", comment).error().code, ErrorCode::InvalidInput);
}

QTEST_GUILESS_MAIN(TestSignature)
#include "tst_signature.moc"
