// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QString>
#include <QStringList>

namespace ui::models {

/// Why something is as it is: a question and its answer in short lines.
struct Explanation
{
    QString title;
    QStringList lines;
};

/// Why a fill got its price: rule and reference price, slippage, the fee with its figures, the
/// times of decision and fill, what it left behind.
[[nodiscard]] Explanation explainFill(const core::engine::EngineSnapshot& snapshot,
                                      const core::engine::FillRecord& record);

/// Why an order has not filled, or how it ended.
[[nodiscard]] Explanation explainOrder(const core::engine::EngineSnapshot& snapshot,
                                       core::AccountIndex account,
                                       const core::execution::Order& order);

/// What an account may open, and what was done to it.
[[nodiscard]] Explanation explainAccount(const core::engine::EngineSnapshot& snapshot,
                                         core::AccountIndex account);

/// What a position is worth and what would end it.
[[nodiscard]] Explanation explainPosition(const core::engine::EngineSnapshot& snapshot,
                                          core::AccountIndex account,
                                          const core::engine::PositionSnapshot& position);

} // namespace ui::models
