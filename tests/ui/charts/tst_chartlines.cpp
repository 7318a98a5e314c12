// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/charts/chartlines.h"
#include "ui/charts/chartmapping.h"

#include <QtTest>

using namespace ui::charts;
using core::execution::BracketLeg;
using core::execution::Order;
using core::execution::OrderStatus;
using core::execution::OrderType;
using core::execution::Side;
using Kind = ChartLine::Kind;

namespace {

constexpr core::AccountIndex MEAN_REVERSION = 2;
const TextWidth SEVEN_A_LETTER = [](const QString& text) { return 7.0 * double(text.size()); };

Order priced(std::uint64_t id, OrderType type, Side side, std::int64_t ticks)
{
    Order order = samples::order(id, OrderStatus::Accepted);
    order.type = type;
    order.side = side;
    order.limit.reset();
    (type == OrderType::Limit ? order.limit : order.stop) = core::Price(ticks);
    return order;
}

/// Prices 40,000 to 50,000 on 100 to 300 pixels.
ChartMapping mapping()
{
    ChartMapping map;
    map.plot = QRectF(0, 100, 800, 240);
    map.low = 40'000.0;
    map.high = 50'000.0;
    map.priceBottom = 300.0;
    return map;
}

ChartLine line(Kind kind, double price, double distance = 0.0)
{
    ChartLine made;
    made.kind = kind;
    made.price = price;
    made.distance = distance;
    return made;
}

/// The session with these orders of mean_reversion as the only working ones.
core::engine::EngineSnapshot with(std::vector<Order> orders)
{
    auto snapshot = samples::session();
    snapshot.accounts[MEAN_REVERSION].workingOrders = std::move(orders);
    return snapshot;
}

QStringList words(const std::vector<ChartLine>& lines)
{
    QStringList texts;
    for (const ChartLine& one : lines)
        texts.append(lineWords(one));
    return texts;
}

} // namespace

