// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historywriter.h"
#include "core/history/openhistory.h"

namespace core::history {

/// A history on a server as a download sees it: it is read by a connection of its own and written by way of a writer, so
/// that the server may go away meanwhile. What the spool holds counts as stored: it is written before anything is
/// read, and where that cannot be, reading fails with why. Only how far this download came is known without the server.
/// A commit waits while neither database nor spool take it. Belongs to the thread that asks.
class SpooledHistory final : public HistoryStore
{
public:
    /// Told why it waits, each time that changes; without a reason once it goes on.
    using WaitTold = std::function<void(const std::optional<Error>& why)>;

    /// `cancel` ends a wait, with Cancelled.
    SpooledHistory(HistoryWriter& writer, const DatabaseUrl& url, const std::atomic<bool>& cancel, WaitTold told = {})
        : m_writer(writer), m_reads(url, false), m_cancel(cancel), m_told(std::move(told))
    {}

    bool isConnected() const override { return true; }
    std::string database() override;
    Result<std::vector<Coverage>> coverage() override;
    Result<Coverage> coverage(const Symbol& symbol) override;
    Result<market::CandleColumns> candles(const Symbol& symbol, market::Timeframe timeframe, TimeRange range,
                                          std::optional<std::size_t> limit) override;
    Result<std::optional<TradeExtent>> tradeExtent(const Symbol& symbol) override;
    Result<market::TradeColumns> trades(const Symbol& symbol, TimeRange range,
                                        std::optional<std::size_t> limit) override;
    Result<std::vector<market::FundingRate>> fundingRates(const Symbol& symbol, TimeRange range) override;
    /// Without the server, one that was put before and needs no more decimals is answered as it was; for more it waits.
    Result<market::Instrument> putInstrument(const market::Instrument& instrument) override;
    Result<WriteCount> write(const Symbol& symbol, market::Timeframe timeframe,
                             const market::CandleColumns& candles) override;
    Result<WriteCount> writeTrades(const Symbol& symbol, const market::TradeColumns& trades) override;
    Result<BatchCount> commit(const Symbol& symbol, const HistoryBatch& batch) override;
    Result<std::optional<SyncStatus>> syncStatus(const Symbol& symbol, const std::string& kind) override;
    Result<std::vector<TimeRange>> verified(const Symbol& symbol, std::optional<market::Timeframe> timeframe) override;
    Result<Gaps> gaps(const Symbol& symbol, std::size_t limit) override;
    Result<WriteCount> writeFundingRates(const Symbol& symbol, std::span<const market::FundingRate> rates) override;

private:
    [[nodiscard]] Result<HistoryStore*> settled();
    template <typename T, typename Use> [[nodiscard]] Result<T> onServer(Use use);
    [[nodiscard]] Result<Kept> keep(const WriteJob& job);
    /// Waits a while, or until there is news of the writer. False when it was cancelled.
    [[nodiscard]] bool pause(const Error& why);
    void goOn();

    HistoryWriter& m_writer;
    OpenHistory m_reads;
    const std::atomic<bool>& m_cancel;
    WaitTold m_told;
    std::string m_toldReason;
    std::map<Symbol, market::Instrument> m_instruments; ///< As the server has them.
    /// How far downloads came, by symbol and kind: as read first, then as committed here.
    std::map<std::pair<Symbol, std::string>, std::optional<SyncStatus>> m_reached;
};

} // namespace core::history
