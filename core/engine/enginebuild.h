// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace core::engine {

/// The version of this engine and what compiled it: "0.1.0 (GNU 12.2.0)".
[[nodiscard]] std::string_view engineBuild();

} // namespace core::engine
