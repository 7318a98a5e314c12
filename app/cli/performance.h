// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"

#include "core/analytics/performance.h"

#include <string>
#include <vector>

namespace app::cli {

/// The figures of an equity curve without exposure. What has no value is null, and `reasons` says
/// why, by the same name. Money is a decimal string.
[[nodiscard]] Json performanceJson(const core::analytics::EquityReport& report);
/// Those of an account or of all: the equity curve's and the trades', in one object.
[[nodiscard]] Json performanceJson(const core::analytics::Report& report);

/// One column of the table for people.
struct PerformanceColumn
{
    std::string title;
    const core::analytics::EquityReport* equity = nullptr;
    const core::analytics::TradeReport* trades = nullptr; ///< None for buy and hold.
};
/// Aligned lines, a figure each; "n/a" refers to the reasons below the table.
[[nodiscard]] std::vector<std::string>
performanceTable(const std::vector<PerformanceColumn>& columns);

} // namespace app::cli
