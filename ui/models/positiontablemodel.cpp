// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/positiontablemodel.h"

#include "ui/format.h"
#include "ui/models/snapshotlookup.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ui::models {

namespace {

Token distanceToken(double distance)
{
    const double size = std::abs(distance);
    return size < AT_LIQUIDATION ? Token::Bad : size < NEAR_LIQUIDATION ? Token::Warn : Token::Text;
}

Cell optionalPrice(const core::market::Instrument& instrument, const std::optional<double>& price)
{
    if (!price)
        return figureCell(QString(format::NONE), {}, Token::Faint);
    return figureCell(format::price(instrument, *price), *price);
}

Cell distanceCell(const std::optional<double>& distance)
{
    if (!distance)
        return figureCell(QString(format::NONE), {}, Token::Faint);
    return figureCell(format::percent(*distance, 1), *distance, distanceToken(*distance));
}

} // namespace

PositionTableModel::PositionTableModel(QObject* parent)
    : CellTableModel(
          {{tr("Strategy"), false, 150},
           {tr("Symbol"), false, 86},
           {tr("Side"), false, 56},
           {tr("Size"), true, 112},
           {tr("Entry"), true, 96, tr("Average price paid")},
           {tr("Mark"), true, 96, tr("The price the position is valued at")},
           {tr("Profit"), true, 110, tr("Open profit after its share of the entry fees")},
           {tr("Liq. price"), true, 100,
            tr("Mark at which the margin call comes, the others held where they are")},
           {tr("Distance"), true, 84, tr("From the mark to the liquidation price")}},
          parent)
{}

int PositionTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

void PositionTableModel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    std::vector<Row> next;
    if (snapshot) {
        m_snapshot = snapshot;
        for (std::size_t a = 0; a < snapshot->accounts.size(); ++a)
            for (const auto& position : snapshot->accounts[a].positions)
                next.push_back({static_cast<core::AccountIndex>(a), position});
    }
    const auto key = [](const Row& row) { return std::tuple(row.account, row.position.symbol); };
    std::sort(next.begin(), next.end(),
              [key](const Row& x, const Row& y) { return key(x) < key(y); });
    const bool kept = syncTable(m_rows, std::move(next), key);
    m_snapshot = snapshot;
    if (kept)
        reportChanged(0, rowCount());
}

PositionTableModel::View PositionTableModel::positionAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    const auto& shown = m_rows[static_cast<std::size_t>(row)];
    return {shown.account, &shown.position};
}

Cell PositionTableModel::cell(int row, int column) const
{
    const auto& [account, position] = m_rows[static_cast<std::size_t>(row)];
    const auto& instrument = instrumentOf(*m_snapshot, position.symbol);
    const bool isLong = position.quantity.lots() > 0;
    switch (column) {
    case Strategy:
        return textCell(strategyName(*m_snapshot, account));
    case Symbol:
        return textCell(symbolName(*m_snapshot, position.symbol));
    case Side:
        return textCell(isLong ? tr("long") : tr("short"), isLong ? Token::Up : Token::Down);
    case Size:
        return figureCell(format::quantity(instrument, position.quantity.magnitude()),
                          instrument.toDouble(position.quantity.magnitude()));
    case Entry:
        return figureCell(format::price(instrument, position.averagePrice), position.averagePrice);
    case Mark:
        return figureCell(format::price(instrument, position.mark),
                          instrument.toDouble(position.mark));
    case Profit:
        return signedCell(format::money(position.profit, 2, format::Sign::Always),
                          position.profit.toDouble());
    case LiquidationPrice:
        return optionalPrice(instrument, position.liquidationPrice);
    case Distance:
        return distanceCell(position.distance);
    default:
        return {};
    }
}

} // namespace ui::models
