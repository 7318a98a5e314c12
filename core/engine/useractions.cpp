// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the engine takes what a user does between two batches.
#include "core/engine/actionrules.h"
#include "core/engine/tradingengine.h"

#include <algorithm>

namespace core::engine {

Result<void> TradingEngine::check(const portfolio::UserAction& action) const
{
    if (action.account >= m_desks.size())
        return Error{ErrorCode::InvalidInput, "there is no such account", ""};
    if (m_finished || !nextTime())
        return Error{ErrorCode::Refused, "the replay is at its end, where nothing more can happen to an account",
                     "Go back to the time at which it should happen."};
    return checkAction(snapshotOf(*m_desks[action.account]), action);
}

Result<void> TradingEngine::apply(const portfolio::UserAction& action)
{
    if (auto allowed = check(action); !allowed)
        return allowed;
    Desk& desk = *m_desks[action.account];
    // The candles before the range come before the account was opened.
    m_session.time = std::max(m_session.time, m_setup.from);
    // What the strategy was not told yet belongs to the last event.
    desk.tellEvents();
    m_session.correlation = portfolio::actionEvent(++m_actions);
    m_session.isActing = true;
    desk.act(action);
    m_session.marks.push_back({m_session.time, action.account, TimelineMark::Kind::Act, desk.setup().name, action.kind});
    desk.revalue();
    const Money flow = m_performance.takeBooked(action.account, desk.events());
    if (flow != Money())
        recordFlow(action.account, flow);
    desk.tellEvents();
    m_session.isActing = false;
    pass(false);
    return {};
}

/// Money that comes or goes is neither profit nor loss: what every account was worth just before it is
/// measured, then the flow. The journal's curves go on with the next batch.
void TradingEngine::recordFlow(AccountIndex index, Money amount)
{
    std::vector<portfolio::EquityPoint> before;
    for (AccountIndex i = 0; i < m_desks.size(); ++i) {
        const portfolio::Margin& margin = m_desks[i]->margin();
        const Money flow = i == index ? amount : Money();
        before.push_back({m_session.time, m_desks[i]->cash() - flow, portfolio::saturate(margin.equity - flow.count()),
                          portfolio::saturate(margin.longExposure), portfolio::saturate(margin.shortExposure)});
    }
    m_performance.flow(index, amount, before);
}

} // namespace core::engine
