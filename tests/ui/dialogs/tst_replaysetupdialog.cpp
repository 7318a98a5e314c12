// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/costpreset.h"
#include "tests/ui/models/samples.h"
#include "ui/dialogs/replaysetupdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QtTest>

using core::history::TimeRange;
using ui::dialogs::ReplaySetupDialog;

namespace {

ui::models::StrategyListPtr strategies()
{
    core::strategy::ParameterSpec fast;
    fast.name = "fast";
    fast.type = core::strategy::ParameterSpec::Type::Integer;
    fast.defaultValue = std::int64_t(10);
    fast.minimum = 2;
    fast.maximum = 500;
    auto list = samples::strategies();
    for (auto& item : list) {
        item.entry.metadata.symbols = {samples::symbol("BTC/USD")};
        item.entry.metadata.parameters = {fast};
    }
    return samples::share(list);
}

std::vector<core::history::Coverage> coverage()
{
    core::history::Coverage btc;
    btc.instrument = samples::btc();
    btc.oldest = samples::time("2021-12-31T23:01:00Z");
    btc.newest = samples::time("2022-02-01T05:31:00Z");
    btc.candles = 45'031;
    auto eth = btc;
    eth.instrument = samples::eth();
    return {btc, eth};
}

QPushButton& startButton(const QDialog& dialog)
{
    for (auto* one : dialog.findChildren<QPushButton*>())
        if (one->property("primary").toBool())
            return *one;
    qFatal("no start button");
}

QComboBox* costsOf(const QDialog& dialog)
{
    for (auto* one : dialog.findChildren<QComboBox*>())
        if (one->findText(QStringLiteral("No costs")) >= 0)
            return one;
    qFatal("no presets");
}

void choose(QComboBox& box, int index)
{
    box.setCurrentIndex(index);
    emit box.activated(index);
}

const QStringList SMA = {QStringLiteral("sma_cross")};

} // namespace

class TestReplaySetupDialog : public QObject
{
    Q_OBJECT

private slots:
    void offersOnlyWhatMayRun()
    {
        const ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        const auto* list = dialog.findChildren<QListWidget*>().front();
        QCOMPARE(list->count(), 4);
        QVERIFY(list->findItems(QStringLiteral("pair_ratio"), Qt::MatchExactly).isEmpty());
    }

    void givesTheDefaultsAndAnOpenRange()
    {
        const ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        const auto request = dialog.request();
        QVERIFY(request.ok());
        const core::engine::ReplayRequest defaults;
        QCOMPARE(request->strategies.size(), std::size_t(1));
        QVERIFY(request->strategies[0].parameters.empty());
        QVERIFY(request->symbols.empty());
        QVERIFY(!request->timeframe.has_value());
        QVERIFY(request->range.from == TimeRange{}.from && request->range.to == TimeRange{}.to);
        QCOMPARE(request->cash.count(), defaults.cash.count());
        // Exactly, so that the window and the command line play the same replay.
        QVERIFY(request->fee == 0.0026);
        QVERIFY(request->slippageBp == 5.0);
        QVERIFY(request->maintenance == 0.25 && request->liquidationFee == 0.005);
        QVERIFY(request->participation == 0.1);
        QVERIFY(request->longLeverage == 1.5 && request->shortLeverage == 2.0);
        QCOMPARE(request->seed, std::uint64_t(1));
        QVERIFY(request->risk == core::portfolio::RiskRequest());
    }

    void takesTheAccountOfAnEarlierReplayAndNothingElse()
    {
        ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        core::engine::ReplayRequest earlier;
        earlier.strategies = {{"breakout", {}}};
        earlier.symbols = {samples::symbol("ETH/USD")};
        earlier.cash = samples::money("2500");
        earlier.fee = 0.001;
        dialog.setAccount(earlier);
        const auto request = dialog.request();
        QVERIFY(request.ok());
        QCOMPARE(request->strategies.front().name, std::string("sma_cross"));
        QVERIFY(request->symbols.empty());
        QCOMPARE(request->cash.count(), earlier.cash.count());
        QVERIFY(request->fee == 0.001);
    }

