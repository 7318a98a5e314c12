// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"
#include "tests/core/strategy/fakecontext.h"

#include <QFile>
#include <QTest>

using namespace core;
using namespace core::strategy;
using execution::OrderType;
using execution::Side;

namespace {

/// A shipped strategy with its parameters, over a fake context.
class Example
{
public:
    explicit Example(const QString& name, const std::vector<std::pair<std::string, std::string>>& given = {})
    {
        QFile file(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/%1.lua").arg(name));
        if (!file.open(QIODevice::ReadOnly))
            return;
        const auto source = std::make_shared<const std::string>(file.readAll().toStdString());
        const auto metadata = readLuaMetadata("example.lua", *source);
        strategy = *luaFactory("example.lua", source)(*resolveParameters(*metadata, given), 1);
        strategy->onStart(context);
    }
    void bar(double close, double spread = 0.0)
    {
        const Bar closed = context.close(close, spread);
        strategy->onBar(context, closed);
    }
    /// Fills the newest order at `price`, leaving a position of `size`.
    void fill(double size, double price)
    {
        execution::Order& order = context.orders.back();
        order.status = execution::OrderStatus::Filled;
        order.filled = order.size;
        hold(size, price);
        execution::Fill fill;
        fill.order = order.id;
        fill.price = Price(static_cast<std::int64_t>(price * 100));
        strategy->onFill(context, fill);
    }
    void hold(double size, double price)
    {
        PositionView view;
        view.quantity = Quantity(static_cast<std::int64_t>(size * 1e8));
        view.size = size;
        view.averagePrice = price;
        context.positions[0] = view;
    }
    FakeContext context;
    std::unique_ptr<Strategy> strategy;
};

} // namespace

/// The shipped strategies do what they say.
class TestExamples : public QObject
{
    Q_OBJECT

private slots:
    void crossesTradeOnlyWhenTheAnswerChanges();
    void crossesRefuseAveragesTheWrongWayRound();
    void reversionSellsHighAndProtectsItself();
    void reversionLeavesWhenTheStopIsRefused();
    void breakoutComparesWithTheChannelBefore();
    void refusedEntriesAreNotRepeated_data();
    void refusedEntriesAreNotRepeated();
};

void TestExamples::crossesTradeOnlyWhenTheAnswerChanges()
{
    Example example(QStringLiteral("sma_cross"), {{"fast", "2"}, {"slow", "3"}, {"size", "0.5"}});
    for (const double close : {10.0, 10.0, 10.0, 10.0, 12.0, 13.0, 14.0, 9.0, 8.0, 7.0})
        example.bar(close);
    QCOMPARE(example.context.reason(), std::string());
    // Equal averages are flat; one order up, one down.
    const std::vector<std::pair<SymbolIndex, double>> expected = {{0, 0.5}, {0, 0.0}};
    QCOMPARE(example.context.targets, expected);
}

void TestExamples::crossesRefuseAveragesTheWrongWayRound()
{
    Example example(QStringLiteral("sma_cross"), {{"fast", "30"}, {"slow", "30"}});
    QVERIFY(example.context.reason().find("fast (30) must be smaller than slow (30)") != std::string::npos);
}

void TestExamples::reversionSellsHighAndProtectsItself()
{
    Example example(QStringLiteral("mean_reversion"), {{"period", "10"}, {"entry", "2"}});
    for (int i = 0; i < 20; ++i)
        example.bar(i % 2 == 0 ? 100.0 : 100.5);
    QVERIFY(example.context.requests.empty());
    example.bar(110);
    QCOMPARE(example.context.requests.size(), std::size_t(1));
    QVERIFY(example.context.requests[0].side == Side::Short);
    QCOMPARE(example.context.requests[0].size.value, 1.2);
    example.fill(-1.0, 110.0);
    QCOMPARE(example.context.requests.size(), std::size_t(2));
    QVERIFY(example.context.requests[1].side == Side::Cover);
    QVERIFY(example.context.requests[1].type == OrderType::Stop);
    QCOMPARE(example.context.requests[1].stop.value_or(0), 110.0 * 1.02);
    for (int i = 0; i < 12; ++i)
        example.bar(i % 2 == 0 ? 100.0 : 100.5);
    // Back at the average: the stop goes, the position is closed.
    QVERIFY(!example.context.cancelled.empty());
    QCOMPARE(example.context.targets.at(0).second, 0.0);
    QCOMPARE(example.context.reason(), std::string());
}

void TestExamples::reversionLeavesWhenTheStopIsRefused()
{
    Example example(QStringLiteral("mean_reversion"), {{"period", "10"}, {"entry", "2"}});
    for (int i = 0; i < 20; ++i)
        example.bar(i % 2 == 0 ? 100.0 : 100.5);
    example.bar(90);
    QVERIFY(example.context.requests.at(0).side == Side::Buy);
    example.context.refusal = "wrong side";
    example.fill(1.0, 90.0);
    QCOMPARE(example.context.targets.at(0).second, 0.0);
}

void TestExamples::breakoutComparesWithTheChannelBefore()
{
    Example example(QStringLiteral("breakout"), {{"channel", "5"}, {"atr", "2"}});
    for (int i = 0; i < 30; ++i)
        example.bar(100.0 + i % 2, 1.0);
    QVERIFY(example.context.requests.empty());
    // The bar's own high lies above its close: only the channel before it can be left.
    example.bar(105.0, 1.0);
    QCOMPARE(example.context.requests.size(), std::size_t(1));
    QVERIFY(example.context.requests[0].side == Side::Buy);
    example.fill(1.0, 105.0);
    QCOMPARE(example.context.requests.size(), std::size_t(2));
    QVERIFY(example.context.requests[1].side == Side::Sell);
    const double stop = example.context.requests[1].stop.value_or(0);
    QVERIFY(stop > 0 && stop < 105.0);
    for (int i = 1; i <= 8; ++i)
        example.bar(105.0 + i, 1.0);
    // Pulled along, towards the price.
    QVERIFY(example.context.requests.back().stop.value_or(0) > stop);
    QCOMPARE(example.context.reason(), std::string());
}

void TestExamples::refusedEntriesAreNotRepeated_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"sma_cross", "mean_reversion", "breakout"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestExamples::refusedEntriesAreNotRepeated()
{
    QFETCH(QString, name);
    Example example(name);
    example.context.refusal = "no margin";
    for (int i = 0; i < 200; ++i)
        example.bar(100.0 + i % 2, 1.0);
    for (int i = 0; i < 50; ++i)
        example.bar(130.0 + i, 1.0);
    // Something was tried, and not again on every bar.
    QVERIFY(example.context.refused >= 1);
    QVERIFY(example.context.refused < 5);
    QCOMPARE(example.context.reason(), std::string());
}

QTEST_GUILESS_MAIN(TestExamples)
#include "tst_examples.moc"
