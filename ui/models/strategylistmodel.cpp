// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/strategylistmodel.h"

#include "ui/format.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

namespace ui::models {

bool mayRun(const StrategyItem& item)
{
    return core::strategy::mayRun(item.entry, item.unsignedScripts);
}

StrategyListModel::StrategyListModel(QObject* parent)
    : QAbstractListModel(parent), m_strategies(std::make_shared<StrategyList>())
{}

int StrategyListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_strategies->size());
}

const StrategyItem* StrategyListModel::itemAt(int row) const
{
    return row >= 0 && row < rowCount() ? &(*m_strategies)[static_cast<std::size_t>(row)] : nullptr;
}

int StrategyListModel::rowOf(const QString& name) const
{
    const auto wanted = name.toStdString();
    for (int row = 0; row < rowCount(); ++row)
        if (itemAt(row)->entry.name == wanted)
            return row;
    return -1;
}

std::optional<StrategyListModel::Activity>
StrategyListModel::activityOf(const core::engine::SnapshotPtr& snapshot, const std::string& name)
{
    if (snapshot)
        for (const auto& account : snapshot->accounts)
            if (account.strategy == name)
                return Activity{account.state, returnOf(account), account.stateReason};
    return std::nullopt;
}

std::vector<std::optional<StrategyListModel::Activity>> StrategyListModel::activities() const
{
    std::vector<std::optional<Activity>> list;
    for (const auto& item : *m_strategies)
        list.push_back(activityOf(m_snapshot, item.entry.name));
    return list;
}

void StrategyListModel::setStrategies(const StrategyListPtr& strategies)
{
    const auto next = strategies ? strategies : std::make_shared<const StrategyList>();
    const auto names = [](const StrategyList& list) {
        std::vector<std::pair<std::string, std::string>> keys;
        for (const auto& item : list)
            keys.emplace_back(item.entry.name, item.entry.file.string());
        return keys;
    };
    const auto before = checked();
    if (names(*next) == names(*m_strategies)) {
        m_strategies = next;
        m_activities = activities();
        if (rowCount() > 0)
            emit dataChanged(index(0), index(rowCount() - 1));
    } else {
        // The view must not lose the selected strategy because another file came or went.
        emit layoutAboutToBeChanged();
        const auto old = m_strategies;
        const auto indexes = persistentIndexList();
        m_strategies = next;
        m_activities = activities();
        QModelIndexList moved;
        for (const auto& persistent : indexes) {
            const auto& item = (*old)[static_cast<std::size_t>(persistent.row())];
            const int row = rowOf(QString::fromStdString(item.entry.name));
            moved.append(row < 0 ? QModelIndex() : index(row));
        }
        changePersistentIndexList(indexes, moved);
        emit layoutChanged();
    }
    if (checked() != before)
        emit checkedChanged();
}

void StrategyListModel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    auto next = activities();
    if (next == m_activities)
        return;
    m_activities = std::move(next);
    emit dataChanged(index(0), index(rowCount() - 1));
}

QStringList StrategyListModel::checked() const
{
    QStringList names;
    for (const auto& item : *m_strategies)
        if (mayRun(item) && m_checked.contains(item.entry.name))
            names.append(QString::fromStdString(item.entry.name));
    return names;
}

void StrategyListModel::setChecked(const QStringList& names)
{
    m_checked.clear();
    for (const auto& name : names)
        m_checked.insert(name.toStdString());
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1), {Qt::CheckStateRole});
    emit checkedChanged();
}

Qt::ItemFlags StrategyListModel::flags(const QModelIndex& index) const
{
    auto flags = QAbstractListModel::flags(index);
    const auto* item = itemAt(index.row());
    if (item && mayRun(*item))
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool StrategyListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const auto* item = itemAt(index.row());
    if (role != Qt::CheckStateRole || !item || !mayRun(*item))
        return false;
    if (value.toInt() == Qt::Checked)
        m_checked.insert(item->entry.name);
    else
        m_checked.erase(item->entry.name);
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit checkedChanged();
    return true;
}

QString StrategyListModel::detail(int row) const
{
    const auto& item = *itemAt(row);
    const auto& activity = m_activities[static_cast<std::size_t>(row)];
    const QString doing = activity       ? words::accountState(activity->state)
                          : mayRun(item) ? tr("stopped")
                                         : tr("blocked");
    QStringList parts;
    if (!item.entry.metadata.version.empty())
        parts.append(QString::fromStdString(item.entry.metadata.version));
    if (item.entry.kind == core::strategy::Kind::Native)
        parts.append(tr("native"));
    parts.append(doing);
    return parts.join(QStringLiteral(" · "));
}

QVariant StrategyListModel::data(const QModelIndex& index, int role) const
{
    const auto* item = itemAt(index.row());
    if (!item)
        return {};
    const auto& activity = m_activities[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(item->entry.name);
    case Qt::ToolTipRole:
        if (activity && !activity->reason.empty())
            return QString::fromStdString(activity->reason);
        return item->entry.state == core::trust::State::Signed
                   ? words::signature(item->entry.signature)
                   : QString::fromStdString(item->entry.reason);
    case Qt::AccessibleTextRole:
        return QStringList{data(index, Qt::DisplayRole).toString(), detail(index.row()),
                           item->entry.state == core::trust::State::Signed
                               ? words::signature(item->entry.signature)
                               : words::trustState(item->entry.state),
                           data(index, ReturnRole).toString()}
            .join(QStringLiteral(", "));
    case Qt::CheckStateRole:
        if (!mayRun(*item))
            return {};
        return int(m_checked.contains(item->entry.name) ? Qt::Checked : Qt::Unchecked);
    case DetailRole:
        return detail(index.row());
    case DetailTokenRole:
        return int(activity && activity->state != core::engine::AccountState::Running
                       ? words::accountToken(activity->state)
                       : Token::Dim);
    case TrustRole:
        return words::trustState(item->entry.state);
    case TrustTokenRole:
        return int(words::trustToken(item->entry.state));
    case ReturnRole:
        return activity ? format::percent(activity->profit) : QString();
    case ReturnTokenRole:
        return int(!activity || activity->profit == 0.0 ? Token::Dim
                   : activity->profit > 0.0             ? Token::Up
                                                        : Token::Down);
    case MayRunRole:
        return mayRun(*item);
    case ShapeRole:
        return int(activity ? words::accountShape(activity->state) : Shape::None);
    default:
        return {};
    }
}

} // namespace ui::models
