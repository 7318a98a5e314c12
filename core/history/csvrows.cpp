// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvrows.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace core::history {

namespace {

constexpr std::array<const char*, 4> PRICE_SUBJECTS = {"the open", "the high", "the low",
                                                       "the close"};
/// No market trades so much or so often; beyond it sums over a week would leave their types.
constexpr double MAX_VOLUME = 1e18;
constexpr std::int32_t MAX_TRADES = 100'000'000;

} // namespace

std::size_t columnOf(const std::vector<std::string>& columns, std::string_view role)
{
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), role) -
                                    columns.begin());
}

std::optional<std::size_t> optionalColumn(const std::vector<std::string>& columns,
                                          std::string_view role)
{
    const std::size_t column = columnOf(columns, role);
    return column < columns.size() ? std::optional(column) : std::nullopt;
}

Reason splitRow(std::string_view line, char delimiter, std::size_t columns, Fields& fields)
{
    splitFields(line, delimiter, fields);
    if (fields.quotesBroken)
        return {nullptr, "a quote is not closed"};
    if (fields.count != columns)
        return {nullptr, fields.count < columns ? "columns are missing" : "there are too many columns"};
    return {};
}

std::string Reason::text() const
{
    return subject ? std::string(subject) + " " + what : std::string(what ? what : "");
}

RowParser::RowParser(char delimiter, const std::vector<std::string>& columns, TimeFormat timeFormat)
    : m_delimiter(delimiter),
      m_columnCount(columns.size()),
      m_timeFormat(timeFormat),
      m_time(columnOf(columns, "time")),
      m_prices{columnOf(columns, "open"), columnOf(columns, "high"), columnOf(columns, "low"),
               columnOf(columns, "close")},
      m_volume(optionalColumn(columns, "volume")),
      m_trades(optionalColumn(columns, "trades"))
{}

Reason RowParser::parse(std::string_view line, CsvRow& row)
{
    if (const Reason reason = splitRow(line, m_delimiter, m_columnCount, m_fields))
        return reason;
    const auto time = readTime(field(m_time), m_timeFormat);
    if (!time)
        return {"the time", "cannot be read"};
    row.time = *time;
    if (const Reason reason = parsePrices(row))
        return reason;
    if (const Reason reason = parseVolume(row))
        return reason;
    return parseTrades(row);
}

Reason RowParser::parsePrices(CsvRow& row) const
{
    const std::array<Decimal*, 4> prices = {&row.open, &row.high, &row.low, &row.close};
    for (std::size_t i = 0; i < prices.size(); ++i) {
        if (const char* fault = readDecimal(field(m_prices[i]), *prices[i]))
            return {PRICE_SUBJECTS[i], fault};
        if (prices[i]->digits <= 0)
            return {PRICE_SUBJECTS[i], "is zero or negative"};
        if (prices[i]->decimals > MAX_DECIMALS)
            return {PRICE_SUBJECTS[i], "has more than 12 decimals"};
    }
    return {};
}

Reason RowParser::parseVolume(CsvRow& row) const
{
    row.volume = 0.0;
    if (!m_volume)
        return {};
    const std::string_view text = field(*m_volume);
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, row.volume);
    if (text.empty())
        return {"the volume", "is empty"};
    if (fault == std::errc::result_out_of_range && rest == end)
        return {"the volume", "is too large or too small"};
    if (fault != std::errc() || rest != end || !std::isfinite(row.volume))
        return {"the volume", "is not a number"};
    if (row.volume < 0)
        return {"the volume", "is negative"};
    if (row.volume > MAX_VOLUME)
        return {"the volume", "is too large or too small"};
    row.volume = std::abs(row.volume); // "-0" is zero.
    return {};
}

Reason RowParser::parseTrades(CsvRow& row) const
{
    row.trades = 0;
    if (!m_trades)
        return {};
    Decimal count;
    if (const char* fault = readDecimal(field(*m_trades), count))
        return {"the number of trades", fault};
    if (count.decimals > 0 || count.digits < 0 || count.digits > MAX_TRADES)
        return {"the number of trades", "is not a count"};
    row.trades = static_cast<std::int32_t>(count.digits);
    return {};
}

std::optional<Timestamp> openTimeOf(Timestamp time, market::Timeframe timeframe, Stamp stamp)
{
    const Timestamp open = timeframe.floor(stamp == Stamp::Open ? time : time - Nanoseconds(1));
    if (stamp == Stamp::Open)
        return open == time ? std::optional(open) : std::nullopt;
    const Nanoseconds early = open + timeframe.length() - time;
    for (const std::int64_t unit : {0LL, 1LL, 1'000LL, 1'000'000LL, 1'000'000'000LL}) {
        if (early == Nanoseconds(unit))
            return open;
    }
    return std::nullopt;
}

Reason toCandle(const CsvRow& row, const ImportPlan& plan, int priceDecimals, market::Candle& candle)
{
    const auto openTime = openTimeOf(row.time, plan.timeframe, plan.stamp);
    if (!openTime)
        return {"the time", "is not a multiple of the timeframe"};
    const std::array<const Decimal*, 4> prices = {&row.open, &row.high, &row.low, &row.close};
    std::array<Price, 4> ticks;
    for (std::size_t i = 0; i < prices.size(); ++i) {
        const auto count = scaled(*prices[i], priceDecimals);
        if (!count)
            return {PRICE_SUBJECTS[i], prices[i]->decimals > priceDecimals
                                           ? "has more decimals than the instrument"
                                           : "is too large for the instrument's decimals"};
        ticks[i] = Price(*count);
    }
    candle = {*openTime, ticks[0], ticks[1], ticks[2], ticks[3], row.volume, row.trades};
    return {nullptr, market::candleDefect(candle)};
}

bool isBlank(std::string_view line)
{
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

bool firstLine(LineReader& reader, std::string_view& line)
{
    while (reader.next(line)) {
        if (!isBlank(line) && !line.starts_with('#') && !line.starts_with("http"))
            return true;
    }
    return false;
}

} // namespace core::history
