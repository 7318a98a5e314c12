// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/leveragepreview.h"
#include "ui/dialogs/actdialog.h"

#include <array>

class QDoubleSpinBox;
class QGridLayout;

namespace ui::dialogs {

/// Asks for other leverages of an account and shows beforehand what they bind and allow.
class LeverageDialog final : public ActDialog
{
    Q_OBJECT

public:
    LeverageDialog(const core::engine::SnapshotPtr& snapshot, core::AccountIndex account,
                   QWidget* parent = nullptr);

    void setLeverages(double longLeverage, double shortLeverage);
    /// The figure of a row, from 0, before or after the change.
    [[nodiscard]] QString figure(int row, bool after) const;

protected:
    [[nodiscard]] core::portfolio::UserAction action() const override;
    void refresh() override;

private:
    /// One line of the table.
    struct Row
    {
        QLabel* before = nullptr;
        QLabel* after = nullptr;
    };
    enum Figure { InitialMargin, FreeMargin, LongPower, ShortPower, Level, Liquidation, FIGURES };

    QWidget* makeForm();
    QWidget* makeTable();
    QDoubleSpinBox* addLeverage(QGridLayout& grid, int row, const QString& label, double value);
    void showFigures(const core::engine::LeveragePreview& preview);

    QDoubleSpinBox* m_long = nullptr;
    QDoubleSpinBox* m_short = nullptr;
    std::array<Row, FIGURES> m_rows;
};

} // namespace ui::dialogs
