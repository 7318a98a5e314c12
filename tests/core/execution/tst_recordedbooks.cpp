// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "bookdesk.h"
#include "core/base/decimal.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace fixture;

namespace {

using Json = nlohmann::json;

/// Prices of BTC/USD have one decimal, sizes eight.
std::int64_t countOf(const Json& number, int decimals)
{
    const double value = number.is_string() ? std::stod(number.get<std::string>()) : number.get<double>();
    return decimalNearest(value, decimals).value();
}

BookSide sideOf(const Json& levels)
{
    BookSide side;
    for (const Json& level : levels) {
        const bool named = level.is_object();
        side.emplace_back(countOf(named ? level.at("price") : level.at(0), 1),
                          countOf(named ? level.at("qty") : level.at(1), 8));
    }
    return side;
}

/// A message recorded from the venue.
Json recorded(const char* name)
{
    std::ifstream file(std::filesystem::path(QUARTERDECK_SHARED_DATA) / "kraken" / name);
    return file ? Json::parse(file) : Json();
}

/// A desk in bitcoin, with 100,000 and at the recorded snapshot once an order was placed.
class BitcoinDesk : public BookDesk
{
public:
    BitcoinDesk()
    {
        for (market::Instrument& instrument : instruments) {
            instrument.priceDecimals = 1;
            instrument.lotDecimals = 8;
        }
        std::vector<portfolio::LedgerEntry> entries;
        account.account.deposit(*Money::parse("99900"), Timestamp(), entries);
    }
    void snapshot()
    {
        const Json data = recorded("ws_book_snapshot.json").at("data").at(0);
        book(sideOf(data.at("bids")), sideOf(data.at("asks")));
    }
};

} // namespace

/// Orders against books and trades as the venue sent them.
class TestRecordedBooks : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (recorded("ws_book_snapshot.json").is_null())
            QSKIP("the shared data is not here");
    }
    void aSaleWalksTheSnapshot();
    void anUpdateShowsMoreToSellTo();
    void aPurchaseWalksTheBookOfTheRestInterface();
    void aTradeOfTheStreamFillsALimit();
    void tradesOfADayFillALimitWhenTheyGoThroughIt();
};

void TestRecordedBooks::aSaleWalksTheSnapshot()
{
    BitcoinDesk desk;
    desk.place(Side::Short, OrderType::Market, 15'000'000);
    desk.snapshot();
    // 0.136 at 105944.2 and 0.014 at 105935.4; the mid is 105944.25.
    QCOMPARE(desk.onlyFill().notional, *Money::parse("15891.5068"));
    QCOMPARE(desk.onlyFill().price.ticks(), 1'059'433);
    QCOMPARE(desk.onlyFill().spread, *Money::parse("0.0075"));
    QCOMPARE(desk.onlyFill().slippage, *Money::parse("0.1232"));
}

void TestRecordedBooks::anUpdateShowsMoreToSellTo()
{
    BitcoinDesk desk;
    const OrderId id = desk.place(Side::Short, OrderType::Market, 30'000'000).id;
    desk.snapshot();
    QCOMPARE(desk.onlyFill().quantity.lots(), -21'200'000);
    const Json data = recorded("ws_book_update.json").at("data").at(0);
    desk.time += std::chrono::seconds(1);
    QVERIFY(desk.books[0]
                .applyUpdate(levelsOf(sideOf(data.at("bids"))), levelsOf(sideOf(data.at("asks"))), desk.time)
                .ok());
    desk.match(0, nullptr);
    QCOMPARE(desk.onlyFill().quantity.lots(), -8'800'000);
    QCOMPARE(desk.onlyFill().price.ticks(), 1'059'442);
    QVERIFY(!desk.working(id));
}

void TestRecordedBooks::aPurchaseWalksTheBookOfTheRestInterface()
{
    const Json data = recorded("http_order_book.json").at("result").at("XBTUSDT");
    BitcoinDesk desk;
    desk.place(Side::Buy, OrderType::Market, 24'000'000);
    desk.book(sideOf(data.at("bids")), sideOf(data.at("asks")));
    // 0.136 at 105944.3, 0.095 at 105946.9, 0.003 at 105955.8 and 0.006 at 105955.9.
    QCOMPARE(desk.onlyFill().notional, *Money::parse("25426.9831"));
    QCOMPARE(desk.onlyFill().price.ticks(), 1'059'458);
}

void TestRecordedBooks::aTradeOfTheStreamFillsALimit()
{
    BitcoinDesk desk;
    desk.limit(Side::Buy, 1'000'000, 1'059'200);
    desk.snapshot();
    const Json trades = recorded("ws_trade_update.json").at("data");
    for (const Json& trade : trades)
        desk.print(countOf(trade.at("price"), 1), countOf(trade.at("qty"), 8));
    // The first, at 105944.2, does not reach it; the second, at 105910.5, has 0.0001246.
    QCOMPARE(desk.onlyFill().quantity.lots(), 12'460);
    QCOMPARE(desk.onlyFill().price.ticks(), 1'059'200);
    QCOMPARE(desk.account.working.front().remaining().lots(), 1'000'000 - 12'460);
}

void TestRecordedBooks::tradesOfADayFillALimitWhenTheyGoThroughIt()
{
    const Json trades = recorded("http_trades.json").at("result").at("XBTUSDT");
    BitcoinDesk desk;
    const std::int64_t limit = countOf(trades.at(0).at(0), 1) - 500;
    desk.limit(Side::Buy, 5'000'000, limit);
    desk.book({{limit + 100, 1'000}}, {{limit + 5'000, 1'000}});
    std::int64_t through = 0;
    std::int64_t filled = 0;
    for (const Json& trade : trades) {
        const std::int64_t price = countOf(trade.at(0), 1);
        const std::int64_t size = countOf(trade.at(1), 8);
        through += price < limit ? size : 0;
        // The book stands still and is heard of all the time.
        QVERIFY(desk.books[0].applyUpdate({}, {}, desk.time).ok());
        desk.print(price, size);
        for (const Fill& fill : desk.fills()) {
            QVERIFY(price < limit);
            QCOMPARE(fill.price.ticks(), limit);
            filled += fill.quantity.lots();
        }
    }
    QVERIFY(through > 0);
    QCOMPARE(filled, std::min<std::int64_t>(through, 5'000'000));
}

QTEST_APPLESS_MAIN(TestRecordedBooks)
#include "tst_recordedbooks.moc"
