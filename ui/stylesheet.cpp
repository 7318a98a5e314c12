// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/stylesheet.h"

#include "ui/theme.h"

#include <QStringList>

#include <utility>

namespace ui {
namespace {

// Tokens are written @name. Roles are dynamic properties set by the widgets:
// role = title | dim | faint | headline | ok | warn | bad | link; primary = true; flat = true.
constexpr char SHEET[] = R"(
QWidget { color: @text; }
QMainWindow, QDialog { background: @background; }
QMainWindow::separator { background: transparent; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: @line; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @line; }
QToolTip { background: @panelRaised; color: @text; border: 1px solid @line; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="dim"] { color: @dim; font-size: 11px; }
QLabel[role="faint"] { color: @faint; font-size: 11px; }
QLabel[role="headline"] { font-size: 20px; font-weight: 600; }
QLabel[role="ok"] { color: @ok; }
QLabel[role="warn"] { color: @warn; }
QLabel[role="bad"] { color: @bad; }
QLabel[role="alarm"] { color: @bad; font-weight: 600; }
QLabel[role="link"] { color: @accent; }
QLabel[role="figures"] { font-family: @figures; font-size: 12px; }
QLabel[role="secondary"] { color: @dim; font-size: 12px; }

QMenuBar { background: @background; color: @dim; border-bottom: 1px solid @line; padding: 2px 8px; }
QMenuBar::item { background: transparent; padding: 6px 12px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @panelRaised; color: @text; }
QMenu { background: @panel; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 28px; border-radius: 4px; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::indicator { left: 8px; width: 14px; height: 14px; }

QToolBar { background: @background; border: none; padding: 0; }
QToolBar[role="alarm"] { border: 1px solid @bad; }
QStatusBar { background: @background; border-top: 1px solid @line; color: @dim; }
QStatusBar::item { border: none; }

QPushButton { background: @panelRaised; color: @text; border: 1px solid @line; border-radius: 4px;
    padding: 0 12px; min-height: 26px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @line; }
QPushButton:disabled { color: @faint; }
QPushButton:focus { border-color: @accent; }
QPushButton[primary="true"] { background: @accent; color: @onAccent; border-color: @accent;
    font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:focus { border-color: @text; }
QPushButton[primary="true"]:disabled { background: @line; color: @faint; border-color: @line; }

QToolButton { background: transparent; color: @dim; border: 1px solid transparent;
    border-radius: 4px; min-height: 22px; min-width: 22px; }
QToolButton:hover { background: @hover; color: @text; }
QToolButton:focus { border-color: @accent; }
QToolButton:checked { background: @panelRaised; color: @text; border-color: @line; }
QToolButton:disabled { color: @faint; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[framed="true"] { background: @panelRaised; border-color: @line; color: @text; }
QToolButton[framed="true"]:hover { background: @hover; }
QToolButton[framed="true"]:focus { border-color: @accent; }
QToolButton[primary="true"] { background: @accent; border-color: @accent; color: @onAccent; }
QToolButton[primary="true"]:hover { background: @accentHover; }
QToolButton[primary="true"]:focus { border-color: @text; }
QToolButton[primary="true"]:disabled { background: @line; border-color: @line; }

QLineEdit, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QDateEdit, QComboBox, QPlainTextEdit, QTextEdit {
    background: @panelRaised; color: @text; border: 1px solid @line; border-radius: 4px;
    selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QDateEdit, QComboBox { min-height: 26px;
    padding: 0 8px; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateTimeEdit:focus, QDateEdit:focus,
QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QDateTimeEdit:disabled,
QComboBox:disabled { color: @faint; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: 22px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url(@arrows/chevron-down.svg);
    width: 12px; height: 12px; }
QComboBox[flat="true"] { background: transparent; border-color: transparent; font-weight: 600;
    min-height: 22px; padding: 0 4px; }
QComboBox[flat="true"]:hover { background: @hover; }
QComboBox[flat="true"]:focus { border-color: @accent; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; padding: 4px;
    selection-background-color: @hover; selection-color: @text; outline: none; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QDateTimeEdit::up-button { border: none; width: 18px; }
QSpinBox::down-button, QDoubleSpinBox::down-button, QDateTimeEdit::down-button { border: none;
    width: 18px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateTimeEdit::up-arrow {
    image: url(@arrows/chevron-up.svg); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateTimeEdit::down-arrow {
    image: url(@arrows/chevron-down.svg); width: 10px; height: 10px; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 14px; height: 14px;
    border: 1px solid @faint; border-radius: 3px; background: @panelRaised; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: @accent;
    border-color: @accent; image: url(@arrows/check.svg); }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:disabled, QAbstractItemView::indicator:disabled { border-color: @line; }
QCheckBox::indicator:checked:disabled, QAbstractItemView::indicator:checked:disabled {
    background: @faint; border-color: @faint; }

QAbstractScrollArea { background: transparent; border: none; }
QAbstractItemView { background: transparent; border: none; outline: none; gridline-color: @line;
    selection-background-color: @selection; selection-color: @text; }
QAbstractItemView::item:focus { background: @hover; }
QAbstractItemView::item:hover { background: @hover; }
QAbstractItemView::item:selected { background: @selection; color: @text; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @dim; border: none;
    border-bottom: 1px solid @line; padding: 0 8px; font-size: 11px; font-weight: 400; }
QTableCornerButton::section { background: transparent; border: none;
    border-bottom: 1px solid @line; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @dim; padding: 6px 12px; border: none;
    border-bottom: 2px solid transparent; min-height: 16px; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: 1px solid @line; border-radius: 6px; background: @panel; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: @line; border-radius: 3px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: @line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; background: @line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { background: @accent; width: 14px; height: 14px; margin: -5px 0;
    border-radius: 7px; }
QSlider::handle:horizontal:focus { background: @text; }

QGroupBox { border: none; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
)";

QString mixed(const QColor& a, const QColor& b, double share)
{
    const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())).name();
}

QString quoted(const QStringList& families)
{
    QStringList names;
    for (const QString& family : families)
        names.append(QLatin1Char('"') + family + QLatin1Char('"'));
    return names.join(QLatin1StringView(", "));
}

} // namespace

QPalette makePalette(const Theme& t)
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor& colour) {
        palette.setColor(role, colour);
    };
    set(QPalette::Window, t.background);
    set(QPalette::WindowText, t.text);
    set(QPalette::Base, t.panelRaised);
    set(QPalette::AlternateBase, t.panel);
    set(QPalette::Text, t.text);
    set(QPalette::PlaceholderText, t.faint);
    set(QPalette::Button, t.panelRaised);
    set(QPalette::ButtonText, t.text);
    set(QPalette::BrightText, t.bad);
    set(QPalette::Highlight, t.accent);
    set(QPalette::HighlightedText, t.onAccent);
    set(QPalette::Link, t.accent);
    set(QPalette::LinkVisited, t.accent);
    set(QPalette::ToolTipBase, t.panelRaised);
    set(QPalette::ToolTipText, t.text);
    for (const auto role : {QPalette::Light, QPalette::Midlight, QPalette::Mid, QPalette::Dark})
        set(role, t.line);
    set(QPalette::Shadow, t.background);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, t.faint);
    return palette;
}

QString makeStyleSheet(const Theme& t, const QString& arrows)
{
    // Longer names first: @panelRaised must be replaced before @panel.
    const std::pair<const char*, QString> tokens[] = {
        {"@arrows", arrows},
        {"@figures", quoted(figureFont().families())},
        {"@accentHover", mixed(t.accent, t.text, 0.12)},
        {"@panelRaised", t.panelRaised.name()},
        {"@background", t.background.name()},
        {"@onAccent", t.onAccent.name()},
        {"@selection", mixed(t.panel, t.accent, 0.22)},
        {"@accent", t.accent.name()},
        {"@hover", mixed(t.panelRaised, t.text, 0.06)},
        {"@panel", t.panel.name()},
        {"@faint", t.faint.name()},
        {"@line", t.line.name()},
        {"@text", t.text.name()},
        {"@warn", t.warn.name()},
        {"@dim", t.dim.name()},
        {"@bad", t.bad.name()},
        {"@ok", t.ok.name()},
    };
    QString sheet = QString::fromLatin1(SHEET);
    for (const auto& [token, value] : tokens)
        sheet.replace(QLatin1StringView(token), value);
    return sheet;
}

} // namespace ui
