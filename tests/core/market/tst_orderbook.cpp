// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/orderbook.h"

#include <QTest>

#include <map>

#include <rapidcheck.h>

using namespace core;
using namespace core::market;

namespace {

using Side = std::vector<std::pair<std::int64_t, std::int64_t>>;

std::vector<BookLevel> levels(const Side& side)
{
    std::vector<BookLevel> all;
    for (const auto& [price, size] : side)
        all.push_back({Price(price), Quantity(size)});
    return all;
}

Side sideOf(std::span<const BookLevel> all)
{
    Side side;
    for (const BookLevel& level : all)
        side.emplace_back(level.price.ticks(), level.size.lots());
    return side;
}

Timestamp second(int count)
{
    return Timestamp(std::chrono::seconds(count));
}

OrderBook bookOf(const Side& bids, const Side& asks, std::size_t depth = 10)
{
    OrderBook book(depth);
    if (!book.applySnapshot(levels(bids), levels(asks), second(1)))
        qFatal("the snapshot is sound");
    return book;
}

} // namespace

class TestOrderBook : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("RC_PARAMS"))
            qputenv("RC_PARAMS", "seed=1 max_success=2000");
    }
    void snapshotsComeInAnyOrder();
    void updatesSetAddAndRemove();
    void aMessageIsAppliedWholeBeforeTheCut();
    void theMidOfAnOddSpreadIsEven();
    void onlyASoundBookIsVerified_data();
    void onlyASoundBookIsVerified();
    void distrustLastsUntilTheNextSnapshot();
    void stalenessGoesByTheTimesGiven();
    void unsoundMessagesChangeNothing_data();
    void unsoundMessagesChangeNothing();
    void anUpdateNeedsASnapshot();
    void isWhatAMapOfTheBestLevelsIs();
};

void TestOrderBook::snapshotsComeInAnyOrder()
{
    const OrderBook book = bookOf({{98, 3}, {100, 1}, {99, 2}}, {{103, 6}, {101, 4}, {102, 5}});
    QCOMPARE(sideOf(book.bids()), (Side{{100, 1}, {99, 2}, {98, 3}}));
    QCOMPARE(sideOf(book.asks()), (Side{{101, 4}, {102, 5}, {103, 6}}));
    QCOMPARE(book.spread(), 1);
}

void TestOrderBook::updatesSetAddAndRemove()
{
    OrderBook book = bookOf({{100, 1}, {98, 3}}, {{101, 4}, {103, 6}});
    QVERIFY(book.applyUpdate(levels({{100, 0}, {99, 7}, {98, 8}}), levels({{102, 9}, {104, 0}}), second(2)).ok());
    QCOMPARE(sideOf(book.bids()), (Side{{99, 7}, {98, 8}}));
    QCOMPARE(sideOf(book.asks()), (Side{{101, 4}, {102, 9}, {103, 6}}));
}

void TestOrderBook::aMessageIsAppliedWholeBeforeTheCut()
{
    OrderBook book = bookOf({{100, 1}, {99, 2}}, {{101, 1}, {102, 2}}, 2);
    // The best goes only at the end of the message; the one that would be cut then stays.
    QVERIFY(book.applyUpdate(levels({{98, 3}, {100, 0}}), levels({{100, 5}, {103, 3}}), second(2)).ok());
    QCOMPARE(sideOf(book.bids()), (Side{{99, 2}, {98, 3}}));
    QCOMPARE(sideOf(book.asks()), (Side{{100, 5}, {101, 1}}));
}

void TestOrderBook::theMidOfAnOddSpreadIsEven()
{
    QCOMPARE(bookOf({{100, 1}}, {{101, 1}}).mid().ticks(), 100);
    QCOMPARE(bookOf({{101, 1}}, {{102, 1}}).mid().ticks(), 102);
    QCOMPARE(bookOf({{100, 1}}, {{104, 1}}).mid().ticks(), 102);
}

void TestOrderBook::onlyASoundBookIsVerified_data()
{
    QTest::addColumn<Side>("bids");
    QTest::addColumn<Side>("asks");
    QTest::addColumn<bool>("verified");
    QTest::newRow("sound") << Side{{100, 1}} << Side{{101, 1}} << true;
    QTest::newRow("locked") << Side{{100, 1}} << Side{{100, 1}} << false;
    QTest::newRow("crossed") << Side{{101, 1}} << Side{{100, 1}} << false;
    QTest::newRow("no bids") << Side{} << Side{{100, 1}} << false;
    QTest::newRow("no asks") << Side{{100, 1}} << Side{} << false;
}

