// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historysurvey.h"
#include "ui/models/celltablemodel.h"

#include <optional>
#include <vector>

namespace ui::models {

/// True where both tell of the same candles, as far as their extent tells.
[[nodiscard]] bool isSame(const core::history::Coverage& a, const core::history::Coverage& b);

/// The instruments of the history: what is stored of each and, once it was surveyed, its trades, its gaps and its
/// strip. A row whose instrument has changed keeps what it knew until it is surveyed again.
class HistoryTableModel final : public CellTableModel
{
    Q_OBJECT

public:
    enum ColumnId { Instrument, Kind, Finest, Oldest, Newest, Candles, Trades, Missing, Strip };
    /// core::history::SurveyPtr; null before the first survey.
    static constexpr int SURVEY_ROLE = Qt::UserRole + 20;
    explicit HistoryTableModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    void setCoverage(const std::vector<core::history::Coverage>& coverage);
    /// What is stored of the instrument may be other than when it was surveyed.
    void markChanged(const core::Symbol& symbol);
    void setSurvey(const core::Symbol& symbol, const core::history::SurveyPtr& survey);
    /// An instrument to survey next, those of the rows [first, last] before all others; nothing when all are.
    [[nodiscard]] std::optional<core::Symbol> unsurveyed(int first, int last) const;

    [[nodiscard]] const core::history::Coverage* coverageAt(int row) const;
    [[nodiscard]] core::history::SurveyPtr surveyAt(int row) const;
    [[nodiscard]] int rowOf(const core::Symbol& symbol) const;
    /// From the oldest candle of all instruments to the end of the newest: what strips are painted over.
    [[nodiscard]] const core::history::TimeRange& span() const { return m_span; }

signals:
    void spanChanged();

protected:
    [[nodiscard]] Cell cell(int row, int column) const override;

private:
    struct Row
    {
        core::history::Coverage coverage;
        core::history::SurveyPtr survey;
        bool isCurrent = false; ///< The survey is one of what is stored now.
    };
    void updateSpan();

    std::vector<Row> m_rows;
    core::history::TimeRange m_span{core::Timestamp(), core::Timestamp()};
};

} // namespace ui::models

Q_DECLARE_METATYPE(core::history::SurveyPtr)
