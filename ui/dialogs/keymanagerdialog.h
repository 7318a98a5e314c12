// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/keykeeper.h"

#include <QDialog>

#include <filesystem>

class QLabel;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace ui::dialogs {

class KeyForm;

/// Whose signatures count: the keys that the workspace trusts or has revoked; and the user's own,
/// to be made and to sign strategies with.
class KeyManagerDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `keyFolder` is where new keys go; `strategyFile` what the form for signing begins with.
    KeyManagerDialog(models::StrategyScanner::Places places, std::filesystem::path keyFolder,
                     QString strategyFile = {},
                     core::trust::ScryptLimits limits = core::trust::SENSITIVE_SCRYPT,
                     QWidget* parent = nullptr);

    /// Asks for the name and the note of the key in a .pub file; says why when there is none in it.
    void startTrusting(const QString& file);

public slots:
    /// Closes, unless a key is being made or used.
    void reject() override;

private:
    QWidget* makeTable();
    QWidget* makeButtons();
    void chooseKey();
    void startRevoking();
    void startGenerating();
    void startSigning();
    void ask(KeyForm& form);
    void showKeys(const models::TrustedKeyListPtr& keys);
    void showBusy(bool busy);
    void showMessage(const QString& text, const char* role);
    void showError(const core::Error& error);
    void updateButtons();
    [[nodiscard]] const core::trust::TrustedKey* selected() const;

    std::filesystem::path m_keyFolder;
    QString m_strategyFile;
    models::KeyKeeper m_keeper;
    models::TrustedKeyListPtr m_keys;
    QTableWidget* m_table = nullptr;
    QLabel* m_empty = nullptr;
    QLabel* m_message = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_trust = nullptr;
    QPushButton* m_revoke = nullptr;
    QPushButton* m_generate = nullptr;
    QPushButton* m_sign = nullptr;
    QPushButton* m_close = nullptr;
};

} // namespace ui::dialogs
