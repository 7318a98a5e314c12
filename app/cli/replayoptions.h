// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "core/engine/replaycontroller.h"

#include <string_view>
#include <vector>

namespace app::cli {

/// The options that make a replay.
[[nodiscard]] std::vector<OptionSpec> replayOptionSpecs();
/// Reads "NAME[:param=value,…]". Fails with InvalidInput.
[[nodiscard]] core::Result<core::engine::ReplayStrategy> parseStrategy(std::string_view text);
/// Reads them. Fails with InvalidInput, naming the option.
[[nodiscard]] core::Result<core::engine::ReplayRequest> readReplayRequest(const Options& options);

} // namespace app::cli
