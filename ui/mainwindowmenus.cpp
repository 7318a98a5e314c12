// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The window's menus and the dialogs they open.
#include "ui/mainwindow.h"

#include "core/history/historyjobs.h"
#include "core/history/importplanner.h"
#include "ui/dialogs/approvaldialog.h"
#include "ui/dialogs/databasedialog.h"
#include "ui/dialogs/eventdialog.h"
#include "ui/dialogs/exportdialog.h"
#include "ui/dialogs/importdialog.h"
#include "ui/dialogs/keymanagerdialog.h"
#include "ui/dialogs/replaysetupdialog.h"
#include "ui/dialogs/restoredialog.h"
#include "ui/icons.h"
#include "ui/models/strategyscanner.h"
#include "ui/panels/accountspanel.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/marketpanel.h"
#include "ui/panels/replaypanel.h"
#include "ui/panels/strategiespanel.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QDir>
#include <QMenuBar>
#include <QMessageBox>

#include <algorithm>

namespace ui {
namespace {

void addChoice(QMenu* menu, QActionGroup* group, const QString& text, int value)
{
    QAction* action = menu->addAction(text);
    action->setCheckable(true);
    action->setData(value);
    group->addAction(action);
}

} // namespace

void MainWindow::makeMenus()
{
    makeFileMenu();
    makeViewMenu();
    makeStrategiesMenu();
    makeReplayMenu();
    makeHistoryMenu();
    makeWindowMenu();
    makeHelpMenu();
    updateActions();
}

void MainWindow::makeFileMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    m_importAction = menu->addAction(icon(QLatin1StringView("import")), tr("&Import candles…"),
                                     this, &MainWindow::openImportDialog);
    m_importAction->setShortcut(tr("Ctrl+I"));
    m_exportAction =
        menu->addAction(icon(QLatin1StringView("export")), tr("&Export trades, orders or equity…"),
                        this, &MainWindow::openExportDialog);
    m_exportAction->setShortcut(tr("Ctrl+E"));
    menu->addSeparator();
    QAction* quit = menu->addAction(tr("&Quit"), this, &QWidget::close);
    quit->setShortcut(tr("Ctrl+Q"));
}

void MainWindow::makeViewMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    m_market->addActionsTo(menu);
    menu->addSeparator();
    makeThemeMenus(menu);
    menu->addSeparator();
    QAction* full = menu->addAction(tr("F&ull screen"));
    full->setShortcut(tr("F11"));
    full->setCheckable(true);
    connect(full, &QAction::toggled, this,
            [this](bool on) { setWindowState(windowState().setFlag(Qt::WindowFullScreen, on)); });
    QAction* reset = menu->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout);
    reset->setShortcut(tr("Ctrl+0"));
}

void MainWindow::makeThemeMenus(QMenu* menu)
{
    QMenu* themes = menu->addMenu(tr("T&heme"));
    m_themeGroup = new QActionGroup(this);
    addChoice(themes, m_themeGroup, tr("As the &system"), static_cast<int>(ThemeChoice::System));
    addChoice(themes, m_themeGroup, tr("&Light"), static_cast<int>(ThemeChoice::Light));
    addChoice(themes, m_themeGroup, tr("&Dark"), static_cast<int>(ThemeChoice::Dark));
    QMenu* directions = menu->addMenu(tr("&Up and down colours"));
    m_directionGroup = new QActionGroup(this);
    addChoice(directions, m_directionGroup, tr("&Green up, red down"),
              static_cast<int>(DirectionColours::GreenUp));
    addChoice(directions, m_directionGroup, tr("&Red up, green down"),
              static_cast<int>(DirectionColours::RedUp));
    addChoice(directions, m_directionGroup, tr("&Blue up, orange down"),
              static_cast<int>(DirectionColours::BlueOrange));
    const auto apply = [this] {
        themeManager().apply(
            static_cast<ThemeChoice>(m_themeGroup->checkedAction()->data().toInt()),
            static_cast<DirectionColours>(m_directionGroup->checkedAction()->data().toInt()));
    };
    connect(m_themeGroup, &QActionGroup::triggered, this, apply);
    connect(m_directionGroup, &QActionGroup::triggered, this, apply);
}

