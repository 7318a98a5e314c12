// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/whatif.h"

#include "core/base/decimal.h"
#include "core/portfolio/margin.h"
#include "ui/models/snapshotlookup.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace ui::models {

namespace {

/// count · permille / 1000, half-even; stays in range because snapshots hold sums far below it.
core::Money share(core::Money amount, int permille)
{
    const auto scaled =
        core::divideHalfEven(static_cast<core::Int128>(amount.count()) * permille, 1000);
    const auto money = core::Money::fromCount(scaled);
    return money.ok() ? *money : amount;
}

std::optional<FirstCall> nearest(const core::engine::EngineSnapshot& snapshot,
                                 const std::function<bool(double)>& wanted)
{
    std::optional<FirstCall> first;
    for (std::size_t i = 0; i < snapshot.accounts.size(); ++i) {
        const auto move = snapshot.accounts[i].commonMoveToCall;
        if (!move || !std::isfinite(*move) || !wanted(*move))
            continue;
        if (!first || std::abs(*move) < std::abs(first->move))
            first = FirstCall{static_cast<core::AccountIndex>(i), *move, {}, 0};
    }
    if (!first)
        return first;
    const auto& positions = snapshot.accounts[first->account].positions;
    if (positions.size() < 2)
        return first;
    for (const auto& position : positions) {
        if (!position.distance)
            continue;
        if (!first->aloneMove || std::abs(*position.distance) < std::abs(*first->aloneMove)) {
            first->aloneMove = position.distance;
            first->aloneSymbol = position.symbol;
        }
    }
    return first;
}

} // namespace

WhatIf whatIf(const core::engine::AccountSnapshot& account, int permille)
{
    WhatIf result;
    const core::Money net = account.longExposure - account.shortExposure;
    result.equity = account.equity + share(net, permille);
    result.exposure = share(account.longExposure + account.shortExposure, 1000 + permille);
    if (result.exposure.count() == 0) {
        result.marginLevel = std::numeric_limits<double>::infinity();
        return result;
    }
    result.marginLevel = result.equity.toDouble() / result.exposure.toDouble();
    result.called = result.marginLevel < account.maintenanceRatio;
    return result;
}

std::optional<FirstCall> firstCall(const core::engine::EngineSnapshot& snapshot)
{
    return nearest(snapshot, [](double) { return true; });
}

std::optional<FirstCall> firstCall(const core::engine::EngineSnapshot& snapshot, bool down)
{
    return nearest(snapshot, [down](double move) { return down ? move < 0.0 : move > 0.0; });
}

std::vector<core::SymbolIndex> closingOrder(const core::engine::EngineSnapshot& snapshot,
                                            const core::engine::AccountSnapshot& account)
{
    // As the engine does it: by what a position is worth, then by the symbol's number.
    std::vector<std::pair<core::Int128, core::SymbolIndex>> largestFirst;
    for (const auto& position : account.positions) {
        const core::Int128 value = core::portfolio::positionValue(
            instrumentOf(snapshot, position.symbol), position.mark, position.quantity);
        largestFirst.emplace_back(value < 0 ? value : -value, position.symbol);
    }
    std::sort(largestFirst.begin(), largestFirst.end());
    std::vector<core::SymbolIndex> order;
    for (const auto& [value, symbol] : largestFirst)
        order.push_back(symbol);
    return order;
}

} // namespace ui::models
