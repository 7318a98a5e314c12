// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/engine/replayrequest.h"
#include "core/engine/snapshot.h"

#include <string>
#include <vector>

namespace app::cli {

/// The options that limit the accounts of a replay.
[[nodiscard]] std::vector<OptionSpec> riskOptionSpecs();
/// Reads them, after the strategies. Each value may be one account's only, written NAME=VALUE.
/// Fails with InvalidInput, naming the option.
[[nodiscard]] core::Result<void> readRisk(const Options& options,
                                          core::engine::ReplayRequest& request);

/// The limits of an account, and what came of them; null when it has none.
[[nodiscard]] Json riskJson(const core::engine::AccountSnapshot& account);
/// The same in a line; empty when it has none.
[[nodiscard]] std::string riskLine(const core::engine::AccountSnapshot& account);

} // namespace app::cli
