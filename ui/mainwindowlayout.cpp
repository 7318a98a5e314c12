// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The window's outside: where panels lie, what is kept of it, the status bar and the clock.
#include "ui/mainwindow.h"

#include "core/base/workspace.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/strategyscanner.h"
#include "ui/panels/accountspanel.h"
#include "ui/panels/equitypanel.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/marginpanel.h"
#include "ui/panels/marketpanel.h"
#include "ui/panels/replaypanel.h"
#include "ui/panels/strategiespanel.h"
#include "ui/spoolstatus.h"
#include "ui/statusline.h"

#include <QAction>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPointer>
#include <QSettings>
#include <QStatusBar>
#include <QToolBar>

#include <algorithm>

namespace ui {
namespace {

/// Below this width the side panels share one place: side by side they would clip each other.
constexpr int COMPACT_WIDTH = 1500;
constexpr int LAYOUT_VERSION = 2;
/// Of layouts that had no history panel.
constexpr int FIRST_LAYOUT_VERSION = 1;
constexpr int REPLAY_HEIGHT = 94;

QString journalText(const std::filesystem::path& session)
{
    return QString::fromStdString(session.filename().string());
}

} // namespace

bool MainWindow::isCompact() const
{
    return width() < COMPACT_WIDTH;
}

void MainWindow::applyLayout(bool compact)
{
    m_layingOut = true;
    // Panels lose the keyboard while they are taken out.
    const QPointer<QWidget> focused = focusWidget();
    for (Panel* panel : panels()) {
        panel->setFloating(false);
        removeDockWidget(panel);
    }
    addDockWidget(Qt::TopDockWidgetArea, m_strategies);
    splitDockWidget(m_strategies, m_replay, Qt::Vertical);
    splitDockWidget(m_replay, m_equity, Qt::Vertical);
    splitDockWidget(m_strategies, m_market, Qt::Horizontal);
    if (compact)
        tabifyDockWidget(m_strategies, m_margin);
    else
        splitDockWidget(m_market, m_margin, Qt::Horizontal);
    splitDockWidget(m_equity, m_accounts, Qt::Horizontal);
    tabifyDockWidget(m_market, m_history);
    for (Panel* panel : panels())
        panel->show();
    m_strategies->raise();
    m_market->raise();
    const int wide = width();
    const int tall = height() - REPLAY_HEIGHT - 80;
    if (compact)
        resizeDocks({m_strategies, m_market}, {256, wide - 270}, Qt::Horizontal);
    else
        resizeDocks({m_strategies, m_market, m_margin}, {272, wide - 272 - 352, 340},
                    Qt::Horizontal);
    const int equity = compact ? wide * 36 / 100 : wide * 44 / 100;
    resizeDocks({m_equity, m_accounts}, {equity, wide - equity}, Qt::Horizontal);
    resizeDocks({m_market, m_replay, m_equity}, {tall * 64 / 100, REPLAY_HEIGHT, tall * 36 / 100},
                Qt::Vertical);
    m_compact = compact;
    if (focused)
        focused->setFocus();
    m_layingOut = false;
}

void MainWindow::resetLayout()
{
    m_ownLayout = false;
    applyLayout(isCompact());
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (m_compact && !m_ownLayout && *m_compact != isCompact())
        applyLayout(isCompact());
}

void MainWindow::restoreTheme()
{
    const int choice = std::clamp(m_settings->value(QStringLiteral("theme")).toInt(), 0, 2);
    const int directions =
        std::clamp(m_settings->value(QStringLiteral("directions")).toInt(), 0, 2);
    themeManager().apply(static_cast<ThemeChoice>(choice),
                         static_cast<DirectionColours>(directions));
}

void MainWindow::restoreSettings()
{
    for (QAction* action : m_themeGroup->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(themeManager().choice()));
    for (QAction* action : m_directionGroup->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(themeManager().directions()));
    restoreGeometry(m_settings->value(QStringLiteral("geometry")).toByteArray());
    m_replay->setSpeed(m_settings->value(QStringLiteral("speed"), m_replay->speed()).toDouble());
    applyLayout(isCompact());
    m_layingOut = true;
    const QByteArray layout = m_settings->value(QStringLiteral("layout")).toByteArray();
    m_ownLayout = restoreState(layout, LAYOUT_VERSION);
    if (!m_ownLayout && restoreState(layout, FIRST_LAYOUT_VERSION)) {
        tabifyDockWidget(m_market, m_history);
        m_history->show();
        m_market->raise();
        m_ownLayout = true;
    }
    m_layingOut = false;
}

void MainWindow::saveSettings()
{
    if (m_services.workspace.readOnly())
        return;
    m_settings->setValue(QStringLiteral("geometry"), saveGeometry());
    // The layout that fits the size needs no memory; one that the user made does.
    if (m_ownLayout)
        m_settings->setValue(QStringLiteral("layout"), saveState(LAYOUT_VERSION));
    else
        m_settings->remove(QStringLiteral("layout"));
    m_settings->setValue(QStringLiteral("speed"), m_replay->speed());
    if (m_strategiesKnown)
        m_settings->setValue(QStringLiteral("strategies"), m_strategies->checkedNames());
    m_settings->setValue(QStringLiteral("theme"), static_cast<int>(themeManager().choice()));
    m_settings->setValue(QStringLiteral("directions"),
                         static_cast<int>(themeManager().directions()));
    if (!m_coverage.empty())
        m_settings->setValue(QStringLiteral("market"), m_market->saveState());
    m_settings->sync();
}

void MainWindow::makeStatusBar()
{
    m_replayStatus = new StatusLine(this);
    m_historyStatus = new StatusLine(this);
    m_spoolStatus = new StatusLine(this);
    m_spoolStatus->setObjectName(QStringLiteral("spoolStatus"));
    m_journalStatus = new StatusLine(this);
    for (StatusLine* line : {m_replayStatus, m_historyStatus, m_spoolStatus, m_journalStatus})
        statusBar()->addWidget(line);
    m_fingerprint = new QLabel(this);
    setRole(m_fingerprint, "faint");
    m_fingerprint->setFont(figureFont(LABEL_PIXELS));
    m_fingerprint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    statusBar()->addPermanentWidget(m_fingerprint);
    statusBar()->setSizeGripEnabled(false);
    m_historyStatus->show(Token::Faint, tr("Looking at the history…"));
    m_spoolStatus->hide();
    updateStatus();
}

void MainWindow::showSpool()
{
    SpoolNotice notice;
    if (m_services.writer) {
        const core::history::WriterState state = m_services.writer->state();
        notice = spoolNotice(state);
        const bool waits = state.spool.batches > 0;
        if (m_spoolWaits && !waits)
            requestCoverage();
        m_spoolWaits = waits;
    }
    m_spoolStatus->show(notice.token, notice.text);
    m_spoolStatus->setToolTip(notice.toolTip);
    m_spoolStatus->setVisible(!notice.text.isEmpty());
}

void MainWindow::makeClock()
{
    m_clock = new QLabel(this);
    m_clock->setFont(figureFont(VALUE_PIXELS));
    m_clock->setContentsMargins(12, 0, 12, 0);
    m_clock->setFixedHeight(menuBar()->sizeHint().height() - SPACE);
    m_clock->setAlignment(Qt::AlignVCenter | Qt::AlignRight);
    setRole(m_clock, "secondary");
    menuBar()->setCornerWidget(m_clock);
    connect(&m_clockTick, &QTimer::timeout, this, &MainWindow::showClock);
    m_clockTick.start(1000);
    showClock();
}

void MainWindow::showClock()
{
    // The market's time: the replay's while there is one.
    const bool replaying = m_snapshot != nullptr;
    const core::Timestamp now = replaying ? m_snapshot->time : core::SystemClock().now();
    const QDateTime time = format::toDateTime(now);
    m_clock->setText(tr("UTC %1").arg(time.toString(QStringLiteral("HH:mm"))));
    m_clock->setToolTip(
        (replaying ? tr("Replay time: %1 UTC") : tr("%1 UTC")).arg(format::dateTime(now)));
}

QToolBar* MainWindow::addBanner(const QString& name, const QString& title, const QPixmap& sign,
                                const QString& text)
{
    auto* banner = new QToolBar(title, this);
    banner->setObjectName(name);
    banner->setMovable(false);
    auto* picture = new QLabel(banner);
    picture->setPixmap(sign);
    picture->setContentsMargins(8, 4, 8, 4);
    auto* label = new QLabel(text, banner);
    label->setObjectName(QStringLiteral("text"));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    banner->addWidget(picture);
    banner->addWidget(label);
    addToolBar(Qt::TopToolBarArea, banner);
    return banner;
}

void MainWindow::makeReadOnlyBanner()
{
    if (!m_services.workspace.readOnly())
        return;
    const QToolBar* banner = addBanner(
        QStringLiteral("readOnlyBanner"), tr("Read-only workspace"),
        icon(QLatin1StringView("lock"), Token::Warn).pixmap(16, 16),
        tr("This workspace is read-only here: another program has it open, or its folder "
           "cannot be written. You can look and, beside another program, replay, but not import, "
           "approve or keep journals. Close the other program and start again to change that."));
    setRole(banner->findChild<QLabel*>(QStringLiteral("text")), "warn");
}

void MainWindow::makeUnsignedBanner()
{
    using core::strategy::UnsignedScripts;
    if (m_services.scanner.places().unsignedScripts != UnsignedScripts::Allowed)
        return;
    QToolBar* banner = addBanner(
        QStringLiteral("unsignedBanner"), tr("Unsigned strategies"),
        icon(QLatin1StringView("revoke"), Token::Bad).pixmap(16, 16),
        tr("Unsigned strategies are allowed: scripts run that nobody approved. Every line of the journal says so."));
    // It must stay in sight.
    banner->toggleViewAction()->setEnabled(false);
    setRole(banner, "alarm");
    setRole(banner->findChild<QLabel*>(QStringLiteral("text")), "alarm");
}

void MainWindow::showJournal()
{
    const QString journal = journalText(m_sessionFolder);
    switch (m_journal) {
    case JournalState::Written:
        m_journalStatus->show(Token::Ok, tr("Journal %1").arg(journal));
        break;
    case JournalState::Waiting:
        m_journalStatus->show(Token::Warn, tr("Journal waits for the disk"));
        break;
    case JournalState::Incomplete:
        m_journalStatus->show(Token::Bad, tr("Journal incomplete %1").arg(journal));
        break;
    }
}

void MainWindow::updateStatus()
{
    if (!m_snapshot) {
        m_replayStatus->show(Token::Faint, tr("No replay"));
        m_journalStatus->show(Token::Faint, tr("No journal"));
        m_fingerprint->clear();
    } else {
        const bool ended = m_snapshot->barsDone >= m_snapshot->barsTotal;
        const QString state = m_replay->isPlaying() ? tr("Playing")
                              : ended               ? tr("Played to the end")
                                                    : tr("Paused");
        m_replayStatus->show(m_replay->isPlaying() ? Token::Accent
                             : ended               ? Token::Ok
                                                   : Token::Dim,
                             tr("%1 · %2").arg(state, format::dateTime(m_snapshot->time)));
        showJournal();
        m_fingerprint->setText(
            m_snapshot->fingerprint.empty()
                ? QString()
                : tr("fingerprint %1")
                      .arg(QString::fromStdString(m_snapshot->fingerprint.substr(0, 16))));
        m_fingerprint->setToolTip(QString::fromStdString(m_snapshot->fingerprint));
    }
    std::int64_t candles = 0;
    for (const auto& entry : m_coverage)
        candles += entry.candles;
    const QString database =
        m_services.history.isServer() ? QStringLiteral("PostgreSQL") : QStringLiteral("SQLite");
    if (candles > 0)
        m_historyStatus->show(Token::Ok,
                              tr("History %1 · %2 candles").arg(database, format::count(candles)));
    else if (m_coverageToken > 0)
        m_historyStatus->show(Token::Faint, tr("History %1 · empty").arg(database));
    m_historyStatus->setToolTip(QString::fromStdString(m_services.history.text()));
}

} // namespace ui
