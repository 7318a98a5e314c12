// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databaseurl.h"
#include "core/market/candle.h"
#include "core/market/fundingrate.h"
#include "core/market/instrument.h"
#include "core/market/timeframe.h"
#include "core/market/trade.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace core::history {

/// A half-open range of open times, [from, to).
struct TimeRange
{
    Timestamp from = Timestamp::min();
    Timestamp to = Timestamp::max();
};

/// What is stored of one instrument at its finest timeframe.
struct Coverage
{
    market::Instrument instrument;
    market::Timeframe finest = market::ONE_MINUTE;
    Timestamp oldest; ///< Open time of the first candle.
    Timestamp newest; ///< Open time of the last candle.
    std::int64_t candles = 0;
};

/// What is stored of one instrument's trades.
struct TradeExtent
{
    Timestamp oldest; ///< Time of the first trade.
    Timestamp newest; ///< Time of the last trade.
    std::int64_t trades = 0;
};

/// The candles of one instrument as they were written at one timeframe.
struct WrittenSeries
{
    market::Timeframe timeframe = market::ONE_MINUTE;
    Timestamp oldest; ///< Open time of the first candle.
    Timestamp newest; ///< Open time of the last candle.
    std::int64_t candles = 0;
};

/// No venue's funding rate is near ten percent; one beyond it would be written in percent.
inline constexpr std::int64_t MAX_FUNDING_RATE = market::FUNDING_UNIT / 10;

/// How much of a write changed the store.
struct WriteCount
{
    std::int64_t inserted = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t spooled = 0; ///< Rows that are safe on this disk, to be written once the database is back.
};

/// How far a download of one kind has come.
struct SyncStatus
{
    std::string kind;   ///< "trades".
    Timestamp oldest;   ///< From here on …
    Timestamp newest;   ///< … to here everything was fetched by this cursor.
    std::string cursor; ///< The venue's, verbatim.
    bool operator==(const SyncStatus&) const = default;
};

/// What is kept of one instrument, told without its rows.
struct Holding
{
    market::Instrument instrument;
    std::vector<WrittenSeries> written; ///< Finest first.
    std::optional<TradeExtent> trades;
    std::vector<SyncStatus> sync; ///< By kind.
};

/// A range of which everything is stored that the venue had.
struct VerifiedRange
{
    /// Of the candles that would be there; without one every trade is stored, which verifies candles of any
    /// length.
    std::optional<market::Timeframe> timeframe;
    TimeRange range; ///< Whole candles, or whole minutes of trades.
};

/// What one transaction writes of an instrument: all of it or nothing.
struct HistoryBatch
{
    market::TradeColumns trades; ///< As writeTrades takes them.
    /// Whole minutes whose candles are made of the trades that are stored then. A stored candle of more trades
    /// stays; in a batch that verifies its range, of which it has every trade, only at both ends, where trades may
    /// begin or end within a minute.
    std::optional<TimeRange> minutes;
    market::CandleColumns candles; ///< Candles that come as such.
    market::Timeframe timeframe = market::ONE_MINUTE;
    std::optional<VerifiedRange> verified;
    std::optional<SyncStatus> sync;
};

struct BatchCount
{
    WriteCount trades;
    WriteCount candles;
};

/// Runs of missing candles between the first and the last at an instrument's finest timeframe.
struct Gaps
{
    std::vector<TimeRange> ranges;   ///< Oldest first; no more than were asked for.
    std::int64_t count = 0;          ///< All of them.
    std::int64_t missing = 0;        ///< Candles that are missing in them.
    std::int64_t verifiedEmpty = 0;  ///< Candles that are none because nothing was traded: no gap.
};

/// What one transaction of a removal took out, and how far the removal came.
struct Removal
{
    std::int64_t candles = 0; ///< Of every timeframe that was written; rollups are not counted.
    std::int64_t trades = 0;
    std::int64_t fundingRates = 0;
    Timestamp reached; ///< Nothing in the range before it is left.
    bool isDone = false;
};

