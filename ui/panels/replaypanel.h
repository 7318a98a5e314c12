// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/panel.h"

class QComboBox;
class QMenu;
class QToolButton;

namespace ui {
class ElidedLabel;
}
namespace ui::charts {
class Timeline;
}

namespace ui::panels {

/// The replay's transport: play, pause, steps, speed and the time line. Asks by signals; what is so
/// is told it by the slots.
class ReplayPanel final : public Panel
{
    Q_OBJECT

public:
    explicit ReplayPanel(QWidget* parent = nullptr);

    /// Market time per wall time; 0 is as fast as possible.
    [[nodiscard]] double speed() const;
    void setSpeed(double speed);
    [[nodiscard]] charts::Timeline& timeline() { return *m_timeline; }
    [[nodiscard]] bool isPlaying() const { return m_playing; }
    /// The transport as menu entries, with their shortcuts.
    void addActionsTo(QMenu* menu);

public slots:
    /// The stretch of time that the loaded replay plays.
    void setRange(core::Timestamp begin, core::Timestamp end);
    /// Null when no replay is loaded.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    void setPlaying(bool playing);
    /// Progress of a load or a seek; 1 ends it.
    void setBusy(const QString& what, double fraction);

signals:
    void playRequested();
    void pauseRequested();
    void stepBarRequested();
    void stepToNextFillRequested();
    void stepToNextMarginCallRequested();
    void speedRequested(double speed);
    void seekRequested(core::Timestamp time);
    void newReplayRequested();

private:
    enum class Next { Fill, MarginCall, End };
    QAction* addTransport(const char* iconName, const QString& text, const QString& keys);
    void makeActions();
    QWidget* makeBody();
    QWidget* makeNextButton();
    QWidget* makeSpeeds();
    void togglePlaying();
    void stepBack();
    void stepToNext();
    void setNext(Next next);
    void changeSpeed(int step);
    void updateActions();
    void updateFigures();

    core::engine::SnapshotPtr m_snapshot;
    bool m_playing = false;
    Next m_next = Next::Fill;
    QAction* m_toStart = nullptr;
    QAction* m_stepBack = nullptr;
    QAction* m_play = nullptr;
    QAction* m_stepBar = nullptr;
    QAction* m_stepNext = nullptr;
    QAction* m_faster = nullptr;
    QAction* m_slower = nullptr;
    QMenu* m_nextMenu = nullptr;
    QToolButton* m_nextButton = nullptr;
    QToolButton* m_playButton = nullptr;
    QComboBox* m_speeds = nullptr;
    charts::Timeline* m_timeline = nullptr;
    ElidedLabel* m_figures = nullptr;
    ElidedLabel* m_state = nullptr;
    QString m_busyText;
};

} // namespace ui::panels
