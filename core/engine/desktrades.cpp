// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Trades as events of their own, for strategies that have a handler for them.
#include "core/engine/desk.h"

namespace core::engine {

/// What came of the matching since the strategy last acted.
void Desk::noteMatched()
{
    for (; m_noted < m_events.size(); ++m_noted)
        note(m_events[m_noted], *m_newFills);
    if (!m_book.working.empty())
        noteTrailingStops();
}

/// In the middle of a bar: the market and the account as they stand at these trades. Limits of risk are judged at
/// closes, as without trades.
void Desk::onTrades(const execution::TradeMoment& moment)
{
    m_session.lastOrder = m_book.lastOrder;
    noteMatched();
    m_session.time = moment.time;
    m_marks.assign(moment.marks.begin(), moment.marks.end());
    for (const execution::SymbolTrade& each : moment.trades)
        m_hasMark[each.symbol] = 1;
    revalue();
    m_toldInside.insert(m_toldInside.end(), m_events.begin(), m_events.end());
    tellEvents();
    for (const execution::SymbolTrade& each : moment.trades) {
        if (m_series[each.symbol][0]->closed() >= m_setup.warmup)
            guarded([&] { m_strategy->onTrade(*this, {each.symbol, each.trade}); });
    }
    m_noted = m_events.size();
    m_book.lastOrder = m_session.lastOrder;
}

void Desk::match(const execution::BarBatch& batch, std::vector<FillRecord>& fills)
{
    if (m_book.risk.isDayOver(batch.openTime) && m_book.halt == execution::Halt::None)
        startRiskDay(batch.openTime);
    m_newFills = &fills;
    m_noted = m_events.size();
    m_toldInside.clear();
    m_book.lastOrder = m_session.lastOrder;
    if (m_hearsTrades) {
        // The account's own marks move while the bar is walked.
        m_marksBefore = m_marks;
        execution::BarBatch bars = batch;
        bars.marks = m_marksBefore;
        execution::matchBatch(bars, m_session.setup.rules, m_book, m_events, this);
    } else {
        execution::matchBatch(batch, m_session.setup.rules, m_book, m_events);
    }
    m_session.lastOrder = m_book.lastOrder;
    noteMatched();
}

} // namespace core::engine
