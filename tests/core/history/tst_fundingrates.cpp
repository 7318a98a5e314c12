// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"

#include "core/history/fundingimport.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

constexpr std::int64_t BASIS_POINT = FUNDING_UNIT / 10'000;

FundingRate rate(const char* when, std::int64_t value)
{
    return {time(when), time(when), value};
}

std::unique_ptr<HistoryStore> openWithInstrument(const Folder& folder)
{
    auto store = folder.open();
    if (!store->putInstrument(instrument()))
        qFatal("the instrument is not taken");
    return store;
}

} // namespace

/// Funding rates as they are stored, and as files have them.
class TestFundingRates : public QObject
{
    Q_OBJECT
private slots:
    void readsBackWhatIsDueInTheRange()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        FundingRate late = rate("2022-01-03 00:00", 3 * BASIS_POINT);
        late.knownAt = time("2022-01-03 12:00");
        const std::vector rates = {late, rate("2022-01-03 08:00", BASIS_POINT), rate("2022-01-03 16:00", -BASIS_POINT),
                                   rate("2022-01-04 00:00", BASIS_POINT)};
        VERIFY_OK(store->writeFundingRates(symbol(), rates));
        const auto stored = store->fundingRates(symbol(), {time("2022-01-03 08:00"), time("2022-01-04")});
        VERIFY_OK(stored);
        QVERIFY((*stored == std::vector{rates[1], rates[0], rates[2]}));
    }

    void aRateBeyondTheRangeStaysOutThoughItWasDueBefore()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        FundingRate late = rate("2022-01-03 08:00", BASIS_POINT);
        late.knownAt = time("2022-01-05");
        VERIFY_OK(store->writeFundingRates(symbol(), std::vector{late}));
        QVERIFY(store->fundingRates(symbol(), {time("2022-01-03"), time("2022-01-05")})->empty());
    }

    void writingTwiceChangesNothing()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        std::vector rates = {rate("2022-01-03", BASIS_POINT), rate("2022-01-04", BASIS_POINT)};
        VERIFY_OK(store->writeFundingRates(symbol(), rates));
        rates[1].rate = -BASIS_POINT;
        const auto again = store->writeFundingRates(symbol(), rates);
        VERIFY_OK(again);
        QCOMPARE(again->unchanged, 1);
        QCOMPARE(again->changed, 1);
        QCOMPARE(again->inserted, 0);
    }

    void ratesMakeAPerpetual()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        VERIFY_OK(store->writeFundingRates(symbol(), std::vector{rate("2022-01-03", BASIS_POINT)}));
        // An import of candles that knows no kind does not undo it.
        const auto kept = store->putInstrument(instrument());
        VERIFY_OK(kept);
        QVERIFY(kept->kind == InstrumentKind::Perpetual);
    }

    void refusesRatesInPercent()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto refused = store->writeFundingRates(symbol(), std::vector{rate("2022-01-03", FUNDING_UNIT / 5)});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    }

    void importsWhatFilesSay_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("names and ISO times") << QByteArray("time,rate\n2022-01-03T08:00:00Z,0.0001\n");
        QTest::newRow("as Binance names it")
            << QByteArray("calc_time,funding_interval_hours,last_funding_rate\n1641196800000,8,0.00010000\n");
        QTest::newRow("without a header") << QByteArray("1641196800,0.0001\n");
        QTest::newRow("scientific notation") << QByteArray("1641196800,1e-4\n");
        QTest::newRow("the last word on a time counts") << QByteArray("1641196800,0.2e-3\n1641196800,0.0001\n");
    }

    void importsWhatFilesSay()
    {
        QFETCH(QByteArray, text);
        const Folder folder;
        auto store = openWithInstrument(folder);
        VERIFY_OK(importFunding(*store, folder.write("funding.csv", text), symbol()));
        const auto stored = store->fundingRates(symbol(), {});
        VERIFY_OK(stored);
        QVERIFY((*stored == std::vector{rate("2022-01-03 08:00", BASIS_POINT)}));
    }

    void importsWhenARateWasKnown()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto file = folder.write("funding.csv", "time,rate,known_at\n2022-01-03,0.0001,2022-01-03T00:05:00Z\n");
        VERIFY_OK(importFunding(*store, file, symbol()));
        QVERIFY(store->fundingRates(symbol(), {})->front().knownAt == time("2022-01-03 00:05"));
    }

    void badRowsAreQuotedAndStopNothing()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto file = folder.write("funding.csv", "time,rate\nyesterday,0.0001\n2022-01-03\n2022-01-03,much\n"
                                                      "2022-01-03,0.5\n2022-01-03,0.00000000000001\n2022-01-04,0.0001\n");
        const auto report = importFunding(*store, file, symbol());
        VERIFY_OK(report);
        QCOMPARE(report->rows, 1);
        QCOMPARE(report->badRows, 5);
        QCOMPARE(report->quoted.size(), 5U);
        QCOMPARE(report->quoted[0].line, 2);
    }

    void aFileWithoutRatesChangesNothing()
    {
        const Folder folder;
        auto store = openWithInstrument(folder);
        const auto refused = importFunding(*store, folder.write("funding.csv", "time,rate\nno,no\n"), symbol());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(store->putInstrument(instrument())->kind == InstrumentKind::Spot);
    }

    void anUnknownInstrumentIsSaid()
    {
        const Folder folder;
        const auto refused =
            importFunding(*folder.open(), folder.write("funding.csv", "2022-01-03,0.0001\n"), symbol());
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestFundingRates)
#include "tst_fundingrates.moc"
