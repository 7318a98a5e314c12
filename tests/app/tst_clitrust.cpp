// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/secretkey.h"
#include "core/trust/signature.h"
#include "tests/app/clirunner.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace trusttest;
using core::trust::SecretKey;

namespace {

/// A child that has a terminal of its own, as in a window where somebody types.
class Typist
{
public:
    Typist(const QString& workspace, const QStringList& arguments)
    {
        std::vector<std::string> words = {QUARTERDECK_CLI};
        for (const QString& word :
             arguments + QStringList{QStringLiteral("--workspace"), workspace})
            words.push_back(word.toStdString());
        std::vector<char*> pointers;
        for (std::string& word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        m_child = ::forkpty(&m_terminal, nullptr, nullptr, nullptr);
        if (m_child == 0) {
            ::execv(pointers[0], pointers.data());
            ::_exit(127);
        }
    }
    Typist(const Typist&) = delete;
    Typist& operator=(const Typist&) = delete;
    ~Typist() { ::close(m_terminal); }

    /// Reads until `text` was seen; false when the program ended before that.
    bool sees(std::string_view text)
    {
        const std::size_t from = m_seen;
        while (m_screen.find(text, from) == std::string::npos) {
            std::array<char, 256> piece{};
            const ssize_t count = ::read(m_terminal, piece.data(), piece.size());
            if (count <= 0)
                return false;
            m_screen.append(piece.data(), static_cast<std::size_t>(count));
        }
        m_seen = m_screen.find(text, from) + text.size();
        return true;
    }
    void types(std::string_view line) const
    {
        const std::string typed = std::string(line) + "\n";
        (void)!::write(m_terminal, typed.data(), typed.size());
    }
    /// The exit status, once it has ended.
    int ends()
    {
        sees("nothing that is ever printed");
        int status = 0;
        ::waitpid(m_child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    [[nodiscard]] const std::string& screen() const { return m_screen; }

private:
    pid_t m_child = -1;
    int m_terminal = -1;
    std::string m_screen;
    std::size_t m_seen = 0;
};

} // namespace

/// Keys and signatures on the command line, run as a user would.
class TestCliTrust : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_home;
    const SecretKey m_key = SecretKey::generate();

    [[nodiscard]] CliRunner cli() const { return CliRunner(m_home->path()); }
    [[nodiscard]] QString path(const char* name) const
    {
        return m_home->filePath(QLatin1String(name));
    }
    [[nodiscard]] std::filesystem::path file(const char* name) const
    {
        return path(name).toStdString();
    }
    [[nodiscard]] CliRun strategies(const QStringList& words) const
    {
        return cli().run(QStringList{QStringLiteral("strategies")} + words);
    }
    [[nodiscard]] CliRun sign(const QStringList& more) const
    {
        return strategies(QStringList{QStringLiteral("sign"), path("mine.lua"),
                                      QStringLiteral("--key"), path("ada.key")} +
                          more);
    }
    [[nodiscard]] QStringList passphraseFile() const
    {
        return {QStringLiteral("--passphrase-file"), path("pass")};
    }
    [[nodiscard]] CliRun trust() const
    {
        return strategies({QStringLiteral("trust"), path("ada.pub"), QStringLiteral("--name"),
                           QStringLiteral("Ada"), QStringLiteral("--note"),
                           QStringLiteral("met her"), QStringLiteral("--json")});
    }
    [[nodiscard]] QString id() const { return QString::fromStdString(m_key.publicKey().id.hex()); }
    [[nodiscard]] nlohmann::json verified() const
    {
        return strategies({QStringLiteral("verify"), path("mine.lua"), QStringLiteral("--json")})
            .json();
    }
    [[nodiscard]] std::string state() const { return verified().value("state", std::string()); }

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        writeText(file("mine.lua"), "strategy = { name = 'mine', version = '1.0.0' }\n");
        writeText(file("ada.key"), *m_key.encrypt(passphrase(), QUICK));
        writeText(file("ada.pub"), m_key.publicKey().fileText());
        writeText(file("pass"), "correct horse\n");
        ::chmod(file("pass").c_str(), 0600);
    }

