// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/roles.h"
#include "ui/models/strategyitem.h"

#include <QAbstractListModel>
#include <QStringList>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ui::models {

/// The discovered strategies with their trust, what they are doing and how much they made. Each
/// that may run can be checked to take part in the next replay; the checks follow the name over new
/// scans.
class StrategyListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum StrategyRole : int {
        DetailRole = Qt::UserRole + 100, ///< "1.0.0 · running".
        DetailTokenRole,
        TrustRole,      ///< "approved".
        TrustTokenRole, ///< int(ui::Token).
        ReturnRole,     ///< "+1.84 %"; empty when it is not in the session.
        ReturnTokenRole,
        MayRunRole, ///< bool.
        ShapeRole,  ///< int(Shape) of what it is doing.
    };
    explicit StrategyListModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index,
                                int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

    void setStrategies(const StrategyListPtr& strategies);
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    void setChecked(const QStringList& names);

    [[nodiscard]] const StrategyItem* itemAt(int row) const;
    [[nodiscard]] int rowOf(const QString& name) const;
    /// Names of the checked strategies that may run, in the list's order.
    [[nodiscard]] QStringList checked() const;

signals:
    void checkedChanged();

private:
    /// What a session says about a strategy.
    struct Activity
    {
        core::engine::AccountState state = core::engine::AccountState::Running;
        double profit = 0.0;
        std::string reason;
        bool operator==(const Activity&) const = default;
    };
    [[nodiscard]] static std::optional<Activity>
    activityOf(const core::engine::SnapshotPtr& snapshot, const std::string& name);
    [[nodiscard]] std::vector<std::optional<Activity>> activities() const;
    [[nodiscard]] QString detail(int row) const;

    StrategyListPtr m_strategies;
    core::engine::SnapshotPtr m_snapshot;
    std::vector<std::optional<Activity>> m_activities;
    std::set<std::string> m_checked;
};

/// True when the item's bytes may run.
[[nodiscard]] bool mayRun(const StrategyItem& item);

} // namespace ui::models
