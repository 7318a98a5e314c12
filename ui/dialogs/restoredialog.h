// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trust/refusedlists.h"

#include <QDialog>

#include <vector>

class QLabel;
class QPushButton;

namespace ui::models {
class StrategyScanner;
}

namespace ui::dialogs {

/// Says which lists of decisions are refused and why, and brings their last good copies back once the user
/// agreed. The scanner does the work; the dialog closes when it is done and stays, saying why, when it fails.
class RestoreDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit RestoreDialog(models::StrategyScanner& scanner, QWidget* parent = nullptr);

private:
    void handleExamined(quint64 token, const std::vector<core::trust::RefusedList>& lists);
    void handleDecided(quint64 token);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);
    void restore();

    models::StrategyScanner& m_scanner;
    quint64 m_token = 0;
    QLabel* m_found;
    QLabel* m_message;
    QPushButton* m_restore;
};

} // namespace ui::dialogs
