// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ordertablemodel.h"

#include "ui/format.h"
#include "ui/models/rearrange.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ui::models {

namespace {

using core::engine::ClosedOrder;
using core::engine::EngineSnapshot;
using core::execution::OrderStatus;
using core::execution::TimeInForce;

double priceOf(const core::market::Instrument& instrument, const std::optional<core::Price>& price)
{
    return price ? instrument.toDouble(*price) : 0.0;
}

/// At once before a date, a date before no end.
double validitySort(const core::execution::Order& order)
{
    switch (order.tif) {
    case TimeInForce::ImmediateOrCancel:
        return 0.0;
    case TimeInForce::GoodTillDate:
        return static_cast<double>(order.expires.time_since_epoch().count());
    case TimeInForce::GoodTillCancelled:
        break;
    }
    return HUGE_VAL;
}

Cell validityCell(const core::execution::Order& order)
{
    switch (order.tif) {
    case TimeInForce::ImmediateOrCancel:
        return textCell(OrderTableModel::tr("at once"));
    case TimeInForce::GoodTillDate:
        return textCell(OrderTableModel::tr("till %1").arg(format::dayTime(order.expires)));
    case TimeInForce::GoodTillCancelled:
        break;
    }
    return textCell(OrderTableModel::tr("until cancelled"), Token::Faint);
}

QString typeWords(const core::execution::Order& order)
{
    const QString type = words::orderType(order.type);
    const QString leg = words::bracketLeg(order.leg);
    return leg.isEmpty() ? type : QStringLiteral("%1 · %2").arg(type, leg);
}

double sortValue(const EngineSnapshot& snapshot, const ClosedOrder& closed, int column)
{
    const auto& order = closed.order;
    const auto& instrument = instrumentOf(snapshot, order.symbol);
    switch (column) {
    case OrderTableModel::Strategy:
        return closed.account;
    case OrderTableModel::Symbol:
        return order.symbol;
    case OrderTableModel::Side:
        return static_cast<double>(order.side);
    case OrderTableModel::Type:
        return static_cast<double>(order.type);
    case OrderTableModel::Size:
        return instrument.toDouble(order.size);
    case OrderTableModel::Filled:
        return instrument.toDouble(order.filled);
    case OrderTableModel::Limit:
        return priceOf(instrument, order.limit);
    case OrderTableModel::Stop:
        return priceOf(instrument, order.stop);
    case OrderTableModel::Validity:
        return validitySort(order);
    case OrderTableModel::Status:
        return static_cast<double>(order.status);
    case OrderTableModel::Reason:
        return static_cast<double>(order.reason);
    default:
        return 0.0;
    }
}

bool comesBefore(const EngineSnapshot& snapshot, const ClosedOrder& a, const ClosedOrder& b,
                 int column)
{
    if (column == OrderTableModel::Time)
        return a.order.decisionTime < b.order.decisionTime;
    if (column == OrderTableModel::Id)
        return a.order.id < b.order.id;
    return sortValue(snapshot, a, column) < sortValue(snapshot, b, column);
}

Cell statusCell(OrderStatus status)
{
    Cell cell = textCell(words::orderStatus(status));
    switch (status) {
    case OrderStatus::Submitted:
    case OrderStatus::Accepted:
        cell.token = Token::Accent;
        cell.shape = Shape::Ring;
        break;
    case OrderStatus::PartlyFilled:
        cell.token = Token::Accent;
        cell.shape = Shape::Dot;
        break;
    case OrderStatus::Rejected:
        cell.token = Token::Bad;
        cell.shape = Shape::Cross;
        break;
    case OrderStatus::Cancelled:
    case OrderStatus::Expired:
        cell.token = Token::Dim;
        cell.shape = Shape::Square;
        break;
    case OrderStatus::Filled:
        cell.token = Token::Ok;
        cell.shape = Shape::Dot;
        break;
    }
    return cell;
}

} // namespace

OrderTableModel::OrderTableModel(QObject* parent)
    : CellTableModel({{tr("Time"), false, 138, tr("When the strategy decided, UTC")},
                      {tr("Id"), true, 50},
                      {tr("Strategy"), false, 110},
                      {tr("Symbol"), false, 74},
                      {tr("Side"), false, 50},
                      {tr("Type"), false, 104, tr("And which half of a bracket it is")},
                      {tr("Size"), true, 92},
                      {tr("Filled"), true, 92},
                      {tr("Limit"), true, 76},
                      {tr("Stop"), true, 76},
                      {tr("Valid"), false, 118, tr("Until cancelled, at once, or until when")},
                      {tr("Status"), false, 96},
                      {tr("Reason"), false, 110}},
                     parent)
{}

int OrderTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_working.size() + m_closed.size());
}

OrderTableModel::View OrderTableModel::orderAt(int row) const
{
    if (!m_snapshot || row < 0 || row >= rowCount())
        return {};
    const auto index = static_cast<std::size_t>(row);
    if (index < m_working.size()) {
        return {m_working[index].account, &m_working[index].order, true};
    }
    const auto& closed = m_snapshot->closedOrders.at(m_closed.entryAt(index - m_working.size()));
    return {closed.account, &closed.order, false};
}

