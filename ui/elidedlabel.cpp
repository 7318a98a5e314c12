// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/elidedlabel.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace ui {

ElidedLabel::ElidedLabel(QWidget* parent, Qt::TextElideMode mode) : QLabel(parent), m_mode(mode)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().horizontalAdvance(QChar(u'\u2026')), QLabel::minimumSizeHint().height()};
}

void ElidedLabel::setShorterTexts(const QStringList& texts)
{
    m_shorter = texts;
    update();
}

bool ElidedLabel::fits(const QString& text) const
{
    return fontMetrics().horizontalAdvance(text) <= contentsRect().width();
}

QString ElidedLabel::shown() const
{
    if (fits(text()))
        return text();
    for (const QString& shorter : m_shorter)
        if (fits(shorter))
            return shorter;
    const QString last = m_shorter.isEmpty() ? text() : m_shorter.constLast();
    return fontMetrics().elidedText(last, m_mode, contentsRect().width());
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(contentsRect(), static_cast<int>(alignment()) | Qt::TextSingleLine, shown());
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty() && !fits(text())) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
        return true;
    }
    return QLabel::event(event);
}

} // namespace ui