void TestOrderBook::onlyASoundBookIsVerified()
{
    QFETCH(Side, bids);
    QFETCH(Side, asks);
    QTEST(bookOf(bids, asks).isVerified(), "verified");
}

void TestOrderBook::distrustLastsUntilTheNextSnapshot()
{
    OrderBook book = bookOf({{100, 1}}, {{101, 1}});
    book.distrust();
    QVERIFY(book.applyUpdate(levels({{99, 1}}), {}, second(2)).ok());
    QVERIFY(!book.isVerified());
    QVERIFY(book.applySnapshot(levels({{100, 1}}), levels({{101, 1}}), second(3)).ok());
    QVERIFY(book.isVerified());
}

void TestOrderBook::stalenessGoesByTheTimesGiven()
{
    const OrderBook book = bookOf({{100, 1}}, {{101, 1}});
    QVERIFY(!book.isStale(second(6), std::chrono::seconds(5)));
    QVERIFY(book.isStale(second(7), std::chrono::seconds(5)));
    QVERIFY(OrderBook(10).isStale(second(0), std::chrono::hours(1)));
}

void TestOrderBook::unsoundMessagesChangeNothing_data()
{
    QTest::addColumn<bool>("snapshot");
    QTest::addColumn<Side>("asks");
    QTest::newRow("price zero") << true << Side{{0, 1}};
    QTest::newRow("size zero") << true << Side{{101, 0}};
    QTest::newRow("size negative") << true << Side{{101, -1}};
    QTest::newRow("a price twice") << true << Side{{101, 1}, {102, 1}, {101, 2}};
    QTest::newRow("update, price negative") << false << Side{{-1, 1}};
    QTest::newRow("update, size negative") << false << Side{{101, -1}};
}

void TestOrderBook::unsoundMessagesChangeNothing()
{
    QFETCH(bool, snapshot);
    QFETCH(Side, asks);
    OrderBook book = bookOf({{100, 1}}, {{101, 1}});
    const auto bids = levels({{99, 5}});
    const auto applied = snapshot ? book.applySnapshot(bids, levels(asks), second(2))
                                  : book.applyUpdate(bids, levels(asks), second(2));
    QVERIFY(applied.error().code == ErrorCode::InvalidInput);
    QCOMPARE(sideOf(book.bids()), (Side{{100, 1}}));
    QCOMPARE(sideOf(book.asks()), (Side{{101, 1}}));
    QCOMPARE(book.version(), 1U);
}

void TestOrderBook::anUpdateNeedsASnapshot()
{
    OrderBook book(10);
    QVERIFY(!book.applyUpdate(levels({{100, 1}}), levels({{101, 1}}), second(1)).ok());
    QVERIFY(!book.isVerified());
}

void TestOrderBook::isWhatAMapOfTheBestLevelsIs()
{
    QVERIFY(rc::check("a book is a map of its best levels", [] {
        const auto depth = *rc::gen::inRange<std::size_t>(1, 6);
        std::map<std::int64_t, std::int64_t> bids = {{50, 1}};
        std::map<std::int64_t, std::int64_t> asks = {{51, 1}};
        OrderBook book = bookOf({{50, 1}}, {{51, 1}}, depth);
        const auto messages = *rc::gen::container<std::vector<Side>>(rc::gen::container<Side>(
            rc::gen::pair(rc::gen::inRange<std::int64_t>(1, 100), rc::gen::inRange<std::int64_t>(0, 4))));
        for (const Side& message : messages) {
            const auto all = levels(message);
            RC_ASSERT(book.applyUpdate(all, all, second(2)).ok());
            for (auto* side : {&bids, &asks}) {
                for (const auto& [price, size] : message)
                    (*side)[price] = size;
                std::erase_if(*side, [](const auto& level) { return level.second == 0; });
                while (side->size() > depth)
                    side->erase(side == &bids ? side->begin() : std::prev(side->end()));
            }
            RC_ASSERT(sideOf(book.bids()) == Side(bids.rbegin(), bids.rend()));
            RC_ASSERT(sideOf(book.asks()) == Side(asks.begin(), asks.end()));
        }
    }));
}

QTEST_APPLESS_MAIN(TestOrderBook)
#include "tst_orderbook.moc"
