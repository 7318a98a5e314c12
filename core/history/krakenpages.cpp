// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/krakenpages.h"

#include "core/history/seriesname.h"

#include <charconv>

#include <fmt/format.h>

namespace core::history {

using nlohmann::json;

namespace {

constexpr std::size_t MAX_ROWS = 100'000;
/// How far the cursor may lie from the last row, whose time has fewer digits.
constexpr std::int64_t CURSOR_SLACK = 1'000'000;
constexpr auto CLOCK_SLACK = std::chrono::hours(24);

Error malformed(const std::string& what)
{
    return {ErrorCode::Corrupt, "Kraken's answer has not the form it should have: " + what,
            "Nothing of it was stored."};
}

/// Text, or a number whose text stands for itself; empty for anything else.
std::string textOf(const json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    return value.is_number_integer() ? value.dump() : std::string();
}

std::optional<std::int64_t> wholeOf(const json& value)
{
    const std::string text = textOf(value);
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    return fault == std::errc() && rest == end && !text.empty() ? std::optional(number) : std::nullopt;
}

/// The rows of a result, under whatever name Kraken has for the pair.
const json* rowsOf(const json& result)
{
    const json* rows = nullptr;
    if (!result.is_object())
        return nullptr;
    for (const auto& [key, value] : result.items()) {
        if (key == "last")
            continue;
        if (rows || !value.is_array() || value.size() > MAX_ROWS)
            return nullptr;
        rows = &value;
    }
    return rows;
}

bool isRow(const json& row, std::size_t columns)
{
    return row.is_array() && row.size() >= columns;
}

const char* readPositive(const json& value, Decimal& number)
{
    if (const char* fault = readDecimal(textOf(value), number))
        return fault;
    if (number.digits <= 0)
        return "is zero or negative";
    return number.decimals > MAX_DECIMALS ? "has more than 12 decimals" : nullptr;
}

/// What is wrong with the row although it has the form.
std::string readTrade(const json& row, Timestamp now, CsvTrade& trade)
{
    if (const char* fault = readPositive(row[0], trade.price))
        return std::string("the price ") + fault;
    if (const char* fault = readPositive(row[1], trade.size))
        return std::string("the volume ") + fault;
    if (trade.time > now + CLOCK_SLACK)
        return "the time lies in the future";
    const std::string side = textOf(row[3]);
    trade.taker = side == "b"   ? market::TakerSide::Buy
                  : side == "s" ? market::TakerSide::Sell
                                : market::TakerSide::Unknown;
    return {};
}

std::optional<int> decimalsIn(const json& pair, const char* name)
{
    const auto found = pair.find(name);
    const auto number = found == pair.end() ? std::nullopt : wholeOf(*found);
    if (!number || *number < 0 || *number > MAX_DECIMALS)
        return std::nullopt;
    return static_cast<int>(*number);
}

/// A count of 10^-decimals units, at least; `otherwise` where it is not given.
std::int64_t minimumIn(const json& pair, const char* name, int decimals, std::int64_t otherwise)
{
    const auto found = pair.find(name);
    if (found == pair.end())
        return otherwise;
    const auto count = parseDecimal(textOf(*found), decimals);
    return count && *count > otherwise ? *count : otherwise;
}

/// "XBT/USD" is BTC/USD.
bool isPairOf(const json& pair, const Symbol& symbol)
{
    const auto name = pair.is_object() ? pair.find("wsname") : pair.end();
    if (!pair.is_object() || name == pair.end() || !name->is_string())
        return false;
    const auto written = Symbol::parse(name->get<std::string>());
    return written && assetName(written->base()) == assetName(symbol.base()) &&
           assetName(written->quote()) == assetName(symbol.quote());
}

} // namespace

std::string krakenName(const Symbol& symbol)
{
    const auto part = [](const std::string& name) -> std::string {
        const std::string asset = assetName(name);
        return asset == "BTC" ? "XBT" : asset == "DOGE" ? "XDG" : asset;
    };
    return part(symbol.base()) + part(symbol.quote());
}

Result<KrakenPair> readKrakenPair(const json& result, const Symbol& symbol)
{
    if (!result.is_object())
        return malformed("the pairs are no object");
    for (const auto& [key, pair] : result.items()) {
        if (!isPairOf(pair, symbol))
            continue;
        const auto price = decimalsIn(pair, "pair_decimals");
        const auto lot = decimalsIn(pair, "lot_decimals");
        if (!price || !lot)
            return malformed("the pair's decimals are no numbers from 0 to 12");
        KrakenPair known;
        known.name = krakenName(symbol);
        known.instrument.symbol = symbol;
        known.instrument.priceDecimals = *price;
        known.instrument.lotDecimals = *lot;
        known.instrument.minimumLots = minimumIn(pair, "ordermin", *lot, 1);
        known.instrument.minimumCost = Money(minimumIn(pair, "costmin", 8, 0));
        known.instrument.volumeUnit = market::VolumeUnit::Stated;
        return known;
    }
    return Error{ErrorCode::NotFound, fmt::format("Kraken does not trade {}", symbol.text()),
                 "Look at the names of its pairs on kraken.com."};
}

Result<KrakenTrades> readKrakenTrades(const json& result, Timestamp now)
{
    const json* rows = rowsOf(result);
    const auto last = rows && result.contains("last") ? wholeOf(result["last"]) : std::nullopt;
    if (!rows || !last || *last < 0)
        return malformed("trades or their cursor are missing");
    KrakenTrades page;
    page.last = *last;
    page.rows = static_cast<std::int64_t>(rows->size());
    std::int64_t newest = 0;
    for (const json& row : *rows) {
        CsvTrade trade;
        const auto time = isRow(row, 7) ? readTime(textOf(row[2]), TimeFormat::Seconds) : std::nullopt;
        const auto id = isRow(row, 7) ? wholeOf(row[6]) : std::nullopt;
        if (!time || !id || *id <= 0)
            return malformed("a trade has no time or no id");
        trade.time = *time;
        trade.id = static_cast<std::uint64_t>(*id);
        newest = std::max(newest, time->time_since_epoch().count());
        const std::string reason = readTrade(row, now, trade);
        page.marks.push_back({trade.id, trade.time, !reason.empty()});
        if (reason.empty())
            page.trades.push_back(trade);
        else if (++page.rejected == 1)
            page.firstRejection = reason;
    }
    // A cursor ahead of its rows would leave out what lies between.
    if (page.rows > 0 && std::abs(page.last - newest) > CURSOR_SLACK)
        return malformed("the cursor is not that of the last trade");
    return page;
}

Result<KrakenCandles> readKrakenCandles(const json& result)
{
    const json* rows = rowsOf(result);
    const auto last = rows && result.contains("last") ? wholeOf(result["last"]) : std::nullopt;
    const auto lastTime = last ? readTime(std::to_string(*last), TimeFormat::Seconds) : std::nullopt;
    if (!rows || rows->empty() || !lastTime)
        return malformed("candles or their end are missing");
    KrakenCandles page;
    page.last = *lastTime;
    for (const json& fields : *rows) {
        CsvRow row;
        const auto time = isRow(fields, 8) ? readTime(textOf(fields[0]), TimeFormat::Seconds) : std::nullopt;
        if (!time || (!page.closed.empty() && *time <= page.closed.back().time))
            return malformed("the times of candles do not rise");
        row.time = *time;
        if (&fields == &rows->front())
            page.from = row.time;
        const std::array<Decimal*, 4> prices = {&row.open, &row.high, &row.low, &row.close};
        for (std::size_t i = 0; i < prices.size(); ++i) {
            if (readPositive(fields[i + 1], *prices[i]))
                return malformed("a price is no positive number");
        }
        Decimal volume;
        const auto trades = wholeOf(fields[7]);
        if (readDecimal(textOf(fields[6]), volume) || volume.digits < 0 || !trades || *trades < 0 ||
            *trades > INT32_MAX)
            return malformed("a volume or a number of trades is none");
        row.volume = toDouble(volume.digits, volume.decimals);
        row.trades = static_cast<std::int32_t>(*trades);
        if (row.time <= page.last && volume.digits > 0)
            page.closed.push_back(row);
    }
    if (page.last < page.from - std::chrono::hours(24 * 7))
        return malformed("the last closed candle lies before the first");
    return page;
}

} // namespace core::history
