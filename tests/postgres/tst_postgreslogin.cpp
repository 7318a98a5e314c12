// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Failures of a server are told apart by their states, whatever language it and libpq speak: here it is German.
#include "core/history/databasefacts.h"
#include "tests/core/history/historyfixture.h"
#include "tests/postgres/silentserver.h"
#include "tests/postgres/variable.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace fixture;

class TestPostgresLogin : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::start(whyNot, {QStringLiteral("lc_messages=C.UTF-8")});
        QVERIFY2(m_server, qPrintable(whyNot));
    }

    void theServerSpeaksGerman()
    {
        if (!QFile::exists(QStringLiteral("/usr/share/locale/de/LC_MESSAGES/postgres-15.mo")))
            return; // The server's German is not installed.
        const QString what = QString::fromStdString(refused("harbour", "nowhere").what);
        QVERIFY2(what.contains(QStringLiteral("existiert nicht")), qPrintable(what));
    }

    void knowsAWrongPassword()
    {
        const Variable wrong("PGPASSWORD", "guessed");
        const Error error = refused("harbour", "history");
        QCOMPARE(error.code, ErrorCode::Refused);
        QVERIFY2(error.remedy.find(".pgpass") != std::string::npos, error.remedy.c_str());
        QVERIFY(error.message().find("guessed") == std::string::npos);
    }

    void knowsThatAPasswordIsMissing()
    {
        const Variable none("PGPASSWORD", nullptr);
        const Variable nowhere("PGPASSFILE", "/nowhere");
        const Error error = refused("harbour", "history");
        QCOMPARE(error.code, ErrorCode::Refused);
        QVERIFY2(error.remedy.find(".pgpass") != std::string::npos, error.remedy.c_str());
    }

    void knowsThatThereIsNoSuchDatabase()
    {
        const Error error = refused("harbour", "nowhere");
        QCOMPARE(error.code, ErrorCode::NotFound);
        QVERIFY2(error.remedy.find("Create the database") != std::string::npos, error.remedy.c_str());
    }

    void knowsThatNobodyMayConnect()
    {
        QVERIFY(m_server->run(QStringLiteral("CREATE ROLE outsider LOGIN PASSWORD 'of the tests'")));
        QVERIFY(m_server->run(QStringLiteral("REVOKE CONNECT ON DATABASE history FROM PUBLIC")));
        const Error error = refused("outsider", "history");
        QVERIFY(m_server->run(QStringLiteral("GRANT CONNECT ON DATABASE history TO PUBLIC")));
        QCOMPARE(error.code, ErrorCode::Refused);
        QVERIFY2(error.remedy.find("right to connect") != std::string::npos, error.remedy.c_str());
    }

    void knowsThatTheServerDoesNotEncrypt()
    {
        const Variable demanded("PGSSLMODE", "require");
        const Error error = refused("harbour", "history");
        QCOMPARE(error.code, ErrorCode::Refused);
        QVERIFY2(error.remedy.find("TLS") != std::string::npos, error.remedy.c_str());
    }

    void knowsThatNobodyListens()
    {
        const auto opened = openHistory(*DatabaseUrl::parse("postgresql://anna@127.0.0.1:1/markets"));
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().code, ErrorCode::Io);
    }

    void givesUpOnAServerThatSaysNothing()
    {
        const SilentServer silent;
        QElapsedTimer timer;
        timer.start();
        const auto opened = openHistory(silent.url());
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().code, ErrorCode::Io);
        QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    }

    void knowsThatItMayNotWrite()
    {
        QVERIFY(m_server->run(QStringLiteral("CREATE ROLE guest LOGIN PASSWORD 'of the tests'")));
        const Error error = refused("guest", "history");
        QCOMPARE(error.code, ErrorCode::Refused);
        QVERIFY2(error.remedy.find("right to use the schema") != std::string::npos, error.remedy.c_str());
    }

    void looksWithoutTheRightToWrite()
    {
        VERIFY_OK(openHistory(m_server->url()));
        QVERIFY(m_server->run(QStringLiteral(
            "CREATE ROLE visitor LOGIN PASSWORD 'of the tests'; GRANT USAGE ON SCHEMA quarterdeck TO visitor; "
            "GRANT SELECT ON ALL TABLES IN SCHEMA quarterdeck TO visitor")));
        const auto guest = probeDatabase(m_server->url("visitor", "history"));
        const auto owner = probeDatabase(m_server->url());
        QVERIFY(m_server->clear());
        VERIFY_OK(guest);
        QVERIFY(!guest->writable);
        QVERIFY(owner->writable);
    }

    void looksAtEveryRightThatAHistoryNeeds_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<bool>("writable");
        const auto given = [](const char* name, const char* sql, bool writable) {
            QTest::newRow(name) << QString::fromUtf8(sql) << writable;
        };
        given("all", "GRANT ALL ON ALL TABLES IN SCHEMA quarterdeck TO clerk", true);
        given("no update", "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA quarterdeck TO clerk", false);
        given("not every table",
              "GRANT SELECT ON ALL TABLES IN SCHEMA quarterdeck TO clerk; GRANT ALL ON quarterdeck.candles TO clerk", false);
        given("begins read-only",
              "GRANT ALL ON ALL TABLES IN SCHEMA quarterdeck TO clerk; ALTER ROLE clerk SET default_transaction_read_only TO on",
              false);
        given("older schema",
              "GRANT ALL ON ALL TABLES IN SCHEMA quarterdeck TO clerk; DELETE FROM quarterdeck.schema_version WHERE version > 1",
              false);
    }
    void looksAtEveryRightThatAHistoryNeeds()
    {
        QFETCH(QString, given);
        QFETCH(bool, writable);
        VERIFY_OK(openHistory(m_server->url()));
        QVERIFY(m_server->run(QStringLiteral("CREATE ROLE clerk LOGIN PASSWORD 'of the tests'; "
                                             "GRANT USAGE ON SCHEMA quarterdeck TO clerk; ") + given));
        const auto probe = probeDatabase(m_server->url("clerk", "history"));
        QVERIFY(m_server->clear() && m_server->run(QStringLiteral("DROP ROLE clerk")));
        VERIFY_OK(probe);
        QCOMPARE(probe->writable, writable);
    }

    void saysThatAnEncodingLacksCharacters()
    {
        QVERIFY(m_server->run(
            QStringLiteral("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")));
        const auto probe = probeDatabase(m_server->url("harbour", "latin"));
        VERIFY_OK(probe);
        QCOMPARE(probe->encoding, std::string("LATIN1"));
        QVERIFY(!probe->keepsEveryCharacter());
    }

    void leavesATableAloneThatHasOurNameAndOtherColumns()
    {
        QVERIFY(m_server->run(QStringLiteral("CREATE SCHEMA quarterdeck; CREATE TABLE quarterdeck.schema_version (wax text)")));
        const Error error = refused("harbour", "history");
        QVERIFY(m_server->run(QStringLiteral("SELECT wax FROM quarterdeck.schema_version")));
        QVERIFY(m_server->clear());
        QCOMPARE(error.code, ErrorCode::Unsupported);
        QVERIFY2(error.what.find("another program") != std::string::npos, error.what.c_str());
    }

private:
    [[nodiscard]] Error refused(const char* user, const char* database) const
    {
        const auto opened = openHistory(m_server->url(user, database));
        return opened ? Error{ErrorCode::Internal, "it was let in", ""} : opened.error();
    }

    std::unique_ptr<PostgresServer> m_server;
};

int main(int argc, char** argv)
{
    // Before anything is said: gettext remembers.
    qputenv("LANGUAGE", "de");
    const QCoreApplication application(argc, argv);
    TestPostgresLogin test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_postgreslogin.moc"
