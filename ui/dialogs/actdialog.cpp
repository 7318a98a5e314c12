// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/actdialog.h"

#include "core/engine/actionrules.h"
#include "ui/models/actwords.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui::dialogs {

namespace {

using core::portfolio::UserAction;
namespace words = models::words;

constexpr int WIDTH = 520;

QLabel* wrapped(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ActDialog::ActDialog(core::engine::SnapshotPtr snapshot, UserAction action, QWidget* parent)
    : QDialog(parent),
      m_snapshot(std::move(snapshot)),
      m_action(action),
      m_strategy(m_snapshot->accounts[action.account].strategy)
{
    const QString name = QString::fromStdString(m_strategy);
    setWindowTitle(tr("%1: %2").arg(words::act(action.kind), name));
    resize(WIDTH, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    m_body = new QVBoxLayout;
    m_body->setSpacing(3 * SPACE);
    m_text = wrapped(this);
    m_warning = wrapped(this);
    setRole(m_warning, "warn");
    m_body->addWidget(m_text);
    column->addLayout(m_body);
    column->addWidget(m_warning);
    column->addStretch(1);
    column->addWidget(makeButtons());
    ActDialog::refresh();
}

QWidget* ActDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    auto* cancel = new QPushButton(tr("Cancel"), box);
    m_confirm = new QPushButton(words::act(m_action.kind), box);
    m_confirm->setObjectName(QStringLiteral("confirm"));
    m_confirm->setProperty("primary", true);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_confirm);
    // What cannot be taken back is not what Enter does.
    const bool isFinal = m_action.kind == UserAction::Kind::Reset;
    m_confirm->setAutoDefault(!isFinal);
    (isFinal ? cancel : m_confirm)->setDefault(true);
    (isFinal ? cancel : m_confirm)->setFocus();
    connect(cancel, &QPushButton::clicked, this, &ActDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, [this] {
        emit confirmed(action());
        accept();
    });
    return box;
}

const core::engine::AccountSnapshot& ActDialog::account() const
{
    return m_snapshot->accounts[m_action.account];
}

void ActDialog::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    const bool isThere = snapshot && m_action.account < snapshot->accounts.size() &&
                         snapshot->accounts[m_action.account].strategy == m_strategy;
    if (!isThere) {
        reject();
        return;
    }
    m_snapshot = snapshot;
    refresh();
}

void ActDialog::refresh()
{
    m_text->setText(words::consequences(*m_snapshot, m_action).join(QLatin1Char('\n')));
    const auto allowed = core::engine::checkAction(account(), action());
    setWarning(allowed ? words::laterActsDropped(*m_snapshot) : QString::fromStdString(allowed.error().message()));
    setPossible(allowed.ok());
}

void ActDialog::setWarning(const QString& text)
{
    m_warning->setText(text);
    m_warning->setVisible(!text.isEmpty());
    fitHeight(*this);
}

void ActDialog::showEvent(QShowEvent* event)
{
    fitHeight(*this);
    QDialog::showEvent(event);
}

void ActDialog::setPossible(bool possible)
{
    m_confirm->setEnabled(possible);
}

void ActDialog::addBody(QWidget* body)
{
    m_body->addWidget(body);
}

QString ActDialog::text() const
{
    return m_text->text();
}

QString ActDialog::warning() const
{
    return m_warning->text();
}

} // namespace ui::dialogs
