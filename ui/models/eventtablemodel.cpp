// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/eventtablemodel.h"

#include "ui/format.h"

namespace ui::models {

QString preciseTime(core::Timestamp time)
{
    const int milliseconds = format::toDateTime(time).time().msec();
    const QString text = format::dateTime(time);
    return milliseconds == 0
               ? text
               : text + QStringLiteral(".%1").arg(milliseconds, 3, 10, QLatin1Char('0'));
}

EventTableModel::EventTableModel(QObject* parent)
    : CellTableModel({{tr("Time"), false, 170, tr("Of the session, UTC")},
                      {tr("Event"), false, 120},
                      {tr("Strategy"), false, 116},
                      {tr("What"), false, 290},
                      {tr("Amounts"), false, 380, tr("Select a line to read all of it below")}},
                     parent)
{}

int EventTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

void EventTableModel::setChain(EventChainPtr chain)
{
    m_chain = std::move(chain);
    rebuild();
}

void EventTableModel::setOnly(const QString& strategy)
{
    if (strategy == m_only)
        return;
    m_only = strategy;
    rebuild();
}

void EventTableModel::rebuild()
{
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; m_chain && i < m_chain->lines.size(); ++i) {
        const QString& owner = m_chain->lines[i].strategy;
        if (m_only.isEmpty() || owner.isEmpty() || owner == m_only)
            m_shown.push_back(i);
    }
    endResetModel();
}

const JournalLine* EventTableModel::lineAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    return &m_chain->lines[m_shown[static_cast<std::size_t>(row)]];
}

Cell EventTableModel::cell(int row, int column) const
{
    const JournalLine* line = lineAt(row);
    if (!line)
        return {};
    switch (column) {
    case Time: {
        Cell cell = textCell(preciseTime(line->time), Token::Dim);
        cell.raw = static_cast<qlonglong>(line->time.time_since_epoch().count());
        return cell;
    }
    case Event:
        return textCell(line->event, line->token);
    case Strategy:
        return textCell(line->strategy);
    case What:
        return textCell(line->what);
    case Amounts:
        return textCell(line->amounts.join(QStringLiteral(" · ")), Token::Dim);
    default:
        return {};
    }
}

QString EventTableModel::asText() const
{
    QString text;
    for (int row = 0; row < rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < columnCount(); ++column)
            cells.append(cell(row, column).text);
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return text;
}

QString EventTableModel::asJson() const
{
    QString text;
    for (int row = 0; row < rowCount(); ++row)
        text += lineAt(row)->raw + QLatin1Char('\n');
    return text;
}

} // namespace ui::models
