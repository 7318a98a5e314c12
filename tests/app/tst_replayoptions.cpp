// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "app/cli/replayoptions.h"

using namespace app::cli;

namespace {

core::Result<core::engine::ReplayRequest> read(const std::vector<std::string>& words)
{
    const Grammar grammar{"", 0, 0, replayOptionSpecs()};
    const auto options = Options::parse(grammar, words);
    if (!options)
        return options.error();
    return readReplayRequest(*options);
}

} // namespace

class TestReplayOptions : public QObject
{
    Q_OBJECT

private slots:
    void readsStrategiesWithParameters()
    {
        const auto strategy = parseStrategy("sma_cross:fast=5,slow=20,note=a=b");
        QVERIFY(strategy.ok());
        QCOMPARE(strategy->name, std::string("sma_cross"));
        QVERIFY(strategy->parameters == (std::vector<std::pair<std::string, std::string>>{
                                            {"fast", "5"}, {"slow", "20"}, {"note", "a=b"}}));
        QVERIFY(parseStrategy("sma_cross")->parameters.empty());
        for (const char* bad : {"", ":", ":a=1", "x:", "x:a", "x:=1", "x:a=1,", "x:a=1,,b=2"})
            QVERIFY2(!parseStrategy(bad).ok(), bad);
    }

    void defaultsAreTheRequestsOwn()
    {
        const core::engine::ReplayRequest usual;
        const auto request = read({"--strategy", "x"});
        QVERIFY(request.ok());
        QVERIFY(request->symbols.empty());
        QVERIFY(!request->timeframe);
        QVERIFY(request->cash == usual.cash);
        QCOMPARE(request->fee, usual.fee);
        QCOMPARE(request->seed, usual.seed);
        QVERIFY(!request->worstCasePath);
        QVERIFY(request->detail == core::execution::Detail::Trades);
    }

    void readsEveryOption()
    {
        const auto request = read({"--strategy",
                                   "x",
                                   "--strategy",
                                   "y:a=1",
                                   "--symbol",
                                   "BTC/USD",
                                   "--timeframe",
                                   "5m",
                                   "--from",
                                   "2022-01-01",
                                   "--to",
                                   "2022-02-01",
                                   "--cash",
                                   "5000.5",
                                   "--fee",
                                   "0.001",
                                   "--slippage-bp",
                                   "0",
                                   "--long-leverage",
                                   "3",
                                   "--short-leverage",
                                   "1",
                                   "--maintenance",
                                   "0.1",
                                   "--liquidation-fee",
                                   "0",
                                   "--path",
                                   "worst",
                                   "--detail",
                                   "path",
                                   "--participation",
                                   "0",
                                   "--seed",
                                   "42"});
        QVERIFY2(request.ok(), request.ok() ? "" : request.error().what.c_str());
        QCOMPARE(request->strategies.size(), std::size_t(2));
        QCOMPARE(request->symbols[0].text(), std::string("BTC/USD"));
        QVERIFY(request->timeframe == core::market::Timeframe::minutes(5));
        QVERIFY(request->range.to - request->range.from == std::chrono::hours(24 * 31));
        QCOMPARE(request->cash.toString(), std::string("5000.50000000"));
        QCOMPARE(request->fee, 0.001);
        QCOMPARE(request->slippageBp, 0.0);
        QCOMPARE(request->longLeverage, 3.0);
        QCOMPARE(request->shortLeverage, 1.0);
        QCOMPARE(request->maintenance, 0.1);
        QCOMPARE(request->liquidationFee, 0.0);
        QVERIFY(request->worstCasePath);
        QVERIFY(request->detail == core::execution::Detail::Path);
        QCOMPARE(request->participation, 0.0);
        QCOMPARE(request->seed, std::uint64_t(42));
    }

    void oneFeeIsBothAndEachCanBeSaidApart()
    {
        const auto both = read({"--strategy", "x", "--fee", "0.001"});
        QCOMPARE(both->fee, 0.001);
        QVERIFY(!both->makerFee);
        const auto apart = read({"--strategy", "x", "--maker-fee", "0.0005"});
        QCOMPARE(apart->fee, 0.0026);
        QCOMPARE(apart->makerFee.value_or(0), 0.0005);
        // The maker keeps what --fee says when only the taker's rate is another.
        const auto taker = read({"--strategy", "x", "--fee", "0.001", "--taker-fee", "0.002"});
        QCOMPARE(taker->fee, 0.002);
        QCOMPARE(taker->makerFee.value_or(0), 0.001);
    }

