// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bytes become a file, packed or not, that is planned and imported into memory. Whatever they are: no crash, every
// row is accounted for once, only true candles arrive, and a second import changes nothing.
#include "core/history/csvimport.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

namespace {

using namespace core;
using namespace core::history;
using namespace core::market;

void demand(bool condition)
{
    if (!condition)
        std::abort();
}

/// Keeps candles as the store does, without rollups.
class MemoryStore final : public HistoryStore
{
public:
    bool isConnected() const override { return true; }
    std::string database() override { return "memory"; }
    Result<std::vector<Coverage>> coverage() override { return std::vector<Coverage>(); }
    Result<Coverage> coverage(const Symbol&) override
    {
        return Error{ErrorCode::NotFound, "nothing", ""};
    }
    Result<CandleColumns> candles(const Symbol&, Timeframe, TimeRange,
                                  std::optional<std::size_t>) override
    {
        return CandleColumns();
    }
    Result<Instrument> putInstrument(const Instrument& instrument) override
    {
        demand(instrument.priceDecimals >= 0 && instrument.priceDecimals <= MAX_DECIMALS);
        return instrument;
    }
    Result<std::optional<TradeExtent>> tradeExtent(const Symbol&) override { return std::optional<TradeExtent>(); }
    Result<TradeColumns> trades(const Symbol&, TimeRange, std::optional<std::size_t>) override { return TradeColumns(); }
    Result<WriteCount> writeTrades(const Symbol&, const TradeColumns&) override { return WriteCount(); }
    Result<std::optional<SyncStatus>> syncStatus(const Symbol&, const std::string&) override
    {
        return std::optional<SyncStatus>();
    }
    Result<std::vector<TimeRange>> verified(const Symbol&, std::optional<Timeframe>) override { return std::vector<TimeRange>(); }
    Result<Gaps> gaps(const Symbol&, std::size_t) override { return Gaps(); }
    Result<std::vector<FundingRate>> fundingRates(const Symbol&, TimeRange) override { return std::vector<FundingRate>(); }
    Result<WriteCount> writeFundingRates(const Symbol&, std::span<const FundingRate>) override { return WriteCount(); }
    /// Keeps count of the trades at each time; makes no candles.
    Result<BatchCount> commit(const Symbol&, const HistoryBatch& batch) override
    {
        demand(batch.minutes && batch.minutes->from <= batch.trades.time.front() &&
               batch.trades.time.back() < batch.minutes->to && m_tradesTo <= batch.minutes->from);
        m_tradesTo = batch.minutes->to;
        BatchCount count;
        count.trades.inserted = static_cast<std::int64_t>(batch.trades.count());
        for (std::size_t i = 0; i < batch.trades.count(); ++i) {
            demand(batch.trades.price[i].ticks() > 0 && batch.trades.size[i].lots() > 0);
            demand(i == 0 || toMicroseconds(batch.trades.time[i - 1]) <= toMicroseconds(batch.trades.time[i]));
        }
        return count;
    }
    Result<WriteCount> write(const Symbol&, Timeframe timeframe,
                             const CandleColumns& columns) override
    {
        WriteCount count;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const Candle candle = columns.at(i);
            demand(!candleDefect(candle));
            demand(timeframe.floor(candle.openTime) == candle.openTime);
            demand(i == 0 || columns.openTime[i - 1] < candle.openTime);
            const auto known = m_candles.find(candle.openTime);
            if (known == m_candles.end())
                ++count.inserted;
            else
                ++(known->second == candle ? count.unchanged : count.changed);
            m_candles[candle.openTime] = candle;
        }
        return count;
    }

private:
    std::map<Timestamp, Candle> m_candles;
    Timestamp m_tradesTo = Timestamp::min();
};

ImportOptions optionsBy(std::uint8_t choice)
{
    ImportOptions options;
    options.symbol = *Symbol::parse("BTC/USD");
    if (choice & 1)
        options.timeframe = ONE_MINUTE;
    if (choice & 2)
        options.columns = "time,open,high,low,close,volume";
    if (choice & 4)
        options.volume = choice & 8 ? VolumeColumn::Quote : VolumeColumn::Base;
    if (choice & 16)
        options.priceDecimals = 2;
    if (choice & 32)
        options.columns = "time,price,volume";
    if (choice & 64)
        options.stamp = Stamp::Close;
    return options;
}

WriteCount import(MemoryStore& store, const std::string& file, const ImportOptions& options,
                  const ImportPlan& plan)
{
    const std::atomic<bool> never = false;
    const auto report = importCsv(store, file, options, plan, {}, never);
    if (!report)
        return {};
    const WriteCount& count = report->written;
    const std::int64_t stored = holdsTrades(plan) ? report->trades.inserted : count.inserted + count.changed + count.unchanged;
    demand(report->rows == report->badRows + report->duplicates + stored);
    demand(report->rows == plan.dataRows);
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    static const int descriptor = memfd_create("fuzz", 0);
    demand(ftruncate(descriptor, 0) == 0);
    demand(pwrite(descriptor, data + 1, size - 1, 0) == static_cast<ssize_t>(size - 1));
    const std::string file = fmt::format("/proc/self/fd/{}", descriptor);
    const ImportOptions options = optionsBy(data[0]);
    const auto plan = planImport(file, options);
    if (!plan)
        return 0;
    MemoryStore store;
    import(store, file, options, *plan);
    if (holdsTrades(*plan))
        return 0;
    const WriteCount again = import(store, file, options, *plan);
    demand(again.inserted + again.changed == 0);
    return 0;
}
