// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/series.h"
#include "core/engine/setup.h"
#include "core/engine/snapshot.h"
#include "core/journal/record.h"
#include "core/sessions/facts.h"

#include <deque>
#include <exception>
#include <memory>

namespace core::engine {

/// What all desks of a session share: numbering, time and the journal's batch.
struct SessionState {
    const EngineSetup& setup;
    journal::RecordBatch records;
    Timestamp time;             ///< Of the present event.
    CorrelationId correlation;  ///< Of the present event.
    bool isActing = false;      ///< That event is an act of the user: lines of older orders are its too.
    std::uint64_t lastOrder = 0;
    std::uint64_t lastFill = 0;
    std::uint64_t lastClosed = 0;
    std::vector<ClosedOrder> closed; ///< Since the engine last looked.
    sessions::FactBatch facts = {};  ///< Not handed over yet.
    bool keepsFacts = false;         ///< Somebody takes them.
    bool saidCandlesRefused = false; ///< Once is enough.
    bool saidTradesRefused = false;
    std::vector<TimelineMark> marks = {};
};

/// One strategy, its account, its orders and its view of the market: the Context it is called with.
/// Symbols are numbered as in the strategy's own list. Lives on the engine's thread.
class Desk final : public strategy::Context, private execution::TradeListener
{
public:
    Desk(SessionState& session, AccountIndex index);
    ~Desk() override;

    [[nodiscard]] Result<void> start();
    /// Matches the working orders against a batch and books what happened.
    void match(const execution::BarBatch& batch, std::vector<FillRecord>& fills);
    /// Judges the risk limits at the marks of the batch's close, and does what a breach brings.
    void watchRisk();
    /// Takes the closed candle of one of its symbols; the bar, which must stay until then, is handed out by
    /// callStrategy.
    void takeCandle(SymbolIndex symbol, const market::Candle& candle);
    /// Values the account anew, after its fills and at its marks.
    void revalue();
    /// Delivers what happened, the closed bars, the timers and the end of the batch.
    void callStrategy(bool inRange);
    /// Tells the strategy what happened since it was last called.
    void tellEvents();
    /// Does what the user asked and checkAction allowed. What it leads to is among the events.
    void act(const portfolio::UserAction& action);
    void stop();

    [[nodiscard]] const AccountSetup& setup() const { return m_setup; }
    /// What is known beyond the session's bars; empty when that is nothing for any of its symbols.
    [[nodiscard]] std::span<const execution::FinerData> finer() const { return m_finer; }
    /// What its symbols pay while they are held; empty when none does.
    [[nodiscard]] std::span<const portfolio::FundingSchedule> funding() const { return m_funding; }
    [[nodiscard]] const execution::Book& book() const { return m_book; }
    [[nodiscard]] std::span<const Price> marks() const { return m_marks; }
    /// As of the last revaluation, like all that is worth something by its mark.
    [[nodiscard]] const portfolio::Margin& margin() const { return m_margin; }
    /// The signed value of the open position; only where there is one.
    [[nodiscard]] Int128 worth(SymbolIndex symbol) const { return m_worths[symbol]; }
    /// What happened inside the last bars and the strategy was told of there, in order; what followed is
    /// among the events.
    [[nodiscard]] const std::vector<execution::MatchEvent>& toldInside() const { return m_toldInside; }
    /// What happened since the strategy was last called, in order.
    [[nodiscard]] const std::vector<execution::MatchEvent>& events() const { return m_events; }
    /// The open position's profit at its mark, entry fees included.
    [[nodiscard]] Money openProfit(SymbolIndex symbol) const;
    [[nodiscard]] AccountState state() const;
    [[nodiscard]] const std::string& stateReason() const;
    /// False once its script was stopped for good.
    [[nodiscard]] bool canResume() const;
    /// Counts the resets, from 1.
    [[nodiscard]] int epoch() const { return m_epoch; }
    [[nodiscard]] const std::optional<LastAction>& lastAction() const { return m_lastAction; }
    /// The limits that are exceeded now, gravest first.
    [[nodiscard]] std::vector<portfolio::RiskBreach> breaches() const;
    [[nodiscard]] std::int64_t fills() const { return m_fills; }
    [[nodiscard]] std::int64_t marginCalls() const { return m_marginCalls; }
    /// Fills that the other order of their bar's extremes would have made otherwise.
    [[nodiscard]] std::int64_t ambiguousFills() const { return m_ambiguousFills; }
    /// What hung on that order: the sum over all such bars of the difference in closing equity, unsigned.
    [[nodiscard]] Money ambiguousStake() const { return portfolio::saturate(m_ambiguousStake); }
    /// Where the account stands, as a session is kept.
    [[nodiscard]] sessions::AccountStanding standing() const;

