// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What only a server can do to a move: go away, be of another encoding, refuse half way.
#include "tests/core/history/historyfixture.h"
#include "core/history/historymove.h"
#include "core/history/moveends.h"
#include "core/history/migrations.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace fixture;

namespace {

const Timestamp MONDAY = fixture::time("2022-01-03 00:00");
const std::atomic<bool> NEVER = false;
constexpr int CANDLES = 2'000;

} // namespace

class TestServerMove : public QObject
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
        auto store = *openHistory(here());
        market::Instrument euro = instrument();
        euro.venue = "Börse €";
        VERIFY_OK(store->putInstrument(euro));
        VERIFY_OK(store->write(symbol(), market::ONE_MINUTE, series(MONDAY, market::ONE_MINUTE, CANDLES)));
    }

    void goesOnAfterTheServerWentAway()
    {
        auto ends = openMoveEnds(here(), m_server->url());
        VERIFY_OK(ends);
        MoveOptions options;
        options.pageRows = 500;
        const auto kill = [this](const MoveProgress& progress) {
            if (progress.stage == MoveStage::Sending)
                m_server->kill();
        };
        const auto lost = moveHistory(*ends->source, *ends->destination, options, kill, NEVER);
        QVERIFY(m_server->restart());
        QVERIFY(!lost.ok());
        QCOMPARE(lost.error().code, ErrorCode::Io);
        QVERIFY2(lost.error().what.find("500 rows were moved and are kept") != std::string::npos, lost.error().what.c_str());
        ends = openMoveEnds(here(), m_server->url());
        VERIFY_OK(ends);
        const auto rest = moveHistory(*ends->source, *ends->destination, options, {}, NEVER);
        VERIFY_OK(rest);
        QCOMPARE(rest->present, std::int64_t(500));
        QVERIFY(rest->isComplete());
    }

    void keepsEveryCharacterInADatabaseWithoutAnEncoding()
    {
        const auto report = movedInto("plain", "SQL_ASCII");
        VERIFY_OK(report);
        QVERIFY(report->isComplete());
        const auto kept = openHistory(m_server->url(m_server->url().user(), "plain"), true);
        VERIFY_OK(kept);
        QCOMPARE((*kept)->coverage(symbol())->instrument.venue, std::string("Börse €"));
    }

    void saysThatAnotherEncodingLacksACharacter()
    {
        const auto report = movedInto("latin", "LATIN1");
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Refused);
        QVERIFY2(report.error().remedy.find("UTF8") != std::string::npos, report.error().remedy.c_str());
        const auto still = openHistory(here(), true);
        VERIFY_OK(still);
        QCOMPARE((*still)->coverage(symbol())->candles, std::int64_t(CANDLES));
    }

    void leavesANewerSchemaAlone()
    {
        openHistory(m_server->url()).value().reset();
        QVERIFY(m_server->run(QStringLiteral("INSERT INTO quarterdeck.schema_version VALUES (999, 'later', 'then')")));
        const auto ends = openMoveEnds(here(), m_server->url());
        QVERIFY(!ends.ok());
        QCOMPARE(ends.error().code, ErrorCode::Unsupported);
    }

    void bringsAnOlderSchemaUpToDate()
    {
        const Migration& first = postgresMigrations().front();
        QVERIFY(m_server->run(QStringLiteral("CREATE SCHEMA quarterdeck")));
        QVERIFY(m_server->run(QStringLiteral("SET search_path TO quarterdeck; ") + QString::fromUtf8(first.sql)));
        QVERIFY(m_server->run(QStringLiteral("INSERT INTO quarterdeck.schema_version VALUES (1, '%1', 'then')")
                                  .arg(QString::fromUtf8(first.name))));
        auto ends = openMoveEnds(here(), m_server->url());
        VERIFY_OK(ends);
        const auto report = moveHistory(*ends->source, *ends->destination, {}, {}, NEVER);
        VERIFY_OK(report);
        QVERIFY(report->isComplete());
    }

    void saysWhichInstrumentWasNamedByHand()
    {
        openHistory(m_server->url()).value().reset();
        QVERIFY(m_server->run(QStringLiteral(
            "INSERT INTO quarterdeck.instruments (venue, symbol, base, quote, price_decimals, lot_decimals, minimum_lots, "
            "volume_unit) VALUES ('kraken', '''); DROP TABLE candles; --', 'B', 'U', 2, 8, 1, 'stated')")));
        auto ends = openMoveEnds(here(), m_server->url());
        VERIFY_OK(ends);
        const auto refused = moveHistory(*ends->source, *ends->destination, {}, {}, NEVER);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Corrupt);
        QVERIFY2(refused.error().what.find("DROP TABLE candles") != std::string::npos, refused.error().what.c_str());
        QVERIFY(m_server->run(QStringLiteral("SELECT FROM quarterdeck.candles")));
    }

    void saysWhereRightsEnd()
    {
        openHistory(m_server->url()).value().reset();
        QVERIFY(m_server->run(QStringLiteral("DROP ROLE IF EXISTS clerk")));
        QVERIFY(m_server->run(QStringLiteral(
            "CREATE ROLE clerk LOGIN PASSWORD 'of the tests'; GRANT USAGE ON SCHEMA quarterdeck TO clerk; "
            "GRANT SELECT ON ALL TABLES IN SCHEMA quarterdeck TO clerk; GRANT INSERT, UPDATE ON quarterdeck.instruments TO clerk")));
        auto ends = openMoveEnds(here(), m_server->url("clerk", "history"));
        VERIFY_OK(ends);
        const auto refused = moveHistory(*ends->source, *ends->destination, {}, {}, NEVER);
        ends->destination.reset();
        QVERIFY(m_server->clear() && m_server->run(QStringLiteral("DROP ROLE clerk")));
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QVERIFY2(refused.error().what.find("candles") != std::string::npos, refused.error().what.c_str());
    }

    void aServersHistoryMovesIntoAFile()
    {
        auto there = openMoveEnds(here(), m_server->url());
        VERIFY_OK(there);
        QVERIFY(moveHistory(*there->source, *there->destination, {}, {}, NEVER)->isComplete());
        const std::filesystem::path file = m_folder->filePath(QStringLiteral("back.sqlite")).toStdString();
        auto back = openMoveEnds(m_server->url(), file);
        VERIFY_OK(back);
        const auto report = moveHistory(*back->source, *back->destination, {}, {}, NEVER);
        VERIFY_OK(report);
        QVERIFY(report->isComplete());
        QCOMPARE(report->sent, std::int64_t(CANDLES));
    }

private:
    [[nodiscard]] DatabaseUrl here() const
    {
        return std::filesystem::path(m_folder->filePath(QStringLiteral("here.sqlite")).toStdString());
    }
    /// Into a new database of that encoding, in a time zone and with dates of its own.
    [[nodiscard]] Result<MoveReport> movedInto(const char* name, const char* encoding) const
    {
        const QString database = QLatin1String(name);
        if (!m_server->run(QStringLiteral("CREATE DATABASE %1 ENCODING '%2' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
                               .arg(database, QLatin1String(encoding))) ||
            !m_server->run(QStringLiteral("ALTER DATABASE %1 SET timezone TO 'America/St_Johns'").arg(database)) ||
            !m_server->run(QStringLiteral("ALTER DATABASE %1 SET datestyle TO 'German, DMY'").arg(database)))
            return Error{ErrorCode::Internal, "the tests' server makes no database", ""};
        auto ends = openMoveEnds(here(), m_server->url(m_server->url().user(), name));
        if (!ends)
            return ends.error();
        return moveHistory(*ends->source, *ends->destination, {}, {}, NEVER);
    }

    PostgresServer* m_server = nullptr;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestServerMove)
#include "tst_servermove.moc"
