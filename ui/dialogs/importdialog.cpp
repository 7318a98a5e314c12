// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/importdialog.h"

#include "core/history/historyjobs.h"
#include "core/history/importplanner.h"
#include "ui/dialogs/importplanform.h"
#include "ui/format.h"
#include "ui/models/jobwords.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableWidget>

#include <algorithm>

namespace ui::dialogs {

namespace {

using core::history::HistoryJobs;
using core::history::ImportOptions;
using core::history::ImportPlanner;
using core::history::ImportPlan;
using core::history::ImportReport;

constexpr int PROGRESS_STEPS = 1000;

QLabel* wrapped(QWidget* parent, const char* role)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    setRole(label, role);
    return label;
}

QString reportText(const ImportReport& report)
{
    using D = ImportDialog;
    QStringList lines;
    if (core::history::holdsTrades(report.plan))
        lines.append(D::tr("%1 trades new, %2 changed, %3 already there. Of the candles that they make:")
                         .arg(format::count(report.trades.inserted), format::count(report.trades.changed),
                              format::count(report.trades.unchanged)));
    lines.append(D::tr("%1 rows read in %2 s: %3 new, %4 changed, %5 already there, %6 repeated, "
                       "%7 left out.")
                     .arg(format::count(report.rows), format::number(report.seconds, 1),
                          format::count(report.written.inserted),
                          format::count(report.written.changed),
                          format::count(report.written.unchanged), format::count(report.duplicates),
                          format::count(report.badRows)));
    const auto kept = report.written.inserted + report.written.changed + report.written.unchanged;
    if (kept > 0)
        lines.append(D::tr("Candles from %1 to %2.")
                         .arg(format::dateTime(report.oldest), format::dateTime(report.newest)));
    if (report.badRows > static_cast<std::int64_t>(report.quoted.size()))
        lines.append(
            D::tr("The first %1 rows left out are quoted here.").arg(report.quoted.size()));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

ImportDialog::ImportDialog(ImportPlanner& planner, HistoryJobs& jobs, QWidget* parent)
    : QDialog(parent), m_planner(planner), m_jobs(jobs)
{
    setWindowTitle(tr("Import candles"));
    resize(820, 600);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(makeChoosePage());
    m_pages->addWidget(makeWorkingPage());
    m_pages->addWidget(makeReportPage());
    m_message = wrapped(this, "bad");
    m_message->setObjectName(QStringLiteral("message"));
    m_message->hide();
    column->addWidget(m_pages, 1);
    column->addWidget(m_message);
    column->addWidget(makeButtons());
    connect(&m_planner, &ImportPlanner::membersFound, this, &ImportDialog::handleMembers);
    connect(&m_planner, &ImportPlanner::planned, this, &ImportDialog::handlePlanned);
    connect(&m_planner, &ImportPlanner::failed, this, &ImportDialog::handleFailed);
    connect(&m_jobs, &HistoryJobs::jobsChanged, this, &ImportDialog::handleJobs);
    setPage(Choose);
}

QWidget* ImportDialog::makeChoosePage()
{
    auto* page = new QWidget(m_pages);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3 * SPACE);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * SPACE);
    m_file = new QLineEdit(page);
    m_file->setReadOnly(true);
    m_file->setPlaceholderText(tr("A CSV of candles or trades, packed or not"));
    m_file->setAccessibleName(tr("File"));
    auto* choose = new QPushButton(tr("&Choose file…"), page);
    choose->setAutoDefault(false);
    m_symbolEdit = new QLineEdit(page);
    m_symbolEdit->setPlaceholderText(QStringLiteral("BTC/USD"));
    m_symbolEdit->setMaximumWidth(160);
    m_symbolEdit->setAccessibleName(tr("Symbol"));
    auto* symbolLabel = new QLabel(tr("&Symbol"), page);
    setRole(symbolLabel, "dim");
    symbolLabel->setBuddy(m_symbolEdit);
    row->addWidget(m_file, 1);
    row->addWidget(choose);
    row->addSpacing(2 * SPACE);
    row->addWidget(symbolLabel);
    row->addWidget(m_symbolEdit);
    column->addLayout(row);
    column->addWidget(makeMemberRow(page));
    m_hint = wrapped(page, "secondary");
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setText(tr("Choose a file. What its columns mean is guessed and shown here before "
                       "anything is written."));
    m_form = new ImportPlanForm(page);
    m_form->hide();
    column->addWidget(m_hint, 1);
    column->addWidget(m_form, 1);
    connect(choose, &QPushButton::clicked, this, &ImportDialog::browse);
    connect(m_symbolEdit, &QLineEdit::textEdited, this, [this] {
        m_symbolSaid = true;
        if (m_job == Job::None)
            m_message->hide();
    });
    connect(m_symbolEdit, &QLineEdit::textChanged, this, &ImportDialog::updateButtons);
    connect(m_form, &ImportPlanForm::readingChanged, this, &ImportDialog::requestPlan);
    return page;
}

