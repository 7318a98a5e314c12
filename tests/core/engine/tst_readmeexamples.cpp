// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"
#include "enginefixture.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace core;
using fixture::Output;
using fixture::Session;

namespace {

/// One example of the manual, and the lines that it says come out.
struct Example {
    std::string source;
    QStringList lines;
};

QByteArray manual()
{
    QFile file(QStringLiteral(QUARTERDECK_SOURCE_DIR "/strategies/README.md"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Blocks marked "lua", each with the block marked "text" that follows it directly, if one does.
std::vector<Example> examples()
{
    static const QRegularExpression BLOCKS(QStringLiteral("```lua\\n(.*?)```\\n(?:\\n?```text\\n(.*?)```)?"),
                                           QRegularExpression::DotMatchesEverythingOption);
    std::vector<Example> all;
    auto blocks = BLOCKS.globalMatch(QString::fromUtf8(manual()));
    while (blocks.hasNext()) {
        const auto block = blocks.next();
        all.push_back({block.captured(1).toStdString(),
                       block.captured(2).split(QLatin1Char('\n'), Qt::SkipEmptyParts)});
    }
    return all;
}

/// The market that the manual describes: half an hour up, half an hour down, by 0.50 a minute.
std::vector<market::Candle> upAndDown(std::int64_t first, std::int64_t step)
{
    std::vector<market::Candle> candles;
    std::int64_t price = first;
    for (int i = 0; i < 60; ++i) {
        const std::int64_t open = price;
        price += i < 30 ? step : -step;
        candles.push_back(fixture::candle(i, open, std::max(open, price) + 10, std::min(open, price) - 10, price));
    }
    return candles;
}

/// Four trades a minute: the open, the nearer wick, the other one and the close.
market::TradeColumns tradesOf(const std::vector<market::Candle>& candles)
{
    market::TradeColumns trades;
    for (const market::Candle& each : candles) {
        const bool rises = each.close > each.open;
        int quarter = 0;
        for (const Price price : {each.open, rises ? each.low : each.high, rises ? each.high : each.low, each.close}) {
            trades.push({each.openTime + std::chrono::seconds(15) * quarter++, price, Quantity(100),
                         rises ? market::TakerSide::Buy : market::TakerSide::Sell, trades.count() + 1});
        }
    }
    return trades;
}

/// What an example writes over that market, in order, and why it was suspended.
QStringList linesOf(const Example& example)
{
    const auto metadata = strategy::readLuaMetadata("example.lua", example.source);
    if (!metadata)
        return {QString::fromStdString(metadata.error().what)};
    Session session;
    session.setup.cash = *Money::parse("10000");
    session.symbol("BTC/USD", upAndDown(10'000, 50));
    if (metadata->symbols.size() > 1)
        session.symbol("ETH/USD", upAndDown(5'000, -10));
    engine::AccountSetup& account = session.account(metadata->name, {});
    account.timeframe = metadata->timeframe.value_or(market::ONE_MINUTE);
    account.warmup = metadata->warmup;
    account.hearsTrades = metadata->hearsTrades;
    if (metadata->hearsTrades)
        session.setup.symbols[0].trades =
            std::make_shared<const market::TradeColumns>(tradesOf(upAndDown(10'000, 50)));
    account.parameters = *strategy::resolveParameters(*metadata, {});
    account.factory = strategy::luaFactory(metadata->name + ".lua", std::make_shared<const std::string>(example.source));
    QStringList lines;
    for (const fixture::Line& line : session.play().lines) {
        if (line.event == "log")
            lines += QString::fromStdString(line["message"]);
        else if (line.event == "mark")
            lines += QString::fromStdString("mark " + line["text"]);
        else if (line.event == "strategy_suspended")
            lines += QString::fromStdString("suspended: " + line["reason"]);
    }
    return lines;
}

} // namespace

/// The manual's examples, over the market that it describes.
class TestReadmeExamples : public QObject
{
    Q_OBJECT

private slots:
    void doesWhatTheTextSays_data();
    void doesWhatTheTextSays();
    void saysSomethingOfEveryCall_data();
    void saysSomethingOfEveryCall();
};

void TestReadmeExamples::doesWhatTheTextSays_data()
{
    QTest::addColumn<int>("index");
    const std::vector<Example> all = examples();
    QVERIFY(all.size() >= 17);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto metadata = strategy::readLuaMetadata("example.lua", all[i].source);
        QTest::newRow(metadata ? metadata->name.c_str() : "unreadable") << static_cast<int>(i);
    }
}

void TestReadmeExamples::doesWhatTheTextSays()
{
    QFETCH(int, index);
    const Example example = examples().at(static_cast<std::size_t>(index));
    QVERIFY2(!example.lines.isEmpty(), "an example must say what comes out");
    QCOMPARE(linesOf(example).join(QLatin1Char('\n')), example.lines.join(QLatin1Char('\n')));
}

void TestReadmeExamples::saysSomethingOfEveryCall_data()
{
    QTest::addColumn<QString>("call");
    for (const char* call :
         {"ctx.time", "ctx.parameters", "ctx.equity", "ctx.cash", "ctx.margin_level", "ctx.symbols", "ctx.timeframe",
          "ctx.state", "ctx:candles{", "ctx:forming{", "ctx:sma{", "ctx:ema{", "ctx:wma{", "ctx:rsi{", "ctx:atr{",
          "ctx:macd{", "ctx:bbands{", "ctx:adx{", "ctx:stddev{", "ctx:choppiness{", "ctx:zscore{",
          "ctx:volume_ratio{", "ctx:highest{", "ctx:lowest{", "ctx:roc{", "ctx:series(", ":push(", "ctx:position(",
          "ctx:orders(", "ctx:buy{", "ctx:sell{", "ctx:short{", "ctx:cover{", "ctx:close(", "ctx:target(",
          "ctx:replace(", "ctx:cancel(", "ctx:every(", "ctx:log", "ctx:plot(", "ctx:mark(", "on_start", "on_resume",
          "on_bar", "on_close", "on_trade", "on_order", "on_fill", "on_margin_call", "on_stop"})
        QTest::newRow(call) << QString::fromLatin1(call);
}

void TestReadmeExamples::saysSomethingOfEveryCall()
{
    QFETCH(QString, call);
    const auto all = examples();
    QVERIFY(std::ranges::any_of(all, [&](const Example& example) {
        return QString::fromStdString(example.source).contains(call);
    }));
}

QTEST_GUILESS_MAIN(TestReadmeExamples)
#include "tst_readmeexamples.moc"
