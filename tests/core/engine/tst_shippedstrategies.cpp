// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barpath.h"
#include "core/strategy/luahost.h"
#include "enginefixture.h"
#include "tests/core/indicators/indicatorfixture.h"

#include <QFile>
#include <QTest>

using namespace core;
using fixture::Output;
using fixture::Session;

namespace {

/// What a strategy says of itself, and what a month of it may look like.
struct Shipped {
    const char* name;
    double exposure; ///< The most it holds by its own defaults, as a multiple of the equity.
    int fewestFills;
    int mostFills;
    bool isPair = false;
    bool hearsTrades = false;
};

constexpr std::array SHIPPED = {
    Shipped{"order_flow", 0.5, 30, 400, false, true},
    Shipped{"grid_rsi", 0.8, 20, 200},       Shipped{"momentum_scalp", 1.0, 50, 400},
    Shipped{"wavetrend", 1.0, 30, 200},      Shipped{"pair_ratio", 1.0, 40, 300, true},
    Shipped{"mean_reversion", 1.2, 20, 150}, Shipped{"breakout", 1.2, 10, 80},
};

/// Prices drift while they are held, and losses make the equity smaller.
constexpr double DRIFT = 1.25;

/// By how much two markets that move together are apart, always the same: chance drives them apart, and what
/// is apart comes back within hours.
std::vector<double> wanderingRatios(std::size_t count)
{
    constexpr double BACK_A_MINUTE = 1.0 / 240.0;
    constexpr double STRAY_A_MINUTE = 0.0012;
    std::vector<double> ratios = {0.0};
    std::uint64_t seed = 11;
    while (ratios.size() < count) {
        seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        const double chance = static_cast<double>(seed >> 33) / static_cast<double>(1U << 30) - 1.0;
        ratios.push_back(ratios.back() * (1.0 - BACK_A_MINUTE) + STRAY_A_MINUTE * chance);
    }
    return ratios;
}

/// Another market that moves with the first one.
std::vector<market::Candle> companionOf(const std::vector<market::Candle>& candles)
{
    std::vector<market::Candle> companion;
    const std::vector<double> ratios = wanderingRatios(candles.size() + 1);
    for (std::size_t i = 0; i < candles.size(); ++i) {
        const auto scaled = [&](Price price, std::size_t at) {
            return Price(std::llround(static_cast<double>(price.ticks()) * 0.075 * (1.0 + ratios[at])));
        };
        market::Candle candle = candles[i];
        candle.open = scaled(candle.open, i);
        candle.close = scaled(candle.close, i + 1);
        candle.high = std::max({scaled(candle.high, i), candle.open, candle.close});
        candle.low = std::min({scaled(candle.low, i), candle.open, candle.close});
        companion.push_back(candle);
    }
    return companion;
}

/// A dozen trades a minute along the path of each candle, in even seconds: nobody says who took.
market::TradeColumns tradesOf(const std::vector<market::Candle>& candles)
{
    constexpr int STEPS_A_LEG = 4;
    market::TradeColumns trades;
    for (const market::Candle& each : candles) {
        const execution::BarPath path = execution::barPath(each, execution::lowComesFirst(each, 0));
        int at = 0;
        for (std::size_t leg = 0; leg + 1 < path.size(); ++leg) {
            for (int step = 0; step < STEPS_A_LEG; ++step, ++at) {
                // The last one is the close.
                const int reached = leg == 2 ? step * STEPS_A_LEG / (STEPS_A_LEG - 1) : step;
                const std::int64_t way = path[leg + 1].ticks() - path[leg].ticks();
                // What moves the price far was large.
                const std::int64_t lots = 1 + way * way;
                trades.push({each.openTime + std::chrono::seconds(5) * at,
                             Price(path[leg].ticks() + way * reached / STEPS_A_LEG), Quantity(lots),
                             market::TakerSide::Unknown, trades.count() + 1});
            }
        }
    }
    return trades;
}

void prepare(Session& session, const Shipped& shipped)
{
    const std::vector<market::Candle> month = fixture::realMonth();
    session.setup.from = month.front().openTime;
    session.setup.cash = *Money::parse("100000");
    session.setup.rules.costs = {100'000, 100'000, 50'000, 0, {}};
    session.symbol("BTC/USD", month);
    if (shipped.isPair)
        session.symbol("ETH/USD", companionOf(month));
    for (engine::SymbolData& data : session.setup.symbols) {
        data.instrument.priceDecimals = fixture::MONTH_DECIMALS;
        data.instrument.lotDecimals = 8;
    }
    QFile file(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/%1.lua").arg(QLatin1StringView(shipped.name)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto source = std::make_shared<const std::string>(file.readAll().toStdString());
    const auto metadata = strategy::readLuaMetadata(shipped.name, *source);
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().what.c_str());
    engine::AccountSetup& account = session.account(shipped.name, {});
    account.timeframe = *metadata->timeframe;
    account.warmup = metadata->warmup;
    account.hearsTrades = metadata->hearsTrades;
    QCOMPARE(metadata->hearsTrades, shipped.hearsTrades);
    if (shipped.hearsTrades)
        session.setup.symbols[0].trades = std::make_shared<const market::TradeColumns>(tradesOf(month));
    account.parameters = *strategy::resolveParameters(*metadata, {});
    account.factory = strategy::luaFactory(std::string(shipped.name) + ".lua", source);
}

/// What is held, as a multiple of the equity.
double exposureOf(const engine::Desk& desk)
{
    double held = 0.0;
    for (SymbolIndex i = 0; i < desk.instruments().size(); ++i) {
        if (!desk.position(i).quantity.isZero())
            held += std::abs(desk.position(i).size) * desk.instruments()[i].toDouble(desk.marks()[i]);
    }
    return held / desk.equity().toDouble();
}

/// A position of `symbol` that nothing would end if the price went against it.
bool isUnprotected(const engine::Desk& desk, SymbolIndex symbol)
{
    return !desk.position(symbol).quantity.isZero() &&
           std::ranges::none_of(desk.workingOrders(), [symbol](const execution::Order& order) {
               return order.symbol == symbol && order.reducesOnly() && order.type != execution::OrderType::Limit;
           });
}

} // namespace

/// The shipped strategies over a real month: they trade, as much as they say and not more, and protect what
/// they hold.
class TestShippedStrategies : public QObject
{
    Q_OBJECT

private:
    static void addRows()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < SHIPPED.size(); ++i)
            QTest::newRow(SHIPPED[i].name) << static_cast<int>(i);
    }
    static const Shipped& shipped()
    {
        QFETCH(int, index);
        return SHIPPED[static_cast<std::size_t>(index)];
    }

