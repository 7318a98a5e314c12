// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/databasedialog.h"

#include "ui/dialogs/databasetable.h"
#include "ui/dialogs/moveform.h"
#include "ui/elidedlabel.h"
#include "ui/format.h"
#include "ui/models/databasewords.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::dialogs {

using models::DatabaseKeeper;
namespace words = models::words;

DatabaseDialog::DatabaseDialog(DatabaseKeeper& keeper, QWidget* parent) : QDialog(parent), m_keeper(keeper)
{
    setWindowTitle(tr("Database"));
    resize(860, 620);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    column->addWidget(makeHeader());
    m_table = new DatabaseTable(this);
    m_table->setMinimumHeight(5 * ROW_HEIGHT);
    m_table->hide();
    m_empty = new QLabel(this);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setTextFormat(Qt::PlainText);
    setRole(m_empty, "dim");
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    m_form = new MoveForm(m_keeper, this);
    column->addWidget(m_form);
    column->addWidget(makeNextStart());
    column->addWidget(makeButtons());
    connect(&m_keeper, &DatabaseKeeper::factsRead, this, &DatabaseDialog::showFacts);
    connect(&m_keeper, &DatabaseKeeper::factsFailed, this, &DatabaseDialog::showFailure);
    connect(&m_keeper, &DatabaseKeeper::choiceChanged, this, &DatabaseDialog::showChoice);
    showChoice();
    readFacts();
}

void DatabaseDialog::readFacts()
{
    setRole(m_state, "secondary");
    m_state->setText(tr("Connecting…"));
    m_empty->setText(tr("Reading what is there…"));
    m_again->setEnabled(false);
    m_keeper.readFacts();
}

QWidget* DatabaseDialog::makeHeader()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SPACE);
    m_name = new ElidedLabel(box, Qt::ElideMiddle);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setTextFormat(Qt::PlainText);
    setRole(m_name, "headline");
    m_name->setText(QString::fromStdString(m_keeper.history().text()));
    m_state = new QLabel(box);
    m_state->setObjectName(QStringLiteral("state"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    column->addWidget(m_name);
    column->addWidget(m_state);
    return box;
}

QWidget* DatabaseDialog::makeNextStart()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    m_next = new QLabel(box);
    m_next->setObjectName(QStringLiteral("next"));
    m_next->setTextFormat(Qt::PlainText);
    m_next->setWordWrap(true);
    setRole(m_next, "secondary");
    m_own = new QPushButton(tr("Use the &workspace's own"), box);
    m_own->setToolTip(tr("From the next start, the file of this workspace again"));
    m_own->setAutoDefault(false);
    row->addWidget(m_next, 1);
    row->addWidget(m_own);
    connect(m_own, &QPushButton::clicked, this, [this] {
        if (const auto done = m_keeper.choose({}); !done)
            m_next->setText(QString::fromStdString(done.error().message()));
    });
    return box;
}

QWidget* DatabaseDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_again = new QPushButton(tr("&Read again"), box);
    m_again->setToolTip(tr("Connects to the history's database again and reads what its tables take"));
    m_again->setAutoDefault(false);
    auto* close = new QPushButton(tr("Close"), box);
    close->setAutoDefault(false);
    row->addWidget(m_again);
    row->addStretch(1);
    row->addWidget(close);
    connect(m_again, &QPushButton::clicked, this, &DatabaseDialog::readFacts);
    connect(close, &QPushButton::clicked, this, &DatabaseDialog::reject);
    return box;
}

void DatabaseDialog::showFacts(const core::history::DatabaseFacts& facts)
{
    QString state = tr("%1 · %2").arg(QString::fromStdString(facts.probe.database), words::probe(facts.probe));
    if (facts.bytes)
        state = tr("%1 · %2 in all").arg(state, format::bytes(*facts.bytes));
    m_again->setEnabled(true);
    m_state->setText(state);
    m_table->setFacts(facts);
    m_table->setVisible(!facts.tables.empty());
    m_empty->setVisible(facts.tables.empty());
    m_empty->setText(tr("Nothing is kept there yet. Import candles or download them first; or name a database below that "
                        "has a history, and use it from the next start."));
}

void DatabaseDialog::showFailure(const core::Error& error)
{
    m_again->setEnabled(true);
    setRole(m_state, "bad");
    m_state->setText(QString::fromStdString(error.what));
    m_table->hide();
    m_empty->show();
    m_empty->setText(QString::fromStdString(error.remedy));
}

void DatabaseDialog::showChoice()
{
    const auto chosen = m_keeper.chosen();
    QString text = tr("From the next start: the workspace's own history.");
    if (!chosen)
        text = QString::fromStdString(chosen.error().message());
    else if (*chosen)
        text = tr("From the next start: %1").arg(QString::fromStdString((*chosen)->text()));
    if (!qEnvironmentVariableIsEmpty(core::history::DATABASE_VARIABLE))
        text = tr("The variable %1 names the database at every start.").arg(QLatin1String(core::history::DATABASE_VARIABLE));
    if (!m_keeper.mayChoose())
        text += QLatin1Char(' ') + tr("This workspace is read-only here.");
    m_next->setText(text);
    m_own->setVisible(!chosen || *chosen);
    m_own->setEnabled(m_keeper.mayChoose());
}

void DatabaseDialog::reject()
{
    if (m_keeper.isMoving() && !m_keeper.isStopping())
        m_form->stop();
    else
        QDialog::reject();
}

} // namespace ui::dialogs
