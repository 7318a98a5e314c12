// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The history's panel and the jobs that it asks for.
#include "ui/mainwindow.h"

#include "core/history/historyjobs.h"
#include "core/history/historysurvey.h"
#include "ui/dialogs/deletedialog.h"
#include "ui/dialogs/downloaddialog.h"
#include "ui/dialogs/replaysetupdialog.h"
#include "ui/models/historytablemodel.h"
#include "ui/models/strategyscanner.h"
#include "ui/panels/coverageview.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/jobsview.h"
#include "ui/panels/marketpanel.h"

#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>

namespace ui {

using core::history::HistoryJobs;
using core::history::HistorySurvey;
using core::history::JobId;
using core::history::JobKind;
using core::history::JobRequest;
using panels::HistoryPanel;

void MainWindow::connectSurvey()
{
    HistorySurvey& survey = m_services.survey;
    connect(m_history, &HistoryPanel::surveyRequested, &survey, &HistorySurvey::requestSurvey);
    connect(m_history, &HistoryPanel::stripRequested, &survey, &HistorySurvey::requestStrip);
    connect(m_history, &HistoryPanel::gapsRequested, &survey, &HistorySurvey::requestGaps);
    // Says which queued requests are stale, so it must overtake the queue; the call is thread-safe.
    connect(m_history, &HistoryPanel::newestStripChanged, &survey, &HistorySurvey::setNewestStrip,
            Qt::DirectConnection);
    connect(&survey, &HistorySurvey::surveyReady, m_history, &HistoryPanel::handleSurvey);
    connect(&survey, &HistorySurvey::stripReady, m_history, &HistoryPanel::handleStrip);
    connect(&survey, &HistorySurvey::gapsReady, m_history, &HistoryPanel::handleGaps);
    connect(&survey, &HistorySurvey::failed, m_history, &HistoryPanel::handleFailed);
    connect(m_history, &HistoryPanel::showOnChartRequested, this,
            [this](const core::Symbol& symbol, core::Timestamp time) {
                m_market->raise();
                m_market->showMoment(symbol, time);
            });
    connect(m_history, &HistoryPanel::replayRequested, this, &MainWindow::openReplayDialogFrom);
}

void MainWindow::connectJobs()
{
    HistoryJobs& jobs = m_services.jobs;
    panels::JobsView& view = m_history->jobs();
    connect(&jobs, &HistoryJobs::jobsChanged, &view, &panels::JobsView::setJobs);
    connect(&jobs, &HistoryJobs::troubled, this, &MainWindow::showProblem);
    connect(&jobs, &HistoryJobs::historyChanged, this, [this](const core::Symbol& symbol) {
        m_history->markChanged(symbol);
        m_market->markChanged(symbol);
        requestCoverage();
    });
    connect(&view, &panels::JobsView::pauseRequested, &jobs, &HistoryJobs::pause);
    connect(&view, &panels::JobsView::resumeRequested, &jobs, &HistoryJobs::resume);
    connect(&view, &panels::JobsView::cancelRequested, &jobs, &HistoryJobs::cancel);
    connect(&view, &panels::JobsView::clearRequested, &jobs, &HistoryJobs::clearFinished);
    const auto submits = [this](JobKind kind) {
        return [this, kind](const core::Symbol& symbol) {
            JobRequest request;
            request.kind = kind;
            request.symbol = symbol;
            submitJob(request);
        };
    };
    connect(m_history, &HistoryPanel::fillRequested, this, submits(JobKind::FillGaps));
    connect(m_history, &HistoryPanel::verifyRequested, this, submits(JobKind::Verify));
    connect(m_history, &HistoryPanel::downloadRequested, this, &MainWindow::openDownloadDialog);
    connect(m_history, &HistoryPanel::deleteRequested, this, &MainWindow::openDeleteDialog);
    const bool writable = !m_services.workspace.readOnly();
    m_history->setWritable(writable);
    if (writable)
        QMetaObject::invokeMethod(&jobs, &HistoryJobs::start, Qt::QueuedConnection);
}

void MainWindow::submitJob(const JobRequest& request)
{
    const JobId id = HistoryJobs::nextId();
    QMetaObject::invokeMethod(
        &m_services.jobs, [jobs = &m_services.jobs, id, request] { jobs->submit(id, request); },
        Qt::QueuedConnection);
    m_history->jobs().select(id);
    m_history->showJobs();
}

void MainWindow::openDownloadDialog()
{
    auto access = core::history::venueAccess(m_services.workspace.folder());
    if (!access)
        return showProblem(QString::fromStdString(access.error().what), QString::fromStdString(access.error().remedy));
    dialogs::DownloadDialog::Extents known;
    for (int row = 0; row < m_history->model().rowCount(); ++row) {
        if (const auto survey = m_history->model().surveyAt(row); survey && survey->trades)
            known[m_history->model().coverageAt(row)->instrument.symbol] = *survey->trades;
    }
    const auto chosen = m_history->chosen();
    auto* dialog = new dialogs::DownloadDialog(chosen ? QString::fromStdString(chosen->text()) : QStringLiteral("BTC/USD"),
                                               std::move(known), *access, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &dialogs::DownloadDialog::endpointChosen, &m_services.jobs, &HistoryJobs::setEndpoint);
    connect(dialog, &dialogs::DownloadDialog::downloadsRequested, this,
            [this](const std::vector<JobRequest>& requests) {
                for (const JobRequest& request : requests)
                    submitJob(request);
            });
    dialog->open();
}

void MainWindow::openDeleteDialog(const core::Symbol& symbol)
{
    const int row = m_history->model().rowOf(symbol);
    const auto* coverage = m_history->model().coverageAt(row);
    if (!coverage)
        return;
    auto* dialog = new dialogs::DeleteDialog(*coverage, m_history->model().surveyAt(row), m_history->view().range(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &dialogs::DeleteDialog::countRequested, &m_services.survey,
            [survey = &m_services.survey](quint64 token, const core::Symbol& of, const core::history::TimeRange& range) {
                survey->requestStrip(token, of, range, 1);
            });
    connect(&m_services.survey, &HistorySurvey::stripReady, dialog, &dialogs::DeleteDialog::handleCount);
    connect(dialog, &dialogs::DeleteDialog::deletionRequested, this, &MainWindow::submitJob);
    dialog->requestCount();
    dialog->open();
}

void MainWindow::openReplayDialogFrom(const core::Symbol& symbol, core::Timestamp from)
{
    core::engine::ReplayRequest request = m_request.value_or(core::engine::ReplayRequest());
    request.symbols = {symbol};
    request.range = {from, core::Timestamp::max()};
    if (auto* dialog = openReplayDialog({}))
        dialog->setRequest(request);
}

void MainWindow::showHistory()
{
    m_history->setCoverage(m_coverage);
    if (m_services.history.isServer()) {
        m_history->setStorage(QString::fromStdString(m_services.history.text()));
        return;
    }
    const QFileInfo file(QString::fromStdString(m_services.history.file().string()));
    m_history->setStorage(file.exists() ? tr("%1 · %2").arg(file.fileName(), QLocale::c().formattedDataSize(file.size()))
                                        : QString());
}

} // namespace ui
