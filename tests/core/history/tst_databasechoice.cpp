// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/databasechoice.h"
#include "tests/postgres/variable.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using core::ErrorCode;
using core::history::DatabaseUrl;
using namespace core::history;

class TestDatabaseChoice : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qunsetenv(DATABASE_VARIABLE);
    }

    void aWorkspaceHasItsOwnHistory()
    {
        QVERIFY(!readDatabaseChoice(folder())->has_value());
        QCOMPARE(historyOf(folder(), {})->file(), folder() / "history.sqlite");
    }

    void whatWasChosenIsUsed_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("server") << QStringLiteral("postgresql://anna@db.example.org:6432/markets");
        QTest::newRow("socket") << QStringLiteral("postgresql:///markets?host=/run/postgresql");
        QTest::newRow("file") << QStringLiteral("sqlite:///srv/market data/history.sqlite");
    }
    void whatWasChosenIsUsed()
    {
        QFETCH(QString, url);
        QVERIFY(writeDatabaseChoice(folder(), *DatabaseUrl::parse(url.toStdString())).ok());
        QCOMPARE(historyOf(folder(), {})->url(), DatabaseUrl::parse(url.toStdString())->url());
    }

    void theStartWinsOverTheVariableAndThatOverTheChoice()
    {
        QVERIFY(writeDatabaseChoice(folder(), *DatabaseUrl::parse("sqlite:///chosen")).ok());
        const Variable variable(DATABASE_VARIABLE, "sqlite:///variable");
        QCOMPARE(historyOf(folder(), {})->text(), std::string("/variable"));
        QCOMPARE(historyOf(folder(), "sqlite:///named")->text(), std::string("/named"));
    }

    void itsOwnFileCanBeChosenAgain()
    {
        QVERIFY(writeDatabaseChoice(folder(), *DatabaseUrl::parse("sqlite:///chosen")).ok());
        QVERIFY(writeDatabaseChoice(folder(), {}).ok());
        QCOMPARE(historyOf(folder(), {})->file(), folder() / "history.sqlite");
    }

    void aFileIsChosenByItsWholePath()
    {
        QVERIFY(writeDatabaseChoice(folder(), *DatabaseUrl::parse("sqlite://markets/history.sqlite")).ok());
        QCOMPARE(historyOf(folder(), {})->file(), std::filesystem::current_path() / "markets" / "history.sqlite");
    }

    void refusesAFileOfSomethingElse_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("noise") << QByteArray(100'000, '\x01');
        QTest::newRow("path") << QByteArray("/srv/history.sqlite\n");
        QTest::newRow("path from somewhere") << QByteArray("sqlite://markets/history.sqlite\n");
        QTest::newRow("password") << QByteArray("postgresql://anna:swordfish@host/m\n");
    }
    void refusesAFileOfSomethingElse()
    {
        QFETCH(QByteArray, text);
        QFile file(m_folder->filePath(QStringLiteral("database.url")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const auto history = historyOf(folder(), {});
        QVERIFY(!history.ok());
        QCOMPARE(history.error().code, ErrorCode::Corrupt);
        QVERIFY(history.error().message().find("swordfish") == std::string::npos);
    }

private:
    [[nodiscard]] std::filesystem::path folder() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestDatabaseChoice)
#include "tst_databasechoice.moc"
