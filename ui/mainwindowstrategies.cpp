// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the window starts a strategy of the user's own.
#include "ui/mainwindow.h"

#include "ui/dialogs/keyform.h"
#include "ui/models/strategyscanner.h"

#include <QDesktopServices>
#include <QLineEdit>
#include <QUrl>

namespace ui {

using models::StrategyScanner;

void MainWindow::connectNewStrategies()
{
    StrategyScanner& scanner = m_services.scanner;
    connect(&scanner, &StrategyScanner::created, this,
            [this](quint64, const QString& file) { openInEditor(file); });
    connect(&scanner, &StrategyScanner::decisionFailed, this,
            [this](quint64 token, const QString& what, const QString& remedy) {
                if (token == m_newStrategyToken)
                    showProblem(what, remedy);
            });
}

void MainWindow::openNewStrategyDialog()
{
    if (m_services.workspace.readOnly())
        return;
    const QString folder = QString::fromStdString(m_services.workspace.strategiesFolder().string());
    auto* form = new dialogs::KeyForm(
        tr("New strategy"),
        tr("Writes a small strategy with comments into %1 and opens it in your editor. Like any "
           "file it runs only after you have approved it.")
            .arg(folder),
        tr("Create"), this);
    form->setAttribute(Qt::WA_DeleteOnClose);
    QLineEdit* name = form->addLine(tr("&Name"));
    form->setCheck([name] {
        return core::strategy::isStrategyName(name->text().toStdString())
                   ? QString()
                   : tr("A name has 1 to 64 characters: a–z, 0–9 and _.");
    });
    connect(form, &QDialog::accepted, this, [this, name] {
        m_newStrategyToken =
            m_services.scanner.create(m_services.workspace.strategiesFolder(), name->text());
    });
    form->open();
}

void MainWindow::openInEditor(const QString& file)
{
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(file)))
        showProblem(tr("%1 was written, but no program opened it").arg(file),
                    tr("Open it in an editor of your choice."));
}

} // namespace ui
