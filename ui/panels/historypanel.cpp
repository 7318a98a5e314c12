// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/historypanel.h"

#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/celldelegate.h"
#include "ui/models/gaptablemodel.h"
#include "ui/models/historytablemodel.h"
#include "ui/models/jobwords.h"
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

using core::history::Coverage;
using models::HistoryTableModel;

namespace {

/// Finer than any strip in the table is wide.
constexpr quint64 TABLE_BINS = 1024;
/// Named; more are counted.
constexpr quint64 MAX_GAPS = 2000;
constexpr int GAPS_WIDTH = 460;
/// At which no column is cut.
constexpr int NARROWEST_GAPS = 456;

QString sumText(const core::history::CoverageStrip& strip)
{
    QString text = strip.missing == 0 ? HistoryPanel::tr("In sight no candle is missing.")
                                      : HistoryPanel::tr("In sight candles are missing: %1, in gaps: %2.")
                                            .arg(format::count(strip.missing), format::count(strip.gaps));
    if (strip.verifiedEmpty > 0)
        text += HistoryPanel::tr(" Without trades, and so without a candle: %1.").arg(format::count(strip.verifiedEmpty));
    return text;
}

} // namespace

HistoryPanel::HistoryPanel(QWidget* parent)
    : Panel(QStringLiteral("history"), tr("History"), parent), m_model(new HistoryTableModel(this)),
      m_gaps(new models::GapTableModel(this))
{
    makeActions();
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 2 * SPACE, 0, 0);
    column->setSpacing(2 * SPACE);
    m_buttons = makeButtons();
    column->addWidget(m_buttons);
    auto* upper = new QSplitter(Qt::Vertical, body);
    upper->setChildrenCollapsible(false);
    upper->addWidget(makeInstruments());
    upper->addWidget(makeDetail());
    upper->setStretchFactor(0, 3);
    upper->setStretchFactor(1, 2);
    column->addWidget(upper, 1);
    setBody(body);
    body->setFocusProxy(m_table);
    // Nobody looks for gaps that nobody looks at.
    connect(this, &QDockWidget::visibilityChanged, this, [this](bool visible) {
        if (!visible)
            return;
        handleChosen();
        surveyNext();
    });
    updateActions();
    updateDetail();
}

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
        auto* button = new QToolButton(box);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setProperty("framed", true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setMinimumHeight(HIT_TARGET);
        row->insertWidget(row->count() - 1, button);
    }
    return box;
}

void HistoryPanel::setImportAction(QAction* action)
{
    auto* button = new QToolButton(m_buttons);
    button->setDefaultAction(action);
    button->setText(tr("Import…"));
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setProperty("framed", true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setMinimumHeight(HIT_TARGET);
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
    connect(m_gapTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        // As much again on either side, so that its neighbours are seen.
        if (const auto* gap = chosenGap())
            m_view->showRange({gap->from - (gap->to - gap->from), gap->to + (gap->to - gap->from)});
    });
    return m_gapTable;
}

const core::history::TimeRange* HistoryPanel::chosenGap() const
{
    const int row = m_gapTable->selectedRow();
    return row < 0 ? nullptr : m_gaps->gapAt(m_sortedGaps->mapToSource(m_sortedGaps->index(row, 0)).row());
}

void HistoryPanel::showJobs()
{
    show();
    raise();
    m_tabs->setCurrentWidget(m_jobs);
}

void HistoryPanel::setWritable(bool writable)
{
    m_writable = writable;
    m_jobs->setWritable(writable);
    updateActions();
}

void HistoryPanel::setStorage(const QString& text)
{
    setContextText(text);
}

const Coverage* HistoryPanel::chosenCoverage() const
{
    const int row = m_table->selectedRow();
    return row < 0 ? nullptr : m_model->coverageAt(m_sorted->mapToSource(m_sorted->index(row, 0)).row());
}

std::optional<core::Symbol> HistoryPanel::chosen() const
{
    const Coverage* coverage = chosenCoverage();
    return coverage ? std::optional(coverage->instrument.symbol) : std::nullopt;
}

void HistoryPanel::choose(const core::Symbol& symbol)
{
    if (const int row = m_model->rowOf(symbol); row >= 0)
        m_table->selectRowQuietly(m_sorted->mapFromSource(m_model->index(row, 0)).row());
}

core::Timestamp HistoryPanel::moment() const
{
    const auto* gap = chosenGap();
    return gap ? gap->from : m_view->range().from;
}

void HistoryPanel::setCoverage(const std::vector<Coverage>& coverage)
{
    m_model->setCoverage(coverage);
    if (!chosen() && m_model->rowCount() > 0)
        m_table->selectRowQuietly(0);
    handleChosen();
    surveyNext();
}

