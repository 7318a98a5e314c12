// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace core::strategy {

/// What makes a source too slow to compile, if anything does, for people. Lua's compiler cannot be
/// interrupted, and takes minutes for a megabyte written to that end: it looks each name up in every
/// function around it, walks through all jumps of a condition for each one that is added, and through all numbers
/// whose hashes are alike for each of them.
[[nodiscard]] std::optional<std::string> refuseSlowSource(std::string_view source);

} // namespace core::strategy