/// What a stretch of a coverage strip says of the candles that should be there.
enum class StripKind {
    Imported,   ///< Every candle is stored, and no trades of them.
    FromTrades, ///< Every candle is stored, and trades that they are made of.
    Partly,     ///< Some candles are missing, less than half of them.
    Gap,        ///< Half of the candles are missing, or more.
    Empty       ///< Most candles are none because nothing was traded, and nothing is missing.
};

struct StripRun
{
    TimeRange range;
    StripKind kind = StripKind::Imported;
    std::int64_t missing = 0; ///< Candles.
    bool operator==(const StripRun& other) const
    {
        return range.from == other.range.from && range.to == other.range.to && kind == other.kind &&
               missing == other.missing;
    }
};

/// The coverage of one instrument over a range, told apart as finely as it is drawn.
struct CoverageStrip
{
    TimeRange range;            ///< What was asked for, cut to the first and the last candle.
    std::vector<StripRun> runs; ///< Oldest first, no more than bins; they fill the range.
    std::int64_t gaps = 0;      ///< Runs of missing candles inside the range.
    std::int64_t missing = 0;   ///< Candles that are missing in them.
    std::int64_t verifiedEmpty = 0; ///< Candles that are none because nothing was traded.
};

/// Something that is stored and cannot be right.
struct Finding
{
    enum class Kind {
        Defect, ///< Its prices or volume cannot be true: a high below the low.
        Rollup, ///< It is not made of the finer candles, or is missing, or should not be there.
        Trades  ///< It is not what the stored trades make, though these are no fewer.
    };
    Kind kind = Kind::Defect;
    market::Timeframe timeframe = market::ONE_MINUTE;
    Timestamp time;
    bool operator==(const Finding&) const = default;
};

/// What a check of stored candles came to.
struct CheckReport
{
    std::int64_t candles = 0; ///< That were written, of every timeframe.
    std::int64_t rollups = 0; ///< Buckets of the coarser timeframes.
    std::int64_t fromTrades = 0; ///< Minutes that were compared with their trades.
    std::int64_t found = 0;
    std::vector<Finding> findings; ///< The first 20.
};

/// The market history. One connection, used by the thread that opened it: reader threads and the
/// writer each open their own. Rollups to every coarser timeframe are kept in the same transaction
/// as the candles they are made of.
class HistoryStore
{
public:
    virtual ~HistoryStore() = default;

    /// False once the database is gone, such as a server that was stopped; open it anew then.
    [[nodiscard]] virtual bool isConnected() const = 0;
    /// Which database it is and what it can do, in one line: "TimescaleDB 2.22.0 on PostgreSQL 15.13: compression
    /// on".
    [[nodiscard]] virtual std::string database() = 0;
    [[nodiscard]] virtual Result<std::vector<Coverage>> coverage() = 0;
    /// Fails with NotFound, naming what is stored instead.
    [[nodiscard]] virtual Result<Coverage> coverage(const Symbol& symbol) = 0;
    /// Candles opening inside the range, oldest first, at most `limit` of them counted from the
    /// newest. `timeframe` is the finest stored or any coarser one.
    [[nodiscard]] virtual Result<market::CandleColumns>
    candles(const Symbol& symbol, market::Timeframe timeframe, TimeRange range,
            std::optional<std::size_t> limit = {}) = 0;
    /// Nothing where no trade is stored, or no such instrument.
    [[nodiscard]] virtual Result<std::optional<TradeExtent>> tradeExtent(const Symbol& symbol) = 0;
    /// Trades inside the range in the order in which they happened, at most `limit` of them counted from
    /// the oldest. Empty where none is stored.
    [[nodiscard]] virtual Result<market::TradeColumns> trades(const Symbol& symbol, TimeRange range,
                                                              std::optional<std::size_t> limit = {}) = 0;

    /// The funding rates that are due inside the range, by that time. Empty where none is stored.
    [[nodiscard]] virtual Result<std::vector<market::FundingRate>> fundingRates(const Symbol& symbol,
                                                                                TimeRange range) = 0;

