// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDockWidget>

class QDialog;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedLayout;
class QToolButton;

namespace ui {

/// A dock of the window: a header of HEADER_HEIGHT with the title left and the context right, and a
/// body that is replaced by a page in words while it is empty, loading or failed. Drag it by the
/// header; its menu floats, docks and closes it, and has the actions added to it. Give it an object
/// name: the layout is saved by it.
class Panel : public QDockWidget
{
    Q_OBJECT

public:
    Panel(const QString& objectName, const QString& title, QWidget* parent = nullptr);

    /// Takes ownership. A panel starts with its body shown.
    void setBody(QWidget* body);
    [[nodiscard]] QWidget* body() const { return m_body; }

    /// Replaces the title by a widget (a tab bar, a picker). windowTitle() stays for menus and
    /// tabs.
    void setTitleWidget(QWidget* widget);
    /// Adds a widget after the title.
    void addHeaderWidget(QWidget* widget);
    /// Text at the right of the header; elided when there is no room for it.
    void setContextText(const QString& text);
    /// Replaces the context text by a widget.
    void setContextWidget(QWidget* widget);
    /// Shows the context text as figures instead of a label.
    void setContextIsFigures();

    void showBody();
    /// Says what to do next. `action` labels a button that emits actionTriggered(); none when
    /// empty.
    void setEmptyState(const QString& text, const QString& action = {});
    /// Says what is going on; `fraction` from 0 to 1, or negative when it cannot be told.
    void setLoading(const QString& text, double fraction = -1.0);
    /// Says what happened and the way out.
    void setError(const QString& what, const QString& remedy, const QString& action = {});
    void setError(const core::Error& error, const QString& action = {});
    [[nodiscard]] bool showsBody() const;
    /// Gives the keyboard to the body, or to the button of the page in its place.
    void focusContent();

signals:
    /// The button of the empty or the error state was pressed.
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeHeader();
    void makeStatePage();
    void showMenu();
    void showState(const QString& headline, const QString& text, const QString& action);

    QWidget* m_body = nullptr;
    QStackedLayout* m_stack = nullptr;
    QHBoxLayout* m_headerLayout = nullptr;
    QWidget* m_header = nullptr;
    QWidget* m_titleWidget = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_context = nullptr;
    QWidget* m_contextWidget = nullptr;
    QString m_contextText;
    QToolButton* m_menuButton = nullptr;
    QWidget* m_statePage = nullptr;
    QLabel* m_stateHeadline = nullptr;
    QLabel* m_stateText = nullptr;
    QProgressBar* m_stateProgress = nullptr;
    QPushButton* m_stateButton = nullptr;
};

/// Grows a dialog to the height that its wrapped texts need at its width: they ask for it only once that is known.
void fitHeight(QDialog& dialog);
/// Marks `widget` with a role of the style sheet ("title", "dim", "faint", "headline", "secondary",
/// "figures", "ok", "warn", "bad", "link") and applies it. A font set by hand is lost with the next
/// role.
void setRole(QWidget* widget, const char* role);

} // namespace ui
