// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"

#include "core/history/historyreader.h"
#include "core/history/historywriter.h"
#include "ui/charts/candlechart.h"
#include "ui/format.h"
#include "ui/models/strategylistmodel.h"
#include "ui/models/strategyscanner.h"
#include "ui/panels/accountspanel.h"
#include "ui/panels/equitypanel.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/marginpanel.h"
#include "ui/panels/marketpanel.h"
#include "ui/panels/replaypanel.h"
#include "ui/panels/strategiespanel.h"
#include "ui/statusline.h"

#include <QAction>
#include <QCloseEvent>
#include <QDir>
#include <QLabel>
#include <QMessageBox>
#include <QSettings>
#include <QStatusBar>

#include <algorithm>
#include <utility>

namespace ui {
namespace {

/// A seek that says nothing for so long changed nothing, and the next one may go.
constexpr int SEEK_PATIENCE_MILLISECONDS = 1000;

/// What the controller is at, in words.
QString busyText(const QString& what)
{
    if (what == QLatin1StringView("restore"))
        return MainWindow::tr("Restoring the last session");
    if (what == QLatin1StringView("load"))
        return MainWindow::tr("Loading");
    return what == QLatin1StringView("seek") ? MainWindow::tr("Seeking") : what;
}

} // namespace

MainWindow::MainWindow(Services services, QWidget* parent)
    : QMainWindow(parent), m_services(services)
{
    setWindowTitle(tr("Quarterdeck"));
    setObjectName(QStringLiteral("quarterdeck"));
    const auto file = services.workspace.folder() / "window.ini";
    m_settings =
        std::make_unique<QSettings>(QString::fromStdString(file.string()), QSettings::IniFormat);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks | AnimatedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setContentsMargins(6, 0, 6, 0);
    setMinimumSize(960, 600);
    m_frame.setSingleShot(true);
    m_frame.setInterval(FRAME_MILLISECONDS);
    connect(&m_frame, &QTimer::timeout, this, &MainWindow::showLatest);
    m_seekGuard.setSingleShot(true);
    m_seekGuard.setInterval(SEEK_PATIENCE_MILLISECONDS);
    connect(&m_seekGuard, &QTimer::timeout, this, &MainWindow::endSeek);
    // Before any widget measures itself.
    restoreTheme();
    makePanels();
    makeMenus();
    makeStatusBar();
    makeClock();
    makeReadOnlyBanner();
    makeUnsignedBanner();
    connectHistory();
    connectSpool();
    connectSurvey();
    connectJobs();
    connectReplay();
    connectActs();
    connectRestoring();
    connectStrategies();
    resize(1600, 900);
    restoreSettings();
    m_services.scanner.rescan();
    requestCoverage();
}

MainWindow::~MainWindow() = default;

void MainWindow::makePanels()
{
    m_strategies = new panels::StrategiesPanel(this);
    m_market = new panels::MarketPanel(this);
    m_margin = new panels::MarginPanel(this);
    m_replay = new panels::ReplayPanel(this);
    m_equity = new panels::EquityPanel(this);
    m_accounts = new panels::AccountsPanel(this);
    m_history = new panels::HistoryPanel(this);
    const auto& folders = m_services.scanner.places().folders;
    if (!folders.empty())
        m_strategies->setWatchedFolder(QString::fromStdString(folders.front().string()));
    for (Panel* panel : panels()) {
        const auto moved = [this] {
            if (!m_layingOut)
                m_ownLayout = true;
        };
        connect(panel, &QDockWidget::topLevelChanged, this, moved);
        connect(panel, &QDockWidget::dockLocationChanged, this, moved);
    }
}

std::vector<Panel*> MainWindow::panels() const
{
    return {m_strategies, m_market, m_margin, m_replay, m_equity, m_accounts, m_history};
}

void MainWindow::connectHistory()
{
    using charts::CandleSource;
    using core::history::HistoryReader;
    HistoryReader& reader = m_services.reader;
    CandleSource& source = m_market->chart().source();
    connect(&source, &CandleSource::candlesRequested, &reader, &HistoryReader::requestCandles);
    // Says which queued requests are stale, so it must overtake the queue; the call is thread-safe.
    connect(&source, &CandleSource::oldestWantedChanged, &reader, &HistoryReader::setNewestToken,
            Qt::DirectConnection);
    connect(&reader, &HistoryReader::candlesReady, &source, &CandleSource::handleCandles);
    connect(&reader, &HistoryReader::coverageReady, this, &MainWindow::handleCoverage);
    connect(&reader, &HistoryReader::failed, m_market, &panels::MarketPanel::handleFailed);
    connect(&reader, &HistoryReader::failed, this,
            [this](quint64 token, const QString& what, const QString& remedy) {
                if (token != m_coverageToken)
                    return;
                m_historyKnown = true;
                m_market->setError(what, remedy);
                m_historyStatus->show(Token::Bad, tr("History unreadable"));
                requestRestore();
            });
    connect(m_market, &panels::MarketPanel::importRequested, this, &MainWindow::openImportDialog);
}

void MainWindow::connectSpool()
{
    using core::history::HistoryWriter;
    // It tells once after each look, so there is a look a frame at most.
    if (m_services.writer)
        connect(m_services.writer, &HistoryWriter::stateChanged, this,
                [this] { QTimer::singleShot(FRAME_MILLISECONDS, this, &MainWindow::showSpool); });
    showSpool();
}

void MainWindow::connectReplay()
{
    using core::engine::ReplayController;
    using panels::ReplayPanel;
    ReplayController& replay = m_services.replay;
    connect(m_replay, &ReplayPanel::playRequested, &replay, &ReplayController::play);
    connect(m_replay, &ReplayPanel::pauseRequested, &replay, &ReplayController::pause);
    connect(m_replay, &ReplayPanel::stepBarRequested, &replay, &ReplayController::stepBar);
    connect(m_replay, &ReplayPanel::stepToNextFillRequested, &replay,
            &ReplayController::stepToNextFill);
    connect(m_replay, &ReplayPanel::stepToNextMarginCallRequested, &replay,
            &ReplayController::stepToNextMarginCall);
    connect(m_replay, &ReplayPanel::speedRequested, &replay, &ReplayController::setSpeed);
    connect(m_replay, &ReplayPanel::seekRequested, this, &MainWindow::seek);
    connect(m_replay, &ReplayPanel::newReplayRequested, this, [this] { openReplayDialog({}); });
    connect(&replay, &ReplayController::loaded, this, &MainWindow::handleLoaded);
    connect(&replay, &ReplayController::failed, this, &MainWindow::handleReplayFailed);
    const auto journal = [this](JournalState state) {
        return [this, state](const QString& what, const QString& remedy) {
            setJournalState(state);
            showProblem(what, remedy);
        };
    };
    connect(&replay, &ReplayController::journalWaits, this, journal(JournalState::Waiting));
    connect(&replay, &ReplayController::journalFailed, this, journal(JournalState::Incomplete));
    connect(&replay, &ReplayController::journalRecovered, this,
            [this] { setJournalState(JournalState::Written); });
    connect(&replay, &ReplayController::snapshotPublished, this, &MainWindow::handleSnapshot);
    connect(&replay, &ReplayController::playingChanged, this, [this](bool playing) {
        m_replay->setPlaying(playing);
        updateStatus();
    });
    connect(&replay, &ReplayController::busy, this, [this](const QString& what, double fraction) {
        m_replay->setBusy(busyText(what), fraction);
        if (fraction >= 1.0)
            endSeek();
        else if (m_seeking)
            m_seekGuard.start();
    });
    connect(m_margin, &panels::MarginPanel::newReplayRequested, this,
            [this] { openReplayDialog({}); });
    connect(m_accounts, &panels::AccountsPanel::newReplayRequested, this,
            [this] { openReplayDialog({}); });
    connect(m_accounts, &panels::AccountsPanel::showOnChartRequested, m_market,
            &panels::MarketPanel::showMoment);
    connect(m_accounts, &panels::AccountsPanel::followEventRequested, this,
            &MainWindow::openEventDialog);
}

void MainWindow::connectStrategies()
{
    using models::StrategyScanner;
    using panels::StrategiesPanel;
    StrategyScanner& scanner = m_services.scanner;
    connect(&scanner, &StrategyScanner::scanned, m_strategies, &StrategiesPanel::setStrategies);
    connect(&scanner, &StrategyScanner::scanFailed, m_strategies, &StrategiesPanel::setScanError);
    const auto known = [this] {
        // What was checked the last time can only be checked once it is listed.
        if (!std::exchange(m_strategiesKnown, true))
            m_strategies->setCheckedNames(
                m_settings->value(QStringLiteral("strategies")).toStringList());
        updateActions();
    };
    connect(&scanner, &StrategyScanner::scanned, this, known);
    connect(&scanner, &StrategyScanner::scanFailed, this, known);
    // Behind the error, which it goes on from.
    connect(&scanner, &StrategyScanner::listsRefused, m_strategies, &StrategiesPanel::offerRestore);
    connect(m_strategies, &StrategiesPanel::restoreRequested, this, &MainWindow::openRestoreDialog);
    m_strategies->setUnsignedAllowed(scanner.places().unsignedScripts ==
                                     core::strategy::UnsignedScripts::Allowed);
    connect(m_strategies, &StrategiesPanel::rescanRequested, &scanner, &StrategyScanner::rescan);
    connect(m_strategies, &StrategiesPanel::reviewRequested, this, &MainWindow::openApprovalDialog);
    connect(m_strategies, &StrategiesPanel::newReplayRequested, this,
            &MainWindow::openReplayDialog);
    connectNewStrategies();
}

QStringList MainWindow::approvedStrategies() const
{
    QStringList names;
    if (const models::StrategyListPtr list = m_services.scanner.latest())
        for (const models::StrategyItem& item : *list)
            if (models::mayRun(item))
                names.append(QString::fromStdString(item.entry.name));
    return names;
}

bool MainWindow::canRunAsDeclared(core::market::Timeframe finest) const
{
    const models::StrategyListPtr list = m_services.scanner.latest();
    return !list || std::all_of(list->begin(), list->end(), [&](const models::StrategyItem& item) {
        return !models::mayRun(item) ||
               item.entry.metadata.timeframe.value_or(core::market::ONE_MINUTE)
                   .isMultipleOf(finest);
    });
}

void MainWindow::requestCoverage()
{
    const quint64 token = ++m_coverageToken;
    QMetaObject::invokeMethod(&m_services.reader, [&reader = m_services.reader, token] {
        reader.requestCoverage(token);
    });
}

void MainWindow::handleCoverage(quint64 token, const std::vector<core::history::Coverage>& coverage)
{
    if (token != m_coverageToken)
        return;
    const bool first = m_coverage.empty();
    m_historyKnown = true;
    m_coverage = coverage;
    m_market->setCoverage(coverage);
    showHistory();
    if (first) {
        m_market->restoreState(m_settings->value(QStringLiteral("market")).toMap());
        m_market->focusContent();
    }
    updateActions();
    updateStatus();
    requestRestore();
    emit coverageChanged();
}

void MainWindow::startReplay(const core::engine::ReplayRequest& request)
{
    m_request = request;
    m_replayRefused = false;
    m_restoring = false;
    dropRestoredBanner();
    QMetaObject::invokeMethod(&m_services.replay,
                              [&replay = m_services.replay, request, speed = m_replay->speed()] {
                                  replay.setSpeed(speed);
                                  replay.load(request);
                              });
}

void MainWindow::unloadReplay()
{
    QMetaObject::invokeMethod(&m_services.replay, &core::engine::ReplayController::unload);
    dropRestoredBanner();
    m_sessionFolder.clear();
    m_request.reset();
    m_snapshot.reset();
    m_snapshotUnshown = true;
    showLatest();
}

void MainWindow::handleLoaded(const core::engine::SnapshotPtr& snapshot,
                              const QString& journalFolder)
{
    m_sessionFolder = journalFolder.toStdString();
    m_journal = JournalState::Written;
    m_seeking = false;
    m_nextSeek.reset();
    // Another session: panels forget the previous one's logs first.
    m_snapshot.reset();
    m_snapshotUnshown = true;
    showLatest();
    m_replay->setRange(snapshot->begin, snapshot->end);
    handleSnapshot(snapshot);
    m_frame.stop();
    showLatest();
    emit replayLoaded();
}

void MainWindow::handleSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    // Snapshots from before an unload are still in the queue.
    if (!m_request)
        return;
    m_snapshot = snapshot;
    m_snapshotUnshown = true;
    endSeek();
    if (!m_frame.isActive())
        m_frame.start();
}

