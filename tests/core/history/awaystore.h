// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace fixture {

/// What a test does to a history from outside.
struct Trouble
{
    std::atomic<bool> away = false; ///< Nothing is answered, and nothing can be opened.
    /// What the history says of a batch instead of taking it; called on the writer's thread.
    std::function<std::optional<core::Error>(const core::history::HistoryBatch&)> refuse;
    std::atomic<int> opened = 0;
    std::atomic<int> committed = 0;
};

/// A history that is away when the test wants it to be.
class AwayStore final : public core::history::HistoryStore
{
public:
    AwayStore(std::unique_ptr<HistoryStore> store, std::shared_ptr<Trouble> trouble)
        : m_store(std::move(store)), m_trouble(std::move(trouble))
    {}

    /// Opens the history at `url`, unless it is away.
    static std::function<core::Result<std::unique_ptr<HistoryStore>>()> opener(core::history::DatabaseUrl url,
                                                                               std::shared_ptr<Trouble> trouble)
    {
        return [url = std::move(url),
                trouble = std::move(trouble)]() -> core::Result<std::unique_ptr<HistoryStore>> {
            if (trouble->away)
                return gone();
            ++trouble->opened;
            auto store = core::history::openHistory(url);
            if (!store)
                return store.error();
            return std::unique_ptr<HistoryStore>(std::make_unique<AwayStore>(std::move(*store), trouble));
        };
    }

    bool isConnected() const override { return !m_lost; }
    std::string database() override { return m_store->database(); }
    core::Result<std::vector<core::history::Coverage>> coverage() override { return m_store->coverage(); }
    core::Result<core::history::Coverage> coverage(const core::Symbol& symbol) override
    {
        return m_store->coverage(symbol);
    }
    core::Result<core::market::CandleColumns> candles(const core::Symbol& symbol, core::market::Timeframe timeframe,
                                                      core::history::TimeRange range,
                                                      std::optional<std::size_t> limit) override
    {
        return m_store->candles(symbol, timeframe, range, limit);
    }
    core::Result<std::optional<core::history::TradeExtent>> tradeExtent(const core::Symbol& symbol) override
    {
        return m_store->tradeExtent(symbol);
    }
    core::Result<core::market::TradeColumns> trades(const core::Symbol& symbol, core::history::TimeRange range,
                                                    std::optional<std::size_t> limit) override
    {
        return m_store->trades(symbol, range, limit);
    }
    core::Result<std::vector<core::market::FundingRate>> fundingRates(const core::Symbol& symbol,
                                                                      core::history::TimeRange range) override
    {
        return m_store->fundingRates(symbol, range);
    }
    core::Result<core::market::Instrument> putInstrument(const core::market::Instrument& instrument) override
    {
        if (isAway())
            return gone();
        return m_store->putInstrument(instrument);
    }
    core::Result<core::history::WriteCount> write(const core::Symbol& symbol, core::market::Timeframe timeframe,
                                                  const core::market::CandleColumns& candles) override
    {
        return m_store->write(symbol, timeframe, candles);
    }
    core::Result<core::history::WriteCount> writeTrades(const core::Symbol& symbol,
                                                        const core::market::TradeColumns& trades) override
    {
        return m_store->writeTrades(symbol, trades);
    }
    core::Result<core::history::BatchCount> commit(const core::Symbol& symbol,
                                                   const core::history::HistoryBatch& batch) override
    {
        if (isAway())
            return gone();
        if (m_trouble->refuse) {
            if (auto error = m_trouble->refuse(batch))
                return *error;
        }
        auto done = m_store->commit(symbol, batch);
        if (done)
            ++m_trouble->committed;
        return done;
    }
    core::Result<std::optional<core::history::SyncStatus>> syncStatus(const core::Symbol& symbol,
                                                                      const std::string& kind) override
    {
        return m_store->syncStatus(symbol, kind);
    }
    core::Result<std::vector<core::history::TimeRange>>
    verified(const core::Symbol& symbol, std::optional<core::market::Timeframe> timeframe) override
    {
        return m_store->verified(symbol, timeframe);
    }
    core::Result<core::history::Gaps> gaps(const core::Symbol& symbol, std::size_t limit) override
    {
        return m_store->gaps(symbol, limit);
    }
    core::Result<core::history::WriteCount>
    writeFundingRates(const core::Symbol& symbol, std::span<const core::market::FundingRate> rates) override
    {
        return m_store->writeFundingRates(symbol, rates);
    }

private:
    static core::Error gone() { return {core::ErrorCode::Io, "The server went away", "Try again once it is back."}; }
    /// Once lost, a connection does not come back.
    bool isAway()
    {
        m_lost = m_lost || m_trouble->away;
        return m_lost;
    }

    std::unique_ptr<HistoryStore> m_store;
    std::shared_ptr<Trouble> m_trouble;
    bool m_lost = false;
};

} // namespace fixture
