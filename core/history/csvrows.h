// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvfields.h"
#include "core/history/csvimport.h"
#include "core/history/linereader.h"

namespace core::history {

/// A row as written, before it is put on an instrument's grid.
struct CsvRow
{
    Timestamp time;
    Decimal open;
    Decimal high;
    Decimal low;
    Decimal close;
    double volume = 0.0;
    std::int32_t trades = 0;
};

/// Why a row was left out: "the open" + " is not a number". Both live for ever.
struct Reason
{
    const char* subject = nullptr;
    const char* what = nullptr;
    explicit operator bool() const { return what != nullptr; }
    [[nodiscard]] std::string text() const;
};

/// The column of a role; the number of columns where none has it.
[[nodiscard]] std::size_t columnOf(const std::vector<std::string>& columns, std::string_view role);
[[nodiscard]] std::optional<std::size_t> optionalColumn(const std::vector<std::string>& columns,
                                                        std::string_view role);
/// Takes a row apart and checks that it has all columns.
[[nodiscard]] Reason splitRow(std::string_view line, char delimiter, std::size_t columns, Fields& fields);

/// Reads data rows by a plan's delimiter, columns and time format, without allocation.
class RowParser
{
public:
    /// `columns` must hold every role that a candle needs.
    RowParser(char delimiter, const std::vector<std::string>& columns, TimeFormat timeFormat);

    [[nodiscard]] Reason parse(std::string_view line, CsvRow& row);
    /// The fields of the line parsed last.
    [[nodiscard]] const Fields& fields() const { return m_fields; }

private:
    [[nodiscard]] std::string_view field(std::size_t column) const { return m_fields.text[column]; }
    [[nodiscard]] Reason parsePrices(CsvRow& row) const;
    [[nodiscard]] Reason parseVolume(CsvRow& row) const;
    [[nodiscard]] Reason parseTrades(CsvRow& row) const;

    char m_delimiter;
    std::size_t m_columnCount;
    TimeFormat m_timeFormat;
    std::size_t m_time = 0;
    std::array<std::size_t, 4> m_prices{};
    std::optional<std::size_t> m_volume;
    std::optional<std::size_t> m_trades;
    Fields m_fields;
};

/// The open time of the candle that `time` stamps; nothing when it lies off the timeframe's grid. A close
/// may also be written as the last second, ms, µs or ns of its candle.
[[nodiscard]] std::optional<Timestamp> openTimeOf(Timestamp time, market::Timeframe timeframe, Stamp stamp);
/// Puts a row on the grid of ticks and times. Volume stays in the unit of the file.
[[nodiscard]] Reason toCandle(const CsvRow& row, const ImportPlan& plan, int priceDecimals,
                              market::Candle& candle);

/// The first line that is neither blank nor a comment (#…) nor a link, as some archives begin with.
[[nodiscard]] bool firstLine(LineReader& reader, std::string_view& line);
[[nodiscard]] bool isBlank(std::string_view line);

} // namespace core::history
