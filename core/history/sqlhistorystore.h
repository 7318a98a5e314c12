// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/rollups.h"
#include "core/history/sqldialect.h"

#include <map>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

class QSqlQuery;
class QString;

namespace core::history {

/// The history in a SQL database of any dialect. Lives on the thread that opened its dialect.
class SqlHistoryStore final : public HistoryDatabase
{
public:
    /// The schema of `dialect` must be up to date.
    explicit SqlHistoryStore(std::unique_ptr<SqlDialect> dialect) : m_dialect(std::move(dialect)) {}

    std::string database() override { return m_dialect->describe(); }
    bool isConnected() const override { return m_dialect->connection().isAlive(); }
    Result<std::vector<Coverage>> coverage() override;
    Result<Coverage> coverage(const Symbol& symbol) override;
    Result<std::vector<Holding>> holdings() override;
    Result<market::CandleColumns> writtenCandles(const Symbol& symbol, market::Timeframe timeframe,
                                                 TimeRange range) override;
    Result<market::CandleColumns> candles(const Symbol& symbol, market::Timeframe timeframe,
                                          TimeRange range,
                                          std::optional<std::size_t> limit) override;
    Result<market::Instrument> putInstrument(const market::Instrument& instrument) override;
    Result<WriteCount> write(const Symbol& symbol, market::Timeframe timeframe,
                             const market::CandleColumns& candles) override;
    Result<std::optional<TradeExtent>> tradeExtent(const Symbol& symbol) override;
    Result<market::TradeColumns> trades(const Symbol& symbol, TimeRange range,
                                        std::optional<std::size_t> limit) override;
    Result<WriteCount> writeTrades(const Symbol& symbol, const market::TradeColumns& trades) override;
    Result<BatchCount> commit(const Symbol& symbol, const HistoryBatch& batch) override;
    Result<std::optional<SyncStatus>> syncStatus(const Symbol& symbol, const std::string& kind) override;
    Result<std::vector<TimeRange>> verified(const Symbol& symbol,
                                            std::optional<market::Timeframe> timeframe) override;
    Result<Gaps> gaps(const Symbol& symbol, std::size_t limit) override;
    Result<CoverageStrip> strip(const Symbol& symbol, TimeRange range, std::size_t bins) override;
    Result<CheckReport> check(const Symbol& symbol, TimeRange range) override;
    Result<void> checkPages(const std::atomic<bool>& cancel) override
    {
        return m_dialect->connection().checkPages(cancel);
    }
    Result<Removal> remove(const Symbol& symbol, TimeRange range, std::size_t limit) override;
    Result<std::vector<market::FundingRate>> fundingRates(const Symbol& symbol, TimeRange range) override;
    Result<WriteCount> writeFundingRates(const Symbol& symbol,
                                         std::span<const market::FundingRate> rates) override;

private:
    struct Stored
    {
        std::int64_t id = 0;
        market::Instrument instrument;
    };
    using Extent = WrittenSeries;
    /// An instrument and what was written of it, finest first; not empty.
    struct Written
    {
        Stored of;
        std::vector<Extent> extents;
    };
    /// What a write does to the rows of its batch.
    struct Changes
    {
        WriteCount count;
        std::vector<bool> dirty; ///< Inserted or changed.
        std::vector<bool>
            foreignBefore; ///< The store has a candle between this one and the one before.
    };

    [[nodiscard]] Error fault(const QSqlQuery& query, const char* doing);
    [[nodiscard]] Result<std::optional<Stored>> find(const Symbol& symbol);
    [[nodiscard]] Result<std::vector<Extent>> extents(std::int64_t instrument);
    /// Fails with NotFound where no candle was written.
    [[nodiscard]] Result<Written> writtenOf(const Symbol& symbol);
    [[nodiscard]] Error nothingStored(const Symbol& symbol);
    template <typename Action> [[nodiscard]] Result<void> inTransaction(Action action);
    /// What the action reads, in however many statements, is of one state of the history.
    template <typename Action> [[nodiscard]] std::invoke_result_t<Action> inView(Action action);

    [[nodiscard]] Result<void> adjust(Stored& stored, const market::Instrument& wanted);
    [[nodiscard]] Result<void> rescale(std::int64_t instrument, int moreDecimals);
    [[nodiscard]] Result<void> rescaleTrades(std::int64_t instrument, int morePrice, int moreLot);
    [[nodiscard]] Result<void> rescaleTable(const std::string& table, std::int64_t instrument,
                                            std::int64_t factor);
    [[nodiscard]] Result<void> insert(const market::Instrument& instrument);

    [[nodiscard]] Result<WriteCount> writeStored(std::int64_t instrument,
                                                 market::Timeframe timeframe,
                                                 const market::CandleColumns& candles);
    [[nodiscard]] Result<void> keepCoarse(std::int64_t instrument, market::Timeframe formerFinest);
    [[nodiscard]] Result<Changes> compare(const Series& series, const Extent* extent,
                                          const market::CandleColumns& candles);
    [[nodiscard]] Result<void> compareStretch(const Series& series,
                                              const market::CandleColumns& candles,
                                              std::size_t first, std::size_t last,
                                              Changes& changes);
    [[nodiscard]] Result<void> putDirty(const Series& series, const market::CandleColumns& candles,
                                        const Changes& changes);
    [[nodiscard]] Result<void> putExtent(std::int64_t instrument, const Extent& extent);

