// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvimport.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QSpinBox;
class QTableWidget;

namespace ui::dialogs {

/// How a file will be read, for the user to check and correct: the role of each column above the
/// first rows, how times are written and what they stamp, timeframe, unit of volume and decimals.
class ImportPlanForm final : public QWidget
{
    Q_OBJECT

public:
    explicit ImportPlanForm(QWidget* parent = nullptr);

    void setPlan(const core::history::ImportPlan& plan);
    /// Forgets what the user said about an earlier file.
    void clear();
    /// What the user said, written into `options`; what was left as guessed stays unsaid.
    void addTo(core::history::ImportOptions& options) const;
    /// The plan with the user's corrections.
    [[nodiscard]] core::history::ImportPlan plan() const;
    /// True while the unit of volume is still the guess.
    [[nodiscard]] bool volumeIsGuessed() const { return !m_volumeSaid; }

signals:
    /// The user said that columns or times are to be read otherwise: the file has to be looked at again.
    void readingChanged();

private:
    QWidget* makeFields();
    void fillPreview();
    void addRoleBoxes();
    void updateHints();

    core::history::ImportPlan m_plan;
    bool m_rolesSaid = false;
    bool m_volumeSaid = false;
    bool m_timesSaid = false;
    bool m_stampSaid = false;
    bool m_timeframeSaid = false;
    bool m_priceDecimalsSaid = false;
    bool m_lotDecimalsSaid = false;
    QLabel* m_format = nullptr;
    QComboBox* m_times = nullptr;
    QComboBox* m_stamp = nullptr;
    QComboBox* m_timeframe = nullptr;
    QComboBox* m_volume = nullptr;
    QLabel* m_volumeHint = nullptr;
    QSpinBox* m_priceDecimals = nullptr;
    QSpinBox* m_lotDecimals = nullptr;
    QTableWidget* m_preview = nullptr;
};

} // namespace ui::dialogs