/// Shown only where there is something to choose.
QWidget* ImportDialog::makeMemberRow(QWidget* page)
{
    m_memberRow = new QWidget(page);
    auto* row = new QHBoxLayout(m_memberRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_member = new QComboBox(m_memberRow);
    m_member->setObjectName(QStringLiteral("member"));
    m_member->setPlaceholderText(tr("Choose a file of the archive"));
    m_member->setAccessibleName(tr("File of the archive"));
    auto* label = new QLabel(tr("File of the &archive"), m_memberRow);
    setRole(label, "dim");
    label->setBuddy(m_member);
    row->addWidget(label);
    row->addWidget(m_member, 1);
    m_memberRow->hide();
    connect(m_member, &QComboBox::activated, this, [this] {
        m_form->clear();
        requestPlan();
    });
    return m_memberRow;
}

QWidget* ImportDialog::makeWorkingPage()
{
    auto* page = new QWidget(m_pages);
    auto* column = new QVBoxLayout(page);
    m_progress = new QProgressBar(page);
    m_progress->setRange(0, PROGRESS_STEPS);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the import"));
    m_progressText = new QLabel(page);
    m_progressText->setFont(figureFont());
    m_progressText->setAlignment(Qt::AlignCenter);
    column->addStretch(1);
    column->addWidget(m_progress);
    column->addSpacing(2 * SPACE);
    column->addWidget(m_progressText);
    column->addStretch(1);
    return page;
}

QWidget* ImportDialog::makeReportPage()
{
    auto* page = new QWidget(m_pages);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3 * SPACE);
    m_reportHead = new QLabel(page);
    setRole(m_reportHead, "headline");
    m_reportText = wrapped(page, "secondary");
    m_badRows = new QTableWidget(0, 3, page);
    m_badRows->setObjectName(QStringLiteral("badRows"));
    m_badRows->setHorizontalHeaderLabels({tr("Line"), tr("Reason"), tr("Row")});
    m_badRows->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_badRows->horizontalHeader()->setStretchLastSection(true);
    m_badRows->verticalHeader()->hide();
    m_badRows->verticalHeader()->setDefaultSectionSize(ROW_HEIGHT);
    m_badRows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_badRows->setSelectionMode(QAbstractItemView::NoSelection);
    m_badRows->setFocusPolicy(Qt::NoFocus);
    m_badRows->setWordWrap(false);
    m_badRows->setShowGrid(false);
    m_badRows->setAccessibleName(tr("Rows left out"));
    column->addWidget(m_reportHead);
    column->addWidget(m_reportText);
    column->addWidget(m_badRows, 1);
    column->addStretch(0);
    return page;
}

QWidget* ImportDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_close = new QPushButton(box);
    m_close->setAutoDefault(false);
    m_primary = new QPushButton(box);
    m_primary->setProperty("primary", true);
    m_primary->setDefault(true);
    row->addStretch(1);
    row->addWidget(m_close);
    row->addWidget(m_primary);
    connect(m_close, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_primary, &QPushButton::clicked, this, &ImportDialog::handlePrimary);
    return box;
}

void ImportDialog::browse()
{
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Import candles"), QFileInfo(m_file->text()).path(),
                                     tr("Candles (*.csv *.txt *.tsv *.gz *.zip);;All files (*)"));
    if (!file.isEmpty())
        setFile(file);
}

void ImportDialog::setFile(const QString& file)
{
    m_file->setText(file);
    m_memberRow->hide();
    m_member->clear();
    m_form->clear();
    setPage(Choose);
    requestPlan();
}