    [[nodiscard]] Result<Holding> holdingOf(const Stored& stored);
    [[nodiscard]] Result<std::vector<SyncStatus>> syncOf(std::int64_t instrument);
    [[nodiscard]] Result<Stored> stored(const Symbol& symbol);
    [[nodiscard]] Result<Stored> storedToWrite(const Symbol& symbol);
    [[nodiscard]] Result<std::optional<TradeExtent>> tradeExtentOf(std::int64_t instrument);
    [[nodiscard]] Result<WriteCount> writeTradesOf(std::int64_t instrument, const market::TradeColumns& trades);
    [[nodiscard]] Result<std::int64_t> dropCountedTrades(std::int64_t instrument,
                                                         const market::TradeColumns& numbered);
    [[nodiscard]] Result<std::vector<std::int64_t>> secondsWithTrades(std::int64_t instrument, TimeRange range,
                                                                      int numbered);
    [[nodiscard]] Result<void> putTradeExtent(std::int64_t instrument, std::int64_t more);
    [[nodiscard]] Result<WriteCount> putFundingRates(std::int64_t instrument,
                                                     std::span<const market::FundingRate> rates);

    [[nodiscard]] Result<Timestamp> endOfRemoval(std::int64_t instrument, const std::vector<Extent>& written,
                                                 TimeRange range, std::size_t limit);
    [[nodiscard]] Result<Removal> removeStep(const Symbol& symbol, TimeRange whole, std::size_t limit);
    [[nodiscard]] Result<std::int64_t> removeRows(const QString& table, std::int64_t instrument, TimeRange range,
                                                  const QString& column);
    [[nodiscard]] Result<std::int64_t> removeCandles(std::int64_t instrument, const std::vector<Extent>& written,
                                                     TimeRange range);
    [[nodiscard]] Result<void> renewRollups(std::int64_t instrument, market::Timeframe formerFinest,
                                            TimeRange touched);
    [[nodiscard]] Result<void> removeMarks(std::int64_t instrument, TimeRange range);
    [[nodiscard]] Result<void> removeInstrument(const Symbol& symbol, std::int64_t instrument);
    [[nodiscard]] Result<void> lowerExtent(std::int64_t instrument, Extent extent);
    [[nodiscard]] Result<void> lowerTradeExtent(std::int64_t instrument, std::int64_t removed);
    [[nodiscard]] Result<bool> hasRows(const QString& table, std::int64_t instrument);

    [[nodiscard]] Result<void> eachMissingRun(std::int64_t instrument, const Extent& extent, TimeRange range,
                                              const std::function<void(TimeRange)>& told);
    [[nodiscard]] Result<std::vector<TimeRange>> knownRanges(std::int64_t instrument, market::Timeframe finest);
    [[nodiscard]] Result<std::vector<bool>> binsWithTrades(std::int64_t instrument, TimeRange range, Nanoseconds bin,
                                                           std::size_t bins);
    [[nodiscard]] Result<Gaps> gapsOf(const Symbol& symbol, std::size_t limit);
    [[nodiscard]] Result<CoverageStrip> stripOf(const Symbol& symbol, TimeRange range, std::size_t bins);
    [[nodiscard]] Result<CheckReport> checkOf(const Symbol& symbol, TimeRange range);
    [[nodiscard]] Result<void> checkRollups(std::int64_t instrument, const std::vector<Extent>& written,
                                            TimeRange range, CheckReport& report);
    [[nodiscard]] Result<void> checkAgainstTrades(const Stored& stored, TimeRange range, CheckReport& report);

    [[nodiscard]] static Result<void> checkTrades(const market::TradeColumns& trades);
    [[nodiscard]] static Result<void> checkCandles(market::Timeframe timeframe, const market::CandleColumns& candles);
    [[nodiscard]] Result<BatchCount> commitParts(const Stored& instrument, const HistoryBatch& batch);
    [[nodiscard]] Result<market::CandleColumns> candlesFromTrades(const Stored& instrument, const HistoryBatch& batch);
    [[nodiscard]] Result<void> keepFuller(std::int64_t instrument, market::CandleColumns& made, bool everywhere);
    [[nodiscard]] Result<std::vector<TimeRange>> verifiedOf(std::int64_t instrument,
                                                            std::optional<market::Timeframe> timeframe,
                                                            TimeRange touching);
    [[nodiscard]] Result<void> putVerified(std::int64_t instrument, const VerifiedRange& verified);
    [[nodiscard]] Result<void> putSync(std::int64_t instrument, const SyncStatus& sync);

    std::unique_ptr<SqlDialect> m_dialect;
    /// As putInstrument told them: what the ticks and lots that are written count in.
    std::map<Symbol, std::pair<int, int>> m_toldDecimals;
};

template <typename Action> std::invoke_result_t<Action> SqlHistoryStore::inView(Action action)
{
    const auto begun = m_dialect->beginView();
    if (!begun)
        return begun.error();
    auto result = action();
    if (*begun)
        m_dialect->connection().rollback();
    return result;
}

template <typename Action> Result<void> SqlHistoryStore::inTransaction(Action action)
{
    Result<void> done = m_dialect->connection().begin();
    if (!done)
        return done;
    done = action();
    if (done)
        done = m_dialect->connection().commit();
    if (!done)
        m_dialect->connection().rollback();
    return done;
}

} // namespace core::history
