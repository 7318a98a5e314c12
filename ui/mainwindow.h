// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/workspace.h"
#include "core/engine/replaycontroller.h"
#include "core/history/historyjob.h"
#include "ui/models/strategyitem.h"
#include "ui/theme.h"

#include <QMainWindow>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

class QActionGroup;
class QLabel;
class QSettings;
class QToolBar;

namespace core::history {
class HistoryJobs;
class HistoryReader;
class HistoryWriter;
class HistorySurvey;
class ImportPlanner;
} // namespace core::history

namespace ui::models {
class DatabaseKeeper;
class StrategyScanner;
}
namespace ui::panels {
class AccountsPanel;
class EquityPanel;
class HistoryPanel;
class MarginPanel;
class MarketPanel;
class ReplayPanel;
class StrategiesPanel;
} // namespace ui::panels

namespace ui {

class Panel;
class StatusLine;

namespace dialogs {
class EventDialog;
class ReplaySetupDialog;
} // namespace dialogs

/// What the window works with. The services of the history and the controller live on threads of their own and
/// are reached by queued calls only; all of it outlives the window.
struct Services
{
    const core::Workspace& workspace;
    core::history::HistoryReader& reader;
    core::history::ImportPlanner& planner;
    core::history::HistoryJobs& jobs;
    core::history::HistorySurvey& survey;
    core::engine::ReplayController& replay;
    models::StrategyScanner& scanner;
    const core::history::DatabaseUrl& history;
    /// Of a server's history, in a workspace that is not read-only; null elsewhere.
    core::history::HistoryWriter* writer = nullptr;
};

/// The window: panels in docks, menus for everything, and the wiring between panels and services.
/// Layout and choices are kept in the workspace (window.ini), unless that is read-only.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Services services, QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] panels::MarketPanel& market() { return *m_market; }
    [[nodiscard]] panels::ReplayPanel& replay() { return *m_replay; }
    [[nodiscard]] panels::StrategiesPanel& strategies() { return *m_strategies; }
    [[nodiscard]] panels::HistoryPanel& history() { return *m_history; }
    [[nodiscard]] std::vector<Panel*> panels() const;
    /// What the history holds, as last read.
    [[nodiscard]] const std::vector<core::history::Coverage>& coverage() const
    {
        return m_coverage;
    }
    [[nodiscard]] const core::engine::SnapshotPtr& snapshot() const { return m_snapshot; }
    /// The history, and the strategies, have been read at least once (or could not be).
    [[nodiscard]] bool historyKnown() const { return m_historyKnown; }
    [[nodiscard]] bool strategiesKnown() const { return m_strategiesKnown; }
    [[nodiscard]] QStringList approvedStrategies() const;
    /// The candles that every approved strategy declares can be made of those of `finest`.
    [[nodiscard]] bool canRunAsDeclared(core::market::Timeframe finest) const;
    /// The last replay asked for could not be loaded.
    [[nodiscard]] bool replayRefused() const { return m_replayRefused; }
    /// Where the loaded replay keeps its journal; empty without one.
    [[nodiscard]] const std::filesystem::path& sessionFolder() const { return m_sessionFolder; }

public slots:
    void openImportDialog();
    void openDatabaseDialog();
    void openExportDialog();
    void openApprovalDialog(const QString& strategy);
    /// Offers to bring back refused approvals and keys; not in a read-only workspace.
    void openRestoreDialog();
    void openKeyManager();
    /// Asks for a name, writes a strategy to start from and opens it in the user's editor.
    void openNewStrategyDialog();
    /// Returns the dialog; null where it opened the import instead, as nothing is stored yet.
    dialogs::ReplaySetupDialog* openReplayDialog(const QStringList& strategies);
    /// Sets a replay up that plays that instrument from then on.
    void openReplayDialogFrom(const core::Symbol& symbol, core::Timestamp from);
    void openDownloadDialog();
    /// Asks before it deletes the instrument or a range of it.
    void openDeleteDialog(const core::Symbol& symbol);
    void submitJob(const core::history::JobRequest& request);
    /// Shows what an event of the loaded replay led to; one dialog shows one event after the other.
    void openEventDialog(core::CorrelationId event, const QString& strategy);
    /// Does that to an account of the loaded replay, and asks first where it cannot be taken back.
    void requestAct(core::portfolio::UserAction::Kind kind, core::AccountIndex account);
    void startReplay(const core::engine::ReplayRequest& request);
    void unloadReplay();
    /// Puts the panels where they belong at the window's present size.
    void resetLayout();

signals:
    void coverageChanged();
    /// Every panel has taken this snapshot.
    void snapshotShown(const core::engine::SnapshotPtr& snapshot);
    void replayLoaded();
    void actConfirmed(const core::portfolio::UserAction& action);

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    enum class JournalState { Written, Waiting, Incomplete };