void ImportDialog::setSymbol(const QString& symbol)
{
    m_symbolSaid = true;
    m_symbolEdit->setText(symbol);
}

/// What the name of a file tells yields to what the user said.
void ImportDialog::guessSymbol(const QString& symbol)
{
    if (!m_symbolSaid || m_symbolEdit->text().trimmed().isEmpty())
        m_symbolEdit->setText(symbol);
}

void ImportDialog::addTo(ImportOptions& options) const
{
    m_form->addTo(options);
    options.member = QFile::encodeName(m_member->currentText()).toStdString();
}

core::Result<ImportOptions> ImportDialog::options() const
{
    ImportOptions options;
    const auto symbol = core::Symbol::parse(m_symbolEdit->text().trimmed().toStdString());
    if (!symbol)
        return symbol.error();
    options.symbol = *symbol;
    addTo(options);
    return options;
}

void ImportDialog::requestPlan()
{
    m_planned = false;
    m_job = Job::Plan;
    // The symbol has no part in how a file is read: planning need not wait for it.
    // One that was only guessed from the file before has no say in the next one.
    const auto wanted = options();
    ImportOptions given;
    if (wanted && m_symbolSaid)
        given = *wanted;
    else
        addTo(given);
    const auto token = ++m_token;
    QMetaObject::invokeMethod(
        &m_planner,
        [planner = &m_planner, token, file = m_file->text(), given] {
            planner->plan(token, file, given);
        },
        Qt::QueuedConnection);
    showMessage(tr("Reading the file…"), "secondary");
    updateButtons();
}

void ImportDialog::startImport()
{
    const auto wanted = options();
    if (!wanted) {
        showMessage(QString::fromStdString(wanted.error().message()), "bad");
        m_symbolEdit->setFocus();
        return;
    }
    m_symbol = wanted->symbol;
    m_job = Job::Run;
    m_progress->setValue(0);
    m_progressText->setText(tr("Starting…"));
    core::history::JobRequest request;
    request.kind = core::history::JobKind::Import;
    request.symbol = m_symbol;
    request.file = QFile::encodeName(m_file->text()).toStdString();
    request.options = *wanted;
    request.plan = std::make_shared<const ImportPlan>(m_form->plan());
    m_jobId = HistoryJobs::nextId();
    QMetaObject::invokeMethod(
        &m_jobs, [jobs = &m_jobs, id = m_jobId, request] { jobs->submit(id, request); }, Qt::QueuedConnection);
    setPage(Working);
}

void ImportDialog::handlePrimary()
{
    if (m_pages->currentIndex() == Choose)
        startImport();
    else
        accept();
}

void ImportDialog::reject()
{
    if (m_job != Job::Run) {
        // A plan under way only reads; its answer will be dropped.
        if (m_job == Job::Plan)
            m_planner.cancel();
        QDialog::reject();
        return;
    }
    QMetaObject::invokeMethod(
        &m_jobs, [jobs = &m_jobs, id = m_jobId] { jobs->cancel(id); }, Qt::QueuedConnection);
    m_close->setEnabled(false);
    m_progressText->setText(tr("Stopping; what is committed is kept…"));
}

void ImportDialog::setPage(Page page)
{
    m_pages->setCurrentIndex(page);
    m_message->hide();
    updateButtons();
}

void ImportDialog::showMessage(const QString& text, const char* role)
{
    setRole(m_message, role);
    m_message->setText(text);
    m_message->show();
}

void ImportDialog::updateButtons()
{
    const int page = m_pages->currentIndex();
    m_form->setVisible(m_planned || m_form->plan().columns.size() > 0);
    m_hint->setVisible(m_form->isHidden());
    m_close->setText(page == Working ? tr("Cancel") : tr("Close"));
    m_close->setVisible(page != Report);
    m_close->setEnabled(true);
    m_primary->setText(page == Report    ? tr("Done")
                       : page == Working ? tr("Go on in the &background")
                                         : tr("&Import"));
    m_primary->setEnabled(page != Choose || (m_planned && m_job == Job::None &&
                                             !m_symbolEdit->text().trimmed().isEmpty()));
}

