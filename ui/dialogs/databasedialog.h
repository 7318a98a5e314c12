// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/databasekeeper.h"

#include <QDialog>

class QLabel;
class QPushButton;

namespace ui {
class ElidedLabel;
}

namespace ui::dialogs {

class DatabaseTable;
class MoveForm;

/// Where the history is and what it takes; another database, tested and moved to; and which of them the next start uses.
class DatabaseDialog final : public QDialog
{
    Q_OBJECT

public:
    /// The keeper outlives the dialog.
    explicit DatabaseDialog(models::DatabaseKeeper& keeper, QWidget* parent = nullptr);

    [[nodiscard]] MoveForm& moveForm() { return *m_form; }

public slots:
    /// Stops a move first; the next call closes, also while the move is still ending.
    void reject() override;

private:
    QWidget* makeHeader();
    QWidget* makeNextStart();
    QWidget* makeButtons();
    void readFacts();
    void showFacts(const core::history::DatabaseFacts& facts);
    void showFailure(const core::Error& error);
    void showChoice();

    models::DatabaseKeeper& m_keeper;
    ElidedLabel* m_name = nullptr;
    QLabel* m_state = nullptr;
    DatabaseTable* m_table = nullptr;
    QLabel* m_empty = nullptr;
    MoveForm* m_form = nullptr;
    QLabel* m_next = nullptr;
    QPushButton* m_own = nullptr;
    QPushButton* m_again = nullptr;
};

} // namespace ui::dialogs
