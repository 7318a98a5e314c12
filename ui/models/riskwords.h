// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QString>

/// What an account's risk limits are called, and how an account stands because of them.
namespace ui::models::words {

[[nodiscard]] QString riskLimit(core::portfolio::RiskLimit limit);
/// The limit, what stood against it and since when, in a few words.
[[nodiscard]] QString breachFigures(const core::portfolio::RiskBreach& breach);
/// What was exceeded, by how much and since when, and what that means; whole sentences.
[[nodiscard]] QString breachSentence(const core::portfolio::RiskBreach& breach);
/// The state in a few words, with the limits that are exceeded.
[[nodiscard]] QString accountState(const core::engine::AccountSnapshot& account);
/// Why it is not running, a line each; empty when it is.
[[nodiscard]] QString stateReason(const core::engine::AccountSnapshot& account);

} // namespace ui::models::words
