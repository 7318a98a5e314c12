// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/spoolrecord.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace core::history {

using market::Candle;
using market::Instrument;
using market::Timeframe;
using market::Trade;

namespace {

/// Times beyond the year 2223, or as far before 1970, would overflow where candles are counted from them.
constexpr std::int64_t FARTHEST = 8'000'000'000'000'000'000;
constexpr std::size_t TRADE_BYTES = 33;
constexpr std::size_t CANDLE_BYTES = 52;

class Sink
{
public:
    explicit Sink(std::string& bytes) : m_bytes(bytes) {}

    void word(std::uint64_t value, int size = 8)
    {
        for (int shift = 0; shift < size * 8; shift += 8)
            m_bytes.push_back(static_cast<char>((value >> shift) & 0xff));
    }
    void whole(std::int64_t value) { word(static_cast<std::uint64_t>(value)); }
    void small(std::int32_t value) { word(static_cast<std::uint32_t>(value), 4); }
    void flag(bool value) { word(value ? 1 : 0, 1); }
    void time(Timestamp value) { whole(value.time_since_epoch().count()); }
    void range(TimeRange value)
    {
        time(value.from);
        time(value.to);
    }
    void text(std::string_view value)
    {
        word(value.size(), 4);
        m_bytes += value;
    }

private:
    std::string& m_bytes;
};

/// Reads what a Sink wrote. Once something is missing or out of its range everything after it is nothing.
class Source
{
public:
    explicit Source(std::string_view bytes) : m_rest(bytes) {}

    std::uint64_t word(std::size_t size = 8)
    {
        std::uint64_t value = 0;
        const std::string_view bytes = take(size);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
        return value;
    }
    std::int64_t whole() { return static_cast<std::int64_t>(word()); }
    std::int32_t small() { return static_cast<std::int32_t>(static_cast<std::uint32_t>(word(4))); }
    std::uint8_t upTo(std::uint8_t most)
    {
        const std::uint64_t value = word(1);
        if (value > most)
            m_good = false;
        return m_good ? static_cast<std::uint8_t>(value) : std::uint8_t(0);
    }
    bool flag() { return upTo(1) != 0; }
    Timestamp time()
    {
        const std::int64_t value = whole();
        if (value < -FARTHEST || value > FARTHEST)
            m_good = false;
        return Timestamp(Nanoseconds(m_good ? value : 0));
    }
    TimeRange range()
    {
        const Timestamp from = time();
        return {from, time()};
    }
    std::string text() { return std::string(take(word(4))); }
    /// A number of items of at least so many bytes each that must still be there.
    std::size_t count(std::size_t bytesEach)
    {
        const std::uint64_t value = word(4);
        if (value > m_rest.size() / bytesEach)
            m_good = false;
        return m_good ? static_cast<std::size_t>(value) : 0;
    }
    Timeframe timeframe()
    {
        const Nanoseconds length(whole());
        const auto known = std::find_if(market::ALL_TIMEFRAMES.begin(), market::ALL_TIMEFRAMES.end(),
                                        [&](Timeframe one) { return one.length() == length; });
        if (known != market::ALL_TIMEFRAMES.end())
            return *known;
        m_good = false;
        return market::ONE_MINUTE;
    }
    void reject() { m_good = false; }
    [[nodiscard]] bool isWhole() const { return m_good && m_rest.empty(); }

private:
    std::string_view take(std::uint64_t size)
    {
        if (!m_good || size > m_rest.size()) {
            m_good = false;
            return {};
        }
        const std::string_view taken = m_rest.substr(0, static_cast<std::size_t>(size));
        m_rest.remove_prefix(taken.size());
        return taken;
    }

    std::string_view m_rest;
    bool m_good = true;
};

void put(Sink& sink, const Instrument& instrument)
{
    sink.text(instrument.venue);
    sink.text(instrument.symbol.text());
    sink.small(instrument.priceDecimals);
    sink.small(instrument.lotDecimals);
    sink.whole(instrument.minimumLots);
    sink.whole(instrument.minimumCost.count());
    sink.word(static_cast<std::uint8_t>(instrument.volumeUnit), 1);
    sink.word(static_cast<std::uint8_t>(instrument.kind), 1);
}

Instrument takeInstrument(Source& source)
{
    Instrument instrument;
    instrument.venue = source.text();
    auto symbol = Symbol::parse(source.text());
    if (symbol)
        instrument.symbol = std::move(*symbol);
    else
        source.reject();
    instrument.priceDecimals = source.small();
    instrument.lotDecimals = source.small();
    const auto inRange = [](int decimals) { return decimals >= 0 && decimals <= MAX_DECIMALS; };
    if (!inRange(instrument.priceDecimals) || !inRange(instrument.lotDecimals))
        source.reject();
    instrument.minimumLots = source.whole();
    instrument.minimumCost = Money(source.whole());
    instrument.volumeUnit = static_cast<market::VolumeUnit>(source.upTo(1));
    instrument.kind = static_cast<market::InstrumentKind>(source.upTo(1));
    return instrument;
}

void put(Sink& sink, const market::TradeColumns& trades)
{
    sink.word(trades.count(), 4);
    for (std::size_t i = 0; i < trades.count(); ++i) {
        sink.time(trades.time[i]);
        sink.whole(trades.price[i].ticks());
        sink.whole(trades.size[i].lots());
        sink.word(static_cast<std::uint8_t>(trades.taker[i]), 1);
        sink.word(trades.id[i]);
    }
}

market::TradeColumns takeTrades(Source& source)
{
    market::TradeColumns trades;
    const std::size_t count = source.count(TRADE_BYTES);
    trades.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Trade trade;
        trade.time = source.time();
        trade.price = Price(source.whole());
        trade.size = Quantity(source.whole());
        trade.taker = static_cast<market::TakerSide>(source.upTo(static_cast<std::uint8_t>(market::TakerSide::Sell)));
        trade.id = source.word();
        trades.push(trade);
    }
    return trades;
}