    void makePanels();
    void makeMenus();
    void makeFileMenu();
    void makeViewMenu();
    void makeThemeMenus(QMenu* menu);
    void makeStrategiesMenu();
    void makeReplayMenu();
    void makeHistoryMenu();
    void makeWindowMenu();
    void makeHelpMenu();
    void makeStatusBar();
    void makeClock();
    void makeReadOnlyBanner();
    void makeUnsignedBanner();
    [[nodiscard]] QToolBar* addBanner(const QString& name, const QString& title,
                                      const QPixmap& sign, const QString& text);
    void connectHistory();
    void connectSpool();
    void showSpool();
    void connectSurvey();
    void connectJobs();
    void showHistory();
    void connectReplay();
    void connectStrategies();
    void applyLayout(bool compact);
    [[nodiscard]] bool isCompact() const;
    void restoreTheme();
    void restoreSettings();
    void saveSettings();
    void requestCoverage();
    void handleCoverage(quint64 token, const std::vector<core::history::Coverage>& coverage);
    void handleLoaded(const core::engine::SnapshotPtr& snapshot, const QString& journalFolder);
    void handleSnapshot(const core::engine::SnapshotPtr& snapshot);
    void connectNewStrategies();
    void openInEditor(const QString& file);
    void connectActs();
    void connectRestoring();
    void requestRestore();
    void handleRestoring(const core::engine::StoredReplay& replay);
    void handleRestored(const core::engine::StoredReplay& replay);
    void handleRestoreRefused(const core::engine::StoredReplay& replay, const QString& what,
                              const QString& remedy);
    void dropRestoredBanner();
    void handleReplayFailed(const QString& what, const QString& remedy);
    void setJournalState(JournalState state);
    void seek(core::Timestamp time);
    void endSeek();
    void showLatest();
    void showClock();
    void updateActions();
    void updateStatus();
    void showJournal();
    void showProblem(const QString& what, const QString& remedy);

    Services m_services;
    std::unique_ptr<QSettings> m_settings;
    panels::StrategiesPanel* m_strategies = nullptr;
    panels::MarketPanel* m_market = nullptr;
    panels::MarginPanel* m_margin = nullptr;
    panels::ReplayPanel* m_replay = nullptr;
    panels::EquityPanel* m_equity = nullptr;
    panels::AccountsPanel* m_accounts = nullptr;
    panels::HistoryPanel* m_history = nullptr;
    dialogs::EventDialog* m_events = nullptr;
    models::DatabaseKeeper* m_database = nullptr;
    StatusLine* m_replayStatus = nullptr;
    StatusLine* m_historyStatus = nullptr;
    StatusLine* m_spoolStatus = nullptr; ///< Hidden where nothing waits for a server.
    StatusLine* m_journalStatus = nullptr;
    QLabel* m_fingerprint = nullptr;
    QLabel* m_clock = nullptr;
    QAction* m_importAction = nullptr;
    QAction* m_exportAction = nullptr;
    QAction* m_approveAction = nullptr;
    QAction* m_keysAction = nullptr;
    QAction* m_newStrategyAction = nullptr;
    QAction* m_restoreAction = nullptr;
    QAction* m_newReplayAction = nullptr;
    QAction* m_unloadAction = nullptr;
    QActionGroup* m_themeGroup = nullptr;
    QActionGroup* m_directionGroup = nullptr;

    std::vector<core::history::Coverage> m_coverage;
    quint64 m_coverageToken = 0;
    quint64 m_newStrategyToken = 0;
    std::optional<core::engine::ReplayRequest> m_request;
    std::filesystem::path m_sessionFolder;
    core::engine::SnapshotPtr m_snapshot;
    bool m_snapshotUnshown = false;
    bool m_spoolWaits = false; ///< The history lacks what it is to get from the spool.
    bool m_historyKnown = false;
    bool m_strategiesKnown = false;
    bool m_replayRefused = false;
    bool m_askedToRestore = false;
    bool m_restoring = false;
    QToolBar* m_restoredBanner = nullptr;
    JournalState m_journal = JournalState::Written;
    QTimer m_frame;
    QTimer m_clockTick;
    // A seek may take a second and a drag asks for ten of them: one runs, the newest waits.
    bool m_seeking = false;
    QTimer m_seekGuard;
    std::optional<core::Timestamp> m_nextSeek;
    bool m_ownLayout = false; ///< The user moved panels: resizing leaves them alone.
    bool m_layingOut = false;
    std::optional<bool> m_compact;
};

} // namespace ui
