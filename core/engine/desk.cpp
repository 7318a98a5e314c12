// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/desk.h"

#include <algorithm>

namespace core::engine {

Desk::Desk(SessionState& session, AccountIndex index)
    : m_session(session), m_index(index), m_setup(session.setup.accounts[index]),
      m_sha256(m_setup.sha256.hex()),
      m_book(portfolio::Account(session.setup.margin, m_setup.symbols.size())),
      m_marks(m_setup.symbols.size()), m_hasMark(m_setup.symbols.size()), m_worths(m_setup.symbols.size()),
      m_series(m_setup.symbols.size()), m_closedBars(m_setup.symbols.size()),
      m_excursions(m_setup.symbols.size())
{
    for (std::size_t i = 0; i < m_setup.symbols.size(); ++i) {
        m_instruments.push_back(session.setup.symbols[m_setup.symbols[i]].instrument);
        m_marks[i] = Price(0);
    }
    for (SymbolIndex i = 0; i < m_setup.symbols.size(); ++i) {
        const SymbolData& data = session.setup.symbols[m_setup.symbols[i]];
        if (!data.funding.empty()) {
            m_funding.resize(m_setup.symbols.size());
            m_funding[i] = data.funding;
        }
        m_hearsTrades = m_hearsTrades || (m_setup.hearsTrades && data.trades);
        if (!data.finer && !data.trades)
            continue;
        m_finer.resize(m_setup.symbols.size());
        m_finer[i] = {data.finer.get(), data.finerTimeframe.length(), data.trades.get()};
    }
}

Desk::~Desk() = default;

Result<void> Desk::start()
{
    for (SymbolIndex i = 0; i < m_instruments.size(); ++i) {
        auto own = series(i, m_setup.timeframe);
        if (!own)
            return own.error();
    }
    m_book.account.deposit(m_session.setup.cash, m_session.time, m_entries);
    for (const portfolio::LedgerEntry& entry : m_entries) {
        writeEntry(entry);
        keepEntry(entry);
    }
    m_entries.clear();
    m_book.risk = portfolio::RiskWatch(m_setup.risk);
    revalue();
    m_book.risk.start({m_book.account, m_margin, m_session.time, m_session.correlation});
    auto made = m_setup.factory(m_setup.parameters, m_session.setup.seed);
    if (!made)
        return made.error();
    m_strategy = std::move(*made);
    guarded([this] { m_strategy->onStart(*this); });
    return {};
}

void Desk::revalue()
{
    const portfolio::Account& account = m_book.account;
    m_margin = {};
    m_margin.equity = account.cash().count();
    for (SymbolIndex i = 0; i < m_worths.size() && !account.isFlat(); ++i) {
        const Quantity held = account.position(i).quantity;
        if (held.isZero())
            continue;
        m_worths[i] = portfolio::positionValue(m_instruments[i], m_marks[i], held);
        m_margin.add(m_worths[i]);
    }
}

Money Desk::openProfit(SymbolIndex symbol) const
{
    const portfolio::Position& held = m_book.account.position(symbol);
    if (held.quantity.isZero())
        return {};
    const Int128 value = m_worths[symbol];
    const Int128 gross = held.quantity.lots() > 0 ? value - held.cost.count() : held.cost.count() + value;
    return portfolio::saturate(gross - held.entryFees.count());
}

AccountState Desk::state() const
{
    if (m_book.halt == execution::Halt::Liquidating)
        return AccountState::Liquidating;
    if (m_book.halt == execution::Halt::Liquidated)
        return AccountState::Liquidated;
    if (m_isHalted)
        return AccountState::Halted;
    if (m_suspended)
        return AccountState::Suspended;
    if (m_book.risk.flattening())
        return AccountState::Flattening;
    return m_book.risk.blocking() ? AccountState::Blocked : AccountState::Running;
}

const std::string& Desk::stateReason() const
{
    switch (state()) {
    case AccountState::Liquidated:
        return m_liquidationReason;
    case AccountState::Halted:
        return m_haltReason;
    default:
        return m_stateReason;
    }
}

void Desk::noteStep(const execution::Order& order, Timestamp time)
{
    writeOrder(order, time);
    keepStep(order, time);
    const std::size_t place = placeOf(order.id);
    if (place == m_orders.size())
        m_orders.push_back(order);
    else
        m_orders[place] = order;
    if (order.isWorking())
        return;
    execution::Order closed = order;
    closed.symbol = m_setup.symbols[order.symbol];
    m_session.closed.push_back({m_index, closed, time});
}

void Desk::noteFill(execution::Fill& fill, std::vector<FillRecord>& fills)
{
    fill.id = FillId{++m_session.lastFill};
    ++m_fills;
    writeFill(fill);
    keepFill(fill);
    FillRecord record{m_index, fill, "liquidation"};
    record.fill.symbol = m_setup.symbols[fill.symbol];
    if (!fill.order.isNone())
        record.orderType = execution::name(order(fill.order)->type);
    fills.push_back(record);
}

void Desk::note(execution::MatchEvent& event, std::vector<FillRecord>& fills)
{
    if (const auto* step = std::get_if<execution::OrderStep>(&event)) {
        noteStep(step->order, step->time);
    } else if (auto* fill = std::get_if<execution::Fill>(&event)) {
        noteFill(*fill, fills);
    } else if (const auto* entry = std::get_if<portfolio::LedgerEntry>(&event)) {
        writeEntry(*entry);
        keepEntry(*entry);
    } else if (const auto* cut = std::get_if<execution::MarginCut>(&event)) {
        writeCut(*cut);
    } else if (const auto* call = std::get_if<execution::MarginCall>(&event)) {
        ++m_marginCalls;
        writeCall(*call);
        m_session.marks.push_back({call->time, m_index, TimelineMark::Kind::MarginCall, m_setup.name});
    } else if (const auto* end = std::get_if<execution::Liquidated>(&event)) {
        m_liquidationReason = "liquidated by a margin call at " + formatTimestampShort(end->time);
        writeLiquidated(*end);
    } else if (const auto* ambiguity = std::get_if<execution::Ambiguity>(&event)) {
        m_ambiguousFills += ambiguity->fills;
        m_ambiguousStake += std::max(ambiguity->stake, -ambiguity->stake).count();
        writeAmbiguity(*ambiguity);
    } else if (const auto* change = std::get_if<portfolio::RiskChange>(&event)) {
        noteRisk(*change);
    } else if (const auto* refused = std::get_if<execution::DetailRefused>(&event)) {
        writeRefusal(*refused);
    } else if (const auto* waiting = std::get_if<execution::MarginCallWaiting>(&event)) {
        writeWaiting(*waiting);
    }
}

/// A trailing stop moves without a step of its own; who holds the order sees where it stands.
void Desk::noteTrailingStops()
{
    for (const execution::Order& order : m_book.working) {
        if (order.type == execution::OrderType::TrailingStop)
            m_orders[placeOf(order.id)].stop = order.stop;
    }
}

void Desk::takeCandle(SymbolIndex symbol, const market::Candle& candle)
{
    m_marks[symbol] = candle.close;
    m_hasMark[symbol] = 1;
    for (std::size_t i = 0; i < m_series[symbol].size(); ++i) {
        const market::Candle* closed = m_series[symbol][i]->advance(candle);
        if (i == 0)
            m_closedBars[symbol] = closed;
    }
}

void Desk::deliver(const execution::MatchEvent& event)
{
    if (const auto* step = std::get_if<execution::OrderStep>(&event))
        guarded([&] { m_strategy->onOrder(*this, step->order); });
    else if (const auto* fill = std::get_if<execution::Fill>(&event))
        guarded([&] { m_strategy->onFill(*this, *fill); });
    else if (std::holds_alternative<execution::MarginCall>(event))
        guarded([&] { m_strategy->onMarginCall(*this); });
}

void Desk::updateExcursions()
{
    if (m_book.account.isFlat())
        return;
    for (SymbolIndex i = 0; i < m_excursions.size(); ++i) {
        if (m_book.account.position(i).quantity.isZero())
            continue;
        const Money profit = openProfit(i);
        m_excursions[i].worst = std::min(m_excursions[i].worst, profit);
        m_excursions[i].best = std::max(m_excursions[i].best, profit);
    }
}

void Desk::tellEvents()
{
    // A callback may submit or cancel, but what it causes now happens in the next batch.
    m_delivered.swap(m_events);
    for (const execution::MatchEvent& event : m_delivered) {
        if (const auto* fill = std::get_if<execution::Fill>(&event); fill && fill->positionAfter.isZero())
            m_excursions[fill->symbol] = {};
        deliver(event);
    }
    m_delivered.clear();
}

void Desk::callStrategy(bool inRange)
{
    tellEvents();
    updateExcursions();
    for (SymbolIndex i = 0; i < m_closedBars.size(); ++i) {
        if (!m_closedBars[i])
            continue;
        const strategy::Bar bar{i, m_setup.timeframe, *m_closedBars[i]};
        m_closedBars[i] = nullptr;
        if (inRange && m_series[i][0]->closed() >= m_setup.warmup)
            guarded([&] { m_strategy->onBar(*this, bar); });
    }
    if (!inRange)
        return;
    for (std::size_t i = 0; i < m_timers.size(); ++i) {
        const std::int64_t passed =
            m_session.time.time_since_epoch().count() / m_timers[i].interval.count();
        if (passed != m_timers[i].last) {
            m_timers[i].last = passed;
            guarded([&] { m_timers[i].callback(); });
        }
    }
    guarded([&] { m_strategy->onClose(*this, m_session.time); });
    guarded([&] { m_strategy->onBatchEnd(*this); });
}

void Desk::stop()
{
    guarded([&] { m_strategy->onStop(*this); });
    while (!m_book.working.empty())
        cancelWorking(0, execution::Reason::SessionEnded);
}

} // namespace core::engine
