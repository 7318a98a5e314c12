// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/restoredialog.h"
#include "ui/models/strategyscanner.h"

#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using core::trust::State;
using ui::dialogs::RestoreDialog;
using ui::models::StrategyScanner;

/// The way back from approvals that somebody changed.
class TestRestoreDialog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<StrategyScanner> m_scanner;

    [[nodiscard]] QString at(const char* name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    [[nodiscard]] QString list() const { return at("trust/approvals.json"); }
    static void append(const QString& file, const QByteArray& text)
    {
        QFile out(file);
        QVERIFY(out.open(QIODevice::Append));
        out.write(text);
    }
    void scan() const
    {
        QSignalSpy scanned(m_scanner.get(), &StrategyScanner::scanned);
        m_scanner->rescan();
        QTRY_VERIFY(scanned.count() > 0);
    }
    static QString text(const QDialog& dialog, const char* name)
    {
        return dialog.findChild<QLabel*>(QString::fromUtf8(name))->text();
    }
    static QPushButton& restoreButton(const QDialog& dialog)
    {
        for (auto* one : dialog.findChildren<QPushButton*>())
            if (one->text().contains(QStringLiteral("Restore")))
                return *one;
        qFatal("no button to restore");
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        append(at("probe.lua"), "strategy = { name = 'probe' }\n");
        const std::filesystem::path root = m_folder->path().toStdString();
        m_scanner = std::make_unique<StrategyScanner>(StrategyScanner::Places{{root}, root / "trust"});
        scan();
        QSignalSpy decided(m_scanner.get(), &StrategyScanner::decided);
        m_scanner->approve(at("probe.lua").toStdString(), {}, m_scanner->latest()->front().entry.sha256);
        QTRY_COMPARE(decided.count(), 1);
        scan();
    }
    void cleanup() { m_scanner.reset(); }

    void saysThatNothingIsWrong()
    {
        const RestoreDialog dialog(*m_scanner);
        QTRY_VERIFY(text(dialog, "found").contains(QStringLiteral("All lists are whole")));
        QVERIFY(!restoreButton(dialog).isEnabled());
    }

    void explainsWhatWasFoundAndWaits()
    {
        append(list(), " ");
        const RestoreDialog dialog(*m_scanner);
        QTRY_VERIFY(restoreButton(dialog).isEnabled());
        QVERIFY(text(dialog, "found").contains(QStringLiteral("it is not as this workspace wrote it")));
        QVERIFY(text(dialog, "found").contains(QStringLiteral("holds 1 decision")));
        QVERIFY(!QFile::exists(list() + QStringLiteral(".refused-1")));
    }

    void bringsBackWhatWasApproved()
    {
        append(list(), " ");
        RestoreDialog dialog(*m_scanner);
        QTRY_VERIFY(restoreButton(dialog).isEnabled());
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        QSignalSpy scanned(m_scanner.get(), &StrategyScanner::scanned);
        restoreButton(dialog).click();
        QTRY_COMPARE(accepted.count(), 1);
        QTRY_VERIFY(scanned.count() > 0);
        QVERIFY(m_scanner->latest()->front().entry.state == State::Approved);
        QVERIFY(QFile::exists(list() + QStringLiteral(".refused-1")));
    }

    void offersNothingWhenTheCopyIsNoBetter()
    {
        append(list(), " ");
        append(list() + QStringLiteral(".bak"), " ");
        const RestoreDialog dialog(*m_scanner);
        QTRY_VERIFY(text(dialog, "found").contains(QStringLiteral("It cannot be brought back")));
        QVERIFY(!restoreButton(dialog).isEnabled());
    }

    void saysWhyItFailed()
    {
        append(list(), " ");
        RestoreDialog dialog(*m_scanner);
        QTRY_VERIFY(restoreButton(dialog).isEnabled());
        // A journal that cannot be written: what it cannot tell of is not done.
        const QString journal = at("journal/system.jsonl");
        QVERIFY(QFile::remove(journal) && QDir().mkpath(journal));
        restoreButton(dialog).click();
        QTRY_VERIFY(text(dialog, "message").contains(QStringLiteral("cannot be written")));
        QVERIFY(!QFile::exists(list() + QStringLiteral(".refused-1")));
    }
};

QTEST_MAIN(TestRestoreDialog)
#include "tst_restoredialog.moc"
