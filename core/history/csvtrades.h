// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvrows.h"
#include "core/market/trade.h"

namespace core::history {

/// A trade as written, before it is put on an instrument's grids.
struct CsvTrade
{
    Timestamp time;
    Decimal price;
    Decimal size;
    market::TakerSide taker = market::TakerSide::Unknown;
    std::uint64_t id = 0;
};

/// Reads rows of trades by a plan's delimiter, columns and time format, without allocation.
class TradeParser
{
public:
    /// `columns` must hold time, price and volume.
    TradeParser(char delimiter, const std::vector<std::string>& columns, TimeFormat timeFormat);

    [[nodiscard]] Reason parse(std::string_view line, CsvTrade& trade);
    /// The fields of the line parsed last.
    [[nodiscard]] const Fields& fields() const { return m_fields; }

private:
    [[nodiscard]] Reason parseExtras(CsvTrade& trade) const;

    char m_delimiter;
    std::size_t m_columnCount;
    TimeFormat m_timeFormat;
    std::size_t m_time;
    std::size_t m_price;
    std::size_t m_size;
    std::optional<std::size_t> m_side;
    std::optional<std::size_t> m_id;
    Fields m_fields;
};

/// Puts a trade on the grids of ticks and lots.
[[nodiscard]] Reason toTrade(const CsvTrade& row, const market::Instrument& instrument, market::Trade& trade);

} // namespace core::history