    // Context
    [[nodiscard]] Timestamp time() const override { return m_session.time; }
    [[nodiscard]] std::span<const market::Instrument> instruments() const override { return m_instruments; }
    [[nodiscard]] market::Timeframe timeframe() const override { return m_setup.timeframe; }
    [[nodiscard]] Result<const market::CandleColumns*> candles(SymbolIndex symbol,
                                                               market::Timeframe timeframe) override;
    [[nodiscard]] std::optional<market::Candle> forming(SymbolIndex symbol,
                                                        market::Timeframe timeframe) override;
    [[nodiscard]] Result<const indicators::Indicator*>
    indicator(SymbolIndex symbol, market::Timeframe timeframe, const indicators::Spec& spec) override;
    [[nodiscard]] Money equity() const override;
    [[nodiscard]] Money cash() const override { return m_book.account.cash(); }
    [[nodiscard]] double marginLevel() const override { return margin().level(); }
    [[nodiscard]] strategy::PositionView position(SymbolIndex symbol) const override;
    [[nodiscard]] std::span<const execution::Order> workingOrders() const override { return m_book.working; }
    [[nodiscard]] const execution::Order* order(OrderId id) const override;
    [[nodiscard]] Result<OrderId> submit(const execution::OrderRequest& request) override;
    [[nodiscard]] Result<void> cancel(OrderId id) override;
    [[nodiscard]] Result<OrderId> replace(OrderId id, const execution::OrderRequest& request) override;
    [[nodiscard]] Result<OrderId> target(SymbolIndex symbol, double size) override;
    void log(std::string_view message, const strategy::LogFields& fields) override;
    void plot(std::string_view name, double value, std::string_view pane) override;
    void mark(SymbolIndex symbol, std::string_view text) override;
    void every(Nanoseconds interval, std::function<void()> callback) override;
    void suspend(std::string_view reason) override;

private:
    struct Timer {
        Nanoseconds interval;
        std::int64_t last; ///< Multiples of the interval passed.
        std::function<void()> callback;
    };
    /// Best and worst open profit of a position, at closes.
    struct Excursion {
        Money worst;
        Money best;
    };

    [[nodiscard]] Result<Series*> series(SymbolIndex symbol, market::Timeframe timeframe);
    [[nodiscard]] execution::Reason draft(const execution::OrderRequest& request,
                                          execution::Order& order) const;
    [[nodiscard]] execution::Reason draftSize(const execution::OrderRequest& request,
                                              execution::Order& order) const;
    [[nodiscard]] execution::Reason draftPrices(const execution::OrderRequest& request,
                                                execution::Order& order) const;
    [[nodiscard]] execution::Reason draftRisk(double fraction, execution::Order& order) const;
    [[nodiscard]] bool costsTooLittle(const execution::Order& order) const;
    [[nodiscard]] execution::Reason draftTrail(const execution::OrderRequest& request,
                                               execution::Order& order) const;
    [[nodiscard]] execution::Reason draftBracket(const execution::OrderRequest& request,
                                                 execution::Order& order) const;
    [[nodiscard]] execution::Reason draftLife(const execution::OrderRequest& request,
                                              execution::Order& order) const;
    [[nodiscard]] bool isOwnCurrency(SymbolIndex symbol) const;
    [[nodiscard]] std::optional<Price> markOf(SymbolIndex symbol) const;
    [[nodiscard]] Quantity pendingAtMarket(SymbolIndex symbol) const;
    static constexpr int MAX_SENT_AT_ONCE = 1000;
    enum class Sent { New, Replacement };
    Result<OrderId> submitLots(execution::Order order, execution::Reason reason, Sent sent = Sent::New);
    [[nodiscard]] int sentNow() const { return m_lastSent == m_session.time ? m_sentAtOnce : 0; }
    [[nodiscard]] bool isCrowdedFor(const execution::Order& order) const;
    [[nodiscard]] bool isUnprotected(SymbolIndex symbol) const;
    void warnOfUnprotected();
    void closeAfterSuspension();
    void noteRejected(execution::Reason reason);
    [[nodiscard]] static Error refused(execution::Reason reason);
    void cancelWorking(std::size_t index, execution::Reason reason);
    void noteStep(const execution::Order& order, Timestamp time);
    [[nodiscard]] std::size_t placeOf(OrderId id) const;
    void onTrades(const execution::TradeMoment& moment) override;
    void noteMatched();
    void note(execution::MatchEvent& event, std::vector<FillRecord>& fills);
    void noteFill(execution::Fill& fill, std::vector<FillRecord>& fills);
    void noteTrailingStops();
    void startRiskDay(Timestamp time);
    void noteRisk(const portfolio::RiskChange& change);
    void enforceRisk();
    void writeRiskChanges();
    void cancelEntries(execution::Reason reason);
    void cancelAndTell(std::size_t index, execution::Reason reason);
    void closePositions();
    [[nodiscard]] execution::Reason judgeRisk(const execution::Order& order);
    [[nodiscard]] bool canReduce(const execution::Order& order) const;
    void noteTooManyOrders();
    void halt();
    void resume();
    void reset();
    void setLeverage(std::int64_t longLeverage, std::int64_t shortLeverage);
    void liftHalts();
    void cancelForced();
    void bookHolding();
    void noteEntries();
    void watchAnew();
    journal::RecordBatch& addActionLine(const char* event, journal::Level level);
    void deliver(const execution::MatchEvent& event);
    void updateExcursions();
    /// Calls the strategy, unless it is suspended; an exception suspends it.
    template <typename Call> void guarded(Call call)
    {
        if (m_suspended)
            return;
        try {
            call();
        } catch (const std::exception& fault) {
            suspend(fault.what());
        }
    }

