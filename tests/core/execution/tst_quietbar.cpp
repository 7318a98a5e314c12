// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
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

/// A bar that reaches nothing costs no memory.
class TestQuietBar : public QObject
{
    Q_OBJECT

private slots:
    void allocatesNothing();
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

QTEST_APPLESS_MAIN(TestQuietBar)
#include "tst_quietbar.moc"