void MainWindow::makeStrategiesMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Strategies"));
    m_newStrategyAction =
        menu->addAction(tr("&New strategy…"), this, &MainWindow::openNewStrategyDialog);
    m_newStrategyAction->setShortcut(tr("Ctrl+Shift+N"));
    m_strategies->addAction(m_newStrategyAction);
    m_approveAction =
        menu->addAction(icon(QLatin1StringView("approve")), tr("&Approve or revoke…"), this,
                        [this] { openApprovalDialog(m_strategies->selectedName()); });
    m_approveAction->setShortcut(tr("Ctrl+Shift+A"));
    m_keysAction = menu->addAction(icon(QLatin1StringView("lock")), tr("&Keys and signatures…"),
                                   this, &MainWindow::openKeyManager);
    m_keysAction->setShortcut(tr("Ctrl+Shift+K"));
    m_strategies->addAction(m_keysAction);
    m_restoreAction =
        menu->addAction(tr("Re&store approvals and keys…"), this, &MainWindow::openRestoreDialog);
    QAction* rescan =
        menu->addAction(icon(QLatin1StringView("refresh")), tr("&Read the folders again"),
                        &m_services.scanner, &models::StrategyScanner::rescan);
    rescan->setShortcut(tr("F5"));
}

void MainWindow::makeReplayMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Replay"));
    m_newReplayAction = menu->addAction(icon(QLatin1StringView("replay")), tr("&New replay…"), this,
                                        [this] { openReplayDialog({}); });
    m_newReplayAction->setShortcut(tr("Ctrl+N"));
    menu->addSeparator();
    m_replay->addActionsTo(menu);
    menu->addSeparator();
    m_accounts->addActionsTo(menu->addMenu(tr("&Account")));
    menu->addSeparator();
    m_unloadAction = menu->addAction(tr("&Unload"), this, &MainWindow::unloadReplay);
    m_unloadAction->setShortcut(tr("Ctrl+W"));
}

void MainWindow::makeHistoryMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&History"));
    menu->addAction(m_importAction);
    m_history->setImportAction(m_importAction);
    m_history->addActionsTo(menu);
    menu->addSeparator();
    QAction* reload =
        menu->addAction(icon(QLatin1StringView("refresh")), tr("&Read the history again"), this, [this] {
            for (const auto& entry : m_coverage) {
                m_history->markChanged(entry.instrument.symbol);
                m_market->markChanged(entry.instrument.symbol);
            }
            requestCoverage();
        });
    reload->setShortcut(tr("Shift+F5"));
    menu->addSeparator();
    QAction* database = menu->addAction(tr("&Database…"), this, &MainWindow::openDatabaseDialog);
    database->setShortcut(tr("Ctrl+Shift+D"));
    database->setToolTip(tr("Where the history is and what it takes; moves it to a server"));
}

void MainWindow::makeWindowMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Window"));
    int number = 0;
    for (Panel* panel : panels()) {
        QAction* action = panel->toggleViewAction();
        action->setShortcut(QKeySequence(tr("Ctrl+%1").arg(++number)));
        menu->addAction(action);
        // A panel that is called for comes to the front of its tabs. As Qt has it, one behind others would close.
        disconnect(action, &QAction::triggered, panel, nullptr);
        connect(action, &QAction::triggered, this, [this, panel, action] {
            m_ownLayout = true;
            const bool isInFront = !panel->isHidden() && !panel->visibleRegion().isEmpty();
            panel->setVisible(!isInFront);
            if (!isInFront)
                panel->raise();
            action->setChecked(!isInFront);
        });
    }
}

void MainWindow::makeHelpMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("H&elp"));
    menu->addAction(tr("&About Quarterdeck"), this, [this] {
        QMessageBox::about(
            this, tr("Quarterdeck"),
            tr("<b>Quarterdeck %1</b><p>A trading workstation that replays real history "
               "against strategies you have approved.</p><p>Free software under the GNU "
               "General Public License, version 3 or later.</p>")
                .arg(QCoreApplication::applicationVersion()));
    });
    menu->addAction(tr("About &Qt"), this, [this] { QMessageBox::aboutQt(this); });
}

