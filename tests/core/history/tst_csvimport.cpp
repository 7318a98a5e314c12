// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "historyfixture.h"
#include "packedfiles.h"

#include "core/history/csvimport.h"

#include <QtTest>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

const std::atomic<bool> NEVER = false;

ImportOptions options()
{
    ImportOptions result;
    result.symbol = symbol();
    return result;
}

Result<ImportReport> importFile(HistoryStore& store, const std::filesystem::path& file,
                                const ImportOptions& wanted = options())
{
    auto plan = planImport(file, wanted);
    if (!plan)
        return plan.error();
    return importCsv(store, file, wanted, *plan, {}, NEVER);
}

QByteArray minutes(int count, const char* extra = "")
{
    QByteArray text = "time,open,high,low,close,volume\n";
    for (int i = 0; i < count; ++i)
        text += QByteArray::number(1641168000 + 60 * i) + ",10.5,11.25,10.0,11.0,2.5\n";
    return text + extra;
}

std::filesystem::path shared(const char* name)
{
    return std::filesystem::path(QUARTERDECK_SHARED_DATA) / name;
}

} // namespace

class TestCsvImport : public QObject
{
    Q_OBJECT
private slots:
    void importsTheMinuteSample();
    void importsTheDailySample();
    void readsEveryDialect_data();
    void readsEveryDialect();
    void binanceWithHeaderAndMicroseconds();
    void closesStampTheCandleBefore_data();
    void closesStampTheCandleBefore();
    void userNamesTheTimeFormat();
    void nameTellsTheTimeframeOfRareTrades();
    void nameThatCannotBeTrueIsIgnored();
    void importsAMemberOfAnArchive();
    void guessesTheVolume_data();
    void guessesTheVolume();
    void refusesWholeFiles_data();
    void refusesWholeFiles();
    void quotesBadRows_data();
    void quotesBadRows();
    void truncatedLastLineIsOneBadRow();
    void sameFileTwiceChangesNothing();
    void unorderedRowsAreSorted();
    void newestFirstAcrossBatches();
    void laterFileWithMoreDecimalsRescales();
    void tooManyDecimalsAreNeverRounded();
    void statedUnitReplacesTheGuess();
    void cancelKeepsWhatIsCommitted();
    void timesKnowBetterThanANameThatSaysMinutes();
    void cancelsAmongBlankLines();
    void cancelsPlanning();
    void tellsProgress();
    void userNamesTheColumns();
    void missingFileIsAnError();
    void badFirstRowsDoNotMisleadTheGuess();
};

