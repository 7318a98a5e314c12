// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/csvimport.h"
#include "core/market/tradecandles.h"

#include <QtTest>

#include <numeric>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

Result<ImportReport> importFile(HistoryStore& store, const std::filesystem::path& file, ImportOptions wanted = {})
{
    static const std::atomic<bool> NEVER = false;
    wanted.symbol = symbol();
    auto plan = planImport(file, wanted);
    if (!plan)
        return plan.error();
    return importCsv(store, file, wanted, *plan, {}, NEVER);
}

/// `count` trades without ids, three a second.
QByteArray rows(int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += QByteArray::number(1672531200 + i / 3) + "," + QByteArray::number(100 + i % 7) + ".5,0." +
                QByteArray::number(1 + i % 9) + "\n";
    return text;
}

QByteArray reversed(const QByteArray& text)
{
    QList<QByteArray> lines = text.split('\n');
    lines.removeLast();
    std::reverse(lines.begin(), lines.end());
    return lines.join('\n');
}

/// Everything that the file made, to compare.
std::pair<TradeColumns, CandleColumns> everything(HistoryStore& store)
{
    return {*store.trades(symbol(), {}), *store.candles(symbol(), ONE_MINUTE, {})};
}

} // namespace

class TestTradeImport : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<Folder> m_folder;
    std::unique_ptr<HistoryStore> m_store;

