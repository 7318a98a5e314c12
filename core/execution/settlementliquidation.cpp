// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/settlement.h"

#include <algorithm>

namespace core::execution {

namespace {

/// Where the ledger ends for an account that loses without bound, 6 · 10^10 quote units below zero.
constexpr Int128 LOWEST_CASH = static_cast<Int128>(-6'000'000'000'000'000'000);
constexpr Int128 LARGEST_CLOSE = 1'000'000'000'000'000'000;

/// What closing a position costs or brings. A price far beyond every market may make it more than the
/// ledger holds; the account is then closed at what it holds, and its bad debt is as large as can be said.
Money closingNotional(const market::Instrument& instrument, Int128 tickLots, Money cash)
{
    const Int128 value = portfolio::valueOfTickLots(instrument, tickLots);
    // Fee and liquidation fee are each less than the notional.
    const Int128 most = std::clamp<Int128>((cash.count() - LOWEST_CASH) / 4, 0, LARGEST_CLOSE);
    return Money(static_cast<std::int64_t>(std::min(value, most)));
}

} // namespace

void Settlement::close(SymbolIndex symbol, Quantity size, Deal deal)
{
    const market::Instrument& instrument = m_instruments[symbol];
    const Quantity held = m_book.account.position(symbol).quantity;
    const bool buying = held.lots() < 0;
    const Int128 cost = deal.offer.cost(size);
    Fill fill;
    fill.symbol = symbol;
    fill.side = buying ? Side::Cover : Side::Sell;
    fill.rule = FillRule::Liquidation;
    fill.detail = deal.detail;
    fill.referencePrice = deal.reference;
    fill.price = averagePrice(cost, size, buying);
    fill.decisionTime = time();
    fill.time = time();
    fill.correlation = m_correlation;
    portfolio::TradePart part;
    part.symbol = symbol;
    part.quantity = buying ? size : -size;
    part.notional = closingNotional(instrument, cost, m_book.account.cash());
    part.fee = chargeOf(part.notional, m_rules.costs.taker);
    part.liquidationFee = chargeOf(part.notional, m_rules.costs.liquidationFee);
    part.time = fill.time;
    part.correlation = fill.correlation;
    fill.realisedProfit = m_book.account.trade(part, m_entries);
    m_book.borrowing.noteCash(m_book.account.cash(), fill.time);
    fill.quantity = part.quantity;
    fill.notional = part.notional;
    fill.fee = part.fee;
    fill.liquidationFee = part.liquidationFee;
    const Int128 unslipped = static_cast<Int128>(deal.unslipped.ticks()) * size.lots();
    fill.slippage = portfolio::saturate(
        portfolio::valueOfTickLots(instrument, cost > unslipped ? cost - unslipped : unslipped - cost));
    fill.spread = portfolio::saturate(portfolio::valueOfTickLots(
        instrument, divideHalfEven(deal.twiceToReference * size.lots(), 2)));
    fill.positionAfter = m_book.account.position(symbol).quantity;
    fill.cashAfter = m_book.account.cash();
    m_events.emplace_back(fill);
    emitEntries();
}

void Settlement::call()
{
    settleBorrowing();
    const portfolio::Account& account = m_book.account;
    const auto margin = portfolio::marginOf(account, m_instruments, m_marks);
    m_events.emplace_back(MarginCall{time(), portfolio::saturate(margin.equity),
                                     portfolio::saturate(margin.maintenance(account.settings())),
                                     portfolio::saturate(margin.exposure()), margin.level(),
                                     m_correlation});
    while (!m_book.working.empty())
        finish(0, OrderStatus::Cancelled, Reason::Liquidating);
}

std::vector<SymbolIndex> Settlement::largestFirst() const
{
    const portfolio::Account& account = m_book.account;
    std::vector<std::pair<Int128, SymbolIndex>> exposures;
    for (SymbolIndex i = 0; i < account.positions().size(); ++i) {
        const Quantity held = account.position(i).quantity;
        if (!held.isZero()) {
            const Int128 value = portfolio::positionValue(m_instruments[i], m_marks[i], held);
            exposures.emplace_back(value < 0 ? value : -value, i);
        }
    }
    std::sort(exposures.begin(), exposures.end());
    std::vector<SymbolIndex> symbols;
    for (const auto& [exposure, symbol] : exposures)
        symbols.push_back(symbol);
    return symbols;
}

void Settlement::endLiquidation()
{
    portfolio::bookAccrued(m_book.account, m_book.borrowing, m_correlation, m_entries);
    const Money debt = m_book.account.writeOff(time(), m_correlation, m_entries);
    emitEntries();
    m_book.halt = Halt::Liquidated;
    m_events.emplace_back(Liquidated{time(), debt, m_correlation});
}

} // namespace core::execution
