// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/statusline.h"

#include "ui/panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace ui {
namespace {

constexpr int DOT = 8;

} // namespace

StatusLine::StatusLine(QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(DOT + 2 * SPACE, 0, 4 * SPACE, 0);
    m_label = new QLabel(this);
    setRole(m_label, "dim");
    row->addWidget(m_label);
}

void StatusLine::show(Token token, const QString& text)
{
    m_token = token;
    m_label->setText(text);
    setAccessibleName(text);
    update();
}

QString StatusLine::text() const
{
    return m_label->text();
}

void StatusLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().colour(m_token));
    painter.drawEllipse(QRectF(SPACE - 1, (height() - DOT) / 2.0, DOT, DOT));
}

} // namespace ui
