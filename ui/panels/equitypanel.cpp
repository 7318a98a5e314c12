// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/equitypanel.h"

#include "ui/charts/equitychart.h"
#include "ui/format.h"

namespace ui::panels {

EquityPanel::EquityPanel(QWidget* parent) : Panel(QStringLiteral("equity"), tr("Equity"), parent)
{
    m_chart = new charts::EquityChart(this);
    setBody(m_chart);
    setSnapshot({});
}

void EquityPanel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_chart->setSnapshot(snapshot);
    if (!snapshot) {
        setContextText({});
        setEmptyState(tr("Equity and drawdown appear here once a replay runs."));
        return;
    }
    if (!showsBody())
        showBody();
    setContextText(tr("per strategy and total · deepest drawdown %1")
                       .arg(format::percent(snapshot->total.maxDrawdown, 2)));
}

} // namespace ui::panels
