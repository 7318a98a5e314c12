// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/keypair.h"
#include "core/trust/minisigntext.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace core;
using namespace core::trust;
using namespace trusttest;

namespace {

mode_t modeOf(const std::filesystem::path& file)
{
    struct stat status = {};
    ::stat(file.c_str(), &status);
    return status.st_mode & 0777;
}

/// A key's text with its record changed.
template <typename Edit> std::string tampered(const std::string& text, Edit edit)
{
    std::array<std::uint8_t, 158> record{};
    (void)decodeBase64(line(text, 1), record).ok();
    edit(record);
    return line(text, 0) + "\n" + encodeBase64(record) + "\n";
}

// Where the record has its limits and its box.
constexpr std::size_t OPERATIONS_AT = 38;
constexpr std::size_t MEMORY_AT = 46;
constexpr std::size_t BOX_AT = 54;

} // namespace

/// Secret keys: encrypted, never taken when damaged, and the passphrases before them.
class TestSecretKey : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    const SecretKey m_key = SecretKey::generate();
    const std::string m_text = *m_key.encrypt(passphrase(), QUICK);

private slots:
    void readsBackWhatItEncrypted();
    void makesAnotherKeyEachTime();
    void refusesAnotherPassphrase();
    void refusesADamagedBox();
    void refusesKeysThatAskForTooMuch_data();
    void refusesKeysThatAskForTooMuch();
    void refusesKeysWithoutAPassphrase();
    void refusesWhatIsNoSecretKey_data();
    void refusesWhatIsNoSecretKey();
    void writesPairsThatOthersCannotRead();
    void overwritesNoKey();
    void refusesNamesThatAreNoFileNames();
    void takesOneLineAsThePassphrase();
    void refusesPassphrasesThatProtectNothing();
    void refusesPassphraseFilesThatOthersCanRead();
};

void TestSecretKey::readsBackWhatItEncrypted()
{
    const auto read = EncryptedKey::parse(m_text)->decrypt(passphrase());
    QVERIFY(read.ok());
    QVERIFY(read->publicKey() == m_key.publicKey());
    QVERIFY(read->sign("x", "c")->verify(m_key.publicKey(), "x").ok());
}

void TestSecretKey::makesAnotherKeyEachTime()
{
    QVERIFY(SecretKey::generate().publicKey() != m_key.publicKey());
    // A salt of its own, too.
    QVERIFY(*m_key.encrypt(passphrase(), QUICK) != m_text);
}

void TestSecretKey::refusesAnotherPassphrase()
{
    const auto refused = EncryptedKey::parse(m_text)->decrypt(passphrase("correct horses"));
    QCOMPARE(refused.error().code, ErrorCode::Refused);
}

void TestSecretKey::refusesADamagedBox()
{
    // The ID, the secret half, the public half, the checksum.
    for (const std::size_t at : {0U, 8U, 40U, 72U}) {
        const auto damaged = tampered(m_text, [at](auto& record) { record[BOX_AT + at] ^= 1; });
        QCOMPARE(EncryptedKey::parse(damaged)->decrypt(passphrase()).error().code,
                 ErrorCode::Refused);
    }
}

