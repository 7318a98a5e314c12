// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/filltablemodel.h"

#include "ui/format.h"
#include "ui/models/rearrange.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <cmath>

namespace ui::models {

namespace {

using core::engine::EngineSnapshot;
using core::engine::FillRecord;

/// A number by which a column of figures sorts; prices of different instruments by their real
/// value.
double sortValue(const EngineSnapshot& snapshot, const FillRecord& record, int column)
{
    const auto& fill = record.fill;
    const auto& instrument = instrumentOf(snapshot, fill.symbol);
    switch (column) {
    case FillTableModel::Quantity:
        return instrument.toDouble(fill.quantity);
    case FillTableModel::Price:
        return instrument.toDouble(fill.price);
    case FillTableModel::Reference:
        return instrument.toDouble(fill.referencePrice);
    case FillTableModel::Fee:
        return (fill.fee + fill.liquidationFee).toDouble();
    case FillTableModel::Liquidity:
        return static_cast<double>(fill.liquidity);
    case FillTableModel::OpeningFee:
        return fill.openingFee.toDouble();
    case FillTableModel::Stake:
        return fill.ambiguous ? std::abs(fill.stake.toDouble()) : -1.0;
    case FillTableModel::Slippage:
        return fill.slippage.toDouble();
    case FillTableModel::Realised:
        return fill.realisedProfit.toDouble();
    case FillTableModel::PositionAfter:
        return instrument.toDouble(fill.positionAfter);
    case FillTableModel::CashAfter:
        return fill.cashAfter.toDouble();
    case FillTableModel::Strategy:
        return record.account;
    case FillTableModel::Symbol:
        return fill.symbol;
    case FillTableModel::Side:
        return static_cast<double>(fill.side);
    case FillTableModel::Rule:
        return static_cast<double>(fill.rule);
    default:
        return 0.0;
    }
}

bool comesBefore(const EngineSnapshot& snapshot, const FillRecord& a, const FillRecord& b,
                 int column)
{
    if (column == FillTableModel::Time)
        return a.fill.time < b.fill.time;
    if (column == FillTableModel::Event)
        return a.fill.correlation < b.fill.correlation;
    return sortValue(snapshot, a, column) < sortValue(snapshot, b, column);
}

/// "no", or the word with what hung on it where this fill was the bar's first.
Cell stakeCell(const core::execution::Fill& fill, double raw)
{
    Cell cell = textCell(FillTableModel::tr("no"), Token::Faint);
    if (fill.ambiguous) {
        cell = textCell(fill.stake.count() == 0 ? FillTableModel::tr("yes")
                                                : FillTableModel::tr("yes, %1").arg(format::money(
                                                      fill.stake, 2, format::Sign::Always)),
                        Token::Warn);
        cell.shape = Shape::Square;
    }
    cell.raw = raw;
    return cell;
}

} // namespace

FillTableModel::FillTableModel(QObject* parent)
    : CellTableModel({{tr("Time"), false, 148, tr("When it filled, UTC")},
                      {tr("Strategy"), false, 120},
                      {tr("Symbol"), false, 80},
                      {tr("Side"), false, 56},
                      {tr("Quantity"), true, 112},
                      {tr("Price"), true, 92, tr("What was paid, slippage included")},
                      {tr("Reference"), true, 92, tr("The price of the rule before slippage")},
                      {tr("Liquidity"), false, 84, tr("Maker: it waited. Taker: it did not.")},
                      {tr("Fee"), true, 76, tr("Trading and liquidation fee")},
                      {tr("Opening fee"), true, 84, tr("Of what the fill newly borrowed")},
                      {tr("Slippage"), true, 76},
                      {tr("Realised"), true, 96, tr("Profit of the closed part, after its fees")},
                      {tr("Rule"), false, 96, tr("The rule that gave the price")},
                      {tr("Ambiguous"), false, 108,
                       tr("The other order of the bar's extremes would have filled differently; "
                          "what hung on it")},
                      {tr("Position after"), true, 112},
                      {tr("Cash after"), true, 112},
                      {tr("Event"), true, 72, tr("The end of the correlation id in the journal")}},
                     parent)
{}

int FillTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

const FillRecord* FillTableModel::fillAt(int row) const
{
    if (!m_snapshot || row < 0 || row >= rowCount())
        return nullptr;
    return &m_snapshot->fills.at(m_order.entryAt(static_cast<std::size_t>(row)));
}

void FillTableModel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    const std::size_t before = m_order.size();
    const bool goesOn = m_snapshot && snapshot && snapshot->epoch == m_snapshot->epoch &&
                        snapshot->fills.size() >= before;
    if (goesOn) {
        m_snapshot = snapshot;
        append(snapshot->fills.size() - before);
        return;
    }
    const std::size_t size = snapshot ? snapshot->fills.size() : 0;
    if (before == 0 && size == 0) {
        m_snapshot = snapshot;
        return;
    }
    beginResetModel();
    m_snapshot = snapshot;
    m_order.clear();
    m_order.append(size);
    m_order.merge(size);
    endResetModel();
}

