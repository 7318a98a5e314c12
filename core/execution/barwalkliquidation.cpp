// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/barwalk.h"

#include <algorithm>

namespace core::execution {

namespace {

/// Where the ledger ends for an account that loses without bound, 6 · 10^10 quote units below zero.
constexpr Int128 LOWEST_CASH = static_cast<Int128>(-6'000'000'000'000'000'000);
constexpr Int128 LARGEST_CLOSE = 1'000'000'000'000'000'000;

/// What closing a position costs or brings. A price far beyond every market may make it more than the
/// ledger holds; the account is then closed at what it holds, and its bad debt is as large as can be said.
Money closingNotional(const market::Instrument& instrument, Price price, Quantity size, Money cash)
{
    const Int128 value = portfolio::positionValue(instrument, price, size);
    // Fee and liquidation fee are each less than the notional.
    const Int128 most = std::clamp<Int128>((cash.count() - LOWEST_CASH) / 4, 0, LARGEST_CLOSE);
    return Money(static_cast<std::int64_t>(std::min(value, most)));
}

} // namespace

void BarWalk::closeAtMarket(SymbolIndex symbol)
{
    const market::Instrument& instrument = m_batch.instruments[symbol];
    const Quantity held = m_book.account.position(symbol).quantity;
    Fill fill;
    fill.symbol = symbol;
    fill.side = held.lots() > 0 ? Side::Sell : Side::Cover;
    fill.rule = FillRule::Liquidation;
    fill.detail = m_detail.of(symbol);
    fill.referencePrice = m_marks[symbol];
    fill.price = slipped(m_marks[symbol], held.lots() < 0, m_rules.costs.slippage);
    fill.decisionTime = time();
    fill.time = time();
    fill.correlation = m_batch.correlation;
    portfolio::TradePart part;
    part.symbol = symbol;
    part.quantity = -held;
    part.notional = closingNotional(instrument, fill.price, held.magnitude(), m_book.account.cash());
    part.fee = chargeOf(part.notional, m_rules.costs.taker);
    part.liquidationFee = chargeOf(part.notional, m_rules.costs.liquidationFee);
    part.time = fill.time;
    part.correlation = fill.correlation;
    fill.realisedProfit = m_book.account.trade(part, m_entries);
    fill.quantity = part.quantity;
    fill.notional = part.notional;
    fill.fee = part.fee;
    fill.liquidationFee = part.liquidationFee;
    const Price distance(std::abs(fill.price.ticks() - fill.referencePrice.ticks()));
    fill.slippage = portfolio::saturate(portfolio::positionValue(instrument, distance, held.magnitude()));
    fill.cashAfter = m_book.account.cash();
    m_events.emplace_back(fill);
    emitEntries();
}

void BarWalk::liquidate()
{
    settleBorrowing();
    portfolio::Account& account = m_book.account;
    const auto margin = portfolio::marginOf(account, m_batch.instruments, m_marks);
    m_events.emplace_back(MarginCall{time(), portfolio::saturate(margin.equity),
                                     portfolio::saturate(margin.maintenance(account.settings())),
                                     portfolio::saturate(margin.exposure()), margin.level(),
                                     m_batch.correlation});
    while (!m_book.working.empty())
        finish(0, OrderStatus::Cancelled, Reason::Liquidating);
    std::vector<std::pair<Int128, SymbolIndex>> largestFirst;
    for (SymbolIndex i = 0; i < account.positions().size(); ++i) {
        const Quantity held = account.position(i).quantity;
        if (!held.isZero()) {
            const Int128 value = portfolio::positionValue(m_batch.instruments[i], m_marks[i], held);
            largestFirst.emplace_back(value < 0 ? value : -value, i);
        }
    }
    std::sort(largestFirst.begin(), largestFirst.end());
    for (const auto& [exposure, symbol] : largestFirst)
        closeAtMarket(symbol);
    portfolio::bookAccrued(account, m_book.borrowing, m_batch.correlation, m_entries);
    const Money debt = account.writeOff(time(), m_batch.correlation, m_entries);
    emitEntries();
    m_book.halt = Halt::Liquidated;
    m_events.emplace_back(Liquidated{time(), debt, m_batch.correlation});
}

} // namespace core::execution