private slots:
    void initTestCase()
    {
        if (fixture::realMonth().empty())
            QSKIP("the shared data is not here");
    }
    void tradesWithinReason_data() { addRows(); }
    void tradesWithinReason();
    void staysWithinItsExposureAndProtected_data() { addRows(); }
    void staysWithinItsExposureAndProtected();
    void earnsOnAPairThatComesBack();
    void triesARefusedEntryOnceASignal_data() { addRows(); }
    void triesARefusedEntryOnceASignal();
    void doesNothingWithoutTrades();
    void doesTheSameTwice_data() { addRows(); }
    void doesTheSameTwice();
    void everyFileBeginsWithItsIdea();
};

void TestShippedStrategies::tradesWithinReason()
{
    Session session;
    prepare(session, shipped());
    const Output output = session.play();
    const auto fills = static_cast<int>(output.of("fill").size());
    QVERIFY2(fills >= shipped().fewestFills && fills <= shipped().mostFills, qPrintable(QString::number(fills)));
    QVERIFY2(session.desk().state() == engine::AccountState::Running, session.desk().stateReason().c_str());
    QCOMPARE(session.engine->marginCalls(), std::int64_t{0});
    const auto orders = output.of("order");
    const auto rejected = std::ranges::count_if(orders, [](const fixture::Line& line) {
        return line["status"] == "rejected";
    });
    QVERIFY2(rejected <= 2, qPrintable(QString::number(rejected)));
    const double equity = session.desk().equity().toDouble();
    QVERIFY2(equity > 60'000 && equity < 140'000, qPrintable(QString::number(equity)));
}

void TestShippedStrategies::staysWithinItsExposureAndProtected()
{
    Session session;
    prepare(session, shipped());
    Output output;
    session.begin(output);
    double most = 0.0;
    int unprotected = 0;
    while (session.engine->step()) {
        most = std::max(most, exposureOf(session.desk()));
        for (SymbolIndex i = 0; i < session.desk().instruments().size(); ++i)
            unprotected += isUnprotected(session.desk(), i) ? 1 : 0;
    }
    QVERIFY2(most > 0.05 && most <= shipped().exposure * DRIFT, qPrintable(QString::number(most)));
    QCOMPARE(unprotected, 0);
}

/// By its construction the ratio of the two comes back each time; only costs could take that away.
void TestShippedStrategies::earnsOnAPairThatComesBack()
{
    Session session;
    prepare(session, *std::ranges::find_if(SHIPPED, &Shipped::isPair));
    session.setup.rules.costs = {0, 0, 0, 0, {}};
    (void)session.play();
    QVERIFY(session.desk().equity() > session.setup.cash);
}

/// An account too small for any order refuses them all; a hundred in a row would suspend the strategy.
void TestShippedStrategies::triesARefusedEntryOnceASignal()
{
    Session session;
    prepare(session, shipped());
    session.setup.cash = *Money::parse("0.0001");
    const Output output = session.play();
    QVERIFY(output.of("fill").empty());
    QVERIFY(!output.of("order").empty());
    QVERIFY2(session.desk().state() == engine::AccountState::Running, session.desk().stateReason().c_str());
}

void TestShippedStrategies::doesNothingWithoutTrades()
{
    Session session;
    prepare(session, *std::ranges::find_if(SHIPPED, &Shipped::hearsTrades));
    session.setup.symbols[0].trades.reset();
    const Output output = session.play();
    QVERIFY(output.of("order").empty());
    QCOMPARE(output.of("trades_missing").size(), 1U);
}

void TestShippedStrategies::doesTheSameTwice()
{
    Session first;
    Session second;
    prepare(first, shipped());
    prepare(second, shipped());
    QVERIFY(first.play().text == second.play().text);
}

void TestShippedStrategies::everyFileBeginsWithItsIdea()
{
    for (const Shipped& each : SHIPPED) {
        QFile file(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/%1.lua").arg(QLatin1StringView(each.name)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(text.startsWith("-- ") && text.indexOf("strategy = {") > 300, each.name);
    }
}

QTEST_GUILESS_MAIN(TestShippedStrategies)
#include "tst_shippedstrategies.moc"
