// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a session is kept as, in the session's numbers of symbols.
#include "core/engine/desk.h"

namespace core::engine {

void Desk::keepStep(const execution::Order& order, Timestamp time)
{
    if (!m_session.keepsFacts)
        return;
    sessions::OrderFact step{m_index, order, time};
    step.order.symbol = m_setup.symbols[order.symbol];
    m_session.facts.facts.emplace_back(step);
}

void Desk::keepFill(const execution::Fill& fill)
{
    if (!m_session.keepsFacts)
        return;
    sessions::FillFact kept{m_index, fill};
    kept.fill.symbol = m_setup.symbols[fill.symbol];
    m_session.facts.facts.emplace_back(kept);
}

void Desk::keepEntry(const portfolio::LedgerEntry& entry)
{
    if (!m_session.keepsFacts)
        return;
    sessions::LedgerFact kept{m_index, entry};
    kept.entry.symbol = m_setup.symbols[entry.symbol];
    m_session.facts.facts.emplace_back(kept);
}

sessions::AccountStanding Desk::standing() const
{
    sessions::AccountStanding standing;
    standing.state = name(state());
    standing.reason = stateReason();
    standing.cash = m_book.account.cash();
    standing.borrowing = m_book.borrowing;
    for (SymbolIndex i = 0; i < m_instruments.size(); ++i) {
        const portfolio::Position& held = m_book.account.position(i);
        if (!held.quantity.isZero())
            standing.positions.push_back({m_setup.symbols[i], held});
    }
    standing.working = m_book.working;
    for (execution::Order& order : standing.working)
        order.symbol = m_setup.symbols[order.symbol];
    return standing;
}

} // namespace core::engine