    void signsWithAKeyThatItMade();
    void signsWhatATrustedKeyLetsRun();
    void refusesToSignWithAnotherPassphrase();
    void asksForAPassphraseOnATerminalOnly();
    void asksWithoutEcho();
    void asksTwiceForANewPassphrase();
    void refusesPassphrasesThatOthersCanRead();
    void signsNothingThatIsNoStrategy();
    void trustsAKeyByItsLine();
    void listsKeysWithTheirState();
    void revokesAKeyAndWhatItSigned();
    void revokesASignedStrategy();
    void saysWhatItCannotRevoke();
    void restoresRefusedLists();
    void restoresNothingThatIsWhole();
    void printsNoEscapesOfFileNames();
    void refusesANoteThatIsTooLong();
};

void TestCliTrust::printsNoEscapesOfFileNames()
{
    const auto folder = std::filesystem::path(cli().workspace().toStdString()) / "strategies";
    std::filesystem::create_directories(folder);
    const std::string name = "evil\x1b]0;owned\x07\xC2\x9B";
    writeText(folder / (name + ".lua"), "this is no strategy");
    const QString file = QString::fromStdString((folder / (name + ".lua")).string());
    for (const QStringList& words : {QStringList{QStringLiteral("list")},
                                     QStringList{QStringLiteral("show"), QString::fromStdString(name)},
                                     QStringList{QStringLiteral("verify"), file},
                                     QStringList{QStringLiteral("approve"), file}}) {
        const CliRun run = strategies(words);
        QVERIFY2(run.out.contains("evil") || run.err.contains("evil"), run.err.constData());
        for (const char* escape : {"\x1b", "\x07"})
            QVERIFY2(!run.out.contains(escape) && !run.err.contains(escape), qPrintable(words[0]));
        QVERIFY2(!run.out.contains("\xC2\x9B"), qPrintable(words[0]));
    }
}

void TestCliTrust::refusesANoteThatIsTooLong()
{
    const auto approve = [this](int length) {
        return strategies({QStringLiteral("approve"), path("mine.lua"), QStringLiteral("--note"),
                           QString(length, QChar(1))});
    };
    const CliRun refused = approve(60'000);
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("the note has 60000 bytes, and may have 4096"), refused.err.constData());
    QCOMPARE(approve(4096).status, 0);
    const CliRun revoked = strategies({QStringLiteral("revoke"), QStringLiteral("mine")});
    QVERIFY2(revoked.status == 0, revoked.err.constData());
}

void TestCliTrust::signsWithAKeyThatItMade()
{
    // The one key of the real strength: a gigabyte and a second for each use.
    const CliRun made = strategies(QStringList{QStringLiteral("keygen"), QStringLiteral("--name"),
                                               QStringLiteral("grace"), QStringLiteral("--json")} +
                                   passphraseFile());
    QVERIFY2(made.status == 0, made.err.constData());
    const auto secret = made.json()["secret_file"].get<std::string>();
    QCOMPARE(secret, cli().workspace().toStdString() + "/keys/grace.key");
    QCOMPARE(std::filesystem::status(secret).permissions(),
             std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const CliRun done = cli().shell(
        QStringLiteral(
            "echo correct horse | \"$CLI\" strategies sign %1 --key %2 --passphrase-fd 0 --json")
            .arg(path("mine.lua"), QString::fromStdString(secret)));
    QVERIFY2(done.status == 0, done.err.constData());
    const auto key = core::trust::PublicKey::parse(made.json()["key"].get<std::string>());
    const auto signature = core::trust::Signature::parse(contents(file("mine.lua.minisig")));
    QVERIFY(key.ok() && signature.ok() && signature->verify(*key, contents(file("mine.lua"))).ok());
    // Neither is made anew over the other.
    QCOMPARE(strategies(QStringList{QStringLiteral("keygen"), QStringLiteral("--name"),
                                    QStringLiteral("grace")} +
                        passphraseFile())
                 .status,
             1);
}

void TestCliTrust::signsWhatATrustedKeyLetsRun()
{
    const CliRun signedRun = sign(passphraseFile());
    QVERIFY2(signedRun.status == 0, signedRun.err.constData());
    QVERIFY(signedRun.out.contains("does not trust that key"));
    const CliRun before = strategies({QStringLiteral("verify"), path("mine.lua")});
    QCOMPARE(before.status, 1);
    QVERIFY2(before.oneErrorLine() && before.err.contains("which is not trusted"),
             before.err.constData());
    QCOMPARE(trust().status, 0);
    const CliRun after = strategies({QStringLiteral("verify"), path("mine.lua")});
    QVERIFY2(after.status == 0, after.err.constData());
    QVERIFY(after.out.contains("mine is signed: "));
    QVERIFY(after.out.contains("by Ada (key " + id().toUtf8() + "): timestamp:"));
    const auto json = verified();
    QCOMPARE(json["state"].get<std::string>(), std::string("signed"));
    QCOMPARE(json["signature"]["outcome"].get<std::string>(), std::string("trusted"));
    QCOMPARE(json["signature"]["signer"].get<std::string>(), std::string("Ada"));
    writeText(file("mine.lua"), "strategy = { name = 'mine', version = '1.0.1' }\n");
    QCOMPARE(state(), std::string("unknown"));
    QVERIFY(verified()["reason"].get<std::string>().find("not of these bytes") !=
            std::string::npos);
}

void TestCliTrust::refusesToSignWithAnotherPassphrase()
{
    writeText(file("pass"), "wrong\n");
    const CliRun run = sign(passphraseFile());
    QCOMPARE(run.status, 1);
    QVERIFY2(run.oneErrorLine() && run.err.contains("not that of this key"), run.err.constData());
    QVERIFY(!std::filesystem::exists(file("mine.lua.minisig")));
}

void TestCliTrust::asksForAPassphraseOnATerminalOnly()
{
    // A session of its own has no terminal, wherever the test runs.
    const CliRun run =
        cli().shell(QStringLiteral("setsid -w \"$CLI\" strategies sign %1 --key %2 < /dev/null")
                        .arg(path("mine.lua"), path("ada.key")));
    QCOMPARE(run.status, 1);
    QVERIFY2(run.oneErrorLine() && run.err.contains("--passphrase-file"), run.err.constData());
    QCOMPARE(
        sign(passphraseFile() + QStringList{QStringLiteral("--passphrase-fd"), QStringLiteral("0")})
            .status,
        1);
}

void TestCliTrust::asksWithoutEcho()
{
    Typist typist(cli().workspace(), {QStringLiteral("strategies"), QStringLiteral("sign"),
                                      path("mine.lua"), QStringLiteral("--key"), path("ada.key")});
    QVERIFY(typist.sees("Passphrase of the key: "));
    typist.types("correct horse");
    QCOMPARE(typist.ends(), 0);
    QVERIFY(typist.screen().find("horse") == std::string::npos);
    QVERIFY(std::filesystem::exists(file("mine.lua.minisig")));
}

void TestCliTrust::asksTwiceForANewPassphrase()
{
    Typist typist(cli().workspace(), {QStringLiteral("strategies"), QStringLiteral("keygen"),
                                      QStringLiteral("--out"), path("new")});
    QVERIFY(typist.sees("Passphrase for the new key: "));
    typist.types("correct horse");
    QVERIFY(typist.sees("The same again: "));
    typist.types("correct house");
    QCOMPARE(typist.ends(), 1);
    QVERIFY(typist.screen().find("the two passphrases differ") != std::string::npos);
    QVERIFY(!std::filesystem::exists(file("new")));
}

void TestCliTrust::refusesPassphrasesThatOthersCanRead()
{
    ::chmod(file("pass").c_str(), 0644);
    const CliRun run = sign(passphraseFile());
    QCOMPARE(run.status, 1);
    QVERIFY2(run.oneErrorLine() && run.err.contains("chmod 600"), run.err.constData());
}

void TestCliTrust::signsNothingThatIsNoStrategy()
{
    writeText(file("mine.lua"), "strategy = {");
    const CliRun run = sign(passphraseFile());
    QCOMPARE(run.status, 1);
    QVERIFY2(run.oneErrorLine() && run.err.contains("cannot be signed"), run.err.constData());
    QVERIFY(!std::filesystem::exists(file("mine.lua.minisig")));
}

void TestCliTrust::trustsAKeyByItsLine()
{
    const QString line = QString::fromStdString(m_key.publicKey().text());
    const CliRun run = strategies({QStringLiteral("trust"), line, QStringLiteral("--json")});
    QVERIFY2(run.status == 0, run.err.constData());
    // Without a name it is called by its ID.
    QCOMPARE(run.json()["name"].get<std::string>(), id().toStdString());
    const CliRun again = trust();
    QCOMPARE(again.status, 1);
    QVERIFY2(again.oneErrorLine() && again.err.contains("trusted already"), again.err.constData());
    QCOMPARE(strategies({QStringLiteral("trust"), path("ada.key")}).status, 1);
    QCOMPARE(strategies({QStringLiteral("trust"), path("nothing.pub")}).status, 1);
}

void TestCliTrust::listsKeysWithTheirState()
{
    QCOMPARE(strategies({QStringLiteral("keys")}).out, QByteArray());
    QCOMPARE(trust().status, 0);
    const CliRun list = strategies({QStringLiteral("keys")});
    QVERIFY(list.out.startsWith(id().toUtf8() + "  trusted  Ada "));
    QVERIFY(list.out.contains("met her"));
    QCOMPARE(strategies({QStringLiteral("revoke"), QStringLiteral("--key"), id()}).status, 0);
    const auto keys = strategies({QStringLiteral("keys"), QStringLiteral("--json")}).json()["keys"];
    QCOMPARE(keys.size(), std::size_t(1));
    QCOMPARE(keys[0]["state"].get<std::string>(), std::string("revoked"));
    QCOMPARE(keys[0]["key"].get<std::string>(), m_key.publicKey().text());
}

void TestCliTrust::revokesAKeyAndWhatItSigned()
{
    QCOMPARE(sign(passphraseFile()).status, 0);
    QCOMPARE(trust().status, 0);
    QCOMPARE(state(), std::string("signed"));
    QCOMPARE(strategies({QStringLiteral("revoke"), QStringLiteral("--key"), id().toLower()}).status,
             0);
    QCOMPARE(state(), std::string("revoked"));
    const CliRun run = strategies({QStringLiteral("verify"), path("mine.lua")});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.contains("its signer Ada"), run.err.constData());
    QCOMPARE(trust().status, 1);
}

void TestCliTrust::revokesASignedStrategy()
{
    // In the workspace's own folder, where strategies are found by name.
    const auto folder = std::filesystem::path(cli().workspace().toStdString()) / "strategies";
    const std::string source = contents(file("mine.lua"));
    writeText(folder / "mine.lua", source);
    writeText(folder / "mine.lua.minisig", signatureText(m_key, source));
    QCOMPARE(trust().status, 0);
    const QStringList show = {QStringLiteral("show"), QStringLiteral("mine"),
                              QStringLiteral("--json")};
    QCOMPARE(strategies(show).json()["state"].get<std::string>(), std::string("signed"));
    QCOMPARE(strategies({QStringLiteral("revoke"), QStringLiteral("mine")}).status, 0);
    QCOMPARE(strategies(show).json()["state"].get<std::string>(), std::string("revoked"));
}

void TestCliTrust::saysWhatItCannotRevoke()
{
    QCOMPARE(strategies({QStringLiteral("revoke")}).status, 2);
    QCOMPARE(strategies(
                 {QStringLiteral("revoke"), QStringLiteral("mine"), QStringLiteral("--key"), id()})
                 .status,
             2);
    for (const QString& key : {id(), QStringLiteral("no-id")}) {
        const CliRun run = strategies({QStringLiteral("revoke"), QStringLiteral("--key"), key});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.oneErrorLine(), run.err.constData());
    }
}

