// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Through the real dialog, from a real file to a real server.
#include "core/history/databasechoice.h"
#include "core/history/historywriter.h"
#include "tests/core/history/historyfixture.h"
#include "tests/postgres/silentserver.h"
#include "tests/postgres/variable.h"
#include "ui/dialogs/databasedialog.h"
#include "ui/dialogs/databasetable.h"
#include "ui/dialogs/moveform.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QtTest>

using namespace fixture;
using core::history::DatabaseUrl;
using core::history::openHistory;
using ui::dialogs::DatabaseDialog;
using ui::dialogs::DatabaseTable;
using ui::models::DatabaseKeeper;

namespace {

constexpr int PATIENCE = 30'000;

/// The dialog on a workspace's own history.
struct Opened
{
    explicit Opened(const DatabaseUrl& history, bool mayChoose = true,
                    std::chrono::milliseconds patience = std::chrono::seconds(15))
        : keeper({history, history.file().parent_path(), mayChoose}, patience),
          dialog(std::make_unique<DatabaseDialog>(keeper))
    {
        dialog->show();
    }
    [[nodiscard]] QPushButton& button(const char* text) const
    {
        for (auto* one : dialog->findChildren<QPushButton*>())
            if (one->text().remove(QLatin1Char('&')) == QLatin1String(text))
                return *one;
        qFatal("no button \"%s\"", text);
    }
    [[nodiscard]] QString text(const char* label) const
    {
        const auto* found = dialog->findChild<QLabel*>(QLatin1String(label));
        return found && !found->isHidden() ? found->text() : QString();
    }
    void name(const DatabaseUrl& url) const { dialog->moveForm().setUrl(QString::fromStdString(url.url())); }

    DatabaseKeeper keeper;
    std::unique_ptr<DatabaseDialog> dialog;
};

} // namespace

