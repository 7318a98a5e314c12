// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/trust/trustsamples.h"
#include "ui/dialogs/keyform.h"
#include "ui/dialogs/keymanagerdialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace trusttest;
using core::trust::SecretKey;
using core::trust::TrustedKeys;
using ui::dialogs::KeyForm;
using ui::dialogs::KeyManagerDialog;

class TestKeyManagerDialog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<KeyManagerDialog> m_dialog;
    const SecretKey m_key = SecretKey::generate();

    [[nodiscard]] std::filesystem::path root() const { return m_folder->path().toStdString(); }
    [[nodiscard]] TrustedKeys keys() const { return *TrustedKeys::open(root() / "trust"); }
    void trustKey() const
    {
        QVERIFY(keys().trust({m_key.publicKey(), "Grace", "met her", {}, "ada", {}}).ok());
    }
    void open()
    {
        m_dialog = std::make_unique<KeyManagerDialog>(
            ui::models::StrategyScanner::Places{{root()}, root() / "trust"}, root() / "keys",
            QString::fromStdString((root() / "s.lua").string()), QUICK);
        m_dialog->show();
    }
    [[nodiscard]] QTableWidget& table() const { return *m_dialog->findChild<QTableWidget*>(); }
    [[nodiscard]] QString cell(int column) const
    {
        return table().rowCount() == 0 ? QString() : table().item(0, column)->text();
    }
    static QPushButton& button(const QWidget& dialog, const QString& text)
    {
        for (auto* one : dialog.findChildren<QPushButton*>())
            if (one->text().remove(QLatin1Char('&')) == text && one->window() == dialog.window())
                return *one;
        qFatal("no button %s", qPrintable(text));
    }
    [[nodiscard]] KeyForm& form() const { return *m_dialog->findChild<KeyForm*>(); }
    static QLineEdit& field(const KeyForm& form, const QString& name)
    {
        for (auto* one : form.findChildren<QLineEdit*>())
            if (one->accessibleName() == name)
                return *one;
        qFatal("no field %s", qPrintable(name));
    }
    /// True when the dialog says so now.
    [[nodiscard]] bool says(const QString& text) const
    {
        const auto labels = m_dialog->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->isVisible() && label->text().contains(text);
        });
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        writeText(root() / "s.lua", "strategy = { name = 's' }\n");
        writeText(root() / "grace.pub", m_key.publicKey().fileText());
    }
    void cleanup() { m_dialog.reset(); }

    void saysThatNoKeyIsTrusted()
    {
        open();
        QTRY_VERIFY(says(QStringLiteral("No key is trusted yet")));
        QVERIFY(!button(*m_dialog, QStringLiteral("Revoke…")).isEnabled());
    }

    void trustsTheKeyOfAFile()
    {
        open();
        m_dialog->startTrusting(QString::fromStdString((root() / "grace.pub").string()));
        QCOMPARE(field(form(), QStringLiteral("Name")).text(), QStringLiteral("grace"));
        field(form(), QStringLiteral("Name")).clear();
        QVERIFY(!button(form(), QStringLiteral("Trust")).isEnabled());
        field(form(), QStringLiteral("Name")).setText(QStringLiteral("Grace"));
        field(form(), QStringLiteral("Note")).setText(QStringLiteral("met her"));
        button(form(), QStringLiteral("Trust")).click();
        QTRY_COMPARE(table().rowCount(), 1);
        QCOMPARE(cell(0), QStringLiteral("Grace"));
        QCOMPARE(cell(1), QStringLiteral("trusted"));
        QCOMPARE(cell(2), QString::fromStdString(m_key.publicKey().id.hex()));
        QCOMPARE(cell(4), QStringLiteral("met her"));
        QCOMPARE(keys().find(m_key.publicKey().id)->note, std::string("met her"));
    }

    void saysWhyAFileHoldsNoKey()
    {
        open();
        m_dialog->startTrusting(QString::fromStdString((root() / "s.lua").string()));
        QVERIFY(m_dialog->findChild<KeyForm*>() == nullptr);
        QVERIFY(says(QStringLiteral("no minisign public key")));
    }

    void revokesOnlyAfterAQuestion()
    {
        trustKey();
        open();
        QTRY_COMPARE(table().rowCount(), 1);
        table().selectRow(0);
        button(*m_dialog, QStringLiteral("Revoke…")).click();
        auto* question = m_dialog->findChild<QMessageBox*>();
        QVERIFY(question->text().contains(QStringLiteral("Grace")));
        // Enter alone revokes nothing.
        QTest::keyClick(question, Qt::Key_Return);
        QVERIFY(!keys().all().front().revoked);
        QTRY_VERIFY(m_dialog->findChild<QMessageBox*>() == nullptr);
        button(*m_dialog, QStringLiteral("Revoke…")).click();
        button(*m_dialog->findChild<QMessageBox*>(), QStringLiteral("Revoke")).click();
        QTRY_VERIFY(cell(1).startsWith(QStringLiteral("revoked ")));
        QVERIFY(keys().all().front().revoked.has_value());
        table().selectRow(0);
        QVERIFY(!button(*m_dialog, QStringLiteral("Revoke…")).isEnabled());
    }

    void generatesAKeyThatSigns()
    {
        open();
        button(*m_dialog, QStringLiteral("Generate key…")).click();
        auto& generate = button(form(), QStringLiteral("Generate"));
        QVERIFY(!generate.isEnabled());
        auto& passphrase = field(form(), QStringLiteral("Passphrase"));
        QCOMPARE(passphrase.echoMode(), QLineEdit::Password);
        passphrase.setText(QStringLiteral("correct horse"));
        QVERIFY(!generate.isEnabled());
        field(form(), QStringLiteral("The same again")).setText(QStringLiteral("correct horse"));
        QVERIFY(generate.isEnabled());
        generate.click();
        // A second click while it is at work would make a second key.
        QVERIFY(!button(*m_dialog, QStringLiteral("Generate key…")).isEnabled());
        QVERIFY(m_dialog->findChild<QProgressBar*>()->isVisible());
        QTRY_VERIFY(says(QStringLiteral("The new key is")));
        QTRY_VERIFY(m_dialog->findChild<KeyForm*>() == nullptr);

        button(*m_dialog, QStringLiteral("Sign strategy…")).click();
        QCOMPARE(field(form(), QStringLiteral("Strategy")).text(),
                 QString::fromStdString((root() / "s.lua").string()));
        field(form(), QStringLiteral("Passphrase")).setText(QStringLiteral("correct horse"));
        button(form(), QStringLiteral("Sign")).click();
        QTRY_VERIFY(says(QStringLiteral("s is signed")));
        const auto key = core::trust::PublicKey::readFile(root() / "keys" / "quarterdeck.pub");
        const auto signature = core::trust::Signature::parse(contents(root() / "s.lua.minisig"));
        QVERIFY(key.ok() && signature.ok());
        QVERIFY(signature->verify(*key, contents(root() / "s.lua")).ok());
    }

    void goesThroughAFormByTab()
    {
        open();
        button(*m_dialog, QStringLiteral("Generate key…")).click();
        QVERIFY(QTest::qWaitForWindowActive(&form()));
        for (const auto* name : {"File name", "Passphrase", "The same again"}) {
            QCOMPARE(form().focusWidget(), &field(form(), QString::fromUtf8(name)));
            QTest::keyClick(form().focusWidget(), Qt::Key_Tab);
        }
        QCOMPARE(form().focusWidget(), &button(form(), QStringLiteral("Cancel")));
    }

    void saysThatAPassphraseIsWrong()
    {
        writeText(root() / "keys" / "quarterdeck.key", *m_key.encrypt(passphrase(), QUICK));
        open();
        button(*m_dialog, QStringLiteral("Sign strategy…")).click();
        field(form(), QStringLiteral("Passphrase")).setText(QStringLiteral("wrong"));
        button(form(), QStringLiteral("Sign")).click();
        QTRY_VERIFY(says(QStringLiteral("not that of this key")));
        QVERIFY(!std::filesystem::exists(root() / "s.lua.minisig"));
    }

    void saysThatTheListIsRefused()
    {
        trustKey();
        writeText(root() / "trust" / "trustedkeys.json", "damaged");
        open();
        QTRY_VERIFY(says(QStringLiteral("strategies restore")));
    }

    void staysOpenWhileAKeyIsMade()
    {
        open();
        button(*m_dialog, QStringLiteral("Generate key…")).click();
        field(form(), QStringLiteral("Passphrase")).setText(QStringLiteral("x"));
        field(form(), QStringLiteral("The same again")).setText(QStringLiteral("x"));
        button(form(), QStringLiteral("Generate")).click();
        m_dialog->reject();
        QVERIFY(m_dialog->isVisible());
        QTRY_VERIFY(says(QStringLiteral("The new key is")));
        m_dialog->reject();
        QVERIFY(!m_dialog->isVisible());
    }
};

QTEST_MAIN(TestKeyManagerDialog)
#include "tst_keymanagerdialog.moc"