void FillTableModel::append(std::size_t count)
{
    if (count == 0)
        return;
    const int first = m_order.isNewestFirst() ? 0 : rowCount();
    beginInsertRows({}, first, first + static_cast<int>(count) - 1);
    m_order.append(count);
    endInsertRows();
    if (!m_order.isNewestFirst())
        rearrange([this, count] { m_order.merge(count); });
}

template <typename Change> void FillTableModel::rearrange(const Change& change)
{
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const auto indexes = persistentIndexList();
    changePersistentIndexList(indexes, followRows(*this, m_order, 0, indexes, change));
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void FillTableModel::sort(int column, Qt::SortOrder order)
{
    LogOrder::Before before;
    if (column >= 0 && column < columnCount())
        before = [this, column, order](std::size_t a, std::size_t b) {
            const auto& fills = m_snapshot->fills;
            return order == Qt::AscendingOrder
                       ? comesBefore(*m_snapshot, fills.at(a), fills.at(b), column)
                       : comesBefore(*m_snapshot, fills.at(b), fills.at(a), column);
        };
    rearrange([this, &before] { m_order.sortBy(std::move(before)); });
}

Cell FillTableModel::cell(int row, int column) const
{
    const auto* record = fillAt(row);
    if (!record)
        return {};
    const auto& fill = record->fill;
    const auto& instrument = instrumentOf(*m_snapshot, fill.symbol);
    const double raw = sortValue(*m_snapshot, *record, column);
    switch (column) {
    case Time: {
        Cell cell = textCell(format::dateTime(fill.time));
        cell.raw = static_cast<qlonglong>(fill.time.time_since_epoch().count());
        return cell;
    }
    case Strategy:
        return textCell(strategyName(*m_snapshot, record->account));
    case Symbol:
        return textCell(symbolName(*m_snapshot, fill.symbol));
    case Side:
        return textCell(words::side(fill.side),
                        core::execution::isBuying(fill.side) ? Token::Up : Token::Down);
    case Quantity:
        return figureCell(format::quantity(instrument, fill.quantity, format::Sign::Always), raw);
    case Price:
        return figureCell(format::price(instrument, fill.price), raw);
    case Reference:
        return figureCell(format::price(instrument, fill.referencePrice), raw, Token::Dim);
    case Rule: {
        const bool called = fill.rule == core::execution::FillRule::Liquidation;
        Cell cell = textCell(words::fillRule(fill.rule), called ? Token::Bad : Token::Dim);
        cell.shape = called ? Shape::Triangle : Shape::None;
        return cell;
    }
    case Stake:
        return stakeCell(fill, raw);
    case PositionAfter:
        return figureCell(format::quantity(instrument, fill.positionAfter), raw);
    default:
        return costCell(*record, column);
    }
}

Cell FillTableModel::costCell(const FillRecord& record, int column) const
{
    const auto& fill = record.fill;
    const double raw = sortValue(*m_snapshot, record, column);
    switch (column) {
    case Liquidity:
        return textCell(words::liquidity(fill.liquidity), Token::Dim);
    case OpeningFee:
        if (fill.openingFee.count() == 0)
            return figureCell(QString(format::NONE), raw, Token::Faint);
        return figureCell(format::money(fill.openingFee), raw);
    case Fee:
        return figureCell(format::money(fill.fee + fill.liquidationFee), raw);
    case Slippage:
        return figureCell(format::money(fill.slippage), raw,
                          fill.slippage.count() == 0 ? Token::Faint : Token::Text);
    case Realised:
        if (fill.realisedProfit.count() == 0)
            return figureCell(QString(format::NONE), raw, Token::Faint);
        return signedCell(format::money(fill.realisedProfit, 2, format::Sign::Always), raw);
    case CashAfter:
        return figureCell(format::money(fill.cashAfter), raw);
    case Event:
        return figureCell(words::correlation(fill.correlation),
                          static_cast<qulonglong>(fill.correlation.value), Token::Dim);
    default:
        return {};
    }
}

} // namespace ui::models
