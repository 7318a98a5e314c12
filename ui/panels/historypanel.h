// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"
#include "core/history/historysurvey.h"
#include "ui/panel.h"

#include <optional>

class QLabel;
class QMenu;
class QSortFilterProxyModel;
class QTabWidget;

namespace ui::models {
class GapTableModel;
class HistoryTableModel;
} // namespace ui::models

namespace ui::panels {

class CoverageView;
class FigureTable;
class JobsView;

/// What the history holds, instrument by instrument, with its gaps, and the jobs that change it. Strips and gaps come
/// from whoever answers the requests; answers to others than the last one are dropped.
class HistoryPanel final : public Panel
{
    Q_OBJECT

public:
    explicit HistoryPanel(QWidget* parent = nullptr);

    /// Download, fill, verify, delete, show and replay, for the menus. Import is the window's own.
    void addActionsTo(QMenu* menu);
    /// The window's own import, which has its button here too.
    void setImportAction(QAction* action);
    void setWritable(bool writable);
    /// Where the history lies, and how large it is.
    void setStorage(const QString& text);

    [[nodiscard]] std::optional<core::Symbol> chosen() const;
    void choose(const core::Symbol& symbol);
    /// Brings the panel, and its jobs, to the front.
    void showJobs();
    /// The moment that is pointed at: where the chosen gap begins, else where the range in sight does.
    [[nodiscard]] core::Timestamp moment() const;
    [[nodiscard]] const models::HistoryTableModel& model() const { return *m_model; }
    [[nodiscard]] const models::GapTableModel& gaps() const { return *m_gaps; }
    [[nodiscard]] CoverageView& view() { return *m_view; }
    [[nodiscard]] JobsView& jobs() { return *m_jobs; }
    /// No strip, survey or list of gaps is on its way.
    [[nodiscard]] bool isSettled() const { return m_surveying == 0 && m_stripPending == 0 && m_gapsPending == 0; }

public slots:
    void setCoverage(const std::vector<core::history::Coverage>& coverage);
    /// What is stored of the instrument may be other than it was.
    void markChanged(const core::Symbol& symbol);
    void handleSurvey(quint64 token, const core::Symbol& symbol, const core::history::SurveyPtr& survey);
    void handleStrip(quint64 token, const core::Symbol& symbol, const core::history::StripPtr& strip);
    void handleGaps(quint64 token, const core::Symbol& symbol, const core::history::GapsPtr& gaps);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);

signals:
    void surveyRequested(quint64 token, const core::Symbol& symbol, quint64 bins);
    void stripRequested(quint64 token, const core::Symbol& symbol, const core::history::TimeRange& range, quint64 bins);
    /// Strips with lower tokens are not worth answering any more.
    void newestStripChanged(quint64 token);
    void gapsRequested(quint64 token, const core::Symbol& symbol, quint64 limit);
    void downloadRequested();
    void fillRequested(const core::Symbol& symbol);
    void verifyRequested(const core::Symbol& symbol);
    void deleteRequested(const core::Symbol& symbol);
    void showOnChartRequested(const core::Symbol& symbol, core::Timestamp time);
    void replayRequested(const core::Symbol& symbol, core::Timestamp from);

private:
    void makeActions();
    QWidget* makeButtons();
    QWidget* makeInstruments();
    QWidget* makeDetail();
    QWidget* makeCoverage();
    QWidget* makeGaps();
    [[nodiscard]] const core::history::TimeRange* chosenGap() const;
    void handleChosen();
    void showChosenGap();
    void showGaps(const core::history::GapsPtr& gaps, core::Nanoseconds step);
    void updateActions();
    void updateDetail();
    void surveyNext();
    void requestGaps();
    [[nodiscard]] const core::history::Coverage* chosenCoverage() const;

    models::HistoryTableModel* m_model;
    models::GapTableModel* m_gaps;
    QSortFilterProxyModel* m_sorted = nullptr;
    QSortFilterProxyModel* m_sortedGaps = nullptr;
    QTabWidget* m_tabs = nullptr;
    FigureTable* m_table = nullptr;
    FigureTable* m_gapTable = nullptr;
    CoverageView* m_view = nullptr;
    JobsView* m_jobs = nullptr;
    QLabel* m_detail = nullptr;
    QLabel* m_sum = nullptr; ///< Of what is in sight.
    QWidget* m_buttons = nullptr;
    QAction* m_download = nullptr;
    QAction* m_fill = nullptr;
    QAction* m_verify = nullptr;
    QAction* m_delete = nullptr;
    QAction* m_show = nullptr;
    QAction* m_replay = nullptr;
    std::optional<core::Symbol> m_shown; ///< In the detail.
    bool m_writable = true;
    bool m_renewsGaps = false; ///< A gap that is chosen then was chosen before.
    quint64 m_lastToken = 0;
    quint64 m_surveying = 0;    ///< Token of the survey on its way; 0 without one.
    quint64 m_stripPending = 0; ///< The same for the strip of the detail,
    quint64 m_gapsPending = 0;  ///< and for its gaps.
    bool m_surveyStale = false; ///< The instrument that is being surveyed has changed meanwhile.
    std::optional<core::Symbol> m_surveyed;
};

} // namespace ui::panels
