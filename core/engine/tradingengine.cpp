// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tradingengine.h"

#include <algorithm>

namespace core::engine {

namespace {

/// Records and points gathered before they are passed on: few hand-overs, and still in the cache when written.
constexpr std::size_t RECORDS_A_BATCH = 128;
constexpr std::size_t POINTS_A_BATCH = 1024;
constexpr std::size_t FACTS_A_BATCH = 128;

} // namespace

TradingEngine::TradingEngine(const EngineSetup& setup, journal::RecordSink* records,
                             journal::EquitySink* equity, sessions::FactSink* facts)
    : m_setup(setup), m_records(records), m_equity(equity), m_facts(facts), m_session{setup, {}, setup.from, {}, 0, 0, 0, {}},
      m_performance(setup), m_cursor(setup.symbols.size()), m_bars(setup.symbols.size()), m_present(setup.symbols.size()),
      m_marks(setup.symbols.size()), m_markTimes(setup.symbols.size()),
      m_points(setup.accounts.size()), m_heldUnits(setup.symbols.size(), -1.0)
{
    for (const SymbolData& data : setup.symbols) {
        m_nextOpen.push_back(data.candles->empty() ? Timestamp::max() : data.candles->openTime.front());
        m_barsTotal += static_cast<std::int64_t>(data.candles->size() - data.candles->lowerBound(setup.from));
    }
    for (AccountIndex i = 0; i < setup.accounts.size(); ++i)
        m_desks.push_back(std::make_unique<Desk>(m_session, i));
    m_heldCash = setup.cash.toDouble() * static_cast<double>(setup.accounts.size());
    m_session.keepsFacts = facts != nullptr;
}

TradingEngine::~TradingEngine() = default;

Result<void> TradingEngine::start()
{
    auto& line = m_session.records.add(journal::Stream::system(), journal::Level::Info,
                                       "session_started", m_session.time, {});
    line.text("digest", m_setup.digest)
        .text("candles_sha256", m_setup.candleDigest)
        .text("timeframe", m_setup.base.text())
        .money("cash", m_setup.cash)
        .decimal("maker_fee", m_setup.rules.costs.maker, 8)
        .decimal("taker_fee", m_setup.rules.costs.taker, 8)
        .decimal("slippage", m_setup.rules.costs.slippage, 8)
        .integer("seed", static_cast<std::int64_t>(m_setup.seed));
    for (const SymbolData& data : m_setup.symbols) {
        if (data.finer)
            m_session.records
                .add(journal::Stream::system(), journal::Level::Info, "finer_candles", m_session.time, {})
                .text("symbol", data.instrument.symbol.text())
                .text("timeframe", data.finerTimeframe.text())
                .integer("candles", static_cast<std::int64_t>(data.finer->size()));
    }
    for (const auto& desk : m_desks) {
        m_session.records
            .add(journal::Stream::system(), journal::Level::Info, "strategy_loaded", m_session.time, {})
            .text("strategy", desk->setup().name)
            .text("sha256", desk->setup().sha256.hex());
        auto started = desk->start();
        if (!started)
            return started.error();
    }
    m_performance.begin(m_session.time, m_desks);
    for (AccountIndex i = 0; i < m_desks.size(); ++i)
        recordEquity(i);
    m_performance.endBatch(m_session.time);
    m_performance.hold(m_session.time, m_heldCash);
    m_totalCurve.add(m_session.time, m_heldCash, 0.0);
    return {};
}

std::optional<Timestamp> TradingEngine::nextTime() const
{
    const Timestamp next = *std::min_element(m_nextOpen.begin(), m_nextOpen.end());
    return next == Timestamp::max() ? std::nullopt : std::optional(next);
}

bool TradingEngine::gather()
{
    const auto next = nextTime();
    if (!next)
        return false;
    m_openTime = *next;
    for (std::size_t i = 0; i < m_cursor.size(); ++i) {
        m_present[i] = m_nextOpen[i] == m_openTime;
        if (!m_present[i])
            continue;
        const market::CandleColumns& candles = *m_setup.symbols[i].candles;
        m_bars[i] = candles.at(m_cursor[i]++);
        m_nextOpen[i] = m_cursor[i] < candles.size() ? candles.openTime[m_cursor[i]] : Timestamp::max();
    }
    return true;
}

void TradingEngine::matchDesk(Desk& desk)
{
    const auto& symbols = desk.setup().symbols;
    execution::BarBatch batch;
    batch.openTime = m_openTime;
    batch.length = m_setup.base.length();
    batch.instruments = desk.instruments();
    batch.marks = desk.marks();
    batch.correlation = m_session.correlation;
    batch.finer = desk.finer();
    if (symbols.size() == m_bars.size()) {
        batch.bars = m_bars;
        batch.present = m_present;
    } else {
        m_deskBars.clear();
        m_deskPresent.clear();
        for (const std::uint32_t symbol : symbols) {
            m_deskBars.push_back(m_bars[symbol]);
            m_deskPresent.push_back(m_present[symbol]);
        }
        batch.bars = m_deskBars;
        batch.present = m_deskPresent;
    }
    desk.match(batch, m_newFills, m_marksOnLine);
}

bool TradingEngine::step()
{
    if (!gather())
        return false;
    const bool inRange = m_openTime >= m_setup.from;
    m_session.correlation = CorrelationId{++m_batches};
    m_session.time = m_openTime;
    if (inRange) {
        for (AccountIndex i = 0; i < m_desks.size(); ++i) {
            matchDesk(*m_desks[i]);
            m_performance.take(i, m_desks[i]->events());
        }
    }
    m_session.time = m_openTime + m_setup.base.length();
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        if (m_present[i]) {
            m_marks[i] = m_bars[i].close;
            m_markTimes[i] = m_session.time;
            m_barsDone += inRange ? 1 : 0;
        }
    }
    for (const auto& desk : m_desks) {
        const auto& symbols = desk->setup().symbols;
        for (SymbolIndex i = 0; i < symbols.size(); ++i) {
            if (m_present[symbols[i]])
                desk->takeCandle(i, m_bars[symbols[i]]);
        }
    }
    for (const auto& desk : m_desks) {
        if (inRange)
            desk->watchRisk(m_marksOnLine);
        desk->callStrategy(inRange);
    }
    if (inRange)
        recordMarket();
    pass(false);
    return true;
}

