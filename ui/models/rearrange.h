// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/logorder.h"

#include <QAbstractItemModel>

#include <cstddef>
#include <vector>

namespace ui::models {

/// Changes the order and says where the rows of `indexes` went, so that a model can move its
/// persistent indexes along. `offset` rows above the log are not part of it and stay.
template <typename Change>
QModelIndexList followRows(const QAbstractItemModel& model, LogOrder& order, int offset,
                           const QModelIndexList& indexes, const Change& change)
{
    std::vector<std::size_t> entries;
    entries.reserve(static_cast<std::size_t>(indexes.size()));
    for (const auto& index : indexes)
        entries.push_back(index.row() < offset
                              ? 0
                              : order.entryAt(static_cast<std::size_t>(index.row() - offset)));
    change();
    // A table with a row selected has an index for each of its cells: look each entry up once.
    QModelIndexList moved;
    std::size_t lastEntry = 0;
    int lastRow = -1;
    for (qsizetype i = 0; i < indexes.size(); ++i) {
        const auto& index = indexes[i];
        const auto entry = entries[static_cast<std::size_t>(i)];
        if (index.row() < offset) {
            moved.append(index);
            continue;
        }
        if (lastRow < 0 || entry != lastEntry)
            lastRow = offset + static_cast<int>(order.rowOf(entry));
        lastEntry = entry;
        moved.append(model.index(lastRow, index.column()));
    }
    return moved;
}

} // namespace ui::models