class TestChartLines : public QObject
{
    Q_OBJECT

private slots:
    void namesWhatAnOrderIsToThePosition()
    {
        auto stopLimit = priced(4, OrderType::StopLimit, Side::Sell, 450'000);
        stopLimit.limit = core::Price(449'000);
        auto leg = priced(5, OrderType::Limit, Side::Buy, 480'000);
        leg.leg = BracketLeg::TakeProfit;
        const auto snapshot = with({priced(1, OrderType::Stop, Side::Sell, 460'000),
                                    priced(2, OrderType::Limit, Side::Buy, 455'000),
                                    priced(3, OrderType::Stop, Side::Short, 452'000), stopLimit,
                                    leg, priced(6, OrderType::TrailingStop, Side::Cover, 490'000)});
        QCOMPARE(words(chartLines(snapshot, 0, MEAN_REVERSION)),
                 QStringList({QStringLiteral("margin call \u221225.1\u2009%"),
                              QStringLiteral("stop"), QStringLiteral("stop limit"),
                              QStringLiteral("trailing stop"), QStringLiteral("target"),
                              QStringLiteral("sell stop"), QStringLiteral("buy limit")}));
    }

    void drawsATriggeredStopLimitAtItsLimit()
    {
        auto order = priced(1, OrderType::StopLimit, Side::Sell, 450'000);
        order.limit = core::Price(449'000);
        order.triggered = true;
        const auto lines = chartLines(with({order}), 0, MEAN_REVERSION);
        QCOMPARE(lines.back().price, 44'900.0);
        QCOMPARE(lines.back().kind, Kind::StopLimit);
    }

    void takesTheLiquidationPriceAsItIs()
    {
        const auto lines = chartLines(with({}), 0, MEAN_REVERSION);
        QCOMPARE(lines.size(), std::size_t(1));
        QCOMPARE(lines.front().price, 35'009.4);
        QCOMPARE(lines.front().distance, -0.251);
    }

    void leavesOrdersWithoutAPriceAndOtherSymbolsOut()
    {
        auto market = samples::order(1, OrderStatus::Accepted);
        market.type = OrderType::Market;
        market.limit.reset();
        auto other = priced(2, OrderType::Limit, Side::Buy, 1'000);
        other.symbol = 1;
        QCOMPARE(chartLines(with({market, other}), 0, MEAN_REVERSION).size(), std::size_t(1));
        QVERIFY(chartLines(with({market, other}), 7, {}).empty());
    }

    void namesTheStrategyOnlyBesideOthers()
    {
        for (const ChartLine& one : chartLines(samples::session(), 0, {}))
            QVERIFY(!one.strategy.isEmpty());
        for (const ChartLine& one : chartLines(samples::session(), 0, MEAN_REVERSION))
            QVERIFY(one.strategy.isEmpty());
    }

    void countsOrdersAlikeAtOnePrice()
    {
        const auto lines = chartLines(with({priced(1, OrderType::Limit, Side::Buy, 455'000),
                                            priced(2, OrderType::Limit, Side::Buy, 455'000),
                                            priced(3, OrderType::Limit, Side::Short, 455'000)}),
                                      0, MEAN_REVERSION);
        QCOMPARE(words(lines).mid(1),
                 QStringList({QStringLiteral("sell limit"), QStringLiteral("buy limit ×2")}));
    }

    void laysATagOnItsLineInsideThePlot()
    {
        const auto tags = lineTags({line(Kind::Stop, 45'000.0)}, mapping(), SEVEN_A_LETTER);
        QCOMPARE(tags.size(), std::size_t(1));
        QCOMPARE(tags.front().y, 200.0);
        QCOMPARE(tags.front().box.center().y(), 200.0);
        QVERIFY(mapping().plot.contains(tags.front().box));
        QVERIFY(tags.front().box.right() > 780.0);
    }

    void neverLaysTagsOverEachOther()
    {
        std::vector<ChartLine> lines{line(Kind::MarginCall, 30'000.0, -0.3),
                                     line(Kind::MarginCall, 60'000.0, 0.3)};
        for (int i = 0; i < 30; ++i)
            lines.push_back(line(Kind::Target, 40'000.0 + 333.0 * i));
        const auto tags = lineTags(lines, mapping(), SEVEN_A_LETTER);
        QCOMPARE(tags.size(), lines.size());
        for (std::size_t i = 0; i < tags.size(); ++i)
            for (std::size_t k = 0; k < i; ++k)
                QVERIFY(!tags[i].box.intersects(tags[k].box));
    }

    void drawsNothingOutsideTheVisiblePrices()
    {
        QVERIFY(lineTags({line(Kind::Stop, 39'999.0), line(Kind::Target, 50'001.0)}, mapping(),
                         SEVEN_A_LETTER)
                    .empty());
    }

    void hintsAtTheNearestMarginCallBeyondTheEdge()
    {
        const auto tags = lineTags(
            {line(Kind::MarginCall, 20'000.0, -0.6), line(Kind::MarginCall, 35'000.0, -0.25)},
            mapping(), SEVEN_A_LETTER);
        QCOMPARE(tags.size(), std::size_t(1));
        QVERIFY(tags.front().hint);
        QVERIFY(tags.front().text.contains(QStringLiteral("\u221225.0")));
        QCOMPARE(tags.front().box.bottom(), 300.0);
    }

    void keepsQuietAboutAMarginCallThatIsNoNews()
    {
        QVERIFY(
            lineTags({line(Kind::MarginCall, 391'000.0, 8.25)}, mapping(), SEVEN_A_LETTER).empty());
    }

    void leavesTheStrategyOutWhereThereIsNoRoom()
    {
        auto stop = line(Kind::Stop, 45'000.0);
        stop.strategy = QStringLiteral("mean_reversion");
        ChartMapping narrow = mapping();
        QCOMPARE(lineTags({stop}, narrow, SEVEN_A_LETTER).front().text,
                 QStringLiteral("mean_reversion · stop"));
        narrow.plot.setWidth(300);
        QCOMPARE(lineTags({stop}, narrow, SEVEN_A_LETTER).front().text, QStringLiteral("stop"));
        narrow.plot.setWidth(30);
        QVERIFY(lineTags({stop}, narrow, SEVEN_A_LETTER).front().box.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestChartLines)
#include "tst_chartlines.moc"
