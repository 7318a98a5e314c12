// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/exportdialog.h"

#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using core::journal::ExportFormat;
using core::journal::ExportKind;
using ui::dialogs::ExportDialog;

class TestExportDialog : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    /// A session of two lines; the journal's own tests know the formats.
    [[nodiscard]] std::filesystem::path session() const
    {
        const QString path = m_folder.filePath(QStringLiteral("20220119-9c41e07a"));
        QDir().mkpath(path);
        QFile all(path + QStringLiteral("/all.jsonl"));
        if (all.open(QIODevice::WriteOnly))
            for (int seq = 1; seq <= 2; ++seq)
                all.write(QStringLiteral("{\"ts\":\"2022-01-19T05:42:00.000000000Z\",\"seq\":%1,"
                                         "\"session\":\"replay-9c41e07a\",\"stream\":\"system\","
                                         "\"level\":\"info\",\"event\":\"probe\","
                                         "\"correlation\":\"9c41e07a-%1\",\"n\":%1}\n")
                              .arg(seq)
                              .toUtf8());
        return path.toStdString();
    }
    static QByteArray contents(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private slots:
    void suggestsANameThatFollowsTheChoices()
    {
        ExportDialog dialog("/journal/20220119-9c41e07a", QStringLiteral("/home/user"));
        QCOMPARE(dialog.file(), QStringLiteral("/home/user/20220119-9c41e07a-trades.csv"));
        dialog.setKind(ExportKind::Equity);
        dialog.setFormat(ExportFormat::Jsonl);
        QCOMPARE(dialog.file(), QStringLiteral("/home/user/20220119-9c41e07a-equity.jsonl"));
    }

    void keepsAChosenNameAndCorrectsItsSuffix()
    {
        ExportDialog dialog("/journal/20220119-9c41e07a", QStringLiteral("/home/user"));
        dialog.setFile(QStringLiteral("/tmp/mine.csv"));
        dialog.setKind(ExportKind::Orders);
        QCOMPARE(dialog.file(), QStringLiteral("/tmp/mine.csv"));
        dialog.setFormat(ExportFormat::Jsonl);
        QCOMPARE(dialog.file(), QStringLiteral("/tmp/mine.jsonl"));
    }

    void writesTheFile()
    {
        ExportDialog dialog(session(), m_folder.path());
        dialog.setKind(ExportKind::Journal);
        dialog.setFormat(ExportFormat::Jsonl);
        const QString target = m_folder.filePath(QStringLiteral("out.jsonl"));
        dialog.setFile(target);
        QSignalSpy exported(&dialog, &ExportDialog::exported);
        QSignalSpy failed(&dialog, &ExportDialog::failed);
        dialog.startExport();
        QTRY_COMPARE(exported.count() + failed.count(), 1);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));
        QCOMPARE(exported.front().at(1).toLongLong(), 2LL);
        QCOMPARE(contents(target).count('\n'), 2);
        QVERIFY(!QFile::exists(target + QStringLiteral(".part")));
    }

    void leavesTheOldFileWhenItFails()
    {
        const QString target = m_folder.filePath(QStringLiteral("old.csv"));
        QFile old(target);
        QVERIFY(old.open(QIODevice::WriteOnly));
        old.write("precious");
        old.close();
        ExportDialog dialog(m_folder.filePath(QStringLiteral("nothing here")).toStdString(),
                            m_folder.path());
        dialog.setFile(target);
        QSignalSpy failed(&dialog, &ExportDialog::failed);
        dialog.startExport();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(!failed.front().front().toString().isEmpty());
        QCOMPARE(contents(target), QByteArray("precious"));
        QVERIFY(!QFile::exists(target + QStringLiteral(".part")));
    }

    void saysWhenTheFolderIsMissing()
    {
        ExportDialog dialog(session(), m_folder.path());
        dialog.setFile(m_folder.filePath(QStringLiteral("no/such/folder/out.csv")));
        QSignalSpy failed(&dialog, &ExportDialog::failed);
        dialog.startExport();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.front().front().toString().contains(QStringLiteral("could not be written")));
    }
};

QTEST_MAIN(TestExportDialog)
#include "tst_exportdialog.moc"
