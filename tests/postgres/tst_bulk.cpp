// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/history/historyfixture.h"
#include "tests/postgres/bulkhistory.h"
#include "tests/postgres/serversession.h"

#include <QtTest>

#include <random>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

const Timestamp DAY = fixture::time("2024-01-01");

CandleColumns candlesFrom(std::mt19937& dice)
{
    const int first = static_cast<int>(dice() % 6'000);
    return series(DAY + std::chrono::minutes(first), ONE_MINUTE, 500 + static_cast<int>(dice() % 3'000),
                  static_cast<int>(dice() % 3));
}

TradeColumns tradesFrom(std::mt19937& dice, int step)
{
    TradeColumns trades;
    const int first = static_cast<int>(dice() % 2'000);
    const int count = 500 + static_cast<int>(dice() % 3'000);
    for (int i = first; i < first + count; ++i)
        trades.push({DAY + std::chrono::milliseconds(i * 700), Price(100 + (i + step % 2) % 9), Quantity(1 + i % 7),
                     i % 2 == 0 ? TakerSide::Buy : TakerSide::Sell, static_cast<std::uint64_t>(i + 1)});
    return trades;
}

bool isSame(const WriteCount& a, const WriteCount& b)
{
    return a.inserted == b.inserted && a.changed == b.changed && a.unchanged == b.unchanged;
}

/// What a history of random writes answers.
struct Answers
{
    std::vector<WriteCount> counts;
    std::vector<CandleColumns> candles; ///< At every timeframe.
    TradeColumns trades;
};

Answers answersOf(HistoryStore& store, unsigned seed)
{
    std::mt19937 dice(seed);
    Answers answers;
    if (!store.putInstrument(instrument()))
        qFatal("the instrument is refused");
    for (int step = 0; step < 12; ++step) {
        const auto written = step % 3 == 2 ? store.writeTrades(symbol(), tradesFrom(dice, step))
                                           : store.write(symbol(), ONE_MINUTE, candlesFrom(dice));
        if (!written)
            qFatal("%s", written.error().message().c_str());
        answers.counts.push_back(*written);
    }
    for (const Timeframe timeframe : ALL_TIMEFRAMES)
        answers.candles.push_back(*store.candles(symbol(), timeframe, {}));
    answers.trades = *store.trades(symbol(), {});
    return answers;
}

} // namespace

/// Both ways by which many rows reach a server end in the same rows.
class TestBulk : public QObject
{
    Q_OBJECT
private:
    PostgresServer* m_server = nullptr;

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = PostgresServer::shared(whyNot);
        QVERIFY2(m_server, qPrintable(whyNot));
    }
    void init() { QVERIFY(m_server->clear()); }

    void bothWaysEndInTheSameRows_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (const unsigned seed : {1U, 2U, 3U, 4U})
            QTest::addRow("seed %u", seed) << seed;
    }
    void bothWaysEndInTheSameRows()
    {
        QFETCH(unsigned, seed);
        const Answers byArrays = answersOf(*openBulk(m_server->url(), Bulk::Unnest), seed);
        QVERIFY(m_server->clear());
        const Answers byCopy = answersOf(*openBulk(m_server->url(), Bulk::Copy), seed);
        for (std::size_t i = 0; i < byArrays.counts.size(); ++i)
            QVERIFY2(isSame(byArrays.counts[i], byCopy.counts[i]), qPrintable(QString::number(i)));
        QVERIFY(byArrays.candles == byCopy.candles);
        QVERIFY(byArrays.trades == byCopy.trades);
    }

    void anOrdinaryServerIsCopiedTo()
    {
        static const SqlContents CONTENTS{postgresMigrations(), "history", "", ""};
        auto connection = PostgresConnection::connect(m_server->url(), CONTENTS);
        VERIFY_OK(connection);
        const auto bulk = bulkOf(**connection);
        VERIFY_OK(bulk);
        QCOMPARE(*bulk, Bulk::Copy);
    }

    void whoMayMakeNoTemporaryTablesWritesByArrays()
    {
        QVERIFY(m_server->run(QStringLiteral("REVOKE TEMPORARY ON DATABASE history FROM PUBLIC")));
        QVERIFY(m_server->run(QStringLiteral("DROP ROLE IF EXISTS clerk")));
        QVERIFY(m_server->run(QStringLiteral("CREATE ROLE clerk LOGIN PASSWORD 'of the tests'")));
        QVERIFY(m_server->run(QStringLiteral("GRANT CREATE ON DATABASE history TO clerk")));
        Result<std::unique_ptr<HistoryDatabase>> store = openHistory(m_server->url("clerk", "history"));
        const bool written = store && (*store)->putInstrument(instrument()).ok() &&
                             (*store)->write(symbol(), ONE_MINUTE, series(DAY, ONE_MINUTE, 3'000)).ok();
        store = Error{};
        QVERIFY(m_server->run(QStringLiteral("GRANT TEMPORARY ON DATABASE history TO PUBLIC")));
        QVERIFY(m_server->clear());
        QVERIFY(m_server->run(QStringLiteral("DROP OWNED BY clerk")));
        QVERIFY(written);
    }

    void aWriteThatFailedLeavesTheNextOneWhole()
    {
        auto store = openBulk(m_server->url(), Bulk::Copy);
        QVERIFY(store->putInstrument(instrument()).ok());
        // The staging table was made in a transaction that is taken back, and goes with it.
        ServerSession session(*m_server);
        QVERIFY(session.run(QStringLiteral("ALTER TABLE quarterdeck.candles ADD CONSTRAINT few CHECK (trades < 5)")));
        QVERIFY(!store->write(symbol(), ONE_MINUTE, series(DAY, ONE_MINUTE, 3'000)).ok());
        QVERIFY(session.run(QStringLiteral("ALTER TABLE quarterdeck.candles DROP CONSTRAINT few")));
        const auto written = store->write(symbol(), ONE_MINUTE, series(DAY, ONE_MINUTE, 3'000));
        VERIFY_OK(written);
        QVERIFY(*store->candles(symbol(), ONE_MINUTE, {}) == series(DAY, ONE_MINUTE, 3'000));
    }
};

QTEST_GUILESS_MAIN(TestBulk)
#include "tst_bulk.moc"