void HistoryPanel::markChanged(const core::Symbol& symbol)
{
    m_model->markChanged(symbol);
    m_surveyStale = m_surveyStale || m_surveyed == symbol;
}

/// Shows another instrument in the detail, or the same one as it is now.
void HistoryPanel::handleChosen()
{
    const Coverage* coverage = chosenCoverage();
    updateActions();
    if (!coverage) {
        m_shown.reset();
        m_view->setInstrument({});
        m_gaps->setGaps({}, core::Nanoseconds(1));
        updateDetail();
        return;
    }
    if (m_shown == coverage->instrument.symbol) {
        m_view->updateInstrument(*coverage);
    } else {
        m_shown = coverage->instrument.symbol;
        m_gaps->setGaps({}, coverage->finest.length());
        m_view->setInstrument(*coverage);
    }
    requestGaps();
    updateDetail();
}

void HistoryPanel::requestGaps()
{
    if (!isVisible())
        return;
    m_gapsPending = ++m_lastToken;
    m_gapTable->setEmptyText(tr("Looking for gaps…"));
    emit gapsRequested(m_gapsPending, *m_shown, MAX_GAPS);
}

void HistoryPanel::updateActions()
{
    const Coverage* coverage = chosenCoverage();
    const bool canFill = coverage && coverage->finest == core::market::ONE_MINUTE &&
                         coverage->instrument.kind == core::market::InstrumentKind::Spot;
    m_download->setEnabled(m_writable);
    m_fill->setEnabled(m_writable && canFill);
    m_verify->setEnabled(m_writable && coverage);
    m_delete->setEnabled(m_writable && coverage);
    m_show->setEnabled(coverage != nullptr);
    m_replay->setEnabled(coverage != nullptr);
}

void HistoryPanel::updateDetail()
{
    const Coverage* coverage = chosenCoverage();
    if (!coverage) {
        m_detail->setText(tr("Choose an instrument to see its coverage and its gaps."));
        m_sum->clear();
        m_gapTable->setEmptyText(tr("No instrument is chosen."));
        return;
    }
    m_detail->setText(tr("%1 · %2 to %3 UTC")
                          .arg(QString::fromStdString(coverage->instrument.symbol.text()),
                               format::dateTime(m_view->range().from).left(16),
                               format::dateTime(m_view->range().to).left(16)));
}

/// One survey at a time, what is in sight first.
void HistoryPanel::surveyNext()
{
    if (m_surveying != 0 || !isVisible())
        return;
    const auto sourceRow = [&](int y) {
        const QModelIndex index = m_sorted->index(m_table->rowAt(y), 0);
        return m_sorted->mapToSource(index).row();
    };
    const int first = std::max(sourceRow(0), 0);
    const int last = sourceRow(m_table->viewport()->height() - 1);
    m_surveyed = m_model->unsurveyed(first, last < 0 ? m_model->rowCount() - 1 : last);
    m_surveyStale = false;
    if (!m_surveyed)
        return;
    m_surveying = ++m_lastToken;
    emit surveyRequested(m_surveying, *m_surveyed, TABLE_BINS);
}

void HistoryPanel::handleSurvey(quint64 token, const core::Symbol& symbol, const core::history::SurveyPtr& survey)
{
    if (token != m_surveying)
        return;
    m_surveying = 0;
    m_model->setSurvey(symbol, survey);
    if (m_surveyStale)
        m_model->markChanged(symbol);
    surveyNext();
}

void HistoryPanel::handleStrip(quint64 token, const core::Symbol& symbol, const core::history::StripPtr& strip)
{
    if (token != m_stripPending)
        return;
    m_stripPending = 0;
    if (m_shown != symbol)
        return;
    m_view->setStrip(strip);
    m_sum->setText(sumText(*strip));
}

void HistoryPanel::handleGaps(quint64 token, const core::Symbol& symbol, const core::history::GapsPtr& gaps)
{
    if (token != m_gapsPending)
        return;
    m_gapsPending = 0;
    const Coverage* coverage = chosenCoverage();
    if (!coverage || m_shown != symbol)
        return;
    m_gaps->setGaps(gaps, coverage->finest.length());
    m_gapTable->setEmptyText(tr("No gaps: every candle between the oldest and the newest is there, or nothing was "
                                "traded."));
}

void HistoryPanel::handleFailed(quint64 token, const QString& what, const QString& remedy)
{
    const QString text = remedy.isEmpty() ? what : what + QStringLiteral(". ") + remedy;
    if (token == m_gapsPending) {
        m_gapsPending = 0;
        m_gapTable->setEmptyText(text);
    } else if (token == m_stripPending) {
        m_stripPending = 0;
        m_detail->setText(text);
    } else if (token == m_surveying) {
        // The next change of the history, or reading it again, tries anew.
        m_surveying = 0;
    }
}

} // namespace ui::panels