    void keepsFeesExact_data()
    {
        QTest::addColumn<double>("fee");
        for (const double fee : {0.0007, 0.001, 0.0026, 0.0029, 0.0057})
            QTest::newRow(qPrintable(QString::number(fee))) << fee;
    }
    void keepsFeesExact()
    {
        QFETCH(double, fee);
        ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        core::engine::ReplayRequest wanted;
        wanted.strategies = {{"sma_cross", {}}};
        wanted.fee = fee;
        dialog.setRequest(wanted);
        QVERIFY(dialog.request()->fee == fee);
    }

    void fillsInTheRatesOfAPreset()
    {
        ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        auto* costs = costsOf(dialog);
        QCOMPARE(costs->currentText(), QStringLiteral("as below"));
        choose(*costs, 0);
        const auto kraken = dialog.request();
        core::engine::ReplayRequest wanted;
        core::engine::applyCosts(core::engine::COST_PRESETS[0], wanted);
        // Exactly, so that the window and the command line play the same replay.
        QVERIFY(kraken->makerFee == wanted.makerFee && kraken->fee == wanted.fee);
        QVERIFY(kraken->openingFee == wanted.openingFee && kraken->rollover == wanted.rollover);
        QVERIFY(kraken->slippageBp == 5.0 && kraken->liquidationFee == 0.005);
        choose(*costs, 1);
        const auto none = dialog.request();
        QCOMPARE(none->fee + none->makerFee.value_or(0.0) + none->slippageBp +
                     none->liquidationFee + none->openingFee + none->rollover,
                 0.0);
    }

    void saysWhenTheRatesAreNoPresetsAnyMore()
    {
        ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        auto* costs = costsOf(dialog);
        core::engine::ReplayRequest wanted;
        wanted.strategies = {{"sma_cross", {}}};
        core::engine::applyCosts(core::engine::COST_PRESETS[0], wanted);
        wanted.borrowRate = 0.05;
        wanted.touchFillsLimits = true;
        dialog.setRequest(wanted);
        QCOMPARE(costs->currentText(), QStringLiteral("Kraken spot margin"));
        QVERIFY(dialog.request()->borrowRate == 0.05);
        QVERIFY(dialog.request()->touchFillsLimits);
        wanted.slippageBp = 1.0;
        dialog.setRequest(wanted);
        QCOMPARE(costs->currentText(), QStringLiteral("as below"));
    }

    void takesAnEarlierRequest()
    {
        core::engine::ReplayRequest wanted;
        wanted.strategies = {{"breakout", {}}, {"sma_cross", {{"fast", "21"}}}};
        wanted.symbols = {samples::symbol("ETH/USD")};
        wanted.timeframe = core::market::Timeframe::minutes(5);
        wanted.range.from = samples::time("2022-01-10T00:00:00Z");
        wanted.cash = samples::money("2500.5");
        wanted.worstCasePath = true;
        wanted.detail = core::execution::Detail::Candles;
        wanted.participation = 0.0;
        wanted.seed = 42;
        wanted.risk.dailyLoss = 0.07;
        wanted.risk.drawdown = 0.2;
        wanted.risk.exposure = 1.25;
        wanted.risk.ordersAMinute = 30;
        wanted.risk.onBreach = core::portfolio::OnBreach::Flatten;
        wanted.risk.onSuspension = core::portfolio::OnSuspension::Close;
        ReplaySetupDialog dialog(strategies(), coverage(), {});
        dialog.setRequest(wanted);
        const auto request = dialog.request();
        QVERIFY(request.ok());
        QCOMPARE(request->strategies.size(), std::size_t(2));
        QVERIFY(request->strategies[1].parameters == wanted.strategies[1].parameters);
        QVERIFY(request->symbols == wanted.symbols);
        QVERIFY(request->timeframe == wanted.timeframe);
        QVERIFY(request->range.from == wanted.range.from);
        QVERIFY(request->range.to == TimeRange{}.to);
        QCOMPARE(request->cash.count(), wanted.cash.count());
        QVERIFY(request->worstCasePath);
        QVERIFY(request->detail == core::execution::Detail::Candles);
        QCOMPARE(request->participation, 0.0);
        QCOMPARE(request->seed, std::uint64_t(42));
        QVERIFY(request->risk == wanted.risk);
    }

