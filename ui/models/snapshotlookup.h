// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QString>

namespace ui::models {

/// Names and grids out of a snapshot; indices that are not there give an empty name and the default
/// grid.
[[nodiscard]] const core::market::Instrument&
instrumentOf(const core::engine::EngineSnapshot& snapshot, core::SymbolIndex symbol);
[[nodiscard]] QString symbolName(const core::engine::EngineSnapshot& snapshot,
                                 core::SymbolIndex symbol);
[[nodiscard]] QString strategyName(const core::engine::EngineSnapshot& snapshot,
                                   core::AccountIndex account);
/// The quote currency all accounts are counted in; empty before there are symbols.
[[nodiscard]] QString quoteCurrency(const core::engine::EngineSnapshot& snapshot);
/// equity / start − 1; 0 for an account that started with nothing. Net of what a reset moved, where that
/// is defined.
[[nodiscard]] double returnOf(const core::engine::AccountSnapshot& account);

} // namespace ui::models
