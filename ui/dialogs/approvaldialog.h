// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sha256.h"
#include "ui/models/strategyitem.h"

#include <QDialog>

#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace ui::models {
class StrategyScanner;
}

namespace ui::dialogs {

/// Shows everything about one strategy's bytes, and approves exactly those bytes or revokes them. Of
/// native code it can show no source, but says what approving it means.
/// The decision is carried out by the scanner; the dialog closes once it is done and stays, saying
/// why, when it fails.
class ApprovalDialog final : public QDialog
{
    Q_OBJECT

public:
    ApprovalDialog(models::StrategyScanner& scanner, models::StrategyItem item,
                   QWidget* parent = nullptr);

    [[nodiscard]] const core::Sha256Digest& shownHash() const { return m_item.entry.sha256; }

private:
    void build();
    QWidget* makeHeading();
    QWidget* makeHashRow();
    QWidget* makeTabs();
    QWidget* makeButtons();
    void approve();
    void revoke();
    [[nodiscard]] bool canApprove() const;
    [[nodiscard]] bool canRevoke() const;
    void setBusy(bool busy);
    void showMessage(const QString& text, const char* role);
    void handleScanned(const models::StrategyListPtr& strategies);
    void handleDecided(quint64 token);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);

    models::StrategyScanner& m_scanner;
    models::StrategyItem m_item;
    std::optional<models::StrategyItem>
        m_newer; ///< What is on disk now, when it is not what is shown.
    quint64 m_token = 0;
    QVBoxLayout* m_column = nullptr;
    QWidget* m_content = nullptr;
    QTabWidget* m_tabs = nullptr;
    QLineEdit* m_note = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_approve = nullptr;
    QPushButton* m_revoke = nullptr;
    QPushButton* m_refresh = nullptr;
};

} // namespace ui::dialogs
