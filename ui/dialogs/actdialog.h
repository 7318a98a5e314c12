// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ui::dialogs {

/// Says what an act of the user will do to an account, follows the snapshots while it is open, and
/// asks. An act that is not possible any more says why.
class ActDialog : public QDialog
{
    Q_OBJECT

public:
    /// `account` is one of the snapshot's.
    ActDialog(core::engine::SnapshotPtr snapshot, core::portfolio::UserAction action,
              QWidget* parent = nullptr);

    /// What will happen, as shown.
    [[nodiscard]] QString text() const;
    /// Why it cannot be done, or what else it does; empty when there is nothing of the kind.
    [[nodiscard]] QString warning() const;
    [[nodiscard]] QPushButton& confirmButton() const { return *m_confirm; }

public slots:
    /// Follows the account; closes when it is gone.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

signals:
    void confirmed(const core::portfolio::UserAction& action);

protected:
    /// The act as it stands in the dialog.
    [[nodiscard]] virtual core::portfolio::UserAction action() const { return m_action; }
    [[nodiscard]] const core::engine::AccountSnapshot& account() const;
    /// Shows what the act would do; what derives adds its own.
    virtual void refresh();
    void setWarning(const QString& text);
    void setPossible(bool possible);
    /// Puts a widget between the text and the warning.
    void addBody(QWidget* body);
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeButtons();

    core::engine::SnapshotPtr m_snapshot;
    core::portfolio::UserAction m_action;
    std::string m_strategy;
    QVBoxLayout* m_body = nullptr;
    QLabel* m_text = nullptr;
    QLabel* m_warning = nullptr;
    QPushButton* m_confirm = nullptr;
};

} // namespace ui::dialogs
