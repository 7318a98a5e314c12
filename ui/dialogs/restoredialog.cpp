// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/restoredialog.h"

#include "ui/models/strategyscanner.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::dialogs {

namespace {

QLabel* addText(QVBoxLayout& column, const QString& name, const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    setRole(label, role);
    column.addWidget(label);
    return label;
}

/// What was found about one list, and what its copy would bring.
QString paragraph(const core::trust::RefusedList& list)
{
    const QString way =
        !list.fault.empty()
            ? RestoreDialog::tr("It cannot be brought back: %1.").arg(QString::fromStdString(list.fault))
        : list.decisions == 1
            ? RestoreDialog::tr("The last good copy holds 1 decision and is signed by this workspace.")
            : RestoreDialog::tr("The last good copy holds %1 decisions and is signed by this workspace.")
                  .arg(list.decisions);
    return QStringLiteral("%1.\n%2").arg(QString::fromStdString(list.why), way);
}

} // namespace

RestoreDialog::RestoreDialog(models::StrategyScanner& scanner, QWidget* parent)
    : QDialog(parent), m_scanner(scanner)
{
    setWindowTitle(tr("Restore approvals and keys"));
    resize(620, 300);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    m_found = addText(*column, QStringLiteral("found"), "text", this);
    m_found->setText(tr("Looking at the lists…"));
    auto* advice = addText(*column, QStringLiteral("advice"), "secondary", this);
    advice->setText(tr("Restoring brings back what you had decided, and nothing older. What was refused is kept beside it, "
                       "and the journal tells of both. If you did not change these files, somebody else did: look for "
                       "who has access to your account."));
    m_message = addText(*column, QStringLiteral("message"), "bad", this);
    m_message->hide();
    column->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_restore = buttons->addButton(tr("&Restore"), QDialogButtonBox::AcceptRole);
    m_restore->setEnabled(false);
    // No default button: Enter must not restore what nobody has read.
    m_restore->setAutoDefault(false);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_restore, &QPushButton::clicked, this, &RestoreDialog::restore);
    connect(&m_scanner, &models::StrategyScanner::listsExamined, this, &RestoreDialog::handleExamined);
    connect(&m_scanner, &models::StrategyScanner::decided, this, &RestoreDialog::handleDecided);
    connect(&m_scanner, &models::StrategyScanner::decisionFailed, this, &RestoreDialog::handleFailed);
    m_token = m_scanner.examineLists();
}

void RestoreDialog::handleExamined(quint64 token, const std::vector<core::trust::RefusedList>& lists)
{
    if (token != m_token)
        return;
    QStringList paragraphs;
    for (const auto& list : lists)
        paragraphs.append(paragraph(list));
    m_found->setText(lists.empty() ? tr("All lists are whole; there is nothing to restore.")
                                   : paragraphs.join(QStringLiteral("\n\n")));
    const auto isWayBack = [](const core::trust::RefusedList& list) { return list.fault.empty(); };
    m_restore->setEnabled(!lists.empty() && std::ranges::all_of(lists, isWayBack));
}

void RestoreDialog::restore()
{
    m_restore->setEnabled(false);
    m_message->hide();
    m_token = m_scanner.restoreLists();
}

void RestoreDialog::handleDecided(quint64 token)
{
    if (token == m_token)
        accept();
}

void RestoreDialog::handleFailed(quint64 token, const QString& what, const QString& remedy)
{
    if (token != m_token)
        return;
    m_message->setText(remedy.isEmpty() ? what : what + QStringLiteral(". ") + remedy);
    m_message->show();
}

} // namespace ui::dialogs