void ImportDialog::handleMembers(quint64 token, const QStringList& members)
{
    if (token != m_token || m_member->count() > 0)
        return;
    m_member->addItems(members);
    m_member->setCurrentIndex(-1);
    m_memberRow->show();
}

void ImportDialog::handlePlanned(quint64 token, const ImportPlan& plan)
{
    if (token != m_token)
        return;
    m_job = Job::None;
    m_planned = true;
    m_form->setPlan(plan);
    m_message->hide();
    guessSymbol(plan.symbol ? QString::fromStdString(plan.symbol->text()) : QString());
    updateButtons();
    if (m_symbolEdit->text().isEmpty()) {
        showMessage(tr("Which symbol is it? Write it with a slash, as in BTC/USD."), "secondary");
        m_symbolEdit->setFocus();
    }
}

void ImportDialog::handleJobs(const core::history::JobListPtr& jobs)
{
    if (m_job != Job::Run)
        return;
    for (const core::history::Job& job : *jobs) {
        if (job.id != m_jobId)
            continue;
        if (core::history::isFinal(job.state) || job.state == core::history::JobState::Paused)
            finish(job);
        else
            showProgress(job);
    }
}

void ImportDialog::showProgress(const core::history::Job& job)
{
    if (job.isStopping)
        return;
    const core::history::JobProgress& progress = job.progress;
    if (job.state == core::history::JobState::Queued) {
        m_progressText->setText(progress.trouble.empty() ? tr("Waiting for the jobs before it…")
                                                         : QString::fromStdString(progress.trouble));
        return;
    }
    m_progress->setValue(static_cast<int>(std::max(progress.share, 0.0) * PROGRESS_STEPS));
    QString text = tr("%1 rows · %2 rows/s")
                       .arg(format::count(progress.done), format::compact(progress.perSecond));
    const QString left = models::words::duration(progress.secondsLeft);
    if (!left.isEmpty())
        text += tr(" · %1 left").arg(left);
    m_progressText->setText(text);
}

/// Shows what became of the job. One that somebody paused goes on in the queue.
void ImportDialog::finish(const core::history::Job& job)
{
    const auto* report = job.report ? std::get_if<ImportReport>(job.report.get()) : nullptr;
    if (job.state == core::history::JobState::Failed)
        return handleFailed(m_token, QString::fromStdString(job.error->what), QString::fromStdString(job.error->remedy));
    m_job = Job::None;
    if (!report || job.state == core::history::JobState::Paused)
        return QDialog::reject();
    showReport(*report);
    setPage(Report);
    if (report->written.inserted + report->written.changed + report->written.unchanged > 0)
        emit imported(m_symbol);
}

void ImportDialog::handleFailed(quint64 token, const QString& what, const QString& remedy)
{
    if (token != m_token)
        return;
    m_job = Job::None;
    setPage(Choose);
    if (m_member->count() > 0 && m_member->currentIndex() < 0)
        showMessage(tr("The archive holds %n files. Which one is it?", nullptr, m_member->count()), "secondary");
    else
        showMessage(remedy.isEmpty() ? what : what + QStringLiteral(". ") + remedy, "bad");
    updateButtons();
}

void ImportDialog::showReport(const ImportReport& report)
{
    const QString symbol = QString::fromStdString(m_symbol.text());
    m_reportHead->setText(report.cancelled
                              ? tr("%1: stopped; what was committed is kept").arg(symbol)
                              : tr("%1 imported").arg(symbol));
    m_reportText->setText(reportText(report));
    m_badRows->setVisible(!report.quoted.empty());
    m_badRows->setRowCount(static_cast<int>(report.quoted.size()));
    int row = 0;
    for (const auto& bad : report.quoted) {
        auto* line = new QTableWidgetItem(format::count(bad.line));
        line->setFont(figureFont());
        line->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        auto* text = new QTableWidgetItem(QString::fromStdString(bad.text));
        text->setFont(figureFont(LABEL_PIXELS));
        m_badRows->setItem(row, 0, line);
        m_badRows->setItem(row, 1, new QTableWidgetItem(QString::fromStdString(bad.reason)));
        m_badRows->setItem(row, 2, text);
        ++row;
    }
    m_badRows->resizeColumnToContents(1);
}

} // namespace ui::dialogs
