// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/panel.h"

class QLabel;
class QSlider;
class QToolButton;

namespace ui::charts {
class MarginChart;
}

namespace ui::panels {

class MarginGauges;

/// How far every account is from its margin call: now, if all marks moved, and over time. Takes
/// snapshots.
class MarginPanel final : public Panel
{
    Q_OBJECT

public:
    explicit MarginPanel(QWidget* parent = nullptr);

    /// The common move of all marks that is looked at, in thousandths.
    [[nodiscard]] int permille() const;
    void setPermille(int permille);
    /// Who is called first, in words.
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] const MarginGauges& gauges() const { return *m_gauges; }
    [[nodiscard]] charts::MarginChart& chart() const { return *m_chart; }

public slots:
    /// Shows the snapshot; a null one empties the panel.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

signals:
    /// The button of the empty panel: set up a replay.
    void newReplayRequested();

private:
    QWidget* makeBody();
    QWidget* makeWhatIf();
    QWidget* makeHistory();
    void refresh();

    core::engine::SnapshotPtr m_snapshot;
    MarginGauges* m_gauges = nullptr;
    charts::MarginChart* m_chart = nullptr;
    QLabel* m_chartCaption = nullptr;
    QSlider* m_slider = nullptr;
    QLabel* m_move = nullptr;
    QLabel* m_sentence = nullptr;
    QToolButton* m_reset = nullptr;
};

/// The widest move that can be looked at, in thousandths.
inline constexpr int MAX_MOVE_PERMILLE = 500;

} // namespace ui::panels
