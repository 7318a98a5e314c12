// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

namespace core::engine {

/// Whether the user may do that to an account that stands so; the error says why not and what to do
/// instead. The engine goes by it, and who offers the act can ask beforehand. Pure; any thread.
///
/// - Reset: every position needs a mark, and what it is worth must fit the ledger.
/// - Halt: not of an account that is halted or liquidated.
/// - Resume: of one that is halted or suspended, unless its script was stopped for good; of a
///   liquidated one with equity left; of one that a drawdown blocks. Other risk limits end by themselves.
/// - SetLeverage: both leverages from 1 to 1,000, whatever is open.
[[nodiscard]] Result<void> checkAction(const AccountSnapshot& account,
                                       const portfolio::UserAction& action);

} // namespace core::engine