void TestCsvImport::importsTheMinuteSample()
{
    const auto file = shared("btc-perp-1m-2022-01.csv");
    if (!std::filesystem::exists(file))
        QSKIP("the shared sample is not here");
    const Folder folder;
    auto store = folder.open();
    auto report = importFile(*store, file);
    VERIFY_OK(report);
    QCOMPARE(report->rows, 45'031);
    QCOMPARE(report->badRows, 0);
    QCOMPARE(report->written.inserted, 45'031);
    QCOMPARE(report->plan.priceDecimals, 3);
    QVERIFY(report->plan.timeframe == ONE_MINUTE);
    QVERIFY(report->plan.volume == VolumeColumn::Quote);
    QVERIFY(report->plan.volumeUnit == VolumeUnit::Guessed);
    QVERIFY(report->oldest == time("2021-12-31 23:01"));
    auto first = store->candles(symbol(), ONE_MINUTE, {Timestamp::min(), time("2021-12-31 23:02")});
    VERIFY_OK(first);
    QCOMPARE(first->open[0].ticks(), 46'319'000);
    QCOMPARE(first->volume[0], 2300413.7295 / 46377.0);
    auto again = importFile(*store, file);
    VERIFY_OK(again);
    QCOMPARE(again->written.unchanged, 45'031);
    QCOMPARE(again->written.inserted + again->written.changed, 0);
}

void TestCsvImport::importsTheDailySample()
{
    const auto file = shared("btc-usd-1d-2011-2025.csv");
    if (!std::filesystem::exists(file))
        QSKIP("the shared sample is not here");
    const Folder folder;
    auto store = folder.open();
    auto report = importFile(*store, file);
    VERIFY_OK(report);
    QCOMPARE(report->rows, 5'152);
    QCOMPARE(report->badRows, 0);
    QCOMPARE(report->plan.priceDecimals, 2);
    QVERIFY(report->plan.timeframe == timeframe("1d"));
    QVERIFY(report->plan.volume == VolumeColumn::Base);
    auto second =
        store->candles(symbol(), timeframe("1d"), {time("2011-08-19"), time("2011-08-20")});
    VERIFY_OK(second);
    // The columns are open, close, volume, unix_timestamp, high, low in this file.
    QVERIFY(second->at(0) == (Candle{time("2011-08-19"), Price(1090), Price(1185), Price(1090),
                                     Price(1169), 1.9265781400000002, 0}));
}

void TestCsvImport::readsEveryDialect_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("timeFormat");
    QTest::newRow("kraken without header")
        << QByteArray("1641168000,1.5,2.5,1.25,2,7,3\n1641168060,1.5,2.5,1.25,2,7,3\n")
        << QStringLiteral("epoch s");
    QTest::newRow("binance without header")
        << QByteArray("1641168000000,1.5,2.5,1.25,2,7,1641168059999,14,3,1,2,0\n"
                      "1641168060000,1.5,2.5,1.25,2,7,1641168119999,14,3,1,2,0\n")
        << QStringLiteral("epoch ms");
    QTest::newRow("semicolons, quotes, CRLF, mark")
        << QByteArray(
               "\xEF\xBB\xBF\"Low\";\"High\";\"Time\";\"Close\";\"Open\";\"Volume\";\"Trades\"\r\n"
               "\"1.25\";\"2.5\";\"2022-01-03T00:00:00Z\";\"2\";\"1.5\";\"7\";\"3\"\r\n"
               "\"1.25\";\"2.5\";\"2022-01-03T01:01:00+01:00\";\"2.000\";\"1.50\";\"7.0\";"
               "\"3\"\r\n")
        << QStringLiteral("ISO 8601");
    QTest::newRow("tabs, microseconds, blank lines")
        << QByteArray("\n\ntime\topen\thigh\tlow\tclose\tvolume\ttrades\textra\n"
                      "1641168000000000\t1.5\t2.5\t1.25\t2\t7\t3\tx\n\n"
                      "1641168060000000\t1.5\t2.5\t1.25\t2\t7\t3\t\n")
        << QStringLiteral("epoch µs");
    QTest::newRow("nanoseconds, scientific")
        << QByteArray("openTime,open,high,low,close,volume,n\n"
                      "1641168000000000000,1.5,2.5,125e-2,2E0,7,3\n1641168060000000000,1.5,2.5,1."
                      "25,2,7,3\n")
        << QStringLiteral("epoch ns");
    QTest::newRow("cryptodatadownload, newest first")
        << QByteArray("https://www.CryptoDataDownload.com\n"
                      "unix,date,symbol,open,high,low,close,Volume BTC,Volume USD,tradecount\n"
                      "1641168060,2022-01-03 00:01:00,BTC/USD,1.5,2.5,1.25,2,7,14,3\n"
                      "1641168000,2022-01-03 00:00:00,BTC/USD,1.5,2.5,1.25,2,7,14,3")
        << QStringLiteral("ISO 8601");
}

void TestCsvImport::readsEveryDialect()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, timeFormat);
    const Folder folder;
    auto store = folder.open();
    auto report = importFile(*store, folder.write("a.csv", text));
    VERIFY_OK(report);
    QCOMPARE(QString::fromStdString(report->plan.timeFormat), timeFormat);
    QCOMPARE(report->badRows, 0);
    QCOMPARE(report->written.inserted, 2);
    CandleColumns expected;
    expected.push(
        {time("2022-01-03 00:00"), Price(150), Price(250), Price(125), Price(200), 7.0, 3});
    expected.push(
        {time("2022-01-03 00:01"), Price(150), Price(250), Price(125), Price(200), 7.0, 3});
    auto stored = store->candles(symbol(), ONE_MINUTE, {});
    VERIFY_OK(stored);
    QVERIFY(*stored == expected);
}

void TestCsvImport::binanceWithHeaderAndMicroseconds()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write(
        "BTCUSDT-1m-2025-01.csv",
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
        "taker_buy_quote_volume,ignore\n"
        "1735689600000000,4,4,4,4,7,1735689659999999,28,3,1,4,0\n"
        "1735689660000000,4,4,4,4,7,1735689719999999,28,3,1,4,0\n");
    auto report = importFile(*store, file);
    VERIFY_OK(report);
    QCOMPARE(report->plan.timeFormat, std::string("epoch µs"));
    QVERIFY(report->plan.stamp == Stamp::Open);
    QVERIFY(report->plan.volumeUnit == VolumeUnit::Stated);
    QVERIFY(report->plan.symbol == symbol("BTC/USDT"));
    QVERIFY(store->candles(symbol(), ONE_MINUTE, {})->at(0) ==
            (Candle{time("2025-01-01"), Price(4), Price(4), Price(4), Price(4), 7.0, 3}));
}