    void keepStep(const execution::Order& order, Timestamp time);
    void keepFill(const execution::Fill& fill);
    void keepEntry(const portfolio::LedgerEntry& entry);

    void writeOrder(const execution::Order& order, Timestamp time);
    void writeFill(const execution::Fill& fill);
    void writeEntry(const portfolio::LedgerEntry& entry);
    void writeCut(const execution::MarginCut& cut);
    void writeCall(const execution::MarginCall& call);
    void writeRisk(const portfolio::RiskChange& change);
    void writeAmbiguity(const execution::Ambiguity& ambiguity);
    void writeLiquidated(const execution::Liquidated& end);
    void writeWaiting(const execution::MarginCallWaiting& waiting);
    void writeRefusal(const execution::DetailRefused& refused);

    SessionState& m_session;
    AccountIndex m_index;
    const AccountSetup& m_setup;
    std::string m_sha256;
    std::vector<market::Instrument> m_instruments;
    execution::Book m_book;
    std::vector<execution::FinerData> m_finer;
    std::vector<portfolio::FundingSchedule> m_funding;
    std::vector<Price> m_marks;
    std::vector<std::uint8_t> m_hasMark;
    std::vector<Int128> m_worths; ///< By symbol, of what is held.
    portfolio::Margin m_margin;
    std::vector<std::vector<std::unique_ptr<Series>>> m_series; ///< By symbol; [0] is the strategy's own.
    std::vector<const market::Candle*> m_closedBars; ///< By symbol, until they are handed out.
    std::vector<Excursion> m_excursions;
    std::vector<execution::MatchEvent> m_events;    ///< Since the strategy was last called.
    std::vector<execution::MatchEvent> m_delivered; ///< While it is told of them.
    std::vector<execution::MatchEvent> m_toldInside;
    std::size_t m_noted = 0; ///< Events that are written and kept; those after it come of the matching.
    std::vector<FillRecord>* m_newFills = nullptr; ///< While a batch is matched.
    std::vector<Price> m_marksBefore;              ///< Of the batch, for who hears trades.
    bool m_hearsTrades = false;
    std::vector<portfolio::LedgerEntry> m_entries;
    std::vector<portfolio::RiskChange> m_riskChanges;
    std::deque<execution::Order> m_orders; ///< All there ever were, by id; a strategy may keep pointers.
    std::deque<Timer> m_timers; ///< A timer may add another while it runs.
    std::unique_ptr<strategy::Strategy> m_strategy;
    std::string m_stateReason;
    std::string m_haltReason;
    std::string m_liquidationReason;
    bool m_suspended = false;
    bool m_isHalted = false; ///< By the user.
    int m_epoch = 1;
    std::optional<LastAction> m_lastAction;
    int m_rejectedInARow = 0;
    Timestamp m_lastSent; ///< When an order was last sent, and how many at that time.
    int m_sentAtOnce = 0;
    std::int64_t m_fills = 0;
    std::int64_t m_marginCalls = 0;
    std::int64_t m_ambiguousFills = 0;
    Int128 m_ambiguousStake = 0;
};

} // namespace core::engine