    void presetsOfCostsAreGoneOverByTheirOptions()
    {
        const auto none = read({"--strategy", "x", "--costs", "none"});
        QCOMPARE(none->fee + none->makerFee.value_or(1) + none->slippageBp + none->liquidationFee, 0.0);
        const auto kraken = read({"--strategy", "x", "--costs", "kraken-spot-margin", "--slippage-bp", "1"});
        QCOMPARE(kraken->makerFee.value_or(0), 0.0016);
        QCOMPARE(kraken->fee, 0.0026);
        QCOMPARE(kraken->openingFee, 0.0002);
        QCOMPARE(kraken->rollover, 0.0002);
        QCOMPARE(kraken->slippageBp, 1.0);
        const auto fee = read({"--strategy", "x", "--costs", "kraken-spot-margin", "--fee", "0.001"});
        QCOMPARE(fee->fee, 0.001);
        QVERIFY(!fee->makerFee);
    }

    void readsHowLimitsFillAndWhatIsBorrowed()
    {
        const auto request =
            read({"--strategy", "x", "--touch", "--borrow-rate", "0.05", "--currency", "EUR"});
        QVERIFY(request->touchFillsLimits);
        QCOMPARE(request->borrowRate, 0.05);
        QCOMPARE(request->currency, std::string("EUR"));
    }

    void readsTheLimitsOfAllAccountsAndOfOne()
    {
        const auto none = read({"--strategy", "x"});
        QVERIFY(none->risk == core::portfolio::RiskRequest());
        QVERIFY(!none->strategies[0].risk);
        const auto request = read({"--strategy", "x", "--strategy", "y:a=1", "--max-drawdown", "y=0.1",
                                   "--max-daily-loss", "0.05", "--max-drawdown", "0.2", "--max-exposure=1.0",
                                   "--max-orders-a-minute", "30", "--on-breach=y=flatten",
                                   "--on-suspension", "close"});
        QVERIFY2(request.ok(), request.ok() ? "" : request.error().what.c_str());
        core::portfolio::RiskRequest wanted;
        wanted.dailyLoss = 0.05;
        wanted.drawdown = 0.2;
        wanted.exposure = 1.0;
        wanted.ordersAMinute = 30;
        wanted.onSuspension = core::portfolio::OnSuspension::Close;
        QVERIFY(request->risk == wanted);
        QVERIFY(!request->strategies[0].risk);
        wanted.drawdown = 0.1;
        wanted.onBreach = core::portfolio::OnBreach::Flatten;
        QVERIFY(request->strategies[1].risk == wanted);
        QVERIFY(read({"--strategy", "x", "--on-breach", "flatten"})->risk.onBreach ==
                core::portfolio::OnBreach::Flatten);
    }

    void refusesLimitsThatAreNone_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("value");
        for (const auto& [option, value] :
             {std::pair("max-daily-loss", "0"), {"max-daily-loss", "1"}, {"max-daily-loss", "5%"},
              {"max-daily-loss", "nan"}, {"max-drawdown", "-0.1"}, {"max-drawdown", ""},
              {"max-exposure", "0"}, {"max-exposure", "1001"}, {"max-orders-a-minute", "0"},
              {"max-orders-a-minute", "1.5"}, {"max-orders-a-minute", "10001"}, {"on-breach", "sell"}, {"on-suspension", "sell"},
              {"max-drawdown", "z=0.1"}, {"max-drawdown", "x="}, {"max-drawdown", "=0.1"}})
            QTest::addRow("%s %s", option, value)
                << QString::fromUtf8(option) << QString::fromUtf8(value);
    }
    void refusesLimitsThatAreNone()
    {
        QFETCH(QString, option);
        QFETCH(QString, value);
        const auto request =
            read({"--strategy", "x", "--" + option.toStdString(), value.toStdString()});
        QVERIFY(!request.ok());
        QVERIFY(request.error().what.find("--" + option.toStdString()) != std::string::npos);
    }

    void refusesValuesOutOfRange_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        for (const auto& [name, value] : {std::pair("cash", "0"),
                                          {"cash", "-1"},
                                          {"cash", "1e20"},
                                          {"cash", "0.000000001"},
                                          {"fee", "-0.1"},
                                          {"fee", "nan"},
                                          {"maker-fee", "0.6"},
                                          {"taker-fee", "x"},
                                          {"borrow-rate", "11"},
                                          {"costs", "binance"},
                                          {"slippage-bp", "x"},
                                          {"long-leverage", "0"},
                                          {"maintenance", "2"},
                                          {"participation", "1.1"},
                                          {"path", "best"},
                                          {"detail", "coarse"},
                                          {"seed", "1.5"},
                                          {"symbol", "BTC"},
                                          {"timeframe", "2m"},
                                          {"from", "now"}})
            QTest::addRow("%s %s", name, value)
                << QString::fromUtf8(name) << QString::fromUtf8(value);
    }

    void refusesValuesOutOfRange()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto request =
            read({"--strategy", "x", "--" + name.toStdString(), value.toStdString()});
        QVERIFY(!request.ok());
        QCOMPARE(request.error().code, core::ErrorCode::InvalidInput);
        QVERIFY2(request.error().what.find("--" + name.toStdString()) != std::string::npos,
                 request.error().what.c_str());
    }
};

QTEST_APPLESS_MAIN(TestReplayOptions)
#include "tst_replayoptions.moc"