void TestCsvImport::closesStampTheCandleBefore_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<bool>("said");
    QTest::newRow("named") << QByteArray("close_time") << QByteArray("1641168060") << QByteArray("1641168120") << false;
    QTest::newRow("said by the user")
        << QByteArray("time") << QByteArray("1641168060") << QByteArray("1641168120") << true;
    QTest::newRow("last millisecond") << QByteArray("Close time") << QByteArray("1641168059999")
                                      << QByteArray("1641168119999") << false;
    QTest::newRow("last second") << QByteArray("end") << QByteArray("2022-01-03 00:00:59")
                                 << QByteArray("2022-01-03 00:01:59") << false;
}

void TestCsvImport::closesStampTheCandleBefore()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, first);
    QFETCH(QByteArray, second);
    QFETCH(bool, said);
    const Folder folder;
    auto store = folder.open();
    auto wanted = options();
    wanted.timeframe = ONE_MINUTE;
    if (said)
        wanted.stamp = Stamp::Close;
    const auto file = folder.write("a.csv", header + ",open,high,low,close\n" + first + ",1,1,1,1\n" + second +
                                                ",1,1,1,1\n1641168150,1,1,1,1\n");
    auto report = importFile(*store, file, wanted);
    VERIFY_OK(report);
    QCOMPARE(report->badRows, 1);
    QCOMPARE(report->written.inserted, 2);
    QVERIFY(report->oldest == time("2022-01-03 00:00"));
}

void TestCsvImport::userNamesTheTimeFormat()
{
    const Folder folder;
    auto store = folder.open();
    auto wanted = options();
    wanted.timeFormat = TimeFormat::Milliseconds;
    // Minutes of 1970, which look like seconds of a later day.
    auto report = importFile(*store, folder.write("a.csv", "120000,1,1,1,1\n180000,1,1,1,1\n"), wanted);
    VERIFY_OK(report);
    QVERIFY(report->oldest == time("1970-01-01 00:02"));
}

void TestCsvImport::nameTellsTheTimeframeOfRareTrades()
{
    const Folder folder;
    auto store = folder.open();
    auto report =
        importFile(*store, folder.write("XBTUSD_1.csv", "1641168000,1,1,1,1,1,1\n1641168180,1,1,1,1,1,1\n"));
    VERIFY_OK(report);
    QVERIFY(report->plan.timeframe == ONE_MINUTE);
    QVERIFY(report->plan.volumeUnit == VolumeUnit::Stated);
}

void TestCsvImport::nameThatCannotBeTrueIsIgnored()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("BTCUSD-1h.csv", "1641168000,1,1,1,1,1,1\n1641168060,1,1,1,1,1,1\n");
    auto report = importFile(*store, file);
    VERIFY_OK(report);
    QVERIFY(report->plan.timeframe == ONE_MINUTE);
}

void TestCsvImport::importsAMemberOfAnArchive()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("Kraken_OHLCVT.zip",
                                   zipped({{"XBTUSD_1.csv", minutes(3)}, {"ETHUSD_5.csv", "1641168000,1,1,1,1,1,1\n"}}));
    QVERIFY(!importFile(*store, file).ok());
    auto wanted = options();
    wanted.member = "ETHUSD_5.csv";
    auto report = importFile(*store, file, wanted);
    VERIFY_OK(report);
    QVERIFY(report->plan.symbol == symbol("ETH/USD"));
    QVERIFY(report->plan.timeframe == timeframe("5m"));
    QCOMPARE(report->written.inserted, 1);
}

