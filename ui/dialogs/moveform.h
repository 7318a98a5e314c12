// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/databasekeeper.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace ui::dialogs {

/// Another database: its URL, whether it can be reached, and moving the history there. Passwords are neither asked for nor
/// kept: one that is written into the URL is taken out again.
class MoveForm final : public QWidget
{
    Q_OBJECT

public:
    explicit MoveForm(models::DatabaseKeeper& keeper, QWidget* parent = nullptr);

    void setUrl(const QString& url);
    /// Ends a move under way, which keeps what was sent.
    void stop();

private:
    QWidget* makeUrlRow();
    QWidget* makeButtons();
    void connectKeeper();
    /// What is in the field; says what is wrong with it.
    [[nodiscard]] std::optional<core::history::DatabaseUrl> url();
    void test();
    void move();
    void choose();
    void handleTested(const core::history::DatabaseUrl& url, const core::history::DatabaseProbe& probe);
    void handleTold(const core::history::MoveProgress& progress);
    void handleMoved(const core::history::MoveReport& report);
    void handleFailed(const core::Error& error);
    void sayStopping();
    void say(const QString& text, const char* role);
    void updateButtons();

    models::DatabaseKeeper& m_keeper;
    std::optional<core::history::DatabaseUrl> m_usable; ///< Holds a history, as a test or a move has told.
    std::optional<core::history::DatabaseUrl> m_moving;
    bool m_testing = false;
    QLineEdit* m_url = nullptr;
    QPushButton* m_test = nullptr;
    QCheckBox* m_replace = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_progressText = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_move = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_choose = nullptr;
};

} // namespace ui::dialogs
