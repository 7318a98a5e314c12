// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/history/historyfixture.h"

#include "core/history/databasefacts.h"
#include "core/history/migrations.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

/// A history on TimescaleDB: the same answers, kept in chunks and compressed.
class TestTimescale : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QString whyNot;
        m_server = TimescaleServer::shared(whyNot);
        if (!m_server)
            QSKIP(qPrintable(whyNot));
    }
    void init() { QVERIFY(m_server->clear()); }

    void saysWhatItCanDo()
    {
        const QString words = QString::fromStdString(opened()->database());
        QVERIFY2(words.startsWith(QStringLiteral("TimescaleDB 2.")), qPrintable(words));
        QVERIFY2(words.endsWith(QStringLiteral("compression on")), qPrintable(words));
    }

    void everyTableThatGrowsIsCutIntoChunks()
    {
        opened();
        QCOMPARE(m_server->number(QStringLiteral("SELECT count(*) FROM timescaledb_information.hypertables "
                                                 "WHERE hypertable_schema = 'quarterdeck' AND compression_enabled")),
                 10);
    }

    void everyOneHasAPolicyOfCompression()
    {
        opened();
        QCOMPARE(m_server->number(QStringLiteral("SELECT count(*) FROM timescaledb_information.jobs WHERE proc_name = "
                                                 "'policy_compression' AND hypertable_schema = 'quarterdeck'")),
                 10);
    }

    void openingAgainChangesNothing()
    {
        opened();
        QVERIFY(opened());
        QCOMPARE(m_server->number(QStringLiteral("SELECT count(*) FROM quarterdeck.timescale_steps")), 1);
    }

    void compressedCandlesReadTheSame()
    {
        const CandleColumns candles = series(time("2022-01-03"), ONE_MINUTE, 5'000);
        write(candles);
        const CandleColumns hours = *opened()->candles(symbol(), timeframe("1h"), {});
        compressAll();
        auto store = opened();
        QVERIFY(*store->candles(symbol(), ONE_MINUTE, {}) == candles);
        QVERIFY(*store->candles(symbol(), timeframe("1h"), {}) == hours);
    }

    void aCorrectionReachesCompressedCandlesAndTheirRollups()
    {
        CandleColumns candles = series(time("2022-01-03"), ONE_MINUTE, 5'000);
        write(candles);
        compressAll();
        candles.high[1'234] = Price(9'999);
        auto store = opened();
        const auto count = store->write(symbol(), ONE_MINUTE, candles);
        VERIFY_OK(count);
        QCOMPARE(count->changed, 1);
        QVERIFY(*store->candles(symbol(), ONE_MINUTE, {}) == candles);
        const CandleColumns days = *store->candles(symbol(), timeframe("1d"), {});
        QCOMPARE(days.high[0].ticks(), 9'999);
    }

    void lateCandlesGoIntoCompressedChunks()
    {
        const CandleColumns all = series(time("2022-01-03"), ONE_MINUTE, 3'000);
        CandleColumns even;
        for (std::size_t i = 0; i < all.size(); i += 2)
            even.push(all.at(i));
        write(even);
        compressAll();
        const auto count = opened()->write(symbol(), ONE_MINUTE, all);
        VERIFY_OK(count);
        QCOMPARE(count->inserted, 1'500);
        QVERIFY(*opened()->candles(symbol(), ONE_MINUTE, {}) == all);
    }

    void compressedTradesReadTheSame()
    {
        TradeColumns trades;
        for (int i = 0; i < 2'000; ++i)
            trades.push({time("2022-01-03") + std::chrono::milliseconds(i * 700), Price(100 + i % 9), Quantity(1 + i % 7),
                         TakerSide::Buy, static_cast<std::uint64_t>(i + 1)});
        auto store = opened();
        VERIFY_OK(store->putInstrument(instrument()));
        VERIFY_OK(store->writeTrades(symbol(), trades));
        store.reset();
        QVERIFY(compress("trades"));
        QVERIFY(*opened()->trades(symbol(), {}) == trades);
    }

    void saysWhatCompressionCameTo()
    {
        write(series(time("2022-01-03"), ONE_MINUTE, 20'000));
        compressAll();
        const auto facts = readDatabaseFacts(m_server->url());
        VERIFY_OK(facts);
        const TableFacts& candles = facts->tables.front();
        QCOMPARE(candles.name, std::string("candles"));
        QCOMPARE(candles.rows.value(), std::int64_t(20'000));
        QVERIFY(candles.compression.has_value());
        QCOMPARE(candles.compression->compressedChunks, std::int64_t(1));
        QVERIFY(candles.compression->bytesAfter < candles.compression->bytesBefore / 3);
        QVERIFY(candles.bytes.value() < candles.compression->bytesBefore);
    }

    void moreDecimalsRescaleWhatIsCompressed()
    {
        // More than the hundred thousand rows that a transaction may touch of its own accord.
        write(series(time("2022-01-03"), ONE_MINUTE, 110'000));
        compressAll();
        auto store = opened();
        VERIFY_OK(store->putInstrument(instrument(4)));
        const auto candles = store->candles(symbol(), ONE_MINUTE, {});
        VERIFY_OK(candles);
        QCOMPARE(candles->open[0].ticks(), candle(time("2022-01-03"), 1).open.ticks() * 100);
    }

    void aHistoryOfAPlainServerMovesIntoChunks()
    {
        QVERIFY(m_server->run(QStringLiteral("CREATE SCHEMA quarterdeck")));
        for (const Migration& migration : postgresMigrations()) {
            QVERIFY(m_server->run(QStringLiteral("SET search_path TO quarterdeck; ") + QString::fromUtf8(migration.sql)));
            QVERIFY(m_server->run(QStringLiteral("INSERT INTO quarterdeck.schema_version VALUES (%1, '%2', 'then')")
                                      .arg(migration.version)
                                      .arg(QString::fromUtf8(migration.name))));
        }
        QVERIFY(m_server->run(QStringLiteral(
            "INSERT INTO quarterdeck.instruments (venue, symbol, base, quote, price_decimals, lot_decimals, minimum_lots, "
            "volume_unit) VALUES ('kraken', 'BTC/USD', 'BTC', 'USD', 2, 8, 1, 'stated');"
            "INSERT INTO quarterdeck.series VALUES (1, 60, 1641168000000000, 1641168000000000, 1);"
            "INSERT INTO quarterdeck.candles VALUES (1, 60, 1641168000000000, 100, 102, 99, 101, 1.5, 3)")));
        QCOMPARE(opened()->candles(symbol(), ONE_MINUTE, {})->back().close.ticks(), 101);
        QCOMPARE(m_server->number(QStringLiteral("SELECT num_chunks FROM timescaledb_information.hypertables "
                                                 "WHERE hypertable_schema = 'quarterdeck' AND hypertable_name = 'candles'")),
                 1);
    }

private:
    /// One connection at a time: hold it no longer than needed.
    std::unique_ptr<HistoryStore> opened() const
    {
        auto store = openHistory(m_server->url());
        if (!store)
            qFatal("%s", store.error().message().c_str());
        return std::move(*store);
    }
    void write(const CandleColumns& candles) const
    {
        auto store = opened();
        VERIFY_OK(store->putInstrument(instrument()));
        VERIFY_OK(store->write(symbol(), ONE_MINUTE, candles));
    }
    [[nodiscard]] bool compress(const char* table) const
    {
        return m_server->number(QStringLiteral("SELECT count(public.compress_chunk(c)) FROM "
                                               "public.show_chunks('quarterdeck.%1') c")
                                    .arg(QLatin1String(table))) > 0;
    }
    void compressAll() const
    {
        for (const char* table : {"candles", "candles_5m", "candles_15m", "candles_30m", "candles_1h", "candles_4h",
                                  "candles_12h", "candles_1d", "candles_1w"})
            QVERIFY2(compress(table), table);
    }

    TimescaleServer* m_server = nullptr;
};

QTEST_GUILESS_MAIN(TestTimescale)
#include "tst_timescale.moc"
