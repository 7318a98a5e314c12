// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QStringList>

/// What the user can do to an account, in words.
namespace ui::models::words {

/// "Reset", "Halt", "Resume", "Change leverage"
[[nodiscard]] QString act(core::portfolio::UserAction::Kind kind);
/// What it would do to an account that stands so, one sentence each: orders, positions with the marks
/// they close at, the cash that is there then.
[[nodiscard]] QStringList consequences(const core::engine::EngineSnapshot& snapshot,
                                       const core::portfolio::UserAction& action);
/// That acts which come later in the replay are dropped; empty when there are none.
[[nodiscard]] QString laterActsDropped(const core::engine::EngineSnapshot& snapshot);
/// "epoch 2 · resumed 2022-01-05 10:00:00"; empty of an account on which nobody acted.
[[nodiscard]] QString pastActs(const core::engine::AccountSnapshot& account);

} // namespace ui::models::words
