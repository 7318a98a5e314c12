// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replaycontroller.h"
#include "core/history/historystore.h"
#include "ui/models/strategyitem.h"

#include <QDialog>
#include <QStringList>

#include <vector>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace ui::dialogs {

class ParameterForm;

/// Puts a replay together: strategies and their parameters within the declared bounds, what of the
/// history, the account and the costs. Ends in a ReplayRequest.
class ReplaySetupDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `strategies` is what a scan found: only those that may run are offered. `coverage` is what the
    /// history holds. `checked` names the strategies to begin with.
    ReplaySetupDialog(models::StrategyListPtr strategies,
                      std::vector<core::history::Coverage> coverage, const QStringList& checked,
                      QWidget* parent = nullptr);

    /// The replay as set; fails in words when it cannot be played.
    [[nodiscard]] core::Result<core::engine::ReplayRequest> request() const;
    /// Fills the dialog with an earlier request, as far as its strategies and symbols are still there.
    void setRequest(const core::engine::ReplayRequest& request);

signals:
    /// The user pressed Start; the dialog closes.
    void replayRequested(const core::engine::ReplayRequest& request);

private:
    QWidget* makeStrategies();
    QWidget* makeMarket();
    QWidget* makeAccount();
    QWidget* makeButtons();
    void setChecked(const QStringList& names);
    void rebuildParameters();
    void updateRange();
    void refresh();
    void start();
    [[nodiscard]] std::vector<core::history::Coverage> chosenCoverage() const;

    models::StrategyListPtr m_strategies;
    std::vector<core::history::Coverage> m_coverage;
    QListWidget* m_list = nullptr;
    QListWidget* m_symbols = nullptr;
    QVBoxLayout* m_formColumn = nullptr;
    std::vector<ParameterForm*> m_forms;
    QComboBox* m_timeframe = nullptr;
    QDateTimeEdit* m_from = nullptr;
    QDateTimeEdit* m_to = nullptr;
    QLabel* m_rangeHint = nullptr;
    QLineEdit* m_cash = nullptr;
    QDoubleSpinBox* m_fee = nullptr;
    QDoubleSpinBox* m_slippage = nullptr;
    QDoubleSpinBox* m_longLeverage = nullptr;
    QDoubleSpinBox* m_shortLeverage = nullptr;
    QDoubleSpinBox* m_maintenance = nullptr;
    QDoubleSpinBox* m_liquidationFee = nullptr;
    QDoubleSpinBox* m_participation = nullptr;
    QComboBox* m_path = nullptr;
    QSpinBox* m_seed = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_start = nullptr;
};

} // namespace ui::dialogs
