// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/historypanel.h"

#include "ui/format.h"
#include "ui/models/gaptablemodel.h"
#include "ui/models/historytablemodel.h"
#include "ui/panels/coverageview.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/jobsview.h"
#include "ui/theme.h"

#include <QAction>
#include <QLabel>
#include <QVBoxLayout>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTabWidget>

namespace ui::panels {

using core::history::Coverage;
using models::HistoryTableModel;

namespace {

/// Finer than any strip in the table is wide.
constexpr quint64 TABLE_BINS = 1024;
/// Named; more are counted.
constexpr quint64 MAX_GAPS = 2000;

QString sumText(const core::history::CoverageStrip& strip)
{
    QString text = strip.missing == 0 ? HistoryPanel::tr("In sight no candle is missing.")
                                      : HistoryPanel::tr("Missing in sight: %1 candles, gaps: %2.")
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

const core::history::TimeRange* HistoryPanel::chosenGap() const
{
    const int row = m_gapTable->selectedRow();
    return row < 0 ? nullptr : m_gaps->gapAt(m_sortedGaps->mapToSource(m_sortedGaps->index(row, 0)).row());
}

void HistoryPanel::showChosenGap()
{
    const auto* gap = chosenGap();
    // As much again on either side, so that its neighbours are seen.
    if (gap && !m_renewsGaps)
        m_view->showRange({gap->from - (gap->to - gap->from), gap->to + (gap->to - gap->from)});
}

/// The chosen gap stays chosen, and what is in sight stays there.
void HistoryPanel::showGaps(const core::history::GapsPtr& gaps, core::Nanoseconds step)
{
    const auto* chosen = chosenGap();
    const auto from = chosen ? std::optional(chosen->from) : std::nullopt;
    m_renewsGaps = true;
    m_gaps->setGaps(gaps, step);
    if (const int row = from ? m_gaps->rowFrom(*from) : -1; row >= 0 && !chosenGap())
        m_gapTable->selectRowQuietly(m_sortedGaps->mapFromSource(m_gaps->index(row, 0)).row());
    m_renewsGaps = false;
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
    showGaps(gaps, coverage->finest.length());
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
