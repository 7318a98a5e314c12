// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/snapshotlookup.h"

namespace ui::models {

const core::market::Instrument& instrumentOf(const core::engine::EngineSnapshot& snapshot,
                                             core::SymbolIndex symbol)
{
    static const core::market::Instrument unknown;
    return symbol < snapshot.symbols.size() ? snapshot.symbols[symbol].instrument : unknown;
}

QString symbolName(const core::engine::EngineSnapshot& snapshot, core::SymbolIndex symbol)
{
    return QString::fromStdString(instrumentOf(snapshot, symbol).symbol.text());
}

QString strategyName(const core::engine::EngineSnapshot& snapshot, core::AccountIndex account)
{
    return account < snapshot.accounts.size()
               ? QString::fromStdString(snapshot.accounts[account].strategy)
               : QString();
}

QString quoteCurrency(const core::engine::EngineSnapshot& snapshot)
{
    return snapshot.symbols.empty()
               ? QString()
               : QString::fromStdString(snapshot.symbols.front().instrument.symbol.quote());
}

double returnOf(const core::engine::AccountSnapshot& account)
{
    // Money came and went: only a return that is net of it says what trading did.
    if (account.epoch > 1 && account.performance && account.performance->equity.totalReturn)
        return *account.performance->equity.totalReturn;
    const double start = account.startCash.toDouble();
    return start > 0.0 ? account.equity.toDouble() / start - 1.0 : 0.0;
}

} // namespace ui::models
