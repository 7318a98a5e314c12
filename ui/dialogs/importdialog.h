// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableWidget;

namespace core::history {
class HistoryJobs;
class ImportPlanner;
}

namespace ui::dialogs {

class ImportPlanForm;

/// Imports a CSV of candles, packed or not: file, the member where it is an archive of several, and symbol, then the
/// plan with what was guessed, then progress, then the report. The file is looked through by the planner and
/// imported by a job of the queue, which the dialog may leave to itself; both are reached by queued calls only, and
/// replies with another token than the last one asked are dropped.
class ImportDialog final : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(core::history::ImportPlanner& planner, core::history::HistoryJobs& jobs,
                 QWidget* parent = nullptr);

    /// Chooses a file as if the user had, and plans it.
    void setFile(const QString& file);
    void setSymbol(const QString& symbol);
    /// What the user said; fails in words on a symbol that is none.
    [[nodiscard]] core::Result<core::history::ImportOptions> options() const;
    [[nodiscard]] ImportPlanForm& form() const { return *m_form; }

signals:
    /// Candles of this symbol were written; also after a cancel that kept some.
    void imported(const core::Symbol& symbol);

public slots:
    /// Cancels what is under way first; the next call closes.
    void reject() override;

private:
    enum Page { Choose, Working, Report };
    enum class Job { None, Plan, Run };
    QWidget* makeChoosePage();
    QWidget* makeWorkingPage();
    QWidget* makeReportPage();
    QWidget* makeButtons();
    void browse();
    void addTo(core::history::ImportOptions& options) const;
    void requestPlan();
    void startImport();
    void handlePrimary();
    void setPage(Page page);
    void showMessage(const QString& text, const char* role);
    void updateButtons();
    void showReport(const core::history::ImportReport& report);
    QWidget* makeMemberRow(QWidget* page);
    void handleMembers(quint64 token, const QStringList& members);
    void guessSymbol(const QString& symbol);
    void handlePlanned(quint64 token, const core::history::ImportPlan& plan);
    void handleJobs(const core::history::JobListPtr& jobs);
    void showProgress(const core::history::Job& job);
    void finish(const core::history::Job& job);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);

    core::history::ImportPlanner& m_planner;
    core::history::HistoryJobs& m_jobs;
    quint64 m_token = 0;
    core::history::JobId m_jobId = 0; ///< Of the import; 0 before it is queued.
    Job m_job = Job::None;
    bool m_planned = false;
    bool m_symbolSaid = false;
    core::Symbol m_symbol;
    QStackedWidget* m_pages = nullptr;
    QLineEdit* m_file = nullptr;
    QLineEdit* m_symbolEdit = nullptr;
    QWidget* m_memberRow = nullptr;
    QComboBox* m_member = nullptr;
    ImportPlanForm* m_form = nullptr;
    QLabel* m_hint = nullptr;
    QLabel* m_message = nullptr;
    QLabel* m_progressText = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_reportHead = nullptr;
    QLabel* m_reportText = nullptr;
    QTableWidget* m_badRows = nullptr;
    QPushButton* m_primary = nullptr;
    QPushButton* m_close = nullptr;
};

} // namespace ui::dialogs
