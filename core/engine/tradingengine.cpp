// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tradingengine.h"

#include <algorithm>

namespace core::engine {

namespace {

/// Records and points gathered before they are passed on: few hand-overs, and still in the cache when written.
constexpr std::size_t RECORDS_A_BATCH = 128;
constexpr std::size_t FACTS_A_BATCH = 128;

} // namespace

TradingEngine::TradingEngine(const EngineSetup& setup, journal::RecordSink* records,
                             journal::EquitySink* equity, sessions::FactSink* facts)
    : m_setup(setup), m_records(records), m_facts(facts), m_session{setup, {}, setup.from, {}, false, 0, 0, 0, {}},
      m_performance(setup, equity), m_cursor(setup.symbols.size()), m_bars(setup.symbols.size()), m_present(setup.symbols.size()),
      m_marks(setup.symbols.size()), m_markTimes(setup.symbols.size()),
      m_heldPerTick(setup.symbols.size()), m_notHeld(setup.symbols.size())
{
    for (const SymbolData& data : setup.symbols) {
        m_nextOpen.push_back(data.candles->empty() ? Timestamp::max() : data.candles->openTime.front());
        m_next = std::min(m_next, m_nextOpen.back());
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
    writeData();
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
        m_performance.point(i, *m_desks[i], m_session.time);
    m_performance.endBatch(m_heldCash);
    return {};
}

/// What the session has beyond its bars, and what it lacks.
void TradingEngine::writeData()
{
    const auto line = [this](journal::Level level, const char* event, const Symbol& symbol) -> journal::RecordBatch& {
        return m_session.records.add(journal::Stream::system(), level, event, m_session.time, {})
            .text("symbol", symbol.text());
    };
    for (const SymbolData& data : m_setup.symbols) {
        const Symbol& symbol = data.instrument.symbol;
        if (data.finer)
            line(journal::Level::Info, "finer_candles", symbol)
                .text("timeframe", data.finerTimeframe.text())
                .integer("candles", static_cast<std::int64_t>(data.finer->size()));
        if (data.trades)
            line(journal::Level::Info, "stored_trades", symbol)
                .integer("trades", static_cast<std::int64_t>(data.trades->count()));
        if (!data.funding.empty())
            line(journal::Level::Info, "funding_rates", symbol)
                .integer("rates", static_cast<std::int64_t>(data.funding.size()));
    }
    for (const TradeGap& gap : missingTrades(m_setup))
        line(journal::Level::Warning, "trades_missing", gap.symbol)
            .integer("bars", gap.bars)
            .time("from", gap.from)
            .time("to", gap.to);
    for (const FundingGap& gap : missingFunding(m_setup))
        line(journal::Level::Warning, "funding_missing", gap.symbol).time("from", gap.from).time("to", gap.to);
}

std::optional<Timestamp> TradingEngine::nextTime() const
{
    return m_next == Timestamp::max() ? std::nullopt : std::optional(m_next);
}

bool TradingEngine::gather()
{
    if (m_next == Timestamp::max())
        return false;
    m_openTime = m_next;
    m_next = Timestamp::max();
    for (std::size_t i = 0; i < m_cursor.size(); ++i) {
        const bool present = m_nextOpen[i] == m_openTime;
        m_present[i] = present ? 1 : 0;
        if (present) {
            const market::CandleColumns& candles = *m_setup.symbols[i].candles;
            std::size_t& cursor = m_cursor[i];
            candles.read(cursor++, m_bars[i]);
            m_nextOpen[i] = cursor < candles.size() ? candles.openTime[cursor] : Timestamp::max();
        }
        m_next = std::min(m_next, m_nextOpen[i]);
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
    batch.funding = desk.funding();
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
    desk.match(batch, m_newFills);
}

bool TradingEngine::step()
{
    if (!gather())
        return false;
    const bool inRange = m_openTime >= m_setup.from;
    m_session.correlation = CorrelationId{++m_batches};
    if (inRange) {
        for (AccountIndex i = 0; i < m_desks.size(); ++i) {
            // Where an account hears trades, time goes on inside its bar.
            m_session.time = m_openTime;
            matchDesk(*m_desks[i]);
            m_performance.take(i, m_desks[i]->toldInside());
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
        desk->revalue();
    }
    for (const auto& desk : m_desks) {
        if (inRange)
            desk->watchRisk();
        desk->callStrategy(inRange);
    }
    if (inRange)
        recordMarket();
    pass(false);
    return true;
}

/// At each symbol's first open of the range an equal share of the cash, at the same costs, unlevered.
void TradingEngine::buyToHold()
{
    const double budget = m_setup.cash.toDouble() * static_cast<double>(m_desks.size()) /
                          static_cast<double>(m_setup.symbols.size());
    const execution::Costs& costs = m_setup.rules.costs;
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        if (m_heldPerTick[i] > 0.0 || !m_present[i])
            continue;
        const market::Instrument& instrument = m_setup.symbols[i].instrument;
        const double price =
            instrument.toDouble(execution::slipped(m_bars[i].open, true, costs.slippage));
        const double units = budget / (price * (1.0 + toDouble(costs.taker, 8)));
        m_heldPerTick[i] = units * instrument.toDouble(Price(1));
        m_heldCash -= budget;
        --m_notHeld;
    }
}

void TradingEngine::recordMarket()
{
    for (AccountIndex i = 0; i < m_desks.size(); ++i)
        m_performance.point(i, *m_desks[i], m_session.time);
    if (m_notHeld > 0)
        buyToHold();
    double held = m_heldCash;
    for (std::size_t i = 0; i < m_marks.size(); ++i)
        held += m_heldPerTick[i] * static_cast<double>(m_marks[i].ticks());
    m_performance.endBatch(held);
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
    if (force)
        m_performance.digest();
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