void MainWindow::showLatest()
{
    if (!m_snapshotUnshown)
        return;
    m_snapshotUnshown = false;
    const core::engine::SnapshotPtr snapshot = m_snapshot;
    m_market->setSnapshot(snapshot);
    m_replay->setSnapshot(snapshot);
    m_strategies->setSnapshot(snapshot);
    m_margin->setSnapshot(snapshot);
    m_equity->setSnapshot(snapshot);
    m_accounts->setSnapshot(snapshot);
    updateActions();
    updateStatus();
    showClock();
    emit snapshotShown(snapshot);
}

void MainWindow::seek(core::Timestamp time)
{
    if (m_seeking) {
        m_nextSeek = time;
        return;
    }
    m_seeking = true;
    m_seekGuard.start();
    QMetaObject::invokeMethod(&m_services.replay,
                              [&replay = m_services.replay, time] { replay.seek(time); });
}

void MainWindow::endSeek()
{
    m_seeking = false;
    m_seekGuard.stop();
    if (const auto next = std::exchange(m_nextSeek, std::nullopt))
        seek(*next);
}

void MainWindow::handleReplayFailed(const QString& what, const QString& remedy)
{
    m_replay->setBusy({}, 1.0);
    m_replayRefused = true;
    endSeek();
    showProblem(what, remedy);
}

void MainWindow::setJournalState(JournalState state)
{
    m_journal = state;
    updateStatus();
}

void MainWindow::showProblem(const QString& what, const QString& remedy)
{
    auto* box =
        new QMessageBox(QMessageBox::Warning, tr("Quarterdeck"), what, QMessageBox::Ok, this);
    box->setInformativeText(remedy);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveSettings();
    QMainWindow::closeEvent(event);
}

} // namespace ui
