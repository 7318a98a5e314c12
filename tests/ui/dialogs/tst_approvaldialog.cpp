// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/secretkey.h"
#include "ui/dialogs/approvaldialog.h"
#include "ui/models/strategyscanner.h"

#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using core::trust::State;
using ui::dialogs::ApprovalDialog;
using ui::models::StrategyScanner;

namespace {

constexpr auto SCRIPT = "strategy = {\n  name = \"probe\", version = \"1.0.0\",\n  symbols = { "
                        "\"BTC/USD\" }, timeframe = \"1m\", warmup = 1,\n}\n";

} // namespace

class TestApprovalDialog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<StrategyScanner> m_scanner;

    void write(const QByteArray& text) const
    {
        QFile out(m_folder->filePath(QStringLiteral("probe.lua")));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
    }
    [[nodiscard]] const ui::models::StrategyItem& item() const
    {
        return m_scanner->latest()->front();
    }
    void scan() const
    {
        QSignalSpy scanned(m_scanner.get(), &StrategyScanner::scanned);
        m_scanner->rescan();
        QTRY_VERIFY(scanned.count() > 0);
    }
    static QPushButton& button(const QDialog& dialog, const QString& text)
    {
        for (auto* one : dialog.findChildren<QPushButton*>())
            if (one->text().remove(QLatin1Char('&')) == text)
                return *one;
        qFatal("no button %s", qPrintable(text));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        write(SCRIPT);
        const std::filesystem::path root = m_folder->path().toStdString();
        m_scanner =
            std::make_unique<StrategyScanner>(StrategyScanner::Places{{root}, root / "trust"});
        scan();
    }
    void cleanup() { m_scanner.reset(); }

    void showsTheWholeHashAndCopiesIt()
    {
        ApprovalDialog dialog(*m_scanner, item());
        const auto* hash = dialog.findChild<QLabel*>(QStringLiteral("hash"));
        QCOMPARE(hash->text().size(), 64);
        button(dialog, QStringLiteral("Copy")).click();
        QCOMPARE(QGuiApplication::clipboard()->text(), hash->text());
    }

    void approvesAndThenShowsTheDifference()
    {
        {
            ApprovalDialog dialog(*m_scanner, item());
            QCOMPARE(dialog.findChild<QTabWidget*>()->count(), 2);
            QVERIFY(!button(dialog, QStringLiteral("Revoke")).isEnabled());
            dialog.findChild<QLineEdit*>()->setText(QStringLiteral("read it"));
            QSignalSpy accepted(&dialog, &QDialog::accepted);
            button(dialog, QStringLiteral("Approve")).click();
            QTRY_COMPARE(accepted.count(), 1);
        }
        QTRY_VERIFY(item().entry.state == State::Approved);
        write(QByteArray(SCRIPT) + "-- changed\n");
        QTRY_VERIFY(item().entry.state == State::Changed);
        ApprovalDialog dialog(*m_scanner, item());
        QCOMPARE(dialog.findChild<QTabWidget*>()->count(), 3);
        QVERIFY(button(dialog, QStringLiteral("Revoke")).isEnabled());
    }

    void warnsOfNativeCodeAndShowsNoSource()
    {
        ui::models::StrategyItem native = item();
        native.entry.kind = core::strategy::Kind::Native;
        native.entry.source.clear();
        ApprovalDialog dialog(*m_scanner, native);
        QCOMPARE(dialog.findChild<QTabWidget*>()->count(), 1);
        QVERIFY(dialog.findChild<QLabel*>(QStringLiteral("native"))->text().contains(QStringLiteral("crashes")));
        QVERIFY(button(dialog, QStringLiteral("Approve")).isEnabled());
    }

    void showsWhoSignedAndRevokes()
    {
        const auto key = core::trust::SecretKey::generate();
        const std::filesystem::path root = m_folder->path().toStdString();
        auto keys = *core::trust::TrustedKeys::open(root / "trust");
        QVERIFY(keys.trust({key.publicKey(), "Grace", "", {}, "ada", {}}).ok());
        std::ofstream(root / "probe.lua.minisig") << key.sign(SCRIPT, "first release")->fileText();
        QTRY_VERIFY(item().entry.state == State::Signed);
        ApprovalDialog dialog(*m_scanner, item());
        QStringList texts;
        for (const auto* label : dialog.findChildren<QLabel*>())
            texts.append(label->text());
        QVERIFY(texts.join(QLatin1Char('\n')).contains(QStringLiteral("signed by Grace (key ")));
        QVERIFY(texts.contains(QStringLiteral("first release")));
        button(dialog, QStringLiteral("Revoke")).click();
        QTRY_VERIFY(item().entry.state == State::Revoked);
    }

    void refusesWhatWasNotShown()
    {
        // The dialog knows an item that is not on disk any more, and no scan has told it so.
        auto stale = item();
        stale.entry.sha256 = core::Sha256::of("something else");
        ApprovalDialog dialog(*m_scanner, stale);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        QSignalSpy failed(m_scanner.get(), &StrategyScanner::decisionFailed);
        button(dialog, QStringLiteral("Approve")).click();
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(accepted.count(), 0);
        scan();
        QVERIFY(item().entry.state == State::Unknown);
    }

    void noticesAnEditWhileItIsOpen()
    {
        ApprovalDialog dialog(*m_scanner, item());
        dialog.show();
        auto& approve = button(dialog, QStringLiteral("Approve"));
        QVERIFY(approve.isEnabled());
        write(QByteArray(SCRIPT) + "-- sneaked in\n");
        QTRY_VERIFY(!approve.isEnabled());
        auto& refresh = button(dialog, QStringLiteral("Show the present version"));
        QVERIFY(refresh.isVisible());
        refresh.click();
        QCOMPARE(dialog.shownHash().hex(), item().entry.sha256.hex());
        QVERIFY(button(dialog, QStringLiteral("Approve")).isEnabled());
    }

    void doesNotApproveByEnter()
    {
        ApprovalDialog dialog(*m_scanner, item());
        QSignalSpy decided(m_scanner.get(), &StrategyScanner::decided);
        dialog.show();
        QTest::keyClick(&dialog, Qt::Key_Return);
        QTest::keyClick(dialog.findChild<QLineEdit*>(), Qt::Key_Return);
        scan(); // Decisions and scans run in order: one asked for before would be done by now.
        QCOMPARE(decided.count(), 0);
    }
};

QTEST_MAIN(TestApprovalDialog)
#include "tst_approvaldialog.moc"
