// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>

namespace ui {

class MainWindow;

/// Renders the window, with the market and with the history in front, and every panel to PNG files, in both themes and two sizes, without anybody
/// at the mouse: with the approved strategies of the workspace playing its history, about 60 %
/// through, or with the empty states when there is nothing to play.
class Screenshots final : public QObject
{
    Q_OBJECT

public:
    Screenshots(MainWindow& window, QString folder, QObject* parent = nullptr);
    /// Begins; ends in finished() or failed().
    void start();

signals:
    void finished(int files);
    /// `what` went wrong, for people; nothing more is rendered.
    void failed(const QString& what);

private:
    void loadReplay();
    void seekIntoReplay();
    void renderWhenReady(std::function<bool()> ready);
    void renderAll();
    void render(const QString& theme, const QSize& size, bool withPanels);
    void chooseMostGaps();
    static void settle(const std::function<bool()>& ready);
    void save(QWidget* widget, const QString& name);
    void waitFor(std::function<bool()> condition, std::function<void()> then, const QString& what);

    MainWindow& m_window;
    QString m_folder;
    QTimer m_poll;
    std::function<bool()> m_condition;
    std::function<void()> m_then;
    QString m_awaited;
    int m_patience = 0;
    int m_files = 0;
    bool m_failed = false;
};

} // namespace ui
