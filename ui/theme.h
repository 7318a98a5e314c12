// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>

#include <array>
#include <cstddef>

/// The window: everything in it lives on the GUI thread.
namespace ui {

// Spacing comes in steps of four pixels.
inline constexpr int SPACE = 4;
inline constexpr int HEADER_HEIGHT = 30;
inline constexpr int ROW_HEIGHT = 26;
inline constexpr int PANEL_RADIUS = 6;
inline constexpr int HIT_TARGET = 24;
inline constexpr int VALUE_PIXELS = 12;
inline constexpr int LABEL_PIXELS = 11;
inline constexpr int HEADLINE_PIXELS = 20;
/// The ui takes the engine's latest snapshot at most this often.
inline constexpr int FRAME_MILLISECONDS = 33;

/// Names a colour by what it is for.
enum class Token {
    Background,
    Panel,
    PanelRaised,
    Line,
    Text,
    Dim,
    Faint,
    Accent,
    OnAccent,
    Up,
    Down,
    Ok,
    Warn,
    Bad
};

/// The colours of one theme. Nothing else in the product names a colour.
struct Theme
{
    bool dark = true;
    QColor background;  ///< The window.
    QColor panel;       ///< Docks.
    QColor panelRaised; ///< Inputs and cards.
    QColor line;        ///< Borders; the grid, dashed 2 4.
    QColor text;        ///< Values.
    QColor dim;         ///< Labels.
    QColor faint;       ///< Hints.
    QColor accent;      ///< Selection, primary action, running.
    QColor onAccent;    ///< Text and icons on the accent.
    QColor up;          ///< Rising candles, profit.
    QColor down;        ///< Falling candles, loss.
    QColor ok;
    QColor warn;
    QColor bad;
    std::array<QColor, 5> regime; ///< Strong bull, bull, neutral, bear, strong bear.
    std::array<QColor, 6> series; ///< Lines of strategies and overlays, in their order.

    [[nodiscard]] const QColor& colour(Token token) const;
    /// The colour of line number `index`; repeats after the last.
    [[nodiscard]] const QColor& seriesColour(std::size_t index) const
    {
        return series[index % series.size()];
    }
};

/// What the user wants of the theme.
enum class ThemeChoice { System, Light, Dark };
/// Which colours mean up and down: green and red, the other way round, or blue and orange.
enum class DirectionColours { GreenUp, RedUp, BlueOrange };

/// The tokens of a theme with the given direction colours.
[[nodiscard]] Theme makeTheme(bool dark, DirectionColours directions);

/// The theme in force. Read it when painting; never keep a colour over a change.
[[nodiscard]] const Theme& theme();

/// Proportional text, by Inter.
[[nodiscard]] QFont textFont(int pixels = VALUE_PIXELS, QFont::Weight weight = QFont::Normal);
/// Figures, by JetBrains Mono: every digit has the same width.
[[nodiscard]] QFont figureFont(int pixels = VALUE_PIXELS, QFont::Weight weight = QFont::Normal);

/// Puts a theme on the application: Fusion, the palette, the style sheet and the fonts. There is
/// one for the application, as there is one palette; reach it through themeManager().
class ThemeManager final : public QObject
{
    Q_OBJECT

public:
    /// Applies the choices; cheap when nothing changed.
    void apply(ThemeChoice choice, DirectionColours directions);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] DirectionColours directions() const { return m_directions; }

signals:
    /// theme() has new colours; whoever painted with the old ones paints again.
    void themeChanged();

private:
    explicit ThemeManager(QObject* parent);
    friend ThemeManager& themeManager();

    ThemeChoice m_choice = ThemeChoice::System;
    DirectionColours m_directions = DirectionColours::GreenUp;
    bool m_systemIsDark;
    bool m_applied = false;
};

/// The application's theme manager; made on first use, lives as long as the QApplication.
[[nodiscard]] ThemeManager& themeManager();

} // namespace ui
