// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include "ui/icons.h"
#include "ui/stylesheet.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPointer>
#include <QStyle>
#include <QStyleFactory>
#include <QTemporaryDir>

namespace ui {
namespace {

Theme& currentTheme()
{
    static Theme current = makeTheme(true, DirectionColours::GreenUp);
    return current;
}

Theme darkTheme()
{
    Theme t;
    t.dark = true;
    t.background = QColor(0x0E1116);
    t.panel = QColor(0x151A21);
    t.panelRaised = QColor(0x1B212A);
    t.line = QColor(0x262E39);
    t.text = QColor(0xD7DEE8);
    t.dim = QColor(0x8693A4);
    t.faint = QColor(0x566273);
    t.accent = QColor(0x4C9BFF);
    t.onAccent = QColor(0xFFFFFF);
    t.up = QColor(0x26A69A);
    t.down = QColor(0xEF5350);
    t.ok = QColor(0x3FB68B);
    t.warn = QColor(0xF5A623);
    t.bad = QColor(0xFF5C5C);
    t.regime = {QColor(0x1B8A6B), QColor(0x3FB68B), QColor(0x6B7686), QColor(0xD9694F),
                QColor(0xB33A3A)};
    t.series = {QColor(0x3FB68B), QColor(0x4C9BFF), QColor(0xF5A623),
                QColor(0xB58CFF), QColor(0x4FC3D9), QColor(0xE07FB2)};
    return t;
}

Theme lightTheme()
{
    Theme t;
    t.dark = false;
    t.background = QColor(0xF3F5F8);
    t.panel = QColor(0xFFFFFF);
    t.panelRaised = QColor(0xF7F9FB);
    t.line = QColor(0xDCE2EA);
    t.text = QColor(0x1C2530);
    t.dim = QColor(0x5B6878);
    t.faint = QColor(0x93A0B0);
    t.accent = QColor(0x1F6FEB);
    t.onAccent = QColor(0xFFFFFF);
    t.up = QColor(0x0E8F7E);
    t.down = QColor(0xD63B3B);
    t.ok = QColor(0x1B7F5A);
    t.warn = QColor(0xB97500);
    t.bad = QColor(0xC62828);
    t.regime = {QColor(0x0B7A5C), QColor(0x34A583), QColor(0x9AA5B3), QColor(0xE08A72),
                QColor(0xB33A3A)};
    t.series = {QColor(0x1B7F5A), QColor(0x1F6FEB), QColor(0xB97500),
                QColor(0x7A4FD0), QColor(0x0F8CA3), QColor(0xB8447F)};
    return t;
}

/// Colours that people with any of the common colour blindnesses tell apart.
void useBlueOrange(Theme& theme)
{
    theme.up = theme.dark ? QColor(0x5AA9FF) : QColor(0x1565C0);
    theme.down = theme.dark ? QColor(0xFF9F45) : QColor(0xC75B00);
}

QFont fontOf(const QStringList& families, int pixels, QFont::Weight weight, QFont::StyleHint hint)
{
    QFont font;
    font.setFamilies(families);
    font.setStyleHint(hint);
    font.setPixelSize(pixels);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

void writeArrow(const QString& folder, QLatin1StringView name, const QColor& colour)
{
    QFile file(folder + QLatin1Char('/') + name + QLatin1StringView(".svg"));
    if (file.open(QIODevice::WriteOnly))
        file.write(iconSource(name, colour));
}

/// A folder of arrows in the colours of `theme`; empty when the temporary folder cannot be written,
/// and arrows are then simply not drawn.
QString arrowFolder(const Theme& theme)
{
    static QTemporaryDir dark;
    static QTemporaryDir light;
    const QString folder = (theme.dark ? dark : light).path();
    writeArrow(folder, QLatin1StringView("chevron-down"), theme.dim);
    writeArrow(folder, QLatin1StringView("chevron-up"), theme.dim);
    writeArrow(folder, QLatin1StringView("check"), theme.onAccent);
    return folder;
}

} // namespace

const QColor& Theme::colour(Token token) const
{
    switch (token) {
    case Token::Background:
        return background;
    case Token::Panel:
        return panel;
    case Token::PanelRaised:
        return panelRaised;
    case Token::Line:
        return line;
    case Token::Text:
        return text;
    case Token::Dim:
        return dim;
    case Token::Faint:
        return faint;
    case Token::Accent:
        return accent;
    case Token::OnAccent:
        return onAccent;
    case Token::Up:
        return up;
    case Token::Down:
        return down;
    case Token::Ok:
        return ok;
    case Token::Warn:
        return warn;
    case Token::Bad:
        return bad;
    }
    return text;
}

Theme makeTheme(bool dark, DirectionColours directions)
{
    Theme made = dark ? darkTheme() : lightTheme();
    if (directions == DirectionColours::RedUp)
        std::swap(made.up, made.down);
    if (directions == DirectionColours::BlueOrange)
        useBlueOrange(made);
    return made;
}

const Theme& theme()
{
    return currentTheme();
}

QFont textFont(int pixels, QFont::Weight weight)
{
    static const QStringList families = {QStringLiteral("Inter"), QStringLiteral("Noto Sans"),
                                         QStringLiteral("DejaVu Sans"),
                                         QStringLiteral("sans-serif")};
    return fontOf(families, pixels, weight, QFont::SansSerif);
}

QFont figureFont(int pixels, QFont::Weight weight)
{
    static const QStringList families = {
        QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono"),
        QStringLiteral("Liberation Mono"), QStringLiteral("monospace")};
    return fontOf(families, pixels, weight, QFont::Monospace);
}

// Qt 6.4 does not tell the desktop's colour scheme; a window darker than its text is a dark one.
ThemeManager::ThemeManager(QObject* parent)
    : QObject(parent),
      m_systemIsDark(QApplication::palette().color(QPalette::Window).lightness() <
                     QApplication::palette().color(QPalette::WindowText).lightness())
{}

void ThemeManager::apply(ThemeChoice choice, DirectionColours directions)
{
    if (m_applied && choice == m_choice && directions == m_directions)
        return;
    if (!m_applied)
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    m_applied = true;
    m_choice = choice;
    m_directions = directions;
    const bool dark =
        choice == ThemeChoice::Dark || (choice == ThemeChoice::System && m_systemIsDark);
    currentTheme() = makeTheme(dark, directions);
    QApplication::setFont(textFont());
    QApplication::setPalette(makePalette(theme()));
    qApp->setStyleSheet(makeStyleSheet(theme(), arrowFolder(theme())));
    emit themeChanged();
}

ThemeManager& themeManager()
{
    static QPointer<ThemeManager> manager;
    if (!manager)
        manager = new ThemeManager(qApp);
    return *manager;
}

} // namespace ui
