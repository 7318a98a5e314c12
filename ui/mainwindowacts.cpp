// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the window asks before it acts on an account.
#include "ui/mainwindow.h"

#include "ui/dialogs/leveragedialog.h"
#include "ui/panels/accountspanel.h"

namespace ui {

using core::engine::ReplayController;
using core::portfolio::UserAction;

void MainWindow::connectActs()
{
    ReplayController& replay = m_services.replay;
    connect(m_accounts, &panels::AccountsPanel::actRequested, this, &MainWindow::requestAct);
    connect(this, &MainWindow::actConfirmed, &replay, &ReplayController::actOnAccount);
    connect(&replay, &ReplayController::actionRefused, this, &MainWindow::showProblem);
    connect(&replay, &ReplayController::journalMoved, this, [this](const QString& folder) {
        if (m_request)
            m_sessionFolder = folder.toStdString();
    });
}

void MainWindow::requestAct(UserAction::Kind kind, core::AccountIndex account)
{
    if (!m_snapshot || account >= m_snapshot->accounts.size())
        return;
    const UserAction action{kind, account, 0, 0, 0};
    const bool needsAnswer = kind == UserAction::Kind::Reset || kind == UserAction::Kind::SetLeverage ||
                             m_snapshot->laterActions > 0;
    if (!needsAnswer) {
        emit actConfirmed(action);
        return;
    }
    // What the dialog shows is what will happen: the marks stand still.
    QMetaObject::invokeMethod(&m_services.replay, &ReplayController::pause);
    dialogs::ActDialog* dialog = nullptr;
    if (kind == UserAction::Kind::SetLeverage)
        dialog = new dialogs::LeverageDialog(m_snapshot, account, this);
    else
        dialog = new dialogs::ActDialog(m_snapshot, action, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(this, &MainWindow::snapshotShown, dialog, &dialogs::ActDialog::setSnapshot);
    connect(dialog, &dialogs::ActDialog::confirmed, this, &MainWindow::actConfirmed);
    dialog->open();
}

} // namespace ui
