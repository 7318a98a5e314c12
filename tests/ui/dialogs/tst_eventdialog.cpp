// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/eventdialog.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/infocard.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

using ui::dialogs::EventDialog;
using Page = EventDialog::Page;

namespace {

QByteArray log(const QByteArray& strategy, const QByteArray& message)
{
    return R"({"ts":"2022-01-19T05:42:00.000000000Z","seq":1,"session":"s","stream":"strategy-)" +
           strategy +
           R"(","level":"info","event":"log","correlation":"65e832c1-00000a","message":")" +
           message + "\"}\n";
}

} // namespace

class TestEventDialog : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<EventDialog> m_dialog;

    void follow(const QByteArray& content, std::uint64_t event = 0x0a)
    {
        QFile all(m_folder.filePath(QStringLiteral("all.jsonl")));
        QVERIFY(all.open(QIODevice::WriteOnly));
        all.write(content);
        all.close();
        m_dialog->follow(m_folder.path().toStdString(), core::CorrelationId{event},
                         QStringLiteral("mine"));
    }
    void press(const char* text) const
    {
        for (auto* button : m_dialog->findChildren<QPushButton*>())
            if (button->text().remove(QLatin1Char('&')) == QLatin1StringView(text))
                return button->click();
        QFAIL(text);
    }

private slots:
    void init()
    {
        m_dialog = std::make_unique<EventDialog>();
        connect(m_dialog.get(), &EventDialog::journalWanted, m_dialog.get(),
                &EventDialog::handleJournalFlushed, Qt::QueuedConnection);
        m_dialog->show();
    }

    void showsOneStrategysLinesAndAllOnDemand()
    {
        follow(log("mine", "one") + log("other", "two") + log("mine", "three"));
        QCOMPARE(m_dialog->page(), Page::Loading);
        QTRY_COMPARE(m_dialog->page(), Page::Lines);
        QCOMPARE(m_dialog->table().model()->rowCount(), 2);
        m_dialog->findChild<QCheckBox*>()->click();
        QCOMPARE(m_dialog->table().model()->rowCount(), 3);
    }

    void showsTheWholeLineAndItsJson()
    {
        follow(log("mine", "one") + log("mine", "two"));
        QTRY_COMPARE(m_dialog->page(), Page::Lines);
        m_dialog->table().selectRow(1);
        QCOMPARE(m_dialog->findChild<ui::panels::InfoCard*>()->title(),
                 QStringLiteral("log · two"));
        auto* json = m_dialog->findChild<QPlainTextEdit*>();
        QVERIFY(!json->isVisible());
        press("Show JSON");
        QVERIFY(json->isVisible());
        QCOMPARE(json->toPlainText().toUtf8() + '\n', log("mine", "two"));
    }

    void copiesWhatIsShown()
    {
        follow(log("mine", "one") + log("other", "two"));
        QTRY_COMPARE(m_dialog->page(), Page::Lines);
        press("Copy as JSON");
        QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(), log("mine", "one"));
        press("Copy");
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("2022-01-19 05:42:00\tlog\tmine\tone\t\n"));
    }

    void saysThatAnEventHasNoLines()
    {
        follow(log("mine", "one"), 0x0b);
        QTRY_COMPARE(m_dialog->page(), Page::Empty);
    }

    void saysWhyAJournalCannotBeReadAndTriesAgain()
    {
        m_dialog->follow(m_folder.filePath(QStringLiteral("gone")).toStdString(),
                         core::CorrelationId{0x0a}, {});
        QTRY_COMPARE(m_dialog->page(), Page::Error);
        press("Read again");
        QCOMPARE(m_dialog->page(), Page::Loading);
        QTRY_COMPARE(m_dialog->page(), Page::Error);
    }

    void readsWhatIsThereWhenTheJournalDoesNotCome()
    {
        m_dialog->disconnect(m_dialog.get());
        follow(log("mine", "one"));
        QTest::qWait(100);
        QCOMPARE(m_dialog->page(), Page::Loading);
        QTRY_COMPARE(m_dialog->page(), Page::Lines);
    }

    void readsWhatWasWrittenSince()
    {
        follow(log("mine", "one"));
        QTRY_COMPARE(m_dialog->page(), Page::Lines);
        follow(log("mine", "one") + log("mine", "two"));
        QTRY_COMPARE(m_dialog->table().model()->rowCount(), 2);
    }
};

QTEST_MAIN(TestEventDialog)
#include "tst_eventdialog.moc"
