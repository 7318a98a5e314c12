// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/infocard.h"

#include "ui/format.h"
#include "ui/models/celldelegate.h"
#include "ui/panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace ui::panels {

namespace {
constexpr float FILL_ALPHA = 0.22F;
} // namespace

InfoCard::InfoCard(QWidget* parent)
    : QFrame(parent),
      m_title(new QLabel(this)),
      m_text(new QLabel(this)),
      m_head(new QHBoxLayout),
      m_links(new QHBoxLayout)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE);
    column->setSpacing(SPACE);
    m_title->setFont(textFont(VALUE_PIXELS, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_text->setWordWrap(true);
    setRole(m_text, "dim");
    for (QLabel* label : {m_title, m_text}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setMinimumWidth(1);
    }
    m_links->setSpacing(4 * SPACE);
    m_links->addStretch(1);
    m_head->setSpacing(4 * SPACE);
    m_head->addWidget(m_title, 1);
    column->addLayout(m_head);
    column->addWidget(m_text);
    column->addLayout(m_links);
    connect(&themeManager(), &ThemeManager::themeChanged, this, &InfoCard::applyTheme);
    applyTheme();
}

void InfoCard::setToken(Token token)
{
    m_token = token;
    applyTheme();
}

void InfoCard::setFilled(bool filled)
{
    m_filled = filled;
    applyTheme();
}

void InfoCard::setLinksBesideTitle()
{
    layout()->removeItem(m_links);
    m_links->setParent(nullptr);
    m_head->addLayout(m_links);
}

void InfoCard::applyTheme()
{
    const QString link =
        QStringLiteral(
            "QPushButton { color: %1; background: transparent; border: none; padding: 0; "
            "min-height: 24px; } QPushButton:focus { text-decoration: underline; } "
            "QPushButton:disabled { color: %2; }")
            .arg(theme().accent.name(), theme().faint.name());
    for (auto* button : findChildren<QPushButton*>())
        button->setStyleSheet(link);
    const QColor& own = m_filled ? theme().text : theme().colour(m_token);
    m_title->setStyleSheet(QStringLiteral("color: %1;").arg(own.name()));
    m_text->setStyleSheet(m_filled ? QStringLiteral("color: %1;").arg(own.name()) : QString());
    // The mark of the filled card stands left of its words.
    layout()->setContentsMargins((m_filled ? 8 : 3) * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE);
    update();
}

void InfoCard::setContent(const QString& title, const QStringList& lines)
{
    // Inside of sentences a number must not be torn apart at its thin spaces.
    QString text = lines.join(QLatin1Char('\n'));
    text.replace(QChar(format::THIN_SPACE), QChar(u'\u202f'));
    if (title == m_title->text() && text == m_text->text())
        return;
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(text);
}

void InfoCard::addLink(const QString& id, const QString& text)
{
    auto* link = new QPushButton(text, this);
    link->setObjectName(id);
    link->setCursor(Qt::PointingHandCursor);
    connect(link, &QPushButton::clicked, this, [this, id] { emit linkActivated(id); });
    m_links->insertWidget(m_links->count() - 1, link);
    applyTheme();
}

void InfoCard::setLink(const QString& id, const QString& text)
{
    auto* link = findChild<QPushButton*>(id);
    if (!link)
        return;
    link->setText(text);
    link->setVisible(!text.isEmpty());
}

void InfoCard::setLinkEnabled(const QString& id, bool enabled, const QString& hint)
{
    auto* link = findChild<QPushButton*>(id);
    if (!link)
        return;
    link->setEnabled(enabled);
    link->setToolTip(hint);
    link->setAccessibleDescription(hint);
}

QString InfoCard::title() const
{
    return m_title->text();
}

QString InfoCard::text() const
{
    return m_text->text();
}

void InfoCard::paintEvent(QPaintEvent*)
{
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_token == Token::Text ? t.line : t.colour(m_token), 1.0));
    painter.setBrush(t.panelRaised);
    const QRectF edge = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(edge, SPACE, SPACE);
    if (!m_filled)
        return;
    QColor wash = t.colour(m_token);
    wash.setAlphaF(FILL_ALPHA);
    painter.setBrush(wash);
    painter.drawRoundedRect(edge, SPACE, SPACE);
    models::drawShape(painter, models::Shape::Triangle,
                      QPointF(4.5 * SPACE, m_title->geometry().center().y() + 0.5), 12,
                      t.colour(m_token));
}

void setPrimary(QPushButton* button, bool primary)
{
    if (button->property("primary").toBool() == primary)
        return;
    button->setProperty("primary", primary);
    button->style()->unpolish(button);
    button->style()->polish(button);
}

} // namespace ui::panels
