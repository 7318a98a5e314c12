// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/journal/exporter.h"

#include <QDialog>
#include <QThreadPool>

#include <atomic>
#include <filesystem>
#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace ui::dialogs {

/// Writes one table of a session's journal to a file, on a pool thread, into a temporary file
/// beside it that takes its name once it is whole.
class ExportDialog final : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(std::filesystem::path sessionFolder, const QString& suggestedFolder,
                 QWidget* parent = nullptr);
    /// Stops an export under way and waits for its thread.
    ~ExportDialog() override;

    void setKind(core::journal::ExportKind kind);
    void setFormat(core::journal::ExportFormat format);
    void setFile(const QString& file);
    [[nodiscard]] QString file() const;

public slots:
    void startExport();
    void reject() override;

signals:
    void exported(const QString& file, qint64 rows);
    void failed(const QString& what, const QString& remedy);

private:
    QWidget* makeForm();
    QWidget* makeButtons();
    [[nodiscard]] core::journal::ExportKind kind() const;
    [[nodiscard]] core::journal::ExportFormat format() const;
    void browse();
    void suggestFile();
    void setBusy(bool busy);
    void handleProgress(double fraction);
    void handleFinished(const core::Result<std::int64_t>& result);

    std::filesystem::path m_session;
    QString m_suggestedFolder;
    bool m_fileChosen = false;
    bool m_busy = false;
    std::shared_ptr<std::atomic<bool>> m_cancel;
    QThreadPool m_pool;
    QComboBox* m_kind = nullptr;
    QComboBox* m_format = nullptr;
    QLineEdit* m_file = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_close = nullptr;
};

} // namespace ui::dialogs