void TestCsvImport::guessesTheVolume_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("values");
    QTest::addColumn<int>("column");
    QTest::addColumn<bool>("stated");
    QTest::addColumn<double>("stored");
    const int base = static_cast<int>(VolumeColumn::Base);
    const int quote = static_cast<int>(VolumeColumn::Quote);
    const int contracts = static_cast<int>(VolumeColumn::Contracts);
    QTest::newRow("plain, small") << QByteArray("volume") << QByteArray("8") << base << false
                                  << 8.0;
    QTest::newRow("plain, impossible as base")
        << QByteArray("volume") << QByteArray("80000000000") << quote << false << 20000000000.0;
    QTest::newRow("named base") << QByteArray("volume_btc") << QByteArray("8") << base << true
                                << 8.0;
    QTest::newRow("named quote") << QByteArray("Volume USD") << QByteArray("8") << quote << true
                                 << 2.0;
    QTest::newRow("quote_volume") << QByteArray("quote_volume") << QByteArray("8") << quote << true
                                  << 2.0;
    QTest::newRow("plain beside quote")
        << QByteArray("quote_volume,volume") << QByteArray("8,2") << base << true << 2.0;
    QTest::newRow("contracts") << QByteArray("volume (contracts)") << QByteArray("8") << contracts
                               << false << 8.0;
}

void TestCsvImport::guessesTheVolume()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, values);
    QFETCH(int, column);
    QFETCH(bool, stated);
    QFETCH(double, stored);
    const Folder folder;
    auto store = folder.open();
    auto report =
        importFile(*store, folder.write("a.csv", "time,open,high,low,close," + header +
                                                     "\n1641168000,4,4,4,4," + values +
                                                     "\n1641168060,4,4,4,4," + values + "\n"));
    VERIFY_OK(report);
    QCOMPARE(static_cast<int>(report->plan.volume), column);
    QCOMPARE(report->plan.volumeUnit == VolumeUnit::Stated, stated);
    QCOMPARE(store->candles(symbol(), ONE_MINUTE, {})->volume[0], stored);
}

void TestCsvImport::refusesWholeFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("word");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("empty");
    QTest::newRow("blank") << QByteArray("\n \r\n\n") << QStringLiteral("empty");
    QTest::newRow("only a header")
        << QByteArray("time,open,high,low,close,volume\n") << QStringLiteral("time");
    QByteArray binary;
    for (int i = 0; i < 3000; ++i)
        binary.append(static_cast<char>((i * 7919 + 13) % 251));
    QTest::newRow("binary") << binary << QStringLiteral("text");
    QTest::newRow("utf-16 with mark")
        << QByteArray("\xFF\xFEt\0i\0m\0e\0,\0", 12) << QStringLiteral("UTF-16");
    QTest::newRow("utf-16 without mark")
        << QByteArray("t\0i\0m\0e\0,\0o\0", 12) << QStringLiteral("UTF-16");
    QTest::newRow("latin-1") << QByteArray("time,open,high,low,close,Vol\xFC"
                                           "me\n1641168000,1,1,1,1,1\n")
                             << QStringLiteral("UTF-8");
    QTest::newRow("gzip cut off") << QByteArray("\x1F\x8B\x08\x00\x00\x00", 6) << QStringLiteral("damaged");
    QTest::newRow("zip cut off") << QByteArray("PK\x03\x04\x14\x00", 6) << QStringLiteral("damaged");
    QTest::newRow("no columns") << QByteArray("once upon a time\nthere was a price\n")
                                << QStringLiteral("columns");
    QTest::newRow("no close") << QByteArray("time,open,high,low,volume\n1641168000,1,1,1,1\n")
                              << QStringLiteral("close");
    QTest::newRow("all bad")
        << QByteArray("time,open,high,low,close\n1641168000,x,1,1,1\n1641168060,1,1,-1,1\n")
        << QStringLiteral("None of the 2 rows");
    QTest::newRow("all high below low")
        << QByteArray("time,open,high,low,close\n1641168000,1,1,2,1\n1641168060,1,1,2,1\n")
        << QStringLiteral("None of the 2 rows");
    QTest::newRow("three minutes") << QByteArray("1641168000,1,1,1,1,1,1\n1641168180,1,1,1,1,1,1\n")
                                   << QStringLiteral("180 seconds");
    QTest::newRow("one row") << QByteArray("1641168000,1,1,1,1,1,1\n")
                             << QStringLiteral("timeframe");
}

