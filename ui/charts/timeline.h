// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QTimer>
#include <QWidget>

#include <optional>
#include <set>
#include <vector>

namespace ui::charts {

/// The replay's time line: how far it is, where fills and margin calls were, and a handle that
/// seeks both ways. Arrow keys seek by a hundredth, page keys by a tenth, Home and End to the ends.
class Timeline final : public QWidget
{
    Q_OBJECT

public:
    explicit Timeline(QWidget* parent = nullptr);

    void setRange(core::Timestamp begin, core::Timestamp end);
    /// Null when no replay is loaded.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);
    /// Says that the last seek ended, wherever it landed.
    void endSeek();
    [[nodiscard]] core::Timestamp begin() const { return m_begin; }
    [[nodiscard]] core::Timestamp end() const { return m_end; }
    /// Where the handle is: at the replay's time, or where the user holds it.
    [[nodiscard]] core::Timestamp handleTime() const;
    [[nodiscard]] double xOf(core::Timestamp time) const;

    [[nodiscard]] QSize sizeHint() const override { return {480, 52}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 52}; }

signals:
    /// At most every SEEK_MILLISECONDS while dragging, and at the end of the drag.
    void seekRequested(core::Timestamp time);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    static constexpr int SEEK_MILLISECONDS = 100;
    [[nodiscard]] core::Timestamp timeAt(double x) const;
    void holdAt(core::Timestamp time, bool now);
    void sendSeek();
    void collectTicks();
    void paintTrack(QPainter& painter) const;
    [[nodiscard]] static QString wordFor(const core::engine::TimelineMark& mark);
    void paintMarks(QPainter& painter) const;
    void paintLabels(QPainter& painter) const;

    core::engine::SnapshotPtr m_snapshot;
    core::Timestamp m_begin;
    core::Timestamp m_end{std::chrono::hours(1)};
    std::optional<core::Timestamp> m_held; ///< Where the user put the handle, until the seek ends.
    bool m_dragging = false;
    bool m_unsent = false;
    QTimer m_throttle;
    // Fills by pixel column: a replay has thousands, the line a few hundred columns.
    std::set<int> m_fillColumns;
    std::size_t m_fillsTaken = 0;
    std::uint64_t m_epoch = 0;
};

} // namespace ui::charts
