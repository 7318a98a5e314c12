// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"
#include "core/history/historysurvey.h"

#include <QDialog>

class QDateTimeEdit;
class QLabel;
class QPushButton;
class QRadioButton;

namespace ui::dialogs {

/// Asks before an instrument, or a range of it, is deleted: says how much of what that is.
class DeleteDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `range` is offered beside everything. `survey` says which trades are stored; null where none was made yet.
    DeleteDialog(const core::history::Coverage& coverage, core::history::SurveyPtr survey,
                 core::history::TimeRange range, QWidget* parent = nullptr);

    [[nodiscard]] core::history::JobRequest request() const;
    /// Asks for the count of the range that is set; emitted as countRequested.
    void requestCount();

public slots:
    void handleCount(quint64 token, const core::Symbol& symbol, const core::history::StripPtr& strip);

signals:
    /// A strip of one stretch counts the candles of the range.
    void countRequested(quint64 token, const core::Symbol& symbol, const core::history::TimeRange& range);
    void deletionRequested(const core::history::JobRequest& request);

private:
    [[nodiscard]] core::history::TimeRange range() const;
    [[nodiscard]] core::history::TimeRange countedRange() const;
    [[nodiscard]] QString allStory() const;
    [[nodiscard]] QString partStory() const;
    void refresh();

    core::history::Coverage m_coverage;
    core::history::SurveyPtr m_survey;
    QRadioButton* m_all = nullptr;
    QRadioButton* m_part = nullptr;
    QDateTimeEdit* m_from = nullptr;
    QDateTimeEdit* m_to = nullptr;
    QLabel* m_story = nullptr;
    QPushButton* m_confirm = nullptr;
    quint64 m_token = 0;
    std::optional<std::int64_t> m_count; ///< Candles of the range, once they were counted.
};

} // namespace ui::dialogs
