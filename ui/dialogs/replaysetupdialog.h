// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replaycontroller.h"
#include "core/history/historystore.h"
#include "ui/models/strategyitem.h"

#include <QDialog>
#include <QStringList>

#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QLabel;
class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace ui::dialogs {

class AccountForm;
class ParameterForm;

/// Puts a replay together: strategies and their parameters within the declared bounds, what of the
/// history, the account and the costs. Ends in a ReplayRequest.
class ReplaySetupDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `strategies` is what a scan found: only those that may run are offered. `coverage` is what
    /// the history holds. `checked` names the strategies to begin with.
    ReplaySetupDialog(models::StrategyListPtr strategies,
                      std::vector<core::history::Coverage> coverage, const QStringList& checked,
                      QWidget* parent = nullptr);

    /// The replay as set; fails in words when it cannot be played. A range left at the whole of the
    /// history is sent open, as the command line does.
    [[nodiscard]] core::Result<core::engine::ReplayRequest> request() const;
    /// Fills the dialog with an earlier request, as far as its strategies and symbols are still
    /// there.
    void setRequest(const core::engine::ReplayRequest& request);
    /// Takes only the account, its costs and limits, and how bars are played from an earlier request.
    void setAccount(const core::engine::ReplayRequest& request);

signals:
    /// The user pressed Start; the dialog closes.
    void replayRequested(const core::engine::ReplayRequest& request);

private:
    QWidget* makeStrategies();
    QWidget* makeMarket();
    QWidget* makeAccount();
    QWidget* makeButtons();
    void fillStrategies();
    void fillSymbols();
    void setChecked(const QStringList& names);
    void rebuildParameters();
    void updateSymbols();
    void updateRange();
    void refresh();
    void start();
    [[nodiscard]] bool isChosen(const std::string& strategy) const;
    [[nodiscard]] std::vector<core::Symbol> declaredSymbols() const;
    [[nodiscard]] std::vector<const core::history::Coverage*> chosenCoverage() const;
    [[nodiscard]] core::history::TimeRange covered() const;
    /// Fails for a strategy whose candles cannot be made of those chosen.
    [[nodiscard]] core::Result<void>
    checkTimeframes(std::optional<core::market::Timeframe> chosen) const;

    models::StrategyListPtr m_strategies;
    std::vector<core::history::Coverage> m_coverage;
    std::vector<ParameterForm*> m_forms;
    QListWidget* m_list = nullptr;
    QVBoxLayout* m_formColumn = nullptr;
    QLabel* m_formHint = nullptr;
    QCheckBox* m_asDeclared = nullptr;
    QListWidget* m_symbols = nullptr;
    QComboBox* m_timeframe = nullptr;
    QDateTimeEdit* m_from = nullptr;
    QDateTimeEdit* m_to = nullptr;
    QLabel* m_rangeHint = nullptr;
    AccountForm* m_account = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_start = nullptr;
};

} // namespace ui::dialogs
