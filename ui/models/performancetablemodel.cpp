// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/performancetablemodel.h"

#include "ui/format.h"
#include "ui/models/performancerows.h"

#include <algorithm>

namespace ui::models {

namespace {

PerformanceColumn columnOf(const QString& title, const core::engine::AccountSnapshot& account)
{
    PerformanceColumn column{title, nullptr, nullptr};
    if (account.performance) {
        column.equity = &account.performance->equity;
        column.trades = &account.performance->trades;
    }
    return column;
}

std::vector<PerformanceColumn> columnsOf(const core::engine::EngineSnapshot& snapshot)
{
    std::vector<PerformanceColumn> columns;
    for (const auto& account : snapshot.accounts)
        columns.push_back(columnOf(QString::fromStdString(account.strategy), account));
    if (snapshot.accounts.size() > 1)
        columns.push_back(columnOf(PerformanceTableModel::tr("Total"), snapshot.total));
    columns.push_back(
        {PerformanceTableModel::tr("Buy and hold"), snapshot.buyAndHoldPerformance.get(), nullptr});
    return columns;
}

} // namespace

PerformanceTableModel::PerformanceTableModel(QObject* parent)
    : QAbstractTableModel(parent), m_rows(performanceRows())
{}

PerformanceTableModel::~PerformanceTableModel() = default;

int PerformanceTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_columns.empty() ? 0 : static_cast<int>(m_rows.size());
}

int PerformanceTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

void PerformanceTableModel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    auto columns = snapshot ? columnsOf(*snapshot) : std::vector<PerformanceColumn>();
    const bool same = std::equal(columns.begin(), columns.end(), m_columns.begin(), m_columns.end(),
                                 [](const auto& a, const auto& b) { return a.title == b.title; });
    if (!same)
        beginResetModel();
    m_snapshot = snapshot; // Keeps alive what the columns point into.
    m_columns = std::move(columns);
    if (!same)
        endResetModel();
    else if (!m_columns.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

bool PerformanceTableModel::isGroup(int row) const
{
    return !m_rows[static_cast<std::size_t>(row)].value;
}

Cell PerformanceTableModel::cell(const QModelIndex& index) const
{
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const PerformanceColumn& column = m_columns[static_cast<std::size_t>(index.column())];
    if (!row.value)
        return {};
    if (!column.equity || (row.needsTrades && !column.trades))
        return figureCell(QString(format::NONE), {}, Token::Faint);
    const PerformanceValue value = row.value(column);
    if (!value.missing.isEmpty())
        return figureCell(value.text, {}, Token::Faint);
    return signedCell(value.text, value.sign);
}

QString PerformanceTableModel::reason(const QModelIndex& index) const
{
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const PerformanceColumn& column = m_columns[static_cast<std::size_t>(index.column())];
    if (!row.value)
        return {};
    if (!column.equity)
        return tr("nothing has been played yet");
    if (row.needsTrades && !column.trades)
        return tr("not measured: buy and hold trades once");
    return row.value(column).missing;
}

QVariant PerformanceTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::ToolTipRole)
        return reason(index);
    if (role == Qt::AccessibleTextRole) {
        const QString why = reason(index);
        const QString text = cell(index).text;
        return why.isEmpty() ? text : tr("%1, %2", "n/a, reason").arg(text, why);
    }
    return cell(index).data(role);
}

QVariant PerformanceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const auto at = static_cast<std::size_t>(section);
    if (orientation == Qt::Horizontal) {
        if (role == Qt::TextAlignmentRole)
            return int(Qt::AlignRight | Qt::AlignVCenter);
        return role == Qt::DisplayRole && at < m_columns.size() ? QVariant(m_columns[at].title)
                                                                : QVariant();
    }
    if (at >= m_rows.size())
        return {};
    if (role == Qt::ToolTipRole)
        return m_rows[at].hint;
    if (role == CellRole) {
        Cell cell = textCell(m_rows[at].label, isGroup(section) ? Token::Text : Token::Dim);
        cell.strong = isGroup(section);
        return QVariant::fromValue(cell);
    }
    return role == Qt::DisplayRole ? QVariant(m_rows[at].label) : QVariant();
}

Qt::ItemFlags PerformanceTableModel::flags(const QModelIndex& index) const
{
    return index.isValid() && isGroup(index.row()) ? Qt::ItemIsEnabled
                                                   : QAbstractTableModel::flags(index);
}

} // namespace ui::models
