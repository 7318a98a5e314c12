// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replaycontroller.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;
class QTabWidget;

namespace ui::dialogs {

/// The account every strategy of a replay gets, its costs and limits, and how bars are played: a page
/// for each.
class AccountForm final : public QWidget
{
    Q_OBJECT

public:
    explicit AccountForm(QWidget* parent = nullptr);

    /// Writes the fields into `request`; fails with the cash that cannot be read.
    [[nodiscard]] core::Result<void> addTo(core::engine::ReplayRequest& request) const;
    void setRequest(const core::engine::ReplayRequest& request);

signals:
    void changed();

private:
    [[nodiscard]] QFormLayout& addPage(const QString& title);
    void addAccount(QFormLayout& form);
    void addCosts(QFormLayout& form);
    void addBars(QFormLayout& form);
    void choosePreset(int index);
    void addCostsTo(core::engine::ReplayRequest& request) const;
    void setCosts(const core::engine::ReplayRequest& request);
    void namePreset();
    QComboBox* addChoice(QFormLayout& form, const QString& label, const QStringList& texts,
                         const QString& hint);
    QDoubleSpinBox* addNumber(QFormLayout& form, const QString& label, const QString& unit,
                              double least, double most, int decimals, double step);
    QDoubleSpinBox* addLimit(QFormLayout& form, const QString& label, const QString& unit,
                             double most, int decimals, double step, const QString& hint);
    void addLimits(QFormLayout& form);
    [[nodiscard]] core::portfolio::RiskRequest risk() const;
    void setRisk(const core::portfolio::RiskRequest& risk);

    QTabWidget* m_pages = nullptr;
    QLineEdit* m_cash = nullptr;
    QComboBox* m_costs = nullptr;
    QDoubleSpinBox* m_maker = nullptr;
    QDoubleSpinBox* m_taker = nullptr;
    QDoubleSpinBox* m_slippage = nullptr;
    QDoubleSpinBox* m_longLeverage = nullptr;
    QDoubleSpinBox* m_shortLeverage = nullptr;
    QDoubleSpinBox* m_maintenance = nullptr;
    QDoubleSpinBox* m_liquidationFee = nullptr;
    QDoubleSpinBox* m_openingFee = nullptr;
    QDoubleSpinBox* m_rollover = nullptr;
    QDoubleSpinBox* m_borrowRate = nullptr;
    QDoubleSpinBox* m_participation = nullptr;
    QDoubleSpinBox* m_dailyLoss = nullptr;
    QDoubleSpinBox* m_drawdown = nullptr;
    QDoubleSpinBox* m_exposure = nullptr;
    QDoubleSpinBox* m_orders = nullptr;
    QComboBox* m_onBreach = nullptr;
    QComboBox* m_onSuspension = nullptr;
    QComboBox* m_path = nullptr;
    QComboBox* m_detail = nullptr;
    QComboBox* m_limits = nullptr;
    QSpinBox* m_seed = nullptr;
};

} // namespace ui::dialogs
