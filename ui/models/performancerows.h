// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/performancetablemodel.h"

#include <functional>

namespace ui::models {

/// A figure as it is shown, or why there is none.
struct PerformanceValue
{
    QString text;
    QString missing;   ///< The reason; then the text says "n/a".
    double sign = 0.0; ///< Colours the text as profit or loss; 0 does not.
};

/// A row of the table: a group's title, or a figure of every column.
struct PerformanceTableModel::Row
{
    QString label;
    QString hint;
    std::function<PerformanceValue(const PerformanceColumn&)> value; ///< None for a group.
    bool needsTrades = false; ///< Buy and hold has no such figure.
};

/// All rows in their order: returns, risk, round trips, costs.
[[nodiscard]] std::vector<PerformanceTableModel::Row> performanceRows();

} // namespace ui::models