private slots:
    void init()
    {
        m_folder = std::make_unique<Folder>();
        m_store = m_folder->open();
    }
    void cleanup() { m_store.reset(); }

    void importsTheArchiveSample()
    {
        const auto file = std::filesystem::path(QUARTERDECK_SHARED_DATA) / "kraken" / "trades-BCHEUR.csv";
        if (!std::filesystem::exists(file))
            QSKIP("the shared sample is not here");
        auto report = importFile(*m_store, file);
        VERIFY_OK(report);
        QVERIFY(report->plan.symbol == symbol("BCH/EUR"));
        QCOMPARE(report->badRows, 0);
        QCOMPARE(report->trades.inserted, report->rows);
        QCOMPARE(m_store->tradeExtent(symbol())->value().trades, report->rows);
        const auto minutes = m_store->candles(symbol(), ONE_MINUTE, {time("2023-01-01"), time("2023-01-01 00:05")});
        VERIFY_OK(minutes);
        // The first two rows of the file, each alone in its minute.
        QVERIFY(minutes->at(0) ==
                (Candle{time("2023-01-01 00:03"), Price(9054), Price(9054), Price(9054), Price(9054), 1.1044842, 1}));
        QVERIFY(minutes->openTime[1] == time("2023-01-01 00:04"));
        QVERIFY(report->plan.volumeUnit == VolumeUnit::Stated);
    }

    void makesCandlesAndRollups()
    {
        auto report = importFile(*m_store, m_folder->write("a.csv", rows(1000)));
        VERIFY_OK(report);
        QCOMPARE(report->trades.inserted, 1000);
        const auto stored = everything(*m_store);
        QCOMPARE(report->written.inserted, static_cast<std::int64_t>(stored.second.size()));
        QVERIFY(stored.second == candlesOf(stored.first, 8));
        const auto rolled = m_store->candles(symbol(), timeframe("5m"), {});
        VERIFY_OK(rolled);
        QCOMPARE(std::accumulate(rolled->trades.begin(), rolled->trades.end(), 0), 1000);
    }

    void theSameFileTwiceChangesNothing()
    {
        const auto file = m_folder->write("a.csv", rows(1000));
        VERIFY_OK(importFile(*m_store, file));
        auto again = importFile(*m_store, file);
        VERIFY_OK(again);
        QCOMPARE(again->trades.unchanged, 1000);
        QCOMPARE(again->trades.inserted + again->trades.changed, 0);
        QCOMPARE(again->written.inserted + again->written.changed, 0);
    }

    void equalRowsAreSeveralTrades()
    {
        auto report = importFile(*m_store, m_folder->write("a.csv", "1672531200,1,1\n1672531200,1,1\n"));
        VERIFY_OK(report);
        QCOMPARE(report->trades.inserted, 2);
        QCOMPARE(everything(*m_store).second.volume[0], 2.0);
    }

    void batchesLeaveNoTrace()
    {
        // More than two transactions, among them a minute of more trades than one.
        QByteArray text = rows(30'000);
        for (int i = 0; i < 50'000; ++i)
            text += "1672541220,100,0.1\n";
        text += "1672541280,100,0.1\n";
        auto report = importFile(*m_store, m_folder->write("a.csv", text));
        VERIFY_OK(report);
        QCOMPARE(report->trades.inserted, 80'001);
        const auto stored = everything(*m_store);
        QVERIFY(stored.second == candlesOf(stored.first, 8));
    }

    void newestFirstComesToTheSame()
    {
        VERIFY_OK(importFile(*m_store, m_folder->write("a.csv", rows(1000))));
        const auto expected = everything(*m_store);
        m_store.reset();
        m_folder = std::make_unique<Folder>();
        m_store = m_folder->open();
        auto report = importFile(*m_store, m_folder->write("a.csv", reversed(rows(1000))));
        VERIFY_OK(report);
        QVERIFY(report->plan.newestFirst);
        QVERIFY(everything(*m_store) == expected);
    }

    void aSecondFileGoesOnWithinAMinute()
    {
        VERIFY_OK(importFile(*m_store, m_folder->write("a.csv", rows(90))));
        VERIFY_OK(importFile(*m_store, m_folder->write("b.csv", rows(300).mid(rows(90).size()))));
        const auto stored = everything(*m_store);
        QCOMPARE(stored.first.count(), 300U);
        QVERIFY(stored.second == candlesOf(stored.first, 8));
    }

    void readsAHeaderWithSideAndId()
    {
        auto report = importFile(*m_store, m_folder->write("a.csv", "id,price,qty,time,side\n"
                                                                    "7,10.5,2,1672531200000,buy\n"
                                                                    "8,10.25,3,1672531200001,sell\n"));
        VERIFY_OK(report);
        const auto trades = everything(*m_store).first;
        QVERIFY(trades.at(0) == (Trade{time("2023-01-01"), Price(1050), Quantity(200'000'000), TakerSide::Buy, 7}));
        QVERIFY(trades.taker[1] == TakerSide::Sell);
    }

    void quotesBadRows_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no price") << QByteArray("1672531210,,1") << QStringLiteral("the price is empty");
        QTest::newRow("negative") << QByteArray("1672531210,-1,1") << QStringLiteral("the price is zero or negative");
        QTest::newRow("no size") << QByteArray("1672531210,1,0.000") << QStringLiteral("the volume is zero or negative");
        QTest::newRow("nan") << QByteArray("1672531210,nan,1") << QStringLiteral("the price is not a number");
        QTest::newRow("columns") << QByteArray("1672531210,1") << QStringLiteral("columns are missing");
        QTest::newRow("time") << QByteArray("soon,1,1") << QStringLiteral("the time cannot be read");
        QTest::newRow("too fine") << QByteArray("1672531210,1,1e-13")
                                  << QStringLiteral("the volume has more than 12 decimals");
    }
    void quotesBadRows()
    {
        QFETCH(QByteArray, row);
        QFETCH(QString, reason);
        auto report = importFile(*m_store, m_folder->write("a.csv", "1672531200,1,1\n" + row + "\n1672531260,1,1\n"));
        VERIFY_OK(report);
        QCOMPARE(report->badRows, 1);
        QCOMPARE(report->trades.inserted, 2);
        QCOMPARE(report->quoted[0].line, 2);
        QCOMPARE(QString::fromStdString(report->quoted[0].reason), reason);
    }

    void aDifferingTradeOfOneIdIsABadRow()
    {
        auto report = importFile(*m_store, m_folder->write("a.csv", "id,price,qty,time\n7,1,1,1672531200\n"
                                                                    "7,2,1,1672531200\n7,1,1,1672531200\n"));
        VERIFY_OK(report);
        QCOMPARE(report->badRows, 1);
        QCOMPARE(report->duplicates, 1);
        QCOMPARE(report->quoted[0].line, 3);
    }

    void keepsAllDecimalsOfSizes()
    {
        VERIFY_OK(importFile(*m_store, m_folder->write("a.csv", "1672531200,1,0.0000000001\n1672531201,1,1\n")));
        QCOMPARE(m_store->coverage(symbol())->instrument.lotDecimals, 10);
    }

    void refusesSizesInQuoteCurrency()
    {
        ImportOptions wanted;
        wanted.volume = VolumeColumn::Quote;
        auto report = importFile(*m_store, m_folder->write("a.csv", rows(10)), wanted);
        QVERIFY(!report.ok() && report.error().code == ErrorCode::InvalidInput);
    }
};

QTEST_GUILESS_MAIN(TestTradeImport)
#include "tst_tradeimport.moc"
