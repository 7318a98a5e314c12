// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gaptablemodel.h"

#include "ui/format.h"
#include "ui/models/jobwords.h"

namespace ui::models {

GapTableModel::GapTableModel(QObject* parent)
    : CellTableModel({{tr("Gap from, UTC"), true, 134},
                      {tr("To, UTC"), true, 134},
                      {tr("Length"), true, 90},
                      {tr("Candles"), true, 80, tr("Candles that are missing")}},
                     parent)
{}

int GapTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_gaps ? 0 : static_cast<int>(m_gaps->ranges.size());
}

void GapTableModel::setGaps(const core::history::GapsPtr& gaps, core::Nanoseconds step)
{
    beginResetModel();
    m_gaps = gaps;
    m_step = step;
    endResetModel();
}

const core::history::TimeRange* GapTableModel::gapAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_gaps->ranges[static_cast<std::size_t>(row)] : nullptr;
}

Cell GapTableModel::cell(int row, int column) const
{
    const core::history::TimeRange& gap = *gapAt(row);
    const auto time = [](core::Timestamp at) {
        return figureCell(format::dateTime(at).left(16), qlonglong(core::toMicroseconds(at)));
    };
    switch (column) {
    case From:
        return time(gap.from);
    case To:
        return time(gap.to);
    case Length:
        return figureCell(words::length(gap.to - gap.from), qlonglong((gap.to - gap.from).count()));
    default:
        return figureCell(format::count((gap.to - gap.from) / m_step), qlonglong((gap.to - gap.from) / m_step));
    }
}

} // namespace ui::models
