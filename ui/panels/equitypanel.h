// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/panel.h"

namespace ui::charts {
class EquityChart;
}

namespace ui::panels {

/// Equity and drawdown of the session, per strategy and in total, with buy-and-hold beside them.
class EquityPanel final : public Panel
{
    Q_OBJECT

public:
    explicit EquityPanel(QWidget* parent = nullptr);

public slots:
    /// Null empties the panel.
    void setSnapshot(const core::engine::SnapshotPtr& snapshot);

private:
    charts::EquityChart* m_chart;
};

} // namespace ui::panels
