// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/exporter.h"

#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace core::journal {

/// Writes rows of one table as CSV (RFC 4180, CRLF, with a header) or JSONL. Give each row one cell
/// a column, in order, then endRow.
class ExportTable
{
public:
    ExportTable(std::ostream& out, ExportFormat format, std::span<const std::string_view> columns);

    void text(std::string_view value);
    /// A number or truth value as JSON spells it.
    void literal(std::string_view value);
    void number(double value);
    /// A value that is not known: an empty field, or null.
    void unknown();
    void endRow();

    /// Writes what is gathered. Fails with Io when the stream refuses.
    [[nodiscard]] Result<void> flush();
    /// Flushes when much is gathered.
    [[nodiscard]] Result<void> flushIfFull();
    [[nodiscard]] std::int64_t rows() const { return m_rows; }

private:
    void beginCell();

    std::ostream& m_out;
    const ExportFormat m_format;
    const std::span<const std::string_view> m_columns;
    std::string m_buffer;
    std::size_t m_column = 0;
    std::int64_t m_rows = 0;
};

/// Appends a field of RFC 4180: in quotes when it holds a quote, a comma or a line end.
void appendCsvField(std::string& out, std::string_view value);

} // namespace core::journal
