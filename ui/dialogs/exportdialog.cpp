// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/exportdialog.h"

#include "ui/format.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>

#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>

namespace ui::dialogs {

namespace {

using core::journal::ExportFormat;
using core::journal::ExportKind;

constexpr int PROGRESS_STEPS = 1000;

QString wordOf(std::string_view name)
{
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

core::Error fileError(const std::filesystem::path& file, int reason)
{
    return {
        core::ErrorCode::Io, file.string() + " could not be written: " + std::strerror(reason),
        "The file that was there, if any, is as it was. Choose another folder or free some space."};
}

/// What crosses to the pool thread.
struct Job
{
    std::filesystem::path session;
    ExportKind kind = ExportKind::Trades;
    ExportFormat format = ExportFormat::Csv;
    std::filesystem::path file;
    std::function<bool(double)> progress;
};

/// Writes beside the file and renames, so that a half-written export never has its name.
core::Result<std::int64_t> write(const Job& job)
{
    auto partial = job.file;
    partial += ".part";
    std::error_code ignored;
    const auto giveUp = [&](core::Error error) {
        std::filesystem::remove(partial, ignored);
        return error;
    };
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    if (!out)
        return fileError(job.file, errno);
    auto rows = core::journal::exportSession(job.session, job.kind, job.format, out, job.progress);
    if (!rows)
        return giveUp(rows.error());
    errno = 0;
    out.close();
    if (!out)
        return giveUp(fileError(job.file, errno));
    std::error_code renamed;
    std::filesystem::rename(partial, job.file, renamed);
    if (renamed)
        return giveUp(fileError(job.file, renamed.value()));
    return rows;
}

core::Result<std::int64_t> writeGuarded(const Job& job)
{
    try {
        return write(job);
    } catch (const std::exception& exception) {
        return core::Error{core::ErrorCode::Internal,
                           std::string("the export failed: ") + exception.what(),
                           "The session's journal is untouched."};
    }
}

} // namespace

ExportDialog::ExportDialog(std::filesystem::path sessionFolder, const QString& suggestedFolder,
                           QWidget* parent)
    : QDialog(parent),
      m_session(std::move(sessionFolder)),
      m_suggestedFolder(suggestedFolder),
      m_cancel(std::make_shared<std::atomic<bool>>(false))
{
    setWindowTitle(tr("Export"));
    resize(560, 0);
    m_pool.setMaxThreadCount(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    column->addWidget(makeForm());
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, PROGRESS_STEPS);
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->hide();
    column->addWidget(m_progress);
    column->addWidget(m_message);
    column->addStretch(1);
    column->addWidget(makeButtons());
    suggestFile();
}

ExportDialog::~ExportDialog()
{
    m_cancel->store(true);
    m_pool.waitForDone();
}

QWidget* ExportDialog::makeForm()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(4 * SPACE);
    form->setVerticalSpacing(2 * SPACE);
    m_kind = new QComboBox(box);
    const std::pair<ExportKind, QString> kinds[] = {
        {ExportKind::Trades, tr("Trades, one row a fill")},
        {ExportKind::Equity, tr("Equity, one row a bar and strategy")},
        {ExportKind::Orders, tr("Orders, one row an order")},
        {ExportKind::Journal, tr("Journal, every line")}};
    for (const auto& [kind, text] : kinds)
        m_kind->addItem(text, static_cast<int>(kind));
    m_format = new QComboBox(box);
    m_format->addItem(tr("CSV, for spreadsheets and pandas"), static_cast<int>(ExportFormat::Csv));
    m_format->addItem(tr("JSON Lines, for jq"), static_cast<int>(ExportFormat::Jsonl));
    m_file = new QLineEdit(box);
    m_file->setAccessibleName(tr("File"));
    auto* choose = new QPushButton(tr("&Choose…"), box);
    choose->setAutoDefault(false);
    auto* fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(choose);
    const auto caption = [box](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text, box);
        setRole(label, "dim");
        label->setBuddy(buddy);
        return label;
    };
    form->addRow(caption(tr("&What"), m_kind), m_kind);
    form->addRow(caption(tr("&Format"), m_format), m_format);
    form->addRow(caption(tr("F&ile"), m_file), fileRow);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &ExportDialog::suggestFile);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::suggestFile);
    connect(m_file, &QLineEdit::textEdited, this, [this] { m_fileChosen = true; });
    connect(choose, &QPushButton::clicked, this, &ExportDialog::browse);
    return box;
}

