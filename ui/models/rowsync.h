// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace ui::models {

/// Brings `rows` to `next`, both in ascending order of `key`, by single insertions and removals, so
/// that selections and scroll positions stay with their rows. `remove(row)` and `insert(row)`
/// bracket each change with the model's begin and end calls around `apply`. Rows kept take their
/// new values at once. Returns true when rows were kept, which the caller then reports as one
/// changed range.
template <typename Row, typename Key, typename Insert, typename Remove>
bool syncRows(std::vector<Row>& rows, std::vector<Row> next, Key key, Insert insert, Remove remove)
{
    bool kept = false;
    std::size_t i = 0;
    for (auto& row : next) {
        while (i < rows.size() && key(rows[i]) < key(row))
            remove(i, [&] { rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i)); });
        if (i < rows.size() && key(rows[i]) == key(row)) {
            rows[i] = std::move(row);
            kept = true;
        } else {
            insert(i, [&] {
                rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(i), std::move(row));
            });
        }
        ++i;
    }
    while (i < rows.size())
        remove(i, [&] { rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i)); });
    return kept;
}

} // namespace ui::models
