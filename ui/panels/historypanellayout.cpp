// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the history's panel is put together of.
#include "ui/panels/historypanel.h"

#include "ui/models/celldelegate.h"
#include "ui/models/gaptablemodel.h"
#include "ui/models/historytablemodel.h"
#include "ui/panels/coveragestrip.h"
#include "ui/panels/coverageview.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/jobsview.h"
#include "ui/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>

namespace ui::panels {

using models::HistoryTableModel;

namespace {

constexpr int GAPS_WIDTH = 460;
/// At which no column is cut.
constexpr int NARROWEST_GAPS = 456;

QToolButton* makeButton(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setProperty("framed", true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setMinimumHeight(HIT_TARGET);
    return button;
}

} // namespace

void HistoryPanel::makeActions()
{
    const auto add = [this](const char* name, const QString& text, const QString& shortcut, const QString& hint) {
        auto* action = new QAction(text, this);
        action->setObjectName(QString::fromLatin1(name));
        action->setShortcut(shortcut);
        action->setToolTip(hint);
        return action;
    };
    m_download = add("download", tr("&Download…"), tr("Ctrl+D"), tr("Fetch trades or candles from Kraken"));
    m_fill = add("fillGaps", tr("&Fill gaps"), tr("Ctrl+Shift+F"),
                 tr("Download the trades of the minutes that are missing"));
    m_verify = add("verify", tr("&Verify"), tr("Ctrl+Shift+V"),
                   tr("Check that candles, coarser timeframes and trades agree"));
    m_delete = add("delete", tr("D&elete…"), tr("Ctrl+Shift+Del"), tr("Delete the instrument or a range of it"));
    m_show = add("showOnChart", tr("Show on &chart"), tr("Ctrl+Shift+G"),
                 tr("Go to the chosen gap, or to where the range in sight begins"));
    m_replay = add("replayFromHere", tr("&Replay from here…"), tr("Ctrl+Shift+R"),
                   tr("Set a replay up that begins at the chosen gap, or where the range in sight does"));
    connect(m_download, &QAction::triggered, this, &HistoryPanel::downloadRequested);
    connect(m_fill, &QAction::triggered, this, [this] { emit fillRequested(*chosen()); });
    connect(m_verify, &QAction::triggered, this, [this] { emit verifyRequested(*chosen()); });
    connect(m_delete, &QAction::triggered, this, [this] { emit deleteRequested(*chosen()); });
    connect(m_show, &QAction::triggered, this, [this] { emit showOnChartRequested(*chosen(), moment()); });
    connect(m_replay, &QAction::triggered, this, [this] { emit replayRequested(*chosen(), moment()); });
}

void HistoryPanel::addActionsTo(QMenu* menu)
{
    menu->addActions({m_download, m_fill, m_verify, m_delete});
    menu->addSeparator();
    menu->addActions({m_show, m_replay});
}

QWidget* HistoryPanel::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(models::CELL_PADDING, 0, models::CELL_PADDING, 0);
    row->setSpacing(2 * SPACE);
    row->addStretch(1);
    for (QAction* action : {m_download, m_fill, m_verify, m_delete, m_show, m_replay}) {
        row->insertWidget(row->count() - 1, makeButton(action, box));
    }
    return box;
}

void HistoryPanel::setImportAction(QAction* action)
{
    QToolButton* button = makeButton(action, m_buttons);
    button->setText(tr("Import…"));
    static_cast<QHBoxLayout*>(m_buttons->layout())->insertWidget(0, button);
}

QWidget* HistoryPanel::makeInstruments()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_sorted = new QSortFilterProxyModel(this);
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(models::RawRole);
    m_table = new FigureTable(box);
    m_table->setObjectName(QStringLiteral("instruments"));
    m_table->setAccessibleName(tr("Instruments of the history"));
    m_table->setCellModel(*m_model, *m_sorted);
    m_table->setLastColumnGivesWay();
    m_table->setItemDelegateForColumn(HistoryTableModel::Strip,
                                      new StripDelegate([this] { return m_model->span(); }, m_table));
    m_table->setEmptyText(tr("Nothing is stored yet. Import a CSV of candles or trades, or download what Kraken has: "
                             "the buttons above begin it."));
    column->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPanel::handleChosen);
    connect(m_model, &HistoryTableModel::spanChanged, m_table->viewport(), qOverload<>(&QWidget::update));
    return box;
}

/// The coverage of one instrument beside its gaps, and behind another tab the jobs.
QWidget* HistoryPanel::makeDetail()
{
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_jobs = new JobsView(m_tabs);
    auto* detail = new QSplitter(Qt::Horizontal, m_tabs);
    detail->setChildrenCollapsible(false);
    detail->addWidget(makeCoverage());
    detail->addWidget(makeGaps());
    detail->setStretchFactor(0, 3);
    detail->setStretchFactor(1, 2);
    // Both are asked how wide they want to be only once they are seen.
    detail->setSizes({3 * GAPS_WIDTH / 2, GAPS_WIDTH});
    m_tabs->setCornerWidget(new StripLegend(m_tabs), Qt::TopRightCorner);
    m_tabs->addTab(detail, tr("Coverage and gaps"));
    m_tabs->addTab(m_jobs, tr("Jobs"));
    connect(m_jobs, &JobsView::countChanged, this, [this](int open) {
        m_tabs->setTabText(1, open > 0 ? tr("Jobs · %1").arg(open) : tr("Jobs"));
    });
    return m_tabs;
}

QWidget* HistoryPanel::makeCoverage()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(models::CELL_PADDING, SPACE, models::CELL_PADDING, 0);
    column->setSpacing(SPACE);
    m_detail = new QLabel(box);
    m_detail->setTextFormat(Qt::PlainText);
    setRole(m_detail, "secondary");
    m_view = new CoverageView(box);
    m_view->setToolTip(tr("The wheel or + and − zoom, a drag or the arrow keys move, Home shows everything"));
    m_sum = new QLabel(box);
    m_sum->setTextFormat(Qt::PlainText);
    m_sum->setWordWrap(true);
    setRole(m_sum, "dim");
    column->addWidget(m_detail);
    column->addWidget(m_view);
    column->addWidget(m_sum);
    column->addStretch(1);
    connect(m_view, &CoverageView::stripWanted, this,
            [this](const core::Symbol& symbol, const core::history::TimeRange& range, int bins) {
                if (!isVisible())
                    return;
                m_stripPending = ++m_lastToken;
                emit newestStripChanged(m_stripPending);
                emit stripRequested(m_stripPending, symbol, range, static_cast<quint64>(bins));
            });
    connect(m_view, &CoverageView::rangeChanged, this, &HistoryPanel::updateDetail);
    return box;
}

QWidget* HistoryPanel::makeGaps()
{
    m_sortedGaps = new QSortFilterProxyModel(this);
    m_sortedGaps->setSourceModel(m_gaps);
    m_sortedGaps->setSortRole(models::RawRole);
    m_gapTable = new FigureTable(this);
    m_gapTable->setObjectName(QStringLiteral("gaps"));
    m_gapTable->setAccessibleName(tr("Gaps of the chosen instrument"));
    m_gapTable->setCellModel(*m_gaps, *m_sortedGaps);
    m_gapTable->setMinimumWidth(NARROWEST_GAPS);
    connect(m_gapTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPanel::showChosenGap);
    return m_gapTable;
}

} // namespace ui::panels
