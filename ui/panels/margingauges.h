// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/models/whatif.h"

#include <QString>
#include <QWidget>

#include <vector>

namespace ui::panels {

/// One bar an account: the colour of its line in the charts, its margin level, the call level as a tick, the value beside it. While a
/// move is looked at, the bar shows the level after it, a hairline the present one, and a second
/// line the equity. Painted as one widget.
class MarginGauges final : public QWidget
{
    Q_OBJECT

public:
    explicit MarginGauges(QWidget* parent = nullptr);

    void show(const core::engine::EngineSnapshot& snapshot, int permille);
    [[nodiscard]] int count() const { return static_cast<int>(m_gauges.size()); }
    /// "75 %", "flat", "liquidated".
    [[nodiscard]] QString valueText(int row) const;
    /// The equity under the move; empty without one.
    [[nodiscard]] QString equityText(int row) const;
    /// Filled share of the bar, 0 … 1; the whole bar is FULL_SCALE call levels.
    [[nodiscard]] double share(int row) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

    static constexpr double FULL_SCALE = 5.0;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Gauge
    {
        QString name;
        core::engine::AccountState state = core::engine::AccountState::Running;
        models::WhatIf now;
        models::WhatIf moved;
        double callLevel = 0.25;
    };
    [[nodiscard]] int rowHeight() const;
    /// Widths of the name and value columns: what they need, but the bar keeps its share.
    struct Columns
    {
        int name = 0;
        int value = 0;
    };
    [[nodiscard]] Columns columns() const;
    [[nodiscard]] bool isAlarming(int row) const;
    void paintGauge(QPainter& painter, const QRect& row, int index, const Columns& columns) const;
    void paintBar(QPainter& painter, const QRectF& bar, const Gauge& gauge) const;
    void updateAccessibleText();

    std::vector<Gauge> m_gauges;
    int m_permille = 0;
};

} // namespace ui::panels
