// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvimport.h"

#include <QDialog>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableWidget;

namespace core::history {
class HistoryImporter;
}

namespace ui::dialogs {

/// Imports a CSV of candles: file and symbol, then the plan with what was guessed, then progress, then
/// the report. The importer lives on its own thread and is reached by queued calls only; replies with
/// another token than the last one asked are dropped.
class ImportDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit ImportDialog(core::history::HistoryImporter& importer, QWidget* parent = nullptr);

    /// Chooses a file as if the user had, and plans it.
    void setFile(const QString& file);
    void setSymbol(const QString& symbol);
    /// The options as the user has set them in the plan; fails in words on a symbol that is none.
    [[nodiscard]] core::Result<core::history::ImportOptions> options() const;

signals:
    /// Candles of this symbol were written; also after a cancel that kept some.
    void imported(const core::Symbol& symbol);

public slots:
    void reject() override;

private:
    enum Page { Choose, Working, Report };
    QWidget* makeChoosePage();
    QWidget* makePlanForm();
    QWidget* makeWorkingPage();
    QWidget* makeReportPage();
    QWidget* makeButtons();
    void setPage(Page page);
    void browse();
    void requestPlan();
    void startImport();
    void cancelImport();
    void showMessage(const QString& text, const char* role);
    void showPlan(const core::history::ImportPlan& plan);
    void showPreview(const core::history::ImportPlan& plan);
    void showReport(const core::history::ImportReport& report);
    void updateButtons();
    void handlePlanned(quint64 token, const core::history::ImportPlan& plan);
    void handleProgress(quint64 token, const core::history::ImportProgress& progress);
    void handleImported(quint64 token, const core::history::ImportReport& report);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);

    core::history::HistoryImporter& m_importer;
    quint64 m_token = 0;
    bool m_busy = false;
    bool m_rolesEdited = false;
    std::unique_ptr<core::history::ImportPlan> m_plan;
    core::Symbol m_symbol;
    Page m_page = Choose;
    QStackedWidget* m_pages = nullptr;
    QLineEdit* m_file = nullptr;
    QLineEdit* m_symbolEdit = nullptr;
    QWidget* m_planForm = nullptr;
    QLabel* m_format = nullptr;
    QComboBox* m_timeframe = nullptr;
    QComboBox* m_volume = nullptr;
    QLabel* m_volumeHint = nullptr;
    QSpinBox* m_priceDecimals = nullptr;
    QSpinBox* m_lotDecimals = nullptr;
    QTableWidget* m_preview = nullptr;
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
