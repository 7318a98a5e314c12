// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyjobs.h"
#include "core/history/importplanner.h"
#include "tests/core/history/packedfiles.h"
#include "ui/dialogs/importdialog.h"
#include "ui/dialogs/importplanform.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>

#include <filesystem>

using core::history::HistoryJobs;
using core::history::ImportPlanner;
using core::history::VolumeColumn;
using ui::dialogs::ImportDialog;

class TestImportDialog : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QThread> m_thread;
    ImportPlanner* m_planner = nullptr;
    HistoryJobs* m_jobs = nullptr;

    [[nodiscard]] QString file(const char* name, const QByteArray& text) const
    {
        const QString path = m_folder->filePath(QString::fromLatin1(name));
        QFile out(path);
        if (out.open(QIODevice::WriteOnly))
            out.write(text);
        return path;
    }
    static QByteArray candles()
    {
        return "timestamp,open,high,low,close,volume\n"
               "2022-01-01 00:00:00,46000.5,46010.0,45990.0,46001.25,1.5\n"
               "2022-01-01 00:01:00,46001.0,46011.0,45991.0,46002.0,2.5\n"
               "2022-01-01 00:02:00,46002.0,45000.0,45992.0,46003.0,2.5\n"
               "2022-01-01 00:03:00,46003.0,46013.0,45993.0,46004.125,0.5\n";
    }
    static QPushButton& primary(const QDialog& dialog)
    {
        for (auto* one : dialog.findChildren<QPushButton*>())
            if (one->property("primary").toBool())
                return *one;
        qFatal("no primary button");
    }
    void plan(ImportDialog& dialog, const QString& path) const
    {
        dialog.setFile(path);
        QTRY_VERIFY(!dialog.form().plan().columns.empty());
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_thread = std::make_unique<QThread>();
        const std::filesystem::path workspace = m_folder->path().toStdString();
        m_planner = new ImportPlanner;
        m_jobs = new HistoryJobs({workspace / "history.sqlite", workspace, {}});
        for (QObject* service : {static_cast<QObject*>(m_planner), static_cast<QObject*>(m_jobs)}) {
            service->moveToThread(m_thread.get());
            connect(m_thread.get(), &QThread::finished, service, &QObject::deleteLater);
        }
        m_thread->start();
    }
    void cleanup()
    {
        m_thread->quit();
        QVERIFY(m_thread->wait());
    }

    void showsThePlan()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        QVERIFY(!primary(dialog).isEnabled());
        plan(dialog, file("btc-usd-1m.csv", candles()));
        QVERIFY(primary(dialog).isEnabled());
        QCOMPARE(dialog.options()->symbol.text(), std::string("BTC/USD"));
        QCOMPARE(dialog.form().plan().priceDecimals, 3);
        QVERIFY(dialog.form().volumeIsGuessed());
        // What the user did not say stays open: the importer decides by the whole file.
        const auto options = *dialog.options();
        QVERIFY(!options.priceDecimals && !options.lotDecimals && !options.volume);
        QVERIFY(!options.columns && !options.timeframe);
        const auto* preview = dialog.findChild<QTableWidget*>(QStringLiteral("preview"));
        QCOMPARE(preview->columnCount(), 6);
        QCOMPARE(preview->item(1, 1)->text(), QStringLiteral("46000.5"));
    }

    void turnsCorrectionsIntoOptions()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("btc-usd-1m.csv", candles()));
        for (auto* box : dialog.findChildren<QComboBox*>())
            if (const int contracts = box->findText(QStringLiteral("contracts")); contracts >= 0) {
                box->setCurrentIndex(contracts);
                emit box->activated(contracts);
            }
        dialog.findChildren<QSpinBox*>().front()->setValue(4);
        const auto options = *dialog.options();
        QVERIFY(options.volume == VolumeColumn::Contracts);
        QVERIFY(options.priceDecimals == 4);
        QVERIFY(!options.lotDecimals);
        QVERIFY(!dialog.form().volumeIsGuessed());
        QVERIFY(dialog.form().plan().volumeUnit == core::market::VolumeUnit::Stated);
    }

    void looksAgainWhenARoleChanges()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("btc-usd-1m.csv", candles()));
        auto* preview = dialog.findChild<QTableWidget*>(QStringLiteral("preview"));
        auto* role = qobject_cast<QComboBox*>(preview->cellWidget(0, 5));
        const int skip = role->findData(QStringLiteral("-"));
        role->setCurrentIndex(skip);
        emit role->activated(skip);
        QVERIFY(!primary(dialog).isEnabled());
        QTRY_VERIFY(primary(dialog).isEnabled());
        QCOMPARE(dialog.options()->columns.value_or(""), std::string("time,open,high,low,close,-"));
    }

    void importsAndReports()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("btc-usd-1m.csv", candles()));
        QSignalSpy imported(&dialog, &ImportDialog::imported);
        primary(dialog).click();
        QTRY_COMPARE(imported.count(), 1);
        QString text;
        for (const auto* label : dialog.findChildren<QLabel*>())
            text += label->text() + QLatin1Char('\n');
        QVERIFY2(text.contains(QStringLiteral("3 new")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("1 left out")), qPrintable(text));
        const auto* badRows = dialog.findChild<QTableWidget*>(QStringLiteral("badRows"));
        QCOMPARE(badRows->rowCount(), 1);
        QCOMPARE(badRows->item(0, 0)->text(), QStringLiteral("4"));
    }

    void leavesTheImportToTheQueue()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("btc-usd-1m.csv", candles()));
        QSignalSpy changed(m_jobs, &HistoryJobs::historyChanged);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        primary(dialog).click();
        primary(dialog).click();
        QCOMPARE(accepted.count(), 1);
        QTRY_COMPARE(changed.count(), 1);
    }

    void saysWhyAFileCannotBeRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("binary") << QByteArray("\x7f"
                                              "ELF\x00\x01\x02\xff\xfe",
                                              9);
    }
    void saysWhyAFileCannotBeRead()
    {
        QFETCH(QByteArray, text);
        ImportDialog dialog(*m_planner, *m_jobs);
        dialog.show();
        dialog.setFile(file("bad.csv", text));
        const auto* message = dialog.findChild<QLabel*>(QStringLiteral("message"));
        QTRY_COMPARE(message->property("role").toString(), QStringLiteral("bad"));
        QVERIFY(message->isVisible());
        QVERIFY2(message->text().contains(QStringLiteral("bad.csv")), qPrintable(message->text()));
        QVERIFY(!primary(dialog).isEnabled());
    }

    void dropsTheAnswerAboutAnEarlierFile()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        dialog.setFile(file("first.csv", "time,open,high,low,close\n2022-01-01,1,1,1,1\n"
                                         "2022-01-02,1,1,1,1\n"));
        dialog.setFile(file("second.csv", candles()));
        // The first answer to arrive is the first file's: the form never shows it.
        QTRY_VERIFY(!dialog.form().plan().columns.empty());
        QCOMPARE(dialog.form().plan().columns.size(), std::size_t(6));
    }

    void guessesTheSymbolFromTheName()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("XBTEUR_1.csv", candles()));
        QCOMPARE(dialog.options()->symbol.text(), std::string("BTC/EUR"));
        plan(dialog, file("ETHUSDT-1m.csv", candles()));
        QTRY_COMPARE(dialog.options()->symbol.text(), std::string("ETH/USDT"));
    }

    void importsTrades()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("XBTUSD.csv", "1672531200,100.5,1\n1672531201,101,2\n"));
        QVERIFY(core::history::holdsTrades(dialog.form().plan()));
        QSignalSpy imported(&dialog, &ImportDialog::imported);
        primary(dialog).click();
        QTRY_COMPARE(imported.count(), 1);
        QString text;
        for (const auto* label : dialog.findChildren<QLabel*>())
            text += label->text() + QLatin1Char('\n');
        QVERIFY2(text.contains(QStringLiteral("2 trades new")), qPrintable(text));
    }

    void keepsTheSymbolThatTheUserSaid()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        dialog.setSymbol(QStringLiteral("SOL/USD"));
        plan(dialog, file("XBTEUR_1.csv", candles()));
        QCOMPARE(dialog.options()->symbol.text(), std::string("SOL/USD"));
    }

    void looksAgainWhenTimesAreToBeReadOtherwise()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        plan(dialog, file("btc-usd-1m.csv", candles()));
        auto* stamp = dialog.findChild<QComboBox*>(QStringLiteral("stamp"));
        stamp->setCurrentIndex(1);
        emit stamp->activated(1);
        QVERIFY(!primary(dialog).isEnabled());
        QTRY_VERIFY(primary(dialog).isEnabled());
        QVERIFY(dialog.form().plan().stamp == core::history::Stamp::Close);
        auto* times = dialog.findChild<QComboBox*>(QStringLiteral("times"));
        times->setCurrentIndex(2);
        emit times->activated(2);
        QVERIFY(dialog.options()->timeFormat == core::history::TimeFormat::Milliseconds);
    }

    void letsTheUserChooseTheMemberOfAnArchive()
    {
        ImportDialog dialog(*m_planner, *m_jobs);
        dialog.setFile(file("Kraken.zip", fixture::zipped({{"XBTUSD_1.csv", candles()}, {"ETHUSD_1.csv", candles()}})));
        auto* member = dialog.findChild<QComboBox*>(QStringLiteral("member"));
        QTRY_COMPARE(member->count(), 2);
        QTRY_VERIFY(!dialog.findChild<QLabel*>(QStringLiteral("message"))->isHidden());
        QVERIFY(!primary(dialog).isEnabled());
        member->setCurrentIndex(1);
        emit member->activated(1);
        QTRY_VERIFY(primary(dialog).isEnabled());
        QCOMPARE(dialog.options()->symbol.text(), std::string("ETH/USD"));
        QSignalSpy imported(&dialog, &ImportDialog::imported);
        primary(dialog).click();
        QTRY_COMPARE(imported.count(), 1);
    }
};

QTEST_MAIN(TestImportDialog)
#include "tst_importdialog.moc"
