// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <string>

namespace app::cli {

/// The whole program's help: one line a command.
[[nodiscard]] std::string overallHelp();
/// One command's help: usage, summary, options.
[[nodiscard]] std::string helpOf(const Command& command);

} // namespace app::cli
