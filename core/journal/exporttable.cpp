// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/exporttable.h"

#include "core/journal/jsonline.h"

#include <cmath>

namespace core::journal {

namespace {

constexpr std::size_t FULL = 64 * 1024;

} // namespace

void appendCsvField(std::string& out, std::string_view value)
{
    if (value.find_first_of("\",\r\n") == std::string_view::npos) {
        out += value;
        return;
    }
    out += '"';
    for (const char c : value) {
        out += c;
        if (c == '"')
            out += '"';
    }
    out += '"';
}

ExportTable::ExportTable(std::ostream& out, ExportFormat format,
                         std::span<const std::string_view> columns)
    : m_out(out), m_format(format), m_columns(columns)
{
    if (m_format != ExportFormat::Csv)
        return;
    for (const std::string_view column : m_columns)
        text(column);
    endRow();
    m_rows = 0;
}

void ExportTable::beginCell()
{
    if (m_format == ExportFormat::Csv) {
        m_buffer += m_column == 0 ? "" : ",";
    } else {
        m_buffer += m_column == 0 ? "{" : ",";
        appendJsonText(m_buffer, m_columns[m_column]);
        m_buffer += ':';
    }
    ++m_column;
}

void ExportTable::text(std::string_view value)
{
    beginCell();
    if (m_format == ExportFormat::Csv)
        appendCsvField(m_buffer, value);
    else
        appendJsonText(m_buffer, value);
}

void ExportTable::literal(std::string_view value)
{
    beginCell();
    m_buffer += value;
}

void ExportTable::number(double value)
{
    if (!std::isfinite(value)) {
        unknown();
        return;
    }
    beginCell();
    appendJsonNumber(m_buffer, value);
}

void ExportTable::unknown()
{
    beginCell();
    if (m_format == ExportFormat::Jsonl)
        m_buffer += "null";
}

void ExportTable::endRow()
{
    m_buffer += m_format == ExportFormat::Csv ? "\r\n" : "}\n";
    m_column = 0;
    ++m_rows;
}

Result<void> ExportTable::flush()
{
    m_out.write(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
    m_buffer.clear();
    if (m_out)
        return {};
    return Error{ErrorCode::Io, "the export could not be written to its end",
                 "Check the disk's free space and write it again; the session was not touched."};
}

Result<void> ExportTable::flushIfFull()
{
    return m_buffer.size() < FULL ? Result<void>() : flush();
}

} // namespace core::journal