void TestCsvImport::refusesWholeFiles()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, word);
    const Folder folder;
    auto store = folder.open();
    auto report = importFile(*store, folder.write("a.csv", bytes));
    QVERIFY(!report.ok());
    QVERIFY2(report.error().message().find(word.toStdString()) != std::string::npos,
             report.error().message().c_str());
    QVERIFY(store->coverage()->empty());
}

void TestCsvImport::quotesBadRows_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QString>("reason");
    QTest::newRow("high below low")
        << QByteArray("1641168180,2,1,3,2,1") << QStringLiteral("the high is below the low");
    QTest::newRow("nan") << QByteArray("1641168180,nan,1,1,1,1")
                         << QStringLiteral("the open is not a number");
    QTest::newRow("infinite volume")
        << QByteArray("1641168180,1,1,1,1,inf") << QStringLiteral("the volume is not a number");
    QTest::newRow("nan volume") << QByteArray("1641168180,1,1,1,1,NaN")
                                << QStringLiteral("the volume is not a number");
    QTest::newRow("negative price")
        << QByteArray("1641168180,1,1,-1,1,1") << QStringLiteral("the low is zero or negative");
    QTest::newRow("zero price") << QByteArray("1641168180,1,1,0.00,1,1")
                                << QStringLiteral("the low is zero or negative");
    QTest::newRow("negative volume")
        << QByteArray("1641168180,1,1,1,1,-2") << QStringLiteral("the volume is negative");
    QTest::newRow("empty field") << QByteArray("1641168180,1,,1,1,1")
                                 << QStringLiteral("the high is empty");
    QTest::newRow("missing columns")
        << QByteArray("1641168180,1,1") << QStringLiteral("columns are missing");
    QTest::newRow("too many columns")
        << QByteArray("1641168180,1,1,1,1,1,1") << QStringLiteral("there are too many columns");
    QTest::newRow("words") << QByteArray("yesterday,1,1,1,1,1")
                           << QStringLiteral("the time cannot be read");
    QTest::newRow("off the grid") << QByteArray("1641168181,1,1,1,1,1")
                                  << QStringLiteral("the time is not a multiple of the timeframe");
    QTest::newRow("far future") << QByteArray("99999999999,1,1,1,1,1")
                                << QStringLiteral("the time cannot be read");
    QTest::newRow("thirteen decimals") << QByteArray("1641168180,1.0000000000001,2,1,1,1")
                                       << QStringLiteral("the open has more than 12 decimals");
    QTest::newRow("open quote") << QByteArray("1641168180,\"1,1,1,1,1")
                                << QStringLiteral("a quote is not closed");
    QTest::newRow("differing repeat")
        << QByteArray("1641168120,9,9,9,9,9")
        << QStringLiteral("an earlier row has other values for this time");
    QTest::newRow("control bytes") << QByteArray("\x01\x02") << QStringLiteral("not a text file");
}

void TestCsvImport::quotesBadRows()
{
    QFETCH(QByteArray, row);
    QFETCH(QString, reason);
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("a.csv", minutes(3, row + "\n1641168240,1,1,1,1,1\n"));
    auto report = importFile(*store, file);
    if (row.startsWith('\x01')) {
        QVERIFY(!report.ok() &&
                report.error().message().find(reason.toStdString()) != std::string::npos);
        return;
    }
    VERIFY_OK(report);
    QCOMPARE(report->rows, 5);
    QCOMPARE(report->badRows, 1);
    QCOMPARE(report->written.inserted, 4);
    QCOMPARE(report->quoted.size(), 1U);
    QCOMPARE(report->quoted[0].line, 5);
    QCOMPARE(QByteArray::fromStdString(report->quoted[0].text), row);
    QCOMPARE(QString::fromStdString(report->quoted[0].reason), reason);
}