void TradingEngine::recordEquity(AccountIndex index)
{
    Desk& desk = *m_desks[index];
    const portfolio::Margin margin = m_performance.value(index, desk);
    portfolio::EquityPoint& point = m_points[index].emplace_back();
    point.time = m_session.time;
    point.cash = desk.cash();
    point.equity = portfolio::saturate(margin.equity);
    point.longExposure = portfolio::saturate(margin.longExposure);
    point.shortExposure = portfolio::saturate(margin.shortExposure);
    m_performance.point(index, point);
    desk.curve().add(point.time, point.equity.toDouble(), margin.level());
}

void TradingEngine::recordMarket()
{
    Int128 total = 0;
    for (AccountIndex i = 0; i < m_desks.size(); ++i) {
        recordEquity(i);
        total += m_points[i].back().equity.count();
    }
    if (m_desks.size() > 1)
        m_totalCurve.add(m_session.time, portfolio::saturate(total).toDouble(), 0.0);
    m_performance.endBatch(m_session.time);

    // Buy and hold: at each symbol's first open of the range an equal share, same costs, unlevered.
    double held = m_heldCash;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const market::Instrument& instrument = m_setup.symbols[i].instrument;
        if (m_heldUnits[i] < 0.0 && m_present[i]) {
            const double budget = m_setup.cash.toDouble() * static_cast<double>(m_desks.size()) /
                                  static_cast<double>(m_setup.symbols.size());
            const execution::Costs& costs = m_setup.rules.costs;
            const double price =
                instrument.toDouble(execution::slipped(m_bars[i].open, true, costs.slippage));
            m_heldUnits[i] = budget / (price * (1.0 + toDouble(costs.taker, 8)));
            m_heldCash -= budget;
            held -= budget;
        }
        if (m_heldUnits[i] > 0.0)
            held += m_heldUnits[i] * instrument.toDouble(m_marks[i]);
    }
    m_holdCurve.add(m_session.time, held, 0.0);
    m_performance.hold(m_session.time, held);
}

void TradingEngine::pass(bool force)
{
    for (const FillRecord& fill : m_newFills)
        m_fillLog.push(fill);
    m_newFills.clear();
    for (const ClosedOrder& order : m_session.closed)
        m_closedLog.push(order);
    m_session.closed.clear();
    if (m_session.records.size() >= RECORDS_A_BATCH || (force && !m_session.records.empty())) {
        if (m_records)
            m_records->append(m_session.records);
        m_session.records.clear();
    }
    if (m_session.facts.facts.size() >= FACTS_A_BATCH)
        handOverFacts();
    for (AccountIndex i = 0; i < m_points.size(); ++i) {
        if (m_points[i].size() < POINTS_A_BATCH && !(force && !m_points[i].empty()))
            continue;
        if (m_equity)
            m_equity->append(i, m_points[i]);
        m_points[i].clear();
    }
}

void TradingEngine::handOverFacts()
{
    if (m_facts && !m_session.facts.empty())
        m_facts->append(m_session.facts);
}

sessions::Standing TradingEngine::standing() const
{
    sessions::Standing standing;
    standing.time = m_session.time;
    standing.batches = m_batches;
    standing.facts = m_session.facts.first - 1 + m_session.facts.facts.size();
    standing.finished = m_finished;
    for (const auto& desk : m_desks)
        standing.accounts.push_back(desk->standing());
    return standing;
}

void TradingEngine::finish()
{
    if (m_finished)
        return;
    m_finished = true;
    for (const auto& desk : m_desks)
        desk->stop();
    auto& line = m_session.records.add(journal::Stream::system(), journal::Level::Info,
                                       "session_finished", m_session.time, {});
    line.integer("bars", m_barsDone).integer("fills", fills()).integer("margin_calls", marginCalls());
    pass(true);
}

std::int64_t TradingEngine::marginCalls() const
{
    std::int64_t calls = 0;
    for (const auto& desk : m_desks)
        calls += desk->marginCalls();
    return calls;
}

} // namespace core::engine
