// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvrows.h"
#include "core/history/csvtrades.h"

#include <atomic>
#include <map>

namespace core::history {

/// What the whole file says, gathered row by row.
struct Survey
{
    std::int64_t rows = 0;
    std::int64_t usable = 0;
    int decimals = 0;
    int lotDecimals = 0; ///< Of trades.
    double turnover = 0.0; ///< Sum of close × volume.
    bool rises = true;
    bool falls = true;
    std::optional<Timestamp> before;
    Nanoseconds grid{0}; ///< Every time is a multiple of it away from every other.
    std::map<Nanoseconds, std::int64_t> spacings;
    Reason firstFault;
    std::int64_t firstFaultLine = 0;

    void add(const CsvRow& row);
    void add(const CsvTrade& trade);

private:
    void addTime(Timestamp time);
};

/// Reads every row by the plan, and fills its preview. Fails with Cancelled, and on what cannot be read.
[[nodiscard]] Result<Survey> surveyRows(LineReader& reader, ImportPlan& plan, TimeFormat format,
                                        const std::atomic<bool>* cancel);

} // namespace core::history