void MainWindow::updateActions()
{
    const bool writable = !m_services.workspace.readOnly();
    m_importAction->setEnabled(writable);
    m_approveAction->setEnabled(writable);
    m_keysAction->setEnabled(writable);
    m_newStrategyAction->setEnabled(writable);
    m_restoreAction->setEnabled(writable);
    m_exportAction->setEnabled(!m_sessionFolder.empty());
    m_newReplayAction->setEnabled(!m_coverage.empty());
    m_unloadAction->setEnabled(m_snapshot != nullptr);
}

void MainWindow::openImportDialog()
{
    if (!m_importAction->isEnabled())
        return;
    auto* dialog = new dialogs::ImportDialog(m_services.planner, m_services.jobs, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openDatabaseDialog()
{
    if (!m_database)
        m_database = new models::DatabaseKeeper({m_services.history, m_services.workspace.folder(),
                                                 !m_services.workspace.readOnly(), m_services.writer},
                                                models::DATABASE_PATIENCE, this);
    auto* dialog = new dialogs::DatabaseDialog(*m_database, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openExportDialog()
{
    if (m_sessionFolder.empty())
        return;
    auto* dialog = new dialogs::ExportDialog(m_sessionFolder, QDir::homePath(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openEventDialog(core::CorrelationId event, const QString& strategy)
{
    if (m_sessionFolder.empty())
        return;
    if (!m_events) {
        using core::engine::ReplayController;
        m_events = new dialogs::EventDialog(this);
        connect(m_events, &dialogs::EventDialog::journalWanted, &m_services.replay,
                &ReplayController::flushJournal);
        connect(&m_services.replay, &ReplayController::journalFlushed, m_events,
                &dialogs::EventDialog::handleJournalFlushed);
    }
    m_events->follow(m_sessionFolder, event, strategy);
    m_events->show();
    m_events->raise();
    m_events->activateWindow();
}

void MainWindow::openRestoreDialog()
{
    if (!m_restoreAction->isEnabled())
        return;
    auto* dialog = new dialogs::RestoreDialog(m_services.scanner, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openApprovalDialog(const QString& strategy)
{
    const models::StrategyListPtr list = m_services.scanner.latest();
    if (!list || m_services.workspace.readOnly())
        return;
    const auto found =
        std::find_if(list->begin(), list->end(), [&](const models::StrategyItem& item) {
            return QString::fromStdString(item.entry.name) == strategy;
        });
    if (found == list->end())
        return;
    auto* dialog = new dialogs::ApprovalDialog(m_services.scanner, *found, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openKeyManager()
{
    const models::StrategyListPtr list = m_services.scanner.latest();
    QString file;
    if (list)
        for (const models::StrategyItem& item : *list)
            if (QString::fromStdString(item.entry.name) == m_strategies->selectedName())
                file = QString::fromStdString(item.entry.file.string());
    auto* dialog = new dialogs::KeyManagerDialog(m_services.scanner.places(),
                                                 m_services.workspace.folder() / "keys", file,
                                                 core::trust::SENSITIVE_SCRYPT, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

dialogs::ReplaySetupDialog* MainWindow::openReplayDialog(const QStringList& strategies)
{
    if (m_coverage.empty()) {
        openImportDialog();
        return nullptr;
    }
    models::StrategyListPtr list = m_services.scanner.latest();
    if (!list)
        list = std::make_shared<models::StrategyList>();
    const QStringList checked = strategies.isEmpty() ? m_strategies->checkedNames() : strategies;
    auto* dialog = new dialogs::ReplaySetupDialog(list, m_coverage, checked, this);
    // Named strategies are set up afresh; the account is the user's own habit and stays.
    if (m_request && strategies.isEmpty())
        dialog->setRequest(*m_request);
    else if (m_request)
        dialog->setAccount(*m_request);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &dialogs::ReplaySetupDialog::replayRequested, this, &MainWindow::startReplay);
    dialog->open();
    return dialog;
}

} // namespace ui
