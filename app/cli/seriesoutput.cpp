// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seriesoutput.h"

#include <cmath>

namespace app::cli {

namespace market = core::market;
using core::Result;

namespace {

constexpr std::size_t FULL = 64 * 1024;

} // namespace

SeriesOutput::SeriesOutput(Console& console, bool json, const std::vector<std::string>& columns)
    : m_console(console), m_json(json)
{
    if (m_json) {
        m_buffer = "{\"columns\":" + Json(columns).dump() + ",\"rows\":[";
        return;
    }
    for (const std::string& column : columns)
        digits(column);
    endRow();
}

void SeriesOutput::beginCell()
{
    if (m_firstCell && m_json)
        m_buffer += m_firstRow ? "\n[" : ",\n[";
    if (!m_firstCell)
        m_buffer += ',';
    m_firstCell = false;
}

void SeriesOutput::time(core::Timestamp value)
{
    beginCell();
    const std::string text = core::formatTimestampShort(value);
    m_buffer += m_json ? "\"" + text + "\"" : text;
}

void SeriesOutput::digits(std::string_view value)
{
    beginCell();
    m_buffer += value;
}

void SeriesOutput::number(double value)
{
    beginCell();
    if (std::isfinite(value))
        m_buffer += core::formatDouble(value);
    else
        m_buffer += m_json ? "null" : "";
}

void SeriesOutput::endRow()
{
    m_buffer += m_json ? "]" : "\n";
    m_firstCell = true;
    m_firstRow = false;
    if (m_buffer.size() < FULL)
        return;
    m_console.print(m_buffer);
    m_buffer.clear();
}

void SeriesOutput::end()
{
    m_console.print(m_buffer);
    m_console.print(m_json ? "]}\n" : "");
    m_buffer.clear();
}

Result<SeriesRequest> SeriesRequest::read(const Options& options)
{
    SeriesRequest request;
    auto symbol = options.symbol();
    if (!symbol)
        return symbol.error();
    request.symbol = std::move(*symbol);
    if (const auto good = options.timeframe("timeframe", request.timeframe); !good)
        return good.error();
    const auto range = options.range();
    if (!range)
        return range.error();
    request.range = *range;
    return request;
}

Result<Series> readSeries(const Invocation& invocation, const SeriesRequest& request,
                          market::Timeframe usual)
{
    auto store = invocation.openHistory();
    if (!store)
        return store.error();
    auto coverage = (*store)->coverage(request.symbol);
    if (!coverage)
        return coverage.error();
    Series series;
    series.timeframe = request.timeframe.value_or(std::max(usual, coverage->finest));
    series.coverage = std::move(*coverage);
    auto candles = (*store)->candles(request.symbol, series.timeframe, request.range);
    if (!candles)
        return candles.error();
    series.candles = std::move(*candles);
    return series;
}

} // namespace app::cli