void TestCsvImport::truncatedLastLineIsOneBadRow()
{
    const Folder folder;
    auto store = folder.open();
    auto report = importFile(*store, folder.write("a.csv", minutes(50, "1641171000,10.5,11.")));
    VERIFY_OK(report);
    QCOMPARE(report->badRows, 1);
    QCOMPARE(report->written.inserted, 50);
    QCOMPARE(report->quoted[0].line, 52);
}

void TestCsvImport::sameFileTwiceChangesNothing()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("a.csv", minutes(300, "1641168000,10.5,11.25,10.0,11.0,2.5\n"));
    auto first = importFile(*store, file);
    VERIFY_OK(first);
    QCOMPARE(first->written.inserted, 300);
    QCOMPARE(first->duplicates, 1);
    auto second = importFile(*store, file);
    VERIFY_OK(second);
    QCOMPARE(second->written.unchanged, 300);
    QCOMPARE(second->written.inserted + second->written.changed, 0);
}

void TestCsvImport::unorderedRowsAreSorted()
{
    QByteArray text = "time,open,high,low,close,volume\n";
    for (int i = 0; i < 1000; ++i)
        text +=
            QByteArray::number(1641168000 + 60 * (i * 377 % 1000)) + ",10.5,11.25,10.0,11.0,2.5\n";
    text += "1641168000,1,1,1,1,1\n1641168060,10.5,11.25,10.0,11.0,2.5\n";
    const Folder folder;
    auto store = folder.open();
    auto wanted = options();
    wanted.timeframe = ONE_MINUTE;
    auto report = importFile(*store, folder.write("a.csv", text), wanted);
    VERIFY_OK(report);
    QVERIFY(!report->plan.ordered);
    QCOMPARE(report->written.inserted, 1000);
    QCOMPARE(report->duplicates, 1);
    QCOMPARE(report->badRows, 1);
    QCOMPARE(report->quoted[0].line, 1002);
    QCOMPARE(store->candles(symbol(), timeframe("5m"), {})->size(), 200U);
}

