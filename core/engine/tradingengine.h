// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/chunkedlog.h"
#include "core/engine/desk.h"
#include "core/engine/performancefeed.h"
#include "core/journal/equitysink.h"
#include "core/sessions/facts.h"

#include <memory>
#include <vector>

namespace core::engine {

/// The one engine: a pure function from a setup and its ordered candles to fills, ledgers, journal
/// lines and snapshots. Reads no clock but the event's. Lives on whichever thread runs it; one thread
/// at a time.
class TradingEngine
{
public:
    /// `records`, `equity` and `facts` take the output and may be null; `setup` must outlive the engine.
    TradingEngine(const EngineSetup& setup, journal::RecordSink* records, journal::EquitySink* equity,
                  sessions::FactSink* facts = nullptr);
    ~TradingEngine();

    /// Starts the strategies. Fails with StrategyFailed when one cannot be made.
    [[nodiscard]] Result<void> start();
    /// Processes the next batch, all bars of one time; false at the end of the data.
    bool step();
    /// Does what the user asks, between two batches and at the engine's time; `batches` of the action is
    /// not looked at. Refused as checkAction says, for an account that is not there and after the end.
    [[nodiscard]] Result<void> apply(const portfolio::UserAction& action);
    /// Whether `apply` would do it now.
    [[nodiscard]] Result<void> check(const portfolio::UserAction& action) const;
    /// Stops the strategies, ends working orders and writes what is left. Once.
    void finish();
    /// Hands the journal what is held back until it is worth a batch, for who reads it now.
    void handOver() { pass(true); }

    /// The open time of the next batch; nothing at the end.
    [[nodiscard]] std::optional<Timestamp> nextTime() const;
    [[nodiscard]] Timestamp time() const { return m_session.time; }
    /// Batches processed, those before the range included.
    [[nodiscard]] std::uint64_t batches() const { return m_batches; }
    [[nodiscard]] std::int64_t barsDone() const { return m_barsDone; }
    [[nodiscard]] std::int64_t barsTotal() const { return m_barsTotal; }
    [[nodiscard]] std::int64_t fills() const { return static_cast<std::int64_t>(m_session.lastFill); }
    [[nodiscard]] std::int64_t marginCalls() const;
    [[nodiscard]] const std::vector<std::unique_ptr<Desk>>& desks() const { return m_desks; }
    /// Passes on the facts that were held back to make few hand-overs.
    void handOverFacts();
    /// Where everything so far, handed-over facts and others, leaves the accounts.
    [[nodiscard]] sessions::Standing standing() const;
    /// Everything but sequence, epoch, speed and fingerprint.
    [[nodiscard]] EngineSnapshot snapshot();

private:
    void writeData();
    bool gather();
    void matchDesk(Desk& desk);
    void buyToHold();
    void recordMarket();
    void recordFlow(AccountIndex index, Money amount);
    void pass(bool force);
    [[nodiscard]] AccountSnapshot snapshotOf(const Desk& desk) const;
    [[nodiscard]] AccountSnapshot totalOf(const std::vector<AccountSnapshot>& accounts) const;

    const EngineSetup& m_setup;
    journal::RecordSink* m_records;
    sessions::FactSink* m_facts;
    SessionState m_session;
    std::vector<std::unique_ptr<Desk>> m_desks;
    PerformanceFeed m_performance;

    std::vector<std::size_t> m_cursor; ///< Next candle, by symbol.
    std::vector<Timestamp> m_nextOpen; ///< Its open time, by symbol; the end of time after the last.
    Timestamp m_next = Timestamp::max(); ///< The earliest of them.
    Timestamp m_openTime;
    std::vector<market::Candle> m_bars;
    std::vector<std::uint8_t> m_present;
    std::vector<Price> m_marks;
    std::vector<Timestamp> m_markTimes;
    std::uint64_t m_batches = 0;
    std::uint64_t m_actions = 0; ///< Of the user, so far.
    std::int64_t m_barsDone = 0;
    std::int64_t m_barsTotal = 0;

    /// An account's own selection of the batch, where it does not trade every symbol.
    std::vector<market::Candle> m_deskBars;
    std::vector<std::uint8_t> m_deskPresent;

    std::vector<FillRecord> m_newFills;
    ChunkedLogWriter<FillRecord> m_fillLog;
    ChunkedLogWriter<ClosedOrder> m_closedLog;
    std::vector<double> m_heldPerTick; ///< Worth of a tick to buy and hold, by symbol; 0 before its first bar.
    std::size_t m_notHeld = 0;       ///< Symbols without one yet.
    double m_heldCash = 0.0;
    bool m_finished = false;
};

} // namespace core::engine