void put(Sink& sink, const market::CandleColumns& candles)
{
    sink.word(candles.size(), 4);
    for (std::size_t i = 0; i < candles.size(); ++i) {
        sink.time(candles.openTime[i]);
        for (const Price price : {candles.open[i], candles.high[i], candles.low[i], candles.close[i]})
            sink.whole(price.ticks());
        sink.word(std::bit_cast<std::uint64_t>(candles.volume[i]));
        sink.small(candles.trades[i]);
    }
}

market::CandleColumns takeCandles(Source& source)
{
    market::CandleColumns candles;
    const std::size_t count = source.count(CANDLE_BYTES);
    candles.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Candle candle;
        candle.openTime = source.time();
        for (Price* price : {&candle.open, &candle.high, &candle.low, &candle.close})
            *price = Price(source.whole());
        candle.volume = std::bit_cast<double>(source.word());
        candle.trades = source.small();
        candles.push(candle);
    }
    return candles;
}

void put(Sink& sink, const VerifiedRange& verified)
{
    sink.flag(verified.timeframe.has_value());
    if (verified.timeframe)
        sink.whole(verified.timeframe->length().count());
    sink.range(verified.range);
}

VerifiedRange takeVerified(Source& source)
{
    VerifiedRange verified;
    if (source.flag())
        verified.timeframe = source.timeframe();
    verified.range = source.range();
    return verified;
}

void put(Sink& sink, const SyncStatus& sync)
{
    sink.text(sync.kind);
    sink.time(sync.oldest);
    sink.time(sync.newest);
    sink.text(sync.cursor);
}

SyncStatus takeSync(Source& source)
{
    SyncStatus sync;
    sync.kind = source.text();
    sync.oldest = source.time();
    sync.newest = source.time();
    sync.cursor = source.text();
    return sync;
}

Error doesNotFit(const Instrument& to)
{
    return {ErrorCode::Overflow,
            fmt::format("Numbers of {} do not fit with {} decimals of price and {} of size", to.symbol.text(),
                        to.priceDecimals, to.lotDecimals),
            "Store its finer prices under another symbol."};
}

template <typename Number> bool grow(std::vector<Number>& numbers, std::int64_t factor, std::int64_t (*count)(Number))
{
    for (Number& number : numbers) {
        const Int128 grown = Int128(count(number)) * factor;
        if (!fitsInt64(grown))
            return false;
        number = Number(static_cast<std::int64_t>(grown));
    }
    return true;
}

} // namespace

std::string encode(const SpoolRecord& record)
{
    std::string bytes;
    bytes.reserve(256 + TRADE_BYTES * record.batch.trades.count() + CANDLE_BYTES * record.batch.candles.size());
    Sink sink(bytes);
    const HistoryBatch& batch = record.batch;
    sink.time(record.spooledAt);
    put(sink, record.instrument);
    put(sink, batch.trades);
    sink.flag(batch.minutes.has_value());
    if (batch.minutes)
        sink.range(*batch.minutes);
    sink.whole(batch.timeframe.length().count());
    put(sink, batch.candles);
    sink.flag(batch.verified.has_value());
    if (batch.verified)
        put(sink, *batch.verified);
    sink.flag(batch.sync.has_value());
    if (batch.sync)
        put(sink, *batch.sync);
    return bytes;
}

Result<SpoolRecord> decode(std::string_view bytes)
{
    Source source(bytes);
    SpoolRecord record;
    HistoryBatch& batch = record.batch;
    record.spooledAt = source.time();
    record.instrument = takeInstrument(source);
    batch.trades = takeTrades(source);
    if (source.flag())
        batch.minutes = source.range();
    batch.timeframe = source.timeframe();
    batch.candles = takeCandles(source);
    if (source.flag())
        batch.verified = takeVerified(source);
    if (source.flag())
        batch.sync = takeSync(source);
    if (!source.isWhole())
        return Error{ErrorCode::Corrupt, "A record of the spool has not its form", ""};
    return record;
}

Result<void> rescale(HistoryBatch& batch, const Instrument& from, const Instrument& to)
{
    const std::int64_t price = powerOfTen(to.priceDecimals - from.priceDecimals);
    const std::int64_t lot = powerOfTen(to.lotDecimals - from.lotDecimals);
    const auto ticks = [](Price value) { return value.ticks(); };
    const auto lots = [](Quantity value) { return value.lots(); };
    bool fits = lot == 1 || grow<Quantity>(batch.trades.size, lot, lots);
    if (price != 1) {
        for (auto* prices : {&batch.trades.price, &batch.candles.open, &batch.candles.high, &batch.candles.low,
                             &batch.candles.close})
            fits = fits && grow<Price>(*prices, price, ticks);
    }
    if (!fits)
        return doesNotFit(to);
    return {};
}

} // namespace core::history
