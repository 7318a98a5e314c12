// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analytics/performance.h"
#include "core/base/chunkedlog.h"
#include "core/base/sha256.h"
#include "core/execution/order.h"
#include "core/market/candle.h"
#include "core/market/instrument.h"
#include "core/market/timeframe.h"
#include "core/portfolio/riskwatch.h"
#include "core/portfolio/useraction.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What the engine lets the world see: immutable values, shared by pointer, latest wins.
namespace core::engine {

using core::ChunkedLog;

struct SymbolSnapshot {
    market::Instrument instrument;
    std::optional<Price> mark;    ///< Last mark; none before the first candle.
    Timestamp markTime;
};

struct PositionSnapshot {
    SymbolIndex symbol = 0;
    Quantity quantity;                   ///< Signed, not zero.
    double averagePrice = 0.0;           ///< For display.
    Price mark;
    Money profit;                        ///< Open profit after its share of entry fees.
    std::optional<double> liquidationPrice; ///< Others held at their marks; none when not positive.
    std::optional<double> distance;      ///< liquidationPrice / mark − 1.
    Timestamp opened;
};

/// Blocked: a risk limit refuses entries. Flattening: it closes the positions as well. Halted: by the
/// user.
enum class AccountState : std::uint8_t {
    Running, Suspended, Liquidating, Liquidated, Blocked, Flattening, Halted
};
[[nodiscard]] std::string_view name(AccountState state);

/// One point of a thinned equity curve. Points are merged pairwise as the curve grows, so that any
/// replay has at most MAX_CURVE_POINTS of them; the last values of a merged stretch are kept, with the
/// extremes. Equity is net of what a reset moved: on the scale of the first deposit.
struct CurvePoint {
    Timestamp time;            ///< End of the stretch.
    double equity = 0.0;       ///< At the end.
    double equityLow = 0.0;    ///< Lowest inside the stretch.
    double equityHigh = 0.0;   ///< Highest inside the stretch.
    double drawdown = 0.0;     ///< Deepest inside the stretch, 0 … −1.
    double marginLevel = 0.0;  ///< Lowest inside the stretch; infinity when flat.
};
inline constexpr std::size_t MAX_CURVE_POINTS = 2048;

inline constexpr std::size_t MAX_WORKING_SHOWN = 200;

/// What the user last did to an account.
struct LastAction {
    portfolio::UserAction::Kind kind = portfolio::UserAction::Kind::Halt;
    Timestamp time;
    CorrelationId event; ///< What it led to is found in the journal by this.
};

struct AccountSnapshot {
    std::string strategy;
    Sha256Digest sha256;
    AccountState state = AccountState::Running;
    std::string stateReason;     ///< Why it is not running; for people.
    std::optional<LastAction> lastAction;
    bool canResume = true;       ///< False once its script was stopped for good.
    int epoch = 1;               ///< Counts the resets, from 1. The figures below span all epochs.
    Money openingCash;           ///< What every epoch begins with.
    Money startCash;             ///< Deposits less withdrawals.
    Money cash;
    Money equity;
    Money longExposure;
    Money shortExposure;
    Money initialMargin;
    Money maintenance;
    Money realisedProfit;
    Money fees;
    Money borrowInterest;
    Money badDebt;
    double marginLevel = 0.0;    ///< E / (L + S); infinity when flat.
    double maintenanceRatio = 0.25; ///< The call level.
    double longLeverage = 1.5;
    double shortLeverage = 2.0;
    std::optional<double> commonMoveToCall; ///< Move of all marks (−0.17 = −17 %) that brings the call.
    double drawdown = 0.0;       ///< Present, 0 … −1.
    double maxDrawdown = 0.0;    ///< Deepest so far, 0 … −1.
    std::int64_t fills = 0;
    std::int64_t marginCalls = 0;
    std::int64_t ambiguousFills = 0; ///< Fills that depended on which extreme of a bar came first.
    Money ambiguousStake;        ///< What hung on it: differences in closing equity, summed unsigned.
    portfolio::RiskLimits riskLimits;
    std::vector<portfolio::RiskBreach> breaches; ///< Limits exceeded now, gravest first.
    std::int64_t riskBreaches = 0;               ///< How many there were so far.
    std::vector<PositionSnapshot> positions;
    std::vector<execution::Order> workingOrders; ///< At most MAX_WORKING_SHOWN, newest first.
    std::shared_ptr<const std::vector<CurvePoint>> curve;
    std::shared_ptr<const analytics::Report> performance; ///< As of the last batch.
};

/// A fill with its account, as the panels and the chart show it.
struct FillRecord {
    AccountIndex account = 0;
    execution::Fill fill;
    std::string_view orderType; ///< A literal.
};
/// An order at the end of its life.
struct ClosedOrder {
    AccountIndex account = 0;
    execution::Order order;
    Timestamp time;
};

/// Something that happened and must be findable on the replay's time line.
struct TimelineMark {
    enum class Kind : std::uint8_t { MarginCall, Suspended, RiskLimit, Act };
    Timestamp time;
    AccountIndex account = 0;
    Kind kind = Kind::MarginCall;
    std::string strategy;
    portfolio::UserAction::Kind act = portfolio::UserAction::Kind::Halt; ///< Of an act.
};

struct EngineSnapshot {
    std::uint64_t sequence = 0; ///< Rises with every snapshot of one session object, also after a seek back.
    std::uint64_t epoch = 0;    ///< Rises when the replay was started over (seek back, reload): logs restart.
    Timestamp time;             ///< Close of the last batch; the range's begin before the first.
    Timestamp begin;            ///< Of the range.
    Timestamp end;              ///< The close of the last bar there is.
    std::int64_t barsDone = 0;
    std::int64_t barsTotal = 0;
    double barsPerSecond = 0.0; ///< Of the last run at full speed or the last second of play.
    std::vector<SymbolSnapshot> symbols;
    std::vector<AccountSnapshot> accounts;
    AccountSnapshot total;      ///< Sums over accounts; has no margin level, positions or orders.
    std::shared_ptr<const std::vector<CurvePoint>> buyAndHold;
    std::shared_ptr<const analytics::EquityReport> buyAndHoldPerformance;
    /// Acts of the user that come later in this replay; another act now would drop them.
    std::int64_t laterActions = 0;
    ChunkedLog<FillRecord> fills;
    ChunkedLog<ClosedOrder> closedOrders;
    std::shared_ptr<const std::vector<TimelineMark>> marks; ///< Margin calls, suspensions, losses beyond a limit and what the user did.
    std::string fingerprint;    ///< SHA-256 over trades.jsonl once played to the end; else empty.
};
using SnapshotPtr = std::shared_ptr<const EngineSnapshot>;

} // namespace core::engine
