// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/trust/secret.h"

#include <QDialog>

#include <functional>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ui::dialogs {

/// A few labelled fields, one sentence about them, and a button that works once they are right.
class KeyForm final : public QDialog
{
    Q_OBJECT

public:
    KeyForm(const QString& title, const QString& explanation, const QString& action,
            QWidget* parent = nullptr);

    QLineEdit* addLine(const QString& label, const QString& text = {});
    /// A line with a button that chooses an existing file of `filter`.
    QLineEdit* addFile(const QString& label, const QString& text, const QString& filter);
    /// A line that shows dots.
    QLineEdit* addPassphrase(const QString& label);
    /// A line to read only.
    void addFact(const QString& label, const QString& text);
    /// `problem` says what is missing, or nothing; it is asked after every change.
    void setCheck(std::function<QString()> problem);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void check();
    QLabel* caption(const QString& text, QWidget* buddy);
    void appendToTabOrder(QWidget* widget);

    QFormLayout* m_form = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_accept = nullptr;
    QWidget* m_last = nullptr; ///< Of the fields, as Tab goes through them.
    std::function<QString()> m_check;
    bool m_touched = false; ///< What is missing is a hint until something was written.
};

/// Takes the passphrase out of a field and empties it. What the field itself held in memory cannot
/// be wiped.
[[nodiscard]] core::Result<core::trust::Passphrase> takePassphrase(QLineEdit& field);

} // namespace ui::dialogs
