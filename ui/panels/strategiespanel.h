// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/strategyitem.h"
#include "ui/panel.h"

#include <QStringList>

class QLabel;
class QListView;
class QPushButton;

namespace ui::models {
class StrategyListModel;
}

namespace ui::panels {

class InfoCard;

/// The discovered strategies with their trust, what they do and what they made; checks choose which
/// take part in the next replay. Takes lists and snapshots, asks by signals.
class StrategiesPanel final : public Panel
{
    Q_OBJECT

public:
    explicit StrategiesPanel(QWidget* parent = nullptr);

    [[nodiscard]] models::StrategyListModel& model() { return *m_model; }
    /// The strategy the user looks at; empty when there is none.
    [[nodiscard]] QString selectedName() const;
    void select(const QString& name);
    /// Names of the checked strategies that may run.
    [[nodiscard]] QStringList checkedNames() const;
    void setCheckedNames(const QStringList& names);
    /// Says which folder is watched, at the foot of the panel.
    void setWatchedFolder(const QString& folder);
    /// Says at the foot whether scripts run that nobody approved.
    void setUnsignedAllowed(bool allowed);

public slots:
    void setStrategies(const ui::models::StrategyListPtr& strategies);
    /// The catalog could not be read: says so, and keeps the last list behind it.
    void setScanError(const QString& what, const QString& remedy);
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    /// The whitelist or the keys are refused: says so, with the way back.
    void offerRestore(const QString& what);

signals:
    /// Show the approval dialog for this strategy.
    void reviewRequested(const QString& name);
    /// Set up a replay with these strategies.
    void newReplayRequested(const QStringList& names);
    /// Read the folders again.
    void rescanRequested();
    /// Bring back refused approvals or keys.
    void restoreRequested();
    void checkedChanged(const QStringList& names);

private:
    QWidget* makeBody();
    QWidget* makeButtons();
    QWidget* makeFooter();
    void updateDetails();
    void handleActivated(const QModelIndex& index);

    models::StrategyListModel* m_model;
    QListView* m_list = nullptr;
    InfoCard* m_card = nullptr;
    QPushButton* m_approve = nullptr;
    QPushButton* m_newReplay = nullptr;
    QLabel* m_folder = nullptr;
    QLabel* m_unsigned = nullptr;
    bool m_offersRestore = false; ///< What the button of the error page does.
};

} // namespace ui::panels