int OrderTableModel::rowOf(const OrderKey& key) const
{
    for (std::size_t i = 0; i < m_working.size(); ++i)
        if (m_working[i].account == key.account && m_working[i].order.id == key.id)
            return static_cast<int>(i);
    for (std::size_t entry = m_closed.size(); entry-- > 0;) {
        const auto& closed = m_snapshot->closedOrders.at(entry);
        if (closed.account == key.account && closed.order.id == key.id)
            return static_cast<int>(m_working.size() + m_closed.rowOf(entry));
    }
    return -1;
}

void OrderTableModel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    const std::size_t before = m_closed.size();
    const bool goesOn = m_snapshot && snapshot && snapshot->epoch == m_snapshot->epoch &&
                        snapshot->closedOrders.size() >= before;
    if (goesOn) {
        m_snapshot = snapshot;
        syncWorking();
        appendClosed(snapshot->closedOrders.size() - before);
        return;
    }
    beginResetModel();
    m_working = snapshot ? workingOrders(*snapshot) : std::vector<Working>();
    m_closed.clear();
    m_snapshot = snapshot;
    if (snapshot) {
        m_closed.append(snapshot->closedOrders.size());
        m_closed.merge(snapshot->closedOrders.size());
    }
    endResetModel();
}

std::vector<OrderTableModel::Working> OrderTableModel::workingOrders(const EngineSnapshot& snapshot)
{
    std::vector<Working> working;
    for (std::size_t a = 0; a < snapshot.accounts.size(); ++a)
        for (const auto& order : snapshot.accounts[a].workingOrders)
            working.push_back({static_cast<core::AccountIndex>(a), order});
    std::sort(working.begin(), working.end(), [](const Working& x, const Working& y) {
        return std::tuple(y.order.id, x.account) < std::tuple(x.order.id, y.account);
    });
    return working;
}

void OrderTableModel::syncWorking()
{
    // Ascending in "how old": the newest order has the largest id.
    const auto key = [](const Working& row) {
        return std::tuple(~row.order.id.value, row.account);
    };
    const bool kept = syncTable(m_working, workingOrders(*m_snapshot), key);
    if (kept)
        reportChanged(0, static_cast<int>(m_working.size()));
}

void OrderTableModel::appendClosed(std::size_t count)
{
    if (count == 0)
        return;
    const int first = m_closed.isNewestFirst() ? static_cast<int>(m_working.size()) : rowCount();
    beginInsertRows({}, first, first + static_cast<int>(count) - 1);
    m_closed.append(count);
    endInsertRows();
    if (!m_closed.isNewestFirst())
        rearrange([this, count] { m_closed.merge(count); });
}

template <typename Change> void OrderTableModel::rearrange(const Change& change)
{
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const auto indexes = persistentIndexList();
    const int offset = static_cast<int>(m_working.size());
    changePersistentIndexList(indexes, followRows(*this, m_closed, offset, indexes, change));
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void OrderTableModel::sort(int column, Qt::SortOrder order)
{
    LogOrder::Before before;
    if (column >= 0 && column < columnCount())
        before = [this, column, order](std::size_t a, std::size_t b) {
            const auto& closed = m_snapshot->closedOrders;
            return order == Qt::AscendingOrder
                       ? comesBefore(*m_snapshot, closed.at(a), closed.at(b), column)
                       : comesBefore(*m_snapshot, closed.at(b), closed.at(a), column);
        };
    rearrange([this, &before] { m_closed.sortBy(std::move(before)); });
}

Cell OrderTableModel::cell(int row, int column) const
{
    const View view = orderAt(row);
    if (!view.order)
        return {};
    const auto& order = *view.order;
    switch (column) {
    case Time: {
        Cell cell = textCell(format::dateTime(order.decisionTime));
        cell.raw = static_cast<qlonglong>(order.decisionTime.time_since_epoch().count());
        return cell;
    }
    case Id:
        return figureCell(QString::number(order.id.value), static_cast<qulonglong>(order.id.value),
                          Token::Dim);
    case Strategy:
        return textCell(strategyName(*m_snapshot, view.account));
    case Symbol:
        return textCell(symbolName(*m_snapshot, order.symbol));
    case Side:
        return textCell(words::side(order.side),
                        core::execution::isBuying(order.side) ? Token::Up : Token::Down);
    case Type:
        return textCell(typeWords(order));
    case Validity:
        return validityCell(order);
    case Status:
        return statusCell(order.status);
    case Reason:
        return textCell(words::reason(order.reason), Token::Dim);
    default:
        return priceCell(view, column);
    }
}

Cell OrderTableModel::priceCell(const View& view, int column) const
{
    const auto& order = *view.order;
    const auto& instrument = instrumentOf(*m_snapshot, order.symbol);
    const auto price = [&instrument](const std::optional<core::Price>& value) {
        return value ? figureCell(format::price(instrument, *value), instrument.toDouble(*value))
                     : figureCell(QString(format::NONE), 0.0, Token::Faint);
    };
    switch (column) {
    case Size:
        return figureCell(format::quantity(instrument, order.size),
                          instrument.toDouble(order.size));
    case Filled:
        return figureCell(format::quantity(instrument, order.filled),
                          instrument.toDouble(order.filled),
                          order.filled.isZero() ? Token::Faint : Token::Text);
    case Limit:
        return price(order.limit);
    case Stop:
        return price(order.stop);
    default:
        return {};
    }
}

} // namespace ui::models
