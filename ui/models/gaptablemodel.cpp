// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gaptablemodel.h"

#include "ui/format.h"
#include "ui/models/jobwords.h"

#include <algorithm>

namespace ui::models {

using core::history::GapsPtr;
using core::history::TimeRange;

namespace {

bool nameTheSame(const GapsPtr& a, const GapsPtr& b)
{
    const auto same = [](const TimeRange& x, const TimeRange& y) { return x.from == y.from && x.to == y.to; };
    return a && b && std::equal(a->ranges.begin(), a->ranges.end(), b->ranges.begin(), b->ranges.end(), same);
}

} // namespace

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

void GapTableModel::setGaps(const GapsPtr& gaps, core::Nanoseconds step)
{
    if (m_step == step && nameTheSame(m_gaps, gaps)) {
        m_gaps = gaps;
        return;
    }
    beginResetModel();
    m_gaps = gaps;
    m_step = step;
    endResetModel();
}

const TimeRange* GapTableModel::gapAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_gaps->ranges[static_cast<std::size_t>(row)] : nullptr;
}

int GapTableModel::rowFrom(core::Timestamp from) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (gapAt(row)->from == from)
            return row;
    }
    return -1;
}

Cell GapTableModel::cell(int row, int column) const
{
    const TimeRange& gap = *gapAt(row);
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