QWidget* ExportDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_close = new QPushButton(tr("Close"), box);
    m_close->setAutoDefault(false);
    m_export = new QPushButton(tr("&Export"), box);
    m_export->setProperty("primary", true);
    m_export->setDefault(true);
    row->addStretch(1);
    row->addWidget(m_close);
    row->addWidget(m_export);
    connect(m_close, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::startExport);
    return box;
}

ExportKind ExportDialog::kind() const
{
    return static_cast<ExportKind>(m_kind->currentData().toInt());
}

ExportFormat ExportDialog::format() const
{
    return static_cast<ExportFormat>(m_format->currentData().toInt());
}

void ExportDialog::setKind(ExportKind kind)
{
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(kind)));
}

void ExportDialog::setFormat(ExportFormat format)
{
    m_format->setCurrentIndex(m_format->findData(static_cast<int>(format)));
}

void ExportDialog::setFile(const QString& file)
{
    m_fileChosen = true;
    m_file->setText(file);
}

QString ExportDialog::file() const
{
    return m_file->text();
}

void ExportDialog::suggestFile()
{
    const QString suffix = wordOf(core::journal::name(format()));
    if (m_fileChosen) {
        // The user's name stays; only a suffix that would now lie is exchanged.
        const QFileInfo chosen(m_file->text());
        if (chosen.suffix() == QLatin1StringView("csv") ||
            chosen.suffix() == QLatin1StringView("jsonl"))
            m_file->setText(chosen.path() + QLatin1Char('/') + chosen.completeBaseName() +
                            QLatin1Char('.') + suffix);
        return;
    }
    const QString session = QString::fromStdString(m_session.filename().string());
    m_file->setText(QDir(m_suggestedFolder)
                        .filePath(session + QLatin1Char('-') + wordOf(core::journal::name(kind())) +
                                  QLatin1Char('.') + suffix));
}

void ExportDialog::browse()
{
    const QString filter =
        format() == ExportFormat::Csv ? tr("CSV (*.csv)") : tr("JSON Lines (*.jsonl)");
    const QString chosen =
        QFileDialog::getSaveFileName(this, tr("Export to"), m_file->text(), filter);
    if (!chosen.isEmpty())
        setFile(chosen);
}

void ExportDialog::startExport()
{
    if (m_busy || m_file->text().isEmpty())
        return;
    m_cancel->store(false);
    setBusy(true);
    Job job;
    job.session = m_session;
    job.kind = kind();
    job.format = format();
    job.file = QFile::encodeName(m_file->text()).toStdString();
    // The dialog outlives its thread: the destructor waits for it.
    job.progress = [this, cancel = m_cancel](double fraction) {
        QMetaObject::invokeMethod(
            this, [this, fraction] { handleProgress(fraction); }, Qt::QueuedConnection);
        return !cancel->load();
    };
    m_pool.start([this, job = std::move(job)] {
        auto result = writeGuarded(job);
        QMetaObject::invokeMethod(
            this, [this, result = std::move(result)] { handleFinished(result); },
            Qt::QueuedConnection);
    });
}

void ExportDialog::setBusy(bool busy)
{
    m_busy = busy;
    for (QWidget* control : {static_cast<QWidget*>(m_kind), static_cast<QWidget*>(m_format),
                             static_cast<QWidget*>(m_file), static_cast<QWidget*>(m_export)})
        control->setEnabled(!busy);
    m_close->setText(busy ? tr("Cancel") : tr("Close"));
    m_progress->setVisible(busy);
    m_progress->setValue(0);
    if (busy)
        m_message->hide();
}

void ExportDialog::handleProgress(double fraction)
{
    m_progress->setValue(static_cast<int>(fraction * PROGRESS_STEPS));
}

void ExportDialog::handleFinished(const core::Result<std::int64_t>& result)
{
    setBusy(false);
    m_message->show();
    if (result) {
        setRole(m_message, "ok");
        m_message->setText(
            tr("%1 rows written to %2.").arg(ui::format::count(*result), m_file->text()));
        emit exported(m_file->text(), *result);
        return;
    }
    setRole(m_message, result.error().code == core::ErrorCode::Cancelled ? "secondary" : "bad");
    m_message->setText(QString::fromStdString(result.error().message()));
    emit failed(QString::fromStdString(result.error().what),
                QString::fromStdString(result.error().remedy));
}

void ExportDialog::reject()
{
    if (m_busy)
        m_cancel->store(true);
    else
        QDialog::reject();
}

} // namespace ui::dialogs