void TestSecretKey::refusesKeysThatAskForTooMuch_data()
{
    QTest::addColumn<std::size_t>("at");
    QTest::addColumn<std::uint64_t>("number");
    QTest::addColumn<bool>("taken");
    QTest::newRow("minisign's work") << OPERATIONS_AT << std::uint64_t(33'554'432) << true;
    QTest::newRow("a step more") << OPERATIONS_AT << std::uint64_t(33'554'433) << false;
    QTest::newRow("endless work") << OPERATIONS_AT << ~std::uint64_t(0) << false;
    QTest::newRow("minisign's memory") << MEMORY_AT << std::uint64_t(1'073'741'824) << true;
    QTest::newRow("a byte more") << MEMORY_AT << std::uint64_t(1'073'741'825) << false;
    QTest::newRow("all memory") << MEMORY_AT << ~std::uint64_t(0) << false;
}

void TestSecretKey::refusesKeysThatAskForTooMuch()
{
    QFETCH(std::size_t, at);
    QFETCH(std::uint64_t, number);
    QFETCH(bool, taken);
    const auto text = tampered(m_text, [&](auto& record) {
        for (std::size_t i = 0; i < 8; ++i)
            record[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
    });
    const auto key = EncryptedKey::parse(text);
    QCOMPARE(key.ok(), taken);
    QVERIFY(taken || key.error().code == ErrorCode::Refused);
}

void TestSecretKey::refusesKeysWithoutAPassphrase()
{
    const auto open = tampered(m_text, [](auto& record) { record[2] = record[3] = 0; });
    const auto refused = EncryptedKey::parse(open);
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QVERIFY(refused.error().remedy.find("minisign -C") != std::string::npos);
}

void TestSecretKey::refusesWhatIsNoSecretKey_data()
{
    QTest::addColumn<std::string>("text");
    QTest::newRow("nothing") << std::string();
    QTest::newRow("one line") << line(m_text, 1);
    QTest::newRow("a public key") << m_key.publicKey().fileText();
    QTest::newRow("truncated") << m_text.substr(0, m_text.size() - 9);
    QTest::newRow("a line after it") << m_text + "x\n";
    QTest::newRow("another kind") << tampered(m_text, [](auto& record) { record[0] = 'X'; });
    QTest::newRow("another stretching") << tampered(m_text, [](auto& record) { record[2] = 'X'; });
    QTest::newRow("another checksum") << tampered(m_text, [](auto& record) { record[4] = 'X'; });
    QTest::newRow("no base64") << edited(m_text, "RWR", "R-R");
    QTest::newRow("a comment that moves the cursor") << edited(m_text, "minisign", "\x1B[2K");
}

void TestSecretKey::refusesWhatIsNoSecretKey()
{
    QFETCH(std::string, text);
    const auto key = EncryptedKey::parse(text);
    QVERIFY(!key.ok());
    QCOMPARE(key.error().code, ErrorCode::InvalidInput);
}

void TestSecretKey::writesPairsThatOthersCannotRead()
{
    const auto files = createKeyPair(path("keys"), "ada", passphrase(), QUICK);
    QVERIFY(files.ok());
    QCOMPARE(modeOf(path("keys")), mode_t(0700));
    QCOMPARE(modeOf(path("keys/ada.key")), mode_t(0600));
    QCOMPARE(modeOf(path("keys/ada.pub")), mode_t(0644));
    const auto key = EncryptedKey::readFile(files->secretFile)->decrypt(passphrase());
    QVERIFY(key->publicKey() == files->key);
    QVERIFY(*PublicKey::readFile(files->publicFile) == files->key);
    // Nothing else is left behind.
    QCOMPARE(std::distance(std::filesystem::directory_iterator(path("keys")), {}), 2);
}

void TestSecretKey::overwritesNoKey()
{
    writeText(path("mine.pub"), "precious");
    const auto refused = createKeyPair(path(""), "mine", passphrase(), QUICK);
    QCOMPARE(refused.error().code, ErrorCode::AlreadyExists);
    QCOMPARE(contents(path("mine.pub")), std::string("precious"));
    QVERIFY(!std::filesystem::exists(path("mine.key")));
    writeText(path("other.key"), "precious");
    QCOMPARE(createKeyPair(path(""), "other", passphrase(), QUICK).error().code,
             ErrorCode::AlreadyExists);
    QCOMPARE(contents(path("other.key")), std::string("precious"));
}

void TestSecretKey::refusesNamesThatAreNoFileNames()
{
    for (const std::string& name : {std::string(), std::string("../up"), std::string(".hidden"),
                                    std::string("a\nb"), std::string(300, 'x')})
        QCOMPARE(createKeyPair(path("names"), name, passphrase(), QUICK).error().code,
                 ErrorCode::InvalidInput);
    QVERIFY(!std::filesystem::exists(path("names")));
}

void TestSecretKey::takesOneLineAsThePassphrase()
{
    writeText(path("pass"), "with blanks \r\nand more\n");
    ::chmod(path("pass").c_str(), 0600);
    QCOMPARE(std::string(Passphrase::readFile(path("pass"))->view()), std::string("with blanks "));
    std::array<int, 2> ends{};
    QCOMPARE(::pipe2(ends.data(), O_CLOEXEC), 0);
    // In pieces, as from a terminal.
    QCOMPARE(::write(ends[1], "no line", 7), ssize_t(7));
    ::close(ends[1]);
    QCOMPARE(std::string(Passphrase::readFrom(ends[0])->view()), std::string("no line"));
    ::close(ends[0]);
}

void TestSecretKey::refusesPassphrasesThatProtectNothing()
{
    const std::string longest(Passphrase::MOST_BYTES, 'x');
    QVERIFY(Passphrase::copyOf(longest).ok());
    for (const std::string& text :
         {std::string(), longest + "x", std::string("a\nb"), std::string(3, '\0')})
        QCOMPARE(Passphrase::copyOf(text).error().code, ErrorCode::InvalidInput);
    writeText(path("long"), longest + "x\n");
    ::chmod(path("long").c_str(), 0600);
    QCOMPARE(Passphrase::readFile(path("long")).error().code, ErrorCode::InvalidInput);
}

void TestSecretKey::refusesPassphraseFilesThatOthersCanRead()
{
    writeText(path("open"), "secret\n");
    for (const mode_t mode : {0640, 0604, 0660, 0610}) {
        ::chmod(path("open").c_str(), mode);
        QCOMPARE(Passphrase::readFile(path("open")).error().code, ErrorCode::Refused);
    }
    ::chmod(path("open").c_str(), 0600);
    std::filesystem::create_symlink(path("open"), path("link"));
    QCOMPARE(Passphrase::readFile(path("link")).error().code, ErrorCode::Refused);
    QCOMPARE(Passphrase::readFile(path("none")).error().code, ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestSecretKey)
#include "tst_secretkey.moc"
