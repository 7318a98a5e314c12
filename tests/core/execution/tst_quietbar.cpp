// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bookdesk.h"
#include "matchdesk.h"

#include <QTest>

#include <cstdlib>
#include <new>

namespace {

std::size_t allocations = 0;

} // namespace

void* operator new(std::size_t size)
{
    ++allocations;
    if (void* block = std::malloc(size))
        return block;
    throw std::bad_alloc();
}
void operator delete(void* block) noexcept
{
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept
{
    std::free(block);
}

using namespace core;
using namespace core::execution;

/// A bar that reaches nothing, or an event of a book that does, costs no memory.
class TestQuietBar : public QObject
{
    Q_OBJECT

private slots:
    void allocatesNothing();
    void limitsAllocateNothingEither();
    void finerCandlesAreNotLookedAt();
    void aQuietBookAllocatesNothing();
};

void TestQuietBar::allocatesNothing()
{
    fixture::Desk desk;
    desk.rules.costs.borrow = {1'000'000, 1'000'000, 0, 0};
    Order& entry = desk.place(Side::Buy, OrderType::Market, 1'000);
    entry.stopLoss = Price(200);
    entry.takeProfit = Price(300);
    desk.flatBar(250);
    Order& trail = desk.place(Side::Sell, OrderType::TrailingStop, 500);
    trail.stop = Price(220);
    trail.trail = Price(30);
    Order& dated = desk.place(Side::Buy, OrderType::Limit, 500);
    dated.limit = Price(210);
    dated.tif = TimeInForce::GoodTillDate;
    dated.expires = desk.time + std::chrono::hours(1);
    desk.bar(250, 252, 249, 251);
    const std::size_t before = allocations;
    for (int i = 0; i < 20; ++i)
        desk.bar(250, 252, 249, 251);
    QCOMPARE(allocations, before);
    QCOMPARE(desk.book.working.size(), 4U);
    QVERIFY(desk.events.empty());
}

void TestQuietBar::limitsAllocateNothingEither()
{
    fixture::Desk desk;
    portfolio::RiskRequest request;
    request.dailyLoss = 0.05;
    request.drawdown = 0.2;
    request.exposure = 1.0;
    request.ordersAMinute = 30;
    desk.book.risk = portfolio::RiskWatch(*portfolio::RiskLimits::make(request));
    auto margin = desk.margin();
    desk.book.risk.start({desk.book.account, margin, desk.time, {}});
    desk.place(Side::Buy, OrderType::Market, 1'000);
    desk.flatBar(250);
    std::vector<portfolio::RiskChange> changes;
    const std::size_t before = allocations;
    for (int i = 0; i < 20; ++i) {
        desk.bar(250, 252, 249, 251);
        margin = desk.margin();
        desk.book.risk.judgeClose({desk.book.account, margin, desk.time, {}}, changes);
        desk.book.risk.countOrder(desk.time);
    }
    QCOMPARE(allocations, before);
    QVERIFY(changes.empty());
    QCOMPARE(desk.held(), 1'000);
}

void TestQuietBar::finerCandlesAreNotLookedAt()
{
    fixture::Desk desk;
    desk.length = std::chrono::minutes(5);
    desk.order(Side::Buy, OrderType::Limit, 500, Price(210));
    // They do not add up to any bar, which would be said.
    market::CandleColumns fine;
    for (int i = 0; i < 100; ++i)
        fine.push({desk.time + std::chrono::minutes(i), Price(1), Price(1), Price(1), Price(1), 0.0, 0});
    desk.finer = {&fine, std::chrono::minutes(1)};
    desk.bar(250, 252, 249, 251);
    const std::size_t before = allocations;
    for (int i = 0; i < 10; ++i)
        desk.bar(250, 252, 249, 251);
    QCOMPARE(allocations, before);
    QVERIFY(desk.events.empty());
    desk.bar(250, 252, 209, 251);
    QCOMPARE(desk.happened<DetailRefused>().size(), 1U);
}

void TestQuietBar::aQuietBookAllocatesNothing()
{
    fixture::BookDesk desk;
    Order& entry = desk.place(Side::Buy, OrderType::Market, 1'000);
    entry.stopLoss = Price(200);
    entry.takeProfit = Price(300);
    desk.limit(Side::Buy, 500, 240);
    desk.book({{249, 5'000}}, {{251, 5'000}});
    QCOMPARE(desk.held(), 1'000);
    const market::Trade trade{desk.time, Price(250), Quantity(10), market::TakerSide::Buy, 1};
    desk.match(0, &trade);
    const std::size_t before = allocations;
    for (int i = 0; i < 20; ++i) {
        desk.match(0, nullptr);
        desk.match(0, &trade);
    }
    QCOMPARE(allocations, before);
    QCOMPARE(desk.account.working.size(), 3U);
}

QTEST_APPLESS_MAIN(TestQuietBar)
#include "tst_quietbar.moc"