    void keepsParametersWhenAnotherStrategyJoins()
    {
        ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        dialog.findChild<QSpinBox*>(QStringLiteral("fast"))->setValue(33);
        auto* list = dialog.findChildren<QListWidget*>().front();
        list->item(0)->setCheckState(Qt::Checked);
        const auto request = dialog.request();
        QCOMPARE(request->strategies.size(), std::size_t(2));
        QVERIFY(request->strategies[0].parameters.empty());
        QCOMPARE(request->strategies[1].parameters.front().second, std::string("33"));
    }

    void saysWhyItCannotStart()
    {
        ReplaySetupDialog nothing(strategies(), coverage(), {});
        QVERIFY(!nothing.request().ok());
        QVERIFY(!startButton(nothing).isEnabled());
        const ReplaySetupDialog empty(strategies(), {}, SMA);
        QVERIFY(QString::fromStdString(empty.request().error().message())
                    .contains(QStringLiteral("Import")));
        ReplaySetupDialog broke(strategies(), coverage(), SMA);
        for (auto* edit : broke.findChildren<QLineEdit*>())
            if (edit->accessibleName().startsWith(QStringLiteral("Cash")))
                edit->setText(QStringLiteral("-5"));
        QVERIFY(!startButton(broke).isEnabled());
    }

    void refusesCandlesTooCoarseForADeclaredTimeframe()
    {
        auto list = samples::strategies();
        for (auto& item : list) {
            item.entry.metadata.symbols = {samples::symbol("BTC/USD")};
            item.entry.metadata.timeframe = core::market::Timeframe::minutes(15);
        }
        auto daily = coverage();
        for (auto& entry : daily)
            entry.finest = core::market::Timeframe::minutes(1440);
        ReplaySetupDialog dialog(samples::share(list), daily, SMA);
        QCOMPARE(
            QString::fromStdString(dialog.request().error().what),
            QStringLiteral("sma_cross would run on 15m, but the finest candles stored are 1d"));
        QVERIFY(!startButton(dialog).isEnabled());
        dialog.findChild<QComboBox*>(QStringLiteral("timeframe"))
            ->setCurrentText(QStringLiteral("1d"));
        QVERIFY(startButton(dialog).isEnabled());
        QVERIFY(dialog.request()->timeframe == core::market::Timeframe::minutes(1440));
    }

    void asksForAMissingSymbol()
    {
        auto list = samples::strategies();
        for (auto& item : list)
            item.entry.metadata.symbols = {samples::symbol("XMR/USD")};
        ReplaySetupDialog dialog(samples::share(list), coverage(), SMA);
        QVERIFY(QString::fromStdString(dialog.request().error().what)
                    .contains(QStringLiteral("XMR/USD")));
        dialog.findChild<QCheckBox*>()->setChecked(false);
        dialog.findChildren<QListWidget*>().back()->item(1)->setCheckState(Qt::Checked);
        QVERIFY(dialog.request().ok());
        QCOMPARE(dialog.request()->symbols.front().text(), std::string("ETH/USD"));
    }

    void startsOnce()
    {
        ReplaySetupDialog dialog(strategies(), coverage(), SMA);
        QSignalSpy wanted(&dialog, &ReplaySetupDialog::replayRequested);
        QSignalSpy closed(&dialog, &QDialog::accepted);
        startButton(dialog).click();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(closed.count(), 1);
    }
};

QTEST_MAIN(TestReplaySetupDialog)
#include "tst_replaysetupdialog.moc"
