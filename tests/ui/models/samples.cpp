// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"

#include <limits>

namespace samples {

using namespace core::engine;
using core::execution::Order;
using core::execution::OrderStatus;
using core::execution::OrderType;
using core::execution::Side;

core::Symbol symbol(const char* text)
{
    return *core::Symbol::parse(text);
}

core::Money money(const char* text)
{
    return *core::Money::parse(text);
}

core::Timestamp time(const char* text)
{
    return *core::parseTimestamp(text);
}

core::market::Instrument btc()
{
    core::market::Instrument instrument;
    instrument.symbol = symbol("BTC/USD");
    instrument.priceDecimals = 1;
    return instrument;
}

core::market::Instrument eth()
{
    core::market::Instrument instrument;
    instrument.symbol = symbol("ETH/USD");
    instrument.lotDecimals = 4;
    return instrument;
}

AccountSnapshot account(const char* strategy)
{
    AccountSnapshot account;
    account.strategy = strategy;
    account.startCash = money("100000");
    account.openingCash = account.startCash;
    account.cash = account.startCash;
    account.equity = account.startCash;
    account.marginLevel = std::numeric_limits<double>::infinity();
    return account;
}

FillRecord fill(std::uint64_t n, core::AccountIndex account)
{
    FillRecord record;
    record.account = account;
    record.orderType = "market";
    auto& fill = record.fill;
    const bool buying = n % 2 == 1;
    fill.id.value = n;
    fill.order.value = n;
    fill.side = buying ? Side::Buy : Side::Sell;
    fill.quantity = core::Quantity(buying ? 10'000'000 : -10'000'000);
    fill.referencePrice = core::Price(467'600);
    fill.price = core::Price(buying ? 467'834 : 467'366);
    fill.notional = money(buying ? "4678.34" : "4673.66");
    fill.fee = money(buying ? "12.163684" : "12.151516");
    fill.slippage = money("2.34");
    fill.realisedProfit = buying ? core::Money() : money("-28.9952");
    fill.positionAfter = core::Quantity(buying ? 10'000'000 : 0);
    fill.cashAfter = money("95309.50");
    fill.decisionTime = time("2022-01-19T05:41:00Z") + std::chrono::minutes(n);
    fill.time = fill.decisionTime + std::chrono::minutes(1);
    fill.correlation.value = 0x7f00 + n;
    return record;
}

Order order(std::uint64_t n, OrderStatus status)
{
    Order order;
    order.id.value = n;
    order.type = OrderType::Limit;
    order.status = status;
    order.size = core::Quantity(210'000'000);
    order.filled = core::Quantity(status == OrderStatus::Filled ? 210'000'000 : 0);
    order.limit = core::Price(462'500);
    order.decisionTime = time("2022-01-19T05:31:00Z");
    order.correlation.value = 0x7e00 + n;
    return order;
}

namespace {

PositionSnapshot position(core::SymbolIndex symbol, std::int64_t lots, double average,
                          std::int64_t markTicks, const char* profit, double liquidation,
                          double distance)
{
    PositionSnapshot position;
    position.symbol = symbol;
    position.quantity = core::Quantity(lots);
    position.averagePrice = average;
    position.mark = core::Price(markTicks);
    position.profit = money(profit);
    position.liquidationPrice = liquidation;
    position.distance = distance;
    position.opened = time("2022-01-19T04:10:00Z");
    return position;
}

/// Exposures and the level that follows from them.
void expose(AccountSnapshot& account, const char* equity, const char* longs, const char* shorts)
{
    account.equity = money(equity);
    account.longExposure = money(longs);
    account.shortExposure = money(shorts);
    const double exposure = (account.longExposure + account.shortExposure).toDouble();
    account.marginLevel = account.equity.toDouble() / exposure;
}

std::vector<AccountSnapshot> fourAccounts()
{
    auto sma = account("sma_cross");
    sma.positions = {position(0, 290'000'000, 46'102.5, 467'685, "1931.40", 15'493.1, -0.669)};
    expose(sma, "101840.00", "135628.65", "0");
    sma.commonMoveToCall = -0.669;
    sma.fees = money("1204.55");
    sma.fills = 812;
    sma.drawdown = -0.0031;

    auto breakout = account("breakout");
    breakout.positions = {position(0, -300'000'000, 47'020.0, 467'685, "754.50", 64'282.7, 0.374)};
    expose(breakout, "100620.00", "0", "140305.50");
    breakout.commonMoveToCall = 0.374;
    breakout.fees = money("410.02");
    breakout.fills = 44;

    auto mean = account("mean_reversion");
    mean.positions = {position(0, 210'000'000, 47'311.5, 467'685, "-1140.30", 35'009.4, -0.251),
                      position(1, 120'000, 3'702.11, 368'840, "-164.52", 1'630.5, -0.558)};
    expose(mean, "54200.00", "142474.65", "0");
    mean.startCash = money("54423.13");
    mean.commonMoveToCall = -0.173;
    mean.workingOrders = {order(214, OrderStatus::Accepted)};
    mean.fees = money("902.11");
    mean.fills = 301;
    mean.drawdown = -0.0188;

    auto grid = account("grid_rsi");
    grid.state = AccountState::Suspended;
    grid.stateReason = "100 orders in a row were rejected";
    grid.equity = money("97900.00");
    grid.cash = grid.equity;
    grid.drawdown = -0.021;
    return {breakout, grid, mean, sma};
}

AccountSnapshot totalOf(const std::vector<AccountSnapshot>& accounts)
{
    AccountSnapshot total;
    total.strategy = "total";
    for (const auto& one : accounts) {
        total.startCash += one.startCash;
        total.openingCash += one.openingCash;
        total.cash += one.cash;
        total.equity += one.equity;
        total.longExposure += one.longExposure;
        total.shortExposure += one.shortExposure;
        total.fees += one.fees;
        total.fills += one.fills;
    }
    return total;
}

} // namespace

EngineSnapshot session()
{
    EngineSnapshot snapshot;
    snapshot.sequence = 7;
    snapshot.epoch = 1;
    snapshot.time = time("2022-01-19T05:42:00Z");
    snapshot.barsDone = 26'000;
    snapshot.barsTotal = 45'031;
    snapshot.symbols = {{btc(), core::Price(467'685), snapshot.time},
                        {eth(), core::Price(368'840), snapshot.time}};
    snapshot.accounts = fourAccounts();
    snapshot.total = totalOf(snapshot.accounts);
    std::vector<FillRecord> fills;
    for (std::uint64_t n = 1; n <= 6; ++n)
        fills.push_back(fill(n, static_cast<core::AccountIndex>(n % 4)));
    snapshot.fills = logOf(fills);
    auto rejected = order(212, OrderStatus::Rejected);
    rejected.reason = core::execution::Reason::InsufficientMargin;
    snapshot.closedOrders = logOf(std::vector<ClosedOrder>{
        {2, order(211, OrderStatus::Filled), snapshot.time}, {2, rejected, snapshot.time}});
    return snapshot;
}

ui::models::StrategyList strategies()
{
    using core::trust::State;
    const auto make = [](const char* name, const char* version, State state) {
        ui::models::StrategyItem item;
        item.entry.name = name;
        item.entry.file = std::string("/home/user/strategies/") + name + ".lua";
        item.entry.metadata.name = name;
        item.entry.metadata.version = version;
        item.entry.state = state;
        item.entry.source = "strategy = {\n  name = \"" + std::string(name) + "\",\n}\n";
        item.entry.sha256 = core::Sha256::of(item.entry.source);
        item.entry.size = item.entry.source.size();
        return item;
    };
    auto changed = make("momentum_scalp", "1.1.0", State::Changed);
    changed.entry.approval = core::trust::Approval{};
    changed.entry.approval->time = time("2022-11-14T09:00:00Z");
    changed.entry.approval->source = "strategy = {\n  name = \"momentum_scalp\", size = 1,\n}\n";
    changed.entry.reason = "it changed since it was approved";
    changed.addedLines = 3;
    changed.removedLines = 2;
    auto invalid = make("wavetrend", "", State::Invalid);
    invalid.entry.reason = "line 12: '=' expected near 'strategy'";
    return {make("breakout", "1.2.0", State::Approved),
            make("grid_rsi", "2.0.0", State::Approved),
            make("mean_reversion", "1.0.3", State::Approved),
            changed,
            make("pair_ratio", "0.9.0", State::Unknown),
            make("sma_cross", "1.0.0", State::Approved),
            make("volatility_target", "1.0.0", State::Revoked),
            invalid};
}

SnapshotPtr share(EngineSnapshot snapshot)
{
    return std::make_shared<const EngineSnapshot>(std::move(snapshot));
}

ui::models::StrategyListPtr share(ui::models::StrategyList list)
{
    return std::make_shared<const ui::models::StrategyList>(std::move(list));
}

} // namespace samples
