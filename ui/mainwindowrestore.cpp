// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The replay that was loaded when the program last ended, or was killed.
#include "ui/mainwindow.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/panels/replaypanel.h"

#include <QAction>
#include <QMessageBox>
#include <QPushButton>
#include <QStringList>
#include <QToolBar>

#include <utility>

namespace ui {
namespace {

QString strategiesOf(const core::engine::ReplayRequest& request)
{
    QStringList names;
    for (const core::engine::ReplayStrategy& strategy : request.strategies)
        names.append(QString::fromStdString(strategy.name));
    return names.join(MainWindow::tr(", "));
}

} // namespace

void MainWindow::connectRestoring()
{
    using core::engine::ReplayController;
    ReplayController& replay = m_services.replay;
    connect(&replay, &ReplayController::restoring, this, &MainWindow::handleRestoring);
    connect(&replay, &ReplayController::restored, this, &MainWindow::handleRestored);
    connect(&replay, &ReplayController::restoreRefused, this, &MainWindow::handleRestoreRefused);
    connect(&replay, &ReplayController::keepingWaits, this, &MainWindow::showProblem);
    connect(&replay, &ReplayController::notKept, this, &MainWindow::showProblem);
    // Whoever goes on has read it.
    connect(&replay, &ReplayController::playingChanged, this, [this](bool playing) {
        if (playing)
            dropRestoredBanner();
    });
}

/// Once, as soon as the history is known: its candles say how far the replay's time line goes.
void MainWindow::requestRestore()
{
    if (std::exchange(m_askedToRestore, true) || m_request)
        return;
    QMetaObject::invokeMethod(&m_services.replay,
                              [&replay = m_services.replay, speed = m_replay->speed()] {
                                  replay.setSpeed(speed);
                                  replay.restore();
                              });
}

void MainWindow::handleRestoring(const core::engine::StoredReplay& replay)
{
    // A replay that was started meanwhile takes its place.
    if (m_request)
        return;
    m_restoring = true;
    m_request = replay.request;
}

void MainWindow::handleRestored(const core::engine::StoredReplay& replay)
{
    if (!std::exchange(m_restoring, false))
        return;
    const QString story =
        replay.killed
            ? tr("The program ended without closing its replay. It was restored exactly as it was "
                 "last shown")
            : tr("The replay was restored where you left it");
    const QString text =
        tr("%1: %2 at %3 UTC, positions: %4, working orders: %5. Its journal was written again, in "
           "a folder of its own.")
            .arg(story, strategiesOf(replay.request), format::dateTime(replay.time),
                 format::count(replay.positions), format::count(replay.workingOrders));
    dropRestoredBanner();
    m_restoredBanner =
        addBanner(QStringLiteral("restoredBanner"), tr("Restored session"),
                  icon(QLatin1StringView("replay"), Token::Accent).pixmap(16, 16), text);
    QAction* close = m_restoredBanner->addAction(tr("Dismiss"));
    close->setToolTip(tr("Hide this message"));
    connect(close, &QAction::triggered, this, &MainWindow::dropRestoredBanner);
}

void MainWindow::dropRestoredBanner()
{
    if (QToolBar* banner = std::exchange(m_restoredBanner, nullptr)) {
        removeToolBar(banner);
        banner->deleteLater();
    }
}

void MainWindow::handleRestoreRefused(const core::engine::StoredReplay& replay, const QString& what,
                                      const QString& remedy)
{
    if (!std::exchange(m_restoring, false))
        return;
    m_request.reset();
    m_replayRefused = true;
    auto* box =
        new QMessageBox(QMessageBox::Warning, tr("Quarterdeck"),
                        tr("The replay of %1, which stood at %2 UTC, cannot be continued: %3")
                            .arg(strategiesOf(replay.request), format::dateTime(replay.time), what),
                        QMessageBox::Close, this);
    box->setInformativeText(remedy);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* anew = box->addButton(tr("Start anew"), QMessageBox::AcceptRole);
    anew->setToolTip(tr("Load the same strategies and settings at their beginning"));
    connect(anew, &QPushButton::clicked, this,
            [this, request = replay.request] { startReplay(request); });
    box->setDefaultButton(QMessageBox::Close);
    box->open();
}

} // namespace ui
