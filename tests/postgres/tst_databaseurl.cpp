// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/databaseurl.h"

#include <QtTest>

using core::history::DatabaseUrl;

class TestDatabaseUrl : public QObject
{
    Q_OBJECT
private slots:
    void readsTheFileOfAnSqliteUrl()
    {
        const auto url = DatabaseUrl::parse("sqlite:///srv/market data/history.sqlite");
        QVERIFY(url.ok());
        QVERIFY(!url->isServer());
        QCOMPARE(url->file().string(), std::string("/srv/market data/history.sqlite"));
    }

    void readsAServer()
    {
        const auto url = DatabaseUrl::parse("postgresql://anna@db.example.org:6432/markets");
        QVERIFY(url.ok());
        QVERIFY(url->isServer());
        QCOMPARE(url->user(), std::string("anna"));
        QCOMPARE(url->host(), std::string("db.example.org"));
        QCOMPARE(int(url->port()), 6432);
        QCOMPARE(url->database(), std::string("markets"));
        QVERIFY(!url->isLocal());
        QCOMPARE(url->text(), std::string("postgresql://anna@db.example.org:6432/markets"));
    }

    void leavesTheUserAndThePortToTheirHabits()
    {
        const auto url = DatabaseUrl::parse("postgres://localhost/markets");
        QVERIFY(url.ok());
        QVERIFY(url->user().empty());
        QCOMPARE(int(url->port()), 5432);
        QVERIFY(url->isLocal());
        QCOMPARE(url->text(), std::string("postgresql://localhost/markets"));
    }

    void readsAFolderWithASocket()
    {
        const auto url = DatabaseUrl::parse("postgresql:///markets?host=/run/postgresql");
        QVERIFY(url.ok());
        QCOMPARE(url->host(), std::string("/run/postgresql"));
        QVERIFY(url->isLocal());
        const auto again = DatabaseUrl::parse(url->text());
        QVERIFY(again.ok());
        QCOMPARE(again->host(), url->host());
    }

    void readsBackTheUrlOfAFile()
    {
        const DatabaseUrl file(std::filesystem::path("/srv/market data/history.sqlite"));
        QCOMPARE(DatabaseUrl::parse(file.url())->file(), file.file());
    }

    void takesThePasswordOutOfWhatSomebodyWrote_data()
    {
        QTest::addColumn<QString>("clean");
        QTest::newRow("postgresql://anna:swordfish@host/m") << QStringLiteral("postgresql://anna@host/m");
        QTest::newRow("postgresql://anna:sword@fish@host/m") << QStringLiteral("postgresql://anna@host/m");
        QTest::newRow("anna:swordfish@host") << QStringLiteral("anna@host");
        QTest::newRow("postgresql://anna@host/m?password=swordfish") << QStringLiteral("postgresql://anna@host/m");
        QTest::newRow("postgresql://anna@host:6432/m") << QStringLiteral("postgresql://anna@host:6432/m");
        QTest::newRow("sqlite:///a/b") << QStringLiteral("sqlite:///a/b");
    }
    void takesThePasswordOutOfWhatSomebodyWrote()
    {
        QFETCH(QString, clean);
        QCOMPARE(QString::fromStdString(DatabaseUrl::withoutPassword(QTest::currentDataTag())), clean);
    }

    void knowsWhatStaysOnThisMachine_data()
    {
        QTest::addColumn<bool>("local");
        QTest::newRow("postgresql://127.0.0.1/m") << true;
        QTest::newRow("postgresql://[::1]/m") << true;
        QTest::newRow("postgresql://localhost.example.org/m") << false;
        QTest::newRow("postgresql://127.0.0.10/m") << false;
    }
    void knowsWhatStaysOnThisMachine()
    {
        QFETCH(bool, local);
        const auto url = DatabaseUrl::parse(QTest::currentDataTag());
        QVERIFY(url.ok());
        QCOMPARE(url->isLocal(), local);
    }

    void refusesAPasswordWithoutRepeatingIt()
    {
        for (const char* text : {"postgresql://anna:secret@db/markets", "postgresql://anna:secret%zz@db/markets",
                                 "postgresql://:secret@db/markets", "postgresql://db/markets?password=secret",
                                 "postgresql://anna:se/secret@db/markets", "postgresql://anna:12/secret@db/markets",
                                 "postgresql+psycopg2://anna:secret@db/markets", "Postgres://anna:secret@db/m"}) {
            const auto url = DatabaseUrl::parse(text);
            QVERIFY2(!url.ok(), text);
            QVERIFY2(url.error().message().find("secret") == std::string::npos, text);
        }
    }

    void refusesWhatIsNoDatabaseUrl_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "sqlite://", "history.sqlite", "mysql://h/d", "postgresql://", "postgresql://host", "postgresql:///d",
              "postgresql://host/", "postgresql://host:0/d", "postgresql://host:99999/d", "postgresql://host/d#f",
              "postgresql://host/d?host=/run", "postgresql:///d?host=relative", "postgresql://host/d?sslmode=disable"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void refusesWhatIsNoDatabaseUrl()
    {
        QFETCH(QString, text);
        const auto url = DatabaseUrl::parse(text.toStdString());
        QVERIFY(!url.ok());
        QVERIFY(!url.error().remedy.empty());
    }
};

QTEST_GUILESS_MAIN(TestDatabaseUrl)
#include "tst_databaseurl.moc"
