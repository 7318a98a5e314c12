// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QFrame>
#include <QStringList>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace ui::panels {

/// A raised card with a title, lines of text and links below: what one thing is about, and what can
/// be done. Its border and title take the colour of its meaning.
class InfoCard final : public QFrame
{
    Q_OBJECT

public:
    explicit InfoCard(QWidget* parent = nullptr);

    /// Token::Text for a plain card; any other colours border and title.
    void setToken(Token token);
    /// Fills the card with its colour instead of only framing it: for what must not be missed.
    void setFilled(bool filled);
    /// Puts the links at the right of the title instead of below the text, where room is short in
    /// height.
    void setLinksBesideTitle();
    void setContent(const QString& title, const QStringList& lines);
    /// A link; pressing it emits linkActivated with its identifier.
    void addLink(const QString& id, const QString& text);
    /// Changes a link's text; an empty one hides it.
    void setLink(const QString& id, const QString& text);
    /// Whether a link can be pressed now; `hint` says what it does, or why it cannot.
    void setLinkEnabled(const QString& id, bool enabled, const QString& hint);
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString text() const;

signals:
    void linkActivated(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void applyTheme();

    Token m_token = Token::Text;
    bool m_filled = false;
    QLabel* m_title;
    QLabel* m_text;
    QHBoxLayout* m_head;
    QHBoxLayout* m_links;
};

/// Makes a button the primary one of its place, or an ordinary one.
void setPrimary(QPushButton* button, bool primary);

} // namespace ui::panels