    /// Creates or adjusts the instrument. More decimals than stored rescale its candles in one
    /// transaction; fewer change nothing.
    [[nodiscard]] virtual Result<market::Instrument>
    putInstrument(const market::Instrument& instrument) = 0;
    /// Upserts candles (strictly rising times) and the rollups they touch, in one transaction. As every write it
    /// fails with Busy, and changes nothing, when the instrument has other decimals by now than putInstrument told.
    [[nodiscard]] virtual Result<WriteCount> write(const Symbol& symbol,
                                                   market::Timeframe timeframe,
                                                   const market::CandleColumns& candles) = 0;
    /// Upserts trades in the order in which they happened, in one transaction. All have an id of the
    /// venue's, by which one is known again, or none has. Those without are known again by their time and
    /// place among the trades of that time, so one time is never split over two calls. In a second in which
    /// numbered trades are stored the others are superfluous (and count as unchanged): they are the same
    /// trades, told less precisely. Makes no candles.
    [[nodiscard]] virtual Result<WriteCount> writeTrades(const Symbol& symbol,
                                                         const market::TradeColumns& trades) = 0;
    /// Writes trades, candles, what they verify and how far it came, in one transaction.
    [[nodiscard]] virtual Result<BatchCount> commit(const Symbol& symbol, const HistoryBatch& batch) = 0;

    /// Nothing where no such download was begun.
    [[nodiscard]] virtual Result<std::optional<SyncStatus>> syncStatus(const Symbol& symbol,
                                                                       const std::string& kind) = 0;
    /// The verified ranges of candles at a timeframe or, without one, of trades, oldest first; they neither touch
    /// nor overlap.
    [[nodiscard]] virtual Result<std::vector<TimeRange>> verified(const Symbol& symbol,
                                                                  std::optional<market::Timeframe> timeframe) = 0;
    /// Fails with NotFound as coverage does.
    [[nodiscard]] virtual Result<Gaps> gaps(const Symbol& symbol, std::size_t limit) = 0;
    /// Upserts funding rates by their times, in one transaction, and makes the instrument a perpetual.
    [[nodiscard]] virtual Result<WriteCount>
    writeFundingRates(const Symbol& symbol, std::span<const market::FundingRate> rates) = 0;
};

/// A history with what is asked of the whole database: what there is of everything, whether it is right, and the way out
/// of it.
class HistoryDatabase : public HistoryStore
{
public:
    /// Every instrument by its symbol, also one without candles.
    [[nodiscard]] virtual Result<std::vector<Holding>> holdings() = 0;
    /// Candles as they were written at that very timeframe, where candles() gives what finer ones make. Empty where
    /// none was written.
    [[nodiscard]] virtual Result<market::CandleColumns>
    writtenCandles(const Symbol& symbol, market::Timeframe timeframe, TimeRange range) = 0;
    /// How the range is covered, in at most `bins` stretches of about the same length, which are joined where
    /// they say the same. Fails with NotFound as coverage does.
    [[nodiscard]] virtual Result<CoverageStrip> strip(const Symbol& symbol, TimeRange range, std::size_t bins) = 0;
    /// Compares the candles that open in the range with their rollups, their trades and what can be true. Reads
    /// all of them: ask for some weeks at a time.
    [[nodiscard]] virtual Result<CheckReport> check(const Symbol& symbol, TimeRange range) = 0;
    /// Reads the database's own structure through, where it is a file. Fails with Corrupt, and with Cancelled.
    [[nodiscard]] virtual Result<void> checkPages(const std::atomic<bool>& cancel) = 0;
    /// Takes the oldest part of what lies in the range out, in one transaction: candles that open in it, trades,
    /// funding rates, what is verified of it, and the cursor of a download that came through it, about `limit`
    /// candles and as many trades; the rollups are made anew of what is left. Call it until it is done. An
    /// instrument of which nothing is left goes too. The range is one of whole minutes. Fails with NotFound as
    /// coverage does.
    [[nodiscard]] virtual Result<Removal> remove(const Symbol& symbol, TimeRange range, std::size_t limit) = 0;
};

/// Opens a history: to write, it is created or migrated as needed; to read, it must be there, and is migrated
/// if it is older than this program and can be written to. A newer
/// schema is refused untouched. A corrupt SQLite file is set aside under a new name (never overwritten)
/// and reported as Corrupt.
[[nodiscard]] Result<std::unique_ptr<HistoryDatabase>> openHistory(const DatabaseUrl& url,
                                                                bool readOnly = false);

} // namespace core::history