void TestCliTrust::restoresRefusedLists()
{
    QCOMPARE(strategies({QStringLiteral("approve"), path("mine.lua")}).status, 0);
    QCOMPARE(trust().status, 0);
    const auto folder = std::filesystem::path(cli().workspace().toStdString()) / "trust";
    writeText(folder / "approvals.json", "damaged");
    std::filesystem::remove(folder / "trustedkeys.json");
    const CliRun refused = strategies({QStringLiteral("list")});
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("strategies restore"), refused.err.constData());
    const CliRun run = strategies({QStringLiteral("restore"), QStringLiteral("--json")});
    QVERIFY2(run.status == 0, run.err.constData());
    QCOMPARE(run.json()["restored"].size(), std::size_t(2));
    QCOMPARE(state(), std::string("approved"));
    QCOMPARE(contents(folder / "approvals.json.refused-1"), std::string("damaged"));
    QCOMPARE(strategies({QStringLiteral("keys"), QStringLiteral("--json")}).json()["keys"].size(),
             std::size_t(1));
}

void TestCliTrust::restoresNothingThatIsWhole()
{
    QCOMPARE(trust().status, 0);
    const CliRun run = strategies({QStringLiteral("restore")});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.oneErrorLine() && run.err.contains("nothing was restored"), run.err.constData());
}

QTEST_GUILESS_MAIN(TestCliTrust)
#include "tst_clitrust.moc"
