// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/snapshot.h"

#include "core/engine/tradingengine.h"

#include <algorithm>

namespace core::engine {

namespace {

void addPositions(AccountSnapshot& account, const Desk& desk)
{
    const auto marks = desk.marks();
    const portfolio::Account& ledger = desk.book().account;
    for (SymbolIndex i = 0; i < desk.instruments().size(); ++i) {
        const portfolio::Position& held = ledger.position(i);
        if (held.quantity.isZero())
            continue;
        const strategy::PositionView view = desk.position(i);
        PositionSnapshot position;
        position.symbol = desk.setup().symbols[i];
        position.quantity = held.quantity;
        position.averagePrice = view.averagePrice;
        position.mark = marks[i];
        position.profit = desk.openProfit(i);
        position.liquidationPrice =
            portfolio::liquidationPrice(ledger, desk.instruments(), marks, i);
        if (position.liquidationPrice)
            position.distance =
                *position.liquidationPrice / desk.instruments()[i].toDouble(marks[i]) - 1.0;
        position.opened = held.opened;
        account.positions.push_back(position);
    }
}

void addOrders(AccountSnapshot& account, const Desk& desk)
{
    const auto working = desk.workingOrders();
    const std::size_t count = std::min(working.size(), MAX_WORKING_SHOWN);
    for (std::size_t i = 0; i < count; ++i) {
        execution::Order order = working[working.size() - 1 - i];
        order.symbol = desk.setup().symbols[order.symbol];
        account.workingOrders.push_back(order);
    }
}

/// "daily_loss 0.0612 beyond 0.05 since 2024-01-01T10:00:00Z", one after the other.
std::string textOf(const std::vector<portfolio::RiskBreach>& breaches)
{
    std::string text;
    for (const portfolio::RiskBreach& breach : breaches) {
        text += text.empty() ? "" : "; ";
        text += std::string(portfolio::name(breach.limit)) + " " + formatDouble(breach.value) + " beyond " +
                formatDouble(breach.threshold) + " since " + formatTimestampShort(breach.since);
    }
    return text;
}

} // namespace

std::string_view name(AccountState state)
{
    switch (state) {
    case AccountState::Running:
        return "running";
    case AccountState::Suspended:
        return "suspended";
    case AccountState::Liquidating:
        return "liquidating";
    case AccountState::Liquidated:
        return "liquidated";
    case AccountState::Blocked:
        return "blocked";
    case AccountState::Flattening:
        return "flattening";
    case AccountState::Halted:
        return "halted";
    }
    return "";
}

AccountSnapshot TradingEngine::snapshotOf(const Desk& desk) const
{
    const portfolio::Account& ledger = desk.book().account;
    const portfolio::AccountSettings& settings = ledger.settings();
    const portfolio::Margin margin = desk.margin();
    AccountSnapshot account;
    account.strategy = desk.setup().name;
    account.sha256 = desk.setup().sha256;
    account.state = desk.state();
    account.stateReason = desk.stateReason();
    account.riskLimits = desk.book().risk.limits();
    account.breaches = desk.breaches();
    account.riskBreaches = desk.book().risk.breaches();
    if (account.stateReason.empty())
        account.stateReason = textOf(account.breaches);
    account.lastAction = desk.lastAction();
    account.canResume = desk.canResume();
    account.epoch = desk.epoch();
    account.openingCash = m_setup.cash;
    account.startCash = ledger.deposits();
    account.cash = ledger.cash();
    account.equity = portfolio::saturate(margin.equity);
    account.longExposure = portfolio::saturate(margin.longExposure);
    account.shortExposure = portfolio::saturate(margin.shortExposure);
    account.initialMargin = portfolio::saturate(margin.initial(settings));
    account.maintenance = portfolio::saturate(margin.maintenance(settings));
    account.realisedProfit = ledger.realisedProfit();
    account.fees = ledger.fees();
    account.borrowInterest = ledger.borrowInterest();
    account.badDebt = ledger.badDebt();
    account.marginLevel = margin.level();
    account.maintenanceRatio = toDouble(settings.maintenance, 8);
    account.longLeverage = toDouble(settings.longLeverage, 4);
    account.shortLeverage = toDouble(settings.shortLeverage, 4);
    account.commonMoveToCall = portfolio::commonMoveToCall(ledger, margin);
    account.fills = desk.fills();
    account.marginCalls = desk.marginCalls();
    account.ambiguousFills = desk.ambiguousFills();
    account.ambiguousStake = desk.ambiguousStake();
    addPositions(account, desk);
    addOrders(account, desk);
    return account;
}

AccountSnapshot TradingEngine::totalOf(const std::vector<AccountSnapshot>& accounts) const
{
    AccountSnapshot total;
    for (const AccountSnapshot& account : accounts) {
        total.epoch = std::max(total.epoch, account.epoch);
        total.openingCash += account.openingCash;
        total.startCash += account.startCash;
        total.cash += account.cash;
        total.equity += account.equity;
        total.longExposure += account.longExposure;
        total.shortExposure += account.shortExposure;
        total.initialMargin += account.initialMargin;
        total.maintenance += account.maintenance;
        total.realisedProfit += account.realisedProfit;
        total.fees += account.fees;
        total.borrowInterest += account.borrowInterest;
        total.badDebt += account.badDebt;
        total.fills += account.fills;
        total.marginCalls += account.marginCalls;
        total.riskBreaches += account.riskBreaches;
        total.ambiguousFills += account.ambiguousFills;
        total.ambiguousStake += account.ambiguousStake;
    }
    const CurveBuilder& curve = m_performance.totalCurve();
    total.drawdown = curve.drawdown();
    total.maxDrawdown = curve.maxDrawdown();
    total.curve = accounts.size() == 1 ? accounts.front().curve : curve.share();
    return total;
}

EngineSnapshot TradingEngine::snapshot()
{
    m_performance.digest();
    EngineSnapshot snapshot;
    snapshot.time = m_session.time;
    snapshot.begin = m_setup.from;
    snapshot.end = m_setup.from;
    for (const SymbolData& data : m_setup.symbols) {
        if (!data.candles->empty())
            snapshot.end = std::max(snapshot.end, data.candles->openTime.back() + m_setup.base.length());
    }
    snapshot.barsDone = m_barsDone;
    snapshot.barsTotal = m_barsTotal;
    for (std::size_t i = 0; i < m_setup.symbols.size(); ++i) {
        SymbolSnapshot symbol{m_setup.symbols[i].instrument, std::nullopt, m_markTimes[i]};
        if (m_marks[i].ticks() > 0)
            symbol.mark = m_marks[i];
        snapshot.symbols.push_back(symbol);
    }
    for (AccountIndex i = 0; i < m_desks.size(); ++i) {
        AccountSnapshot& account = snapshot.accounts.emplace_back(snapshotOf(*m_desks[i]));
        const CurveBuilder& curve = m_performance.curve(i);
        account.drawdown = curve.drawdown();
        account.maxDrawdown = curve.maxDrawdown();
        account.curve = curve.share();
        account.performance = m_performance.report(i);
    }
    snapshot.total = totalOf(snapshot.accounts);
    snapshot.total.performance = m_performance.total();
    snapshot.buyAndHold = m_performance.holdCurve().share();
    snapshot.buyAndHoldPerformance = m_performance.hold();
    snapshot.fills = m_fillLog.share();
    snapshot.closedOrders = m_closedLog.share();
    snapshot.marks = std::make_shared<const std::vector<TimelineMark>>(m_session.marks);
    return snapshot;
}

} // namespace core::engine
