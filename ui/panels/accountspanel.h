// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/explanation.h"
#include "ui/models/ordertablemodel.h"
#include "ui/panel.h"

#include <array>
#include <optional>

class QAction;
class QMenu;
class QStackedWidget;
class QTabBar;

namespace ui::models {
class AccountTableModel;
class FillTableModel;
class PinnedSortProxy;
class PositionTableModel;
} // namespace ui::models

namespace ui::panels {

class FigureTable;
class InfoCard;
class PerformanceTable;

/// Positions, orders, fills, accounts and performance of the session, and below them the answer to
/// why the selected one is as it is. Takes snapshots.
class AccountsPanel final : public Panel
{
    Q_OBJECT

public:
    enum Tab { Positions, Orders, Fills, Accounts, Performance };
    explicit AccountsPanel(QWidget* parent = nullptr);

    void setTab(Tab tab);
    [[nodiscard]] Tab tab() const;
    /// The table of any tab but Performance.
    [[nodiscard]] FigureTable& table(Tab tab) const;
    [[nodiscard]] PerformanceTable& performance() const { return *m_performance; }
    /// The acts on the selected account, or on the only one.
    void addActionsTo(QMenu* menu);
    [[nodiscard]] QAction& actionOf(core::portfolio::UserAction::Kind kind) const;

public slots:
    /// Shows the snapshot; a null one empties the panel.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

signals:
    /// The user wants to see this moment of this symbol on the chart.
    void showOnChartRequested(const core::Symbol& symbol, core::Timestamp time);
    /// The user wants to read what this event led to, in the journal.
    void followEventRequested(core::CorrelationId event, const QString& strategy);
    /// The user wants to do this to that account.
    void actRequested(core::portfolio::UserAction::Kind kind, core::AccountIndex account);
    /// The button of the empty panel: set up a replay.
    void newReplayRequested();

private:
    /// What is selected in the present tab; an empty title when nothing is.
    struct Selection
    {
        models::Explanation explanation;
        core::SymbolIndex symbol = 0;
        core::Timestamp time;
        core::CorrelationId event; ///< None for what no single event made.
        core::AccountIndex account = 0;
        bool onChart = true; ///< Symbol and time say where it is.
        bool isAccount = false; ///< It is the account itself, on which the user may act.
    };
    [[nodiscard]] Selection selected() const;
    QWidget* makeBody();
    FigureTable* addTable(models::CellTableModel& columns, QAbstractItemModel& shown,
                          const QString& name);
    void updateHeader();
    void updateAlarm();
    void updateEmptyHints();
    void updateExplanation();
    void makeActs();
    void addActLinks();
    void updateActs();
    void showActMenu(const QPoint& place);
    [[nodiscard]] std::optional<core::AccountIndex> actedAccount() const;
    [[nodiscard]] std::optional<core::AccountIndex> selectedAccount() const;
    void keepOrderSelected();
    void handleSelectionChanged();
    void showOnChart();
    void followEvent();

    core::engine::SnapshotPtr m_snapshot;
    models::PositionTableModel* m_positions;
    models::OrderTableModel* m_orders;
    models::FillTableModel* m_fills;
    models::AccountTableModel* m_accounts;
    models::PinnedSortProxy* m_positionOrder;
    models::PinnedSortProxy* m_accountOrder;
    QTabBar* m_tabs = nullptr;
    QStackedWidget* m_pages = nullptr;
    PerformanceTable* m_performance = nullptr;
    InfoCard* m_alarm = nullptr;
    InfoCard* m_explanation = nullptr;
    std::array<QAction*, 4> m_acts{}; ///< By kind.
    std::optional<models::OrderKey> m_selectedOrder;
    bool m_updating = false; ///< Models are changing: selections say nothing about the user.
};

} // namespace ui::panels
