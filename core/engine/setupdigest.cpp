// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/setupdigest.h"

namespace core::engine {

namespace {

template <typename T> void addColumn(Sha256& hash, const std::vector<T>& column)
{
    hash.update(std::as_bytes(std::span<const T>(column)));
}

void addCandles(Sha256& hash, const market::CandleColumns& candles)
{
    addColumn(hash, candles.openTime);
    addColumn(hash, candles.open);
    addColumn(hash, candles.high);
    addColumn(hash, candles.low);
    addColumn(hash, candles.close);
    addColumn(hash, candles.volume);
}

void addTrades(Sha256& hash, const market::TradeColumns& trades)
{
    addColumn(hash, trades.time);
    addColumn(hash, trades.price);
    addColumn(hash, trades.size);
}

std::string textOf(const strategy::ParameterValue& value)
{
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return std::to_string(*whole);
    if (const auto* number = std::get_if<double>(&value))
        return formatDouble(*number);
    return std::get<std::string>(value);
}

/// Only what is limited, so that a replay without limits keeps the digest it always had.
template <typename Add> void addLimits(const portfolio::RiskLimits& risk, const Add& add)
{
    const auto addOne = [&add](const char* key, std::int64_t limit) {
        if (limit > 0)
            add(key, std::to_string(limit));
    };
    addOne("max_daily_loss", risk.dailyLoss);
    addOne("max_drawdown", risk.drawdown);
    addOne("max_exposure", risk.exposure);
    addOne("max_orders_a_minute", risk.ordersAMinute);
    if (risk.isOn())
        add("on_breach", std::string(portfolio::name(risk.onBreach)));
    if (risk.onSuspension == portfolio::OnSuspension::Close)
        add("on_suspension", std::string(portfolio::name(risk.onSuspension)));
}

/// A smallest order only where there is one, for the same reason.
template <typename Add> void addInstrument(const market::Instrument& instrument, const Add& add)
{
    const std::string& symbol = instrument.symbol.text();
    add("symbol", symbol + " " + std::to_string(instrument.priceDecimals) + " " +
                      std::to_string(instrument.lotDecimals));
    if (instrument.minimumLots > 1)
        add("minimum_lots", std::to_string(instrument.minimumLots));
    if (instrument.minimumCost > Money())
        add("minimum_cost", instrument.minimumCost.toString());
    if (instrument.kind == market::InstrumentKind::Perpetual)
        add("kind", "perpetual");
}

} // namespace

std::string digestOfCandles(const EngineSetup& setup)
{
    Sha256 hash;
    for (const SymbolData& data : setup.symbols) {
        hash.update(data.instrument.symbol.text() + "\n");
        addCandles(hash, *data.candles);
        if (data.finer) {
            hash.update("finer " + data.finerTimeframe.text() + "\n");
            addCandles(hash, *data.finer);
        }
        if (data.trades) {
            hash.update("trades\n");
            addTrades(hash, *data.trades);
        }
        for (const market::FundingRate& rate : data.funding)
            hash.update("funding " + formatTimestamp(rate.due()) + " " + std::to_string(rate.rate) + "\n");
    }
    return hash.digest().hex();
}

std::string digestOf(const EngineSetup& setup)
{
    Sha256 hash;
    const auto add = [&hash](const std::string& key, const std::string& value) {
        hash.update(key + " " + value + "\n");
    };
    add("candles", setup.candleDigest);
    add("base", setup.base.text());
    add("from", formatTimestamp(setup.from));
    add("cash", setup.cash.toString() + " " + setup.currency);
    add("maker_fee", std::to_string(setup.rules.costs.maker));
    add("taker_fee", std::to_string(setup.rules.costs.taker));
    add("slippage", std::to_string(setup.rules.costs.slippage));
    add("liquidation_fee", std::to_string(setup.rules.costs.liquidationFee));
    add("borrow_cash", std::to_string(setup.rules.costs.borrow.cashRate));
    add("borrow_short", std::to_string(setup.rules.costs.borrow.shortRate));
    add("opening_fee", std::to_string(setup.rules.costs.borrow.openingFee));
    add("rollover", std::to_string(setup.rules.costs.borrow.rollover));
    add("limits", setup.rules.touch ? "touch" : "through");
    add("participation", std::to_string(setup.rules.participation));
    add("path", setup.rules.worstCase ? "worst" : "nearer");
    add("long_leverage", std::to_string(setup.margin.longLeverage));
    add("short_leverage", std::to_string(setup.margin.shortLeverage));
    add("maintenance", std::to_string(setup.margin.maintenance));
    add("seed", std::to_string(setup.seed));
    if (setup.allowsUnsigned)
        add("unsigned", "allowed");
    for (const SymbolData& data : setup.symbols)
        addInstrument(data.instrument, add);
    for (const AccountSetup& account : setup.accounts) {
        add("strategy", account.name + " " + account.sha256.hex() + " " + account.timeframe.text());
        for (const auto& [key, value] : account.parameters)
            add("parameter", key + " " + textOf(value));
        addLimits(account.risk, add);
    }
    return hash.digest().hex();
}

} // namespace core::engine
