// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/seriesname.h"

#include <QtTest>

using namespace core::history;

class TestSeriesName : public QObject
{
    Q_OBJECT
private slots:
    void guesses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("symbol");
        QTest::addColumn<QString>("timeframe");
        QTest::addColumn<bool>("kraken");
        const auto row = [](const char* name, const char* symbol, const char* timeframe, bool kraken = false) {
            QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(symbol) << QString::fromUtf8(timeframe)
                                << kraken;
        };
        row("XBTUSD_1.csv", "BTC/USD", "1m", true);
        row("Kraken_OHLCVT/ETHXBT_1440.csv", "ETH/BTC", "1d", true);
        row("XDGEUR_7.csv", "DOGE/EUR", "");
        row("XBTUSD_1.csv.gz", "BTC/USD", "1m", true);
        row("BTCUSDT-1m-2022-01.zip", "BTC/USDT", "1m");
        row("Binance_BTCUSDT_1h.csv", "BTC/USDT", "1h");
        row("Kraken_ETHUSD_d.csv", "ETH/USD", "1d");
        row("Binance_BTCUSDT_2023_minute.csv", "BTC/USDT", "1m");
        row("/data/trades-BCHEUR.csv", "BCH/EUR", "");
        row("btc-usd-1d-2011-2025.csv", "BTC/USD", "1d");
        row("ETH_USDT.csv", "ETH/USDT", "");
        row("USDTUSD_1.csv", "USDT/USD", "1m", true);
        row("btc-perp-1m-2022-01.csv", "", "1m");
        row("candles.csv", "", "");
        row("2022-usd.csv", "", "");
        row("/usd/", "", "");
        row("", "", "");
    }
    void guesses()
    {
        QFETCH(QString, name);
        const SeriesName read = readSeriesName(name.toStdString());
        QTEST(QString::fromStdString(read.symbol ? read.symbol->text() : ""), "symbol");
        QTEST(QString::fromStdString(read.timeframe ? read.timeframe->text() : ""), "timeframe");
        QTEST(read.krakenArchive, "kraken");
    }
};

QTEST_GUILESS_MAIN(TestSeriesName)
#include "tst_seriesname.moc"
