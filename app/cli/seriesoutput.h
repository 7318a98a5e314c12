// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <string>
#include <string_view>
#include <vector>

namespace app::cli {

/// Prints a table with one row a bar: CSV with a header, or with --json one object with the
/// columns' names and the rows.
class SeriesOutput
{
public:
    SeriesOutput(Console& console, bool json, const std::vector<std::string>& columns);

    void time(core::Timestamp value);
    /// Digits as they are to be read.
    void digits(std::string_view value);
    /// Shortest digits that read back as the same double; empty (null) when it is not finite.
    void number(double value);
    void endRow();
    void end();

private:
    void beginCell();

    Console& m_console;
    const bool m_json;
    std::string m_buffer;
    bool m_firstCell = true;
    bool m_firstRow = true;
};

/// The candles a command is asked for.
struct Series
{
    core::history::Coverage coverage;
    core::market::Timeframe timeframe = core::market::ONE_MINUTE;
    core::market::CandleColumns candles;
};

/// The options that name candles.
struct SeriesRequest
{
    core::Symbol symbol;
    std::optional<core::market::Timeframe> timeframe;
    core::history::TimeRange range;
    [[nodiscard]] static core::Result<SeriesRequest> read(const Options& options);
};

/// Reads them; without a timeframe, `usual` or the finest stored one if that is coarser.
[[nodiscard]] core::Result<Series> readSeries(const Invocation& invocation,
                                              const SeriesRequest& request,
                                              core::market::Timeframe usual);

} // namespace app::cli