void TestCsvImport::newestFirstAcrossBatches()
{
    QByteArray text = "time,open,high,low,close,volume\n";
    for (int i = 45'000; i-- > 0;)
        text += QByteArray::number(1641168000 + 60 * i) + ",10.5,11.25,10.0,11.0,1\n";
    const Folder folder;
    auto store = folder.open();
    auto report = importFile(*store, folder.write("a.csv", text));
    VERIFY_OK(report);
    QVERIFY(report->plan.ordered);
    QCOMPARE(report->written.inserted, 45'000);
    const auto days = store->candles(symbol(), timeframe("1d"), {});
    VERIFY_OK(days);
    QCOMPARE(days->size(), 32U);
    for (std::size_t i = 0; i + 1 < days->size(); ++i)
        QCOMPARE(days->volume[i], 1440.0);
}

void TestCsvImport::laterFileWithMoreDecimalsRescales()
{
    const Folder folder;
    auto store = folder.open();
    VERIFY_OK(importFile(*store, folder.write("a.csv", minutes(10))));
    auto report = importFile(
        *store,
        folder.write("b.csv",
                     "1641172800,1.2345,1.2345,1.2345,1.2345,1,1\n1641172860,1,1,1,1,1,1\n"));
    VERIFY_OK(report);
    QCOMPARE(store->coverage(symbol())->instrument.priceDecimals, 4);
    const auto all = store->candles(symbol(), ONE_MINUTE, {});
    QCOMPARE(all->size(), 12U);
    QCOMPARE(all->high[0].ticks(), 112'500);
    QCOMPARE(all->high[10].ticks(), 12'345);
    // The first file again fits the new grid and changes nothing.
    QCOMPARE(importFile(*store, folder.path("a.csv"))->written.unchanged, 10);
}

void TestCsvImport::tooManyDecimalsAreNeverRounded()
{
    const Folder folder;
    auto store = folder.open();
    auto wanted = options();
    wanted.priceDecimals = 1;
    auto report = importFile(
        *store,
        folder.write("a.csv", "1641168000,1.5,1.5,1.5,1.5,1,1\n1641168060,1.25,1.5,1,1,1,1\n"),
        wanted);
    VERIFY_OK(report);
    QCOMPARE(report->badRows, 1);
    QCOMPARE(report->quoted[0].reason,
             std::string("the open has more decimals than the instrument"));
    QCOMPARE(report->written.inserted, 1);
}

void TestCsvImport::statedUnitReplacesTheGuess()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("a.csv", minutes(10));
    VERIFY_OK(importFile(*store, file));
    QVERIFY(store->coverage(symbol())->instrument.volumeUnit == VolumeUnit::Guessed);
    auto wanted = options();
    wanted.volume = VolumeColumn::Quote;
    auto report = importFile(*store, file, wanted);
    VERIFY_OK(report);
    QCOMPARE(report->written.changed, 10);
    QVERIFY(store->coverage(symbol())->instrument.volumeUnit == VolumeUnit::Stated);
}

void TestCsvImport::cancelKeepsWhatIsCommitted()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("a.csv", minutes(60'000));
    auto plan = planImport(file, options());
    VERIFY_OK(plan);
    /// Cancels as soon as the first batch is in the store.
    class CancellingStore : public HistoryStore
    {
    public:
        CancellingStore(HistoryStore& inner, std::atomic<bool>& flag) : m_inner(inner), m_flag(flag)
        {}
        bool isConnected() const override { return true; }
        std::string database() override { return m_inner.database(); }
        Result<std::vector<Coverage>> coverage() override { return m_inner.coverage(); }
        Result<Coverage> coverage(const Symbol& name) override { return m_inner.coverage(name); }
        Result<CandleColumns> candles(const Symbol& name, Timeframe step, TimeRange range,
                                      std::optional<std::size_t> limit) override
        {
            return m_inner.candles(name, step, range, limit);
        }
        Result<std::optional<TradeExtent>> tradeExtent(const Symbol& name) override
        {
            return m_inner.tradeExtent(name);
        }
        Result<TradeColumns> trades(const Symbol& name, TimeRange range, std::optional<std::size_t> limit) override
        {
            return m_inner.trades(name, range, limit);
        }
        Result<WriteCount> writeTrades(const Symbol& name, const TradeColumns& columns) override
        {
            return m_inner.writeTrades(name, columns);
        }
        Result<std::vector<FundingRate>> fundingRates(const Symbol& name, TimeRange range) override
        {
            return m_inner.fundingRates(name, range);
        }
        Result<WriteCount> writeFundingRates(const Symbol& name, std::span<const FundingRate> rates) override
        {
            return m_inner.writeFundingRates(name, rates);
        }
        Result<BatchCount> commit(const Symbol& name, const HistoryBatch& batch) override
        {
            return m_inner.commit(name, batch);
        }
        Result<std::optional<SyncStatus>> syncStatus(const Symbol& name, const std::string& kind) override
        {
            return m_inner.syncStatus(name, kind);
        }
        Result<std::vector<TimeRange>> verified(const Symbol& name, std::optional<Timeframe> step) override
        {
            return m_inner.verified(name, step);
        }
        Result<Gaps> gaps(const Symbol& name, std::size_t limit) override { return m_inner.gaps(name, limit); }
        Result<Instrument> putInstrument(const Instrument& put) override
        {
            return m_inner.putInstrument(put);
        }
        Result<WriteCount> write(const Symbol& name, Timeframe step,
                                 const CandleColumns& columns) override
        {
            m_flag = true;
            return m_inner.write(name, step, columns);
        }

    private:
        HistoryStore& m_inner;
        std::atomic<bool>& m_flag;
    };
    std::atomic<bool> cancel = false;
    CancellingStore cancelling(*store, cancel);
    auto report = importCsv(cancelling, file, options(), *plan, {}, cancel);
    VERIFY_OK(report);
    QVERIFY(report->cancelled);
    QVERIFY(report->written.inserted > 0 && report->written.inserted < 60'000);
    QCOMPARE(store->coverage(symbol())->candles, report->written.inserted);
    auto rest = importFile(*store, file);
    VERIFY_OK(rest);
    QCOMPARE(rest->written.unchanged, report->written.inserted);
    QCOMPARE(store->coverage(symbol())->candles, 60'000);
}

void TestCsvImport::timesKnowBetterThanANameThatSaysMinutes()
{
    const Folder folder;
    QByteArray hours("time,open,high,low,close,volume\n");
    for (int i = 0; i < 48; ++i)
        hours += QByteArray::number(1'641'168'000 + i * 3'600) + ",10,11,9,10,1\n";
    const auto plan = planImport(folder.write("BTCUSD_1m_to_1h.csv", hours), options());
    VERIFY_OK(plan);
    QCOMPARE(plan->timeframe.text(), std::string("1h"));
}

void TestCsvImport::cancelsAmongBlankLines()
{
    const Folder folder;
    const std::atomic<bool> cancel = true;
    const auto file = folder.write("a.csv", minutes(2) + QByteArray(100'000, '\n'));
    QCOMPARE(planImport(file, options(), &cancel).error().code, ErrorCode::Cancelled);
    const auto plan = planImport(file, options());
    VERIFY_OK(plan);
    auto store = folder.open();
    const auto report = importCsv(*store, file, options(), *plan, {}, cancel);
    VERIFY_OK(report);
    QVERIFY(report->cancelled);
}

void TestCsvImport::cancelsPlanning()
{
    const Folder folder;
    const std::atomic<bool> cancel = true;
    auto plan = planImport(folder.write("a.csv", minutes(10'000)), options(), &cancel);
    QVERIFY(!plan.ok() && plan.error().code == ErrorCode::Cancelled);
}

void TestCsvImport::tellsProgress()
{
    const Folder folder;
    auto store = folder.open();
    const auto file = folder.write("a.csv", minutes(5000));
    auto plan = planImport(file, options());
    VERIFY_OK(plan);
    QCOMPARE(plan->preview.size(), 20U);
    QCOMPARE(plan->dataRows, 5000);
    ImportProgress last;
    VERIFY_OK(importCsv(
        *store, file, options(), *plan, [&](const ImportProgress& p) { last = p; }, NEVER));
    QCOMPARE(last.rows, 5000);
    QCOMPARE(last.bytesDone, last.bytesTotal);
    QVERIFY(last.rowsPerSecond > 0.0);
    QCOMPARE(last.secondsLeft, 0.0);
}

void TestCsvImport::userNamesTheColumns()
{
    const Folder folder;
    auto store = folder.open();
    const auto file =
        folder.write("a.csv", "when,a,b,c,d,e\n1641168000,9,1,2,1,2\n1641168060,9,1,2,1,2\n");
    QVERIFY(!importFile(*store, file).ok());
    auto wanted = options();
    wanted.columns = "time,-,open,high,low,close";
    VERIFY_OK(importFile(*store, file, wanted));
    QCOMPARE(store->candles(symbol(), ONE_MINUTE, {})->high[0].ticks(), 2);
    wanted.columns = "time,open,high,low,close";
    QVERIFY(!importFile(*store, file, wanted).ok());
    wanted.columns = "time,open,open,high,low,close";
    QVERIFY(!importFile(*store, file, wanted).ok());
}

void TestCsvImport::missingFileIsAnError()
{
    const Folder folder;
    auto plan = planImport(folder.path("nothing.csv"), options());
    QVERIFY(!plan.ok() && plan.error().code == ErrorCode::Io);
    QVERIFY(!planImport(folder.path("."), options()).ok());
}

void TestCsvImport::badFirstRowsDoNotMisleadTheGuess()
{
    const Folder folder;
    auto store = folder.open();
    for (const char* first : {"yesterday,1,1,1,1,1\n", "5,1,1,1,1,1\n", "\n-,-,-,-,-,-\n"}) {
        const auto file =
            folder.write("a.csv", QByteArray("Date,open,high,low,close,volume\n") + first +
                                      "1641168000000,1,1,1,1,1\n1641168060000,1,1,1,1,1\n");
        auto report = importFile(*store, file);
        VERIFY_OK(report);
        QCOMPARE(report->badRows, 1);
        QCOMPARE(report->plan.timeFormat, std::string("epoch ms"));
    }
    QCOMPARE(store->coverage(symbol())->candles, 2);
}

QTEST_GUILESS_MAIN(TestCsvImport)
#include "tst_csvimport.moc"
