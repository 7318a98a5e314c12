// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/spooledhistory.h"

#include <fmt/format.h>

namespace core::history {

using market::CandleColumns;
using market::Instrument;
using market::Timeframe;
using market::TradeColumns;

namespace {

/// A cancel is answered within this time.
constexpr Nanoseconds LOOK_EVERY = std::chrono::milliseconds(100);
/// What neither database nor spool took is brought again after so many looks, if not before.
constexpr int LOOKS_A_TRY = 10;

Error cancelled()
{
    return {ErrorCode::Cancelled, "stopped", ""};
}

/// True when `wanted` asks for nothing that `known` has not.
bool needsNothing(const Instrument& wanted, const Instrument& known)
{
    return wanted.venue == known.venue && wanted.priceDecimals <= known.priceDecimals &&
           wanted.lotDecimals <= known.lotDecimals;
}

/// Candles that are made of the batch's trades are counted once they are made.
BatchCount asCount(const Kept& kept, const HistoryBatch& batch)
{
    if (kept.count)
        return *kept.count;
    BatchCount count;
    count.trades.spooled = static_cast<std::int64_t>(batch.trades.count());
    count.candles.spooled = static_cast<std::int64_t>(batch.candles.size());
    return count;
}

} // namespace

/// The store to read from, with everything written that was acknowledged.
Result<HistoryStore*> SpooledHistory::settled()
{
    if (auto written = m_writer.settle(m_cancel); !written)
        return written.error();
    auto store = m_reads.store();
    if (!store)
        return store.error();
    return *store;
}

template <typename T, typename Use> Result<T> SpooledHistory::onServer(Use use)
{
    auto store = settled();
    if (!store)
        return store.error();
    return use(**store);
}

std::string SpooledHistory::database()
{
    auto store = m_reads.store();
    return store ? (*store)->database() : store.error().what;
}

Result<std::vector<Coverage>> SpooledHistory::coverage()
{
    return onServer<std::vector<Coverage>>([](HistoryStore& store) { return store.coverage(); });
}

Result<Coverage> SpooledHistory::coverage(const Symbol& symbol)
{
    return onServer<Coverage>([&](HistoryStore& store) { return store.coverage(symbol); });
}

Result<CandleColumns> SpooledHistory::candles(const Symbol& symbol, Timeframe timeframe, TimeRange range,
                                              std::optional<std::size_t> limit)
{
    return onServer<CandleColumns>(
        [&](HistoryStore& store) { return store.candles(symbol, timeframe, range, limit); });
}

Result<std::optional<TradeExtent>> SpooledHistory::tradeExtent(const Symbol& symbol)
{
    return onServer<std::optional<TradeExtent>>([&](HistoryStore& store) { return store.tradeExtent(symbol); });
}

Result<TradeColumns> SpooledHistory::trades(const Symbol& symbol, TimeRange range, std::optional<std::size_t> limit)
{
    return onServer<TradeColumns>([&](HistoryStore& store) { return store.trades(symbol, range, limit); });
}

Result<std::vector<market::FundingRate>> SpooledHistory::fundingRates(const Symbol& symbol, TimeRange range)
{
    return onServer<std::vector<market::FundingRate>>(
        [&](HistoryStore& store) { return store.fundingRates(symbol, range); });
}

Result<std::vector<TimeRange>> SpooledHistory::verified(const Symbol& symbol, std::optional<Timeframe> timeframe)
{
    return onServer<std::vector<TimeRange>>([&](HistoryStore& store) { return store.verified(symbol, timeframe); });
}

Result<Gaps> SpooledHistory::gaps(const Symbol& symbol, std::size_t limit)
{
    return onServer<Gaps>([&](HistoryStore& store) { return store.gaps(symbol, limit); });
}

Result<WriteCount> SpooledHistory::writeFundingRates(const Symbol& symbol, std::span<const market::FundingRate> rates)
{
    return onServer<WriteCount>([&](HistoryStore& store) { return store.writeFundingRates(symbol, rates); });
}

Result<std::optional<SyncStatus>> SpooledHistory::syncStatus(const Symbol& symbol, const std::string& kind)
{
    if (const auto reached = m_reached.find({symbol, kind}); reached != m_reached.end())
        return reached->second;
    auto status =
        onServer<std::optional<SyncStatus>>([&](HistoryStore& store) { return store.syncStatus(symbol, kind); });
    if (status)
        m_reached.insert_or_assign(std::pair(symbol, kind), *status);
    return status;
}

Result<Instrument> SpooledHistory::putInstrument(const Instrument& instrument)
{
    const auto known = m_instruments.find(instrument.symbol);
    for (;;) {
        auto put = onServer<Instrument>([&](HistoryStore& store) { return store.putInstrument(instrument); });
        const bool waits = !put && mayPass(put.error()) && !m_cancel.load() && known != m_instruments.end();
        if (waits && needsNothing(instrument, known->second))
            return known->second;
        if (put)
            m_instruments.insert_or_assign(instrument.symbol, *put);
        if (!waits) {
            goOn();
            return put;
        }
        // What decimals the server has in the end a batch must know.
        if (!pause(put.error()))
            return cancelled();
    }
}

Result<WriteCount> SpooledHistory::write(const Symbol& symbol, Timeframe timeframe, const CandleColumns& candles)
{
    HistoryBatch batch;
    batch.timeframe = timeframe;
    batch.candles = candles;
    auto written = commit(symbol, batch);
    if (!written)
        return written.error();
    return written->candles;
}

Result<WriteCount> SpooledHistory::writeTrades(const Symbol& symbol, const TradeColumns& trades)
{
    HistoryBatch batch;
    batch.trades = trades;
    auto written = commit(symbol, batch);
    if (!written)
        return written.error();
    return written->trades;
}

Result<BatchCount> SpooledHistory::commit(const Symbol& symbol, const HistoryBatch& batch)
{
    const auto instrument = m_instruments.find(symbol);
    if (instrument == m_instruments.end())
        return Error{ErrorCode::NotFound, fmt::format("{} was not put before its batch", symbol.text()), ""};
    auto kept = keep({instrument->second, batch});
    goOn();
    if (!kept)
        return kept.error();
    if (batch.sync)
        m_reached.insert_or_assign(std::pair(symbol, batch.sync->kind), batch.sync);
    return asCount(*kept, batch);
}

/// Brings the job again until it is kept, refused or no longer wanted.
Result<Kept> SpooledHistory::keep(const WriteJob& job)
{
    for (;;) {
        auto answer = m_writer.submit(job);
        while (answer.wait_for(LOOK_EVERY) != std::future_status::ready) {
            if (m_cancel.load())
                return cancelled();
        }
        auto kept = answer.get();
        if (kept || !mayPass(kept.error()))
            return kept;
        if (!pause(kept.error()))
            return cancelled();
    }
}

bool SpooledHistory::pause(const Error& why)
{
    if (m_told && m_toldReason != why.what)
        m_told(why);
    m_toldReason = why.what;
    const WriterState before = m_writer.state();
    const auto isOther = [&](const WriterState& state) {
        return state.spool.batches < before.spool.batches || state.phase != before.phase;
    };
    for (int i = 0; i < LOOKS_A_TRY && !m_cancel.load(); ++i) {
        if (m_writer.waitUntil(isOther, LOOK_EVERY))
            break;
    }
    return !m_cancel.load();
}

void SpooledHistory::goOn()
{
    if (m_told && !m_toldReason.empty())
        m_told(std::nullopt);
    m_toldReason.clear();
}

} // namespace core::history
