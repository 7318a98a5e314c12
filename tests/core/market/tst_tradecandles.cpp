// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/tradecandles.h"

#include <QtTest>

using namespace core;
using namespace core::market;

namespace {

Trade trade(const char* time, std::int64_t price, std::int64_t lots)
{
    return {*parseTimestamp(time), Price(price), Quantity(lots), TakerSide::Unknown, 0};
}

TradeColumns columns(std::initializer_list<Trade> trades)
{
    TradeColumns result;
    for (const Trade& one : trades)
        result.push(one);
    return result;
}

} // namespace

class TestTradeCandles : public QObject
{
    Q_OBJECT
private slots:
    void makesOneCandleOfAMinute()
    {
        const auto made = candlesOf(columns({trade("2023-01-01 00:00:00", 5, 10), trade("2023-01-01 00:00:10", 9, 20),
                                             trade("2023-01-01 00:00:20", 3, 30),
                                             trade("2023-01-01 00:00:59.999", 4, 40)}),
                                    2);
        QCOMPARE(made.size(), 1U);
        QVERIFY(made.at(0) ==
                (Candle{*parseTimestamp("2023-01-01"), Price(5), Price(9), Price(3), Price(4), 1.0, 4}));
    }
    void aTradeAtTheFullMinuteOpensTheNext()
    {
        const auto made = candlesOf(columns({trade("2023-01-01 00:00:59", 5, 1), trade("2023-01-01 00:01:00", 6, 1)}), 0);
        QCOMPARE(made.size(), 2U);
        QVERIFY(made.openTime[1] == *parseTimestamp("2023-01-01 00:01"));
    }
    void minutesWithoutTradesMakeNoCandle()
    {
        const auto made = candlesOf(columns({trade("2023-01-01 00:00", 5, 1), trade("2023-01-01 00:05", 6, 1)}), 0);
        QCOMPARE(made.size(), 2U);
    }
    void addsVolumeExactly()
    {
        // 0.1 + 0.2 is not 0.3 in doubles.
        const auto made = candlesOf(columns({trade("2023-01-01", 5, 1), trade("2023-01-01", 5, 2)}), 1);
        QCOMPARE(made.volume[0], 0.3);
    }
    void noTradesMakeNoCandles() { QVERIFY(candlesOf({}, 8).empty()); }
};

QTEST_GUILESS_MAIN(TestTradeCandles)
#include "tst_tradecandles.moc"
