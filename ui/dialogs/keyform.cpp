// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/keyform.h"

#include "ui/panel.h"
#include "ui/theme.h"

#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui::dialogs {

KeyForm::KeyForm(const QString& title, const QString& explanation, const QString& action,
                 QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(title);
    resize(560, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    auto* about = new QLabel(explanation, this);
    about->setWordWrap(true);
    about->setTextFormat(Qt::PlainText);
    setRole(about, "secondary");
    column->addWidget(about);
    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(4 * SPACE);
    m_form->setVerticalSpacing(2 * SPACE);
    column->addLayout(m_form);
    m_problem = new QLabel(this);
    m_problem->setWordWrap(true);
    setRole(m_problem, "warn");
    column->addWidget(m_problem);
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->setAutoDefault(false);
    m_accept = new QPushButton(action, this);
    m_accept->setProperty("primary", true);
    m_accept->setDefault(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * SPACE);
    row->addStretch(1);
    row->addWidget(m_cancel);
    row->addWidget(m_accept);
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &QDialog::accept);
}

QLabel* KeyForm::caption(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel(text, this);
    setRole(label, "dim");
    label->setBuddy(buddy);
    buddy->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    return label;
}

void KeyForm::appendToTabOrder(QWidget* widget)
{
    if (m_last)
        setTabOrder(m_last, widget);
    else
        widget->setFocus();
    m_last = widget;
    setTabOrder(widget, m_cancel);
    setTabOrder(m_cancel, m_accept);
}

QLineEdit* KeyForm::addLine(const QString& label, const QString& text)
{
    auto* field = new QLineEdit(text, this);
    m_form->addRow(caption(label, field), field);
    appendToTabOrder(field);
    connect(field, &QLineEdit::textEdited, this, [this] {
        m_touched = true;
        check();
    });
    connect(field, &QLineEdit::textChanged, this, &KeyForm::check);
    return field;
}

QLineEdit* KeyForm::addFile(const QString& label, const QString& text, const QString& filter)
{
    auto* field = new QLineEdit(text, this);
    auto* choose = new QPushButton(tr("Choose…"), this);
    choose->setAutoDefault(false);
    choose->setAccessibleName(tr("Choose %1").arg(QString(label).remove(QLatin1Char('&'))));
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * SPACE);
    row->addWidget(field, 1);
    row->addWidget(choose);
    m_form->addRow(caption(label, field), row);
    appendToTabOrder(field);
    appendToTabOrder(choose);
    connect(field, &QLineEdit::textChanged, this, &KeyForm::check);
    connect(choose, &QPushButton::clicked, this, [this, field, filter] {
        const QString chosen =
            QFileDialog::getOpenFileName(this, windowTitle(), field->text(), filter);
        if (!chosen.isEmpty())
            field->setText(chosen);
    });
    return field;
}

QLineEdit* KeyForm::addPassphrase(const QString& label)
{
    auto* field = addLine(label);
    field->setEchoMode(QLineEdit::Password);
    return field;
}

void KeyForm::addFact(const QString& label, const QString& text)
{
    auto* fact = new QLabel(text, this);
    fact->setTextFormat(Qt::PlainText);
    fact->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    fact->setFont(figureFont());
    m_form->addRow(caption(label, fact), fact);
}

void KeyForm::setCheck(std::function<QString()> problem)
{
    m_check = std::move(problem);
    check();
}

void KeyForm::showEvent(QShowEvent* event)
{
    fitHeight(*this);
    QDialog::showEvent(event);
}

void KeyForm::check()
{
    const QString problem = m_check ? m_check() : QString();
    m_problem->setText(problem);
    setRole(m_problem, m_touched ? "warn" : "secondary");
    if (isVisible())
        fitHeight(*this);
    m_accept->setEnabled(problem.isEmpty());
}

core::Result<core::trust::Passphrase> takePassphrase(QLineEdit& field)
{
    QString text = field.text();
    QByteArray bytes = text.toUtf8();
    auto passphrase = core::trust::Passphrase::copyOf(
        std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    bytes.fill('\0');
    field.clear();
    // Ours alone now, so that it is overwritten and not copied. What Qt keeps to undo with is out of reach.
    text.fill(QChar(u'\0'));
    return passphrase;
}

} // namespace ui::dialogs
