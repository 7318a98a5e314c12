// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvtrades.h"

#include <charconv>
#include <cstdint>

namespace core::history {

using market::TakerSide;

namespace {

Reason parsePositive(const char* subject, std::string_view text, Decimal& value)
{
    if (const char* fault = readDecimal(text, value))
        return {subject, fault};
    if (value.digits <= 0)
        return {subject, "is zero or negative"};
    if (value.decimals > MAX_DECIMALS)
        return {subject, "has more than 12 decimals"};
    return {};
}

std::optional<TakerSide> sideOf(std::string_view text)
{
    if (text == "b" || text == "buy" || text == "B" || text == "BUY" || text == "Buy")
        return TakerSide::Buy;
    if (text == "s" || text == "sell" || text == "S" || text == "SELL" || text == "Sell")
        return TakerSide::Sell;
    return std::nullopt;
}

} // namespace

TradeParser::TradeParser(char delimiter, const std::vector<std::string>& columns, TimeFormat timeFormat)
    : m_delimiter(delimiter),
      m_columnCount(columns.size()),
      m_timeFormat(timeFormat),
      m_time(columnOf(columns, "time")),
      m_price(columnOf(columns, "price")),
      m_size(columnOf(columns, "volume")),
      m_side(optionalColumn(columns, "side")),
      m_id(optionalColumn(columns, "id"))
{}

Reason TradeParser::parse(std::string_view line, CsvTrade& trade)
{
    if (const Reason reason = splitRow(line, m_delimiter, m_columnCount, m_fields))
        return reason;
    const auto time = readTime(m_fields.text[m_time], m_timeFormat);
    if (!time)
        return {"the time", "cannot be read"};
    trade.time = *time;
    if (const Reason reason = parsePositive("the price", m_fields.text[m_price], trade.price))
        return reason;
    if (const Reason reason = parsePositive("the volume", m_fields.text[m_size], trade.size))
        return reason;
    return parseExtras(trade);
}

Reason TradeParser::parseExtras(CsvTrade& trade) const
{
    if (m_side) {
        const auto side = sideOf(m_fields.text[*m_side]);
        if (!side)
            return {"the side", "is neither buy nor sell"};
        trade.taker = *side;
    }
    if (!m_id)
        return {};
    const std::string_view text = m_fields.text[*m_id];
    const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), trade.id);
    if (fault != std::errc() || rest != text.data() + text.size() || trade.id == 0 || trade.id > INT64_MAX)
        return {"the id", "is not a number of a trade"};
    return {};
}

Reason toTrade(const CsvTrade& row, const market::Instrument& instrument, market::Trade& trade)
{
    const auto price = scaled(row.price, instrument.priceDecimals);
    if (!price)
        return {"the price", "needs more decimals than the instrument has, or is too large for them"};
    const auto size = scaled(row.size, instrument.lotDecimals);
    if (!size)
        return {"the volume", "needs more decimals than the instrument has, or is too large for them"};
    trade = {row.time, Price(*price), Quantity(*size), row.taker, row.id};
    return {};
}

} // namespace core::history