class TestDatabaseDialog : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::shared(whyNot);
        QVERIFY2(m_server, qPrintable(whyNot));
    }
    void init()
    {
        QVERIFY(m_server->clear());
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void showsWhatTheHistoryTakes()
    {
        const Opened opened(filled(600));
        const auto* table = opened.dialog->findChild<DatabaseTable*>();
        QTRY_VERIFY_WITH_TIMEOUT(table->isVisible(), PATIENCE);
        QVERIFY2(opened.text("state").startsWith(QStringLiteral("SQLite 3.")), qPrintable(opened.text("state")));
        QVERIFY2(opened.text("state").contains(QStringLiteral("schema 3 of 3 · writable")), qPrintable(opened.text("state")));
        QCOMPARE(opened.text("name"), QString::fromStdString(here().text()));
        QCOMPARE(table->item(0, 0)->text(), QStringLiteral("Candles as written"));
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("600"));
        QVERIFY2(table->item(0, 2)->text().endsWith(QStringLiteral("kB")), qPrintable(table->item(0, 2)->text()));
    }

    void saysWhatToDoWhereNothingIsKeptYet()
    {
        const Opened opened(here());
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("state").contains(QStringLiteral("no history there yet")), PATIENCE);
        QVERIFY(!opened.dialog->findChild<DatabaseTable*>()->isVisible());
    }

    void readsAgainOnceTheDatabaseIsThere()
    {
        const Opened opened(*DatabaseUrl::parse("sqlite://" + workspace().string() + "/nowhere/history.sqlite"));
        QTRY_VERIFY_WITH_TIMEOUT(opened.button("Read again").isEnabled(), PATIENCE);
        QVERIFY2(opened.text("state").contains(QStringLiteral("to read only")), qPrintable(opened.text("state")));
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("nowhere")));
        opened.button("Read again").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("state").contains(QStringLiteral("writable")), PATIENCE);
    }

    void testsAConnection()
    {
        const Opened opened(filled(10));
        opened.name(m_server->url());
        opened.button("Test connection").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").startsWith(QStringLiteral("Connected: PostgreSQL 15.")), PATIENCE);
        QVERIFY(!opened.button("Use it from the next start").isEnabled());
    }

    void takesAPasswordOutOfTheField()
    {
        const Opened opened(filled(10));
        opened.dialog->moveForm().setUrl(QStringLiteral("postgresql://anna:swordfish@localhost/markets"));
        opened.button("Test connection").click();
        QCOMPARE(opened.dialog->findChild<QLineEdit*>()->text(), QStringLiteral("postgresql://anna@localhost/markets"));
        QVERIFY(opened.text("message").contains(QStringLiteral(".pgpass")));
    }

    void movesToAServerAndUsesItFromTheNextStart()
    {
        const Opened opened(filled(3'000));
        opened.name(m_server->url());
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").startsWith(QStringLiteral("Everything is there")), PATIENCE);
        QVERIFY(openHistory(m_server->url(), true).value()->candles(symbol(), core::market::ONE_MINUTE, {}).value() ==
                openHistory(here(), true).value()->candles(symbol(), core::market::ONE_MINUTE, {}).value());
        QVERIFY(opened.text("message").contains(QStringLiteral("jobs still write to the present database")));
        opened.button("Use it from the next start").click();
        QCOMPARE(core::history::historyOf(workspace(), {})->url(), m_server->url().url());
        QVERIFY(opened.text("next").contains(QString::fromStdString(m_server->url().text())));
    }

    void theWorkspacesOwnHistoryCanBeUsedAgain()
    {
        VERIFY_OK(core::history::writeDatabaseChoice(workspace(), m_server->url()));
        const Opened opened(filled(10));
        opened.button("Use the workspace's own").click();
        QCOMPARE(core::history::historyOf(workspace(), {})->file(), here().file());
        QVERIFY(!opened.button("Use the workspace's own").isVisible());
    }

    void aReadOnlyWorkspaceChoosesNothing()
    {
        const Opened opened(filled(10), false);
        openHistory(m_server->url()).value().reset();
        opened.name(m_server->url());
        opened.button("Test connection").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").startsWith(QStringLiteral("Connected")), PATIENCE);
        QVERIFY(!opened.button("Use it from the next start").isEnabled());
    }

    void stopsAndGoesOn()
    {
        const Opened opened(filled(120'000));
        opened.name(m_server->url());
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("progress").startsWith(QStringLiteral("Sending BTC/USD 1m candles")), PATIENCE);
        opened.button("Stop").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").startsWith(QStringLiteral("Stopped after")), PATIENCE);
        opened.button("Go on moving").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").startsWith(QStringLiteral("Everything is there")), PATIENCE);
        QVERIFY2(!opened.text("message").contains(QStringLiteral(" 0 were there already")), qPrintable(opened.text("message")));
    }

    void closingStopsAMoveFirst()
    {
        const Opened opened(filled(120'000));
        opened.name(m_server->url());
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("progress").startsWith(QStringLiteral("Sending")), PATIENCE);
        opened.dialog->reject();
        QVERIFY(opened.dialog->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!opened.keeper.isMoving(), PATIENCE);
        opened.dialog->reject();
        QVERIFY(!opened.dialog->isVisible());
    }

    void aSecondCloseLeavesWhileTheMoveIsEnding()
    {
        const Opened opened(filled(120'000));
        opened.name(m_server->url());
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("progress").startsWith(QStringLiteral("Sending")), PATIENCE);
        opened.dialog->reject();
        QVERIFY(opened.dialog->isVisible());
        QVERIFY(!opened.button("Stop").isEnabled());
        opened.dialog->reject();
        QVERIFY(!opened.dialog->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!opened.keeper.isMoving(), PATIENCE);
    }

    void refusesADestinationForWhichBatchesWait()
    {
        const Opened opened(filled(100));
        spoolThreeCandles();
        opened.name(m_server->url());
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").contains(QStringLiteral("1 batch waits in the spool for")), PATIENCE);
    }

    void movesNothingWhereWhatWaitsCannotBeWritten()
    {
        using namespace core::history;
        spoolThreeCandles();
        const auto away = []() -> core::Result<std::unique_ptr<HistoryStore>> {
            return core::Error{core::ErrorCode::Io, "the harbour is flooded", ""};
        };
        auto writer = HistoryWriter::open(m_server->url(), Spool::folderOf(workspace(), m_server->url()), {}, away);
        VERIFY_OK(writer);
        DatabaseKeeper keeper({m_server->url(), workspace(), true, writer->get()});
        std::optional<core::Error> failure;
        connect(&keeper, &DatabaseKeeper::moveFailed, &keeper, [&](const core::Error& error) { failure = error; });
        keeper.move(here(), OtherRows::Refuse);
        QTRY_VERIFY_WITH_TIMEOUT(failure.has_value(), PATIENCE);
        QVERIFY2(failure->what.find("the harbour is flooded") != std::string::npos, failure->what.c_str());
        QVERIFY(!std::filesystem::exists(here().file()));
    }

    void anEmptyVariableNamesNoDatabase()
    {
        const Variable empty(core::history::DATABASE_VARIABLE, "");
        const Opened opened(filled(10));
        QVERIFY2(opened.text("next").contains(QStringLiteral("the workspace's own history")), qPrintable(opened.text("next")));
    }

    void replacesOtherRowsOnlyWhenThatIsTicked()
    {
        const Opened opened(filled(100));
        {
            auto store = openHistory(m_server->url()).value();
            VERIFY_OK(store->putInstrument(instrument()));
            VERIFY_OK(store->write(symbol(), core::market::ONE_MINUTE,
                                   series(time("2022-01-03"), core::market::ONE_MINUTE, 20, 9)));
        }
        opened.name(m_server->url());
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").contains(QStringLiteral("at 20 times from")), PATIENCE);
        opened.dialog->findChild<QCheckBox*>()->setChecked(true);
        opened.button("Go on moving").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").startsWith(QStringLiteral("Everything is there")), PATIENCE);
    }

    void saysWhyAServerCannotBeReached()
    {
        const Opened opened(filled(10));
        opened.dialog->moveForm().setUrl(QStringLiteral("postgresql://anna@127.0.0.1:1/markets"));
        opened.button("Move this history there").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").contains(QStringLiteral("its name and port are right")), PATIENCE);
        QVERIFY(opened.button("Go on moving").isEnabled());
    }

    void givesUpOnAServerThatSaysNothing()
    {
        const SilentServer silent;
        const Opened opened(filled(10), true, std::chrono::milliseconds(200));
        opened.name(silent.url());
        opened.button("Test connection").click();
        QTRY_VERIFY_WITH_TIMEOUT(opened.text("message").contains(QStringLiteral("gave no answer")), 4'000);
        QVERIFY(opened.button("Test connection").isEnabled());
    }

    void everyControlHasANameAndAKey()
    {
        const Opened opened(filled(10));
        for (const auto* button : opened.dialog->findChildren<QPushButton*>())
            QVERIFY2(button->text().contains(QLatin1Char('&')) || button->text() == QStringLiteral("Close"),
                     qPrintable(button->text()));
        QSet<QChar> keys;
        for (const auto* button : opened.dialog->findChildren<QAbstractButton*>()) {
            if (const auto at = button->text().indexOf(QLatin1Char('&')); at >= 0 && button->isVisible()) {
                const QChar key = button->text().at(at + 1).toLower();
                QVERIFY2(!keys.contains(key), qPrintable(button->text()));
                keys.insert(key);
            }
        }
        QVERIFY(!opened.dialog->findChild<QLineEdit*>()->accessibleName().isEmpty());
        QVERIFY(!opened.dialog->findChild<QProgressBar*>()->accessibleName().isEmpty());
        QVERIFY(!opened.dialog->findChild<DatabaseTable*>()->accessibleName().isEmpty());
    }

private:
    [[nodiscard]] std::filesystem::path workspace() const { return m_folder->path().toStdString(); }
    [[nodiscard]] DatabaseUrl here() const { return workspace() / "history.sqlite"; }
    [[nodiscard]] DatabaseUrl filled(int minutes) const
    {
        auto store = openHistory(here()).value();
        const auto put = store->putInstrument(instrument());
        const auto written = store->write(symbol(), core::market::ONE_MINUTE,
                                          series(time("2022-01-03"), core::market::ONE_MINUTE, minutes));
        if (!put || !written)
            qFatal("the history cannot be filled");
        return here();
    }

    /// For the server, as an earlier start left them.
    void spoolThreeCandles() const
    {
        using namespace core::history;
        auto spool = Spool::open(Spool::folderOf(workspace(), m_server->url()), m_server->url());
        VERIFY_OK(spool);
        SpoolRecord record{time("2024-01-01"), instrument(), {}};
        record.batch.candles = series(time("2024-01-01"), core::market::ONE_MINUTE, 3);
        QVERIFY(spool->append(record).ok());
    }

    PostgresServer* m_server = nullptr;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TestDatabaseDialog)
#include "tst_databasedialog.moc"
