// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

/// What both programs share.
namespace app {

/// The workspace used when none is named: "quarterdeck" in the user's data folder. The same one for
/// both programs, whatever they call themselves.
[[nodiscard]] std::filesystem::path defaultWorkspace();

/// The strategies shipped with the product: $QUARTERDECK_STRATEGIES when set, else
/// ../share/quarterdeck/strategies beside the program's folder when installed, else the source
/// tree's.
[[nodiscard]] std::filesystem::path shippedStrategies();

} // namespace app
